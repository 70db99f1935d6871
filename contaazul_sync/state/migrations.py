"""The schema of the state file, in numbered steps, each put together from the rooms' own parts.

A shipped step is never changed, only followed.
"""

import sqlite3

from sqlite_utils import Database, Migrations

from contaazul_sync.state import (
    customers,
    drifts,
    intents,
    items,
    links,
    notes,
    orders,
    payouts,
    products,
    queue,
    remarks,
    runs,
    sales,
    sends,
    settlements,
)

ROOMS = (
    notes,
    products,
    queue,
    links,
    drifts,
    orders,
    sales,
    customers,
    intents,
    sends,
    settlements,
    items,
    remarks,
    runs,
    payouts,
)

migrations = Migrations("contaazul-sync")


@migrations()
def m001_initial(db: Database) -> None:
    """The first schema. Amounts in centavos; quantities as text, exact; times as UTC text."""
    _step(db, 1)


@migrations()
def m002_small_and_fast(db: Database) -> None:
    """What a status over many products counts, and the days into which old runs are folded."""
    _step(db, 2)


@migrations()
def m003_other_shops(db: Database) -> None:
    """Products that a listing alone tells of, and differences of stock that may be a cached page's."""
    _step(db, 3)


@migrations()
def m004_people(db: Database) -> None:
    """What was last known of a buyer, what there is to say of an order, by which rules an item is held."""
    _step(db, 4)


@migrations()
def m005_the_order_book(db: Database) -> None:
    """Of an order: the shop's own number, whether it was ever paid, what was sent, what `ignore` saw."""
    _step(db, 5)
    items.see_again(db.conn)


@migrations()
def m006_one_bad_row(db: Database) -> None:
    """What is kept of runs, balances, products and prices since one bad row stops nothing any more."""
    _step(db, 6)


def _step(db: Database, number: int) -> None:
    for room in ROOMS:
        for statement in room.STEPS.get(number, "").split(";"):
            if statement.strip():
                db.execute(statement)


def migrate(db: sqlite3.Connection) -> None:
    """Take the steps that a file has not had yet."""
    migrations.apply(Database(db))
