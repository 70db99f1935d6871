"""The sales that we write are what the ERP's published schema asks for, and nothing that it does not know."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given

from contaazul_sync.core import methods
from contaazul_sync.core.drafts.sales import SaleDraft, sale_draft
from contaazul_sync.core.erp import ErpSale
from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.orders import Line
from contaazul_sync.erp.payloads import BookedOn, cancel_payload, sale_payload
from tests.worlds.samples import LOJA, a_line, an_order, an_order_of, quickly, sound_orders

PUBLISHED = Path(__file__).parents[3] / "shared" / "contracts" / "contaazul-sales.openapi.yml"

pytestmark = pytest.mark.skipif(not PUBLISHED.exists(), reason="the ERP's published schema is not there")

CUSTOMER = ErpId("4b0f5d2e-6a53-4a0a-9a07-1d2f3b6f7a01")
PRODUCT = ErpId("030bfa5e-e7b4-434d-aaab-bd1833056c74")
SKUS = ("CAM-AZ-P", "CAM-AZ-M", "CANECA", "ADESIVO")


def strict(schema: Any) -> Any:
    """The schema with every object closed: what it does not name is an error."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: strict(part) for name, part in schema.items()}
    is_object = schema.get("type") == "object" and "properties" in schema
    return closed | {"additionalProperties": False} if is_object else closed


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    published = yaml.safe_load(PUBLISHED.read_text("utf-8"))
    whole = {
        "$ref": "#/components/schemas/CriacaoVendaRequest",
        "components": {"schemas": strict(published["components"]["schemas"])},
    }
    return jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())


def body_of(draft: SaleDraft, status: str = "APROVADO") -> Any:
    """The sale as it goes over the wire."""
    products = dict.fromkeys(SKUS, PRODUCT)
    return json.loads(json.dumps(sale_payload(draft, 1002, CUSTOMER, products, status)))


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
def test_a_sale_is_what_the_published_schema_asks_for(schema, order, status):
    body = body_of(sale_draft(order, LOJA), status)

    schema.validate(body)


@given(order=sound_orders())
@quickly
def test_every_sale_is_what_the_published_schema_asks_for(schema, order):
    body = body_of(sale_draft(order, LOJA))

    schema.validate(body)


@pytest.mark.parametrize("method", sorted(methods.PAYMENT_TYPES))
def test_every_way_of_paying_that_we_know_is_one_of_the_erps(schema, method):
    body = body_of(sale_draft(an_order(method=method), LOJA))

    schema.validate(body)


@given(order=sound_orders())
@quickly
def test_the_numbers_on_the_wire_sum_exactly(order):
    products = dict.fromkeys(SKUS, PRODUCT)
    text = json.dumps(sale_payload(sale_draft(order, LOJA), 1002, CUSTOMER, products, "APROVADO"))

    body = json.loads(text, parse_float=Decimal, parse_int=Decimal)

    composition = body.get("composicao_de_valor", {})
    items = sum(item["quantidade"] * item["valor"] for item in body["itens"])
    total = items + composition.get("frete", 0) - composition.get("desconto", {}).get("valor", 0)
    assert total == sum(part["valor"] for part in body["condicao_pagamento"]["parcelas"])
    assert total * 100 == order.total


def test_a_cancelling_is_what_the_published_schema_of_a_change_asks_for():
    published = strict(yaml.safe_load(PUBLISHED.read_text("utf-8"))["components"]["schemas"])
    properties = published["VendaParaEdicaoRequest"]["properties"]
    properties["itens"] = {
        "type": "array",
        "items": {"$ref": properties["itens"]["$ref"]},
    }  # a slip of theirs
    whole = {"$ref": "#/components/schemas/VendaParaEdicaoRequest", "components": {"schemas": published}}
    sale = ErpSale(ErpId("s"), 1002, "", None, "APROVADO", cancelled=False, customer=CUSTOMER)
    booked = BookedOn(account=PRODUCT, category=PRODUCT, cost_center=PRODUCT, seller=PRODUCT)

    body = cancel_payload(sale_draft(an_order(), LOJA), sale, dict.fromkeys(SKUS, PRODUCT), booked)

    jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(body)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"numero": "1002"},
        {"situacao": "VENDIDO"},
        {"data_venda": "24/11/2026"},
        {"id_cliente": "Ana"},
        {"cor": "azul"},
        {"condicao_pagamento": {"parcelas": []}},
        {"composicao_de_valor": {"desconto": {"tipo": "REAIS", "valor": 1}}},
        {"composicao_de_valor": {"freight": 15}},
    ],
)
def test_the_schema_is_strict_enough_to_find_a_wrong_sale(schema, spoilt):
    body = body_of(sale_draft(an_order(), LOJA)) | spoilt

    assert not schema.is_valid(body)
