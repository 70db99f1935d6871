"""What only the other two faces of the shop can show: categories, own times, fees, refunds, and shop windows.

The merchant API's rows know nothing of this, so it is kept beside them, by their ids.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from typing import TYPE_CHECKING, Any, TypeVar
from zlib import crc32

from starlette.responses import Response

from contaazul_sync.sandbox.common.system import System
from contaazul_sync.sandbox.common.wire import answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from contaazul_sync.sandbox.shop.switches import ShopSwitches

Row = TypeVar("Row")
STORE_ID = "20270"  # LV_ID
_OUT_OF_MEMORY = (
    "<br />\n<b>Fatal error</b>:  Allowed memory size of 268435456 bytes exhausted (tried to allocate 20480"
    " bytes) in <b>class-wpdb.php</b> on line <b>2431</b><br />\n"
)


class ShopFaces(System):
    """The side of the shop's state that the merchant API leaves out; ids of products or of variations."""

    switches: ShopSwitches

    # Of a server that keeps nothing, and plainly so.
    woo_keys = f"ck_{'c0ffee00' * 5}:cs_{'deadbeef' * 5}"

    def __init__(self, clock: Callable[[], datetime] | None) -> None:
        super().__init__(clock)
        self.categories: list[dict[str, Any]] = [
            _category(501, "Casa", _category(511, "Mesa e cozinha"), _category(512, "Banho")),
            _category(502, "Papelaria"),
            _category(503, "Vestuário"),
        ]
        self.category_of: dict[int, int | None] = {}  # None: only the sitemap knows the product
        self.on_request: set[int] = set()  # the storefront shows no price to buy at
        self.storefront_erros = 0  # so many next answers of the storefront are `{"erro": 3}`
        self.storefront_cache: dict[str, tuple[datetime, Response]] = {}
        self.unmanaged: set[int] = set()  # WooCommerce counts no stock of these
        self.shared_stock: set[int] = set()  # products that count the stock of their variations together
        self.created: dict[int, str] = {}
        self.touched: dict[int, str] = {}  # each one's own last change, a product's without its variations'
        self.sold_as: dict[str, tuple[int, int]] = {}  # SKU in an order: product id, and variation id or 0
        self.fees: dict[int, list[tuple[str, str]]] = {}  # order id: name, amount
        self.refunds: dict[int, list[tuple[str, str]]] = {}  # order id: reason, amount
        self.rows_shown = 0  # on the page of a list that was answered last
        self._token_number = 0
        self.rotate_storefront_token()

    def failure(self, numbers: Iterable[int]) -> Response | None:
        """The answer of a list that fails at one of these products or orders, or at so many of them."""
        shown = set(numbers)
        self.rows_shown = len(shown)
        if len(shown) > (self.switches.heaviest_page or len(shown)):
            return Response(_OUT_OF_MEMORY, 500, media_type="text/html")
        if shown.isdisjoint(self.switches.breaks_its_page):
            return None
        return answer({"message": "Internal Server Error"}, 500)

    async def answer(self, respond: Callable[[], Response]) -> Response:
        """Answer one request alone, and take as long as its rows take."""
        with self.lock:
            self.rows_shown = 0
            response, seconds = respond(), self.rows_shown * self.switches.seconds_per_row
        if seconds:
            await asyncio.sleep(seconds)
        return response

    def rotate_storefront_token(self) -> None:
        """Let the home page hand out another token; the storefront takes the old one no more."""
        self._token_number += 1
        # ASSUMED: it has letters that an address must escape.
        self.storefront_token = f"loja+sandbox/{self._token_number}=="

    def made_at(self, product: dict[str, Any], unit: dict[str, Any]) -> str:
        """When a product or variation was put up."""
        return self.created.get(unit["id"], str(product["updated"]))

    def touched_at(self, product: dict[str, Any], unit: dict[str, Any]) -> str:
        """When a product or variation itself was changed last."""
        return self.touched.get(unit["id"], str(product["updated"]))

    def _enrol(self, product: dict[str, Any]) -> None:
        """Put a new product into a category, in turn, and note its times."""
        everything = list(walk(self.categories))
        self.category_of[product["id"]] = everything[len(self.category_of) % len(everything)]["id"]
        for unit in [product, *product["variations"]]:
            self.created[unit["id"]] = product["updated"]
            self._touch(product, unit, product["updated"])

    def _touch(self, product: dict[str, Any], unit: dict[str, Any], moment: str) -> None:
        """Note a change of a product or variation; stock that is counted together is the product's too."""
        self.touched[unit["id"]] = moment
        if product["id"] in self.shared_stock:
            self.touched[product["id"]] = moment


def permuted(
    rows: Iterable[Row], page: str, moment: Callable[[Row], str], number: Callable[[Row], int]
) -> list[Row]:
    """Rows in the order of their moments, and those of one moment in an order that each page has for itself.

    So a database gives them that is asked for some rows of an order in which several are alike: MySQL's
    documentation says so of ORDER BY with LIMIT.
    """
    return sorted(rows, key=lambda row: (moment(row), crc32(f"{page} {number(row)}".encode())))


def ids(product: dict[str, Any], unit: dict[str, Any]) -> tuple[int, int]:
    """The id of a product, and of its variation, or 0 where the product itself is meant."""
    return product["id"], 0 if unit is product else unit["id"]


def _category(number: int, name: str, *below: dict[str, Any]) -> dict[str, Any]:
    return {"id": number, "name": name, "below": list(below)}


def walk(categories: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every category of a tree, each before those below it."""
    for category in categories:
        yield category
        yield from walk(category["below"])


def slug(name: str) -> str:
    """A name as an address has it: `camiseta-azul-m`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def option(variation: dict[str, Any]) -> str:
    """What a variation is chosen by: the last word of its name."""
    return str(variation["name"]).split()[-1]


def selling(unit: dict[str, Any]) -> Any:
    """What a product or variation costs now."""
    return unit["special_price"] or unit["price"]
