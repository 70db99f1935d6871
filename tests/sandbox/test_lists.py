"""The ERP's lists: under which names they tell their rows, how many, and what they want to be asked."""

from __future__ import annotations

import uuid

import pytest

from tests.sandbox.test_sales import make

CENTRES = "/v1/centro-de-custo"
PAGE = {"pagina": 1, "tamanho_pagina": 50}


def test_sellers_accounts_and_categories_can_be_read(erp):
    sellers = erp.get("/v1/venda/vendedores").json()
    assert sellers[0]["nome"] == "Caio Lima"
    assert "id_legado" not in sellers[1]
    accounts = erp.get("/v1/conta-financeira", apenas_ativo="true").json()
    assert (accounts["itens_totais"], accounts["itens"][0]["conta_padrao"]) == (1, True)
    assert erp.get("/v1/conta-financeira").json()["itens_totais"] == 2
    revenues = erp.get("/v1/categorias", permite_apenas_filhos="true", tipo="RECEITA").json()
    assert [row["nome"] for row in revenues["itens"]] == ["Vendas de produtos"]


def test_an_unknown_route_and_an_unknown_id_have_two_texts(erp):
    for path in ("/v1/nada", "/v1/notas-fiscais", "/v1/venda/busca/"):
        answer = erp.get(path)
        assert (answer.status_code, answer.json()) == (404, {"message": "Not Found"})
    assert erp.post("/v1/categorias", {}).status_code == 405
    assert erp.patch(f"/v1/venda/{uuid.uuid4()}", {}).status_code == 405
    for path in (f"/v1/venda/{uuid.uuid4()}", "/v1/venda/12", f"/v1/pessoas/{uuid.uuid4()}"):
        answer = erp.get(path)
        assert (answer.status_code, answer.json()) == (
            404,
            {"error": "O recurso solicitado não foi encontrado"},
        )


def test_cost_centres_are_listed_under_items_beside_itens_totais(erp):
    answer = erp.get(CENTRES, **PAGE).json()
    assert set(answer) == {"itens_totais", "items", "totais"}
    assert (answer["itens_totais"], answer["totais"]) == (3, {"ativo": 2, "inativo": 1, "todos": 3})
    assert [(row["nome"], row["codigo"], row["ativo"]) for row in answer["items"]] == [
        ("Loja virtual", "010", True),
        ("Balcão", None, True),
        ("Feira de 2019", "019", False),
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"filtro_rapido": "ATIVO"}, ["Loja virtual", "Balcão"]),
        ({"filtro_rapido": "INATIVO"}, ["Feira de 2019"]),
        ({"filtro_rapido": "TODOS", "busca": "loja"}, ["Loja virtual"]),
        ({"busca": "019"}, ["Feira de 2019"]),
        ({"campo_ordenado_ascendente": "nome"}, ["Balcão", "Feira de 2019", "Loja virtual"]),
        ({"campo_ordenado_descendente": "codigo"}, ["Feira de 2019", "Loja virtual", "Balcão"]),
    ],
)
def test_cost_centres_are_filtered_and_sorted(erp, query, names):
    assert [row["nome"] for row in erp.get(CENTRES, **PAGE, **query).json()["items"]] == names


def test_cost_centres_refuse_a_wrong_filter_and_a_wrong_page(erp):
    for wrong in ({"filtro_rapido": "ativo"}, {"tamanho_pagina": 25}, {"pagina": 0}):
        assert erp.get(CENTRES, **PAGE | wrong).status_code == 400


def test_a_cost_centre_is_made_of_a_name_and_perhaps_a_code(erp):
    answer = erp.post(CENTRES, {"nome": "Atacado", "codigo": "020"})
    made = answer.json()
    assert (answer.status_code, made["nome"], made["codigo"], made["ativo"]) == (200, "Atacado", "020", True)
    assert erp.get(CENTRES, busca="atacado", **PAGE).json()["items"] == [made]
    assert erp.post(CENTRES, {"nome": "Feira", "codigo": None}).json()["codigo"] is None
    missing = erp.post(CENTRES, {"codigo": "1"})
    assert (missing.status_code, missing.json()) == (400, {"error": "O campo 'nome' é obrigatório"})


def test_services_are_listed_and_there_are_none(erp):
    assert erp.get("/v1/servicos", pagina=1).json() == {"itens_totais": 0, "itens": [], "totais": {}}


def test_what_the_docs_require_is_missed_by_a_strict_erp_alone(sandbox, erp):
    assert [row["tipo"] for row in erp.get("/v1/categorias", tipo="RECEITA").json()["itens"]] == ["RECEITA"]
    assert erp.get(CENTRES).status_code == 200
    sandbox.erp.switches.required_query = "strict"
    whole = PAGE | {"permite_apenas_filhos": "true"}
    assert erp.get("/v1/categorias", **whole).status_code == 200
    for name in whole:
        answer = erp.get("/v1/categorias", **{key: value for key, value in whole.items() if key != name})
        assert (answer.status_code, answer.json()) == (400, {"error": f"O campo '{name}' é obrigatório"})
    assert erp.get(CENTRES, pagina=1).status_code == 400
    assert erp.get(CENTRES, **PAGE).status_code == 200


LISTS = {
    "/v1/produtos": ("totalItems", "items"),
    "/v1/pessoas": ("totalItems", "items"),
    "/v1/produtos/cest": ("total_items", "items"),
    "/v1/venda/busca": ("total_itens", "itens"),
    "/v1/conta-financeira": ("itens_totais", "itens"),
    "/v1/categorias": ("itens_totais", "itens"),
    CENTRES: ("itens_totais", "items"),
}


@pytest.mark.parametrize("path", LISTS)
def test_the_key_of_the_rows_and_their_number_are_switches(sandbox, erp, body, path):
    make(erp, body)
    total, rows = LISTS[path]
    before = erp.get(path).json()
    count = len(before[rows])
    assert before[total] == count > 0
    for switch in ("items", "itens"):
        sandbox.erp.switches.rows_under = switch
        answer = erp.get(path).json()
        assert answer[switch] == before[rows]
        assert {"items", "itens"} & set(answer) == {switch}
    sandbox.erp.switches.rows_under = "documented"
    for switch, told in (("low", 0), ("high", count + 1)):
        sandbox.erp.switches.told_total = switch
        answer = erp.get(path).json()
        assert (answer[total], len(answer[rows])) == (told, count)
