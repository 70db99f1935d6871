"""The money of orders that are sales: what is due, what was received, and the ledger of what was sent of it.

Of the ledger nothing is taken out. An order without a row in `receivables` is not followed.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from contaazul_sync.core.days import beginning
from contaazul_sync.core.ids import ErpId, OrderId
from contaazul_sync.core.items import Outcome
from contaazul_sync.core.receivables import DuePart, Money, Settlement
from contaazul_sync.state.database import Database, Row
from contaazul_sync.state.values import LONG_AGO, text

STEPS = {  # this room's part of the schema, by the migration that brought it
    6: """
CREATE TABLE settle_since (
    method TEXT PRIMARY KEY,
    day TEXT NOT NULL,
    stopped INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE receivables (
    order_id TEXT PRIMARY KEY,
    look_at TEXT
) STRICT;
CREATE INDEX receivables_by_look ON receivables (look_at);
CREATE TABLE parts (
    order_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    of INTEGER NOT NULL,
    due TEXT NOT NULL,
    amount INTEGER NOT NULL,
    money TEXT NOT NULL CHECK (money IN ('settled', 'by_person', 'later', 'statement', 'open', 'ended')),
    received INTEGER NOT NULL,
    fee INTEGER NOT NULL,
    received_on TEXT,
    PRIMARY KEY (order_id, number)
) STRICT;
CREATE TABLE settlements (
    id INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL,
    part INTEGER NOT NULL,
    part_id TEXT NOT NULL,
    day TEXT NOT NULL,
    gross INTEGER NOT NULL,
    fee INTEGER NOT NULL,
    sent_at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('unknown', 'made', 'refused', 'absent', 'unsent')),
    source TEXT NOT NULL
) STRICT;
CREATE INDEX settlements_of_order ON settlements (order_id);
CREATE INDEX settlements_of_payout ON settlements (source) WHERE source <> ''
""",
}


def _as_settlement(row: Row) -> Settlement:
    return Settlement(
        order_id=OrderId(row["order_id"]),
        part=row["part"],
        part_id=ErpId(row["part_id"]),
        day=date.fromisoformat(row["day"]),
        gross=row["gross"],
        fee=row["fee"],
        sent_at=datetime.fromisoformat(row["sent_at"]),
        outcome=Outcome(row["outcome"]),
        source=row["source"],
        id=row["id"],
    )


def _as_part(row: Row) -> DuePart:
    return DuePart(
        order_id=OrderId(row["order_id"]),
        number=row["number"],
        of=row["of"],
        due=date.fromisoformat(row["due"]),
        amount=row["amount"],
        money=Money(row["money"]),
        received=row["received"],
        fee=row["fee"],
        received_on=date.fromisoformat(row["received_on"]) if row["received_on"] else None,
    )


class Settlements:
    """What comes in for the orders that are sales."""

    def __init__(self, db: Database) -> None:
        self.db = db

    # From when on

    def since(self) -> dict[str, date]:
        """From which day on the sales of each way of paying are settled, by the merchant's word for it."""
        rows = self.db.query("SELECT * FROM settle_since ORDER BY method")
        return {row["method"]: date.fromisoformat(row["day"]) for row in rows}

    def running(self) -> dict[str, date]:
        """From which day on each way of paying is settled, of those that are settled now."""
        rows = self.db.query("SELECT * FROM settle_since WHERE NOT stopped ORDER BY method")
        return {row["method"]: date.fromisoformat(row["day"]) for row in rows}

    def begin(self, methods: Iterable[str], day: date) -> None:
        """These ways of paying, and no others, are settled from this day on, but for those that were already.

        One that was not for a while begins anew: what was sold meanwhile is as old as what was sold before.
        """
        known, wanted = self.running(), {*methods}
        for method in known.keys() - wanted:
            self.db.write("UPDATE settle_since SET stopped = 1 WHERE method = ?", method)
        self._begin(dict.fromkeys(sorted(wanted - known.keys()), day))

    def go_back_to(self, methods: Iterable[str], day: date) -> None:
        """A person wants these ways of paying to be settled from this day on, or from an earlier one."""
        known = self.running()
        self._begin({method: day for method in sorted(methods) if day < known.get(method, date.max)})

    def _begin(self, days: Mapping[str, date]) -> None:
        if not days:
            return
        with self.db.atomic():
            # What was passed by may be of one of these.
            sql = """DELETE FROM receivables
                     WHERE look_at IS NULL AND order_id NOT IN (SELECT order_id FROM parts)"""
            self.db.execute(sql)
            for method, day in days.items():
                sql = "INSERT OR REPLACE INTO settle_since (method, day) VALUES (?, ?)"
                self.db.execute(sql, [method, day.isoformat()])

    # Whom to look at

    def not_followed(self, since: date) -> list[OrderId]:
        """The orders of that day or later that are sales, and whose money nobody has decided on."""
        sql = """SELECT id FROM orders JOIN sales ON order_id = id
                 WHERE ended_at IS NULL AND counted_at >= ? AND id NOT IN (SELECT order_id FROM receivables)
                 ORDER BY counted_at, id"""
        return [OrderId(row["id"]) for row in self.db.query(sql, [text(beginning(since))])]

    def follows(self, order_id: str) -> bool:
        """Whether the money of an order was ever looked at, or is to be."""
        sql = """SELECT 1 FROM receivables WHERE order_id = :id
                 AND (look_at IS NOT NULL OR order_id IN (SELECT order_id FROM parts))"""
        return next(iter(self.db.query(sql, {"id": order_id})), None) is not None

    def follow(self, order_ids: Iterable[OrderId], now: datetime) -> None:
        """Look at the money of these orders from now on."""
        with self.db.atomic():
            for order_id in order_ids:
                sql = """INSERT INTO receivables VALUES (?, ?)
                         ON CONFLICT DO UPDATE SET look_at = excluded.look_at"""
                self.db.execute(sql, [order_id, text(now)])

    def pass_by(self, order_ids: Iterable[OrderId]) -> None:
        """These orders are not to be followed, until a person asks for it."""
        with self.db.atomic():
            for order_id in order_ids:
                self.db.execute("INSERT OR IGNORE INTO receivables VALUES (?, NULL)", [order_id])

    def to_look_at(self, now: datetime) -> list[OrderId]:
        """The orders at whose money it is time to look."""
        sql = "SELECT order_id FROM receivables WHERE look_at <= ? ORDER BY look_at, order_id"
        return [OrderId(row["order_id"]) for row in self.db.query(sql, [text(now)])]

    def step_back(self, now: datetime) -> None:
        """A clock that was ahead is right again: what waits for a day that it named is looked at now.

        What was sent in the future counts as sent now.
        """
        with self.db.atomic():
            self.db.execute("UPDATE receivables SET look_at = ? WHERE look_at > ?", [text(now)] * 2)
            self.db.execute("UPDATE settlements SET sent_at = ? WHERE sent_at > ?", [text(now)] * 2)

    def look_anew(self, now: datetime) -> None:
        """A merchant settles otherwise from now on: look at all of which some is open."""
        sql = """UPDATE receivables SET look_at = ? WHERE order_id IN
                 (SELECT order_id FROM parts WHERE money IN ('later', 'statement', 'open'))"""
        self.db.write(sql, text(now))

    def look_at(self, order_id: OrderId, moment: datetime) -> None:
        """When to look next."""
        self.db.write("UPDATE receivables SET look_at = ? WHERE order_id = ?", text(moment), order_id)

    # What was sent

    def sent_of(self, order_id: str) -> list[Settlement]:
        """All that was ever sent of an order's money, the oldest first."""
        rows = self.db.query("SELECT * FROM settlements WHERE order_id = ? ORDER BY id", [order_id])
        return list(map(_as_settlement, rows))

    def sending(self, settlement: Settlement) -> int:
        """Write down a settlement that leaves now. Returns its line of the ledger."""
        sql = """INSERT INTO settlements (order_id, part, part_id, day, gross, fee, sent_at, outcome, source)
                 VALUES (?, ?, ?, ?, ?, ?, ?, 'unknown', ?)"""
        row = [settlement.order_id, settlement.part, settlement.part_id, settlement.day.isoformat()]
        row += [settlement.gross, settlement.fee, text(settlement.sent_at), settlement.source]
        return self.db.write(sql, *row).lastrowid or 0

    def leaving_again(self, line: int, now: datetime) -> None:
        """What did not get through leaves once more: its grace begins now."""
        self.db.write("UPDATE settlements SET sent_at = ? WHERE id = ?", text(now), line)

    def came_to(self, line: int, outcome: Outcome) -> None:
        """It is known what became of a settlement."""
        self.db.write("UPDATE settlements SET outcome = ? WHERE id = ?", outcome, line)

    def met(self, settlement: Settlement) -> None:
        """A settlement of ours is in the ERP that this state knows nothing of."""
        self.came_to(self.sending(settlement), Outcome.MADE)

    # What is due

    def keep_parts(self, order_id: OrderId, parts: Iterable[DuePart], next_look: datetime | None) -> None:
        """The parts of an order as they are now, and when to look at them next."""
        with self.db.atomic():
            self.db.execute("DELETE FROM parts WHERE order_id = ?", [order_id])
            for part in parts:
                row = [part.order_id, part.number, part.of, part.due.isoformat(), part.amount, part.money]
                row += [part.received, part.fee, part.received_on.isoformat() if part.received_on else None]
                self.db.execute("INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            sql = "UPDATE receivables SET look_at = ? WHERE order_id = ?"
            self.db.execute(sql, [text(next_look) if next_look else None, order_id])

    def end(self, order_id: OrderId) -> None:
        """An order's sale is cancelled: nothing more comes of it, and received is what the ledger has."""
        with self.db.atomic():
            received = """UPDATE parts SET (received, fee, received_on) =
                          (SELECT coalesce(sum(gross), 0), coalesce(sum(fee), 0), max(day)
                           FROM settlements AS sent
                           WHERE sent.order_id = parts.order_id AND part = number AND outcome = 'made')
                          WHERE order_id = ?"""
            ended = """UPDATE parts SET money = CASE received WHEN 0 THEN 'ended' ELSE 'settled' END
                       WHERE order_id = ? AND money <> 'by_person'"""
            for sql in (received, ended):
                self.db.execute(sql, [order_id])
            self.db.execute("UPDATE receivables SET look_at = NULL WHERE order_id = ?", [order_id])

    def parts_of(self, order_id: str) -> list[DuePart]:
        """The parts of an order, as they were seen last."""
        rows = self.db.query("SELECT * FROM parts WHERE order_id = ? ORDER BY number", [order_id])
        return list(map(_as_part, rows))

    def received(self, order_id: str) -> int:
        """How much of an order we have settled, or may have, in centavos."""
        sql = (
            "SELECT sum(gross) AS sum FROM settlements WHERE order_id = ? AND outcome IN ('made', 'unknown')"
        )
        row = self.db.one(sql, order_id)
        return int(row["sum"] or 0) if row else 0


def try_anew(db: Database, order_id: str) -> None:
    """Within a transaction: a person wants the money of an order to be looked at; not found, it is sent."""
    sql = "UPDATE settlements SET outcome = 'absent' WHERE order_id = ? AND outcome = 'unknown'"
    db.execute(sql, [order_id])
    db.execute("UPDATE receivables SET look_at = ? WHERE order_id = ?", [LONG_AGO, order_id])
