"""What sales move just now: until both sides count a sale, a difference of their balances proves nothing."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property

from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.plan.units import skus_of, units_of_notes
from contaazul_sync.core.products import Link, is_ahead, settles_at
from contaazul_sync.passes.parts import Parts

Units = Mapping[ShopKey, Decimal]


class Motion:
    """The balances that settle at one moment. Each for a day at most: then a best seller is compared, too."""

    def __init__(self, parts: Parts) -> None:
        self.parts, self.now = parts, parts.clock()
        self._since = parts.state.links.settling()

    def waits(self, link: Link) -> bool:
        """Whether a balance is left alone, since a sale moves it."""
        return is_ahead(settles_at(link.compare_after, self._since.get(link.key)), self.now)

    def hides(self, link: Link) -> bool:
        """Whether the ERP's list may show a balance as even that is not: sales keep some of it back, or may.

        Nobody knows whether the list counts that.
        """
        return link.reserved or link.key in self._since

    def explains(self, key: ShopKey, expected: Decimal, actual: Decimal) -> bool:
        """Whether a difference may be that of sales which the ERP does not count yet, or still counts."""
        sold, returned = (units.get(key, Decimal(0)) for units in self._lately)
        return expected - returned <= actual <= expected + sold

    @cached_property
    def _lately(self) -> tuple[Units, Units]:
        """The units of the sales that were sent, or ended, so lately that the ERP may not count that."""
        state, rules = self.parts.state, self.parts.rules
        since = self.now - (self.parts.settled_at(self.now) - self.now)
        sales = state.sales.moved_since(since)
        notes = {note.id: note for note in state.orders.of(sale.order_id for sale in sales)}
        key_of = state.products.keys_of_skus(skus_of(notes.values(), rules))
        known = [sale for sale in sales if sale.order_id in notes]
        sent = [notes[sale.order_id] for sale in known if sale.sent_at >= since]
        ended = [notes[sale.order_id] for sale in known if sale.ended_at]
        return units_of_notes(sent, key_of, rules), units_of_notes(ended, key_of, rules)
