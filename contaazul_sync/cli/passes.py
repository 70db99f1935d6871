"""The command that cron runs."""

import gc
import os
import re
import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from contaazul_sync.cli import given, older, running
from contaazul_sync.cli.running import tell
from contaazul_sync.core import exits, harmless
from contaazul_sync.core.errors import SetupError, UsageError
from contaazul_sync.core.words import _
from contaazul_sync.home import screen
from contaazul_sync.home.config import load
from contaazul_sync.home.settings import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contaazul_sync.home.settings import Settings
    from contaazul_sync.operate.turns import Start

SINCE = f"{PREFIX}ORDERS__SINCE"
FORKS = sys.platform == "linux"  # elsewhere the system's own libraries mind a fork
COMMAND = re.compile(r"\bcontaazul-sync (?=[a-z])")  # in a message, before a command's name

Since = Annotated[
    str,
    typer.Option(
        metavar=_("DAY"), help=_("Send orders paid since this day (2026-11-30), this once; asks first.")
    ),
]
SettleSince = Annotated[
    str,
    typer.Option(
        metavar=_("DAY"), help=_("Settle sales since this day (2026-11-30), too; asks first. See [payments].")
    ),
]
Wait = Annotated[
    float, typer.Option(min=0, show_default=False, help=_("Seconds to wait for another run to end."))
]
AllProfiles = Annotated[
    bool, typer.Option("--all-profiles", help=_("Every profile of this machine, one after the other."))
]


def sync(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Show what would be sent; send nothing."))
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help=_("Send what a safety check holds back, too."))
    ] = False,
    wait: Wait = 0,
    since: Since = "",
    settle_since: SettleSince = "",
    limit: Annotated[int | None, typer.Option(min=0, help=_("Send so many orders at most."))] = None,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
    verbose: Annotated[
        int,
        typer.Option(
            "--verbose", "-v", count=True, show_default=False, help=_("Show each item; twice, each request.")
        ),
    ] = 0,
    all_profiles: AllProfiles = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help=_("Show nothing but errors."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("For programs."))] = False,
) -> None:
    """Carry what changed in the shop to the ERP: products, prices, stock, paid orders. For cron."""
    given.day(since, "--since")
    if all_profiles:
        raise typer.Exit(_all_profiles(dry_run=dry_run, quiet=quiet))
    environ = dict(os.environ) | ({SINCE: since} if since else {})
    wanted = {"force": force, "limit": limit}
    options = partial(_options, wanted, is_older=bool(since), settle_since=settle_since)
    if dry_run:
        _look(load(environ), options, as_json=as_json)
        return
    if settle_since or (since and not yes):
        _agree(load(environ), options, yes=yes)
    running.run("sync", environ, options, wait=wait, how=running.How(-1 if quiet else verbose, as_json))


def _options(
    wanted: running.Options, settings: "Settings", *, is_older: bool, settle_since: str
) -> running.Options:
    """What the pass takes. `is_older`: orders since a day are read, too. Raises BadParameter."""
    back_to = older.midnight(settings) if is_older else None
    day = given.day(settle_since, "--settle-since")
    return {**wanted, "back_to": back_to, "settle_since": day}


def _look(settings: "Settings", options: "Callable[[Settings], running.Options]", *, as_json: bool) -> None:
    """Show what would be sent, and what would be settled of older sales where that is asked for."""
    wanted = options(settings)
    if day := wanted["settle_since"]:
        older.tell_older_money(settings, day)
    running.preview(settings, wanted, as_json=as_json)


def _agree(settings: "Settings", options: "Callable[[Settings], running.Options]", *, yes: bool) -> None:
    """Go on when a person has agreed to what is older."""
    wanted = options(settings)
    if wanted["back_to"] and not yes:
        older.ask_about_orders(settings, wanted)
    if day := wanted["settle_since"]:
        older.ask_about_money(settings, day, yes=yes)


def _all_profiles(*, dry_run: bool, quiet: bool) -> int:
    """Run the same command for each profile in a process of its own; the gravest exit code.

    One that fails never stops the others. The main home is one of them where somebody signed in to it.
    Raises UsageError where a variable would make them all one shop, SetupError where there is none.
    """
    from contaazul_sync.cli import server
    from contaazul_sync.home import profiles
    from contaazul_sync.operate.turns import Turns
    from contaazul_sync.views.profiles import called

    if own := profiles.shared(os.environ):
        raise UsageError(
            _("{names} would be used for every profile. Unset it, and keep it in each profile: auth").format(
                names=", ".join(own)
            )
        )
    names = [*([""] if server.main_is_a_shop() else []), *profiles.names(os.environ)]
    if not names:
        raise SetupError(_("There is no profile. To make one: contaazul-sync --profile NAME auth"))
    words = [word for word in sys.argv[1:] if word != "--all-profiles"]
    watched = sys.stdout.isatty() and not quiet
    codes = []
    _load_a_pass()
    with Turns(lambda: tell(_("Stopping after what is under way; Ctrl-C again stops at once."))) as turns:
        for name in names:
            if dry_run:
                screen.say(f"{called(name)}:")
            hear = partial(_pass_on, name)
            code = turns.run(_process(name, words), hear, shown=dry_run)
            if turns.stopped:
                codes += [exits.INTERRUPTED, max(code, 0)]  # below zero it was we who ended it
                break
            codes.append(code)
            if code < 0:  # killed: it could not say anything itself
                tell(f"[{called(name)}] {exits.outcome(code)}")
            elif watched:
                screen.say(f"{called(name)}: {exits.outcome(code)}")
    return exits.worst(codes)


def _load_a_pass() -> None:
    """What each profile would load anew; nothing of it speaks, or opens anything, while it is loaded."""
    if not FORKS:
        return
    from contextlib import suppress

    import anyio._backends._asyncio  # noqa: F401
    import filelock  # noqa: F401
    import httpcore  # noqa: F401 - httpx loads it with its first line

    from contaazul_sync.cli import page  # noqa: F401
    from contaazul_sync.net import line
    from contaazul_sync.operate import alerts, watch, wiring  # noqa: F401
    from contaazul_sync.passes import sync  # noqa: F401
    from contaazul_sync.views import progress  # noqa: F401

    with suppress(SetupError):  # each says it in its own run
        line.trust()
    gc.freeze()  # to look through all that is inherited would be to copy it


def _process(name: str, words: "Sequence[str]") -> "Start":
    """The program for one profile: forked from what is loaded, or begun anew."""
    from contaazul_sync.home import profiles
    from contaazul_sync.operate.turns import forked, spawned

    if FORKS:
        return forked(partial(_as_begun, profiles.words(name, words)))
    return spawned(profiles.command(name, words))


def _as_begun(words: "Sequence[str]") -> int:
    """What a process of the program does with these words. Returns its exit code."""
    from contaazul_sync.cli.begin import begin

    harmless.forget()  # those of the main home, which was asked whether it is a shop
    try:
        begin(words)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return exits.OK


def _pass_on(name: str, line: str) -> None:
    """Say what a profile's process said: with its name, and in commands as they are typed for it."""
    from contaazul_sync.views.profiles import called

    line = line.removeprefix("contaazul-sync: ")
    if name:
        line = COMMAND.sub(f"contaazul-sync --profile {name} ", line)
    tell(f"[{called(name)}] {line}")
