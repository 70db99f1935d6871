"""The commands of somebody who sets up a server: the schedule, and several shops on one machine."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from contaazul_sync.cli.running import tell, vault
from contaazul_sync.core.errors import SetupError, SyncError
from contaazul_sync.core.words import _
from contaazul_sync.home import profiles as known
from contaazul_sync.home import screen
from contaazul_sync.home.config import load
from contaazul_sync.home.files import write_whole
from contaazul_sync.home.settings import home_directory
from contaazul_sync.operate import cron

NAME, UNITS = "contaazul-sync", "~/.config/systemd/user"
NO_CRONTAB = (b"no crontab", b"no such file")  # cron and cronie say the one, busybox the other


def install_cron(
    write: Annotated[bool, typer.Option("--write", help=_("Install it, too."))] = False,
    remove: Annotated[bool, typer.Option("--remove", help=_("Take out what was installed."))] = False,
    systemd: Annotated[bool, typer.Option("--systemd", help=_("A service and a timer instead."))] = False,
) -> None:
    """Print the line for cron that is right for this machine; with --write, install it."""
    job = _job()
    if systemd:
        _systemd(job, write=write, remove=remove)
        return
    if not (write or remove):
        screen.say(cron.line(job))
        return
    before = _crontab()
    after = cron.removed(before, job.home) if remove else cron.installed(before, job)
    if after != before:
        _set_crontab(after)
    if remove and after == before:
        tell(_("There was nothing of this home in your crontab."))
    elif sys.stdout.isatty():
        told = _("Taken out of your crontab.") if remove else _("In your crontab now: {line}")
        screen.say(told.format(line=cron.line(job)))


def _job() -> cron.Job:
    main, profile = known.of(home_directory(os.environ))
    # Cron has neither of the variables that may have brought us here.
    is_default = not os.environ.get("XDG_DATA_HOME") and main == home_directory({})
    return cron.Job(_program(), main, profile, is_default)


def _program() -> tuple[str, ...]:
    """The program that runs now, by a path that cron can take."""
    itself = Path(sys.argv[0]).absolute()
    for file in (itself, Path(sys.executable).with_name(NAME)):
        if file.name.startswith(NAME) and os.access(file, os.X_OK):
            return (str(file),)
    return sys.executable, "-P", "-m", "contaazul_sync"


def _crontab() -> str:
    """The user's crontab; empty where there is none yet. Raises SetupError: what is there is not lost."""
    listed = _run_crontab("-l")
    why = listed.stderr.strip()
    if not listed.returncode:
        return listed.stdout.decode("utf-8", "surrogateescape")
    if any(told in why.lower() for told in NO_CRONTAB):
        return ""
    raise SetupError(
        _("crontab does not tell what is in it: {why}. Nothing was changed.").format(
            why=why.decode("utf-8", "replace") or listed.returncode
        )
    )


def _set_crontab(text: str) -> None:
    done = _run_crontab("-", text.encode("utf-8", "surrogateescape"))
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip()
        raise SetupError(_("crontab did not take it: {why}").format(why=why))


def _run_crontab(word: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    """Run crontab, in English and byte for byte. Raises SetupError."""
    program = shutil.which("crontab")
    if program is None:
        raise SetupError(
            _("There is no crontab here. Install cron, or use: contaazul-sync install-cron --systemd --write")
        )
    environ = os.environ | {"LC_ALL": "C"}
    try:
        return subprocess.run(
            [program, word], input=given, capture_output=True, timeout=20, check=False, env=environ
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SetupError(_("crontab did not take it: {why}").format(why=error)) from None


def _systemd(job: cron.Job, *, write: bool, remove: bool) -> None:
    try:
        place = Path(UNITS).expanduser()
    except RuntimeError:
        raise SetupError(_("The home directory of this user is not known. Set HOME.")) from None
    texts = {f"{job.unit}.service": cron.service(job), f"{job.unit}.timer": cron.timer(job)}
    if remove:
        for file in (*texts, f"timers.target.wants/{job.unit}.timer"):
            (place / file).unlink(missing_ok=True)
        commands = _systemctl("stop", f"{job.unit}.timer"), _systemctl("daemon-reload")
        tell(_("Now: {command}").format(command="; ".join(commands)))
        return
    if not write:
        for file, text in texts.items():
            screen.say(f"# {place / file}\n{text}")
        return
    place.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        write_whole(place / file, text)
    commands = _systemctl("daemon-reload"), _systemctl("enable", "--now", f"{job.unit}.timer")
    tell(_("Now: {command}").format(command=" && ".join(commands)))
    tell(_("So that it runs while you are not logged in: loginctl enable-linger"))


def _systemctl(*words: str) -> str:
    return " ".join(("systemctl", "--user", *words))


def profiles(as_json: Annotated[bool, typer.Option("--json", help=_("For programs."))] = False) -> None:
    """List the profiles on this machine, with their companies and last runs."""
    from contaazul_sync.views import profiles as shops

    main = home_directory(os.environ)
    names = [*([""] if main_is_a_shop() else []), *known.names(os.environ)]
    found = [shops.read(name, main / "profiles" / name if name else main) for name in names]
    if as_json:
        screen.say_json(shops.as_json(found))
        return
    if not found:
        screen.say(_("None. To make one: contaazul-sync --profile NAME auth"))
    for each in found:
        screen.say(shops.line(each))


def main_is_a_shop() -> bool:
    """Whether somebody signed in to the main home too. What cannot be read is told by its own run."""
    try:
        settings = load(os.environ)
        return settings.config_file.exists() and bool(vault(settings).read().refresh_token)
    except SyncError:
        return True
