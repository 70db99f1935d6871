"""The first table: how close a run comes to what the ERP's limits permit, with answers that take 300 ms."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from bench.program import Home, home
from bench.servers import Servers, forget, log, order, raise_prices, servers, stock, switch, twins
from bench.states import fill

LATENCY = 0.3  # seconds
PERMITTED = 10  # calls a second
KNOWN = 50  # customers who order again and again
HEAD = ("case", "items", "ERP calls", "per item", "seconds", "of the permitted rate", "answered 429")


@dataclass(frozen=True)
class Row:
    """What one case came to. `seconds` from the first call of its kind to the last."""

    case: str
    items: int
    calls: int
    seconds: float
    refused: int

    def cells(self) -> tuple[str, ...]:
        """The row of the table."""
        rate = self.calls / self.seconds / PERMITTED if self.seconds else 0.0
        per_item = f"{self.calls / self.items:.2f}" if self.items else "-"
        share = f"{rate:.1%}" if self.seconds else "-"
        seconds = f"{self.seconds:.0f}" if self.seconds else "-"
        return self.case, str(self.items), str(self.calls), per_item, seconds, share, f"{self.refused}"


@contextmanager
def linked(count: int, **settings: object) -> Iterator[tuple[Servers, Home]]:
    """A shop and an ERP that hold the same products, and a state that knows it."""
    with servers() as box, home(box, **settings) as at:
        box.ask(stock, count)
        box.ask(twins)
        fill(at.path / "state.db", count)
        at.run("sync", expect=(0, 6))
        box.ask(switch, latency=LATENCY)
        box.ask(forget)
        yield box, at


def told(case: str, items: int, box: Servers) -> Row:
    """The row of what the ERP's own log has since it was begun. RuntimeError: not all of it was done."""
    calls = box.ask(log, "erp")
    written = sum(method != "GET" and status in {200, 201, 204} for method, _, status, _ in calls)
    if written < items:
        raise RuntimeError(f"{case}: {written} of {items} were written")
    times = [at for *_call, at in calls]
    done = len(times) - sum(status == 429 for _, _, status, _ in calls)
    seconds = (times[-1] - times[0]) * done / (done - 1) if done > 1 else 0.0
    return Row(case, items, done, seconds, len(times) - done)


def prices(count: int, *, smooth: bool = False) -> Row:
    """Changed prices, at a gateway that smooths or not."""
    with linked(count) as (box, at):
        box.ask(switch, smoothing=smooth)
        box.ask(raise_prices, count)
        at.run("sync", "--force")
        name = "changed prices, gateway with one call per 100 ms" if smooth else "changed prices"
        return told(name, count, box)


def products(count: int) -> Row:
    """New products."""
    with linked(10) as (box, at):
        box.ask(stock, count, first=10, days=0)
        at.run("send-products", "--all")
        box.ask(forget)
        at.run("sync")
        return told("new products", count, box)


def orders(count: int, *, known: bool) -> Iterator[Row]:
    """Orders, and then all that follows when the ERP has settled."""
    who = "known customers" if known else "new customers"
    with linked(50, **{"erp.search_grace_seconds": 1}) as (box, at):
        if known:
            box.ask(order, KNOWN, 50, 0, KNOWN)
            at.run("sync")
            time.sleep(1.1)
            at.run("sync")
        box.ask(forget)
        box.ask(order, count, 50, 0 if known else KNOWN, KNOWN if known else count)
        at.run("sync")
        yield told(f"orders of {who}", count, box)
        time.sleep(1.1)
        at.run("sync")
        whole = told("and the stock", count, box)
        yield Row("  the same, with the stock compared after", count, whole.calls, 0, whole.refused)


def nothing() -> Iterator[Row]:
    """A pass in which nothing changed, in a shop that has sold something today."""
    with linked(200, **{"erp.search_grace_seconds": 1}) as (box, at):
        box.ask(order, KNOWN, 50, 0, KNOWN)
        at.run("sync")
        time.sleep(1.1)
        at.run("sync")
        box.ask(forget)
        at.run("sync")
        yield Row("nothing changed", 0, len(box.ask(log, "erp")), 0, 0)
        asked = Counter(path.rsplit("/", 2)[-2] for _, path, *_ in box.ask(log, "shop"))
        for what, requests in sorted(asked.items()):
            yield Row(f"  and requests to the shop ({what}s)", 0, requests, 0, 0)


def one_at_a_time(count: int, pause: float) -> Row:
    """Changed prices as a client sends them that waits for each answer and then a little longer."""
    with linked(count) as (box, at):
        ids = box.ask(raise_prices, count)
        box.ask(switch, limits=False)
        with httpx.Client(base_url=at.places["erp_url"]) as client:
            headers = {"Authorization": f"Bearer {access_token(at)}"}
            for erp_id in ids:
                body = {"valor_venda": 10.5}
                client.patch(f"/v1/produtos/{erp_id}", json=body, headers=headers).raise_for_status()
                time.sleep(pause)
        return told(f"changed prices, one at a time, a pause of {pause * 1000:.0f} ms", count, box)


def access_token(at: Home) -> str:
    """The sign-in that the program keeps."""
    return str(json.loads((at.path / "secrets.json").read_text())["access_token"])


def rows(many: int, orders_: int, few: int) -> Iterator[Row]:
    """All cases, with so many items each."""
    with ThreadPoolExecutor() as pool:  # these two do nothing but wait, so they may do it meanwhile
        slow = [pool.submit(one_at_a_time, few, pause) for pause in (0.125, 0.5)]
        yield prices(many)
        yield prices(many, smooth=True)
        yield products(many)
        yield from orders(orders_, known=True)
        yield from orders(orders_, known=False)
        yield from nothing()
        yield prices(few)
        for each in slow:
            yield each.result()
