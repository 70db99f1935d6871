"""Several shops on a machine, and the schedule."""

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from contaazul_sync.core.errors import SetupError, UsageError
from contaazul_sync.home import profiles
from contaazul_sync.home.credentials import Vault
from contaazul_sync.operate import cron
from contaazul_sync.operate.cron import Job
from contaazul_sync.operate.turns import Turns, spawned
from contaazul_sync.state.file import State
from tests.worlds.loaded import loaded_by
from tests.worlds.terminal import PROGRAM as THE_PROGRAM
from tests.worlds.terminal import Terminal
from tests.worlds.warm import PIPES, Warm

HOME = Path("/home/maria/.local/share/contaazul-sync")
PROGRAM = "/home/maria/.local/bin/contaazul-sync"
JOB = Job((PROGRAM,), HOME)
UNITS = Path(__file__).parents[2] / "systemd"

# The schedule


def test_the_line_runs_twice_an_hour_at_a_minute_of_its_own():
    line = cron.line(JOB)

    first, second = map(int, line.split()[0].split(","))
    assert second == first + 30
    assert line.endswith(f" * * * * {PROGRAM} sync")
    assert len({cron.minute(HOME / str(number)) for number in range(50)}) > 15


def test_the_line_of_a_profile_names_it():
    assert cron.line(Job((PROGRAM,), HOME, "loja-b")).endswith(f" * * * * {PROGRAM} --profile loja-b sync")


def test_odd_characters_in_a_path_survive_cron_and_its_shell(tmp_path):
    place = tmp_path / "100% of maria's"
    place.mkdir()
    program = place / "contaazul-sync"
    program.write_text('#!/bin/sh\necho "$CONTAAZUL_SYNC_HOME $*"\n')
    program.chmod(0o700)
    line = cron.line(Job((str(program),), Path("/srv/loja b"), is_default=False))

    given = line.split(" * * * * ")[1]
    assert not re.search(r"(?<!\\)%", given)
    run = subprocess.run(
        ["/bin/sh", "-c", given.replace("\\%", "%")], capture_output=True, text=True, timeout=10, check=True
    )
    assert run.stdout == "/srv/loja b sync\n"


def test_installing_twice_leaves_one_line_and_all_others_as_they_were():
    before = "# mine\r\n0 5 * * * backup\x0c\n"
    once = cron.installed(before, Job(("/old/contaazul-sync",), HOME))
    twice = cron.installed(once, JOB)

    assert twice == f"{before}{cron.mark(HOME)}\n{cron.line(JOB)}\n"
    assert cron.removed(twice, HOME) == before
    assert cron.installed("no newline", JOB) == f"no newline\n{cron.mark(HOME)}\n{cron.line(JOB)}\n"


@pytest.mark.parametrize(
    "other",
    [
        "0 5 * * * backup\n",
        "0 3 * * * /opt/contaazul-sync backup /mnt/state.db\n",
        f"# {cron.line(JOB)}\n",
        "MAILTO=maria@example.com\n",
    ],
)
def test_a_line_of_somebody_else_below_our_mark_stays(other):
    assert cron.removed(f"{cron.mark(HOME)}\n{other}", HOME) == other


@pytest.mark.parametrize(
    "job",
    [
        Job(("/opt/my 100%/contaazul-sync",), HOME),
        Job((PROGRAM,), Path("/srv/loja b"), "b", is_default=False),
        Job(("/usr/bin/python3", "-P", "-m", "contaazul_sync"), HOME, "loja-b"),
    ],
)
def test_our_line_is_known_again_however_the_program_was_installed(job):
    assert cron.removed(cron.installed("", job), job.home) == ""
    edited = cron.installed("", job).replace("\n", " >>/tmp/log\n").replace(" >>/tmp/log", "", 1)
    assert cron.removed(edited, job.home) == ""


def test_the_line_of_another_profile_stays():
    both = cron.installed(cron.installed("", JOB), Job((PROGRAM,), HOME, "b"))

    assert cron.removed(both, HOME / "profiles" / "b") == cron.installed("", JOB)
    assert both.count(" sync\n") == 2


