"""The commands about the settings: `config show`, `get`, `set` and `unset`."""

import os
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from contaazul_sync.cli import pages, running, usage
from contaazul_sync.cli.running import tell
from contaazul_sync.core.errors import ConfigError, StateError
from contaazul_sync.core.words import _
from contaazul_sync.home import config, screen
from contaazul_sync.home.config import check, load, write
from contaazul_sync.home.machine import prepare_home
from contaazul_sync.home.settings import home_directory, shown, told

if TYPE_CHECKING:
    from contaazul_sync.home.settings import Settings

Result = TypeVar("Result")
Name = Annotated[str, typer.Argument(help=_("Its name, as in prices.adjustment_percent."))]

app = typer.Typer(
    cls=usage.Group, help=_("Show the settings, or change one."), no_args_is_help=True, rich_markup_mode=None
)


@app.command(
    "show",
    cls=usage.Command,
    short_help=pages.OF_CONFIG["show"].summary,
    help=_("Each setting, its value, and where that comes from."),
)
def show_all(as_json: Annotated[bool, typer.Option("--json", help=_("For programs."))] = False) -> None:
    """Each setting, its value, and where that comes from."""
    settings = _as_in_this_home(load(os.environ))
    secrets = running.vault(settings).read()
    if as_json:
        from contaazul_sync.views import settings as views

        screen.say_json(views.as_json(settings, secrets))
        return
    from contaazul_sync.views.terminal.settings import settings_view

    screen.show(settings_view(settings, secrets))


@app.command(
    "get",
    cls=usage.Command,
    short_help=pages.OF_CONFIG["get"].summary,
    help=_("The value of one setting alone, for scripts."),
)
def get_one(name: Name) -> None:
    """The value of one setting alone, for scripts. A secret is never told."""
    from contaazul_sync.views.settings import value

    config.check_name(name)
    screen.say(value(_as_in_this_home(load(os.environ)), name))


def _as_in_this_home(settings: "Settings") -> "Settings":
    """The settings, with the defaults that a home of an older version has kept."""
    from contaazul_sync.state.file import State

    if not settings.state_file.exists():
        return settings
    with suppress(StateError), closing(State.read(settings.state_file)) as state:
        missing = settings.values.keys() - settings.origins.keys()
        kept = {name: told for name in missing if (told := state.notes.default(name))}
        return replace(settings, values={**settings.values, **kept})
    return settings


@app.command(
    "set",
    cls=usage.Command,
    short_help=pages.OF_CONFIG["set"].summary,
    help=_("Set one setting in config.toml, checked first; the rest of the file stays."),
    context_settings={"ignore_unknown_options": True},  # a percentage may be below nothing: -5
)
def set_one(
    name: Name,
    value: Annotated[str, typer.Argument(help=_("Its value."))],
) -> None:
    """Set one setting in config.toml, checked first; the rest of the file stays."""
    check(name, value)
    _in_file(name, lambda file: write(file, {name: value}))
    if sys.stdout.isatty():
        screen.say(_("{name} is {value} now.").format(name=shown(name), value=told(name, value)))


@app.command(
    "unset",
    cls=usage.Command,
    short_help=pages.OF_CONFIG["unset"].summary,
    help=_("Take one setting out of config.toml."),
)
def unset_one(name: Name) -> None:
    """Take one setting out of config.toml, so that its default holds again; the rest of the file stays."""
    config.check_name(name)
    if not _in_file(name, lambda file: config.remove(file, name)):
        tell(_("{name} does not stand in config.toml. Nothing was changed.").format(name=shown(name)))
    elif sys.stdout.isatty():
        default = told(name, config.default(name))
        screen.say(_("{name} has its default again: {value}").format(name=shown(name), value=default))


def _in_file(name: str, change: Callable[[Path], Result]) -> Result:
    """Change the file of settings, and say so where a variable wins over it. Raises ConfigError."""
    home = home_directory(os.environ)  # what else is wrong in the file is no reason against it
    prepare_home(home)
    file = home / "config.toml"
    try:
        done = change(file)
    except (ValueError, TypeError) as error:
        raise ConfigError(_("{file} is not valid TOML: {error}.").format(file=file, error=error)) from None
    twin = config.twin(name)
    if twin in os.environ:
        tell(_("The variable {twin} is set and wins over the file.").format(twin=twin))
    return done
