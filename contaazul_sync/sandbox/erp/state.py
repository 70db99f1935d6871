"""The ERP: what it keeps, and what tests and demonstrations may do to it. The areas above work on it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from contaazul_sync.sandbox.common import chance
from contaazul_sync.sandbox.common.system import System
from contaazul_sync.sandbox.common.wire import RefusedError, answer, cents, local_date
from contaazul_sync.sandbox.erp.ledger import Ledger
from contaazul_sync.sandbox.erp.limits import Limiter
from contaazul_sync.sandbox.erp.records.cost_centres import CostCentre, first_ones
from contaazul_sync.sandbox.erp.records.people import Person, digits
from contaazul_sync.sandbox.erp.records.products import Product
from contaazul_sync.sandbox.erp.records.receivables import Part, Settlement
from contaazul_sync.sandbox.erp.records.sales import Payment, Sale, Totals
from contaazul_sync.sandbox.erp.sessions import Sessions
from contaazul_sync.sandbox.erp.stock import Stock
from contaazul_sync.sandbox.erp.switches import ErpSwitches

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from starlette.responses import Response

    from contaazul_sync.sandbox.common.wire import Call

    Handler = Callable[["Erp", Call], Response]
    Routes = Sequence[tuple[str, str, Handler]]  # method, path, and what answers, holding the lock

FIRST_NUMBER = 1001
Record = TypeVar("Record")


class Erp(System):
    """The state of the ERP; hold `lock` when you read several things that must agree."""

    client_id = "sandbox-client"
    client_secret = "sandbox-secret"  # noqa: S105  # of a server that keeps nothing
    redirect_uri = "https://loja.example/callback"

    def __init__(self, clock: Callable[[], datetime] | None = None) -> None:
        super().__init__(clock)
        self.switches: ErpSwitches = ErpSwitches()
        self._tables: dict[type, dict[str, Any]] = {}
        self.products = self.table(Product)
        self.people = self.table(Person)
        self.sales = self.table(Sale)
        self.cost_centres = self.table(CostCentre)
        self.cost_centres.update({each.id: each for each in first_ones()})
        self.stock = Stock(self.clock, self.switches, self.products, self.sales)
        self.ledger = Ledger(self.clock, self.switches, self.table(Part), self.table(Settlement))
        self.sessions = Sessions(self.clock)
        self.limiter = Limiter()
        self.company: dict[str, Any] = {
            "id_empresa": "1203344",
            "documento": "11444777000161",
            "razao_social": "Loja Azul Comércio Ltda",
            "nome_fantasia": "Loja Azul",
            "data_fundacao": "2012-01-01",
            "email": "contato@lojaazul.example",
        }
        self._legacy = 462908993  # the last one

    # What a person does in the ERP's own screens.

    def add_product(
        self,
        sku: str,
        name: str,
        price: Decimal | int | str | float,
        stock: Decimal | int | str,
        status: str = "ATIVO",
    ) -> str:
        """Enter a product, known to every list at once; returns its id. No check of duplicates."""
        with self.lock:
            product = self.new_product(sku, name, cents(price), Decimal(stock), status)
            product.visible_from = self.clock()
            self.products[product.id] = product
            return product.id

    def add_person(
        self, name: str, document: str, profiles: Sequence[str] = ("Cliente",), *, active: bool = True
    ) -> str:
        """Enter a person, known at once; eleven digits make a Física, everything else a Jurídica."""
        with self.lock:
            plain = digits(document)
            person = self.new_person(name, "Física" if len(plain) == 11 else "Jurídica")
            person.document, person.profiles, person.active = plain, list(profiles), active
            person.visible_from = self.clock()
            self.people[person.id] = person
            return person.id

    def take_number(self, number: int) -> str:
        """Make a sale with this number in the ERP, not through the API; returns its id."""
        with self.lock:
            zero = Totals(Decimal(0), Decimal(0), Decimal(0), "VALOR", Decimal(0))
            fields = {
                "numero": number,
                "situacao": "APROVADO",
                "person_id": self.add_person("Cliente do Balcão", ""),
                "date": local_date(self.clock()),
                "items": [],
                "totals": zero,
                "payment": Payment("À vista", [], None, None, None),
                "origin": "ERP",
                "observacoes": "Venda de balcão",
            }
            sale = self.new_sale(fields)
            sale.visible_from = self.clock()
            return sale.id

    def delete_sale(self, number: int) -> None:
        """Delete the sale of this number, as a person can: it is read as cancelled from then on."""
        with self.lock:
            self.change_sale(self.sale(number), {"deleted": True})

    def set_stock(self, sku: str, stock: Decimal | int | str) -> None:
        """Correct what can still be sold to this number."""
        with self.lock:
            product = self.product(sku)
            product.total = Decimal(stock) + product.reserved
            product.updated = self.clock()

    def delete_product(self, sku: str) -> None:
        """Delete a product."""
        with self.lock:
            del self.products[self.product(sku).id]

    def revoke(self) -> None:
        """End the connection, as the merchant can in the ERP: the next refresh is refused."""
        with self.lock:
            self.sessions.revoke()

    def expire_access(self) -> None:
        """Let every access token die; refreshing still works."""
        with self.lock:
            self.sessions.access.clear()

    # What there is.

    def table(self, kind: type[Record]) -> dict[str, Record]:
        """Every record of one kind, by its id. An area may keep records here that only it knows."""
        return self._tables.setdefault(kind, {})

    def product(self, sku: str) -> Product:
        """The product of this SKU; KeyError where there is none, ValueError where there are several."""
        with self.lock:
            self.stock.settle()
            return _only([each for each in self.products.values() if each.sku == sku], sku)

    def sale(self, number: int) -> Sale:
        """The sale of this number that is not deleted; KeyError for none, ValueError for several."""
        with self.lock:
            found = [each for each in self.sales.values() if each.numero == number and not each.deleted]
            return _only(found, number)

    def children(self, product: Product) -> list[Product]:
        """The variations of a product."""
        if product.format != "VARIACAO":
            return []
        return [each for each in self.products.values() if each.parent == product.id]

    def next_number(self) -> int:
        """One more than the highest number in use."""
        used = (sale.numero for sale in self.sales.values() if not sale.deleted)
        return max(used, default=FIRST_NUMBER - 1) + 1

    def counts(self) -> dict[str, int]:
        """How much there is of each thing."""
        return {"products": len(self.products), "people": len(self.people), "sales": len(self.sales)}

    # New records, for the handlers.

    def _next_legacy(self) -> int:
        self._legacy += 1
        return self._legacy

    def new_product(self, sku: str, name: str, price: Decimal, stock: Decimal, status: str) -> Product:
        """A product that is in no list yet."""
        now = self.clock()
        visible = now + timedelta(seconds=self.switches.product_lag)
        return Product(
            chance.new_id(), self._next_legacy(), sku, name, price, stock, now, visible, status=status
        )

    def new_person(self, name: str, kind: str) -> Person:
        """A person who is in no list yet."""
        now = self.clock()
        visible = now + timedelta(seconds=self.switches.person_index_delay)
        legacy = chance.new_id()
        return Person(chance.new_id(), self._next_legacy(), legacy, name, kind, now, now, visible)

    def new_sale(self, fields: Mapping[str, Any]) -> Sale:
        """A sale, entered and booked."""
        now = self.clock()
        visible = now + timedelta(seconds=self.switches.search_lag)
        sale = Sale(
            id=chance.new_id(),
            legacy_id=self._next_legacy(),
            created=now,
            changed=now,
            visible_from=visible,
            **fields,
        )
        self.sales[sale.id] = sale
        self.stock.book(sale)
        self.ledger.follow(sale)
        return sale

    def change_sale(self, sale: Sale, fields: Mapping[str, Any]) -> None:
        """Give a sale other fields, and let balance and receivables follow."""
        self.stock.unbook(sale)
        for name, value in fields.items():
            setattr(sale, name, value)
        sale.changed = self.clock()
        if not sale.deleted:
            self.stock.book(sale)
        self.ledger.follow(sale)

    def items(self, listed: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
        """A list as products and people show it: an empty one is null."""
        return listed or (None if self.switches.empty_items == "null" else [])

    def listing(
        self, total: str, count: int, rows: str, shown: Sequence[Mapping[str, Any]] | None
    ) -> dict[str, Any]:
        """One page of a list: how many there are, and the rows, each under the name that is documented."""
        name = rows if self.switches.rows_under == "documented" else self.switches.rows_under
        told = {"right": count, "low": 0, "high": count + 1}[self.switches.told_total]
        return {total: told, name: shown}

    # Answers that are the same everywhere.

    def refusal(self, problem: RefusedError) -> Response:
        """A refusal in the envelope of the day."""
        if self.switches.error_envelope == "message":
            return answer({"code": problem.status, "message": problem.text}, problem.status)
        return answer({"error": problem.text}, problem.status)

    def unauthorised(self) -> Response:
        """The answer to a dead or missing token."""
        return answer({"code": 401, "message": "The Token has expired."}, 401)

    def too_many(self, text: str = "API rate limit exceeded") -> Response:
        """The answer over the rate limit; no header, unless the switch says so."""
        return answer({"message": text}, 429, {"Retry-After": "1"} if self.switches.retry_after else None)


def _only(found: list[Record], key: object) -> Record:
    if not found:
        raise KeyError(key)
    if len(found) > 1:
        message = f"{len(found)} of {key!r}"
        raise ValueError(message)
    return found[0]
