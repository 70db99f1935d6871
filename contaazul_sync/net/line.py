"""Opens the lines to all servers: one client for each, with our name and our certificates."""

import ssl
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from typing import Any

import httpx

from contaazul_sync import __version__
from contaazul_sync.net import border

USER_AGENT = f"contaazul-sync/{__version__}"

# What carries the requests; None: the network. A simulated world puts itself here.
CARRIER: ContextVar[httpx.AsyncBaseTransport | None] = ContextVar("carrier", default=None)


@cache
def trust() -> ssl.SSLContext:
    """The certificates that we trust, loaded once. There is no way to turn the check off."""
    return httpx.create_ssl_context()


def client(base_url: str = "", headers: Mapping[str, str] | None = None, **options: Any) -> httpx.AsyncClient:
    """A client for one server; `options` are httpx' own."""
    told = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"} | dict(headers or {})
    opened = httpx.AsyncClient(
        base_url=base_url, headers=told, verify=trust(), transport=CARRIER.get(), **options
    )
    opened.event_hooks["response"].append(border.count)
    return opened
