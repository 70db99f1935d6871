"""Our drafts in the ERP's JSON, and its JSON read with tolerance, as its contract tells them."""

import json
from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.core import methods
from contaazul_sync.core.drafts.cancels import cancel_draft
from contaazul_sync.core.drafts.marks import marked_order
from contaazul_sync.core.drafts.people import OPTIONAL, person_draft
from contaazul_sync.core.drafts.products import ProductDraft
from contaazul_sync.core.drafts.sales import SaleDraft, sale_draft
from contaazul_sync.core.erp import Account, ErpPerson, ErpProduct, ErpSale, Profile
from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.orders import Buyer
from contaazul_sync.core.products import Details
from contaazul_sync.core.rules import PaymentRule, Rules
from contaazul_sync.erp.answers import (
    compact,
    read_account,
    read_balances,
    read_booking,
    read_item,
    read_listed_sale,
    read_number,
    read_person,
    read_product,
    read_products,
    read_sale,
)
from contaazul_sync.erp.payloads import (
    BookedOn,
    Json,
    cancel_payload,
    person_payload,
    price_patch,
    product_payload,
    profiles_patch,
    sale_payload,
    stock_patch,
)
from contaazul_sync.erp.refusals import free_number, is_number_taken, is_person_duplicate, is_person_unknown
from contaazul_sync.net import complaints
from tests.worlds.samples import ANA, LOJA, a_line, an_order, an_order_of, quickly

PRODUCTS = {"CAM-AZ-M": ErpId("erp-1"), "ADESIVO": ErpId("erp-2")}


def a_product_draft(details: Details | None = None) -> ProductDraft:
    return ProductDraft("CAM-AZ-M", "Camiseta azul M", 7990, Decimal(12), details or Details())


def a_sale_body(draft: SaleDraft, number: int = 1002) -> Json:
    return sale_payload(draft, number, ErpId("person-1"), PRODUCTS, "APROVADO")


# Products


def test_a_product_is_created_with_price_and_balance_inside_its_stock():
    body = product_payload(a_product_draft())

    assert body == {
        "nome": "Camiseta azul M",
        "codigo_sku": "CAM-AZ-M",
        "formato": "SIMPLES",
        "status": "ATIVO",
        "estoque": {"valor_venda": 79.9, "estoque_disponivel": 12},
    }


def test_what_the_shop_knows_of_a_product_goes_along():
    details = Details(
        ean="7891234567895",
        description="Malha de algodão",
        weight=Decimal("0.25"),
        height=Decimal(3),
        width=Decimal(25),
        length=Decimal(30),
    )

    body = product_payload(a_product_draft(details))

    assert body["codigo_ean"] == "7891234567895"
    assert body["descricao"] == "Malha de algodão"
    assert body["pesos_dimensoes"] == {"altura": 3, "largura": 25, "profundidade": 30, "peso_bruto": 0.25}


def test_fiscal_data_go_with_their_unit_of_measure_inside():
    body = product_payload(a_product_draft(), unit_id=51, ncm_id=617)

    assert body["unidade_medida"] == {"id": 51}
    assert body["fiscal"] == {
        "origem": "NACIONAL",
        "tipo_produto": "MERCADORIA_PARA_REVENDA",
        "ncm": {"id": 617},
        "unidade_medida": {"id": 51},
    }


def test_a_unit_without_ncm_goes_alone():
    body = product_payload(a_product_draft(), unit_id=51)

    assert body["unidade_medida"] == {"id": 51}
    assert "fiscal" not in body


def test_an_ncm_without_unit_is_left_out_since_the_erp_refuses_it():
    body = product_payload(a_product_draft(), ncm_id=617)

    assert "fiscal" not in body
    assert "unidade_medida" not in body


def test_a_price_is_patched_at_the_root():
    assert json.dumps(price_patch(7990)) == '{"valor_venda": 79.9}'


def test_a_balance_is_patched_inside_the_stock():
    assert stock_patch(Decimal(7)) == {"estoque": {"estoque_disponivel": 7}}
    assert stock_patch(Decimal("0.5")) == {"estoque": {"estoque_disponivel": 0.5}}


@given(st.integers(1, 10**11))
@quickly
def test_a_price_is_written_in_json_with_exactly_its_centavos(amount):
    text = json.dumps(price_patch(amount))

    told = json.loads(text, parse_float=Decimal, parse_int=Decimal)["valor_venda"]
    assert told * 100 == amount


# People


def test_a_person_is_created_as_a_customer_with_contact_and_address():
    body = person_payload(person_draft(ANA, "52998224725"))

    assert body == {
        "nome": "Ana Exemplo",
        "tipo_pessoa": "Física",
        "perfis": [{"tipo_perfil": "Cliente"}],
        "cpf": "52998224725",
        "email": "ana@example.com",
        "telefone_celular": "11988887777",
        "enderecos": [
            {
                "cep": "01310100",
                "logradouro": "Rua das Amostras",
                "numero": "100",
                "complemento": "",
                "bairro": "Centro",
                "cidade": "São Paulo",
                "estado": "SP",
                "pais": "Brasil",
            }
        ],
    }


