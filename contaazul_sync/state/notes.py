"""Notes about the whole: single values and times, each under a key of its own."""

from datetime import datetime

from contaazul_sync.state.database import Database
from contaazul_sync.state.values import text, time_or_none

STEPS = {  # this room's part of the schema, by the migration that brought it
    1: """
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT
""",
    # What is new is for new homes: one that has run keeps what it did.
    4: """
INSERT INTO meta SELECT 'default:orders.update_customers', 'never' WHERE EXISTS (SELECT 1 FROM runs)
""",
    # Until its last good run, a home had met every sale of its own by the sales' numbers.
    5: """
INSERT INTO meta SELECT 'covered_to', max(started_at) FROM runs WHERE outcome IN (0, 6)
    HAVING max(started_at) IS NOT NULL
""",
}

COVERED_FROM = "covered_from"  # time: from when on the ERP's sales were looked at
COVERED_TO = "covered_to"  # time: until when
ORDERS_READABLE = "orders_readable"  # note: "no" where the shop's orders cannot be read
ORDERS_BEGIN = "orders_begin"  # time: when they could be read at last, after a time without
ORDERS_TOLD = "orders_begin_told"  # note: "no" as long as that is not told
MISCOUNT_TOLD = "miscount_told"  # time: when it was said that the shop's lists do not hold what it tells
RECEIVED_AT = "received_at"  # time: when it was looked last whose money had come
REBUILT_AT = "rebuilt_at"  # time: when the last rebuild that ended had begun
REBUILT_TO = "rebuilt_to"  # time: what was made later had been told by nobody when it ended
SETTLED_AS = "settled_as"  # note: how each way of paying was settled when it was looked last
PRICE_SOURCE = "price_source"  # note: which of the shop's two prices were sent last
SHOP_NAMES = "shop_names"  # note: what this shop was called before in the notes of sales, as a person said
EXPLAINED = "explained"  # note: statuses that meant paid already when an older version was updated
OTHER_NAMES = "other_names"  # note: the names there that are of other shops


class Notes:
    """Single values that the program remembers."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def get(self, key: str) -> str | None:
        """A single remembered value, or None."""
        row = self.db.one("SELECT value FROM meta WHERE key = ?", key)
        return row["value"] if row else None

    def set(self, key: str, value: str) -> None:
        """Remember a single value."""
        self.db.write(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", key, value
        )

    def time(self, key: str) -> datetime | None:
        """A single remembered time, or None."""
        return time_or_none(self.get(key))

    def set_time(self, key: str, moment: datetime) -> None:
        """Remember a single time."""
        self.set(key, text(moment))

    def orders_begin(self, now: datetime, *, readable: bool) -> datetime | None:
        """The moment before which no order is sent: now, where the shop's orders could not be read so far.

        What was paid in a time without them may have been booked by hand.
        """
        could = self.get(ORDERS_READABLE) != "no"
        return now if readable and not could else self.time(ORDERS_BEGIN)

    def note_orders(self, now: datetime, *, readable: bool) -> None:
        """Keep whether the shop's orders can be read; where they can at last, since when, to be told once."""
        before, word = self.get(ORDERS_READABLE), "yes" if readable else "no"
        if before == word:
            return
        if readable and before == "no":
            self.set_time(ORDERS_BEGIN, now)
            self.set(ORDERS_TOLD, "no")
        self.set(ORDERS_READABLE, word)

    def first_day(self, now: datetime) -> datetime:
        """When this state was first asked what to send: nothing older is sent, unless a setting says so.

        Now, where it was not asked yet; `keep_first_day` keeps that.
        """
        return self.time("first_run") or now

    def keep_first_day(self, now: datetime) -> None:
        """A pass asks what to send."""
        self.set_time("first_run", self.first_day(now))

    def default(self, setting: str) -> str | None:
        """What a setting is in this home where it is not given: the default of its first version, or None."""
        return self.get(f"default:{setting}")
