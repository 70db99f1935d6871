"""The commands about the settings: `config show` and `config set`."""

import os
import sys
from typing import Annotated

import typer

from contaazul_sync import config, running
from contaazul_sync.machine import prepare_home
from contaazul_sync.running import show, tell
from contaazul_sync.words import _

app = typer.Typer(help=_("Show the settings, or set one."), no_args_is_help=True, rich_markup_mode=None)


@app.command("show", help=_("Each setting, its value, and where that comes from."))
def show_all() -> None:
    """Each setting, its value, and where that comes from."""
    from contaazul_sync import report

    settings = config.load(os.environ)
    show(report.settings_view(settings, running.vault(settings).read()))


@app.command("set", help=_("Set one setting in config.toml, checked first; the rest of the file stays."))
def set_one(
    name: Annotated[str, typer.Argument(help=_("Its name, as in prices.adjustment_percent."))],
    value: Annotated[str, typer.Argument(help=_("Its value."))],
) -> None:
    """Set one setting in config.toml, checked first; the rest of the file stays."""
    config.check(name, value)
    settings = config.load(os.environ)
    prepare_home(settings.home)
    config.write(settings.config_file, {name: value})
    twin = config.twin(name)
    if twin in os.environ:
        tell(_("The variable {twin} is set and wins over the file.").format(twin=twin))
    if sys.stdout.isatty():
        typer.echo(_("{name} is {value} now.").format(name=config.shown(name), value=value))
