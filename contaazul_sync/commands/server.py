"""The commands of somebody who sets up a server: the schedule, and several shops on one machine."""

import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from contaazul_sync import config, cron
from contaazul_sync import profiles as known
from contaazul_sync.errors import SetupError
from contaazul_sync.running import tell
from contaazul_sync.words import _

UNITS = "~/.config/systemd/user"


def install_cron(
    write: Annotated[bool, typer.Option("--write", help=_("Install it, too."))] = False,
    remove: Annotated[bool, typer.Option("--remove", help=_("Take out what was installed."))] = False,
    systemd: Annotated[bool, typer.Option("--systemd", help=_("A service and a timer instead."))] = False,
) -> None:
    """Print the line for cron that is right for this machine; with --write, install it."""
    home = config.home_directory(os.environ)
    is_default = home == config.home_directory({})
    program = Path(shutil.which("contaazul-sync") or sys.argv[0]).absolute()
    if systemd:
        _systemd(home, program, is_default=is_default, write=write, remove=remove)
        return
    line = cron.line(program, home, is_default=is_default)
    if not (write or remove):
        typer.echo(line)
        return
    before = _crontab()
    _set_crontab(cron.removed(before, home) if remove else cron.installed(before, home, line))
    if sys.stdout.isatty():
        told = _("Taken out of your crontab.") if remove else _("In your crontab now: {line}")
        typer.echo(told.format(line=line))


def _crontab() -> str:
    """The user's crontab; empty where there is none yet. Raises SetupError."""
    command = [_crontab_program(), "-l"]
    listed = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    return listed.stdout if listed.returncode == 0 else ""


def _set_crontab(text: str) -> None:
    done = subprocess.run(
        [_crontab_program(), "-"], input=text, capture_output=True, text=True, timeout=20, check=False
    )
    if done.returncode:
        raise SetupError(_("crontab did not take it: {why}").format(why=done.stderr.strip()))


def _crontab_program() -> str:
    program = shutil.which("crontab")
    if program is None:
        raise SetupError(
            _("There is no crontab here. Install cron, or use: contaazul-sync install-cron --systemd --write")
        )
    return program


def _systemd(home: Path, program: Path, *, is_default: bool, write: bool, remove: bool) -> None:
    name, place = cron.unit(home, is_default=is_default), Path(UNITS).expanduser()
    texts = {f"{name}.service": cron.service(program, home), f"{name}.timer": cron.timer(home)}
    if remove:
        for file in texts:
            (place / file).unlink(missing_ok=True)
        tell(_("Now: systemctl --user disable --now {name}.timer").format(name=name))
        return
    if not write:
        for file, text in texts.items():
            typer.echo(f"# {place / file}\n{text}")
        return
    place.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        config.replace(place / file, text)
    tell(
        _("Now: systemctl --user daemon-reload && systemctl --user enable --now {name}.timer").format(
            name=name
        )
    )
    tell(_("So that it runs while you are not logged in: loginctl enable-linger"))


def profiles() -> None:
    """List the profiles on this machine, with their companies and last runs."""
    from contaazul_sync import screen
    from contaazul_sync.state import State

    main = config.home_directory(os.environ)
    homes = sorted(known.homes(main))
    if not homes:
        typer.echo(_("None. To make one: contaazul-sync --profile NAME auth"))
    for home in homes:
        file = home / "state.db"
        if not file.exists():
            typer.echo(_("{name}: not signed in yet").format(name=home.name))
            continue
        with closing(State.open(file)) as state:
            run = next(iter(state.runs(1)), None)
            company = state.note("company_name") or _("signed in")
        typer.echo(f"{home.name}: {company}; {screen.run(run) if run else _('no run yet')}")