@pytest.mark.parametrize("document", ["11222333000181", "12ABC34501DE35"])
def test_a_company_is_created_with_its_cnpj_and_trade_name(document):
    buyer = Buyer(name="Bia Exemplo", company="Exemplo Comércio Ltda", phone="(11) 3333-4444")

    body = person_payload(person_draft(buyer, document))

    assert body == {
        "nome": "Exemplo Comércio Ltda",
        "tipo_pessoa": "Jurídica",
        "perfis": [{"tipo_perfil": "Cliente"}],
        "cnpj": document,
        "nome_fantasia": "Bia Exemplo",
        "observacao": "Telefone: (11) 3333-4444",
    }


def test_a_person_without_all_that_is_optional_has_only_what_a_sale_needs():
    draft = person_draft(ANA, "52998224725")
    for field in OPTIONAL:
        draft = draft.without(field)

    body = person_payload(draft)

    assert body == {
        "nome": "Ana Exemplo",
        "tipo_pessoa": "Física",
        "perfis": [{"tipo_perfil": "Cliente"}],
        "cpf": "52998224725",
    }


@pytest.mark.parametrize(
    "gap", [{"postcode": "0131010"}, {"postcode": ""}, {"region": "Sampa"}, {"region": ""}, {"city": " "}]
)
def test_an_address_that_the_erp_would_refuse_is_left_out(gap):
    place = {"city": "São Paulo", "region": "SP", "postcode": "01310-100"} | gap

    body = person_payload(person_draft(Buyer(name="Ana Exemplo", **place), "52998224725"))

    assert "enderecos" not in body


def test_the_state_of_an_address_is_two_capitals():
    buyer = Buyer(name="Ana Exemplo", city=" São Paulo ", region=" sp ", postcode="01310100")

    body = person_payload(person_draft(buyer, "52998224725"))

    assert (body["enderecos"][0]["cidade"], body["enderecos"][0]["estado"]) == ("São Paulo", "SP")


def test_a_supplier_who_buys_stays_a_supplier():
    assert profiles_patch([Profile.SUPPLIER]) == {
        "perfis": [{"tipo_perfil": "Cliente"}, {"tipo_perfil": "Fornecedor"}]
    }


def test_a_customer_stays_one_customer():
    assert profiles_patch([Profile.CUSTOMER]) == {"perfis": [{"tipo_perfil": "Cliente"}]}


# Sales


def test_an_order_paid_at_once_is_written_out_in_full():
    draft = sale_draft(an_order(), LOJA)

    body = a_sale_body(draft)

    assert body == {
        "id_cliente": "person-1",
        "numero": 1002,
        "situacao": "APROVADO",
        "data_venda": "2026-11-24",
        "observacoes": "[loja:pedido 88123]",
        "itens": [{"id": "erp-1", "descricao": "Camiseta azul M", "quantidade": 2, "valor": 79.9}],
        "condicao_pagamento": {
            "tipo_pagamento": "PIX_PAGAMENTO_INSTANTANEO",
            "opcao_condicao_pagamento": "À vista",
            "nsu": "88123",
            "parcelas": [{"data_vencimento": "2026-11-24", "valor": 170, "descricao": "Pedido 88123"}],
        },
        "composicao_de_valor": {"frete": 15, "desconto": {"tipo": "VALOR", "valor": 4.8}},
    }


def test_three_instalments_are_3x_with_three_parts():
    draft = sale_draft(an_order_of(a_line(quantity=Decimal(1), price=10000), installments=3), LOJA)

    terms = a_sale_body(draft)["condicao_pagamento"]

    assert terms["opcao_condicao_pagamento"] == "3x"
    assert terms["parcelas"] == [
        {"data_vencimento": "2026-12-24", "valor": 33.34, "descricao": "Pedido 88123 1/3"},
        {"data_vencimento": "2027-01-24", "valor": 33.33, "descricao": "Pedido 88123 2/3"},
        {"data_vencimento": "2027-02-24", "valor": 33.33, "descricao": "Pedido 88123 3/3"},
    ]


def test_a_sale_without_freight_and_discount_has_no_composition():
    draft = sale_draft(an_order_of(a_line()), LOJA)

    assert "composicao_de_valor" not in a_sale_body(draft)


def test_freight_and_discount_stand_alone_too():
    freight = sale_draft(an_order_of(a_line(), shipping=1500, total=17480), LOJA)
    discount = sale_draft(an_order_of(a_line(), discount=480, total=15500), LOJA)

    assert a_sale_body(freight)["composicao_de_valor"] == {"frete": 15}
    assert a_sale_body(discount)["composicao_de_valor"] == {"desconto": {"tipo": "VALOR", "valor": 4.8}}


