"""Hundreds of shops on Airflow: each half hour one task a profile. README.md beside this file says how.

A run goes through six doors, one after the other, so that not every shop is asked at the same time. A
shop's name says which door is its own. When all are through, `table` writes how the fleet stands.
"""

import json
import os
import re
import subprocess
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Timer
from typing import Any

from airflow.decorators import dag, task
from airflow.exceptions import AirflowException, AirflowFailException, AirflowSkipException
from airflow.models import BaseOperator
from airflow.sensors.base import PokeReturnValue

# What is right for your machine: here, or in the environment of the scheduler and of the workers.
# HOME: the homes lie in its profiles/. LIST: a file with one name a line, in place of all in that folder.
# POOL: has as many slots as shops may run at one time. QUEUE: of the machine that has the homes.
HOME = Path(os.environ.get("CONTAAZUL_FLEET_HOME", "/var/lib/contaazul-sync"))
LIST = os.environ.get("CONTAAZUL_FLEET_LIST", "")
PROGRAM = os.environ.get("CONTAAZUL_FLEET_PROGRAM", "contaazul-sync")
TABLE = Path(os.environ.get("CONTAAZUL_FLEET_TABLE", HOME / "fleet.json"))
POOL = os.environ.get("CONTAAZUL_FLEET_POOL", "contaazul_sync")
QUEUE = os.environ.get("CONTAAZUL_FLEET_QUEUE", "default")
LONGEST = float(os.environ.get("CONTAAZUL_FLEET_MINUTES", "9"))  # that one shop may take

DOORS, APART = 6, timedelta(minutes=4)  # the last opens after 20 minutes, and 9 later all has ended
GRACE = 45  # seconds to end what is under way; Airflow itself kills after 60
READERS, SECONDS = 4, 60  # of `status`: how many at one time, and how long one may take

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")  # of a profile
OK, LOOK, NOT_NOW = 0, 6, 5
FAILED = (3, 4, 7, 130)  # the setup, the sign-in, a safety check, somebody who stopped it
MEANS = {
    OK: "all well",
    3: "the setup needs somebody",
    4: "somebody has to sign in again",
    NOT_NOW: "not now; the next run tries again",
    LOOK: "done; some items need a look",
    7: "a safety check held something back",
    130: "stopped",
}


def profiles() -> list[str]:
    """The shops, in the order of their names."""
    if LIST:
        lines = (line.strip() for line in Path(LIST).read_text(encoding="utf-8").splitlines())
        return sorted({line for line in lines if line and not line.startswith("#")})
    return sorted(home.name for home in (HOME / "profiles").iterdir() if NAME.fullmatch(home.name))


def behind(door: int) -> list[str]:
    """The shops that one door lets through."""
    return [name for name in profiles() if zlib.crc32(name.encode()) % DOORS == door]


def environment() -> dict[str, str]:
    """What a shop's process is given: neither Airflow's own secrets nor the settings of any one shop."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "CONTAAZUL_", "PYTHON"))}
    return kept | {"CONTAAZUL_SYNC_HOME": str(HOME)}


def means(code: int | None) -> str:
    """How a run ended, in words. None: it did not run, or nobody knows."""
    return "no run of it ended here" if code is None else MEANS.get(code, f"a bug: it ended {code}")


class Sync(BaseOperator):
    """One pass of one shop. What it says goes into the task's log, and how it ended becomes the task's state.

    A task that is killed, or takes too long, lets what is under way in the ERP finish.
    """

    ui_color = "#e8f4ea"

    def __init__(self, *, profile: str, **more: Any) -> None:
        super().__init__(**more)
        self.profile = profile

    def execute(self, context: Any) -> None:
        """Run it. Raises as `judge`, and what Airflow raises in a task that has to end."""
        code = self._run([PROGRAM, "--profile", self.profile, "sync", "--verbose"])
        context["ti"].xcom_push(key="ended", value={"profile": self.profile, "code": code})
        self.judge(code)

    def judge(self, code: int) -> None:
        """The task's state: success, skipped (AirflowSkipException) or failed (AirflowException)."""
        told = f"{self.profile}: {means(code)}"
        if code == OK:
            self.log.info(told)
        elif code == LOOK:
            self.log.warning(told)
        elif code == NOT_NOW:
            raise AirflowSkipException(told)
        elif code in FAILED:
            raise AirflowException(told)
        else:
            self.log.critical(told)
            raise AirflowFailException(told)

    def _run(self, command: list[str]) -> int:
        # A group of its own: Airflow's signals to the task's whole group would be the second one for the
        # program, which ends it at once.
        with subprocess.Popen(
            command,
            env=environment(),
            cwd=HOME,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            process_group=0,
        ) as process:
            try:
                self._hear(process)
            except BaseException:
                process.terminate()
                kill = Timer(GRACE, process.kill)
                kill.daemon = True
                kill.start()
                self._hear(process)
                process.wait()
                kill.cancel()
                raise
            return process.wait()

    def _hear(self, process: "subprocess.Popen[str]") -> None:
        for line in process.stdout or ():
            self.log.info(line.rstrip("\n"))