class Machine:
    """A terminal with a crontab program that keeps its table in a file."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal, self.table = terminal, terminal.root / "table"
        self.place = terminal.root / "bin"
        self.place.mkdir()
        self.listing(f"cat {self.table}")

    def listing(self, command: str) -> None:
        fake = self.place / "crontab"
        fake.write_text(f'#!/bin/sh\nif [ "$1" = -l ]; then {command}; else cat > {self.table}; fi\n')
        fake.chmod(0o700)

    def install(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return self.terminal.run("install-cron", *words, PATH=f"{self.place}:/usr/bin:/bin")


@pytest.fixture
def machine(terminal):
    return Machine(terminal)


@pytest.mark.slow
def test_the_line_is_put_into_the_crontab_and_taken_out(machine):
    before = b"# caf\xe9\r\n0 5 * * * mine\n"
    machine.table.write_bytes(before)

    shown = machine.install()
    assert machine.table.read_bytes() == before
    for _again in range(2):
        done = machine.install("--write")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    mark = cron.mark(machine.terminal.home)
    assert machine.table.read_bytes() == before + f"{mark}\n{shown.stdout}".encode()
    assert str(THE_PROGRAM) in shown.stdout
    assert machine.install("--remove").returncode == 0
    assert machine.table.read_bytes() == before
    assert "nothing of this home" in machine.install("--remove").stderr


@pytest.mark.slow
def test_a_crontab_that_cannot_be_read_is_never_written_over(machine):
    machine.table.write_text("0 5 * * * mine\n")
    machine.listing("echo 'crontab: Input/output error' >&2; exit 1")

    done = machine.install("--write")

    assert done.returncode == 3
    assert "Input/output error" in done.stderr
    assert machine.table.read_text() == "0 5 * * * mine\n"


@pytest.mark.slow
@pytest.mark.parametrize("told", ["no crontab for maria", "crontab: can't open 'maria': No such file"])
def test_the_first_crontab_is_made(machine, told):
    machine.listing(f'echo "{told}" >&2; exit 1')

    assert machine.install("--write").returncode == 0
    assert machine.table.read_text().endswith(" sync\n")


@pytest.mark.slow
def test_a_home_that_cron_would_not_find_by_itself_is_in_the_line(terminal):
    data = terminal.root / "data"
    del terminal.environ["CONTAAZUL_SYNC_HOME"]

    assert "HOME=" not in terminal.run("install-cron").stdout
    assert (
        f"CONTAAZUL_SYNC_HOME={data}/contaazul-sync "
        in terminal.run("install-cron", XDG_DATA_HOME=str(data)).stdout
    )


@pytest.mark.slow
def test_without_cron_the_way_out_is_named(terminal):
    done = terminal.run("install-cron", "--write", PATH=str(terminal.root))

    assert done.returncode == 3
    assert "--systemd" in done.stderr


@pytest.mark.slow
def test_the_units_are_printed_installed_and_taken_out(terminal):
    shown = terminal.run("install-cron", "--systemd")
    done = terminal.run("install-cron", "--systemd", "--write")

    place = terminal.root / ".config/systemd/user"
    assert done.returncode == 0
    assert "systemctl --user daemon-reload && systemctl --user enable --now contaazul-sync-" in done.stderr
    assert "loginctl enable-linger" in done.stderr
    assert {file.suffix for file in place.iterdir()} == {".service", ".timer"}
    for file in place.iterdir():
        assert file.read_text() in shown.stdout
    terminal.run("install-cron", "--systemd", "--remove")
    assert not list(place.iterdir())


@pytest.mark.slow
def test_to_install_and_to_take_out_at_once_is_refused(terminal):
    assert terminal.run("install-cron", "--systemd", "--write", "--remove").returncode == 2


def test_each_home_has_units_of_its_own():
    jobs = [
        JOB,
        Job((PROGRAM,), HOME, "home"),
        *(
            Job((PROGRAM,), Path(place), name, is_default=False)
            for place in ("/a/home", "/b/home")
            for name in ("", "b")
        ),
    ]

    assert [jobs[0].unit, jobs[1].unit] == ["contaazul-sync", "contaazul-sync-home"]
    assert len({job.unit for job in jobs}) == len(jobs)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not on this machine")
def test_systemd_understands_the_units(tmp_path):
    job = Job((str(THE_PROGRAM),), Path('/srv/100% "b" c'), "loja-b", is_default=False)
    (tmp_path / f"{job.unit}.service").write_text(cron.service(job))
    (tmp_path / f"{job.unit}.timer").write_text(cron.timer(job))
    for file in UNITS.iterdir():
        name = file.name.replace("@.", "@loja-b.")
        text = file.read_text().replace("/usr/local/bin/contaazul-sync", str(THE_PROGRAM))
        for made in {file.name, name}:
            (tmp_path / made).write_text(text)
    units = [str(file) for file in tmp_path.iterdir() if "@." not in file.name]

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    ours = [line for line in done.stderr.splitlines() if "contaazul" in line]
    assert (done.returncode, ours) == (0, [])


# Profiles


@pytest.mark.slow
def test_what_is_to_be_typed_names_the_profile(terminal):
    (terminal.home / "profiles" / "b").mkdir(parents=True, mode=0o700)
    (terminal.home / "profiles").chmod(0o700)

    shown = terminal.run("--profile", "b", "status", CONTAAZUL_SYNC_CREDENTIALS__BACKEND="file")
    done = terminal.run("--profile", "b", "sync")

    assert "Run: contaazul-sync --profile b auth" in done.stderr
    assert "    contaazul-sync --profile b auth\n" in shown.stdout
    assert "--profile" not in terminal.run("status").stdout


@pytest.mark.parametrize(
    "words", [["--profile", "b", "sync", "--force"], ["sync", "--profile=b", "--force"], ["sync", "--force"]]
)
def test_a_profile_is_named_anywhere_or_in_the_environment(tmp_path, words):
    (tmp_path / "profiles" / "b").mkdir(parents=True)
    environ = {"CONTAAZUL_SYNC_HOME": str(tmp_path)}
    if "b" not in " ".join(words):
        environ["CONTAAZUL_SYNC_PROFILE"] = "b"

    assert profiles.enter(words, environ) == ["sync", "--force"]
    assert environ == {"CONTAAZUL_SYNC_HOME": str(tmp_path / "profiles" / "b")}


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "-x y", "ç", "a" * 65, ""])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, name):
    with pytest.raises(UsageError):
        profiles.enter(["sync", "--profile", name], {"CONTAAZUL_SYNC_HOME": str(tmp_path)})


def test_an_empty_name_does_not_mean_the_main_home(tmp_path):
    with pytest.raises(UsageError):
        profiles.enter(["sync", "--profile="], {"CONTAAZUL_SYNC_HOME": str(tmp_path)})


def test_one_profile_and_all_of_them_is_refused(tmp_path):
    (tmp_path / "profiles" / "b").mkdir(parents=True)
    environ = {"CONTAAZUL_SYNC_HOME": str(tmp_path), "CONTAAZUL_SYNC_PROFILE": "b"}

    with pytest.raises(UsageError, match="b is one of them"):
        profiles.enter(["sync", "--all-profiles"], environ)


def test_the_list_of_profiles_is_that_of_the_main_home(tmp_path):
    environ = {"CONTAAZUL_SYNC_HOME": str(tmp_path)}

    assert profiles.enter(["--profile", "b", "profiles"], environ) == ["profiles"]
    assert environ == {"CONTAAZUL_SYNC_HOME": str(tmp_path)}


def test_the_shell_may_ask_how_a_line_goes_on_whatever_the_profile(tmp_path):
    environ = {"CONTAAZUL_SYNC_PROFILE": "nobody", "_CONTAAZUL_SYNC_COMPLETE": "complete_bash"}

    assert profiles.enter([], environ) == []


def test_a_profile_that_there_is_not_is_made_by_auth_alone(tmp_path):
    home = tmp_path / "main"

    for words in (["sync"], ["show", "auth"], ["auth", "--remove"]):
        with pytest.raises(SetupError, match="There is no profile b"):
            profiles.enter([*words, "--profile", "b"], {"CONTAAZUL_SYNC_HOME": str(home)})
    assert not home.exists()
    environ = {"CONTAAZUL_SYNC_HOME": str(home)}
    profiles.enter(["--profile", "b", "auth"], environ)

    assert environ["CONTAAZUL_SYNC_HOME"] == str(home / "profiles" / "b")
    for made in (home, home / "profiles"):
        assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_a_home_tells_whose_it_is():
    assert profiles.of(HOME / "profiles" / "b") == (HOME, "b")
    assert profiles.of(HOME) == (HOME, "")


@pytest.mark.slow
def test_a_profile_is_made_by_signing_in_to_it(terminal):
    settings = (terminal.home / "config.toml").read_text()
    made = terminal.home / "profiles" / "b"
    made.mkdir(parents=True, mode=0o700)
    made.parent.chmod(0o700)
    (made / "config.toml").write_text(settings)

    assert terminal.sign_in("--profile", "b").returncode == 0
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert (made / "secrets.json").exists()
    assert not (terminal.home / "secrets.json").exists()
    line = terminal.run("install-cron", "--profile", "b").stdout
    assert line.endswith(" --profile b sync\n")
    unknown = terminal.run("sync", "--profile", "c")
    assert unknown.returncode == 3
    assert "there are: b" in unknown.stderr


class Shops:
    """A main home that somebody signed in to, and profiles of the same shop."""

    def __init__(self, signed_in: Terminal, *names: str) -> None:
        self.terminal, box = signed_in, signed_in.sandbox
        self.main = signed_in.home
        self.homes = [self.main / "profiles" / name for name in names]
        Vault(self.main, "file", {}).update(client_secret=box.client_secret, shop_token=box.shop_token)
        for home in self.homes:
            home.mkdir(parents=True, mode=0o700)
            for file in ("config.toml", "secrets.json"):
                (home / file).write_bytes((self.main / file).read_bytes())
                (home / file).chmod(0o600)

    def leave_the_main_home(self) -> None:
        """As after `auth --remove`: the settings and the state stay."""
        (self.main / "secrets.json").unlink()

    def start(self, *words: str, **environ: str) -> "subprocess.Popen[str]":
        """`sync --all-profiles`, without secrets in its environment."""
        command = [str(THE_PROGRAM), "sync", "--all-profiles", *words]
        return Warm(command, env=self.terminal.environ | environ, text=True, **PIPES)

    def sync(self, *words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        with self.start(*words, **environ) as process:
            out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(words, process.returncode, out, err)


def outcomes(home):
    """How the runs of a home have ended."""
    with closing(State.read(home / "state.db")) as state:
        return [run.outcome for run in state.runs.newest(9)]


@pytest.mark.slow
def test_each_profile_is_a_shop_of_its_own_and_one_that_fails_stops_no_other(signed_in):
    signed_in.sandbox.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    shops = Shops(signed_in, "a", "b", "c")
    shops.leave_the_main_home()
    (shops.homes[1] / "config.toml").write_text("[prices]\nadjustment_percent = 'a lot'\n")

    done = shops.sync()

    assert done.returncode == 3
    assert done.stdout == ""
    assert [line.split()[1] for line in done.stderr.splitlines()] == ["[b]"]
    assert [outcomes(home) for home in (*shops.homes, shops.main)] == [[0], [3], [0], []]
    (shops.homes[2] / "state.db").write_bytes(b"no database")
    listed = signed_in.run("profiles", CONTAAZUL_SYNC_PROFILE="a").stdout.splitlines()
    assert [line.partition(":")[0] for line in listed] == ["a", "b", "c"]
    assert "all well" in listed[0]
    assert "cannot be read" in listed[2]


@pytest.mark.slow
def test_a_main_home_that_is_a_shop_too_is_run_with_the_profiles(signed_in):
    assert Shops(signed_in, "a").sync().stderr == ""

    assert signed_in.status()["last_run"]["outcome"] == 0
    assert signed_in.run("profiles").stdout.startswith("main home: ")


@pytest.mark.slow
def test_what_a_profile_says_is_said_in_its_name(signed_in):
    shops = Shops(signed_in, "a")
    shops.leave_the_main_home()
    (shops.homes[0] / "secrets.json").unlink()

    done = shops.sync()

    assert done.returncode in (3, 4)
    assert done.stderr.startswith("contaazul-sync: [a] ")
    assert "contaazul-sync --profile a auth" in done.stderr


@pytest.mark.slow
def test_secrets_of_one_shop_are_not_used_for_all(signed_in):
    shops = Shops(signed_in, "a")

    done = shops.sync(CONTAAZUL_SYNC_SHOP_TOKEN="x")

    assert done.returncode == 2
    assert "CONTAAZUL_SYNC_SHOP_TOKEN would be used for every profile" in done.stderr
    assert not (shops.homes[0] / "state.db").exists()
    assert shops.sync(CONTAAZUL_SYNC_SHOP_TOKEN="").returncode == 0


@pytest.mark.slow
def test_without_a_profile_there_is_nothing_to_run_for_all(terminal):
    done = subprocess.run(
        [str(THE_PROGRAM), "sync", "--all-profiles"],
        env=terminal.environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert done.returncode == 3
    assert "auth" in done.stderr


@pytest.mark.slow
def test_the_plans_of_all_profiles_are_shown(signed_in):
    shops = Shops(signed_in, "a", "b")
    shops.leave_the_main_home()

    shown = shops.sync("--dry-run").stdout

    assert shown.index("a:\n") < shown.index("b:\n")
    assert len(shown.splitlines()) > 3


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_who_stops_all_profiles_stops_the_one_that_runs_and_the_rest(signed_in, number):
    shops = Shops(signed_in, "a", "b")
    shops.leave_the_main_home()
    signed_in.sandbox.shop.switches.latency = 0.5
    with shops.start() as process:
        signed_in.wait_for((shops.homes[0] / "log.jsonl").exists)
        process.send_signal(number)
        process.communicate(timeout=30)

    assert process.returncode == 130
    assert not (shops.homes[1] / "state.db").exists()
    assert not (shops.homes[0] / "run.json").exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each profile is begun anew")
def test_a_profile_begins_with_all_that_was_loaded_for_the_first(signed_in):
    shops = Shops(signed_in, "a")
    shops.sync()

    loaded = loaded_by(str(THE_PROGRAM), "sync", "--all-profiles", env=signed_in.bare, of="[a] ")

    assert {name for name in loaded if not name.startswith("encodings.")} == set()


# Processes one after the other

FORKED = """
import os, sys
from contaazul_sync.operate.turns import Turns, forked

