"""The commands that show something and change nothing."""

import json
from contextlib import closing
from typing import Annotated

import typer

from contaazul_sync import running
from contaazul_sync.running import show


def status(
    products: Annotated[bool, typer.Option("--products", help="List the integrated products.")] = False,
    drift: Annotated[bool, typer.Option("--drift", help="The stock drift as CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs; see the README.")] = False,
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
        show(report.status_view(now, drifts, names, str(settings.state_file)))
