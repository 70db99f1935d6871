"""Units: what orders take from the stock, and what the ERP should hold."""

from collections.abc import Iterable, Iterator, Mapping, Set
from decimal import Decimal

from contaazul_sync.core.ids import OrderId, ShopKey
from contaazul_sync.core.orders import OrderNote, Payment
from contaazul_sync.core.products import Product
from contaazul_sync.core.quantities import added_up
from contaazul_sync.core.rules import Rules


def lately_ordered(notes: Iterable[OrderNote], key_of: Mapping[str, ShopKey], rules: Rules) -> set[ShopKey]:
    """The products of these orders."""
    return {key_of[sku] for note in notes for sku, _n in taken_apart(note.items, rules.kits) if sku in key_of}


def balance_of(product: Product, pending: Mapping[ShopKey, Decimal]) -> Decimal:
    """What the ERP should hold: the shop's stock and the units still to be sold. Below zero, too.

    Of a product that the shop keeps no stock of, these units alone.
    """
    return (product.stock or Decimal(0)) + pending.get(product.key, Decimal(0))


def may_be_written(balance: Decimal) -> bool:
    """Whether the ERP can be asked for a balance. Nobody has published what it makes of one below zero."""
    return balance >= 0


def opening_balance(product: Product, pending: Mapping[ShopKey, Decimal]) -> Decimal:
    """What a product is created with: what the ERP should hold, as far as that can be written.

    What is missing is compared in the next pass, and told.
    """
    return max(balance_of(product, pending), Decimal(0))


def pending_units(
    notes: Iterable[OrderNote], key_of: Mapping[str, ShopKey], sold: Set[OrderId], rules: Rules
) -> dict[ShopKey, Decimal]:
    """The units that the shop's stock lacks already and the ERP's does not yet, by product.

    These are of paid orders that are to become sales, of others where the shop has taken its stock already
    (`Rules.takes_stock`), and of sales that were booked without moving the ERP's stock (not in `sold`).
    """
    return units_of_notes(
        (note for note in notes if note.id not in sold and _counts(note, rules)), key_of, rules
    )


def _counts(note: OrderNote, rules: Rules) -> bool:
    # One that is not paid is never too old: the day that counts is that of the payment to come.
    stays_out = note.payment is not Payment.UNPAID and rules.too_old(note)
    return rules.takes_stock(note) and not stays_out


def units_of_notes(
    notes: Iterable[OrderNote], key_of: Mapping[str, ShopKey], rules: Rules
) -> dict[ShopKey, Decimal]:
    """How many units of each of the shop's products these orders have together."""
    items = (item for note in notes for item in taken_apart(note.items, rules.kits))
    return added_up((key_of[sku], quantity) for sku, quantity in items if sku in key_of)


Items = Iterable[tuple[str, Decimal]]
Kits = Mapping[str, tuple[tuple[str, Decimal], ...]]


def taken_apart(items: Items, kits: Kits) -> Iterator[tuple[str, Decimal]]:
    """An order's SKUs and quantities, with these kits replaced by their parts."""
    for sku, quantity in items:
        if sku in kits:
            yield from ((part, quantity * each) for part, each in kits[sku])
        else:
            yield sku, quantity


def skus_of(notes: Iterable[OrderNote], rules: Rules) -> set[str]:
    """Every SKU that these orders may need in the ERP: their items, and the parts of their kits."""
    items = {sku for note in notes for sku, _quantity in note.items}
    return items | {part for sku in items for part, _quantity in rules.kits.get(sku, ())}
