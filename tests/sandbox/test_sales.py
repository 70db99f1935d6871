"""The ERP's sales: sums, numbers, states, and what they do to the balance."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest


def make(erp, body: Any, **changes) -> Any:
    answer = erp.post("/v1/venda", body | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


def paying(body: Any, terms: str, *amounts: float) -> Any:
    parts = [{"data_vencimento": "2026-11-24", "valor": amount} for amount in amounts]
    return body | {"condicao_pagamento": {"opcao_condicao_pagamento": terms, "parcelas": parts}}


def test_a_new_sale_answers_in_english_and_is_kept(sandbox, erp, body):
    sale = make(erp, body)
    assert sale["situacao"]["nome"] == "APPROVED"
    assert sale["pendencia"]["nome"] == "PROCESSAMENTO_RESERVA_ESTOQUE"
    assert sale["valor_composicao"] == {
        "valor_bruto": 119.8,
        "desconto": {"tipo": "VALOR", "valor": 4.8},
        "frete": 15.0,
        "valor_liquido": 130.0,
    }
    assert sale["condicao_pagamento"]["parcelas"][0]["numero"] == 1
    assert (sale["numero"], sale["versao"]) == (1002, 0)
    kept = sandbox.erp.sale(1002)
    assert (kept.observacoes, kept.nsu, kept.totals.net) == (
        "[loja:pedido-88124]",
        "88124",
        Decimal("130.00"),
    )


def test_the_status_of_a_new_sale_is_a_switch(sandbox, erp, body):
    sandbox.erp.switches.sale_status = 200
    assert erp.post("/v1/venda", body).status_code == 200


def test_a_sale_is_read_in_its_envelope_without_items(erp, body, ana):
    sale = make(erp, body)
    whole = erp.get(f"/v1/venda/{sale['id']}").json()
    assert whole["cliente"] == {
        "uuid": ana,
        "tipo_pessoa": "Física",
        "documento": "52998224725",
        "nome": "Ana Souza",
    }
    inner = whole["venda"]
    assert inner["situacao"]["nome"] == "APROVADO"
    assert inner["observacoes"] == "[loja:pedido-88124]"
    assert inner["composicao_valor"]["desconto"] == 4.8
    assert inner["condicao_pagamento"]["nsu"] == "88124"
    assert inner["tipo_pendencia"]["nome"] == "NENHUMA"
    assert "itens" not in inner
    assert erp.get(f"/v1/venda/{sale['id_legado']}").json() == whole


def test_the_items_are_read_by_uuid_only(erp, body, shirt):
    sale = make(erp, body)
    items = erp.get(f"/v1/venda/{sale['id']}/itens").json()
    assert items["itens_totais"] == 1
    assert items["itens"][0]["id_item"] == shirt
    assert items["itens"][0]["quantidade"] == 2
    answer = erp.get(f"/v1/venda/{sale['id_legado']}/itens")
    assert answer.status_code == 400
    assert "precisa ser do tipo UUID" in answer.json()["error"]


def test_a_sale_prints_as_a_pdf(erp, body):
    answer = erp.get(f"/v1/venda/{make(erp, body)['id']}/imprimir")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    "name", ["id_cliente", "numero", "situacao", "data_venda", "itens", "condicao_pagamento"]
)
def test_each_required_field_is_missed_one_at_a_time(sandbox, erp, body, name):
    answer = erp.post("/v1/venda", {key: value for key, value in body.items() if key != name})
    assert (answer.status_code, answer.json()) == (400, {"error": f"O campo '{name}' é obrigatório"})
    assert sandbox.erp.sales == {}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"numero": "1002"}, "'numero' deve ser um número inteiro"),
        ({"situacao": "Aprovado"}, "'situacao'"),
        ({"situacao": "FATURADO"}, "'situacao'"),
        ({"data_venda": "24/11/2026"}, "'data_venda'"),
        ({"itens": [{"quantidade": 1, "valor": 1}]}, "'id' é obrigatório"),
        ({"itens": [{"id": str(uuid.uuid4()), "quantidade": 1, "valor": 1}]}, "Item da venda"),
        ({"id_cliente": "12"}, "UUID"),
        ({"id_vendedor": "12"}, "UUID"),
        ({"composicao_de_valor": {"desconto": {"valor": 1}}}, "'tipo'"),
        ({"composicao_de_valor": {"desconto": {"tipo": "VALOR", "valor": 500}}}, "desconto"),
        ({"composicao_de_valor": {"frete": -1}}, "negativo"),
    ],
)
def test_a_wrong_field_is_refused(sandbox, erp, body, changes, words):
    answer = erp.post("/v1/venda", body | changes)
    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert sandbox.erp.sales == {}


@pytest.mark.parametrize("line", [{"valor": 0}, {"valor": -1}, {"quantidade": 0}])
def test_an_item_for_nothing_is_refused(erp, body, line):
    item = body["itens"][0] | line
    assert erp.post("/v1/venda", body | {"itens": [item]}).status_code == 400


def test_the_instalments_must_make_the_net_value_to_the_centavo(erp, body):
    plain = paying(body, "3x", 43.33, 43.33, 43.33)
    answer = erp.post("/v1/venda", plain)
    assert answer.status_code == 400
    assert "soma das parcelas" in answer.json()["error"]
    make(erp, paying(body, "3x", 43.33, 43.33, 43.34))


def test_a_discount_in_percent_counts(erp, body):
    discount = {"composicao_de_valor": {"desconto": {"tipo": "PORCENTAGEM", "valor": 10}}}
    sale = make(erp, paying(body, "À vista", 107.82) | discount)
    assert sale["valor_composicao"]["valor_liquido"] == 107.82


@pytest.mark.parametrize(
    ("terms", "parts"), [("À vista", 1), ("2x", 2), ("30, 60", 2), ("30,60", 2), ("15", 1), ("1x", 1)]
)
def test_the_three_forms_of_terms_are_taken(erp, body, terms, parts):
    make(erp, paying(body, terms, *[130.0 / parts] * parts))


@pytest.mark.parametrize("terms", ["A_VISTA", "A vista", "à vista", "0x", "3 x", "30; 60", "3x ", "-3x"])
def test_other_terms_are_refused(erp, body, terms):
    answer = erp.post("/v1/venda", paying(body, terms, 130))
    assert answer.status_code == 400
    assert "condição de pagamento" in answer.json()["error"]


def test_as_many_instalments_as_the_terms_say(erp, body):
    assert erp.post("/v1/venda", paying(body, "3x", 65, 65)).status_code == 400
    assert erp.post("/v1/venda", paying(body, "30", 65, 65)).status_code == 400


def test_the_kind_of_payment_is_optional_but_strict(erp, body):
    pay = body["condicao_pagamento"]
    assert (
        erp.post("/v1/venda", body | {"condicao_pagamento": pay | {"tipo_pagamento": "PIX"}}).status_code
        == 400
    )
    make(erp, body | {"condicao_pagamento": pay | {"tipo_pagamento": None}})


@pytest.mark.parametrize("why", ["unknown", "inactive", "no client", "not indexed"])
def test_the_buyer_must_be_a_known_active_client(sandbox, erp, body, clock, why):
    erp_state = sandbox.erp
    match why:
        case "unknown":
            buyer = str(uuid.uuid4())
        case "inactive":
            buyer = erp_state.add_person("B", "1", active=False)
        case "no client":
            buyer = erp_state.add_person("B", "1", profiles=("Fornecedor",))
        case _:
            erp_state.switches.person_index_delay = 2
            profile = [{"tipo_perfil": "Cliente"}]
            buyer = erp.post("/v1/pessoas", {"nome": "B", "tipo_pessoa": "Física", "perfis": profile}).json()[
                "id"
            ]
    answer = erp.post("/v1/venda", body | {"id_cliente": buyer})
    assert answer.status_code == 400
    assert answer.json()["error"] == "Cliente da venda não encontrado com o ID informado"
    if why == "not indexed":
        clock.move(seconds=2)
        make(erp, body | {"id_cliente": buyer})


def test_a_number_is_refused_twice_with_the_next_free_one(sandbox, erp, body):
    sandbox.erp.take_number(1002)
    answer = erp.post("/v1/venda", body)
    assert answer.status_code == 400
    assert answer.json()["error"] == "O número informado já está em uso. O nº 1003 é o próximo disponível."
    sandbox.erp.switches.duplicate_number = "accept"
    make(erp, body)


def test_the_next_number_is_a_bare_hint_that_goes_back(sandbox, erp, body):
    assert erp.get("/v1/venda/proximo-numero").text == "1001"
    assert erp.get("/v1/venda/proximo-numero").text == "1001"
    sale = make(erp, body, numero=5000)
    assert erp.get("/v1/venda/proximo-numero").text == "5001"
    erp.post("/v1/venda/exclusao-lote", {"ids": [sale["id"]]})
    assert erp.get("/v1/venda/proximo-numero").text == "1001"
    sandbox.erp.switches.next_number = "null"
    assert erp.get("/v1/venda/proximo-numero").text == "null"


def test_an_approved_sale_lowers_the_balance_and_one_in_progress_does_not(sandbox, erp, body, shirt):
    make(erp, body)
    stock = erp.get(f"/v1/produtos/{shirt}").json()["estoque"]
    assert (stock["quantidade_total"], stock["quantidade_disponivel"], stock["quantidade_reservada"]) == (
        12,
        10,
        2,
    )
    waiting = make(erp, body, numero=1003, situacao="EM_ANDAMENTO")
    assert waiting["situacao"]["nome"] == "IN_PROCESS"
    assert sandbox.erp.product("CAM-AZ-P").stock == 10
    assert erp.put(f"/v1/venda/{waiting['id']}", body | {"numero": 1003, "versao": 1}).status_code == 200
    assert sandbox.erp.product("CAM-AZ-P").stock == 8


def test_the_balance_in_the_list_may_be_the_total(sandbox, erp, body):
    make(erp, body)
    assert erp.get("/v1/produtos").json()["items"][0]["saldo"] == 10
    sandbox.erp.switches.saldo_in_list = "total"
    assert erp.get("/v1/produtos").json()["items"][0]["saldo"] == 12


def test_the_reservation_may_come_late(sandbox, erp, body, clock):
    sandbox.erp.switches.reserve_delay = 10
    sale = make(erp, body)

    def pendency() -> Any:
        return erp.get(f"/v1/venda/{sale['id']}").json()["venda"]["tipo_pendencia"]["nome"]

    assert sandbox.erp.product("CAM-AZ-P").stock == 12
    assert pendency() == "PROCESSAMENTO_RESERVA_DE_ESTOQUE"
    clock.move(seconds=10)
    assert pendency() == "NENHUMA"
    assert sandbox.erp.product("CAM-AZ-P").stock == 10


def test_a_sale_of_more_than_there_is_goes_below_zero(sandbox, erp, body):
    sandbox.erp.set_stock("CAM-AZ-P", 1)
    sale = make(erp, body)
    assert sandbox.erp.product("CAM-AZ-P").stock == -1
    pendency = erp.get(f"/v1/venda/{sale['id']}").json()["venda"]["tipo_pendencia"]["nome"]
    assert pendency == "RESERVA_DE_ESTOQUE"


def test_a_sale_of_a_product_deleted_since_can_still_be_read_and_cancelled(sandbox, erp, body):
    sale = make(erp, body)
    sandbox.erp.delete_product("CAM-AZ-P")
    assert erp.get(f"/v1/venda/{sale['id']}/itens").json()["itens"][0]["nome"] == "Camiseta azul P"
    assert erp.post("/v1/venda/exclusao-lote", {"ids": [sale["id"]]}).json()["atualizados"] == 1


def test_a_put_wants_a_version_where_zero_counts_as_missing(erp, body):
    path = f"/v1/venda/{make(erp, body)['id']}"
    for wrong in (body, body | {"versao": 0}):
        answer = erp.put(path, wrong)
        assert (answer.status_code, answer.json()["error"]) == (400, "O campo 'versao' é obrigatório")
    answer = erp.put(path, body | {"versao": 1, "observacoes": "new"})
    assert set(answer.json()) == {"id", "id_legado"}
    inner = erp.get(path).json()["venda"]
    assert (inner["versao"], inner["observacoes"]) == (1, "new")
    assert erp.put(f"/v1/venda/{uuid.uuid4()}", body | {"versao": 1}).status_code == 404


def test_a_cancelled_sale_gives_the_stock_back_and_takes_no_more_changes(sandbox, erp, body):
    path = f"/v1/venda/{make(erp, body)['id']}"
    assert erp.put(path, body | {"versao": 1, "situacao": "CANCELADO"}).status_code == 200
    assert sandbox.erp.product("CAM-AZ-P").stock == 12
    inner = erp.get(path).json()["venda"]
    assert (inner["situacao"]["nome"], inner["status"]) == ("CANCELADO", "CANCELADO")
    assert erp.put(path, body | {"versao": 2}).status_code == 400


def test_an_invoiced_sale_leaves_the_shelf(sandbox, erp, body):
    sale = make(erp, body)
    nature = str(uuid.uuid4())
    change = body | {"versao": 1, "situacao": "FATURADO", "id_natureza_operacao": nature}
    assert erp.put(f"/v1/venda/{sale['id']}", change).status_code == 200
    product = sandbox.erp.product("CAM-AZ-P")
    assert (product.total, product.reserved) == (10, 0)
    assert erp.get(f"/v1/venda/{sale['id']}").json()["venda"]["id_natureza_operacao"] == nature


def test_a_deleted_sale_is_out_of_the_lists_but_can_be_read(sandbox, erp, body):
    sale = make(erp, body)
    answer = erp.post("/v1/venda/exclusao-lote", {"ids": [sale["id"], str(uuid.uuid4())]})
    assert answer.json() == {"atualizados": 1, "ignorados": 1}
    assert erp.get("/v1/venda/busca").json()["itens"] == []
    inner = erp.get(f"/v1/venda/{sale['id']}").json()["venda"]
    assert (inner["status"], inner["situacao"]["nome"]) == ("CANCELADO", "APROVADO")
    assert sandbox.erp.product("CAM-AZ-P").stock == 12
    few = erp.post("/v1/venda/exclusao-lote", {"ids": []})
    many = erp.post("/v1/venda/exclusao-lote", {"ids": [sale["id"]] * 11})
    assert "deve conter ao menos 1 item" in few.json()["error"]
    assert "não pode conter mais de 10 itens" in many.json()["error"]


def test_a_sale_is_found_by_its_number_and_by_no_note(erp, body, ana, shirt):
    make(erp, body)
    make(erp, body, numero=1003, situacao="EM_ANDAMENTO")

    def numbers(**query: object) -> list[int]:
        return [row["numero"] for row in erp.get("/v1/venda/busca", **query).json()["itens"]]

    assert numbers(numeros=1002) == [1002]
    assert numbers(numeros=[1002, 1003]) == [1002, 1003]
    assert numbers(numeros=1) == []
    assert numbers(termo_busca="1003") == [1003]
    assert numbers(termo_busca="ana") == [1002, 1003]
    assert numbers(termo_busca="88124") == []
    assert numbers(busca_textual="1003") == [1002, 1003]
    assert numbers(situacoes="APROVADO") == [1002]
    assert numbers(totais="WAITING_APPROVED") == [1003]
    assert numbers(ids_clientes=ana, ids_produtos=shirt) == [1002, 1003]
    assert numbers(ids_vendedores=str(uuid.uuid4())) == []
    assert numbers(tipos="SALE_PROPOSAL") == []
    assert numbers(ids_legado_produtos=1) == []
    assert numbers(ids_legado_clientes=1) == []
    assert numbers(data_inicio="2026-11-24", data_fim="2026-11-24") == [1002, 1003]
    assert numbers(data_inicio="2026-11-25") == []
    assert numbers(data_criacao_ate="2026-11-23") == []
    assert numbers(campo_ordenado_descendente="NUMERO") == [1003, 1002]
    assert numbers(campo_ordenado_ascendente="CLIENTE") == [1002, 1003]
    for wrong in (
        {"numeros": "x"},
        {"totais": "approved"},
        {"campo_ordenado_ascendente": "numero"},
        {"data_inicio": "24/11/2026"},
    ):
        assert erp.get("/v1/venda/busca", **wrong).status_code == 400, wrong


def test_a_listed_sale_has_no_notes_and_the_list_has_totals(sandbox, erp, body):
    make(erp, body)
    make(erp, body, numero=1003, situacao="EM_ANDAMENTO")
    sandbox.erp.take_number(1)
    answer = erp.get("/v1/venda/busca").json()
    assert answer["total_itens"] == 3
    assert answer["totais"] == {"total": 260, "aprovado": 130, "cancelado": 0, "esperando_aprovacao": 130}
    assert answer["quantidades"]["aprovado"] == 2
    row = answer["itens"][0]
    assert "observacoes" not in row
    assert (row["total"], row["situacao"]["nome"], row["criado_em"]) == (
        130,
        "APROVADO",
        "2026-11-24T12:00:00.000",
    )


def test_a_new_sale_may_be_late_in_the_search_but_its_number_is_taken_at_once(sandbox, erp, body, clock):
    sandbox.erp.switches.search_lag = 30
    make(erp, body)
    assert erp.get("/v1/venda/busca", numeros=1002).json()["total_itens"] == 0
    assert erp.post("/v1/venda", body).status_code == 400
    clock.move(seconds=30)
    assert erp.get("/v1/venda/busca", numeros=1002).json()["total_itens"] == 1
