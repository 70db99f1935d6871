"""Twelve real homes on a real Airflow: states as mapped, nothing twice, each home's log in its task."""

import re
import signal
import stat

import pytest

from contaazul_sync.home.lock import run_lock
from contaazul_sync.home.machine import utc_now
from tests.fleet.fleet import ADDED, ENGINES, SECONDS, Fleet

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(2 * SECONDS),
    pytest.mark.skipif(not (ENGINES / "airflow").is_file(), reason=f"no {ADDED}; see `make test-fleet`"),
]

WELL = [f"loja-{number:02}" for number in range(1, 8)]
FIRST, SECOND = "2026-02-01", "2026-02-02"
LONG = 60.0  # seconds that a shop takes to answer; the tests are over long before
BY_HAND = ("--local", "--force", "--ignore-all-dependencies")
AS_MAPPED = {
    **dict.fromkeys(WELL, ("success", 0)),
    "loja-look": ("success", 6),
    "loja-dead": ("failed", 4),
    "loja-held": ("skipped", 5),
    "loja-down": ("skipped", 5),
    "loja-setup": ("failed", 3),
}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    with Fleet(tmp_path_factory.mktemp("f")) as made:
        for name in AS_MAPPED:
            made.add(name)
        made.begin()
        yield made


@pytest.fixture(scope="module")
def first(fleet):
    """One shop's sign-in is dead, one's lock is held, one is down, and one's settings are spoilt."""
    shops = fleet.shops
    shops["loja-look"].sandbox.shop.order([("GONE", 1, 5)])
    shops["loja-dead"].sandbox.erp.sessions.revoke()
    config = shops["loja-setup"].home / "config.toml"
    right = config.read_text()
    config.write_text(right + "\n[prices]\nadjustment_percent = 'a lot'\n")
    with (
        run_lock(shops["loja-held"].home, "sync", utc_now()),
        shops["loja-down"].sandbox.shop.outage(),
    ):
        ran = fleet.run(FIRST)
        places = dict(fleet.places)
    config.write_text(right)
    return ran, places, fleet.table()


def test_exit_codes_become_states(first):
    ran, _, _ = first

    assert {name: ran.states[name] for name in AS_MAPPED} == {n: state for n, (state, _) in AS_MAPPED.items()}


def test_a_shop_that_fails_fails_no_run(first):
    ran, _, _ = first

    assert (ran.code, ran.states["run"], ran.states["table"]) == (0, "success", "success")


def test_each_shops_log_is_in_its_task(first):
    ran, places, _ = first

    for name in WELL:
        assert re.findall(r"INFO - (\S+): all well", ran.log(places[name]))[0] == name
        assert "orders: 88124 done" in ran.log(places[name])
    assert "some items need a look" in ran.log(places["loja-look"])
    assert "contaazul-sync --profile loja-dead auth" in ran.log(places["loja-dead"])
    assert "loja-held: not now" in ran.log(places["loja-held"])
    assert "adjustment_percent" in ran.log(places["loja-setup"])


def test_the_table_is_what_status_says(fleet, first):
    _, _, table = first

    assert {name: row["code"] for name, row in table.items()} == {
        n: code for n, (_, code) in AS_MAPPED.items()
    }
    assert table["loja-01"]["status"]["last_run"]["outcome"] == 0
    assert table["loja-dead"]["status"]["last_run"]["outcome"] == 4
    assert "adjustment_percent" in table["loja-setup"]["error"]
    assert stat.S_IMODE((fleet.main / "fleet.json").stat().st_mode) == 0o600


def test_the_next_run_goes_on_and_nothing_is_sold_twice(fleet, first):
    before = {name: shop.sales for name, shop in fleet.shops.items()}

    ran = fleet.run(SECOND)

    late = {"loja-held", "loja-down", "loja-setup"}
    assert {name: ran.states[name] for name in late} == dict.fromkeys(late, "success")
    assert {name for name, sales in before.items() if sales == 0} == late | {"loja-dead"}
    assert {n: shop.sales for n, shop in fleet.shops.items()} == {n: n != "loja-dead" for n in AS_MAPPED}
    assert "of-no-shop" not in ran.out


