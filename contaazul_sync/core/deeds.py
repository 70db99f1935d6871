"""What a run did, in its own words: products, orders and their sum, prices, balances, what waits."""

from collections.abc import Callable, Iterator, Mapping

from contaazul_sync.core.money import written
from contaazul_sync.core.words import _, ngettext

# What one is worth (centavos) is counted as its name and `_sum`; `waiting`: orders that wait for a product.
PRODUCTS, ORDERS, CANCELLED, PRICES, BALANCES, WAITING = (
    "products",
    "orders",
    "cancelled",
    "prices",
    "balances",
    "waiting",
)
COUNTS = ("created", "updated", "failed")
CREATED = (PRODUCTS, ORDERS)  # what else is done counts as updated

_TOLD: dict[str, Callable[[int], str]] = {
    PRODUCTS: lambda n: ngettext("{n} product created", "{n} products created", n),
    ORDERS: lambda n: ngettext("{n} order sent", "{n} orders sent", n),
    CANCELLED: lambda n: ngettext("{n} sale cancelled", "{n} sales cancelled", n),
    PRICES: lambda n: ngettext("{n} price changed", "{n} prices changed", n),
    BALANCES: lambda n: ngettext("{n} balance set", "{n} balances set", n),
    WAITING: lambda n: ngettext("{n} waits for a product", "{n} wait for a product", n),
}


def in_words(done: Mapping[str, int], counts: Mapping[str, int]) -> str:
    """What a run did: `10 products created, 3 orders sent (R$ 912,74), 1 not done`.

    `counts`: created, updated and failed; of a run of an older version they are all that is known.
    """
    created, updated, failed = (counts.get(name, 0) for name in COUNTS)
    if not done and created + updated:
        text = _("created {created}, updated {updated}, not done {failed}")
        return text.format(created=created, updated=updated, failed=failed)
    parts = list(_done(done))
    if failed:
        parts.append(ngettext("{n} not done", "{n} not done", failed).format(n=failed))
    return ", ".join(parts) or _("nothing to do")


def _done(done: Mapping[str, int]) -> Iterator[str]:
    for deed, told in _TOLD.items():
        if number := done.get(deed, 0):
            worth = f" ({written(total)})" if (total := done.get(f"{deed}_sum", 0)) else ""
            yield told(number).format(n=number) + worth
