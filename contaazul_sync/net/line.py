"""Opens the lines to all servers: one client for each, with our name, our certificates and the proxies."""

import os
import ssl
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from typing import Any

import httpx

from contaazul_sync import __version__
from contaazul_sync.core.errors import SetupError
from contaazul_sync.core.words import _
from contaazul_sync.net import border, proxies

USER_AGENT = f"contaazul-sync/{__version__}"
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")  # variables that OpenSSL's wrapper reads

# What carries the requests; None: the network. A simulated world puts itself here.
CARRIER: ContextVar[httpx.AsyncBaseTransport | None] = ContextVar("carrier", default=None)


@cache
def trust() -> ssl.SSLContext:
    """The certificates that we trust, loaded once. Nothing turns the check off. Raises SetupError."""
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        names = [name for name in CERTIFICATES if os.environ.get(name)]
        text = _("The file or folder that the variable {name} names cannot be used ({error}). Correct it.")
        raise SetupError(text.format(name=", ".join(names), error=error.strerror or error)) from None


def ready() -> None:
    """Whether a line can be opened at all. Raises SetupError with the variable that is wrong."""
    trust()
    proxies.routes()


def client(base_url: str = "", headers: Mapping[str, str] | None = None, **options: Any) -> httpx.AsyncClient:
    """A client for one server; `options` are httpx' own. Raises SetupError."""
    carrier = CARRIER.get()
    if carrier is None:
        options["mounts"] = proxies.mounts(trust(), options.get("limits", httpx.Limits()))
    told = _named(headers)
    opened = httpx.AsyncClient(
        base_url=base_url, headers=told, verify=trust(), transport=carrier, trust_env=False, **options
    )
    opened.event_hooks["response"].append(border.count)
    return opened


def waiting_client(**options: Any) -> httpx.Client:
    """The same for who waits for each answer: a ping. Raises SetupError."""
    mounts = proxies.waiting_mounts(trust())
    return httpx.Client(headers=_named(None), verify=trust(), mounts=mounts, trust_env=False, **options)


def _named(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"} | dict(headers or {})
