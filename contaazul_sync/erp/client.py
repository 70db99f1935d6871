"""The Conta Azul client: a method for each endpoint that we use, typed in and typed out.

The ERP ignores query parameters that it does not know and then lists everything, so whatever was asked for
is compared again here. Paths and parameters are those of the published contract (docs/conta-azul.md).
"""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from contaazul_sync.core.days import local_day
from contaazul_sync.core.drafts.people import PersonDraft
from contaazul_sync.core.drafts.updates import PersonChange
from contaazul_sync.core.erp import (
    Account,
    Booking,
    ErpPerson,
    ErpProduct,
    ErpSale,
    ListedSale,
    Profile,
    SaleItem,
)
from contaazul_sync.core.errors import Missing
from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.skus import nearest
from contaazul_sync.erp.answers import (
    compact,
    read_account,
    read_balances,
    read_booking,
    read_gaps,
    read_item,
    read_listed_sale,
    read_number,
    read_person,
    read_product,
    read_products,
    read_sale,
)
from contaazul_sync.erp.payloads import (
    Json,
    person_field,
    person_patch,
    price_patch,
    profiles_patch,
    stock_patch,
)
from contaazul_sync.erp.reading import Read, created_id, has_id, read, rows_of
from contaazul_sync.erp.receivables import Receivables
from contaazul_sync.erp.words import COMPANY, PERSON, PROFILES, kind_of
from contaazul_sync.net.transport import Leaving, Transport

PRODUCTS, PEOPLE, SALES = "/v1/produtos", "/v1/pessoas", "/v1/venda"
ACCOUNT = f"{PEOPLE}/conta-conectada"  # always there for who is signed in
ITEMS = 100  # rows of a sale
PAGE = 500  # rows; the ERP takes 10, 20, 50, 100, 200, 500 or 1000
WHOLE: dict[str, str | int | list[str]] = {"pagina": 1, "tamanho_pagina": 1000}  # these lists are short
# Where the ERP lists what a sale may be booked on, by our word for it.
NAMED: dict[str, tuple[str, dict[str, str | int | list[str]]]] = {
    "account": ("/v1/conta-financeira", {"apenas_ativo": "true"} | WHOLE),
    "category": ("/v1/categorias", {"tipo": "RECEITA", "permite_apenas_filhos": "true"} | WHOLE),
    "cost_center": ("/v1/centro-de-custo", {"filtro_rapido": "ATIVO"} | WHOLE),
    "seller": ("/v1/venda/vendedores", {}),
}
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
LEAST_PAGE = 10  # rows: who has more to list gives no shorter page, whatever was asked for
TOGETHER = 8  # sales that are read at the same time
ANY_NUMBER = sys.maxsize  # no sale's is above it
MOST_PAGES = 2000  # a listing that does not end is cut here


