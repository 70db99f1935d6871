"""Where a WooCommerce shop's API is: below `/wp-json`, or in the query of the home page. Pure.

WordPress has both with readable permalinks, and the second alone with plain ones (`rest_route`).
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from contaazul_sync.core.words import Said, _, joined

PATH = "/wp-json/wc/v3"
ROUTE = "rest_route"
BY_QUERY = f"/?{ROUTE}=/wc/v3"
Query = Mapping[str, str | int | list[str]]


class Place:
    """The address of an API: `base` to open a line to, and `of` what is asked there."""

    def __init__(self, address: str) -> None:
        told = urlsplit(address)
        self.query = dict(parse_qsl(told.query))
        self.route = self.query.pop(ROUTE, "").rstrip("/")
        self.base = urlunsplit((told.scheme, told.netloc, told.path, "", ""))

    def of(self, path: str, query: Query) -> tuple[str, Query]:
        """The path and the query of one request, where `orders/7` is to be asked for with this query."""
        if self.route:
            return self.base, {**self.query, ROUTE: f"{self.route}/{path}", **query}
        return path, {**self.query, **query}


def refused(said: str) -> Said:
    """What to say of keys that are not accepted; `said` are the server's own words, made harmless."""
    text = _(
        "the shop does not accept the keys. In its panel, WooCommerce > Settings > Advanced > REST API, make"
        " a key with the right to read, then run: contaazul-sync auth --secrets. If they are right, and its"
        " https ends at a proxy (Cloudflare, nginx): WooCommerce takes keys over https alone, so the proxy"
        " has to send X-Forwarded-Proto: https, and the server has to heed it"
    )
    return joined(text, _("It says: {text}").format(text=said), by=". ") if said else text


def elsewhere(address: str) -> Said:
    """What to say of a shop that has no API at an address, or sends us to another one."""
    text = _(
        "there is no WooCommerce API at {address}. Is [shop] url the shop's address, letter by letter? If its"
        " permalinks (Settings > Permalinks) are the plain ones: contaazul-sync config set shop.api_url"
        ' "{other}"'
    )
    return text.format(address=address, other=by_query(address))


def by_query(address: str) -> str:
    """The other address of an API: by the query of the shop's home page."""
    return address.rstrip("/").removesuffix(PATH) + BY_QUERY
