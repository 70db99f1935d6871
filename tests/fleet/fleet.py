"""Twelve shops in one main home, each with a sandbox of its own, and a real Airflow that runs them."""

import json
import os
import re
import sqlite3
import subprocess
from contextlib import ExitStack, closing
from pathlib import Path
from textwrap import dedent
from typing import Any, Self

from contaazul_sync.home.credentials import Vault
from contaazul_sync.sandbox.server import Sandbox
from tests.worlds.terminal import PROGRAM, Terminal

ROOT = Path(__file__).parents[2]
ENGINES = Path(os.environ.get("CONTAAZUL_FLEET_ENGINES", ""))  # the bin/ of what `make engines` has installed
DAG, ADDED = ROOT / "contrib" / "airflow", "CONTAAZUL_FLEET_ENGINES"
SECONDS = 300  # the longest that one command of Airflow may take
INSIDE = f"""
import json, sys
from datetime import UTC, datetime, timedelta
sys.path.insert(0, {str(DAG)!r})
import contaazul_sync_fleet as fleet
"""
_BEGIN = re.compile(r"\[DAG TEST\] starting task_id=(\S+) map_index=(-?\d+)")


class Profile(Terminal):
    """One shop below the main home: signed in, with one product that is in the ERP, and one paid order."""

    def __init__(self, root: Path, name: str, sandbox: Sandbox) -> None:
        super().__init__(root, sandbox)
        self.name, self.home = name, root / "home" / "profiles" / name

    def begin(self) -> Self:
        """What the merchant does, before the fleet takes over."""
        box = self.sandbox
        box.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
        self.bare["CONTAAZUL_SYNC_HOME"] = self.environ["CONTAAZUL_SYNC_HOME"] = str(self.home)
        self.configure()
        Vault(self.home, "file", {}).update(client_secret=box.client_secret, shop_token=box.shop_token)
        self.be_signed_in()
        assert self.run("send-products", "CAM-1", "--now").returncode == 0
        box.shop.order([("CAM-1", 1)])
        return self

    @property
    def sales(self) -> int:
        """How many the ERP has."""
        return len(self.sandbox.erp.sales)


class Fleet:
    """The main home, its shops, and Airflow with a home of its own beside it."""

    def __init__(self, root: Path) -> None:
        self.root, self.main, self.airflow = root, root / "home", root / "airflow"
        self._boxes = ExitStack()
        self.shops: dict[str, Profile] = {}
        self.environ = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(root),
            "AIRFLOW_HOME": str(self.airflow),
            "AIRFLOW__CORE__DAGS_FOLDER": str(DAG),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "CONTAAZUL_FLEET_HOME": str(self.main),
            "CONTAAZUL_FLEET_PROGRAM": str(PROGRAM),
            "CONTAAZUL_SYNC_SHOP_TOKEN": "of-no-shop",  # what lies about in a worker reaches no shop
        }

    def __enter__(self) -> Self:
        for folder in (self.main, self.main / "profiles"):
            folder.mkdir(mode=0o700)
        return self

    def __exit__(self, *_: object) -> None:
        self._boxes.close()

    def add(self, name: str) -> Profile:
        """Another shop."""
        box = self._boxes.enter_context(Sandbox(catalogue=False))
        self.shops[name] = Profile(self.root, name, box).begin()
        return self.shops[name]

    def start(self, *words: str, program: str = "airflow", **environ: str) -> "subprocess.Popen[str]":
        """A command of Airflow, or Airflow's Python."""
        return subprocess.Popen(
            [ENGINES / program, *words],
            env=self.environ | environ,
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ask(self, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """The same, to its end."""
        with self.start(*words, **more) as process:
            try:
                out, err = process.communicate(timeout=SECONDS)
            finally:
                process.kill()
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def inside(self, code: str, **environ: str) -> Any:
        """What some code that is run beside the DAG leaves in `answer`; the DAG's module is `fleet`."""
        whole = f"{INSIDE}\n{dedent(code)}\nprint(json.dumps(answer))"
        done = self.ask("-c", whole, program="python", **environ)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def begin(self) -> None:
        """What README.md says of the beginning."""
        for words in (("db", "migrate"), ("pools", "set", "contaazul_sync", "8", "shops at one time")):
            done = self.ask(*words)
            assert done.returncode == 0, done.stderr

    def run(self, day: str) -> "Ran":
        """A run of the DAG for the half hour that begins a day."""
        done = self.ask("dags", "test", "contaazul_sync", day)
        return Ran(done, self.states(day))

    def states(self, day: str) -> dict[str, Any]:
        """How each task of that run ended: by the shop, or by its own name; and the run, as `run`."""
        with closing(sqlite3.connect(self.airflow / "airflow.db")) as kept:
            at = f"{day}%"
            ((run_id, state),) = kept.execute(
                "select run_id, state from dag_run where execution_date like ?", (at,)
            )
            tasks = kept.execute(
                "select coalesce(rendered_map_index, task_id), state, task_id, map_index"
                " from task_instance where run_id = ?",
                (run_id,),
            ).fetchall()
        self.places = {name: (task, index) for name, _, task, index in tasks}
        self.run_id = run_id
        return {name: ended for name, ended, *_ in tasks} | {"run": state}

    def newest_log(self, task: str, index: int) -> str:
        """The log of a task that ran below a supervisor, of its last attempt."""
        logs = self.airflow.glob(f"logs/*/run_id={self.run_id}/task_id={task}/map_index={index}/*.log")
        return max(logs, key=lambda log: log.stat().st_mtime).read_text()

    def table(self) -> dict[str, dict[str, Any]]:
        """The rows of `fleet.json`, by the shop."""
        kept = json.loads((self.main / "fleet.json").read_text())
        return {row["profile"]: row for row in kept["shops"]}


class Ran:
    """A run that is over: `states`, as `Fleet.states`, and what was written meanwhile."""

    def __init__(self, done: "subprocess.CompletedProcess[str]", states: dict[str, Any]) -> None:
        self.code, self.out, self.states = done.returncode, done.stdout + done.stderr, states

    def log(self, place: tuple[str, int]) -> str:
        """What a task wrote, by its name and its place among the mapped ones."""
        pieces = _BEGIN.split(self.out)
        found = [
            text
            for task, index, text in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True)
            if (task, int(index)) == place
        ]
        return "".join(found)
