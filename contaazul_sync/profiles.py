"""Several shops or companies on one machine: each profile has a home of its own below the main one.

`--profile NAME`, before or after the command, or the variable CONTAAZUL_SYNC_PROFILE. A profile
shares nothing with another: its own settings, state, secrets, locks and log.
"""

import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path

from contaazul_sync import config
from contaazul_sync.errors import SetupError, UsageError
from contaazul_sync.machine import prepare_home
from contaazul_sync.words import _

OPTION, VARIABLE = "--profile", f"{config.PREFIX}PROFILE"
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
WORST = (1, 3, 4, 7, 5, 6, 130)  # exit codes, the gravest first


def enter(arguments: Sequence[str], environ: MutableMapping[str, str]) -> list[str]:
    """Make the profile's home the home of this process. Returns the arguments without the option.

    Raises UsageError for what cannot be a name, SetupError for a profile that there is not: `auth` alone
    makes one.
    """
    left, name = _taken(arguments)
    name = name if name is not None else environ.get(VARIABLE, "")
    if not name:
        return left
    if not NAME.fullmatch(name):
        raise UsageError(
            _("'{name}' cannot be a profile: letters, digits, - and _, 64 at most.").format(name=name)
        )
    main = config.home_directory(environ)
    home = main / "profiles" / name
    if "auth" in left:
        for directory in (main, home.parent, home):
            prepare_home(directory)
    elif not home.is_dir():
        known = ", ".join(names(environ)) or _("none")
        raise SetupError(
            _("There is no profile {name} (there are: {known}). To make it: {command}").format(
                name=name, known=known, command=f"contaazul-sync --profile {name} auth"
            )
        )
    environ[f"{config.PREFIX}HOME"] = str(home)
    environ.pop(VARIABLE, None)
    return left


def _taken(arguments: Sequence[str]) -> tuple[list[str], str | None]:
    """The arguments without the option, and its value; None where it is not there."""
    left: list[str] = []
    name, rest = None, iter(arguments)
    for word in rest:
        if word == "--":
            return [*left, word, *rest], name
        if word == OPTION:
            name = next(rest, "")
            if not name:
                raise UsageError(_("{option} needs a name.").format(option=OPTION))
        elif word.startswith(f"{OPTION}="):
            name = word.partition("=")[2]
        else:
            left.append(word)
    return left, name


def names(environ: Mapping[str, str]) -> list[str]:
    """The profiles that there are, in the order of their names."""
    return sorted(home.name for home in homes(config.home_directory(environ)))


def homes(main: Path) -> Iterator[Path]:
    """The homes of the profiles below the main home."""
    place = main / "profiles"
    if place.is_dir():
        yield from (home for home in place.iterdir() if home.is_dir() and NAME.fullmatch(home.name))


def shared(environ: Mapping[str, str]) -> list[str]:
    """The variables that are of one shop and would be used for every profile."""
    own = (f"{config.PREFIX}CLIENT_SECRET", f"{config.PREFIX}SHOP_TOKEN")
    return [name for name in environ if name in own or name.startswith(f"{config.PREFIX}SHOP__")]


def command(name: str, words: Sequence[str]) -> list[str]:
    """The program for one profile, as a process of its own."""
    return [sys.executable, "-m", "contaazul_sync", OPTION, name, *words]


def worst(codes: Sequence[int]) -> int:
    """The gravest exit code; one that is not known is the gravest."""
    order = {code: place for place, code in enumerate((*WORST, 0))}
    return min(codes, key=lambda code: order.get(code, -1), default=0)
