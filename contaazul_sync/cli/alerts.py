"""The commands about alerts: `alerts test`."""

import os

import typer

from contaazul_sync.cli import pages, usage
from contaazul_sync.core.errors import SetupError
from contaazul_sync.core.words import _
from contaazul_sync.home import screen
from contaazul_sync.home.config import load
from contaazul_sync.home.machine import utc_now

app = typer.Typer(
    cls=usage.Group,
    help=_("Try how you are told of trouble."),
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=False)
def _alerts() -> None:
    pass


@app.command(
    "test",
    cls=usage.Command,
    short_help=pages.OF_ALERTS["test"].summary,
    help=_("Send a message and a ping, as a run would."),
)
def test() -> None:
    """Send a message and a ping, as a run would."""
    from contaazul_sync.operate.alerts import Alerts

    settings = load(os.environ)
    if not (settings.text("alerts.notify") or settings.text("alerts.ping_url")):
        text = _("Nobody is told of anything yet. Run: contaazul-sync config set alerts.notify ADDRESS")
        raise SetupError(text)
    went, failed = Alerts(settings, utc_now).try_out()
    for line in went:
        screen.say(line)
    if failed:
        raise SetupError(failed)
