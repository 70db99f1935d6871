"""One run as whoever watches sees it: however it ends, and at whatever moment, it is noted and told once.

Each run of cron is lived inside `watched`, from before its settings are read: a way to end that nobody
thought of has its row in the log, its ping and its message like every other.
"""

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from contaazul_sync.core.errors import AlreadyRunning, Ended, SyncError, ending
from contaazul_sync.core.exits import INTERRUPTED, is_good
from contaazul_sync.core.fit import whole_pairs
from contaazul_sync.core.words import Said, kept, said_again
from contaazul_sync.home import config, log
from contaazul_sync.home.told import Told

if TYPE_CHECKING:
    from contaazul_sync.operate.alerts import Alerts
    from contaazul_sync.passes.report import Report
    from contaazul_sync.state.file import State

HIGHEST_CODE = 255  # of a process
MOST_SAID = 20  # different things in one time of trouble
MOST_ROWS, MOST_WORDS = 20, 300  # runs that the state could not keep, and how much each may say


class Watch:
    """What is known of one run so far. `state` is set when it is open, `report` when a pass begins."""

    def __init__(self, command: str, environ: Mapping[str, str], clock: Callable[[], datetime]) -> None:
        self.command, self.clock = command, clock
        self.begun = clock()
        self.settings = config.alerts(environ)
        self.told = Told(self.settings.home)
        self.state: State | None = None
        self.report: Report | None = None
        self._alerts: Alerts | None = None
        self._before: int | None = None  # how the run before ended, as the state has it

    @property
    def alerts(self) -> "Alerts":
        """The pings and messages of this run."""
        if self._alerts is None:
            from contaazul_sync.operate.alerts import Alerts  # noqa: PLC0415 - a refused run needs none

            self._alerts = Alerts(self.settings, self.clock)
        return self._alerts

    def opened(self, state: "State") -> None:
        """The state is open: what earlier runs could not keep in it is kept now."""
        self.state = self.alerts.state = state
        last = next(iter(state.runs.newest(1)), None)
        self._before = last.outcome if last else None
        if rows := self._rows_left():
            self._keep_rows(rows)
            self.told.keep(rows=[])

    def is_news(self, error: BaseException) -> bool:
        """Note this end in every place; whether it is to be said, since it was not when it came before."""
        if isinstance(error, AlreadyRunning):
            return self._is_stuck(error)
        code, message = ending(error)
        self._keep_end(code, message)
        self._tell(code)
        return code == INTERRUPTED or self._is_unsaid(code, message)

    def over(self, code: int) -> None:
        """The run has ended with this exit code, and without an error."""
        self._tell(code)
        if is_good(code, orders_went=self.orders_went):
            self.told.keep(said=[])

    @property
    def orders_went(self) -> bool:
        """Whether nothing stood in the way of the orders."""
        return self.report is not None and self.report.orders_went

    def _tell(self, code: int) -> None:
        counts = self.report.counts | self.report.done if self.report else None
        self.alerts.ended(code, self.count_new(), counts, orders_went=self.orders_went)

    def count_new(self) -> int:
        """The items that began to need a person in this run; none where the state does not tell."""
        if self.state is None:
            return 0
        try:
            failures = self.state.items.failures().values()
        except Exception:  # noqa: BLE001 - a damaged page: the run ends as it does
            return 0
        return sum(failure.since >= self.begun for failure in failures)

    def _is_stuck(self, error: AlreadyRunning) -> bool:
        """Whether the other run has held the lock for long, and nobody has said so of it."""
        if not error.for_long or self.told.read().get("lock") == error.for_long:
            return False
        self.told.keep(lock=error.for_long)
        return True

    def _is_unsaid(self, code: int, message: str) -> bool:
        said = self.told.read().get("said")
        if not isinstance(said, list):  # the first run of this version
            self.told.keep(said=[_mark(code, message)])
            return code != self._before
        if _mark(code, message) in said:
            return False
        self.told.keep(said=[*said, _mark(code, message)][-MOST_SAID:])
        return True

    def _keep_end(self, code: int, message: Said) -> None:
        """Have a row of this run, unless its pass has kept it; what cannot be kept now is by the next run."""
        if self.report and self.report.kept:
            return
        begun = self.report.begun if self.report else None
        moments = [moment.isoformat() for moment in (begun or self.begun, self.clock())]
        row = [self.command, *moments, code, _short(message)]
        try:
            if self.state is None:
                self._open()
            if run := self._keep_rows([row]):
                log.begin(self.settings.home, run, self.command)
                log.LOG.error("%s", message)
        except Exception:  # noqa: BLE001 - that it cannot be opened is mostly why the run ends
            self.told.keep(rows=[*self._rows_left(), row][-MOST_ROWS:])

    def _open(self) -> None:
        from contaazul_sync.home.machine import prepare_home  # noqa: PLC0415
        from contaazul_sync.state.file import State  # noqa: PLC0415

        prepare_home(self.settings.home)
        self.opened(State.open(self.settings.state_file))

    def _rows_left(self) -> list[object]:
        """The runs that no state has kept yet."""
        rows = self.told.read().get("rows")
        return rows if isinstance(rows, list) else []

    def _keep_rows(self, rows: list[object]) -> int:
        """Keep these runs in the state. Returns the number of the last one, where that is new."""
        from contaazul_sync.passes.binding import note_run  # noqa: PLC0415

        number = 0
        for row in rows:
            if self.state and (run := _row(row)):
                number = note_run(self.state, *run)
        return number


@contextmanager
def watched(watch: Watch, *, by_a_person: bool) -> Iterator[Watch]:
    """Live a run; who lives it says when it is `over`.

    Raises what ends it, as it is told; `Ended` in its place, where that was said before.
    `by_a_person`: somebody looks on, and is told in any case.
    """
    try:
        yield watch
    except BaseException as raised:
        error = raised if isinstance(raised, SyncError) else _as_told(raised)
        if watch.is_news(error) or by_a_person:
            if error is raised:
                raise
            raise error from raised
        raise Ended(ending(error)[0]) from None
    finally:
        if watch.state:
            watch.state.close()


def _as_told(raised: BaseException) -> BaseException:
    from contaazul_sync.state.trouble import told  # noqa: PLC0415 - a refused run needs no SQLite

    return told(raised)


def _mark(code: int, message: str) -> str:
    """An end and what was said of it; other numbers, moments and files in it make no other one."""
    words = re.sub(r"\S*/\S*|\d+|\s", "", message)
    return f"{code}:{zlib.crc32(whole_pairs(words).encode()):08x}"


def _short(message: Said) -> str:
    """What a run said, as it is kept; what is long, as it was said."""
    return kept(message) if len(message) <= MOST_WORDS else str(message)[:MOST_WORDS]


def _row(told: Any) -> tuple[str, datetime, datetime, int, Said] | None:
    """A run that could not be kept, as it was written down; None for what nobody has written.

    What no state takes would end each run after this one.
    """
    try:
        command, begun, ended, code, message = told
        moments = [datetime.fromisoformat(each).astimezone(UTC) for each in (begun, ended)]
        run = whole_pairs(str(command)), moments[0], moments[1], int(code), said_again(str(message))
    except (TypeError, ValueError, OverflowError):
        return None
    return run if 0 <= run[3] <= HIGHEST_CODE else None
