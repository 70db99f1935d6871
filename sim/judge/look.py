"""One home at rest, as it is judged: both servers, what people did there, and what its state tells."""

from datetime import timedelta
from typing import NamedTuple

from contaazul_sync.core.items import Kind
from contaazul_sync.sandbox.erp.records.sales import Sale
from contaazul_sync.state.file import State
from sim.watch import is_live
from sim.world import Home, World

ONE_PASS = timedelta(hours=1)  # what a pass read at its begin may have changed before it sends


class Wrong(NamedTuple):
    """What is wrong: the name of what has to be true, and where it is not."""

    invariant: str
    text: str


class Look:
    """A home at rest. `strict`: a state that was once lost excuses nothing."""

    def __init__(self, world: World, home: Home, state: State, *, strict: bool) -> None:
        self.world, self.home, self.state = world, home, state
        self.strict = strict
        self.failures = state.items.failures()
        self.ignored = state.items.ignored()
        self.sales = home.sales()

    def live(self, order: str) -> list[Sale]:
        """The sales of an order that were neither deleted nor cancelled."""
        return [sale for sale in self.sales[order] if is_live(sale)]

    def forgotten(self, order: str) -> list[Sale]:
        """The sales of an order that the state, lost or put back since, need not know."""
        gaps = [] if self.strict else self.home.gaps
        return [sale for sale in self.sales[order] if any(gap.has(sale) for gap in gaps)]

    def unmet(self, sale: Sale) -> bool:
        """Whether a state that was lost or put back could not meet a sale: the ERP did not show it yet."""
        gaps = [] if self.strict else self.home.gaps
        return any(gap.hides(sale) for gap in gaps)

    def leapt_over(self, sale: Sale) -> bool:
        """Whether the clock leapt while the ERP hid a sale, and took its number twice: the grace was no time.

        That is beyond what is promised, and has to be told.
        """
        accepts = self.world.erp.switches.duplicate_number == "accept"
        return accepts and any(sale.created <= leap < sale.visible_from for leap in self.home.leaps)

    def told(self, order: str) -> bool:
        """Whether something stands against an order, or it is left alone."""
        return (Kind.SALE, order) in self.failures or (Kind.SALE, order) in self.ignored

    @property
    def sees_all(self) -> bool:
        """Whether a walk meets each product: small pages, shuffled each for itself, hide some for long."""
        told = self.home.shop.switches
        return not (told.pages == "permuted" and told.page_cap)
