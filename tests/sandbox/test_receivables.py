"""What the ERP is to receive: the parts of a sale, what settles them, and what only looks as if it did."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.sandbox.test_sales import make, paying

EVENTS = "/v1/financeiro/eventos-financeiros"
ACCOUNT = "0a6f6c2e-1111-4222-8333-944445555666"
NOBODY = str(uuid.uuid4())


@pytest.fixture
def in_two(body):
    """A sale of 130.00 in two parts, the first of which is due tomorrow."""
    paid = {
        "tipo_pagamento": "CARTAO_CREDITO",
        "id_conta_financeira": ACCOUNT,
        "nsu": "88124",
        "opcao_condicao_pagamento": "2x",
        "parcelas": [
            {"data_vencimento": "2026-11-25", "valor": 64.99, "descricao": "Pedido 88124"},
            {"data_vencimento": "2026-12-25", "valor": 65.01},
        ],
    }
    return body | {"condicao_pagamento": paid}


def event(erp, sale: Any) -> str:
    return str(erp.get(f"/v1/venda/{sale['id']}").json()["evento_financeiro"]["id"])


def parts(erp, sale: Any) -> Any:
    answer = erp.get(f"{EVENTS}/{event(erp, sale)}/parcelas")
    assert answer.status_code == 200, answer.text
    return answer.json()


def read(erp, part: Any) -> Any:
    return erp.get(f"{EVENTS}/parcelas/{part['id']}").json()


def money(gross: float, **more: float) -> Any:
    return {
        "data_pagamento": "2026-11-24",
        "conta_financeira": ACCOUNT,
        "composicao_valor": {"valor_bruto": gross, **more},
    }


def settle(erp, part: Any, gross: float, **changes: Any) -> Any:
    return erp.post(f"{EVENTS}/parcelas/{part['id']}/baixa", money(gross) | changes)


def test_an_approved_sale_has_its_parts_in_a_bare_array(erp, in_two):
    sale = make(erp, in_two)
    first, second = parts(erp, sale)
    assert {name: first[name] for name in ("status", "indice", "data_vencimento", "nao_pago", "nsu")} == {
        "status": "PENDENTE",
        "indice": 1,
        "data_vencimento": "2026-11-25",
        "nao_pago": 64.99,
        "nsu": "88124",
    }
    assert (first["versao"], first["baixas"], first["metodo_pagamento"]) == (1, [], "CARTAO_CREDITO")
    assert (first["descricao"], second["descricao"]) == ("Pedido 88124", "Venda 1002")
    assert first["conta_financeira"]["nome"] == "Conta corrente da loja"
    assert (second["data_vencimento"], second["valor_composicao"]["valor_bruto"]) == ("2026-12-25", 65.01)
    assert first["evento"]["referencia"] == {"id": sale["id"], "origem": "VENDA"}
    assert read(erp, first) == first


def test_a_sale_in_progress_has_parts_once_it_is_approved_and_they_follow_it(erp, in_two, body):
    sale = make(erp, in_two, situacao="EM_ANDAMENTO")
    path = f"/v1/venda/{sale['id']}"
    assert parts(erp, sale) == []
    erp.put(path, in_two | {"versao": 1})
    ids = [part["id"] for part in parts(erp, sale)]
    assert len(ids) == 2
    erp.put(path, paying(body, "30", 130) | {"versao": 2})
    after = parts(erp, sale)
    assert [part["id"] for part in after] == ids
    assert [(part["status"], part["valor_composicao"]["valor_bruto"]) for part in after] == [
        ("PENDENTE", 130),
        ("CANCELADO", 65.01),
    ]
    erp.put(path, paying(body, "30", 130) | {"versao": 3, "situacao": "CANCELADO"})
    assert {part["status"] for part in parts(erp, sale)} == {"CANCELADO"}


def test_a_deleted_sale_is_not_to_be_received(sandbox, erp, in_two):
    sale = make(erp, in_two)
    sandbox.erp.delete_sale(1002)
    first = parts(erp, sale)[0]
    assert first["status"] == "CANCELADO"
    assert settle(erp, first, 1).status_code == 400


def test_what_a_sale_is_booked_on_is_told_by_its_parts(erp, in_two):
    category = erp.get("/v1/categorias", tipo="RECEITA").json()["itens"][0]["id"]
    centre = erp.get("/v1/centro-de-custo").json()["items"][0]["id"]
    share = parts(erp, make(erp, in_two, id_categoria=category, id_centro_custo=centre))[0]["evento"][
        "rateio"
    ][0]
    assert (share["nome_categoria"], share["valor"]) == ("Vendas de produtos", 130)
    assert share["rateio_centro_custo"][0]["nome_centro_custo"] == "Loja virtual"


def test_the_parts_of_a_new_sale_may_come_late(sandbox, erp, in_two, clock):
    sandbox.erp.switches.parts_lag = 6
    sale = make(erp, in_two)
    for _ in range(4):
        assert parts(erp, sale) == []
        clock.move(seconds=1.5)
    assert len(parts(erp, sale)) == 2


def test_whether_a_sales_event_tells_parts_is_a_switch(sandbox, erp, in_two):
    sandbox.erp.switches.sale_parts = "none"
    assert parts(erp, make(erp, in_two)) == []


def test_a_part_late_is_told_so(erp, in_two, clock):
    sale = make(erp, in_two)
    clock.move(days=2)
    erp.tokens = erp.sign_in()
    assert [part["status"] for part in parts(erp, sale)] == ["ATRASADO", "PENDENTE"]


def test_a_part_is_settled_at_once_and_read_under_another_name(erp, in_two):
    first = parts(erp, make(erp, in_two))[0]
    body = money(64.99, taxa=2.5) | {
        "metodo_pagamento": "PIX_PAGAMENTO_INSTANTANEO",
        "observacao": "payout 1",
        "nsu": "9",
    }
    answer = erp.post(f"{EVENTS}/parcelas/{first['id']}/baixa", body)
    made = answer.json()
    assert (answer.status_code, made["versao"]) == (200, 1)
    assert made["composicao_valor"] == {
        "valor_bruto": 64.99,
        "taxa": 2.5,
        "multa": 0,
        "juros": 0,
        "desconto": 0,
    }
    listed = erp.get(f"{EVENTS}/parcelas/{first['id']}/baixa").json()
    assert listed == [erp.get(f"{EVENTS}/parcelas/baixa/{made['id']}").json()]
    assert listed[0]["valor_composicao"] == made["composicao_valor"]
    assert (listed[0]["conta_financeira"], listed[0]["id_parcela"]) == (ACCOUNT, first["id"])
    whole = read(erp, first)
    assert (whole["status"], whole["nao_pago"], whole["valor_pago"]) == ("QUITADO", 0, 64.99)
    assert whole["baixas"][0]["conta_financeira"]["id"] == ACCOUNT
    assert whole["baixas"][0]["valor_composicao"]["valor_liquido"] == 62.49


def test_parts_of_a_part_are_settled_and_a_repeat_counts_twice(erp, in_two):
    first = parts(erp, make(erp, in_two))[0]
    assert settle(erp, first, 34.99).status_code == 200
    half = read(erp, first)
    assert (half["status"], half["nao_pago"]) == ("RECEBIDO_PARCIAL", 30)
    settle(erp, first, 34.99)
    assert read(erp, first)["valor_pago"] == 69.98
    assert len(erp.get(f"{EVENTS}/parcelas/{first['id']}/baixa").json()) == 2


@pytest.mark.parametrize("name", ["data_pagamento", "conta_financeira", "composicao_valor", "valor_bruto"])
def test_a_missing_field_is_told_as_html_inside_json(erp, in_two, name):
    first = parts(erp, make(erp, in_two))[0]
    body = {key: value for key, value in money(1).items() if key != name}
    if name == "valor_bruto":
        body["composicao_valor"] = {"taxa": 1}
    answer = erp.post(f"{EVENTS}/parcelas/{first['id']}/baixa", body)
    assert (answer.status_code, answer.json()["code"]) == (400, 400)
    assert answer.json()["message"].startswith("<html>")
    assert name in answer.json()["message"]
    assert read(erp, first)["baixas"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"data_pagamento": "24/11/2026"},
        {"conta_financeira": "12"},
        {"metodo_pagamento": "PIX"},
        {"metodo_pagamento": "VALE_PRESENTE"},
        {"composicao_valor": {"valor_bruto": -1}},
        {"composicao_valor": {"valor_bruto": 1, "taxa": -1}},
        {"composicao_valor": 1},
    ],
)
def test_a_wrong_settlement_is_refused(erp, in_two, wrong):
    first = parts(erp, make(erp, in_two))[0]
    assert settle(erp, first, 1, **wrong).status_code == 400
    assert read(erp, first)["baixas"] == []


def test_whether_a_day_to_come_is_taken_is_a_switch(sandbox, erp, in_two):
    first = parts(erp, make(erp, in_two))[0]
    answer = settle(erp, first, 1, data_pagamento="2026-11-25")
    assert (answer.status_code, "futura" in answer.json()["message"]) == (400, True)
    sandbox.erp.switches.future_settlement = "accept"
    assert settle(erp, first, 1, data_pagamento="2026-11-25").status_code == 200


def test_a_settlement_is_undone_with_an_empty_200(erp, in_two):
    first = parts(erp, make(erp, in_two))[0]
    made = settle(erp, first, 64.99).json()
    path = f"{EVENTS}/parcelas/baixa/{made['id']}"
    answer = erp("DELETE", path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert read(erp, first)["status"] == "PENDENTE"
    assert erp("DELETE", path).status_code == 404
    assert erp.get(path).status_code == 404


def test_a_settlement_is_changed_with_its_current_version_alone(erp, in_two):
    first = parts(erp, make(erp, in_two))[0]
    made = settle(erp, first, 64.99).json()
    path = f"{EVENTS}/parcelas/baixa/{made['id']}"
    change = {"composicao_valor": {"valor_bruto": 60}, "observacao": "less"}
    for stale in ({}, {"versao": 0}, {"versao": 2}):
        assert erp.patch(path, change | stale).status_code == 409
    answer = erp.patch(path, change | {"versao": 1})
    assert (answer.status_code, answer.json()["versao"], answer.json()["observacao"]) == (200, 2, "less")
    assert answer.json()["composicao_valor"]["valor_bruto"] == 60
    assert read(erp, first)["nao_pago"] == 4.99


def test_a_part_is_changed_with_its_current_version_alone(erp, in_two):
    first = parts(erp, make(erp, in_two))[0]
    path = f"{EVENTS}/parcelas/{first['id']}"
    change = {
        "nota": "later",
        "vencimento": "2026-12-01",
        "data_pagamento_esperado": "2026-12-02",
        "metodo_pagamento": "BOLETO_BANCARIO",
        "id_conta_financeira": ACCOUNT,
        "composicao_valor": {"valor_bruto": 60},
    }
    for stale in ({}, {"versao": 9}):
        assert erp.patch(path, change | stale).status_code == 409
    answer = erp.patch(path, change | {"versao": 1})
    assert answer.status_code == 200
    assert (answer.json()["versao"], answer.json()["vencimento"]) == (2, "2026-12-01")
    whole = read(erp, first)
    assert (whole["nota"], whole["data_vencimento"], whole["nao_pago"]) == ("later", "2026-12-01", 60)
    assert erp.patch(path, {"versao": 2, "vencimento": "1/12"}).status_code == 400


def test_a_patch_of_value_and_date_is_a_success_that_settles_nothing(erp, in_two):
    first = parts(erp, make(erp, in_two))[0]
    answer = erp.patch(f"{EVENTS}/parcelas/{first['id']}", {"valor": 64.99, "data": "2026-11-24"})
    assert answer.status_code == 200
    assert read(erp, first) == first


def test_whether_a_sale_with_settled_parts_can_be_cancelled_is_a_switch(sandbox, erp, in_two):
    sale = make(erp, in_two)
    settle(erp, parts(erp, sale)[0], 10)
    cancel = in_two | {"versao": 1, "situacao": "CANCELADO"}
    answer = erp.put(f"/v1/venda/{sale['id']}", cancel)
    assert (answer.status_code, "baixadas" in answer.json()["error"]) == (400, True)
    sandbox.erp.switches.cancel_settled = "accept"
    assert erp.put(f"/v1/venda/{sale['id']}", cancel).status_code == 200


def test_what_is_not_there_is_a_404_and_what_is_no_uuid_a_400(erp):
    for path in (f"{NOBODY}/parcelas", f"parcelas/{NOBODY}", f"parcelas/{NOBODY}/baixa"):
        answer = erp.get(f"{EVENTS}/{path}")
        expected = {"code": 404, "message": "O recurso solicitado não foi encontrado"}
        assert (answer.status_code, answer.json()) == (404, expected), path
        assert erp.get(f"{EVENTS}/{path.replace(NOBODY, '12')}").status_code == 400
    assert erp.patch(f"{EVENTS}/parcelas/{NOBODY}", {}).status_code == 404
    assert settle(erp, {"id": NOBODY}, 1).status_code == 404


def test_the_search_tells_the_parts_that_are_due_in_a_period(erp, in_two, ana):
    sale = make(erp, in_two)
    period = {"data_vencimento_de": "2026-11-01", "data_vencimento_ate": "2026-11-30"}
    answer = erp.get(f"{EVENTS}/contas-a-receber/buscar", pagina=1, tamanho_pagina=50, **period).json()
    assert (answer["itens_totais"], len(answer["itens"])) == (1, 1)
    row = answer["itens"][0]
    assert row["id"] == parts(erp, sale)[0]["id"]
    assert (row["total"], row["nao_pago"], row["pago"]) == (64.99, 64.99, 0)
    assert (row["status_traduzido"], row["cliente"]) == ("EM_ABERTO", {"id": ana, "nome": "Ana Souza"})


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"status": "EM_ABERTO"}, 1),
        ({"status": ["EM_ABERTO", "RECEBIDO_PARCIAL"]}, 2),
        ({"status": "RECEBIDO"}, 0),
        ({"descricao": "pedido"}, 1),
        ({"valor_de": "65", "valor_ate": "66.00"}, 1),
        ({"data_pagamento_de": "2026-11-24"}, 1),
        ({"data_competencia_ate": "2026-11-23"}, 0),
        ({"ids_contas_financeiras": ACCOUNT}, 2),
        ({"ids_clientes": NOBODY}, 0),
        ({"ids_categorias": NOBODY}, 0),
        ({"ids_centros_de_custo": NOBODY}, 0),
        ({"data_alteracao_de": "2026-11-25T00:00:00", "data_alteracao_ate": "2026-11-26T00:00:00"}, 0),
    ],
)
def test_the_search_has_filters(erp, in_two, query, count):
    settle(erp, parts(erp, make(erp, in_two))[0], 1)
    period = {"data_vencimento_de": "2026-11-01", "data_vencimento_ate": "2026-12-31"}
    assert len(erp.get(f"{EVENTS}/contas-a-receber/buscar", **period, **query).json()["itens"]) == count


def test_the_search_wants_both_ends_and_the_right_words(sandbox, erp):
    path, period = f"{EVENTS}/contas-a-receber/buscar", {"data_vencimento_ate": "2026-12-31"}
    missing = erp.get(path, **period)
    assert (missing.status_code, "data_vencimento_de" in missing.json()["message"]) == (400, True)
    period |= {"data_vencimento_de": "2026-11-01"}
    assert erp.get(path, **period).status_code == 200
    for wrong in ({"status": "PENDENTE"}, {"valor_de": "x"}, {"data_vencimento_de": "1/11"}):
        assert erp.get(path, **period | wrong).status_code == 400, wrong
    sandbox.erp.switches.required_query = "strict"
    assert erp.get(path, **period).status_code == 400


def test_a_late_part_is_found_under_its_words_and_a_cancelled_one_not_at_all(sandbox, erp, in_two, clock):
    make(erp, in_two)
    period = {"data_vencimento_de": "2026-11-01", "data_vencimento_ate": "2026-11-30"}
    clock.move(days=2)
    erp.tokens = erp.sign_in()
    row = erp.get(f"{EVENTS}/contas-a-receber/buscar", **period).json()["itens"][0]
    assert (row["status"], row["status_traduzido"]) == ("OVERDUE", "ATRASADO")
    sandbox.erp.delete_sale(1002)
    assert erp.get(f"{EVENTS}/contas-a-receber/buscar", **period).json()["itens"] == []
