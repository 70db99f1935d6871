"""One command in one home: chooses profile and language before anything is said, and runs it."""

import os
import sys
from collections.abc import Sequence

from contaazul_sync.core import words
from contaazul_sync.core.errors import ConfigError, Ended, SyncError
from contaazul_sync.core.exits import INTERRUPTED
from contaazul_sync.home import profiles, screen, signals
from contaazul_sync.home.config import load
from contaazul_sync.home.settings import home_directory

MOST_SAID = 20  # profiles that are not there, each told once


def begin(arguments: Sequence[str]) -> None:
    """Run the command line to its end. Raises SystemExit."""
    signals.listen(screen.show_cursor)
    try:
        _run(arguments)
    except KeyboardInterrupt:  # before a command began, or after it
        sys.exit(INTERRUPTED)


def _run(typed: Sequence[str]) -> None:
    words.speak(words.language_of("", os.environ))  # the settings are the profile's, which may be wrong
    try:
        arguments = profiles.enter(typed, os.environ)
        profile = profiles.of(home_directory(os.environ))[1]
    except (SyncError, OSError) as error:
        from contaazul_sync.cli.endings import leave

        sys.exit(leave(_once(error, typed)))
    words.work_in(profile)
    words.speak(words.language_of(_language_set(), os.environ))
    from contaazul_sync.cli.app import build  # its help texts are made when it is loaded

    try:
        build(arguments)(args=arguments)
    except Exception as error:  # noqa: BLE001 - what nobody foresaw: its trace passes the one way out, too
        screen.crashed(error)
        sys.exit(1)


def _once(error: SyncError | OSError, typed: Sequence[str]) -> SyncError | OSError:
    """The error; where cron met it before, its exit code alone: its line may outlive a profile for long."""
    if not isinstance(error, SyncError) or "sync" not in typed or sys.stdout.isatty():
        return error
    from contaazul_sync.home.told import Told

    told = Told(home_directory(os.environ))
    said = told.read().get("profiles")
    said = said if isinstance(said, list) else []
    if error.message in said:
        return Ended(error.exit_code)
    told.keep(profiles=[*said, error.message][-MOST_SAID:])
    return error


def _language_set() -> str:
    """What the settings say of the language; nothing where they cannot be read, which is told later."""
    try:
        return load(os.environ).text("language")
    except ConfigError:
        return ""