def test_a_broken_quantity_is_a_json_number():
    draft = sale_draft(an_order_of(a_line(quantity=Decimal("0.5"), price=8000)), LOJA)

    assert a_sale_body(draft)["itens"][0]["quantidade"] == 0.5


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("pix", "PIX_PAGAMENTO_INSTANTANEO"),
        ("Boleto", "BOLETO_BANCARIO"),
        ("credit card", "CARTAO_CREDITO"),
        ("CREDIT-CARD", "CARTAO_CREDITO"),
        (" dinheiro ", "DINHEIRO"),
        ("woo-pagarme-payments-billet", "BOLETO_BANCARIO"),
        ("woo-mercado-pago-pix", "PIX_PAGAMENTO_INSTANTANEO"),
        ("woo-pagarme-payments-credit_card", "CARTAO_CREDITO"),
        ("rm-pagbank-cc", "CARTAO_CREDITO"),
        ("bacs", "TRANSFERENCIA_BANCARIA"),
        ("store_credit", "OUTRO"),
        ("pixel", "OUTRO"),
        ("promissória", "OUTRO"),
        ("Cartão de Crédito", "CARTAO_CREDITO"),
        ("CARTÃO DE CRÉDITO - Cielo", "CARTAO_CREDITO"),
        ("Cartão", "CARTAO_CREDITO"),
        ("Cartão de Débito", "CARTAO_DEBITO"),
        ("Débito", "CARTAO_DEBITO"),
        ("Débito automático", "DEBITO_AUTOMATICO"),
        ("Depósito bancário", "DEPOSITO_BANCARIO"),
        ("Depósito", "DEPOSITO_BANCARIO"),
        ("Transferência bancária", "TRANSFERENCIA_BANCARIA"),
        ("Transferência via Pix", "PIX_PAGAMENTO_INSTANTANEO"),
        ("Pix (5% de desconto)", "PIX_PAGAMENTO_INSTANTANEO"),
        ("Boleto.", "BOLETO_BANCARIO"),
        ("woo-mercado-pago-ticket", "BOLETO_BANCARIO"),
        ("Vale Ticket", "OUTRO"),
        ("ticket", "OUTRO"),
        ("Cartão da loja", "OUTRO"),
        ("débito em conta", "OUTRO"),
        ("", "OUTRO"),
    ],
)
def test_a_way_of_paying_is_told_in_the_erps_words(method, kind):
    assert methods.payment_type(method) == kind


def test_the_merchants_own_words_for_a_way_of_paying_win():
    assert methods.payment_type("Vale Loja", "CREDITO_LOJA") == "CREDITO_LOJA"
    assert methods.payment_type("pix", "OUTRO") == "OUTRO"


@pytest.mark.parametrize(
    ("method", "kinds"),
    [
        ("pix", {"PIX_PAGAMENTO_INSTANTANEO"}),
        ("pix + cartão", {"PIX_PAGAMENTO_INSTANTANEO", "CARTAO_CREDITO"}),
        ("Boleto e Cartão de Crédito", {"BOLETO_BANCARIO", "CARTAO_CREDITO"}),
        ("woo-pagarme-payments-billet-and-card", {"BOLETO_BANCARIO", "CARTAO_CREDITO"}),
        ("Cartão de crédito ou débito", {"CARTAO_CREDITO", "CARTAO_DEBITO"}),
        ("Vale-presente / Pix", {"VALE_PRESENTE", "PIX_PAGAMENTO_INSTANTANEO"}),
        ("Transferência + Pix", {"TRANSFERENCIA_BANCARIA", "PIX_PAGAMENTO_INSTANTANEO"}),
        ("Depósito + Pix", {"DEPOSITO_BANCARIO", "PIX_PAGAMENTO_INSTANTANEO"}),
        ("pix + cheque", {"PIX_PAGAMENTO_INSTANTANEO", "CHEQUE"}),
        ("creditcard-pix", {"CARTAO_CREDITO", "PIX_PAGAMENTO_INSTANTANEO"}),
        ("bacs + pix", {"TRANSFERENCIA_BANCARIA", "PIX_PAGAMENTO_INSTANTANEO"}),
        ("Transferência via Pix", {"PIX_PAGAMENTO_INSTANTANEO"}),
        ("Cartão da loja", set()),
        ("", set()),
    ],
)
def test_a_method_that_names_two_ways_is_booked_as_neither(method, kinds):
    assert set(methods.named_types(method)) == kinds
    if len(kinds) > 1:
        assert methods.payment_type(method) == "OUTRO"
        assert methods.payment_type(method, "BOLETO_BANCARIO") == "BOLETO_BANCARIO"


# Reading products


def test_a_row_of_the_product_list_is_read():
    row = {
        "id": "p-1",
        "nome": "Camiseta azul M",
        "codigo": "CAM-AZ-M",
        "ean": "7891234567895",
        "status": "ATIVO",
        "saldo": 12,
        "valor_venda": Decimal("59.9"),
        "produtos_variacao": [],
    }

    assert read_products(row) == [
        ErpProduct(ErpId("p-1"), "CAM-AZ-M", "Camiseta azul M", True, 5990, Decimal(12), "7891234567895")
    ]


def test_a_row_with_variations_is_read_as_each_of_them():
    row = {
        "id": "p-1",
        "nome": "Camiseta",
        "produtos_variacao": [{"id": "p-2", "codigo": "CAM-P", "saldo": "3"}],
    }

    parent, child = read_products(row)

    assert (parent.id, parent.sku, parent.balance) == ("p-1", "", None)
    assert (child.id, child.sku, child.balance) == ("p-2", "CAM-P", Decimal(3))


