"""How a pass ends where several ends meet, and where the disk is full in the middle of it."""

from datetime import timedelta

import pytest

from contaazul_sync.core.errors import StateError
from contaazul_sync.core.words import quoted
from tests.worlds.clock import Clock

pytestmark = pytest.mark.line("memory")


def newest(job):
    return job.state.runs.newest(1)[0]


@pytest.mark.slow
@pytest.mark.parametrize("room", [0, 2, 4])
def test_a_disk_that_is_full_in_the_middle_of_a_pass_sells_no_order_twice_and_none_never(linked, room):
    job = linked("CAM-1", "Camiseta", 79.90, 50)
    job.sync()
    for _ in range(40):
        job.shop.order([("CAM-1", 1)])
    (pages,) = job.state.db.execute("PRAGMA page_count").fetchone()
    job.state.db.execute(f"PRAGMA max_page_count = {pages + room}")

    with pytest.raises(StateError, match=r"the disk is full\. Make room on it, then run it again"):
        job.sync()

    job.state.db.execute("PRAGMA max_page_count = 1000000")
    job.until_quiet()
    assert len(job.erp.sales) == 40
    assert len({sale.observacoes for sale in job.erp.sales.values()}) == 40
    outcomes = [run.outcome for run in job.state.runs.newest(99)]
    assert outcomes[0] in (0, 6)
    assert 1 not in outcomes


@pytest.mark.slow
def test_a_run_that_a_full_disk_ended_has_a_row_that_says_so(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 50)
    (pages,) = job.state.db.execute("PRAGMA page_count").fetchone()
    for number in range(300):
        job.shop.add_product(f"P-{number}", "Produto " * 12, 10, 5)
    job.state.db.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StateError):
        job.sync()

    assert (newest(job).outcome, "disk is full" in newest(job).message) == (3, True)


def test_a_run_that_was_held_back_and_sent_its_orders_is_a_good_one(job):
    runs, now = job.state.runs, Clock()()
    runs.finish(runs.start("sync", now), now, 7, {}, quoted("31 prices were held back"), orders_went=True)
    stopped = now + timedelta(hours=1)
    runs.finish(runs.start("sync", stopped), stopped, 7, {}, quoted("40 orders look like sold ones"))

    assert runs.last_good().started_at == now
    assert runs.by_day(now.date() - timedelta(days=1)) == {now.date(): (2, 1)}
    runs.fold(now + timedelta(days=200))
    assert [run.started_at for run in runs.newest(9)] == [now]
