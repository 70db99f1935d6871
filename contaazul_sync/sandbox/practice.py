"""A shop and an ERP that stay up, to practise with: what to type to use them, and an order at each Enter."""

from __future__ import annotations

import shlex
import threading
import tomllib
from datetime import timedelta
from itertools import cycle
from typing import TYPE_CHECKING

from contaazul_sync.core.money import written
from contaazul_sync.core.words import _
from contaazul_sync.home import screen
from contaazul_sync.home.config import twin
from contaazul_sync.home.settings import PREFIX
from contaazul_sync.sandbox.common.wire import cents
from contaazul_sync.sandbox.server import Sandbox
from contaazul_sync.sandbox.sheets.export import export as save_all
from contaazul_sync.sandbox.sheets.panel import PANEL
from contaazul_sync.sandbox.story.shops import CHOSEN, FILES, shop_of, taking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAYS = 30  # of orders that are there when the practice begins
FOLDER = "planilhas"  # where the merchant saves what the panel exports


def serve(kind: str, erp_port: int, shop_port: int, *, keyboard: bool) -> None:
    """Serve one of `KINDS` until somebody stops it (Ctrl-C, SIGTERM). Raises OSError for a port in use.

    `keyboard`: Enter makes a buyer pay an order.
    """
    with Sandbox(erp_port=erp_port, shop_port=shop_port, takes_stock_at=taking(kind)) as box:
        try:
            screen.say("\n".join(told(kind, box)))
            if keyboard:
                _orders(box)
            else:
                threading.Event().wait()
        except (KeyboardInterrupt, EOFError):
            screen.tell(_("The sandbox has stopped. Nothing of it is kept."))


def export(folder: Path) -> list[Path]:
    """Save the shop as its spreadsheets, each dialect in a folder of its own. Raises OSError."""
    return save_all(Sandbox().shop, folder)


def told(kind: str, box: Sandbox) -> Iterator[str]:
    """What to type to practise with it, line by line."""
    yield _("An ERP and a shop to practise with, on this machine alone. People and products are invented.")
    yield _("Nothing real is touched. Ctrl-C stops both, and nothing is kept.")
    yield ""
    yield _("In another terminal, paste these lines. They hold until that terminal is closed:")
    yield ""
    yield f"    export {PREFIX}HOME=$(mktemp -d)"
    for name, value in variables(kind, box).items():
        yield f"    export {name}={shlex.quote(value)}"
    yield ""
    yield _("And then, as with a shop of your own:")
    yield ""
    for line in _commands(kind):
        yield f"    {line}"
    yield ""
    yield _("Look inside the ERP: {address}").format(address=f"{box.erp_url}/_sandbox")
    yield _("Look inside the shop: {address}").format(address=f"{box.site_url}/_sandbox")


def variables(kind: str, box: Sandbox) -> dict[str, str]:
    """The settings and secrets for a home of its own, as variables."""
    shop = shop_of(kind, box)
    since = (box.shop.clock() - timedelta(days=DAYS)).date()
    settings = {
        "erp.client_id": box.client_id,
        "erp.redirect_uri": box.redirect_uri,
        "erp.authorize_url": box.authorize_url,
        "erp.token_url": box.token_url,
        "erp.api_url": box.erp_url,
        "orders.since": since.isoformat(),
        "credentials.backend": "file",
    } | {f"shop.{name}": str(value) for name, value in tomllib.loads(shop.settings).items()}
    secrets = {f"{PREFIX}CLIENT_SECRET": box.client_secret}
    if shop.token:
        secrets[f"{PREFIX}SHOP_TOKEN"] = shop.token
    return {twin(name): value for name, value in settings.items()} | secrets


def _commands(kind: str) -> Iterator[str]:
    yield "contaazul-sync auth"
    yield "contaazul-sync send-products"
    if kind == FILES:
        files = " ".join(f"{FOLDER}/{PANEL.name}/{name}{PANEL.suffix}" for name in ("pedidos", "itens"))
        yield f"contaazul-sync sandbox --export {FOLDER}"
        yield f"contaazul-sync import --check --write {files}"
        yield f"contaazul-sync import {files}"
    yield "contaazul-sync sync --dry-run"
    yield "contaazul-sync sync"
    yield "contaazul-sync status"


def _orders(box: Sandbox) -> None:
    """A paid order at each Enter."""
    screen.say("")
    for sku in cycle(CHOSEN):
        screen.ask(_("Enter: a buyer pays a new order in this shop") + ": ")
        number = box.shop.order([(sku, 1)])
        total = next(each["total"] for each in box.shop.orders if each["id"] == number)
        text = _("Order {order} is paid: 1 x {sku}, {total}.")
        screen.say(text.format(order=number, sku=sku, total=written(int(cents(total) * 100))))