@pytest.mark.parametrize("balance", [3, "3", "", None, "muito", Decimal("2.50"), [], True])
@pytest.mark.parametrize("variations", [[], None, 7, [{"codigo": "sem id"}, 7, {"id": "p-2", "saldo": 4}]])
def test_the_balances_alone_are_those_of_the_products(balance, variations):
    row = {"id": "p-1", "codigo": "CAM", "saldo": balance, "produtos_variacao": variations}

    assert read_balances(row) == [(product.id, product.balance) for product in read_products(row)]


@pytest.mark.parametrize(
    "empty", [{}, {"valor_venda": None, "saldo": None}, {"valor_venda": "", "saldo": ""}]
)
def test_missing_null_and_empty_all_mean_not_told(empty):
    (product,) = read_products({"id": "p-1", "produtos_variacao": None} | empty)

    assert (product.price, product.balance) == (None, None)


def test_one_product_is_read_with_what_is_free_to_sell_of_it():
    body = {
        "id": "p-1",
        "ativo": True,
        "status": "ATIVO",
        "nome": "Camiseta azul M",
        "codigo_sku": "CAM-AZ-M",
        "codigo_ean": "7891234567895",
        "estoque": {"quantidade_total": 12, "quantidade_disponivel": 9, "valor_venda": Decimal("59.90")},
    }

    product = read_product(body)

    assert product == ErpProduct(
        ErpId("p-1"), "CAM-AZ-M", "Camiseta azul M", True, 5990, Decimal(9), "7891234567895", reserved=True
    )


@pytest.mark.parametrize(
    ("stock", "reserved"),
    [
        ({"quantidade_total": 12, "quantidade_disponivel": 12}, False),
        ({"quantidade_total": 12, "quantidade_disponivel": 13}, True),
        ({"quantidade_disponivel": 12}, False),
        ({"quantidade_total": "?", "quantidade_disponivel": 12}, False),
    ],
)
def test_what_is_reserved_of_a_product_is_what_there_is_and_cannot_be_sold(stock, reserved):
    assert read_product({"id": "p-1", "estoque": stock}).reserved == reserved


def test_a_product_without_stock_data_has_neither_price_nor_balance():
    product = read_product({"id": "p-1", "estoque": None})

    assert (product.price, product.balance, product.sku) == (None, None, "")


@pytest.mark.parametrize(
    ("mark", "active"),
    [({}, True), ({"status": "ATIVO"}, True), ({"status": "INATIVO"}, False), ({"ativo": False}, False)],
)
def test_an_inactive_product_is_known_as_such(mark, active):
    assert read_product({"id": "p-1"} | mark).active is active


# Reading people


def test_a_person_of_the_list_is_read_with_its_document_unmasked():
    row = {"id": "c-1", "documento": "529.982.247-25", "ativo": True, "perfis": ["CLIENTE", "Fornecedor"]}

    person = read_person(row)

    both = frozenset({Profile.CUSTOMER, Profile.SUPPLIER})
    assert person == ErpPerson(ErpId("c-1"), "52998224725", True, both)


def test_a_person_elsewhere_has_its_profiles_as_objects():
    person = read_person({"id": "c-1", "cpf": "52998224725", "perfis": [{"tipo_perfil": "Cliente"}]})

    assert person.profiles == frozenset({Profile.CUSTOMER})


def test_a_person_with_gaps_is_read():
    person = read_person({"id": 7, "documento": "", "cnpj": None, "ativo": False, "perfis": None})

    assert person == ErpPerson(ErpId("7"), "", False, frozenset())


def test_the_letters_of_a_cnpj_stay_when_its_mask_goes():
    assert compact("12.abc.345/01de-35") == "12ABC34501DE35"


# Reading sales


def test_a_sale_is_read_out_of_its_envelope():
    body = {
        "cliente": {"nome": "Ana Exemplo"},
        "venda": {
            "id": "s-1",
            "status": "EM_ANDAMENTO",
            "numero": 1002,
            "observacoes": "[loja:pedido 88123]",
            "composicao_valor": {"valor_liquido": Decimal("170.0")},
            "situacao": {"nome": "APROVADO"},
        },
    }

    assert read_sale(body) == ErpSale(
        ErpId("s-1"), 1002, "[loja:pedido 88123]", 17000, "APROVADO", cancelled=False
    )


