"""The commands that show something and change nothing."""

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contaazul_sync import running
from contaazul_sync.machine import utc_now
from contaazul_sync.running import show
from contaazul_sync.words import _

if TYPE_CHECKING:
    from contaazul_sync.models import Drift
    from contaazul_sync.state import State
    from contaazul_sync.status import Status


def status(
    products: Annotated[bool, typer.Option("--products", help="List the integrated products.")] = False,
    drift: Annotated[bool, typer.Option("--drift", help="The stock drift as CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs; see the README.")] = False,
    html: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write a page for the browser to this file.")
    ] = None,
) -> None:
    """What is integrated, waiting and failed, and what to do about it. Asks nobody; reads the state."""
    from contaazul_sync import report
    from contaazul_sync import status as summary

    settings, state = running.open_home()
    with closing(state):
        if products:
            show(report.products_view(state.linked_products(), settings.text("prices.source")))
            return
        drifts = state.drifts()
        if drift:
            named = {product.key: product for product in state.products(d.key for d in drifts)}
            typer.echo(report.drift_csv(drifts, named), nl=False)
            return
        rules = running.rules(settings, state)
        now = summary.read(state, rules, signed_in=running.vault(settings).read().signed_in)
        if as_json:
            typer.echo(json.dumps(summary.as_json(now), ensure_ascii=False, indent=2))
            return
        names = state.skus(each.key for each in drifts)
        if html:
            _write_page(html, now, drifts, names, state)
            return
        show(report.status_view(now, drifts, names, str(settings.state_file)))


def _write_page(
    file: Path, status: "Status", drifts: "list[Drift]", names: dict[str, str], state: "State"
) -> None:
    from contaazul_sync import config, page, words

    now = utc_now()
    day = page.first_day(now)
    history = page.History(state.sales_by_day(day), state.runs_by_day(day), state.runs(page.RUNS))
    text = page.render(status, drifts, names, history, now=now, language=words.language())
    try:
        config.replace(file, text)
    except OSError as error:
        raise typer.BadParameter(
            _("{file} cannot be written: {why}").format(file=file, why=error.strerror)
        ) from None
    if sys.stdout.isatty():
        typer.echo(_("Written to {file}. Only you can read it; it has order numbers.").format(file=file))
