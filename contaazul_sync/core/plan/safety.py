"""When the shop's listing looks so wrong that nothing is sent."""

from collections.abc import Mapping
from decimal import Decimal

from contaazul_sync.core.errors import SafetyStop
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.plan.units import balance_of
from contaazul_sync.core.products import Link, Product
from contaazul_sync.core.rules import Rules
from contaazul_sync.core.words import _

MASS_CHANGE = 20  # fewer changed products than this are never a safety stop


def check(*, listed: int, was_listed: int, full: bool, linked: int, changed: int, force: bool) -> None:
    """Stop before anything is sent when the shop's listing looks wrong. Raises SafetyStop.

    `listed` and `was_listed` count the shop's products now and before; only a full walk proves that a
    listing is empty. `changed` counts the linked products whose own price or stock moved, or that vanished.
    """
    if force:
        return
    look = _("Look at the shop; if this is right: contaazul-sync sync --force")
    if full and was_listed and not listed:
        text = _("The shop lists no product at all, and it had {n}. Nothing was sent.")
        raise SafetyStop(f"{text.format(n=was_listed)} {look}")
    if changed >= MASS_CHANGE and changed * 2 > linked:
        text = _("{n} of {linked} linked products changed in the shop at once. Nothing was sent.")
        raise SafetyStop(f"{text.format(n=changed, linked=linked)} {look}")


def has_changed(product: Product, link: Link, pending: Mapping[ShopKey, Decimal], rules: Rules) -> bool:
    """Whether the shop itself moved a linked product's price or stock since it was last sent or compared.

    What an order took from the stock is no such move: its units are still counted, until they are sold.
    """
    if link.base is not None and product.base(rules.price_source) != link.base:
        return True
    known = link.expected is not None and product.stock is not None and not product.problem
    return known and balance_of(product, pending) != link.expected
