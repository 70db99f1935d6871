"""What must not grow with the shop and with the years: requests, statements, the file."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from filelock import FileLock

from contaazul_sync.core.ids import ErpId, OrderId, ShopKey
from contaazul_sync.core.orders import OrderNote, Payment
from contaazul_sync.core.products import Details, Link, Product
from contaazul_sync.core.words import NOTHING
from contaazul_sync.state.file import State
from tests.worlds.loaded import loaded_by

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
HEAVY = ("asyncio", "httpx", "keyring", "pydantic", "rich", "sqlite3", "sqlite_utils", "stdnum", "tenacity")
COLUMNS = "id, command, started_at, finished_at, outcome, created, updated, failed, message"


def fill(state: State, products: int) -> None:
    """Linked products, as they were last sent and compared."""
    made = [
        Product(ShopKey(str(i)), f"P-{i}", "Produto", 1000, None, Decimal(5), Details(), NOW)
        for i in range(products)
    ]
    state.products.save(made, state.products.new_walk())
    state.drifts.even([Link(p.key, ErpId(f"e{p.key}"), p.sku, 1000, 1000, Decimal(5)) for p in made], NOW)


@pytest.fixture
def state(tmp_path):
    made = State.open(tmp_path / "state.db")
    yield made
    made.close()


# Requests


def ready(job: Any, products: int) -> list[str]:
    skus = [f"P-{i}" for i in range(products)]
    for sku in skus:
        job.shop.add_product(sku, f"Produto {sku}", 10, 50)
    job.linked(*skus)
    job.until_quiet()
    job.forget_calls()
    return skus


def calls(job: Any) -> dict[str, int]:
    """How often each method was asked for at the ERP."""
    counts: dict[str, int] = {}
    for request in (r for r in job.erp.requests if r.path.startswith("/v1/")):
        name = f"{request.method} {request.path.split('/')[2]}"
        counts[name] = counts.get(name, 0) + 1
    return counts


@pytest.mark.slow
def test_a_changed_price_costs_one_call(job):
    skus = ready(job, 12)
    for sku in skus:
        job.shop.change(sku, price=11)

    job.sync(force=True)

    assert calls(job) == {"PATCH produtos": 12}


@pytest.mark.slow
def test_many_new_products_cost_one_call_each_and_the_list(job):
    job.shop.add_product("P-0", "Produto", 10, 5)
    job.linked("P-0")
    for i in range(1, 31):
        job.shop.add_product(f"P-{i}", f"Produto {i}", 10, 5)
    job.sync()
    job.choose(*(f"P-{i}" for i in range(1, 31)))
    job.forget_calls()

    job.sync()

    assert calls(job) == {"GET produtos": 2, "POST produtos": 30}


@pytest.mark.slow
def test_an_order_of_a_known_customer_costs_no_more_than_two_calls_with_all_that_follows(job):
    skus = ready(job, 4)
    job.shop.order([(skus[0], 1)])
    job.until_quiet()
    job.forget_calls()

    for i in range(20):
        job.shop.order([(skus[i % 4], 1)])
    job.until_quiet()

    counts = calls(job)
    assert counts["POST venda"] == 20
    assert "POST pessoas" not in counts
    assert sum(counts.values()) <= 2.2 * 20


@pytest.mark.slow
def test_an_order_of_a_new_customer_costs_no_more_than_four(job):
    skus = ready(job, 4)

    documents = ["111.444.777-35", "123.456.789-09", "987.654.321-00", "529.982.247-25", "390.533.447-05"]
    for document in documents:
        job.shop.order([(skus[0], 1)], payer_cpf=document)
    job.until_quiet()

    counts = calls(job)
    assert counts["POST venda"] == counts["POST pessoas"] == 5
    assert counts["GET pessoas"] == 5 + 3  # three to find out, once a day, whether the list leaves people out
    assert sum(counts.values()) <= 4.2 * 5


# Statements


@pytest.mark.slow
def test_what_is_asked_of_the_state_for_each_item_uses_an_index(job):
    ready(job, 12)
    few, many = statements(job, 1), statements(job, 9)
    each = {sql for sql, count in many.items() if count - few.get(sql, 0) >= 7}

    plans = {sql: plan_of(job.state, sql) for sql in each}

    assert len(each) > 8
    assert not {sql: plan for sql, plan in plans.items() if "SCAN" in plan.replace("SCAN CONSTANT ROW", "")}


def statements(job: Any, items: int) -> dict[str, int]:
    """How often each statement is run in a pass with so many orders and changed prices."""
    counts: dict[str, int] = {}

    def count(sql: str) -> None:
        counts[sql] = counts.get(sql, 0) + 1

    for i in range(items):
        job.shop.order([(f"P-{i}", 1)])
        job.shop.change(f"P-{i}", price=10 + items + i)
    watched(job.state, count)
    job.sync()
    watched(job.state, None)
    return counts


def watched(state: State, seen: Any) -> None:
    """Have `execute` tell each statement with its placeholders: SQLite's own trace fills the values in."""
    if seen is None:
        del state.db.execute, state.db.query
        return
    execute, query = state.db.execute, state.db.query

    def told(run: Any) -> Any:
        def call(sql: str, *values: Any) -> Any:
            seen(sql)
            return run(sql, *values)

        return call

    state.db.execute, state.db.query = told(execute), told(query)  # type: ignore[method-assign]