@pytest.mark.parametrize(
    "body",
    [
        {"observacoes": "[loja:pedido 88]", "condicao_pagamento": {"observacoes_pagamento": "Pix"}},
        {"observacoes": "Pix", "condicao_pagamento": {"observacoes_pagamento": "[loja:pedido 88]"}},
        {"observacoes": None, "observacoes_pagamento": "[loja:pedido 88]", "condicao_pagamento": None},
        {"observacoes": "", "condicao_pagamento": {"observacoes_pagamento": "[loja:pedido 88]"}},
    ],
)
def test_the_mark_of_a_sale_is_found_in_either_of_its_notes(body):
    sale = read_sale({"venda": {"id": "s-1", "numero": 1002} | body})

    assert marked_order("loja", sale.notes) == "88"


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("PAGAMENTO_INSTANTANEO", "PIX_PAGAMENTO_INSTANTANEO"),
        ("PIX_PAGAMENTO_INSTANTANEO", "PIX_PAGAMENTO_INSTANTANEO"),
        ("Boleto_Bancario", "BOLETO_BANCARIO"),
        (None, ""),
    ],
)
def test_the_way_of_paying_of_a_sale_is_read_in_the_words_that_are_written(told, read):
    body = {"id": "s-1", "numero": 1002, "condicao_pagamento": {"tipo_pagamento": told}}

    assert read_sale({"venda": body}).payment == read


@pytest.mark.parametrize("name", ["FATURADO", "Faturado", "faturado "])
def test_the_situation_of_a_sale_is_read_without_case(name):
    assert read_sale({"id": "s-1", "numero": 1002, "situacao": {"nome": name}}).situation == "FATURADO"


def test_a_deleted_sale_is_a_cancelled_one_though_its_situation_stays():
    body = {"id": "s-1", "numero": 1002, "status": "CANCELADO", "situacao": {"nome": "APROVADO"}}

    sale = read_sale({"venda": body})

    assert (sale.cancelled, sale.situation) == (True, "APROVADO")
    assert read_sale({"venda": body | {"status": "Cancelado"}}).cancelled


def test_a_sale_without_envelope_and_with_gaps_is_read():
    sale = read_sale({"id": "s-1", "numero": "1002", "observacoes": None, "situacao": "FATURADO"})

    assert sale == ErpSale(ErpId("s-1"), 1002, "", None, "FATURADO", cancelled=False)


@pytest.mark.parametrize(
    "state",
    [
        {"situacao": {"nome": "CANCELADO"}},
        {"situacao": {"nome": "APROVADO"}, "status": "CANCELADO"},  # deleted: the situation stays
        {"situacao": None, "status": "CANCELADO"},
    ],
)
def test_a_cancelled_or_deleted_sale_is_known_as_such(state):
    assert read_sale({"venda": {"id": "s-1", "numero": 1002} | state}).cancelled


# Reading the rest


def test_the_account_is_read():
    body = {
        "id_empresa": 1203344,
        "documento": "11222333000181",
        "razao_social": "Exemplo Ltda",
        "nome_fantasia": "Exemplo",
    }

    assert read_account(body) == Account("1203344", "Exemplo", "11222333000181")


def test_an_account_with_gaps_is_told_apart_by_its_document():
    body = {"documento": "11222333000181", "razao_social": "Exemplo Ltda", "nome_fantasia": ""}

    assert read_account(body) == Account("11222333000181", "Exemplo Ltda", "11222333000181")


@pytest.mark.parametrize(
    ("body", "number"),
    [
        (1003, 1003),
        (Decimal(1003), 1003),
        ("1003", 1003),
        ({"numero": 1003}, 1003),
        (None, None),
        ({}, None),
        ({"numero": None}, None),
        ("", None),
        (True, None),
        ([1003], None),
    ],
)
def test_the_next_sale_number_is_read_in_every_shape_it_has_had(body, number):
    assert read_number(body) == number


# Errors


@pytest.mark.parametrize(
    "body",
    [
        {"error": "O campo é obrigatório"},
        {"code": 400, "message": "O campo é obrigatório"},
        {"error": "", "message": " O campo é obrigatório "},
        {"error": "invalid_request", "error_description": "O campo é obrigatório"},
        {"descricao_erro": "O campo é obrigatório", "status_conta": "END_TRIAL"},
        {"sucesso": False, "mensagem": "O campo é obrigatório"},
        {"detail": "O campo é obrigatório"},
        {"errors": [{}, 7, "", None, {"message": "O campo é obrigatório"}]},
        {"errors": ["O campo é obrigatório", "Outro erro"]},
        {"error": None, "errors": [{"message": "O campo é obrigatório"}]},
        "  O campo é obrigatório\n",
    ],
)
def test_the_words_of_an_error_are_found_in_every_envelope(body):
    assert complaints.error_text(body) == "O campo é obrigatório"


@pytest.mark.parametrize("body", [None, {}, [], 5, {"code": 400}, {"errors": []}, {"errors": None}, ""])
def test_an_error_without_words_has_none(body):
    assert complaints.error_text(body) == ""


