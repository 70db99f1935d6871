"""The demo: the whole job as a story, with the real program against both servers of the sandbox.

Each command runs as a process of its own, on a terminal of its own, so that what is shown is what a
shopkeeper sees. At the end every claim is checked against the two servers; a claim that is wrong is told,
and the exit code is 1.
"""

from __future__ import annotations

import io
import os
import re
import select
import shlex
import signal
import subprocess
import sys
import tempfile
import termios
import textwrap
import time
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contaazul_sync.core.words import _, language
from contaazul_sync.sandbox.server import Sandbox
from contaazul_sync.sandbox.shop import PAID, written
from contaazul_sync.sandbox.story_shops import KINDS, ShopOfStory, shop_of, taking
from contaazul_sync.sandbox.wire import SAO_PAULO, cents, plain
from contaazul_sync.state.file import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contaazul_sync.sandbox.erp_sales import Sale

WIDTH = 80
SHOP = "loja-azul"
PERCENT = 10
PERCENT_TWIN = "CONTAAZUL_SYNC_PRICES__ADJUSTMENT_PERCENT"
FORGOTTEN = "ECOBAG-CAJU"  # in a paid order, and not chosen at first
GONE = "LUM-PONTO"
# What the program may see of the environment: nothing of the merchant's own settings, and no proxy.
KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TERM", "NO_COLOR", "PYTHONPATH", "TMPDIR")

CONFIG = """\
[erp]
client_id = "{box.client_id}"
redirect_uri = "{box.redirect_uri}"
authorize_url = "{box.authorize_url}"
token_url = "{box.token_url}"
api_url = "{box.erp_url}"
search_grace_seconds = 1

[shop]
{shop}id = "{name}"

[orders]
since = {since}

[credentials]
backend = "file"
"""


