"""The command that cron runs."""

import os
from typing import Annotated

import typer

from contaazul_sync import config, running
from contaazul_sync.words import _

SINCE = f"{config.PREFIX}ORDERS__SINCE"


def sync(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be sent; send nothing.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Go on though a safety check says stop.")] = False,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for another run to end.")] = 0,
    since: Annotated[
        str, typer.Option(help="Send orders paid since this day (YYYY-MM-DD), this once; asks first.")
    ] = "",
    limit: Annotated[int | None, typer.Option(min=0, help="Send so many orders at most.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    verbose: Annotated[
        int, typer.Option("--verbose", "-v", count=True, help=_("Show each item; twice, each request."))
    ] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help=_("Show nothing but errors."))] = False,
) -> None:
    """Carry what changed in the shop to the ERP: products, prices, stock, paid orders. For cron."""
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
