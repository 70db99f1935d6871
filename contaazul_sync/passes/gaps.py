"""Where a list of the shop hid rows from a walk: each gap by the rows beside it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from contaazul_sync.core.orders import Order
from contaazul_sync.core.products import Product
from contaazul_sync.core.words import Said
from contaazul_sync.shops.port import Gone, Hidden, Told, Unread, Unreadable


@dataclass
class Gap:
    """So many rows at most that a list hides, between two that it shows; "" for its begin and its end.

    `file`: or all that are in this one.
    """

    after: str
    before: str
    rows: int
    reason: Said
    file: str = ""


@dataclass
class Gaps:
    """What one list hid, and whom it showed.

    `failed`: a page failed, though perhaps nothing is hidden. `miscounted`: it was read twice, and
    showed another number of rows than the shop tells, whose totals were right, or each time other rows.
    """

    found: list[Gap] = field(default_factory=list)
    failed: bool = False
    miscounted: bool = False
    shown: set[str] = field(default_factory=set)
    _last: str = ""
    _open: Gap | None = None

    @property
    def are_none(self) -> bool:
        """Whether it showed all that there is, as far as can be seen."""
        return not (self.failed or self.miscounted)

    def pass_by(self, page: Iterable[Told | Order | Unreadable]) -> None:
        """See the next rows of the list, in its order."""
        for row in page:
            if not isinstance(row, Hidden):
                self._show(_name(row))
                continue
            if row.moved:
                self.miscounted = True
                continue
            self.failed = True
            if row.file:
                self.found.append(Gap("", "", row.rows, row.reason, row.file))
            elif row.rows and self._open:  # side by side
                self._open.rows += row.rows
            elif row.rows:
                self._open = Gap(self._last, "", row.rows, row.reason)
                self.found.append(self._open)

    def _show(self, name: str) -> None:
        if not name:
            return
        if self._open:
            self._open.before, self._open = name, None
        self._last = name
        self.shown.add(name)


def _name(row: Product | Unread | Gone | Order | Unreadable) -> str:
    match row:
        case Product():
            return row.sku or row.key
        case Unread():
            return row.key
        case Order():
            return row.number or row.id
        case Unreadable():
            return row.id
        case Gone():
            return ""  # it is in no list