class ContaAzul:
    """The ERP of one company."""

    def __init__(self, transport: Transport) -> None:
        self.http = transport
        self.receivables = Receivables(transport)

    async def account(self) -> Account:
        """The company that we are signed in to."""
        return read(read_account, await self.http.get(ACCOUNT))

    # Products

    async def find_products(self, sku: str, by: str = "sku") -> list[ErpProduct]:
        """The products, active or not, with this SKU, else some that are alike. "busca" finds more."""
        rows = rows_of(await self.http.get(PRODUCTS, {by: sku, "tamanho_pagina": 50}))
        return nearest(_products(rows), sku, lambda product: product.sku)

    async def find_products_by_ean(self, ean: str) -> list[ErpProduct]:
        """The products with exactly this EAN, which the listing's text search covers."""
        rows = rows_of(await self.http.get(PRODUCTS, {"busca": ean, "tamanho_pagina": 50}))
        return [product for product in _products(rows) if product.ean == ean]

    async def list_products(self) -> AsyncIterator[list[ErpProduct]]:
        """Every product and variation, a page at a time. A total that the server tells is not relied on."""
        async for page in self._listed(lambda row: [(each.id, each) for each in read_products(row)]):
            yield [product for _id, product in page]

    async def list_balances(self) -> AsyncIterator[dict[ErpId, Decimal | None]]:
        """The balances alone of the same list, which is read in a third of the time."""
        async for page in self._listed(read_balances):
            yield dict(page)

    async def _listed(
        self, reader: Callable[[Json], list[tuple[ErpId, Read]]]
    ) -> AsyncIterator[list[tuple[ErpId, Read]]]:
        """What a reader makes of each row of that list: of each product once."""
        seen: set[ErpId] = set()
        for page in range(1, MOST_PAGES):
            query: dict[str, str | int | list[str]] = {"pagina": page, "tamanho_pagina": PAGE}
            rows = rows_of(await self.http.get(PRODUCTS, query))
            new = [each for row in rows for each in read(reader, row) if each[0] not in seen]
            if not new:
                return
            seen.update(erp_id for erp_id, _read in new)
            yield new

    async def product(self, erp_id: ErpId) -> ErpProduct:
        """One product. Raises Missing."""
        return read(read_product, await self.http.get(f"{PRODUCTS}/{erp_id}"))

    async def create_product(self, body: Json, leaving: Leaving) -> ErpId:
        """Create a product; `leaving` is called when it is about to leave. Raises Refused, Unanswered."""
        return created_id(await self.http.create(PRODUCTS, body, leaving=leaving))

    async def set_price(self, erp_id: ErpId, amount: int) -> None:
        """Set a product's price in centavos. Raises Missing, Refused."""
        await self.http.change("PATCH", f"{PRODUCTS}/{erp_id}", price_patch(amount))

    async def set_balance(self, erp_id: ErpId, balance: Decimal) -> None:
        """Ask for a balance. Success proves nothing: the published contract has no such field."""
        await self.http.change("PATCH", f"{PRODUCTS}/{erp_id}", stock_patch(balance))

    async def find_ncm(self, code: str) -> int | None:
        """The ERP's id of an NCM code, or None."""
        for row in rows_of(await self.http.get(f"{PRODUCTS}/ncm", {"busca_textual": code})):
            if compact(str(row.get("codigo") or "")) == code:
                return read(lambda found: int(found["id"]), row)
        return None

    async def find_unit(self, name: str) -> int | None:
        """The ERP's id of a measure unit by its short name, or None."""
        for row in rows_of(await self.http.get(f"{PRODUCTS}/unidades-medida", {"busca_textual": name})):
            if name in (row.get("abreviacao"), row.get("descricao")):
                return read(lambda found: int(found["id"]), row)
        return None

    # People

    async def find_people(
        self, document: str, kind: str = "", profile: Profile = Profile.CUSTOMER
    ) -> list[ErpPerson]:
        """The people with exactly this document (compact).

        The list may show, unless asked otherwise, only people of kind Física with the profile Cliente; so the
        kind is always said, the document's own or another one, and a profile where it is not Cliente.
        """
        query = {"documentos": document, "tipos_pessoa": kind or kind_of(document)}
        people = await self._people({**query, "com_endereco": "true"}, profile)
        return [person for person in people if person.document == document]

    async def find_people_named(self, name: str) -> list[ErpPerson]:
        """The people with exactly this name: persons, or else companies."""
        for kind in (PERSON, COMPANY):
            people = await self._people({"nomes": name, "tipos_pessoa": kind}, Profile.CUSTOMER)
            if found := [person for person in people if person.name == name]:
                return found
        return []

    async def some_people(self, kind: str, profile: Profile) -> list[ErpPerson]:
        """Some people of a kind with a profile; none where the ERP has nobody like that."""
        return await self._people({"tipos_pessoa": kind}, profile)

    async def _people(self, query: dict[str, str | int | list[str]], profile: Profile) -> list[ErpPerson]:
        asked = query if profile is Profile.CUSTOMER else {**query, "tipo_perfil": PROFILES[profile]}
        rows = rows_of(await self.http.get(PEOPLE, {**asked, "tamanho_pagina": 50}))
        return [read(read_person, row) for row in rows]

    async def person(self, erp_id: ErpId) -> ErpPerson:
        """One person, with all addresses. Raises Missing."""
        return read(read_person, await self.http.get(f"{PEOPLE}/{erp_id}"))

    async def change_person(self, erp_id: ErpId, change: PersonChange) -> None:
        """Change some of a person's data. Raises Missing, Refused, Unanswered: an address may be new."""
        await self.http.create(f"{PEOPLE}/{erp_id}", person_patch(change), "PATCH")

    async def gaps(self, erp_id: ErpId) -> frozenset[str]:
        """Which fields of `drafts.people.OPTIONAL` a person's page tells to be empty. Raises Missing."""
        return read(read_gaps, await self.http.get(f"{PEOPLE}/{erp_id}"))

    async def create_person(self, body: Json, leaving: Leaving) -> ErpId:
        """Create a person; `leaving` is called when it is about to leave. Raises Refused, Unanswered."""
        return created_id(await self.http.create(PEOPLE, body, leaving=leaving))

    async def set_field(self, erp_id: ErpId, draft: PersonDraft, field: str) -> None:
        """Write one field of a person that was created without it. Raises Missing, Refused, Unanswered."""
        await self.http.create(f"{PEOPLE}/{erp_id}", person_field(draft, field), "PATCH")

    async def make_customer(self, person: ErpPerson) -> None:
        """Give a person the profile Cliente beside those it has."""
        body = profiles_patch(person.profiles)
        await self.http.change("PATCH", f"{PEOPLE}/{person.id}", body)

    # Sales

    async def next_number(self) -> int | None:
        """The number that the ERP would use next: a hint, not a reservation, and it may have none to give."""
        return read_number(await self.http.get(f"{SALES}/proximo-numero"))

    async def find_sales(self, number: int) -> list[ErpSale]:
        """The sales with this number, each read whole: only so are its notes seen."""
        answer = await self.http.get(f"{SALES}/busca", {"numeros": number, "tamanho_pagina": 50})
        ids = [ErpId(row["id"]) for row in rows_of(answer) if row.get("numero") == number]
        return [sale for erp_id in ids if (sale := await self._sale_or_none(erp_id))]

    async def _sale_or_none(self, erp_id: ErpId) -> ErpSale | None:
        try:
            return await self.sale(erp_id)
        except Missing:  # listed, and deleted since
            return None

    async def sales_made(self, since: datetime, above: int = ANY_NUMBER) -> AsyncIterator[list[ListedSale]]:
        """The sales made through the API since then, and those with a number above, a page at a time.

        A day more is asked for, since clocks differ. An ERP that does not know the filter lists all its
        sales, the highest first, and is asked no further than there is something new.
        """
        seen: set[ErpId] = set()
        for page in range(1, MOST_PAGES):
            query: dict[str, str | int | list[str]] = {
                "pagina": page,
                "tamanho_pagina": 1000,
                "campo_ordenado_descendente": "NUMERO",
                "data_criacao_de": (local_day(since) - timedelta(days=1)).isoformat(),
            }
            answer = await self.http.get(f"{SALES}/busca", query)
            rows = rows_of(answer)
            api = {str(row["id"]) for row in rows if row.get("origem") in ("API", None)}
            listed = [read(read_listed_sale, row) for row in rows if row["id"] not in seen]
            seen.update(sale.id for sale in listed)
            new = [s for s in listed if s.made_at is None or s.made_at >= since or s.number > above]
            if not new:
                return
            yield [sale for sale in new if sale.id in api]
            if len(rows) < LEAST_PAGE or answer.get("total_itens") == len(seen):
                return

    async def list_sales(self, above: int = 0, since: date | None = None) -> AsyncIterator[ErpSale]:
        """The sales made through the API with a number above this one, the highest first, read whole.

        One that the list shows, and the ERP then does not, is left out.
        """
        seen: set[str] = set()
        for page in range(1, MOST_PAGES):
            query: dict[str, str | int | list[str]] = {
                "pagina": page,
                "tamanho_pagina": 100,
                "campo_ordenado_descendente": "NUMERO",
            }
            if since:
                query["data_inicio"] = since.isoformat()
            rows = rows_of(await self.http.get(f"{SALES}/busca", query))
            new = [row for row in rows if row["id"] not in seen]
            # One whose number cannot be read is looked at: its page may tell it.
            numbers = [(read_number(row) or ANY_NUMBER) if row.get("numero") else 0 for row in new]
            if not new or (max(numbers) <= above and numbers == sorted(numbers, reverse=True)):
                return  # the end; or all that follow are lower, if the ERP sorted as it was asked to
            seen.update(row["id"] for row in new)
            wanted = [
                ErpId(row["id"])
                for row, number in zip(new, numbers, strict=True)
                if number > above and row.get("origem") in ("API", None)
            ]
            for some in (wanted[i : i + TOGETHER] for i in range(0, len(wanted), TOGETHER)):
                for sale in filter(None, await asyncio.gather(*map(self._sale_or_none, some))):
                    yield sale

    async def sale(self, erp_id: ErpId) -> ErpSale:
        """One sale. Raises Missing."""
        return read(read_sale, await self.http.get(f"{SALES}/{erp_id}"))

    async def booking(self, erp_id: ErpId) -> Booking:
        """One sale, with all that a change of it says again but its items. Raises Missing."""
        return read(read_booking, await self.http.get(f"{SALES}/{erp_id}"))

    async def sale_items(self, erp_id: ErpId) -> list[SaleItem]:
        """The items of a sale, as far as the ERP lists them. Raises Missing."""
        rows: dict[str, Json] = {}
        for page in range(1, MOST_PAGES):
            query: dict[str, str | int | list[str]] = {"pagina": page, "tamanho_pagina": ITEMS}
            listed = rows_of(await self.http.get(f"{SALES}/{erp_id}/itens", query))
            before = len(rows)
            rows |= {str(row["id"]): row for row in listed}
            if len(listed) < ITEMS or len(rows) == before:
                break
        return [read(read_item, row) for row in rows.values()]

    async def cancel_sale(self, erp_id: ErpId, body: Json) -> None:
        """Set a sale to cancelled. Raises Refused, for one that is cancelled already too."""
        await self.http.change("PUT", f"{SALES}/{erp_id}", body)

    async def find_named(self, what: str, name: str) -> str | None:
        """The id of the one thing of `NAMED` that has exactly this name; None for none or several."""
        path, query = NAMED[what]
        answer = await self.http.get(path, query)
        rows = answer if isinstance(answer, list) else rows_of(answer)
        named = [row for row in rows if has_id(row) and row.get("nome") == name]
        named = [row for row in named if row.get("ativo") is not False]
        found = [str(row["id"]) for row in named]
        return found[0] if len(found) == 1 else None

    async def create_sale(self, body: Json, leaving: Leaving) -> ErpId:
        """Create a sale; `leaving` is called when it is about to leave. Raises Refused, Unanswered."""
        return created_id(await self.http.create(SALES, body, leaving=leaving))


def _products(rows: Iterable[Json]) -> Iterable[ErpProduct]:
    for row in rows:
        yield from read(read_products, row)


def is_id(text: str) -> bool:
    """Whether a text is an id of the ERP, and not a name."""
    return UUID.fullmatch(text) is not None