@pytest.mark.parametrize("body", [{"errors": True}, {"errors": 3}, {"errors": {"a": 1}}])
def test_an_odd_envelope_of_an_error_is_no_crash(body):
    assert complaints.error_text(body) == ""


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "O campo é obrigatório"}},
        [{"message": "O campo é obrigatório"}],
    ],
)
def test_an_unforeseen_envelope_still_shows_its_words(body):
    assert "O campo é obrigatório" in complaints.error_text(body)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("O CPF 529.982.247-25 já está cadastrado", "O CPF ... já está cadastrado"),
        ("O CPF 52998224725 já está cadastrado", "O CPF ... já está cadastrado"),
        ("CNPJ 11.222.333/0001-81 inválido", "CNPJ ... inválido"),
        ("e-mail ana@example.com inválido", "e-mail ... inválido"),
        ("telefone celular 11988887777 inválido", "telefone celular ... inválido"),
        ("telefone celular 98888-7777 inválido", "telefone celular ... inválido"),
    ],
)
def test_an_error_never_quotes_a_document_an_email_or_a_phone(said, shown):
    assert complaints.error_text({"error": said}) == shown


@pytest.mark.parametrize("phone", ["(11) 98888-7777", "+55 11 98888-7777", "+55 (11) 98888-7777"])
def test_no_digit_of_a_phone_is_left_in_an_error(phone):
    text = complaints.error_text({"error": f"telefone celular {phone} inválido"})

    assert not any(character.isdigit() for character in text)


@pytest.mark.parametrize("document", ["12.ABC.345/01DE-35", "12ABC34501DE35"])
def test_an_error_never_quotes_an_alphanumeric_cnpj(document):
    assert document not in complaints.error_text({"error": f"O CNPJ {document} já está cadastrado"})


def test_an_error_never_quotes_a_phone_without_its_area():
    assert "988887777" not in complaints.error_text({"error": "telefone celular 988887777 inválido"})


@pytest.mark.parametrize(
    "said",
    [
        "O nº 1003 é o próximo disponível",
        "O tamanho da página deve ser um dos seguintes valores: 10, 20, 50, 100, 200, 500 ou 1000",
    ],
)
def test_numbers_that_are_nobodys_stay_in_an_error(said):
    assert complaints.error_text({"error": said}) == said


def test_a_long_error_is_cut():
    assert complaints.error_text("não " * 200) == "não " * 75


def test_an_email_at_the_cut_is_masked_all_the_same():
    text = complaints.error_text({"error": "x" * 290 + " ana.exemplo@example.com"})

    assert "ana" not in text


@pytest.mark.parametrize(
    "text", ["Cliente da venda não encontrado com o ID informado", "CLIENTE DA VENDA não encontrado"]
)
def test_a_sale_refused_for_its_customer_is_recognised(text):
    assert is_person_unknown(text)


@pytest.mark.parametrize(
    "text", ["já existe uma pessoa cadastrada com este documento", "O CPF digitado já está cadastrado"]
)
def test_a_person_who_is_there_already_is_recognised(text):
    assert is_person_duplicate(text)


def test_a_town_that_is_not_registered_is_no_duplicate_person():
    assert not is_person_duplicate("A cidade informada não está cadastrada")


@pytest.mark.parametrize(
    "text",
    [
        "O nº 1004 é o próximo disponível",
        "O número informado já está em uso. O nº 1004 é o próximo disponível.",
        "Número JÁ ESTÁ EM USO",
    ],
)
def test_a_number_that_is_taken_is_recognised(text):
    assert is_number_taken(text)


@pytest.mark.parametrize("text", ["", "O campo 'numero' é obrigatório", "E-mail inválido"])
def test_another_refusal_is_taken_for_none_of_these(text):
    assert not is_person_unknown(text)
    assert not is_person_duplicate(text)
    assert not is_number_taken(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("O nº 1004 é o próximo disponível", 1004),
        ("O número informado já está em uso. O nº 1004 é o próximo disponível.", 1004),
        ("O número já está em uso", 0),
        ("", 0),
    ],
)
def test_the_number_that_a_refusal_offers_is_read(text, number):
    assert free_number(text) == number


def test_the_due_days_are_written_year_first():
    draft = sale_draft(an_order(), LOJA)

    assert draft.day == date(2026, 11, 24)
    assert a_sale_body(draft)["condicao_pagamento"]["parcelas"][0]["data_vencimento"] == "2026-11-24"


def test_a_sale_is_booked_on_what_the_merchant_named():
    draft = sale_draft(an_order(), LOJA)
    booked = BookedOn("DINHEIRO", "acc-1", "cat-1", "cc-1", "seller-1")

    body = sale_payload(draft, 1, ErpId("c"), {"CAM-AZ-M": ErpId("p")}, "APROVADO", booked)

    assert body["condicao_pagamento"]["tipo_pagamento"] == "DINHEIRO"
    assert body["condicao_pagamento"]["id_conta_financeira"] == "acc-1"
    assert (body["id_categoria"], body["id_centro_custo"], body["id_vendedor"]) == (
        "cat-1",
        "cc-1",
        "seller-1",
    )


def test_own_terms_are_told_as_days():
    rules = Rules(payments={"pix": PaymentRule(terms=(30, 60))})
    draft = sale_draft(an_order(method="pix"), rules)

    body = sale_payload(draft, 1, ErpId("c"), {"CAM-AZ-M": ErpId("p")}, "APROVADO")

    assert body["condicao_pagamento"]["opcao_condicao_pagamento"] == "30, 60"
    assert len(body["condicao_pagamento"]["parcelas"]) == 2


