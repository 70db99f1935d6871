"""The schema of the state file, in numbered steps. A shipped step is never changed, only followed."""

import sqlite3

from sqlite_utils import Database, Migrations

migrations = Migrations("contaazul-sync")


@migrations()
def m001_initial(db: Database) -> None:
    """The first schema. Amounts in centavos; quantities as text, exact; times as UTC text."""
    for statement in _INITIAL.split(";"):
        if statement.strip():
            db.execute(statement)


@migrations()
def m002_small_and_fast(db: Database) -> None:
    """What a status over many products counts, and the days into which old runs are folded."""
    for statement in _SMALL_AND_FAST.split(";"):
        db.execute(statement)


@migrations()
def m003_other_shops(db: Database) -> None:
    """Products that a listing alone tells of, and differences of stock that may be a cached page's."""
    for statement in _OTHER_SHOPS.split(";"):
        db.execute(statement)


def migrate(db: sqlite3.Connection) -> None:
    """Take the steps that a file has not had yet."""
    migrations.apply(Database(db))


_INITIAL = """
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE products (
    key TEXT PRIMARY KEY,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    price INTEGER NOT NULL,
    promotional INTEGER,
    stock TEXT NOT NULL,
    details TEXT NOT NULL,
    problem TEXT,
    updated_at TEXT,
    walk INTEGER NOT NULL,
    gone_at TEXT
) STRICT;
CREATE INDEX products_by_sku ON products (sku);

CREATE TABLE queue (
    key TEXT PRIMARY KEY REFERENCES products (key),
    queued_at TEXT NOT NULL
) STRICT;

CREATE TABLE links (
    key TEXT PRIMARY KEY,
    erp_id TEXT NOT NULL UNIQUE,
    sku TEXT NOT NULL,
    base INTEGER,
    sent INTEGER,
    expected TEXT,
    compare_after TEXT,
    missing INTEGER NOT NULL DEFAULT 0 CHECK (missing IN (0, 1)),
    linked_at TEXT NOT NULL
) STRICT;
CREATE INDEX links_by_sku ON links (sku);

CREATE TABLE drifts (
    key TEXT PRIMARY KEY REFERENCES links (key) ON DELETE CASCADE,
    expected TEXT NOT NULL,
    actual TEXT NOT NULL,
    since TEXT NOT NULL
) STRICT;

CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    payment TEXT NOT NULL CHECK (payment IN ('paid', 'unpaid', 'cancelled', 'refunded', 'unknown')),
    status TEXT NOT NULL,
    total INTEGER NOT NULL,
    items TEXT NOT NULL,
    counted_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    buyer TEXT NOT NULL
) STRICT;

CREATE TABLE sales (
    order_id TEXT PRIMARY KEY,
    erp_id TEXT NOT NULL UNIQUE,
    number INTEGER NOT NULL,
    total INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    moves_stock INTEGER NOT NULL CHECK (moves_stock IN (0, 1)),
    sent_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;

CREATE TABLE customers (
    hash TEXT PRIMARY KEY,
    erp_id TEXT NOT NULL
) STRICT;

CREATE TABLE intents (
    kind TEXT NOT NULL CHECK (kind IN ('product', 'customer', 'sale')),
    key TEXT NOT NULL,
    number INTEGER,
    opened_at TEXT NOT NULL,
    sent_at TEXT,
    sends INTEGER NOT NULL DEFAULT 0,
    fingerprint TEXT NOT NULL DEFAULT '',
    total INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, key),
    CHECK ((kind = 'sale') = (number IS NOT NULL))
) STRICT;

CREATE TABLE failures (
    kind TEXT NOT NULL CHECK (kind IN ('product', 'customer', 'sale')),
    key TEXT NOT NULL,
    "group" TEXT NOT NULL CHECK ("group" IN ('waiting', 'held', 'failed', 'in_doubt', 'attention')),
    reason TEXT NOT NULL,
    next_step TEXT NOT NULL,
    since TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT;

CREATE TABLE ignored (
    kind TEXT NOT NULL CHECK (kind IN ('product', 'sale')),
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT;

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    outcome INTEGER,
    created INTEGER NOT NULL DEFAULT 0,
    updated INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    CHECK ((finished_at IS NULL) = (outcome IS NULL))
) STRICT
"""

_SMALL_AND_FAST = """
ALTER TABLE products ADD COLUMN renamed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX products_gone ON products (key) WHERE gone_at IS NOT NULL;
CREATE INDEX products_renamed ON products (key) WHERE renamed = 1;
CREATE INDEX products_unfit ON products (key) WHERE gone_at IS NULL
    AND (sku = '' OR length(sku) > 20 OR problem IS NOT NULL OR price <= 0);
CREATE INDEX links_missing ON links (key) WHERE missing = 1;
CREATE TABLE days (
    day TEXT PRIMARY KEY,
    runs INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL
) STRICT
"""


_OTHER_SHOPS = """
ALTER TABLE products ADD COLUMN listed INTEGER NOT NULL DEFAULT 0 CHECK (listed IN (0, 1));

CREATE TABLE suspicions (
    key TEXT PRIMARY KEY REFERENCES links (key) ON DELETE CASCADE,
    expected TEXT NOT NULL,
    actual TEXT NOT NULL,
    since TEXT NOT NULL
) STRICT
"""
