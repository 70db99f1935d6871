"""The command that cron runs."""

import os
import signal
import subprocess
import sys
from typing import Annotated

import typer

from contaazul_sync import config, running
from contaazul_sync.errors import UsageError
from contaazul_sync.running import tell
from contaazul_sync.words import _

INTERRUPTED = 130
SINCE = f"{config.PREFIX}ORDERS__SINCE"


def sync(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Show what would be sent; send nothing."))
    ] = False,
    force: Annotated[bool, typer.Option("--force", help=_("Go on though a safety check says stop."))] = False,
    wait: Annotated[float, typer.Option(min=0, help=_("Seconds to wait for another run to end."))] = 0,
    since: Annotated[
        str, typer.Option(help=_("Send orders paid since this day (YYYY-MM-DD), this once; asks first."))
    ] = "",
    limit: Annotated[int | None, typer.Option(min=0, help=_("Send so many orders at most."))] = None,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
    verbose: Annotated[
        int, typer.Option("--verbose", "-v", count=True, help=_("Show each item; twice, each request."))
    ] = 0,
    all_profiles: Annotated[
        bool, typer.Option("--all-profiles", help=_("Every profile of this machine, one after the other."))
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help=_("Show nothing but errors."))] = False,
) -> None:
    """Carry what changed in the shop to the ERP: products, prices, stock, paid orders. For cron."""
    if all_profiles:
        raise typer.Exit(_all_profiles([word for word in sys.argv[1:] if word != "--all-profiles"]))
    environ = dict(os.environ)
    if since:
        environ[SINCE] = since
    settings = config.load(environ)
    options = {"force": force, "back_to": running.midnight(settings) if since else None, "limit": limit}
    if dry_run:
        running.preview(settings, None, options)
        return
    if since and not yes:
        running.ask_about_orders(settings, options)
    running.run(settings, "sync", options, wait=wait, volume=-1 if quiet else verbose)


def _all_profiles(words: list[str]) -> int:
    """Run the same command for each profile in a process of its own; the gravest exit code.

    One that fails never stops the others. Raises UsageError where a variable would make them all one shop.
    """
    from contaazul_sync import profiles, screen

    if own := profiles.shared(os.environ):
        raise UsageError(
            _("{names} would be used for every profile. Unset it, and keep it in each profile: auth").format(
                names=", ".join(own)
            )
        )
    codes = []
    for name in profiles.names(os.environ):
        code, told = _one_profile(profiles.command(name, words))
        codes.append(code)
        for line in told:
            tell(f"[{name}] {line.removeprefix('contaazul-sync: ')}")
        if sys.stdout.isatty():
            typer.echo(f"{name}: {screen.outcome(code)}")
        if code == INTERRUPTED:
            break
    return profiles.worst(codes)


def _one_profile(command: list[str]) -> tuple[int, list[str]]:
    """The exit code of one profile's process, and what it said. Ctrl-C reaches it by itself."""
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    ) as process:
        former = signal.signal(signal.SIGTERM, lambda *_signal: process.terminate())
        try:
            told = process.communicate()[1]
        except KeyboardInterrupt:
            told = process.communicate()[1]
        finally:
            signal.signal(signal.SIGTERM, former)
    return process.returncode, told.splitlines()