@pytest.mark.parametrize(
    ("rule", "count", "form"),
    [
        (PaymentRule(terms=(0,)), 1, "À vista"),
        (PaymentRule(terms=(0, 30)), 1, "0, 30"),
        (PaymentRule(terms=(30,)), 3, "30"),
        (PaymentRule(first_due_days=0), 1, "À vista"),
        (PaymentRule(first_due_days=30), 1, "30"),
        (PaymentRule(first_due_days=30), 3, "30, 61, 92"),  # from 24 December 2026
    ],
)
def test_the_form_of_the_terms_agrees_with_the_days_that_the_parts_are_due(rule, count, form):
    draft = sale_draft(an_order(installments=count), Rules(payments={"pix": rule}))

    payment = a_sale_body(draft)["condicao_pagamento"]

    assert payment["opcao_condicao_pagamento"] == form
    days = [int(day) for day in form.split(", ")] if form != "À vista" else [0]
    due = [date(2026, 11, 24) + timedelta(days=each) for each in days]
    assert [part["data_vencimento"] for part in payment["parcelas"]] == [day.isoformat() for day in due]


# Cancelling


def told(payment: Json | None = None, **fields: Any) -> Json:
    """A sale as reading it tells it, of two mugs at 30 reais with freight and discount."""
    condition = {
        "tipo_pagamento": "BOLETO_BANCARIO",
        "id_conta_financeira": "acc-1",
        "parcelas": [
            {"id": "p-1", "data_vencimento": "2026-12-24", "valor": Decimal(30), "descricao": "1/2"},
            {"id": "p-2", "data_vencimento": "2027-01-24", "valor": Decimal("35.5")},
        ],
        "observacoes_pagamento": "Boleto",
        "opcao_condicao_pagamento": "2x",
        "nsu": "88",
    }
    sale = {
        "id": "s-1",
        "numero": 1002,
        "data_compromisso": "2026-11-24",
        "composicao_valor": {"desconto": Decimal("4.5"), "frete": 10, "valor_liquido": Decimal("65.5")},
        "condicao_pagamento": condition | (payment or {}),
        "observacoes": "[loja:pedido 88]",
        "id_cliente": "c-1",
        "versao": 3,
        "id_natureza_operacao": "n-1",
        "id_categoria": "cat-1",
        "id_centro_custo": "cc-1",
        "situacao": {"nome": "APROVADO"},
    }
    return {"venda": sale | fields, "vendedor": {"id": "v-1", "nome": "Caio"}, "cliente": {"nome": "Ana"}}


MUGS = {"id": "i-1", "id_item": "e-1", "descricao": "Caneca", "quantidade": 2, "valor": 30, "custo": 9}


def cancelled(body: Json, *items: Json) -> Json:
    draft = cancel_draft(read_booking(body), [read_item(row) for row in items or (MUGS,)])
    return cancel_payload(draft)


def test_a_cancelling_says_the_whole_sale_as_the_erp_has_it():
    assert cancelled(told()) == {
        "versao": 3,
        "id_cliente": "c-1",
        "numero": 1002,
        "situacao": "CANCELADO",
        "data_venda": "2026-11-24",
        "observacoes": "[loja:pedido 88]",
        "observacoes_pagamento": "Boleto",
        "id_vendedor": "v-1",
        "id_natureza_operacao": "n-1",
        "itens": [{"id": "e-1", "descricao": "Caneca", "quantidade": 2, "valor": 30}],
        "composicao_de_valor": {"frete": 10, "desconto": {"tipo": "VALOR", "valor": 4.5}},
        "condicao_pagamento": {
            "tipo_pagamento": "BOLETO_BANCARIO",
            "id_conta_financeira": "acc-1",
            "opcao_condicao_pagamento": "2x",
            "nsu": "88",
            "parcelas": [
                {"data_vencimento": "2026-12-24", "valor": 30, "descricao": "1/2"},
                {"data_vencimento": "2027-01-24", "valor": 35.5},
            ],
        },
    }


@pytest.mark.parametrize(("version", "sent"), [(None, 1), (0, 1), (1, 1), (7, 7)])
def test_a_cancelling_has_a_version_of_at_least_one(version, sent):
    assert cancelled(told(versao=version))["versao"] == sent


def test_a_cancelling_of_a_sale_that_tells_little_says_no_more():
    bare = {
        "id": "s-1",
        "numero": 7,
        "data_compromisso": "2026-11-24T00:00:00",
        "composicao_valor": {"valor_liquido": 60},
        "condicao_pagamento": {"parcelas": [{"data_vencimento": "2026-11-24", "valor": 60}]},
    }

    body = cancelled({"venda": bare, "cliente": {"uuid": "u-1"}}, MUGS | {"descricao": None})

    assert body == {
        "versao": 1,
        "id_cliente": "u-1",
        "numero": 7,
        "situacao": "CANCELADO",
        "data_venda": "2026-11-24",
        "itens": [{"id": "e-1", "quantidade": 2, "valor": 30}],
        "condicao_pagamento": {
            "opcao_condicao_pagamento": "À vista",
            "parcelas": [{"data_vencimento": "2026-11-24", "valor": 60}],
        },
    }


