"""A sale as the ERP tells it afterwards: what is swapped, dropped, deleted, and found."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.sandbox.test_sales import make, paying


def read(erp, sale: Any) -> Any:
    return erp.get(f"/v1/venda/{sale['id']}").json()


def test_the_event_of_a_sale_is_not_the_sale(erp, body):
    sale = make(erp, body)
    event = read(erp, sale)["evento_financeiro"]["id"]
    assert event != sale["id"]
    assert read(erp, sale)["evento_financeiro"]["id"] == event
    assert str(uuid.UUID(event)) == event


def test_whether_reading_swaps_the_notes_is_a_switch(sandbox, erp, body):
    sale = make(erp, body)

    def notes() -> Any:
        inner = read(erp, sale)["venda"]
        return inner["observacoes"], inner["condicao_pagamento"]["observacoes_pagamento"]

    assert notes() == ("[loja:pedido-88124]", "Pix confirmado")
    sandbox.erp.switches.swapped_notes = True
    assert notes() == ("Pix confirmado", "[loja:pedido-88124]")


def test_the_word_for_pix_in_reading_is_a_switch(sandbox, erp, body):
    sale = make(erp, body)
    assert read(erp, sale)["venda"]["condicao_pagamento"]["tipo_pagamento"] == "PIX_PAGAMENTO_INSTANTANEO"
    sandbox.erp.switches.pix_word = "PAGAMENTO_INSTANTANEO"
    assert read(erp, sale)["venda"]["condicao_pagamento"]["tipo_pagamento"] == "PAGAMENTO_INSTANTANEO"
    in_cash = body | {"condicao_pagamento": body["condicao_pagamento"] | {"tipo_pagamento": "DINHEIRO"}}
    sale = make(erp, in_cash, numero=1003)
    assert read(erp, sale)["venda"]["condicao_pagamento"]["tipo_pagamento"] == "DINHEIRO"


def test_a_sale_deleted_in_the_erp_is_read_as_cancelled_its_situation_unchanged(sandbox, erp, body):
    sale = make(erp, body)
    sandbox.erp.delete_sale(1002)
    answer = erp.get(f"/v1/venda/{sale['id']}")
    inner = answer.json()["venda"]
    assert (answer.status_code, inner["status"], inner["situacao"]["nome"]) == (200, "CANCELADO", "APROVADO")
    assert erp.get("/v1/venda/busca", numeros=1002).json()["itens"] == []
    assert sandbox.erp.product("CAM-AZ-P").stock == 12


def test_a_put_drops_category_and_cost_centre_silently(erp, body):
    booked = {"id_categoria": str(uuid.uuid4()), "id_centro_custo": str(uuid.uuid4())}
    sale = make(erp, body, **booked)
    dropped = {"id_categoria": str(uuid.uuid4()), "id_centro_custo": "not even an id"}
    assert erp.put(f"/v1/venda/{sale['id']}", body | dropped | {"versao": 1}).status_code == 200
    inner = read(erp, sale)["venda"]
    assert {name: inner[name] for name in booked} == booked


def test_whether_a_sale_wants_a_client_is_a_switch(sandbox, erp, body):
    body = body | {"id_cliente": sandbox.erp.add_person("Fornecedora", "1", profiles=("Fornecedor",))}
    answer = erp.post("/v1/venda", body)
    assert answer.json() == {"error": "Cliente da venda não encontrado com o ID informado"}
    sandbox.erp.switches.buyer_profile = "any"
    make(erp, body)


def test_three_thirds_of_a_hundred_want_the_last_centavo(erp, body, shirt):
    body = paying(body, "3x", 33.33, 33.33, 33.33) | {
        "itens": [{"id": shirt, "quantidade": 1, "valor": 100}],
        "composicao_de_valor": {},
    }
    assert erp.post("/v1/venda", body).status_code == 400
    make(erp, paying(body, "3x", 33.33, 33.33, 33.34))


@pytest.mark.parametrize(
    ("taken", "found"), [(False, None), (True, [1002, 1003])], ids=["refused", "two numbers"]
)
def test_whether_a_comma_separates_numbers_is_a_switch(sandbox, erp, body, taken, found):
    sandbox.erp.switches.comma_numbers = taken
    for number in (1002, 1003, 1004):
        make(erp, body, numero=number)
    repeated = erp.get("/v1/venda/busca", numeros=[1002, 1003]).json()["itens"]
    assert [row["numero"] for row in repeated] == [1002, 1003]
    answer = erp.get("/v1/venda/busca", numeros="1002,1003")
    if found is None:
        assert answer.status_code == 400
    else:
        assert [row["numero"] for row in answer.json()["itens"]] == found


def test_the_words_of_a_search_are_the_clients_name_and_the_number(sandbox, erp, body, ana):
    sandbox.erp.people[ana].email = "ana@example.com"
    make(erp, body)
    for words, count in (("ana souza", 1), ("1002", 1), ("ana@example.com", 0), ("88124", 0)):
        assert erp.get("/v1/venda/busca", termo_busca=words).json()["total_itens"] == count, words
    for wrong in ({"totais": "x"}, {"campo_ordenado_descendente": "VALOR"}, {"tamanho_pagina": 25}):
        assert erp.get("/v1/venda/busca", **wrong).status_code == 400, wrong
    assert erp.get("/v1/venda/busca", tamanho_pagina=1000).status_code == 200
