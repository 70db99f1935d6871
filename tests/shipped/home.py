"""A merchant's home as a released version left it, opened by the program as it is now."""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from contaazul_sync.cli.running import rules
from contaazul_sync.core.errors import SyncError
from contaazul_sync.core.words import said_again
from contaazul_sync.home.config import load
from contaazul_sync.operate.alerts import Alerts
from contaazul_sync.passes.report import Report
from contaazul_sync.sandbox.server import Sandbox
from contaazul_sync.state.file import State
from contaazul_sync.views import status as summary
from tests.shipped.words import Told, fill_erp, fill_shop
from tests.worlds.clock import Clock
from tests.worlds.job import Job

HOMES = Path(__file__).parent
NAMES = ("merchant", "storefront", "woocommerce")
HASH_KEY = "of-a-frozen-home-and-of-no-merchant"  # what customers are known by
LATER = (30, 30, 24 * 60)  # minutes to each of the passes that follow; the last one walks through everything
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def frozen(name: str, file: str) -> Any:
    """What lies in a JSON file of a home."""
    return json.loads((HOMES / name / file).read_text(encoding="utf-8"))


@contextmanager
def opened(name: str, root: Path) -> Iterator[Job]:
    """The home under `root`, signed in, with its shop and its ERP, at the moment when it was frozen."""
    clock = Clock()
    clock.now = datetime.fromisoformat(frozen(name, "erp.json")["now"])
    with Sandbox(clock=clock, catalogue=False) as box:
        fill_erp(box.erp, frozen(name, "erp.json"))
        fill_shop(box.shop, frozen(name, "shop.json"))
        job = Job(root / "home", box, clock)
        job.state.close()
        job.vault.update(hash_key=HASH_KEY)
        _take_settings(job, HOMES / name)
        shutil.copyfile(HOMES / name / "state.db", job.settings.state_file)
        job.state = State.open(job.settings.state_file)
        try:
            yield job
        finally:
            job.state.close()


def _take_settings(job: Job, home: Path) -> None:
    told = load({"CONTAAZUL_SYNC_HOME": str(home)})
    given = {name: told.values[name] for name in told.origins}
    values = dict(job.settings.values) | given
    job.settings = replace(job.settings, values=values, payments=told.payments, kits=told.kits)
    kind = "woocommerce" if told.text("shop.kind") == "woocommerce" else told.text("shop.catalogue")
    job.use(kind if kind in ("woocommerce", "storefront") else "merchant")


def rows(path: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table of a state file; what was said in them, in words."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        found = db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
    return [{name: _in_words(row[name]) for name in row.keys()} for row in found]  # noqa: SIM118 - of a Row


def _in_words(value: object) -> object:
    return said_again(value) if isinstance(value, str) else value


def tables(path: Path) -> list[str]:
    """The tables of a state file."""
    with closing(sqlite3.connect(path)) as db:
        return [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]


def status(job: Job) -> Told:
    """What `status --json` says, in the words of a version that counted every sale as sent.

    That version summed nothing up, and counted what was left alone, left out or ended nowhere else.
    """
    signed_in = job.vault.read().signed_in
    told = summary.as_json(summary.read(job.state, rules(job.settings, job.state), signed_in=signed_in))
    del told["orders_sum"]
    orders = {word: told["orders"][word] for word in ("waiting", "failed", "in_doubt", "attention")}
    return told | {"orders": {"sent": job.state.sales.count()} | orders}


# What a pass did


class Heard(Alerts):
    """Keeps the messages that whoever watches from afar would get."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.settings, job.clock)
        self.state, self.messages = job.state, list[str]()

    def _notify(self, message: str) -> bool:
        self.messages.append(message)
        return True


def a_pass(name: str, job: Job, minutes: float) -> Told:
    """So many minutes later cron runs a pass in the home of this name: all that somebody could see of it."""
    job.forget_calls()
    try:
        report = job.sync(minutes=minutes)
    except SyncError as error:
        report = Report(outcome=error.exit_code, message=error.message)
    new = sum(failure.since >= job.clock() for failure in job.state.items.failures().values())
    heard = Heard(job)
    heard.ended(report.outcome, new, report.counts)
    calls = [seen for seen in job.erp.requests if not seen.path.startswith("/oauth")]
    told = {
        "minutes": minutes,
        "outcome": report.outcome,
        "message": report.message,
        "notes": report.notes,
        "warnings": report.warnings,
        "counts": dict(report.counts),
        "new_failures": new,
        "alerts": heard.messages,
        "asked": [f"{seen.method} {seen.path}" for seen in calls if seen.method == "GET"],
        "sent": [f"{seen.method} {seen.path} {_body(seen)}" for seen in calls if seen.method != "GET"],
        "status": status(job),
    }
    return _without_chance(name, told) | {"sales": len(job.erp.sales)}


def _body(seen: Any) -> str:
    return json.dumps(seen.body, default=str, ensure_ascii=False, sort_keys=True)


def _without_chance(name: str, told: Told) -> Told:
    """The same in a fixed order, without the ids that the ERP has just invented."""
    known = set(UUID.findall((HOMES / name / "erp.json").read_text(encoding="utf-8")))
    text = UUID.sub(lambda found: found[0] if found[0] in known else "(new)", json.dumps(told))
    plain: Told = json.loads(text)
    return plain | {"asked": sorted(plain["asked"]), "sent": sorted(plain["sent"])}