def tell(pause: float, kind: str = KINDS[0]) -> int:
    """Tell the story, `pause` seconds between the steps; returns 0, or 1 when a claim was wrong."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        # A temporary directory is of mode 0700.
        with (
            tempfile.TemporaryDirectory(prefix="contaazul-sync-demo-") as home,
            Sandbox(takes_stock_at=taking(kind)) as box,
        ):
            return Story(box, Path(home), pause, shop_of(kind, box)).tell()
    except KeyboardInterrupt:
        told = _("The demo was stopped. Nothing of it is left.")
        sys.stderr.write(f"\n{told}\n")
        return 130
    finally:
        signal.signal(signal.SIGTERM, before)


class Story:
    """The steps, in order. `problems` collects what did not come out as told."""

    def __init__(self, box: Sandbox, home: Path, pause: float, shop: ShopOfStory) -> None:
        self.box, self.home, self.pause, self.shop = box, home, pause, shop
        self.problems: list[str] = []
        self.begun = time.monotonic()
        self.since = box.shop.clock().astimezone(SAO_PAULO).date() - timedelta(days=3)
        self.is_terminal = sys.stdout.isatty()
        self.environ = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.environ |= {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
        self.environ |= {
            "COLUMNS": str(WIDTH),
            "HOME": str(home),
            "PYTHONUTF8": "1",
            "CONTAAZUL_SYNC_HOME": str(home),
            "CONTAAZUL_SYNC_LANGUAGE": language().replace("_", "-"),
            "CONTAAZUL_SYNC_CLIENT_SECRET": box.client_secret,
            "CONTAAZUL_SYNC_SHOP_TOKEN": shop.token,
        }
        if not self.is_terminal:
            self.environ["TERM"] = "dumb"

    def tell(self) -> int:
        """Everything."""
        self.begin()
        self.first_sync()
        self.a_day_at_the_shop()
        self.what_goes_wrong()
        self.percentage()
        self.end()
        return self.summary()

    # The steps

    def begin(self) -> None:
        """Say what this is, and sign in."""
        self.say(
            _(
                "This demo shows contaazul-sync at work, against two small servers on this machine. The ERP"
                " follows the contract that Conta Azul publishes. {shop} The people and the products are"
                " invented. Nothing outside this machine is touched, and nothing is left of it at the end."
            ).format(shop=self.shop.about)
        )
        settings = CONFIG.format(box=self.box, shop=self.shop.settings, name=SHOP, since=self.since)
        (self.home / "config.toml").write_text(settings, encoding="utf-8")
        # An order by boleto, made six days ago, that nobody has paid yet.
        made = written(self.box.shop.clock() - timedelta(days=6))
        boleto: dict[str, Any] = {"payment_method": "boleto", "created": made, "updated": made}
        self.boleto = self.box.shop.order([("CAM-LIS-G", 1)], "pending", shipping="17.30", **boleto)
        self.step(_("You sign in once. Here the demo plays your browser and confirms."))
        self.run("auth", "--no-browser", browser=True)
        self.step(_("Signing in sends nothing. The status screen asks nobody; it reads a file."))
        self.run("status")

    def first_sync(self) -> None:
        """Choose products, look at the plan, send."""
        self.step(_("A product goes to the ERP only when you choose it. You choose ten of the shop's."))
        self.run("send-products", *self.shop.chosen)
        self.step(_("A dry run shows what the next sync would do. It sends nothing."))
        self.run("sync", "--dry-run", most=24)
        self.step(
            _(
                "Now the real one, as cron runs it twice an hour. Orders paid since {day} become sales."
                " From cron it prints nothing when all is well."
            ).format(day=f"{self.since:%d/%m/%Y}")
        )
        self.run("sync", expect=6)
        self.step(
            _(
                "Exit code 6 says that the pass is done and something needs a look. One paid order has a"
                " product that you did not choose. It waits, and status says so."
            )
        )
        self.run("status")

    def a_day_at_the_shop(self) -> None:
        """Something is sold, a price and a stock change."""
        shop = self.box.shop
        self.step(_("You choose the missing product, too."))
        self.run("send-products", FORGOTTEN)
        order = shop.order([("CAM-AZ-M", 2)], shipping="15.00")
        shop.change("CADERNO-A5", price="45.00")
        shop.change("CAM-LIS-G", stock=12 - self.set_aside("CAM-LIS-G"))
        self.step(
            _(
                "Meanwhile in the shop: order {order} is paid (2 x CAM-AZ-M), CADERNO-A5 goes from 42.00 to"
                " 45.00, and CAM-LIS-G is counted: 12, not 7."
            ).format(order=order)
        )
        self.run("sync")
        self.say(_("The ERP's side now:"))
        self.show_sale(order)
        self.show_product("CADERNO-A5")
        self.show_product("CAM-AZ-M")
        self.show_product("CAM-LIS-G")
        self.claim(self.price("CADERNO-A5") == cents("45.00"), "the new price of CADERNO-A5 arrived")
        if self.shop.cached:
            self.step(
                _(
                    "This shop's pages may be an hour old. So a stock that differs is believed when it has"
                    " differed for an hour. An hour later:"
                )
            )
            self.an_hour_later("CAM-LIS-G", should_be=12, is_now=7)
            self.run("sync")
        self.step(
            _(
                "The ERP's public API does not let the stock of a product be changed. The program tried,"
                " read it back, and lists the difference for you."
            )
        )
        self.run("status")
        self.claim(self.balance("CAM-LIS-G") == 7, "the ERP ignores a stock that is written")
        self.box.erp.set_stock("CAM-LIS-G", 12)
        self.say(_("You type the 12 into the ERP's own screen. The next sync sees that it is right."))

    def what_goes_wrong(self) -> None:
        """A late payment, a deleted product, an order without CPF, and an answer that is lost."""
        shop = self.box.shop
        shop.pay(self.boleto)
        shop.delete(GONE)
        self.held = shop.order([("CADERNO-A6", 1)], payer_cpf="", shipping="9.00")
        self.a_day_later()
        self.step(
            _(
                "The next day: the boleto of order {paid}, made six days ago, is paid. Order {held} has no"
                " CPF. {gone} is deleted in the shop; it stays in the ERP."
            ).format(paid=self.boleto, held=self.held, gone=GONE)
        )
        self.run("sync", expect=6)
        self.show_sale(self.boleto)
        self.show_product(GONE)
        self.lost = shop.order([("TOALHA-BANHO", 1)], shipping="22.40")
        self.box.erp.faults.add("drop_after", "POST", "/v1/venda")
        self.step(
            _(
                "Order {order} is paid, and the line breaks just after the ERP took the sale: the answer is"
                " lost. Sending it again could make a second sale. So it is in doubt."
            ).format(order=self.lost)
        )
        self.run("sync", expect=6)
        self.run("status")
        self.claim(self.box.erp.faults.pending == 0, "the answer to a sale was lost")
        self.step(_("The next sync looks in the ERP first, by the number it wrote down. It finds the sale."))
        self.run("sync", expect=6)
        self.show_sale(self.lost)

    def percentage(self) -> None:
        """All prices, raised."""
        self.price_of_gone = self.price(GONE)
        twin = {PERCENT_TWIN: str(PERCENT)}
        self.step(
            _(
                "You want the ERP's prices {percent} % above the shop's. Each setting has a twin in the"
                " environment; here it is used for a look first, then for real."
            ).format(percent=PERCENT)
        )
        self.run("sync", "--dry-run", most=9, twins=twin)
        self.run("sync", expect=6, twins=twin)
        self.show_product("CADERNO-A5")

    def end(self) -> None:
        """The status at the end, for people and for programs, and the way out."""
        self.step(_("The status at the end: one order is held, and status says why and what to do."))
        self.run("status")
        self.step(_("The same for programs."))
        self.run("status", "--json", most=22)
        self.step(_("You can remove the integration. What is in the ERP and in the shop stays as it is."))
        self.run("auth", "--remove")

    def a_day_later(self) -> None:
        """Let the state believe that its last walk through the whole shop was yesterday."""
        state = State.open(self.home / "state.db")
        try:
            state.notes.set_time("full_walk", self.box.shop.clock() - timedelta(days=1))
        finally:
            state.close()

    def an_hour_later(self, sku: str, should_be: int, is_now: int) -> None:
        """Let the state believe that it saw a difference of stock an hour ago."""
        state = State.open(self.home / "state.db")
        try:
            seen = self.box.shop.clock() - timedelta(hours=1)
            state.drifts.suspect(
                state.products.keys_of_skus([sku])[sku], Decimal(should_be), Decimal(is_now), seen
            )
        finally:
            state.close()

    # What is shown

    def say(self, text: str) -> None:
        """A sentence to the shopkeeper."""
        self.write("\n" + textwrap.fill(text, WIDTH) + "\n")

    def step(self, text: str) -> None:
        """A sentence before a command, after a pause."""
        time.sleep(self.pause)
        self.say(text)

    def write(self, text: str) -> None:
        """Show something at once, so that a reader who left is noticed."""
        sys.stdout.write(text)
        sys.stdout.flush()

    def command(self, words: tuple[str, ...], twins: dict[str, str]) -> None:
        """Show a command line, in bold on a terminal."""
        line = " ".join([*(f"{name}={value}" for name, value in twins.items()), "contaazul-sync"])
        text = textwrap.fill(
            f"$ {line} {shlex.join(words)}",
            WIDTH - 2,
            subsequent_indent="    ",
            break_on_hyphens=False,
        ).replace("\n", " \\\n")
        self.write(f"\n\x1b[1m{text}\x1b[0m\n" if self.is_terminal else f"\n{text}\n")

    def show_sale(self, order: int) -> None:
        """The one sale of an order."""
        found = self.sales_of(order)
        self.claim(len(found) == 1, f"order {order} is one sale")
        for sale in found:
            told = _("ERP: sale {number} of order {order}: total {total}, {status}").format(
                number=sale.numero, order=order, total=money(sale.totals.net), status=sale.situacao
            )
            self.write(f"  {told}\n")

    def show_product(self, sku: str) -> None:
        """A product as the ERP has it."""
        told = _("ERP: product {sku}: price {price}, balance {balance}").format(
            sku=sku, price=money(self.price(sku)), balance=plain(self.balance(sku))
        )
        self.write(f"  {told}\n")

    # Running the program

    def run(
        self,
        *words: str,
        expect: int = 0,
        browser: bool = False,
        most: int | None = None,
        twins: dict[str, str] | None = None,
    ) -> None:
        """Run one command and show what it prints, at most `most` lines of it."""
        self.command(words, twins or {})
        with self.process(words, twins or {}) as (process, terminal):
            shown = ""
            for text in _texts(terminal):
                shown += text
                if most is None:
                    self.write(text)
                if browser and (address := re.search(r"^(https?://\S+)\n", shown, re.MULTILINE)):
                    browser = False
                    self.play_browser(process, terminal, address[1])
            code = process.wait()
        if most is not None:
            self.cut(shown, most)
        if code:
            told = _("(exit code {code})").format(code=code)
            self.write(f"{told}\n")
        self.claim(code == expect, f"`contaazul-sync {shlex.join(words)}` ends {expect} (it ended {code})")

    def cut(self, shown: str, most: int) -> None:
        """Show the first lines, and say how many more there were."""
        lines = shown.splitlines()
        self.write("\n".join(lines[:most]) + "\n")
        if len(lines) > most:
            told = _("[{n} more lines]").format(n=len(lines) - most)
            self.write(f"  {told}\n")

    @contextmanager
    def process(
        self, words: tuple[str, ...], twins: dict[str, str]
    ) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
        """The program on a terminal of its own; ended with the block, whatever happens."""
        ours, theirs = os.openpty()
        modes = termios.tcgetattr(theirs)
        modes[1] &= ~termios.OPOST  # lines end as the program ended them
        termios.tcsetattr(theirs, termios.TCSANOW, modes)
        process = subprocess.Popen(  # noqa: S603  # our own interpreter and package
            [sys.executable, "-m", "contaazul_sync", *words],
            env=self.environ | twins,
            stdin=subprocess.PIPE,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,  # a Ctrl-C comes to the demo alone, which ends the program
        )
        os.close(theirs)
        try:
            yield process, ours
        finally:
            _end(process)
            os.close(ours)

    def play_browser(self, process: subprocess.Popen[bytes], terminal: int, address: str) -> None:
        """Confirm on the page, and paste the address landed on."""
        landed = self.box.approve(address)
        while select.select([terminal], [], [], 0.2)[0]:
            self.write(os.read(terminal, 4096).decode(errors="replace"))
        self.write(f"{landed}\n")
        assert process.stdin is not None
        process.stdin.write(f"{landed}\n".encode())
        process.stdin.flush()

    # What is checked

    def claim(self, true: bool, what: str) -> None:  # noqa: FBT001  # a claim and its words
        """Remember a claim that is not true."""
        if not true:
            self.problems.append(what)

    def price(self, sku: str) -> Decimal:
        """A product's price in the ERP."""
        return self.box.erp.product(sku).price

    def balance(self, sku: str) -> Decimal:
        """What the ERP says can be sold of a product."""
        return self.box.erp.product(sku).stock

    def sales_of(self, order: int | str) -> list[Sale]:
        """The ERP's sales that carry an order's mark."""
        mark = f"[{SHOP}:pedido {order}]"
        with self.box.erp.lock:
            return [sale for sale in self.box.erp.sales.values() if mark in sale.observacoes]

    def due(self, order: dict[str, Any]) -> bool:
        """Whether an order is paid, and not before the day from which orders are sent."""
        return order["status"] in PAID and order["paid_at"][:10] >= self.since.isoformat()

    def summary(self) -> int:
        """Hold what was told against both servers."""
        shop, erp = self.box.shop, self.box.erp
        due = [order for order in shop.orders if self.due(order)]
        sold = self.check_orders(due)
        changed = self.check_products(due)
        self.check_requests()
        seconds = time.monotonic() - self.begun
        self.say(_("Checked against both servers:"))
        left = sum(len(product["variations"]) or 1 for product in shop.products) - changed
        lines = [
            _("{n} products in the ERP, the chosen ones; {left} others stayed in the shop").format(
                n=len(erp.products), left=left
            ),
            _("{n} paid orders: {sold} are one sale each; {held} is held (no CPF)").format(
                n=len(due), sold=sold, held=len(due) - sold
            ),
            _("{n} prices {percent} % above the shop's, to the centavo; {gone}, deleted, as it was").format(
                n=changed, percent=PERCENT, gone=GONE
            ),
            _("every balance is the shop's stock and the units of the order that is held"),
            _(
                "the shop was only read ({read} requests); in the ERP nothing was deleted,\n"
                "  and no invoice was read ({asked} requests)"
            ).format(read=len(shop.requests), asked=len(erp.requests)),
            _("{n} seconds").format(n=f"{seconds:.0f}"),
        ]
        self.write("".join(textwrap.indent(line, "  ") + "\n" for line in lines))
        if self.problems:  # told as they are written here, for whoever changes the demo
            self.write("\nNot as told:\n" + "".join(f"  {problem}\n" for problem in self.problems))
        return 1 if self.problems else 0

    def check_orders(self, due: list[dict[str, Any]]) -> int:
        """Every paid order with a document is exactly one sale of its total; no other order is any."""
        sold = 0
        for order in self.box.shop.orders:
            number, found = order["order_id"], self.sales_of(order["order_id"])
            wanted = int(order in due and bool(order["payer_cpf"] or order["payer_cnpj"]))
            sold += len(found)
            self.claim(len(found) == wanted, f"order {number} is {wanted} sales (it is {len(found)})")
            for sale in found:
                same = (sale.totals.net, sale.date) == (Decimal(order["total"]), order["paid_at"][:10])
                self.claim(same, f"the sale of order {number} has its total, and the day of its payment")
        self.claim(sold == len(self.box.erp.sales), "the ERP has no sale that is not an order's")
        return sold

    def set_aside(self, sku: str) -> int:
        """How many units have left the shop's stock for orders that nobody has paid yet."""
        shop = self.box.shop
        waiting = [o for o in shop.orders if o["status"] == "pending" and shop.holds_stock(o)]
        return sum(item["quantity"] for o in waiting for item in o["items"] if item["sku"] == sku)

    def check_products(self, due: list[dict[str, Any]]) -> int:
        """Only what was chosen is in the ERP, at the shop's price and percentage, with the right balance."""
        listed = {product.sku for product in self.box.erp.products.values()}
        chosen = self.shop.sent | {FORGOTTEN}
        self.claim(listed == chosen, "the chosen products, and no others, are in the ERP")
        self.claim(self.price(GONE) == self.price_of_gone, f"the price of {GONE} stayed as it was")
        for sku in sorted(listed - {GONE}):
            unit = self.box.shop.unit(sku)
            price = cents((unit["special_price"] or unit["price"]) * (100 + PERCENT) / 100)
            self.claim(self.price(sku) == price, f"{sku} costs {money(price)} in the ERP")
            waiting = sum(
                item["quantity"]
                for order in due
                if not self.sales_of(order["order_id"])
                for item in order["items"]
                if item["sku"] == sku
            )
            should = unit["quantity"] + waiting + self.set_aside(sku)
            self.claim(self.balance(sku) == should, f"the ERP's balance of {sku} is {should}")
        return len(listed) - 1

    def check_requests(self) -> None:
        """The shop is only read; the ERP is never asked to delete, or for an invoice."""
        writes = [seen for seen in self.box.shop.requests if seen.method != "GET"]
        self.claim(not writes, "nothing was written to the shop")
        sent = sum((seen.method, seen.path) == ("POST", "/v1/venda") for seen in self.box.erp.requests)
        self.claim(sent == len(self.box.erp.sales), "no sale was sent twice")
        for seen in self.box.erp.requests:
            what = f"{seen.method} {seen.path}"
            self.claim(seen.method != "DELETE" or seen.path.startswith("/oauth/"), f"no {what}")
            self.claim("nota" not in seen.path and "exclu" not in seen.path, f"no {what}")
            self.claim(seen.method != "PUT", f"no {what}")


def money(amount: Decimal) -> str:
    """`R$ 1.234,56`."""
    return f"R$ {amount:,.2f}".translate(str.maketrans(",.", ".,"))


def _texts(terminal: int) -> Iterator[str]:
    """What the program writes, line by line or as it comes, until it has ended."""
    rest = b""
    while True:
        try:
            data = os.read(terminal, 4096)
        except OSError:  # Linux says so when the other side is closed
            data = b""
        if not data:
            break
        rest += data
        try:
            text, rest = rest.decode(), b""
        except UnicodeDecodeError:
            continue  # the middle of a letter
        yield text
    if rest:
        yield rest.decode(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program if it is still at work."""
    if process.stdin is not None:
        process.stdin.close()
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
