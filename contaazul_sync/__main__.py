"""The program, and `python -m contaazul_sync`: chooses profile and language before anything is said."""

import atexit
import gc
import os
import sys
from io import TextIOWrapper

from contaazul_sync.core import words
from contaazul_sync.core.errors import ConfigError, Ended, SyncError
from contaazul_sync.core.exits import INTERRUPTED
from contaazul_sync.home import profiles, screen, signals
from contaazul_sync.home.config import load
from contaazul_sync.home.settings import home_directory

MOST_SAID = 20  # profiles that are not there, each told once

SELDOM = 50_000  # objects more than before, until Python looks for what nobody needs any more


def main() -> None:
    """Run the command line."""
    _start_light()
    signals.listen(screen.show_cursor)
    try:
        _run()
    except KeyboardInterrupt:  # before a command began, or after it
        sys.exit(INTERRUPTED)


def _start_light() -> None:
    """Where nothing changed, the start is nearly all that a run costs: what nobody needs is left out of it.

    httpx has a command line of its own, and loads rich and pygments for it wherever they are installed. None
    tells Python that the module is not there, as in an installation without that extra of httpx.

    What is loaded stays to the end. So Python looks through all of it seldom, and never before it leaves.
    """
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    gc.set_threshold(SELDOM)
    atexit.register(gc.freeze)


def _run() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a letter that the terminal lacks is no reason to stop
    words.speak(words.language_of("", os.environ))  # the settings are the profile's, which may be wrong
    try:
        arguments = profiles.enter(sys.argv[1:], os.environ)
        profile = profiles.of(home_directory(os.environ))[1]
    except (SyncError, OSError) as error:
        from contaazul_sync.cli.endings import leave  # noqa: PLC0415 - for this alone

        sys.exit(leave(_once(error)))
    words.work_in(profile)
    words.speak(words.language_of(_language_set(), os.environ))
    from contaazul_sync.cli.app import build  # noqa: PLC0415 - its help texts are made when it is loaded

    try:
        build(arguments)(args=arguments)
    except Exception as error:  # noqa: BLE001 - what nobody foresaw: its trace passes the one way out, too
        screen.crashed(error)
        sys.exit(1)


def _once(error: SyncError | OSError) -> SyncError | OSError:
    """The error; where cron met it before, its exit code alone: its line may outlive a profile for long."""
    if not isinstance(error, SyncError) or "sync" not in sys.argv or sys.stdout.isatty():
        return error
    from contaazul_sync.home.told import Told  # noqa: PLC0415 - for this alone

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


if __name__ == "__main__":
    main()