@pytest.mark.parametrize(
    ("notes", "payment_notes"),
    [
        ("[loja:pedido 88]", "Boleto"),
        ("Boleto", "[loja:pedido 88]"),
        ("[loja:pedido 88] e Boleto", "[loja:pedido 88]"),
    ],
)
def test_a_cancelling_has_the_mark_where_we_put_it(notes, payment_notes):
    body = cancelled(told({"observacoes_pagamento": payment_notes}, observacoes=notes))

    assert "[loja:pedido 88]" in body["observacoes"]
    assert {body["observacoes"], body["observacoes_pagamento"]} == {notes, payment_notes}


@pytest.mark.parametrize(
    ("word", "sent"),
    [
        ("BOLETO_BANCARIO", "BOLETO_BANCARIO"),
        ("PAGAMENTO_INSTANTANEO", "PIX_PAGAMENTO_INSTANTANEO"),
        (None, None),
        ("PIX_COBRANCA", None),  # one of the words that its sources do not agree on
    ],
)
def test_a_cancelling_leaves_the_way_of_paying_that_the_sale_has_in_the_erp(word, sent):
    assert cancelled(told({"tipo_pagamento": word}))["condicao_pagamento"].get("tipo_pagamento") == sent


@pytest.mark.parametrize(
    ("form", "sent"),
    [
        ("2x", "2x"),
        ("30, 60", "30, 60"),
        ("0,30", "0,30"),
        ("", "2x"),
        (None, "2x"),
        ("À vista", "2x"),  # says of two instalments what cannot be
        ("30, 60, 90", "2x"),
        ("PARCELADO", "2x"),
    ],
)
def test_a_cancelling_says_the_form_of_the_terms_that_the_instalments_have(form, sent):
    payment = cancelled(told({"opcao_condicao_pagamento": form}))["condicao_pagamento"]

    assert payment["opcao_condicao_pagamento"] == sent


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"id_cliente": None}, "the sale's customer"),
        ({"data_compromisso": None}, "the sale's day"),
        ({"composicao_valor": None}, "the sale's total"),
        ({"condicao_pagamento": None}, "the sale's instalments"),
        ({"condicao_pagamento": {"parcelas": [{"valor": 65.5}]}}, "the sale's instalments"),
        ({"condicao_pagamento": {"parcelas": [{"data_vencimento": "2026-11-24"}]}}, "the sale's instalments"),
        ({"id_cliente": None, "data_compromisso": ""}, "the sale's customer, the sale's day"),
    ],
)
def test_a_sale_of_which_the_erp_tells_too_little_is_not_cancelled(fields, said):
    body = told(**json.loads(json.dumps(fields), parse_float=Decimal))

    with pytest.raises(Unusable, match=f"the ERP does not tell {said}, which"):
        cancelled(body)


def test_a_sale_whose_items_are_not_told_is_not_cancelled():
    booking = read_booking(told())

    with pytest.raises(Unusable, match="the sale's items"):
        cancel_draft(booking, [])
    with pytest.raises(Unusable, match="the product of an item"):
        cancelled(told(), MUGS | {"id_item": None})
    with pytest.raises(Unusable, match=r"make R\$ 35,50, and its total is R\$ 65,50"):  # one of its rows
        cancelled(told(), MUGS | {"quantidade": 1})


def test_a_sale_whose_instalments_do_not_make_it_is_not_cancelled():
    one = {"parcelas": [{"data_vencimento": "2026-11-24", "valor": Decimal(60)}]}

    with pytest.raises(Unusable, match=r"instalments make R\$ 60,00, and its total is R\$ 65,50"):
        cancelled(told(one))


def test_prices_of_the_erp_with_more_places_than_a_price_has_stay_as_they_are():
    item = MUGS | {"quantidade": Decimal("0.375"), "valor": Decimal("160.0015")}

    assert cancelled(told(), item)["itens"][0]["valor"] == 160.0015


def test_the_customer_and_the_version_of_a_sale_are_read():
    sale = read_sale({"venda": {"id": "s", "numero": 7, "versao": 3, "id_cliente": "c"}})
    other = read_sale({"cliente": {"uuid": "u"}, "venda": {"id": "s", "numero": 7}})

    assert (sale.version, sale.customer) == (3, "c")
    assert (other.version, other.customer) == (0, "u")


@pytest.mark.parametrize(
    ("told", "made"),
    [
        ("2026-11-24T09:15:04.63", "2026-11-24T12:15:04.630000+00:00"),  # of São Paulo
        ("2026-11-24T09:15:04+00:00", "2026-11-24T09:15:04+00:00"),
        ("ontem", None),
        ("", None),
        (None, None),
    ],
)
def test_a_listed_sale_tells_when_it_was_made_where_that_can_be_read(told, made):
    listed = read_listed_sale({"id": "7d1f", "numero": 1002, "criado_em": told})

    assert (listed.id, listed.number) == ("7d1f", 1002)
    assert (listed.made_at and listed.made_at.astimezone(UTC).isoformat()) == made
