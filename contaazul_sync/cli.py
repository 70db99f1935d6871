"""The command line: reads the settings, builds the parts, calls one function, prints one thing.

Results go to stdout, everything else to stderr. One boundary turns our errors into a message and an exit
code. Heavy imports are made where they are used, since `--help` and a refused run should cost nothing.
"""

import asyncio
import json
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from contaazul_sync import __version__, config, running
from contaazul_sync.errors import AlreadyRunning, ConfigError, SignInError, SyncError
from contaazul_sync.machine import utc_now
from contaazul_sync.money import counted
from contaazul_sync.running import show, tell

if TYPE_CHECKING:
    from contaazul_sync.config import Settings
    from contaazul_sync.models import Kind, Product
    from contaazul_sync.rebuild import Found
    from contaazul_sync.state import State


LONG_LIST = 100  # products; a longer list is narrowed by a text before it is shown


SINCE = f"{config.PREFIX}ORDERS__SINCE"


class Boundary(TyperGroup):
    """Turns the errors that we raise on purpose into a line on stderr and their exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except SyncError as error:
            if sys.stdout.isatty() or not (isinstance(error, AlreadyRunning) or _is_old_news(error)):
                tell(error.message)
            raise typer.Exit(error.exit_code) from None
        except sqlite3.Error as error:  # a full disk, a damaged page: what was committed before is kept
            tell(f"The state file cannot be used: {error}. Nothing that was kept is lost.")
            raise typer.Exit(3) from None
        except KeyboardInterrupt:
            tell("Interrupted. What was done is kept; run it again to go on.")
            raise typer.Exit(130) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on
            raise typer.Exit(0) from None


def _is_old_news(error: SyncError) -> bool:
    """Whether the run before said the same: one alert for a dead sign-in, not 48 a day."""
    return isinstance(error, SignInError) and error.said_before


app = typer.Typer(
    cls=Boundary,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Keeps a Webstore shop and the ERP Conta Azul in step.",
)


def main() -> None:
    """The program."""
    app()


@app.callback(invoke_without_command=True)
def _program(
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
) -> None:
    if version:
        typer.echo(f"contaazul-sync {__version__}")
        raise typer.Exit


@app.command()
def auth(
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address alone; read what you landed on.")
    ] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove the integration: end the sign-in, delete the secrets.")
    ] = False,
    secrets: Annotated[
        bool, typer.Option("--secrets", help="Ask for the client secret and the shop's token again.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Take what is offered; ask nothing.")] = False,
) -> None:
    """Sign in to Conta Azul; asks for what is missing in the settings. Once."""
    from contaazul_sync import signin

    ask = signin.Asker(yes)
    if remove:
        _remove(ask, yes=yes)
        return
    settings, vault = signin.prepare(os.environ, ask, utc_now(), anew=secrets)
    account = asyncio.run(signin.sign_in(settings, vault, browser=not no_browser))
    tell(f"Signed in to {signin.describe(account)}.")
    tell(asyncio.run(signin.look_at_shop(settings, vault)))
    tell(f"Settings: {settings.config_file}. Secrets: {vault.backend.name}.")
    tell("Next: contaazul-sync send-products, then: contaazul-sync sync --dry-run")


def _remove(ask: Callable[[str], str], *, yes: bool) -> None:
    from contaazul_sync import signin

    settings = config.load(os.environ)
    if not yes and sys.stdin.isatty():
        answer = ask("Remove the integration with Conta Azul? Type yes")
        if answer.lower() not in ("yes", "y", "sim", "s"):
            tell("Nothing was removed.")
            return
    for line in asyncio.run(signin.remove(settings, running.vault(settings))):
        tell(line)


@app.command("send-products")
def send_products(
    skus: Annotated[list[str] | None, typer.Argument(help="The SKUs of the products to send.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that are not in the ERP yet.")] = False,
    search: Annotated[str, typer.Option(help="Those whose name or SKU contains this text.")] = "",
    from_file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A file with one SKU on each line.")
    ] = None,
    now: Annotated[bool, typer.Option("--now", help="Send them at once, not with the next sync.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be sent.")] = False,
) -> None:
    """Choose products of the shop to be created in the ERP; the next sync sends them."""
    from contaazul_sync import choose

    settings, state = running.open_home()
    with closing(state):
        _refresh_products(settings, state)
        wanted = [*(skus or ()), *choose.skus_in(from_file)]
        if not (wanted or everything or search):
            products = _pick(state, settings)
        else:
            products = choose.chosen(state, wanted, everything=everything, search=search)
        keys = [product.key for product in products]
        if dry_run:
            running.preview(settings, keys, {"only": set(keys)})
            return

        state.enqueue(keys, utc_now())
    if now and keys:
        running.run(settings, "send-products", {"only": set(keys)})
    elif sys.stdout.isatty():
        typer.echo(
            f"{counted(len(keys), 'product')} chosen. The next sync sends them; or now: contaazul-sync sync"
            if keys
            else "Nothing new was chosen: these are in the ERP, or chosen already."
        )


def _pick(state: "State", settings: "Settings") -> "list[Product]":
    from contaazul_sync import choose, report

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise typer.BadParameter("name SKUs, or use --all, --search or --from-file")
    products = list(state.unsent())
    if not products:
        tell("Every product of the shop is in the ERP, or chosen already.")
        return []
    if len(products) > LONG_LIST:
        part = typer.prompt(
            f"{len(products)} products. Part of the name or SKU", default="", show_default=False
        )
        products = choose.containing(products, part)
    show(report.choice_view(products, settings.text("prices.source")))
    answer = typer.prompt("Which? Numbers as in 1,3-5, or all", default="", show_default=False)
    return choose.numbered(products, answer)


def _refresh_products(settings: "Settings", state: "State") -> None:
    """Ask the shop what is new; while another run is going on, or the shop is away, what is known serves."""
    try:
        with running.locked(settings, "send-products"):
            asyncio.run(_walk_products(settings, state))
    except AlreadyRunning:
        return
    except SyncError as error:
        if not state.count_products()["live"]:
            raise
        tell(f"{error.message} Going on with the products seen before.")


async def _walk_products(settings: "Settings", state: "State") -> None:
    from contaazul_sync import gather, wiring

    async with wiring.shop_client(settings, running.vault(settings)) as shop:
        await gather.walk_products(state, shop, full=state.time("products_seen") is None)


@app.command()
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
    running.run(settings, "sync", options, wait=wait)


@app.command()
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


@app.command()
def retry(
    items: Annotated[list[str] | None, typer.Argument(help="Order numbers or SKUs.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that something stands against.")] = False,
) -> None:
    """Let the next sync try items again that failed, are held, or were ignored."""
    _, state = running.open_home()
    with closing(state):
        found = list(state.failures()) if everything else []
        found += [_item(state, item) for item in items or ()]
        if not found and not everything:
            raise typer.BadParameter("name orders or SKUs, or use --all")
        for kind, key in found:
            state.retry(kind, key)
    if sys.stdout.isatty():
        typer.echo(f"The next sync tries {counted(len(found), 'item')} again.")


@app.command()
def ignore(items: Annotated[list[str], typer.Argument(help="Order numbers or SKUs.")]) -> None:
    """Leave items alone as they are now; a later change in the shop brings them back."""
    from contaazul_sync import choose

    settings, state = running.open_home()
    with closing(state):
        for item in items:
            kind, key = _item(state, item)
            version = choose.version(state, running.rules(settings, state), kind, key)
            state.ignore(kind, key, version, utc_now())
    if sys.stdout.isatty():
        what = counted(len(items), "item")
        typer.echo(f"{what} left alone until changed. To undo: contaazul-sync retry {' '.join(items)}")


def _item(state: "State", name: str) -> "tuple[Kind, str]":
    """The order or product that a person means. Raises BadParameter."""
    from contaazul_sync import choose

    found = choose.item(state, name)
    if found is None:
        raise typer.BadParameter(f"no order and no product is known as {name}")
    return found


@app.command()
def link(
    sku: Annotated[str, typer.Argument(help="The product of the shop.")],
    erp_id: Annotated[str, typer.Argument(help="The id of its twin in the ERP.")],
) -> None:
    """Link a product of the shop to one of the ERP by hand, also in place of a twin that is gone."""
    from contaazul_sync import choose

    settings, state = running.open_home()
    with closing(state):
        product = choose.only_product(state, sku)
        name = asyncio.run(_link(settings, state, product, erp_id))
    if sys.stdout.isatty():
        typer.echo(f"{sku} is linked to '{name}'. The next sync sends its price and compares its stock.")


async def _link(settings: "Settings", state: "State", product: "Product", erp_id: str) -> str:
    from contaazul_sync import wiring
    from contaazul_sync.errors import Refused, UsageError
    from contaazul_sync.models import ErpId, Link

    async with wiring.erp_client(settings, running.vault(settings)) as erp:
        try:
            twin = await erp.product(ErpId(erp_id))
        except Refused as error:
            raise UsageError(f"The ERP has no product {erp_id}: {error.text or error.status}.") from None
    now = utc_now()
    state.save_link(Link(product.key, twin.id, product.sku, compare_after=now), now)
    return twin.name


@app.command()
def backup(file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write the copy.")]) -> None:
    """Copy the state to a file, also while a sync is going on."""
    _, state = running.open_home()
    with closing(state):
        state.backup(file.absolute())
    if sys.stdout.isatty():
        typer.echo(f"Copied to {file}. It has no secrets and no personal data.")


@app.command()
def rebuild() -> None:
    """Make the state anew from the shop and the ERP, after the file was lost or an old copy put back.

    Sends nothing and changes nothing in either.
    """
    from contaazul_sync.state import State, set_aside

    settings = config.load(os.environ)
    with running.locked(settings, "rebuild"):
        kept = set_aside(settings.state_file)
        if kept:
            tell(f"The damaged state file is kept as {kept}.")
        with closing(State.open(settings.state_file)) as state:
            found = asyncio.run(_rebuild(settings, state))
    tell(f"Found {counted(found.links, 'product')} and {counted(found.sales, 'sale')} in the ERP.")
    if found.other_prices:
        skus = ", ".join(found.other_prices[:10]) + (" ..." if len(found.other_prices) > 10 else "")
        tell(f"The ERP has another price than the shop for {skus}: it stays till the shop's changes.")
    if found.unsold:
        tell(
            f"{counted(found.unsold, 'paid order')} without a sale: contaazul-sync status lists what to look"
            " at; to send them all: contaazul-sync retry --all"
        )


async def _rebuild(settings: "Settings", state: "State") -> "Found":
    from contaazul_sync import rebuild as rebuilding
    from contaazul_sync import wiring

    async with wiring.parts(settings, state, os.environ) as parts:
        return await rebuilding.rebuild(parts)


@app.command()
def demo(
    pause: Annotated[float, typer.Option(min=0, help="Seconds between the steps.")] = 0,
) -> None:
    """Show the whole job as a story, against a sandbox on this machine. Nothing real is touched."""
    try:
        from contaazul_sync.sandbox import story
    except ImportError as error:
        raise ConfigError(
            f"The demo needs what `pip install 'contaazul-sync[demo]'` installs ({error.name})."
        ) from None
    raise typer.Exit(story.tell(pause))