def plan_of(state: State, sql: str) -> str:
    if not sql.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
        return ""
    named = dict.fromkeys(re.findall(r"(?<!\w):([a-z_]+)", sql))
    values: Any = named if named else [None] * sql.count("?")
    return " / ".join(row["detail"] for row in state.db.query(f"EXPLAIN QUERY PLAN {sql}", values))


def test_a_pass_reads_only_the_products_that_may_need_something(state):
    fill(state, 300)
    state.products.save(
        [Product(ShopKey("7"), "P-7", "Produto", 1100, None, Decimal(5))], state.products.new_walk()
    )
    state.products.save(
        [Product(ShopKey("8"), "P-8", "Produto", 1000, None, Decimal(4))], state.products.new_walk()
    )

    found = state.pairs.to_look_at(lambda price, promotional: price, also=[ShopKey("9")])

    assert sorted(product.key for product, _ in found) == ["7", "8", "9"]


# The file


def test_old_runs_are_folded_into_days_and_the_last_good_one_stays(state):
    for days in range(200, 0, -1):
        for outcome in (0, 5) if days > 150 else (5, 5):
            begun = NOW - timedelta(days=days)
            run = state.runs.start("sync", begun)
            state.runs.finish(run, begun, outcome, {"created": 1}, NOTHING)
    good = state.runs.last_good()

    state.tidy(NOW)

    kept = state.runs.newest(1000)
    folded = list(state.db.query("SELECT * FROM days ORDER BY day"))
    assert state.runs.last_good() == good
    assert len(kept) == 1 + 2 * 90
    assert sum(day["runs"] for day in folded) + len(kept) == 400
    assert (folded[0]["runs"], folded[0]["failed"], folded[0]["created"]) == (2, 1, 2)


@pytest.mark.slow
def test_a_year_of_runs_and_fifty_thousand_orders_stay_below_a_hundred_megabytes(state):
    with state.db.atomic():
        for i in range(17_520):
            row = [
                i + 1,
                "sync",
                (NOW - timedelta(minutes=30 * i)).isoformat(),
                NOW.isoformat(),
                0,
                1,
                1,
                0,
                "",
            ]
            state.db.execute(f"INSERT INTO runs ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    for start in range(0, 50_000, 1000):
        notes = [
            OrderNote(
                OrderId(str(88_000 + i)),
                Payment.PAID,
                17_000,
                (("CAM-AZ-M", Decimal(2)), ("CANECA-IPE", Decimal(1))),
                NOW,
                NOW,
                "1:0123456789abcdef0123",
                "confirmed",
                "0123456789abcdef0123",
            )
            for i in range(start, start + 1000)
        ]
        state.orders.save(notes, NOW)
        with state.db.atomic():
            for number, note in enumerate(notes, start=start):
                erp_id = f"00000000-0000-4000-8000-{number:012d}"
                row = [note.id, erp_id, number, note.total, note.fingerprint, 1, NOW.isoformat()]
                state.db.execute("INSERT INTO sales VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", row)

    state.tidy(NOW)

    assert state.path is not None
    assert state.path.stat().st_size < 100_000_000
    assert len(state.runs.newest(20_000)) < 4_400


@pytest.mark.slow
def test_the_space_of_what_was_deleted_is_given_back(state):
    fill(state, 20_000)
    before = state.path.stat().st_size
    state.db.execute("DELETE FROM links")
    state.db.execute("DELETE FROM products")

    state.tidy(NOW)

    assert state.path.stat().st_size < before / 4


# The start


def test_help_loads_nothing_heavy():
    code = "import sys; from contaazul_sync.__main__ import main; main()"
    loaded = loaded_by("-c", code, "--help", env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"})

    assert "contaazul_sync.cli.app" in loaded
    assert not {name for name in loaded if name.partition(".")[0] in HEAVY}


def test_a_refused_run_loads_nothing_that_a_pass_needs(tmp_path):
    tmp_path.chmod(0o700)
    with FileLock(tmp_path / "run.lock"):
        code = "from contaazul_sync.__main__ import main; main()"
        environ = {"CONTAAZUL_SYNC_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
        loaded = loaded_by("-c", code, "sync", env=environ, code=5)

    assert not {name for name in loaded if name.partition(".")[0] in HEAVY}