def status(name: str) -> dict[str, Any]:
    """What `status --json` says of a shop; what it says on its standard error, where that is all."""
    command = [PROGRAM, "--profile", name, "status", "--json"]
    try:
        done = subprocess.run(
            command, env=environment(), cwd=HOME, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        return {"status": json.loads(done.stdout)} if done.returncode == 0 else {"error": done.stderr.strip()}
    except (OSError, ValueError, subprocess.TimeoutExpired) as problem:
        return {"error": str(problem)}


def keep(rows: list[dict[str, Any]], now: datetime) -> None:
    """Write the table, whole or not at all, for nobody else to read: it names companies."""
    part = TABLE.with_name(f"{TABLE.name}.part")
    part.touch(mode=0o600)
    part.write_text(
        json.dumps({"version": 1, "at": now.isoformat(), "shops": rows}, indent=1), encoding="utf-8"
    )
    part.replace(TABLE)


def lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    """The table for people: name, exit code, orders that wait, failures, the last good run, and in words."""
    form = "{:<24} {:>4} {:>7} {:>8} {:<25} {}".format
    yield form("shop", "code", "waiting", "failures", "last good run", "")
    for row in rows:
        told = row.get("status") or {}
        code = "-" if row["code"] is None else row["code"]
        waiting, failures = told.get("orders", {}).get("waiting", "-"), len(told.get("failures", ()))
        good = told.get("last_good_run_at") or "-"
        yield form(row["profile"], code, waiting, failures, good[:25], row.get("error") or means(row["code"]))


def door(number: int) -> Any:
    """The sensor that lets the shops of one door through when it is time, and holds no slot until then."""
    wait = number * APART
    turn = partial(task.sensor, task_id=f"door_{number}", mode="reschedule", queue=QUEUE)

    @turn(poke_interval=max(wait.total_seconds(), 1))
    def opens(data_interval_end: datetime | None = None) -> PokeReturnValue:
        assert data_interval_end is not None
        if datetime.now(UTC) < data_interval_end + wait:
            return PokeReturnValue(is_done=False)
        return PokeReturnValue(is_done=True, xcom_value=behind(number))

    return opens()


@task(trigger_rule="all_done", queue=QUEUE)
def table(ti: Any = None) -> None:
    """Write how each shop stands. Raises where one ended as none should: that alone fails the run."""
    ended: dict[str, int] = {}
    for number in range(DOORS):
        for each in ti.xcom_pull(task_ids=f"sync_{number}", key="ended") or ():
            ended[each["profile"]] = each["code"]
    names = profiles()
    with ThreadPoolExecutor(READERS) as readers:
        told = list(readers.map(status, names))
    rows = [
        {"profile": name, "code": ended.get(name), **each} for name, each in zip(names, told, strict=True)
    ]
    keep(rows, datetime.now(UTC))
    for line in lines(rows):
        ti.log.info(line)
    if bugs := [row["profile"] for row in rows if row["code"] is not None and row["code"] not in MEANS]:
        raise AirflowFailException(f"A bug, or a kill, in: {', '.join(bugs)}")


@dag(
    schedule="*/30 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    max_active_tasks=1000,  # the pool alone says how many
    default_args={"retries": 0},
    doc_md=__doc__,
)
def contaazul_sync() -> None:
    """Each half hour: all shops, door by door, then the table."""
    last = table()
    for number in range(DOORS):
        shops = Sync.partial(
            task_id=f"sync_{number}",
            pool=POOL,
            queue=QUEUE,
            execution_timeout=timedelta(minutes=LONGEST),
            map_index_template="{{ task.profile }}",
        ).expand(profile=door(number))
        shops >> last


contaazul_sync()
