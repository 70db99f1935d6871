"""Each operation of the ERP is asked once by the program's own client: the judge holds both sides to it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from contaazul_sync.core.drafts.cancels import cancel_draft
from contaazul_sync.core.drafts.marks import part_mark
from contaazul_sync.core.drafts.people import person_draft
from contaazul_sync.core.drafts.products import product_draft
from contaazul_sync.core.drafts.sales import sale_draft
from contaazul_sync.core.drafts.settlements import settlement_draft
from contaazul_sync.core.drafts.updates import PersonChange
from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.products import Details
from contaazul_sync.core.receivables import Due, PartStatus
from contaazul_sync.erp.oauth import authorize_address, code_from
from contaazul_sync.erp.payloads import (
    BookedOn,
    cancel_payload,
    person_payload,
    product_payload,
    sale_payload,
)
from tests.worlds.samples import ANA, LOJA, a_product, an_order
from tests.worlds.schemas import operation_of, operations
from tests.worlds.wire import World, it_is_noted

CPF = "52998224725"
SKU = "CAM-AZ-M"
TO_COME = {  # what the program does not ask yet
    "receivables/part",
    "receivables/undo",
}


def a_code(world: World) -> str:
    """A code as the merchant's browser brings it."""
    box = world.sandbox
    address = authorize_address(box.authorize_url, box.client_id, box.redirect_uri, "s")
    return code_from(box.approve(address), "s")


def exchange(world: World) -> None:
    """Both ways to a token: with a code, and with a refresh token."""
    asyncio.run(world.tokens().exchange(a_code(world), world.sandbox.redirect_uri))
    world.sandbox.erp.expire_access()
    world.erp(lambda erp: erp.account())


def disconnect(world: World) -> None:
    assert asyncio.run(world.tokens().revoke(world.sandbox.erp_url, "1203344"))


def people(world: World) -> ErpId:
    """A person created with everything, listed in every way, read, and changed."""

    async def ask(erp: Any) -> ErpId:
        buyer = replace(ANA, complement="Apto 1")
        person: ErpId = await erp.create_person(person_payload(person_draft(buyer, CPF)), it_is_noted)
        [listed] = await erp.find_people(CPF)
        await erp.find_people_named(buyer.name)
        await erp.make_customer(listed)
        await erp.person(person)
        await erp.change_person(person, PersonChange("novo@example.com", "11977776666"))
        return person

    return world.erp(ask)


def products(world: World) -> ErpId:
    """A product created with everything, found in every way, read, and changed."""
    details = Details("7891234567895", "61091000", "Malha", *(Decimal("0.5"),) * 4)
    draft = product_draft(a_product(details=details), 7990, Decimal(12))

    async def ask(erp: Any) -> ErpId:
        ids = await erp.find_unit("UN"), await erp.find_ncm("61091000")
        product: ErpId = await erp.create_product(product_payload(draft, *ids), it_is_noted)
        await erp.find_products(SKU)
        await erp.find_products_by_ean("7891234567895")
        assert [page async for page in erp.list_products()]
        await erp.product(product)
        await erp.set_price(product, 8990)
        await erp.set_balance(product, Decimal(7))
        return product

    return world.erp(ask)


def sales(world: World) -> None:
    """A sale booked on all that the ERP lists, found, read, and cancelled."""
    customer, product = people(world), products(world)
    draft = sale_draft(an_order(installments=3, method="credit_card"), LOJA)

    async def ask(erp: Any) -> None:
        account = await erp.find_named("account", "Conta corrente da loja")
        category = await erp.find_named("category", "Vendas de produtos")
        centre = await erp.find_named("cost_center", "Loja virtual")
        booked = BookedOn("", account, category, centre, await erp.find_named("seller", "Caio Lima"))
        number = await erp.next_number()
        await erp.create_sale(
            sale_payload(draft, number, customer, {SKU: product}, "APROVADO", booked), it_is_noted
        )
        [sale] = await erp.find_sales(number)
        assert [each async for each in erp.list_sales()] == [sale]
        booking, items = await erp.booking(sale.id), await erp.sale_items(sale.id)
        assert (booking.sale, len(items)) == (sale, len(draft.lines))
        await erp.cancel_sale(sale.id, cancel_payload(cancel_draft(booking, items)))

    world.erp(ask)


def receivables(world: World) -> None:
    """The parts of a sale listed, settled with a fee, and what was settled of each read back."""
    draft = sale_draft(an_order(installments=2, method="credit_card"), LOJA)
    customer, product = people(world), products(world)

    async def ask(erp: Any) -> None:
        number, account = await erp.next_number(), await erp.find_named("account", "Conta corrente da loja")
        booked = BookedOn("", account)
        body = sale_payload(draft, number, customer, {SKU: product}, "APROVADO", booked)
        sale = await erp.sale(await erp.create_sale(body, it_is_noted))
        for part in await erp.receivables.parts(sale.event):
            due = Due(world.clock().date(), part.open, 123)
            note = part_mark("loja", draft.order_id, part.index, 2)
            sent = settlement_draft(part, due, note, draft.order_id, "CARTAO_CREDITO")
            await erp.receivables.settle(sent, account, it_is_noted)
            (there,) = await erp.receivables.settlements(part.id)
            assert (there.day, there.gross, there.fee, there.note, there.nsu) == (
                *(due.day, due.gross, due.fee, note, draft.order_id),
            )
        assert [(part.open, part.status) for part in await erp.receivables.parts(sale.event)] == [
            (0, PartStatus.SETTLED)
        ] * 2

    world.erp(ask)


DRIVEN: dict[Callable[[World], object], set[str]] = {
    exchange: {"oauth/token", "people/company"},
    disconnect: {"oauth/disconnect"},
    people: {"people/create", "people/list", "people/read", "people/change"},
    products: {
        "products/create",
        "products/list",
        "products/read",
        "products/change",
        "products/ncm",
        "products/units",
    },
    sales: {
        "sales/create",
        "sales/search",
        "sales/read",
        "sales/items",
        "sales/change",
        "sales/next_number",
        "sales/sellers",
        "lists/accounts",
        "lists/categories",
        "lists/cost_centres",
    },
    receivables: {"receivables/parts", "receivables/settle", "receivables/settlements"},
}


@pytest.mark.parametrize("drive", DRIVEN, ids=lambda each: each.__name__)
def test_an_operation_is_asked_and_answered_as_its_schema_says(world, drive):
    drive(world)

    asked = [seen for seen in world.sandbox.erp.requests if seen.status and seen.status < 400]
    known = {found.name for seen in asked if (found := operation_of(seen.method, seen.path))}
    assert known >= DRIVEN[drive]


def test_every_operation_that_has_a_schema_is_driven_or_to_come():
    driven = set[str]().union(*DRIVEN.values())

    assert driven | TO_COME == {each.name for each in operations()}
    assert not driven & TO_COME
