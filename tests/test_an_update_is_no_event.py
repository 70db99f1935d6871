"""The first passes of this program in a home of a released version send and report what that one would have.

The shop has not changed. What is compared is what the released version did, half an hour, an hour and a day
later, from the same home with the same shop and the same ERP (tests/shipped/README.md).
"""

import json
import shutil
from collections import Counter
from contextlib import closing

import pytest

from contaazul_sync.cli.running import rules
from contaazul_sync.core.book import Place, place_of
from contaazul_sync.state.file import State
from tests.shipped import home
from tests.shipped.words import tell_erp, tell_shop

# What differs from pass to pass by its nature: when the last ones were.
RUNS = ("last_run", "last_good_run_at")


@pytest.fixture(params=home.NAMES)
def name(request):
    return request.param


@pytest.fixture
def job(name, tmp_path):
    with home.opened(name, tmp_path) as opened:
        yield opened


def without_runs(status):
    return {word: told for word, told in status.items() if word not in RUNS}


def standing(path):
    """What stands against each item, with its reason, since when, and how often it was tried."""
    known, newer = home.rows(path, "failures"), ("held_by", "held_as")
    return {(row["kind"], row["key"]): {k: row[k] for k in row if k not in newer} for row in known}


def kept(path, released):
    """All that a state file has of what the released version kept in its own, without what each pass moves.

    That is its own row, the number of its walk, and when a balance that differs is looked at again. A later
    version may keep more: other tables, columns and notes.
    """
    columns = {table: (home.rows(released, table) or [{}])[0].keys() for table in home.tables(released)}
    del columns["_sqlite_migrations"], columns["runs"]
    found = {
        table: [{name: row[name] for name in names} for row in home.rows(path, table)]
        for table, names in columns.items()
    }
    notes = {row["key"] for row in home.rows(released, "meta")} - {"walk"}
    uneven = {row["key"] for table in ("drifts", "suspicions") for row in found[table]}
    found["meta"] = [row for row in found["meta"] if row["key"] in notes]
    found["products"] = [row | {"walk": None} for row in found["products"]]
    found["links"] = [
        row | {"compare_after": None} if row["key"] in uneven else row for row in found["links"]
    ]
    return found


def without_steps(told):
    """The same without what to do next: to say that better is no event."""
    if isinstance(told, dict):
        return {key: without_steps(each) for key, each in told.items() if key != "next_step"}
    return [without_steps(each) for each in told] if isinstance(told, list) else told


def test_the_sandbox_holds_all_that_was_frozen(name, job):
    assert json.loads(json.dumps(tell_shop(job.shop))) == home.frozen(name, "shop.json")
    assert json.loads(json.dumps(tell_erp(job.erp))) == home.frozen(name, "erp.json")


def test_the_file_migrates_in_place_and_keeps_every_row(name, tmp_path):
    path = tmp_path / "state.db"
    shutil.copyfile(home.HOMES / name / "state.db", path)
    path.chmod(0o600)
    before = {table: home.rows(path, table) for table in home.tables(path)}
    with closing(State.open(path)) as state:
        assert state.fault() == ""

    for table, rows in before.items():
        after = home.rows(path, table)
        grown = table in ("_sqlite_migrations", "meta")  # a migration is noted, and what stays as it was
        assert len(after) >= len(rows) if grown else len(after) == len(rows), table
        kept = [{column: row[column] for column in rows[0]} for row in after] if rows else []
        assert all(row in kept for row in rows), table


def test_status_says_the_same_before_any_pass(name, job):
    assert home.status(job) == home.frozen(name, "status.json")


def test_every_order_that_was_ever_paid_stands_in_one_place(name, job):
    known = rules(job.settings, job.state)
    stands = {entry.id: place_of(entry, known) for entry in job.state.book.entries()}
    shown = home.rows(home.HOMES / name / "state.db", "orders")
    paid = {order["id"] for order in shown if order["payment"] == "paid"}

    assert paid <= {order for order, place in stands.items() if place}
    assert job.status()["orders"]["sent"] == list(stands.values()).count(Place.SENT)


def test_the_first_pass_is_no_event(name, job):
    released = home.HOMES / name / "state.db"
    before = standing(released)
    sales = set(job.erp.sales)
    told = home.a_pass(name, job, home.LATER[0])

    assert told["sent"] == []
    assert set(job.erp.sales) == sales
    assert (told["new_failures"], told["alerts"]) == (0, [])
    assert without_steps(standing(job.settings.state_file)) == without_steps(before)
    assert without_steps(kept(job.settings.state_file, released)) == without_steps(kept(released, released))
    last = home.frozen(name, "passes.json")["last"]
    for word in ("outcome", "message", "notes", "warnings"):
        assert told[word] == last[word], word
    assert without_steps(without_runs(told["status"])) == without_steps(
        without_runs(home.frozen(name, "status.json"))
    )


@pytest.mark.slow
def test_the_passes_that_follow_send_and_say_what_the_released_version_did(name, job):
    for then in home.frozen(name, "passes.json")["later"]:
        told = home.a_pass(name, job, then["minutes"])

        assert not Counter(told["sent"]) - Counter(then["sent"])
        for word in then.keys() - {"asked"}:  # what it reads is its own business
            assert without_steps(told[word]) == without_steps(then[word]), (then["minutes"], word)
