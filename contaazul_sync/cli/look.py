"""The commands that show something and change nothing."""

import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contaazul_sync.cli import given, running
from contaazul_sync.cli.running import tell
from contaazul_sync.core import words
from contaazul_sync.core.days import in_brazil, local_day
from contaazul_sync.core.words import _, ngettext
from contaazul_sync.home import screen
from contaazul_sync.home.machine import utc_now

if TYPE_CHECKING:
    from contaazul_sync.home.settings import Settings
    from contaazul_sync.shops.files.habit import Comings
    from contaazul_sync.state.file import State
    from contaazul_sync.views.status import Status


def status(
    products: Annotated[bool, typer.Option("--products", help=_("List the integrated products."))] = False,
    page: Annotated[
        int | None, typer.Option(min=1, help=_("With --products: which page of a long list."))
    ] = None,
    drift: Annotated[bool, typer.Option("--drift", help=_("The stock drift as CSV."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("For programs; see the README."))] = False,
    max_age: Annotated[
        str,
        typer.Option(metavar=_("AGE"), help=_("Leave with 6 when the last good run is older: 90m, 2h, 1d.")),
    ] = "",
    html: Annotated[
        Path | None, typer.Option(dir_okay=False, help=_("Write a page for the browser to this file."))
    ] = None,
) -> None:
    """What is integrated, waiting and failed, and what to do about it. Asks nobody; reads the state."""
    settings, state = running.look_home()
    with closing(state):
        if products:
            _integrated(state, settings.text("prices.source"), page)
        elif drift:
            _drift_csv(state)
        else:
            _summary(settings, state, max_age, html, as_json=as_json)


def _integrated(state: "State", price_source: str, page: int | None) -> None:
    """A page of the integrated products on a terminal; all of them, one after the other, in a pipe."""
    from contaazul_sync.views.terminal.lines import LONG

    pages = max(1, -(-state.pairs.count() // LONG))
    if page and page > pages:
        raise typer.BadParameter(_("there are {n} pages").format(n=pages), param_hint="--page")
    some = (((page or 1) - 1) * LONG, LONG) if page or sys.stdout.isatty() else ()
    rows = state.pairs.in_order(*some)
    if not sys.stdout.isatty():
        from contaazul_sync.views import piped

        for line in piped.products(rows, price_source):
            screen.say(line)
        return
    from contaazul_sync.views.terminal.products import products_view

    screen.show(products_view(rows, price_source, page or 1, pages))


def _drift_csv(state: "State") -> None:
    from contaazul_sync.views import phrases
    from contaazul_sync.views.spreadsheets import drift_csv

    drifts = state.drifts.all(utc_now())
    settling = [each for each in drifts if each.checking_until]
    drifts = [each for each in drifts if not each.checking_until]
    named = {product.key: product for product in state.products.of(each.key for each in drifts)}
    screen.say_rows(drift_csv(drifts, named), marked=words.language() != "en")
    if settling:
        text = ngettext(
            "{n} product is left out: a sale moves its stock just now. Ask again after {moment}.",
            "{n} products are left out: sales move their stock just now. Ask again after {moment}.",
            len(settling),
        )
        last = max(each.checking_until for each in settling if each.checking_until)
        tell(text.format(n=len(settling), moment=phrases.clock(last)))


def _summary(settings: "Settings", state: "State", max_age: str, html: Path | None, *, as_json: bool) -> None:
    from contaazul_sync.views import status as summary

    rules = running.rules(settings, state)
    run_since = running.going_on_since(settings, state)
    signed_in = running.vault(settings).read().signed_in
    now = summary.read(
        state,
        rules,
        signed_in=signed_in,
        run_since=run_since,
        comings=_comings(settings),
        today=local_day(utc_now()),
    )
    if max_age:
        _check_age(max_age, now)
        return
    if as_json:
        screen.say_json(summary.as_json(now))
        return
    drifts = state.drifts.all(utc_now())
    names = state.products.skus(each.key for each in drifts)
    where = str(settings.state_file)
    if html:
        from contaazul_sync.cli import page

        page.write(html, settings, state, now, rules, run_since)
        if sys.stdout.isatty():
            screen.say(_("Written to {file}. Only you can read it; it has order numbers.").format(file=html))
    elif sys.stdout.isatty():
        from contaazul_sync.views.terminal.status import status_view

        moment = utc_now()
        day = state.runs.since(moment - timedelta(days=1))
        screen.show(status_view(now, drifts, names, where, day, moment))
    else:
        from contaazul_sync.views import piped

        screen.say(piped.text(now, drifts, names, where, screen.width(), utc_now()))


def _comings(settings: "Settings") -> "Comings | None":
    """How the shop's files come, where it is read from these."""
    if not settings.from_files:
        return None
    from contaazul_sync.operate import filing

    return filing.how_they_come(settings, utc_now())


def _check_age(oldest: str, status: "Status") -> None:
    """Leave with 6 when the last good run is older than this. Raises BadParameter, Exit."""
    age, good = given.age(oldest, "--max-age"), status.last_good_run
    if good and good.finished_at and utc_now() - good.finished_at <= age:
        return
    since = f"{in_brazil(good.finished_at):%d/%m/%Y %H:%M}" if good and good.finished_at else ""
    late = _("The last good run ended at {moment}: longer ago than {age}.").format(moment=since, age=oldest)
    tell(late if since else _("There has been no good run yet."))
    raise typer.Exit(6)


def show_item(
    item: Annotated[str, typer.Argument(help=_("An order number or a SKU."))],
    as_json: Annotated[bool, typer.Option("--json", help=_("For programs."))] = False,
) -> None:
    """All that is known of one order or product: what was sent, what was said, what comes next."""
    from contaazul_sync.cli import choose
    from contaazul_sync.views import show as items

    settings, state = running.look_home()
    with closing(state):
        found = choose.item(state, item)
        if found is None:
            raise typer.BadParameter(choose.unknown(state, item))
        rules = running.rules(settings, state)
        left_alone = choose.left_alone(state, rules, *found)
        run_since = running.going_on_since(settings, state)
        known = items.read(state, rules, *found, left_alone=left_alone, run_since=run_since, now=utc_now())
    if as_json:
        screen.say_json(items.as_json(known))
    else:
        from contaazul_sync.views.terminal.items import item_view

        screen.show(item_view(known))


def orders(
    month: Annotated[str, typer.Option(metavar=_("MONTH"), help=_("Those paid in a month: 2026-11."))] = "",
    place: Annotated[
        str,
        typer.Option(
            "--state",
            help=_("sent, waiting, held, failed, in_doubt, attention, ignored, left_out or ended; else all."),
        ),
    ] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help=_("As CSV, for a spreadsheet."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("For programs."))] = False,
) -> None:
    """List every paid order that the shop has shown, and where each stands. Asks nobody; reads the state."""
    from contaazul_sync.core.book import Place
    from contaazul_sync.views import book, phrases

    called = {place.value: phrases.place_names(place) for place in Place}
    wanted = given.said_as(place, called, "--state")
    month = given.month(month, "--month")
    settings, state = running.look_home()
    with closing(state):
        rules, run_since = running.rules(settings, state), running.going_on_since(settings, state)
        rows = book.read(state, rules, run_since, month=month)
        found = (row for row in rows if wanted in ("", row.place))
        settles = bool(state.settlements.since())
        if as_json:
            screen.say_json(book.as_json(found, settles=settles))
        elif as_csv:
            from contaazul_sync.views.spreadsheets import orders_csv

            screen.say_rows(orders_csv(found, settles=settles), marked=words.language() != "en")
        else:
            from contaazul_sync.views.terminal.orders import orders_view

            screen.show(orders_view(found))


def log(
    run: Annotated[int | None, typer.Argument(help=_("The number of a run: what it did."))] = None,
    count: Annotated[int, typer.Option("-n", min=1, help=_("How many runs."))] = 20,
    as_json: Annotated[bool, typer.Option("--json", help=_("For programs."))] = False,
) -> None:
    """The last runs, or what one of them did."""
    from contaazul_sync.views.terminal.runs import run_json, run_lines, runs_view

    settings, state = running.look_home()
    with closing(state):
        one = None if run is None else state.runs.get(run)
        runs = state.runs.newest(count) if run is None else [one] if one else []
    if as_json:
        screen.say_json([run_json(each) for each in runs])
    elif run is None:
        screen.show(runs_view(runs))
    else:
        from contaazul_sync.home import log as file

        lines = list(file.of_run(settings.home, run))
        if one is None and not lines:
            raise typer.BadParameter(_("nothing is known of run {n}").format(n=run))
        screen.show(run_lines(one, lines))
