"""What of the story depends on the kind of shop, and what its shopkeeper chooses, deletes and raises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contaazul_sync.core.words import _

if TYPE_CHECKING:
    from contaazul_sync.sandbox.server import Sandbox

FILES = "files"
KINDS = ("webstore", "storefront", "woocommerce", FILES)
CHOSEN = (
    *("TOALHA-BANHO", "TOALHA-ROSTO-MU", "CADERNO-A5", "CADERNO-A6", "BERM-CQ-40"),
    *("BONE-SOL-PR", "LUM-PONTO", "TABUA-TECA", "CAM-AZ-M", "CAM-LIS-G"),
)
FORGOTTEN = "ECOBAG-CAJU"  # in a paid order, and not chosen at first
GONE = "LUM-PONTO"  # deleted in the shop, later
PERCENT = 10  # what the ERP's prices are above the shop's, at the end
PIX = """
[payments.pix]
account = "Conta corrente da loja"
settle = "paid"
fee_percent = "0.99"
"""


@dataclass(frozen=True)
class ShopOfStory:
    """One kind of shop. `chosen` is what is typed, `sent` the SKUs that this comes to.

    `cached`: a stock may be an hour old, so that a difference is believed after an hour only.
    """

    settings: str
    token: str
    about: str
    chosen: tuple[str, ...]
    sent: frozenset[str]
    cached: bool = False


def taking(kind: str) -> str:
    """When such a shop takes its stock: the switch of the sandbox."""
    return "on_hold" if kind == "woocommerce" else "payment"


def shop_of(kind: str, box: Sandbox) -> ShopOfStory:
    """The shop of the sandbox, as one of `KINDS`."""
    if kind == "storefront":
        return _storefront(box)
    if kind == FILES:
        return _files(box)
    if kind == "woocommerce":
        settings = f'kind = "woocommerce"\nurl = "{box.site_url}"\n'
        about = _("The shop answers as WooCommerce does.")
        return ShopOfStory(settings, box.woo_keys, about, CHOSEN, frozenset(CHOSEN))
    settings = f'kind = "webstore"\napi_url = "{box.shop_url}"\n'
    about = _("The merchant side of the shop is assumed, since Webstore publishes none.")
    return ShopOfStory(settings, box.shop_token, about, CHOSEN, frozenset(CHOSEN))


def _storefront(box: Sandbox) -> ShopOfStory:
    settings = f'{_pages(box)}api_url = "{box.shop_url}"\n'
    about = _(
        "The products are read from the shop's public pages, whose shapes are known; the orders come from its"
        " merchant side, which is assumed, since Webstore publishes none."
    )
    return ShopOfStory(settings, box.shop_token, about, *_by_product(box), cached=True)


def _files(box: Sandbox) -> ShopOfStory:
    about = _(
        "The products are read from the shop's public pages, whose shapes are known; the orders from files,"
        " as a panel exports them. No API of the shop is asked."
    )
    return ShopOfStory(f'{_pages(box)}orders = "files"\n', "", about, *_by_product(box), cached=True)


def _pages(box: Sandbox) -> str:
    """The settings of a shop whose public pages are read."""
    return (
        f'kind = "webstore"\ncatalogue = "storefront"\nurl = "{box.site_url}"\n'
        f'storefront_url = "{box.storefront_url}"\n'
    )


def _by_product(box: Sandbox) -> tuple[tuple[str, ...], frozenset[str]]:
    """What is typed to choose the products of the story on such pages, and the SKUs that this comes to."""
    # A variation is chosen by its product, whose lists tell nothing of variations; and a product that is in
    # no list by its number, which is all that the sitemap tells.
    units: dict[str, tuple[str, ...]] = {}
    for product in box.shop.products:
        name = product["sku"] if box.shop.category_of[product["id"]] else str(product["id"])
        units[name] = tuple(each["sku"] for each in product["variations"]) or (product["sku"],)
    chosen = tuple(next(name for name, skus in units.items() if sku in skus) for sku in CHOSEN)
    return chosen, frozenset(sku for name in chosen for sku in units[name])
