"""The log: what a run did, item by item, in files that stay small and that their owner alone may read."""

import json
import logging
import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contaazul_sync.home import log
from contaazul_sync.passes.sync import Pass

FULL = Path("/dev/full")


@pytest.fixture(autouse=True)
def closed():
    yield
    log.end()


def run(job: Any, verbosity: int = 0) -> Any:
    """A run as the command makes it: with its log."""
    job.clock.move(minutes=30)

    def begun(number: int) -> None:
        log.begin(job.settings.home, number, "sync", verbosity)

    try:
        return job._with_parts(lambda parts: Pass(parts).run("sync", begun))
    finally:
        log.end()


def lines(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / log.FILE).read_text().splitlines()]


def told(home: Path, *messages: object) -> None:
    """A run that says these."""
    log.begin(home, 1, "sync")
    for message in messages:
        log.LOG.info(message)
    log.end()


@pytest.fixture
def sold(job):
    """A product sent, an order sold, one refused and one held: a run of each."""
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    run(job)
    job.choose("CAM-1")
    run(job)
    job.good = str(job.shop.order([("CAM-1", 1)]))
    job.held = str(job.shop.order([("CAM-1", 1)], payer_cpf=""))
    run(job)
    job.refused = str(job.shop.order([("CAM-1", 1)]))
    job.shop.change("CAM-1", price=90)
    job.erp.faults.add("400", "POST", "/v1/venda", times=1)
    run(job, verbosity=2)
    return job


def test_each_line_is_an_object_with_the_time_the_level_the_run_and_the_command(sold):
    for line in lines(sold.settings.home):
        assert datetime.fromisoformat(line["time"]).utcoffset() == timedelta(0)
        assert line["level"] in {"debug", "info", "warning"}
        assert line["command"] == "sync"
        assert isinstance(line["message"], str)

    runs = {each.id: each.outcome for each in sold.state.runs.newest(10)}
    ends = {line["run"]: line["outcome"] for line in lines(sold.settings.home) if "outcome" in line}
    assert ends == runs
    assert list(runs.values()) == [6, 6, 0, 0]


def test_what_becomes_of_an_item_is_a_line_with_its_number_or_its_sku(sold):
    items = [
        (line["run"], line["stage"], line["item"], line["level"])
        for line in lines(sold.settings.home)
        if "item" in line
    ]

    assert sorted(items) == [
        (2, "products", "CAM-1", "info"),
        (3, "orders", sold.good, "info"),
        (3, "orders", sold.held, "warning"),
        (4, "orders", sold.refused, "warning"),
        (4, "prices", "CAM-1", "info"),
    ]


def test_who_asks_for_each_request_gets_no_query_and_no_body(sold):
    requests = [line for line in lines(sold.settings.home) if line["level"] == "debug"]

    assert {line["run"] for line in requests} == {4}
    for line in requests:
        assert re.fullmatch(r"[A-Z]+ /[\w/.-]*: \d{3}, \d+ ms", line["message"])
        assert {"status", "milliseconds"} <= line.keys()
    assert "POST /v1/venda: 400" in [line["message"].split(",")[0] for line in requests]


def test_nobody_s_name_and_no_secret_is_in_it(sold):
    kept = "".join(path.read_text() for path in sold.settings.home.glob(f"{log.FILE}*"))

    secrets = sold.vault.read()
    for private in ("Ana", "Souza", "Paulista", "ana@", "529982", "529.982", secrets.access_token):
        assert private not in kept
    for secret in (secrets.client_secret, secrets.shop_token, secrets.refresh_token, secrets.hash_key):
        assert secret not in kept


def test_the_lines_of_one_run_are_read_back_across_the_files(tmp_path):
    log.begin(tmp_path, 7, "sync")
    for number in range(30):
        log.LOG.info("%s %s", number, "x" * 100_000)
    log.begin(tmp_path, 8, "sync")
    log.LOG.info("another run")
    log.end()

    read = [line.split()[3] for line in log.of_run(tmp_path, 7)]
    assert read == [str(number) for number in range(30)]
    assert [line.split(maxsplit=3)[3] for line in log.of_run(tmp_path, 8)] == ["another run"]


def test_it_never_grows_beyond_six_files_of_a_megabyte_which_their_owner_alone_may_read(tmp_path):
    former = os.umask(0)
    try:
        told(tmp_path, *(f"{number} {'x' * 100_000}" for number in range(90)))
    finally:
        os.umask(former)

    files = sorted(tmp_path.iterdir())
    assert [path.name for path in files] == [log.FILE, *(f"{log.FILE}.{n}" for n in range(1, log.KEPT + 1))]
    for path in files:
        assert path.stat().st_size <= log.SIZE
        assert path.stat().st_mode & 0o777 == 0o600
    last = json.loads((tmp_path / log.FILE).read_text().splitlines()[-1])
    assert last["message"].startswith("89 ")


def test_a_message_of_several_lines_is_one_line(tmp_path):
    told(tmp_path, 'two\nlines, "quoted", ção \x1b[31m')

    assert [line["message"] for line in lines(tmp_path)] == ['two\nlines, "quoted", ção \x1b[31m']


def test_a_line_that_was_cut_short_hides_no_other(tmp_path):
    told(tmp_path, "one")
    with (tmp_path / log.FILE).open("a") as file:
        file.write('{"time": "2026-11-\n7\n')
    told(tmp_path, "two")

    assert [line.split()[-1] for line in log.of_run(tmp_path, 1)] == ["one", "two"]


def test_a_file_that_cannot_be_written_stops_no_run_and_hides_nothing_from_who_watches(job, capsys):
    (job.settings.home / log.FILE).mkdir()

    assert run(job, verbosity=1).outcome == 0
    assert "the run begins" in capsys.readouterr().err


@pytest.mark.skipif(not FULL.exists(), reason="Linux alone has it")
def test_a_disk_that_is_full_stops_no_run(tmp_path, capfd):
    log.begin(tmp_path, 1, "sync")
    (handler,) = [each for each in log.LOG.handlers if isinstance(each, logging.FileHandler)]
    handler.close()
    handler.stream = FULL.open("w")  # written to, and never in the place of the log: it is everybody's
    log.LOG.info("x")
    log.end()

    assert capfd.readouterr().err == ""


def test_who_watches_sees_the_time_and_what_happened_and_nothing_steers_the_terminal(tmp_path, capsys):
    log.begin(tmp_path, 1, "sync", verbosity=1)
    log.LOG.info("orders: %s done", "1\x1b[31m\x07\r2")
    log.LOG.debug("GET /v1/venda: 200")
    log.end()

    shown = capsys.readouterr().err
    assert re.fullmatch(r"\d\d:\d\d:\d\d orders: 1  2 done\n", shown)
    assert "\x1b" not in next(log.of_run(tmp_path, 1))


def test_outside_a_run_nothing_is_said_anywhere(tmp_path, capfd):
    log.LOG.warning("before")
    told(tmp_path, "within")
    log.LOG.warning("after")

    assert capfd.readouterr().err == ""
    assert [line["message"] for line in lines(tmp_path)] == ["within"]


def test_a_dry_run_says_nothing_of_the_items_that_would_be_held(linked, capfd):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.shop.order([("CAM-1", 1)], payer_cpf="")
    capfd.readouterr()

    job.preview()

    assert capfd.readouterr().err == ""
    assert not (job.settings.home / log.FILE).exists()
    assert logging.getLogger("contaazul_sync").handlers
