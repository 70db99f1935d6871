"""Why a request did not come through, in a shopkeeper's words: which host, and whose trouble it is."""

import socket
import ssl
from collections.abc import Iterator

import httpx

from contaazul_sync.core.words import NOTHING, Said, _
from contaazul_sync.net import proxies

# What OpenSSL says of a certificate (X509_V_ERR_...).
NOT_YET, EXPIRED, OTHER_NAME, OTHER_ADDRESS = 9, 10, 62, 64
UNSIGNED = (18, 19, 20, 21)


def why(error: httpx.HTTPError) -> Said:
    """What went wrong with the line."""
    if isinstance(error, httpx.TimeoutException):
        return _("no answer in time")
    if isinstance(error, httpx.ProxyError):
        return _("the proxy of {name} refuses it").format(name=proxies.variable_for(_url(error)))
    if not isinstance(error, httpx.ConnectError):
        return _("the connection broke")
    url = _url(error)
    told = next(filter(None, (_of(cause, url.host) for cause in _causes(error))), _("no connection"))
    proxy = proxies.variable_for(url)
    if proxy and not any(isinstance(cause, ssl.SSLError) for cause in _causes(error)):
        return _("the proxy of {name} cannot be reached").format(name=proxy)
    return told


def _of(cause: BaseException, host: str) -> Said:
    """A sentence for a cause that is known; else nothing."""
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _certificate(cause.verify_code, host)
    if isinstance(cause, ssl.SSLError):
        return _("{host} takes no secure connection (TLS)").format(host=host)
    if isinstance(cause, socket.gaierror):
        return _("the name {host} is not known, or there is no Internet here").format(host=host)
    if isinstance(cause, ConnectionRefusedError):
        return _("{host} refused the connection").format(host=host)
    return NOTHING


def _certificate(code: int, host: str) -> Said:
    if code == EXPIRED:
        text = _("the certificate of {host} has expired; if it has not, set the clock of this machine")
    elif code == NOT_YET:
        text = _("the certificate of {host} is not valid yet: set the clock of this machine")
    elif code in (OTHER_NAME, OTHER_ADDRESS):
        text = _("the certificate of {host} is that of another name: correct the address")
    elif code in UNSIGNED:
        text = _("the certificate of {host} is signed by nobody whom this machine trusts")
    else:
        text = _("the certificate of {host} is not valid")
    return text.format(host=host)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and all that led to it, those of several tries too."""
    seen: list[BaseException | None] = [error]
    for each in seen:
        if each is None:
            continue
        yield each
        several = each.exceptions if isinstance(each, BaseExceptionGroup) else ()
        seen += [cause for cause in (each.__cause__, each.__context__, *several) if cause not in seen]


def _url(error: httpx.HTTPError) -> httpx.URL:
    """Of the request that did not come through; an empty one where nobody knows."""
    try:
        return error.request.url
    except RuntimeError:
        return httpx.URL("")
