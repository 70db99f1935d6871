"""The proxies that the environment names: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, and the hosts in NO_PROXY.

httpx reads them by itself, but ends with a trace at what people have there: `fe80::/10` among the hosts.
"""

import os
import ssl
from ipaddress import ip_address
from urllib.request import getproxies, proxy_bypass

import httpx
from socksio.exceptions import SOCKSError

from contaazul_sync.core.errors import SetupError
from contaazul_sync.core.words import _

SCHEMES, HIGHEST_PORT = ("http", "https", "all"), 65535


class _Proxied(httpx.AsyncHTTPTransport):
    """By a proxy; one that does not speak SOCKS is a proxy that does not work, as any other."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except SOCKSError as error:
            raise httpx.ProxyError(str(error), request=request) from error


def mounts(trust: ssl.SSLContext, limits: httpx.Limits) -> dict[str, httpx.AsyncBaseTransport | None]:
    """For httpx: the way to each kind of address; None: the usual one. Raises SetupError."""
    return {
        where: _Proxied(verify=trust, limits=limits, proxy=proxy) if proxy else None
        for where, proxy in routes().items()
    }


def waiting_mounts(trust: ssl.SSLContext) -> dict[str, httpx.BaseTransport | None]:
    """The same for a client that waits for each answer. Raises SetupError."""
    return {
        where: httpx.HTTPTransport(verify=trust, proxy=proxy) if proxy else None
        for where, proxy in routes().items()
    }


def routes() -> dict[str, httpx.Proxy | None]:
    """The proxy of each kind of address, by httpx' patterns; None: none. Raises SetupError."""
    told = getproxies()
    hosts = [host for host in told.get("no", "").replace(" ", ",").split(",") if host]
    if "*" in hosts:
        return {}
    found: dict[str, httpx.Proxy | None] = {
        f"{scheme}://": _proxy(scheme, told[scheme]) for scheme in SCHEMES if told.get(scheme)
    }
    return found | dict.fromkeys(filter(None, map(_pattern, hosts)))


def variable_for(url: httpx.URL) -> str:
    """The variable that sends a request to this address by a proxy; "" where none does."""
    return "" if proxy_bypass(url.host) else _variable(url.scheme)


def _variable(scheme: str) -> str:
    names = [name for kind in (scheme, "all") for name in os.environ if name.lower() == f"{kind}_proxy"]
    return next(filter(os.environ.get, names), "")


def _proxy(scheme: str, address: str) -> httpx.Proxy:
    """What one variable names. Raises SetupError without its value, which may hold a password."""
    try:
        proxy = httpx.Proxy(address if "://" in address else f"http://{address}")
        if not proxy.url.host or (proxy.url.port or 1) > HIGHEST_PORT:
            raise ValueError
    except (ValueError, httpx.InvalidURL):
        text = _(
            "The variable {name} is no address of a proxy, as in http://proxy:3128 or socks5://proxy:1080."
            " Correct it, or take it out."
        )
        raise SetupError(text.format(name=_variable(scheme))) from None
    return proxy


def _pattern(host: str) -> str:
    """Httpx' pattern for a host that is reached without a proxy; "" for what is none.

    Of a network, as 10.0.0.0/8, only the address is taken: shops and the ERP are called by their names.
    """
    host = host.partition("/")[0] if "://" not in host else host
    try:
        number = ip_address(host.strip("[]"))
    except ValueError:
        named = host.lower() == "localhost" or "://" in host
        pattern = host if "://" in host else f"all://{host if named else '*' + host.lstrip('*')}"
    else:
        pattern = f"all://[{number}]" if number.version == 6 else f"all://{number}"
    try:
        httpx.URL(pattern)
    except (ValueError, httpx.InvalidURL):
        return ""
    return pattern