@pytest.mark.parametrize("way", ["killed", "too long"])
def test_a_task_that_has_to_end_lets_its_shop_end_well(fleet, first, way):
    """What is killed is the real task, below Airflow's own supervisor: its log is a file, as on a worker."""
    shop, (task, index) = fleet.shops["loja-02"], first[1]["loja-02"]
    shop.sandbox.shop.switches.latency = LONG
    minutes = "0.1" if way == "too long" else "9"
    with fleet.start(
        "tasks",
        "run",
        "contaazul_sync",
        task,
        fleet.run_id,
        "--map-index",
        str(index),
        *BY_HAND,
        CONTAAZUL_FLEET_MINUTES=minutes,
    ) as run:
        try:
            shop.wait_for((shop.home / "run.json").exists)
            if way == "killed":
                run.send_signal(signal.SIGTERM)
            run.communicate(timeout=SECONDS)
        finally:
            run.kill()
            shop.sandbox.shop.switches.latency = 0

    assert "Interrupted. What was done is kept" in fleet.newest_log(task, index)
    assert not (shop.home / "run.json").exists()
    assert fleet.states(SECOND)["loja-02"] == "failed"


def test_every_exit_code_has_a_state(fleet):
    assert fleet.inside("""
        def told(code):
            one = fleet.Sync(task_id="t", profile="a")
            try:
                one.judge(code)
            except Exception as raised:
                return type(raised).__name__
            return "success"
        answer = {code: told(code) for code in (0, 1, 2, 3, 4, 5, 6, 7, 130, -9)}
    """) == {
        **dict.fromkeys(("0", "6"), "success"),
        "5": "AirflowSkipException",
        **dict.fromkeys(("3", "4", "7", "130"), "AirflowException"),
        **dict.fromkeys(("1", "2", "-9"), "AirflowFailException"),
    }


def test_each_shop_goes_through_one_door_and_each_door_opens_at_its_time(fleet):
    doors, waits = fleet.inside("""
        dag = fleet.contaazul_sync()
        def wait(number):
            opens = dag.get_task(f"door_{number}").python_callable
            ends = [datetime.now(UTC) - timedelta(minutes=late) for late in range(-1, 31)]
            return next(late for late, end in enumerate(ends, -1) if opens(data_interval_end=end).is_done)
        answer = [fleet.behind(n) for n in range(fleet.DOORS)], [wait(n) for n in range(fleet.DOORS)]
    """)

    assert sorted(name for names in doors for name in names) == sorted(AS_MAPPED)
    assert waits == [0, 4, 8, 12, 16, 20]


def test_a_list_names_the_shops_in_place_of_the_folder(fleet, tmp_path):
    (tmp_path / "shops.txt").write_text("# of this machine\nloja-02\n\nloja-01\n")

    assert fleet.inside("answer = fleet.profiles()", CONTAAZUL_FLEET_LIST=str(tmp_path / "shops.txt")) == [
        "loja-01",
        "loja-02",
    ]


def test_a_bug_alone_fails_the_run_and_says_in_which_shop(fleet):
    told = fleet.inside("""
        class Ti:
            log = __import__("logging").getLogger()
            def xcom_pull(self, task_ids, key):
                return [{"profile": "loja-01", "code": 1}, {"profile": "loja-02", "code": 4}]
        try:
            fleet.contaazul_sync().get_task("table").python_callable(ti=Ti())
        except Exception as raised:
            answer = str(raised)
    """)

    assert told == "A bug, or a kill, in: loja-01"
    assert fleet.table()["loja-01"]["code"] == 1
    assert fleet.table()["loja-03"]["code"] is None