def work():
    print("a result", flush=True)
    print(os.getpgrp() == os.getpid(), [sys.stdin.read()], "caf\u00e9", file=sys.stderr)
    return 7

with Turns(lambda: None) as turns:
    for shown in (False, True):
        print(turns.run(forked(work), print, shown=shown), flush=True)
"""


@pytest.mark.slow
def test_a_forked_process_has_streams_and_a_group_of_its_own():
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", FORKED],
        input="typed",
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )

    said = "True [''] café"
    assert done.stdout.splitlines() == [said, "7", "a result", said, "7"]
    assert done.stderr == ""


STUBBORN = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("here", file=sys.stderr, flush=True)
time.sleep(30)
"""


@pytest.mark.slow
def test_a_process_that_does_not_end_is_ended():
    begun = time.monotonic()
    with Turns(lambda: None, limit=0.5, grace=0.5) as turns:
        code = turns.run(spawned([sys.executable, "-IS", "-c", STUBBORN]), lambda line: None)

    assert code == -signal.SIGKILL
    assert not turns.stopped
    assert time.monotonic() - begun < 10


@pytest.mark.slow
def test_a_second_ctrl_c_stops_at_once():
    told: list[str] = []

    def press(line: str) -> None:
        for _twice in range(2):
            os.kill(os.getpid(), signal.SIGINT)

    former = signal.getsignal(signal.SIGINT)
    with Turns(lambda: told.append("stopping")) as turns:
        code = turns.run(spawned([sys.executable, "-IS", "-c", STUBBORN]), press)

    assert (code, turns.stopped, told) == (-signal.SIGKILL, True, ["stopping"])
    assert signal.getsignal(signal.SIGINT) is former


# The shell


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "words"), [("s", {"sync", "status"}), ("--profile b sync --al", {"--all-profiles"})]
)
def test_the_shell_completes_commands_and_options(terminal, line, words):
    typed = f"contaazul-sync {line}"
    done = terminal.run(
        COMP_WORDS=typed, COMP_CWORD=str(len(typed.split()) - 1), _CONTAAZUL_SYNC_COMPLETE="complete_bash"
    )

    assert words <= set(done.stdout.split())
    assert done.stderr == ""


@pytest.mark.slow
def test_cron_is_told_once_of_a_profile_that_was_removed(terminal):
    first, second = (terminal.run("--profile", "gone", "sync") for _ in range(2))

    assert (first.returncode, second.returncode) == (3, 3)
    assert "take its line out of cron: crontab -e" in first.stderr
    assert second.stderr == ""
    assert terminal.run("--profile", "gone", "status").stderr != ""
