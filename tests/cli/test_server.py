"""Several shops on a machine, and the schedule."""

import stat
import subprocess
from pathlib import Path

import pytest

from contaazul_sync import cron, profiles
from contaazul_sync.credentials import Vault
from contaazul_sync.errors import SetupError, UsageError
from tests.cli.conftest import PROGRAM as THE_PROGRAM

HOME = Path("/home/maria/.local/share/contaazul-sync")
PROGRAM = Path("/home/maria/.local/bin/contaazul-sync")


# The schedule


def test_the_line_runs_twice_an_hour_at_a_minute_of_its_own():
    line = cron.line(PROGRAM, HOME, is_default=True)

    first, second = map(int, line.split()[0].split(","))
    assert second == first + 30
    assert line.endswith(f"{PROGRAM} sync")
    assert len({cron.minute(HOME / str(number)) for number in range(50)}) > 15


def test_odd_characters_in_a_path_survive_cron():
    line = cron.line(Path("/opt/my 100%/contaazul-sync"), Path("/srv/loja b"), is_default=False)

    assert "CONTAAZUL_SYNC_HOME='/srv/loja b' '/opt/my 100\\%/contaazul-sync' sync" in line


def test_installing_twice_leaves_one_line_and_all_others_as_they_were():
    before = "# mine\n0 5 * * * backup\n"
    once = cron.installed(before, HOME, "1,31 * * * * old")
    twice = cron.installed(once, HOME, "2,32 * * * * new")

    assert twice == f"{before}{cron.mark(HOME)}\n2,32 * * * * new\n"
    assert cron.removed(twice, HOME) == before
    assert cron.installed("no newline", HOME, "x") == f"no newline\n{cron.mark(HOME)}\nx\n"


@pytest.mark.slow
def test_the_line_is_put_into_the_crontab_and_taken_out(terminal):
    table, place = terminal.root / "table", terminal.root / "bin"
    place.mkdir()
    fake = place / "crontab"
    fake.write_text(f'#!/bin/sh\nif [ "$1" = -l ]; then cat {table}; else cat > {table}; fi\n')
    fake.chmod(0o700)
    path = {"PATH": f"{place}:/usr/bin:/bin"}
    table.write_text("0 5 * * * mine\n")

    shown = terminal.run("install-cron", **path)
    assert table.read_text() == "0 5 * * * mine\n"
    assert terminal.run("install-cron", "--write", **path).returncode == 0
    assert terminal.run("install-cron", "--write", **path).returncode == 0

    assert table.read_text() == f"0 5 * * * mine\n{cron.mark(terminal.home)}\n{shown.stdout}"
    assert terminal.run("install-cron", "--remove", **path).returncode == 0
    assert table.read_text() == "0 5 * * * mine\n"


@pytest.mark.slow
def test_without_cron_the_way_out_is_named(terminal):
    done = terminal.run("install-cron", "--write", PATH=str(terminal.root))

    assert done.returncode == 3
    assert "--systemd" in done.stderr


@pytest.mark.slow
def test_the_units_are_printed_and_installed(terminal):
    shown = terminal.run("install-cron", "--systemd")
    done = terminal.run("install-cron", "--systemd", "--write")

    place = terminal.root / ".config/systemd/user"
    assert done.returncode == 0
    assert {file.suffix for file in place.iterdir()} == {".service", ".timer"}
    for file in place.iterdir():
        assert file.read_text() in shown.stdout
    terminal.run("install-cron", "--systemd", "--remove")
    assert not list(place.iterdir())


# Profiles


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


def test_a_profile_that_there_is_not_is_made_by_auth_alone(tmp_path):
    home = tmp_path / "main"

    with pytest.raises(SetupError, match="There is no profile b"):
        profiles.enter(["sync", "--profile", "b"], {"CONTAAZUL_SYNC_HOME": str(home)})
    assert not home.exists()
    profiles.enter(["--profile", "b", "auth"], {"CONTAAZUL_SYNC_HOME": str(home)})

    for made in (home, home / "profiles", home / "profiles" / "b"):
        assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_the_gravest_exit_code_is_that_of_all():
    assert profiles.worst([0, 6, 5]) == 5
    assert profiles.worst([6, 3, 4]) == 3
    assert profiles.worst([0, 0]) == profiles.worst([]) == 0
    assert profiles.worst([0, -9, 3]) == -9


@pytest.mark.slow
def test_each_profile_is_a_shop_of_its_own_and_one_that_fails_stops_no_other(signed_in):
    main = signed_in.home
    signed_in.sandbox.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    homes = [main / "profiles" / name for name in ("a", "b", "c")]
    for home in homes:
        home.mkdir(parents=True, mode=0o700)
        for file in ("config.toml", "secrets.json"):
            (home / file).write_bytes((main / file).read_bytes())
            (home / file).chmod(0o600)
        box = signed_in.sandbox
        Vault(home, "file", {}).update(client_secret=box.client_secret, shop_token=box.shop_token)
    (homes[1] / "config.toml").write_text("[prices]\nadjustment_percent = 'a lot'\n")
    environ = dict(signed_in.environ)
    secret = {"CONTAAZUL_SYNC_SHOP_TOKEN": "x"}

    def run(extra: dict[str, str]) -> "subprocess.CompletedProcess[str]":
        command = [str(THE_PROGRAM), "sync", "--all-profiles"]
        return subprocess.run(
            command, env=environ | extra, capture_output=True, text=True, timeout=60, check=False
        )

    refused, done = run(secret), run({})

    assert refused.returncode == 2
    assert "CONTAAZUL_SYNC_SHOP_TOKEN would be used for every profile" in refused.stderr
    assert done.returncode == 3
    assert "[b]" in done.stderr
    assert "[a]" not in done.stderr
    assert (homes[0] / "state.db").exists()
    assert (homes[2] / "state.db").exists()
    listed = signed_in.run("profiles").stdout.splitlines()
    assert [line.partition(":")[0] for line in listed] == ["a", "b", "c"]
