"""Several shops or companies on one machine: each profile has a home of its own below the main one.

`--profile NAME`, before or after the command, or the variable CONTAAZUL_SYNC_PROFILE. A profile
shares nothing with another: its own settings, state, secrets, locks and log.
"""

import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path

from contaazul_sync.core.errors import SetupError, UsageError
from contaazul_sync.core.words import _
from contaazul_sync.home.machine import prepare_home
from contaazul_sync.home.settings import PREFIX, home_directory

OPTION, ALL, VARIABLE = "--profile", "--all-profiles", f"{PREFIX}PROFILE"
COMPLETING = "_CONTAAZUL_SYNC_COMPLETE"  # the shell asks how a line may go on
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")


def enter(arguments: Sequence[str], environ: MutableMapping[str, str]) -> list[str]:
    """Make the profile's home the home of this process. Returns the arguments without the option.

    Raises UsageError for what cannot be a name, SetupError for a profile that there is not: `auth` alone
    makes one.
    """
    if COMPLETING in environ:
        return list(arguments)
    left, name = _taken(arguments)
    name = name or environ.get(VARIABLE, "")
    command = next((word for word in left if not word.startswith("-")), "")
    if not name or command == "profiles":
        return left
    if not NAME.fullmatch(name):
        raise UsageError(
            _("'{name}' cannot be a profile: letters, digits, - and _, 64 at most.").format(name=name)
        )
    if ALL in left:
        text = _("{option} runs every profile, and {name} is one of them. Leave one of the two out.")
        raise UsageError(text.format(option=ALL, name=name))
    main = home_directory(environ)
    home = main / "profiles" / name
    if command == "auth" and "--remove" not in left:
        for directory in (main, home.parent):  # the profile's own is made by the sign-in, once it begins
            prepare_home(directory)
    elif not home.is_dir():
        known = ", ".join(names(environ)) or _("none")
        raise SetupError(
            _(
                "There is no profile {name} (there are: {known}). To make it: {command}; if it was removed,"
                " take its line out of cron: crontab -e"
            ).format(name=name, known=known, command=f"contaazul-sync --profile {name} auth")
        )
    environ[f"{PREFIX}HOME"] = str(home)
    environ.pop(VARIABLE, None)
    return left


def _taken(arguments: Sequence[str]) -> tuple[list[str], str]:
    """The arguments without the option, and its value; nothing where it is not there. Raises UsageError."""
    left: list[str] = []
    name, rest = "", iter(arguments)
    for word in rest:
        if word == "--":
            return [*left, word, *rest], name
        option, equals, value = word.partition("=")
        if option != OPTION:
            left.append(word)
            continue
        name = value if equals else next(rest, "")
        if not name:  # an empty variable in a script must not mean the main home
            raise UsageError(_("{option} needs a name.").format(option=OPTION))
    return left, name


def of(home: Path) -> tuple[Path, str]:
    """The main home and the profile that a home belongs to; no profile where it is a main home itself."""
    if home.parent.name == "profiles" and NAME.fullmatch(home.name):
        return home.parent.parent, home.name
    return home, ""


def names(environ: Mapping[str, str]) -> list[str]:
    """The profiles that there are, in the order of their names."""
    return sorted(home.name for home in homes(home_directory(environ)))


def homes(main: Path) -> Iterator[Path]:
    """The homes of the profiles below the main home."""
    place = main / "profiles"
    if place.is_dir():
        yield from (home for home in place.iterdir() if home.is_dir() and NAME.fullmatch(home.name))


def is_of_another(place: Path, home: Path) -> bool:
    """Whether a place is in the home of another profile, or in the main one and this is a profile's."""
    there, own = place.resolve(), home.resolve()
    mains = {of(each)[0].resolve() for each in (home, own)}  # a profile's home may be a link
    others = {each.resolve() for main in mains for each in homes(main)} - {own}
    if not there.is_relative_to(own):
        others |= {main for main in mains if (main / "config.toml").exists()}
    return any(there.is_relative_to(each) for each in others)


def shared(environ: Mapping[str, str]) -> list[str]:
    """The variables that are of one shop and would be used for every profile."""
    own = (f"{PREFIX}CLIENT_SECRET", f"{PREFIX}SHOP_TOKEN")
    shop = f"{PREFIX}SHOP__"
    return [name for name, value in environ.items() if value and (name in own or name.startswith(shop))]


def words(name: str, others: Sequence[str]) -> list[str]:
    """What is typed for one profile, or for the main home, after the program's name."""
    return [*((OPTION, name) if name else ()), *others]


def command(name: str, others: Sequence[str]) -> list[str]:
    """The program for one profile, or for the main home, as a process of its own."""
    begin = [sys.executable, "-P", "-m", "contaazul_sync"]  # -P: from no folder by chance
    return [*begin, *words(name, others)]
