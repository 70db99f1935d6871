"""The commands about the settings: `config show` and `config set`."""

import os
import sys
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from contaazul_sync.cli import running, usage
from contaazul_sync.cli.running import tell
from contaazul_sync.core.errors import ConfigError, StateError
from contaazul_sync.core.words import _
from contaazul_sync.home import config, screen
from contaazul_sync.home.config import check, load, write
from contaazul_sync.home.machine import prepare_home
from contaazul_sync.home.settings import home_directory, shown, told

if TYPE_CHECKING:
    from contaazul_sync.home.settings import Settings

app = typer.Typer(
    cls=usage.Group, help=_("Show the settings, or set one."), no_args_is_help=True, rich_markup_mode=None
)


@app.command("show", cls=usage.Command, help=_("Each setting, its value, and where that comes from."))
def show_all() -> None:
    """Each setting, its value, and where that comes from."""
    from contaazul_sync.views.terminal.settings import settings_view

    settings = load(os.environ)
    screen.show(settings_view(_as_in_this_home(settings), running.vault(settings).read()))


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
    help=_("Set one setting in config.toml, checked first; the rest of the file stays."),
    context_settings={"ignore_unknown_options": True},  # a percentage may be below nothing: -5
)
def set_one(
    name: Annotated[str, typer.Argument(help=_("Its name, as in prices.adjustment_percent."))],
    value: Annotated[str, typer.Argument(help=_("Its value."))],
) -> None:
    """Set one setting in config.toml, checked first; the rest of the file stays."""
    check(name, value)
    home = home_directory(os.environ)  # what else is wrong in the file is no reason against it
    prepare_home(home)
    file = home / "config.toml"
    try:
        write(file, {name: value})
    except (ValueError, TypeError) as error:
        raise ConfigError(_("{file} is not valid TOML: {error}.").format(file=file, error=error)) from None
    twin = config.twin(name)
    if twin in os.environ:
        tell(_("The variable {twin} is set and wins over the file.").format(twin=twin))
    if sys.stdout.isatty():
        screen.say(_("{name} is {value} now.").format(name=shown(name), value=told(name, value)))
