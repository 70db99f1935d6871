"""What we write is what the ERP's schemas ask for: little or much, at every length and with every word."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.core import methods
from contaazul_sync.core.drafts import people
from contaazul_sync.core.drafts.cancels import cancel_draft
from contaazul_sync.core.drafts.people import OPTIONAL, person_draft
from contaazul_sync.core.drafts.products import product_draft
from contaazul_sync.core.drafts.sales import SaleDraft, sale_draft
from contaazul_sync.core.drafts.text import text_of
from contaazul_sync.core.drafts.updates import PersonChange
from contaazul_sync.core.erp import Booking, ErpSale, Profile, SaleItem, SalePart
from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.orders import Line
from contaazul_sync.core.products import Details
from contaazul_sync.core.rules import PaymentRule
from contaazul_sync.erp.payloads import (
    NOWHERE,
    BookedOn,
    cancel_payload,
    person_patch,
    person_payload,
    price_patch,
    product_payload,
    profiles_patch,
    sale_payload,
    stock_patch,
)
from tests.worlds.samples import ANA, LOJA, a_line, a_product, an_order, an_order_of, quickly, sound_orders
from tests.worlds.schemas import validator

CUSTOMER = ErpId("4b0f5d2e-6a53-4a0a-9a07-1d2f3b6f7a01")
PRODUCT = ErpId("030bfa5e-e7b4-434d-aaab-bd1833056c74")
PRODUCTS = dict.fromkeys(("CAM-AZ-P", "CAM-AZ-M", "CANECA", "ADESIVO"), PRODUCT)
EVERYTHING = BookedOn("DINHEIRO", CUSTOMER, CUSTOMER, CUSTOMER, CUSTOMER)
CPF, CNPJ = "52998224725", "12ABC34501DE35"
COMPANY = replace(
    ANA, company="Empresa Exemplo Ltda", complement="Sala 1", state_registration="110.042.490.114"
)


def wrong(operation: str, body: object) -> list[str]:
    """What the schema says against a body, as it goes over the wire."""
    told = json.loads(json.dumps(body))
    return [f"{each.json_path}: {each.message}" for each in validator(operation, "request").iter_errors(told)]


# Sales


def a_sale(draft: SaleDraft, status: str = "APROVADO", booked: BookedOn = NOWHERE) -> Any:
    return sale_payload(draft, 1002, CUSTOMER, PRODUCTS, status, booked)


@pytest.mark.parametrize("booked", [NOWHERE, EVERYTHING], ids=["nowhere", "everything named"])
@pytest.mark.parametrize("status", ["APROVADO", "EM_ANDAMENTO"])
@pytest.mark.parametrize(
    "order",
    [
        pytest.param(an_order(), id="freight and discount"),
        pytest.param(an_order_of(a_line()), id="neither"),
        pytest.param(an_order(installments=12, method="credit_card"), id="12 instalments"),
        pytest.param(an_order(lines=(a_line(), Line("ADESIVO", "Adesivo", Decimal(3), 0))), id="a free item"),
        pytest.param(an_order_of(a_line(quantity=Decimal("0.5"), price=8000)), id="half a unit"),
        pytest.param(an_order(method="never heard of"), id="an unknown way of paying"),
    ],
)
def test_a_sale_is_what_the_erp_asks_for(order, status, booked):
    assert wrong("sales/create", a_sale(sale_draft(order, LOJA), status, booked)) == []


@pytest.mark.slow
@given(order=sound_orders())
@quickly
def test_every_sale_is_what_the_erp_asks_for(order):
    assert wrong("sales/create", a_sale(sale_draft(order, LOJA))) == []


@pytest.mark.parametrize("method", sorted({*methods.PAYMENT_TYPES, *methods.PAYMENT_PARTS}))
def test_every_way_of_paying_that_we_know_is_one_of_the_erps(method):
    assert wrong("sales/create", a_sale(sale_draft(an_order(method=method), LOJA))) == []


@pytest.mark.parametrize("kind", methods.PAYMENT_KINDS)
def test_every_type_that_a_merchant_may_name_is_one_of_the_erps(kind):
    assert wrong("sales/create", a_sale(sale_draft(an_order(), LOJA), booked=BookedOn(type=kind))) == []


@pytest.mark.parametrize("terms", [(1,), (30,), (30, 60), (7, 14, 21, 28)])
def test_the_merchants_own_terms_are_terms_of_the_erp(terms):
    rules = replace(LOJA, payments={"pix": PaymentRule(terms=terms)})

    assert wrong("sales/create", a_sale(sale_draft(an_order(method="pix"), rules))) == []


@pytest.mark.parametrize("count", [1, 2, 3, 12, 24])
def test_every_count_of_instalments_is_one_of_the_erps_terms(count):
    order = an_order(method="credit_card", installments=count)

    assert wrong("sales/create", a_sale(sale_draft(order, LOJA))) == []


@pytest.mark.slow
@given(order=sound_orders())
@quickly
def test_the_numbers_on_the_wire_sum_exactly(order):
    text = json.dumps(a_sale(sale_draft(order, LOJA)))

    body = json.loads(text, parse_float=Decimal, parse_int=Decimal)

    composition = body.get("composicao_de_valor", {})
    items = sum(item["quantidade"] * item["valor"] for item in body["itens"])
    total = items + composition.get("frete", 0) - composition.get("desconto", {}).get("valor", 0)
    assert total == sum(part["valor"] for part in body["condicao_pagamento"]["parcelas"])
    assert total * 100 == order.total


@pytest.mark.parametrize("version", [0, 1, 7])
@pytest.mark.parametrize("named", [{}, dict.fromkeys(("account", "nsu", "seller", "nature"), CUSTOMER)])
@pytest.mark.parametrize("kind", [*methods.PAYMENT_KINDS, "", "PIX_COBRANCA"])
def test_a_cancelling_says_what_a_change_may_say(named, version, kind):
    sale = ErpSale(ErpId("s"), 1002, "", 3000, "APROVADO", False, version, CUSTOMER, kind)
    part = SalePart(date(2026, 11, 24), 3000, "")
    booking = Booking(sale, date(2026, 11, 24), "", "", 0, 0, "À vista", (part,), **named)
    item = SaleItem(PRODUCT, "", Decimal(1), Decimal(30))

    assert wrong("sales/change", cancel_payload(cancel_draft(booking, [item]))) == []


# People


@pytest.mark.parametrize(
    ("buyer", "document"),
    [
        pytest.param(ANA, CPF, id="a person"),
        pytest.param(replace(ANA, phone="(11) 3333-4444"), CPF, id="a phone that goes to the notes"),
        pytest.param(replace(ANA, postcode=""), CPF, id="no whole address"),
        pytest.param(replace(ANA, region="São Paulo"), CPF, id="a state by name"),
        pytest.param(COMPANY, CNPJ, id="a company with letters in its number"),
        pytest.param(
            replace(COMPANY, state_registration="isento"), CNPJ, id="a company without registration"
        ),
        pytest.param(type(ANA)(), CPF, id="nothing but the document"),
    ],
)
def test_a_person_is_what_the_erp_asks_for(buyer, document):
    assert wrong("people/create", person_payload(person_draft(buyer, document))) == []


TEXTS = {
    "name": people.NAME,
    "email": people.EMAIL,
    "street": people.STREET,
    "number": people.NUMBER,
    "complement": people.COMPLEMENT,
    "district": people.DISTRICT,
    "phone": people.NOTES,
}


@pytest.mark.parametrize("more", [0, 1, 500])
@pytest.mark.parametrize("field", TEXTS)
def test_no_field_of_a_person_is_longer_than_the_erp_takes(field, more):
    buyer = replace(COMPANY, **{field: "á" * (TEXTS[field] + more)})

    for document in (CPF, CNPJ):
        assert wrong("people/create", person_payload(person_draft(buyer, document))) == []


@pytest.mark.parametrize("field", OPTIONAL)
def test_a_person_without_a_field_is_still_one(field):
    draft = person_draft(replace(COMPANY, phone="11988887777"), CNPJ).without(field)

    assert wrong("people/create", person_payload(draft)) == []


@given(st.builds(type(ANA), **{name: st.text(max_size=300) for name in ("name", "email", "phone", "number")}))
@quickly
def test_whatever_the_shop_tells_of_a_buyer_is_a_person_of_the_erp(told):
    buyer = replace(told, city="São Paulo", region="sp", postcode="01310-100")

    assert wrong("people/create", person_payload(person_draft(buyer, CPF))) == []


@pytest.mark.parametrize("profiles", [[], [Profile.SUPPLIER], list(Profile)])
def test_profiles_are_written_as_the_erp_takes_them(profiles):
    assert wrong("people/change", profiles_patch(profiles)) == []


def test_a_change_of_a_person_is_what_the_erp_asks_for():
    draft = person_draft(COMPANY, CNPJ)
    whole = PersonChange(draft.email, "11988887777", draft.address, CUSTOMER)

    assert draft.address
    assert wrong("people/change", person_patch(whole)) == []
    assert [wrong("people/change", person_patch(each)) for _, each in whole.parts()] == [[], [], []]
    assert wrong("people/change", person_patch(PersonChange(address=draft.address))) == []


# Products


@pytest.mark.parametrize("ids", [(None, None), (51617379, None), (51617379, 617762)])
@pytest.mark.parametrize("size", [None, Decimal(3), Decimal("0.25")])
def test_a_product_is_what_the_erp_asks_for(size, ids):
    details = Details("7891234567895", "61091000", "Malha", size, size, size, size)

    for product in (a_product(), a_product(details=details), a_product(stock=Decimal("0.5"))):
        assert (
            wrong("products/create", product_payload(product_draft(product, 7990, Decimal(12)), *ids)) == []
        )


@pytest.mark.parametrize("more", [0, 1, 500])
def test_no_field_of_a_product_is_longer_than_the_erp_takes(more):
    details = Details(description=text_of(f"<p>{'á ' * (200 + more)}</p>"))
    product = a_product(sku="A" * 20, name="á" * (100 + more), details=details)

    assert wrong("products/create", product_payload(product_draft(product, 1, Decimal(0)))) == []


@given(st.integers(1, 10**11), st.decimals(0, 10**6, places=3))
@quickly
def test_a_price_and_a_balance_are_changed_as_the_erp_takes_them(amount, balance):
    assert wrong("products/change", price_patch(amount)) == []
    assert wrong("products/change", stock_patch(balance)) == []
