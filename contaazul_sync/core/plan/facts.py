"""What a plan is decided from: the rules, what the state remembers, and what was read."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from contaazul_sync.core.fingerprints import differs
from contaazul_sync.core.ids import ErpId, OrderId, ShopKey
from contaazul_sync.core.items import Failure, Group, Ignored, Intent, Kind
from contaazul_sync.core.orders import Sale
from contaazul_sync.core.plan.families import Twice
from contaazul_sync.core.plan.protocol import MAX_SENDS, in_grace
from contaazul_sync.core.rules import Rules
from contaazul_sync.core.words import Said, _

_AGAIN = (Group.WAITING, Group.IN_DOUBT)  # looked at anew in every pass
MAX_TRIES = 3  # how often something refused is tried again by itself


@dataclass(frozen=True, slots=True)
class Known:
    """What the state remembers, as far as a decision needs it.

    `looked_at`: when this pass looked in the ERP for an intent, of those that it could look for. What was
    sent is sent again only if that was after its grace, however long the pass has been going on since.
    """

    intents: Mapping[tuple[Kind, str], Intent]
    failures: Mapping[tuple[Kind, str], Failure]
    ignored: Mapping[tuple[Kind, str], Ignored]
    now: datetime
    grace: timedelta
    looked_at: Mapping[tuple[Kind, str], datetime] = field(default_factory=dict)
    fresh: bool = False  # once a day, what a rule holds is looked at anew

    def ignores(self, kind: Kind, key: str, version: str) -> bool:
        """Whether a person said to leave a product alone, as it is now."""
        kept = self.ignored.get((kind, key))
        return kept is not None and not differs(kept.version, version)

    def asks(self, order_id: OrderId) -> bool:
        """Whether an order is before a person, who alone can end that."""
        failure = self.failures.get((Kind.SALE, order_id))
        return failure is not None and failure.group is Group.ATTENTION

    def may_send(self, kind: Kind, key: str, version: str, reason: Said) -> Said | None:
        """The reason to send an item now, or None: its answer is still out, or it was tried as it is."""
        if intent := self.intents.get((kind, key)):
            looked_at = self.looked_at.get((kind, key))
            looked = looked_at is not None and not in_grace(intent, looked_at, self.grace)
            return _("sent before and not found in the ERP") if looked and intent.sends < MAX_SENDS else None
        failure = self.failures.get((kind, key))
        if failure is None or differs(failure.fingerprint, version) or failure.group in _AGAIN:
            return reason
        if failure.group is Group.ATTENTION:
            return None
        if failure.group is Group.FAILED:
            return _("tried again") if failure.attempts < MAX_TRIES or self.fresh else None
        return reason if self.fresh else None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules of a plan look at beside the items themselves.

    `linked`: the ERP's products for each SKU; `listed`: the SKUs that the shop has; `same_sku`: how many of
    the shop's products have a SKU that several have, `inherited` those of these that are variations of one
    product alone. `pending`: units that will still be sold, by product;
    `moving`: products ordered so lately that the stock which the shop tells may not count it; `unshown`:
    those that the shop did not show just now. `twice`: orders
    whose money and units others have, too. `sent_source`: which of the shop's two prices were sent last, as
    `Rules.price_source`; "" where nobody noted it. `stuck`: the SKUs of products that are chosen, and do not
    go now.
    """

    rules: Rules
    known: Known
    sales: Mapping[OrderId, Sale] = field(default_factory=dict)
    linked: Mapping[str, Set[ErpId]] = field(default_factory=dict)
    listed: Set[str] = frozenset()
    same_sku: Mapping[str, int] = field(default_factory=dict)
    pending: Mapping[ShopKey, Decimal] = field(default_factory=dict)
    moving: Set[ShopKey] = frozenset()
    unshown: Set[ShopKey] = frozenset()
    twice: Mapping[OrderId, Twice] = field(default_factory=dict)
    inherited: Set[str] = frozenset()
    sent_source: str = ""
    stuck: Set[str] = frozenset()
