"""The sandbox in a process of its own, so that it shares no interpreter with what is measured."""

import multiprocessing
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from multiprocessing.connection import Connection
from typing import Any

from contaazul_sync.sandbox.erp.records.products import Product
from contaazul_sync.sandbox.server import Sandbox
from contaazul_sync.sandbox.shop.state import written

# What the bench asks of the sandbox, by name. Each takes the sandbox and values that can be pickled.


def places(box: Sandbox) -> dict[str, str]:
    """Where everything is, and the secrets."""
    names = ("client_id", "client_secret", "redirect_uri", "shop_token")
    more = ("authorize_url", "token_url", "erp_url", "shop_url")
    return {name: getattr(box, name) for name in names + more}


def approve(box: Sandbox, address: str) -> str:
    """What the merchant does in the browser."""
    return box.approve(address)


def switch(box: Sandbox, **switches: Any) -> None:
    """Turn the ERP's switches."""
    for name, value in switches.items():
        setattr(box.erp.switches, name, value)


def stock(box: Sandbox, count: int, first: int = 0, days: int = 3) -> None:
    """Put products up in the shop so many days ago, cheaply: each is one dict."""
    updated = written(box.shop.clock() - timedelta(days=days))
    for number in range(first, first + count):
        box.shop.products.append(
            {
                "id": 1_000_000 + number,
                "sku": f"P-{number:06}",
                "name": f"Produto de teste {number}",
                "ean": "",
                "ncm": "",
                "description": "<p>Um produto que n&atilde;o existe.</p>",
                "price": Decimal(1000 + number % 5000).scaleb(-2),
                "special_price": Decimal(0),
                "quantity": 100_000,
                "dimension": {"length": 25, "width": 20, "height": 12, "weight": 0.25},
                "updated": updated,
                "variations": [],
            }
        )


def twins(box: Sandbox) -> None:
    """Have every product of the shop in the ERP, under an id that follows from the shop's."""
    now = box.erp.clock()
    for unit in box.shop.products:
        erp_id = str(uuid.UUID(int=unit["id"]))
        balance = Decimal(unit["quantity"])
        made = Product(erp_id, unit["id"], unit["sku"], unit["name"], unit["price"], balance, now, now)
        box.erp.products[erp_id] = made


def raise_prices(box: Sandbox, count: int) -> list[str]:
    """Change so many prices in the shop; their ids in the ERP."""
    now = box.shop.now()
    skus = set()
    for unit in box.shop.products[:count]:
        unit["price"] += 1
        unit["updated"] = now
        skus.add(unit["sku"])
    return [each.id for each in box.erp.products.values() if each.sku in skus]


def order(box: Sandbox, count: int, products: int, first: int, customers: int) -> None:
    """Let so many customers order, one after the other, from this one on."""
    for number in range(count):
        document = cpf(first + number % customers)
        box.shop.order([(f"P-{number % products:06}", 1)], payer_cpf=document, payer_name="Cliente Exemplo")


def cpf(number: int) -> str:
    """A CPF with valid digits, of nobody."""
    digits = [int(digit) for digit in f"{100_000_000 + number * 7}"]
    for _check in range(2):
        weights = range(len(digits) + 1, 1, -1)
        total = sum(digit * weight for digit, weight in zip(digits, weights, strict=True))
        digits.append(total * 10 % 11 % 10)
    return "".join(map(str, digits))


def forget(box: Sandbox) -> None:
    """Begin a new log of requests."""
    box.erp.requests.clear()
    box.shop.requests.clear()


def log(box: Sandbox, who: str) -> list[tuple[str, str, int | None, float]]:
    """The requests to the ERP's or the shop's API: method, path, status, when in seconds."""
    system = box.erp if who == "erp" else box.shop
    return [
        (seen.method, seen.path, seen.status, seen.at)
        for seen in system.requests
        if "/oauth" not in seen.path
    ]


class Servers:
    """The other process, and a way to ask it."""

    def __init__(self, line: Connection) -> None:
        self._line = line

    def ask(self, what: Callable[..., Any], *values: Any, **named: Any) -> Any:
        """Call one of the functions above over there."""
        self._line.send((what.__name__, values, named))
        if not self._line.poll(120):
            raise TimeoutError(what.__name__)
        return self._line.recv()


def _serve(line: Connection) -> None:
    with Sandbox(catalogue=False) as box:
        while True:
            try:
                name, values, named = line.recv()
            except EOFError:
                return
            line.send(globals()[name](box, *values, **named))


@contextmanager
def servers() -> Iterator[Servers]:
    """An ERP and a shop that nobody else uses."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Servers(ours)
    finally:
        ours.close()
        process.join(10)
        if process.is_alive():
            process.kill()
