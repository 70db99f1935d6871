"""The ERP's products: what is taken, what is refused, and what falls silent."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest

FULL = {
    "nome": "Camiseta azul P",
    "codigo_sku": "CAM-AZ-P",
    "codigo_ean": "7891234567895",
    "formato": "SIMPLES",
    "status": "ATIVO",
    "unidade_medida": {"id": 51617379},
    "estoque": {"valor_venda": 59.9, "custo_medio": 22.5, "estoque_disponivel": 12, "estoque_minimo": 2},
    "fiscal": {
        "origem": "NACIONAL",
        "tipo_produto": "MERCADORIA_PARA_REVENDA",
        "ncm": {"id": 617762},
        "unidade_medida": {"id": 51617379},
    },
    "pesos_dimensoes": {"altura": 3, "largura": 25, "profundidade": 30, "peso_liquido": 0.2, "volumes": 1},
}


def make(erp, **changes) -> Any:
    answer = erp.post("/v1/produtos", FULL | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_new_product_is_shown_whole(sandbox, erp):
    product = make(erp)
    assert product["versao"] == 0
    assert product["codigo_sku"] == "CAM-AZ-P"
    assert product["estoque"]["valor_venda"] == 59.9
    assert product["estoque"]["quantidade_disponivel"] == 12
    assert product["estoque"]["minimumStock"] == 2
    assert product["fiscal"]["ncm"]["codigo"] == "61091000"
    assert product["fiscal"]["cest"] == {}
    assert product["ultima_atualizacao"] == "2026-11-24T15:00:00.000000Z"
    assert erp.get(f"/v1/produtos/{product['id']}").json() == product
    assert sandbox.erp.product("CAM-AZ-P").price == Decimal("59.9")


def test_the_list_has_its_own_names(erp):
    make(erp)
    listed = erp.get("/v1/produtos").json()
    assert listed["totalItems"] == 1
    row = listed["items"][0]
    assert (row["codigo"], row["ean"], row["saldo"]) == ("CAM-AZ-P", "7891234567895", 12)
    assert "codigo_sku" not in row
    assert row["produtos_variacao"] == []


def test_a_name_is_enough_and_the_sku_comes_from_it(erp):
    answer = erp.post("/v1/produtos", {"nome": "Caneca Ipê grande"})
    assert answer.status_code == 201
    assert answer.json()["codigo_sku"] == "CANECA-IPE-GRANDE"


def test_a_price_at_the_root_and_unknown_fields_are_dropped_silently(erp):
    answer = erp.post("/v1/produtos", {"nome": "X", "valor_venda": 9, "codigo": "1", "observacao": "y"})
    assert answer.status_code == 201
    assert answer.json()["estoque"]["valor_venda"] == 0
    assert answer.json()["codigo_ean"] == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"nome": None}, "'nome' é obrigatório"),
        ({"nome": "x" * 101}, "100 caracteres"),
        ({"nome": 5}, "deve ser um texto"),
        ({"codigo_sku": "x" * 21}, "20 caracteres"),
        ({"descricao": "x" * 401}, "400 caracteres"),
        ({"formato": "simples"}, "SIMPLES, VARIACAO"),
        ({"status": "Ativo"}, "ATIVO, INATIVO"),
        ({"estoque": []}, "deve ser um objeto"),
        ({"estoque": {"valor_venda": "59.9"}}, "deve ser numérico"),
        ({"estoque": {"estoque_disponivel": -1}}, "não pode ser negativo"),
        ({"unidade_medida": {"id": "UN"}}, "número inteiro"),
        ({"fiscal": {"origem": "NACIONAL"}}, "unidade de medida"),
        ({"fiscal": {"unidade_medida": {"id": 1}, "origem": "Nacional"}}, "'origem'"),
        ({"fiscal": {"unidade_medida": {"id": 1}, "tipo_produto": "X"}}, "'tipo_produto'"),
    ],
)
def test_a_wrong_field_is_refused_one_at_a_time(sandbox, erp, changes, words):
    answer = erp.post("/v1/produtos", FULL | changes)
    assert answer.status_code == 400
    assert list(answer.json()) == ["error"]
    assert words in answer.json()["error"].replace("A unidade", "unidade")
    assert sandbox.erp.products == {}


def test_a_body_that_is_no_object_is_refused(erp):
    assert erp("POST", "/v1/produtos", content=b"{").status_code == 400
    assert erp.post("/v1/produtos", [1]).status_code == 400
    assert erp("POST", "/v1/produtos", content=b'{"nome": NaN}').status_code == 400


def test_the_envelope_of_errors_is_a_switch(sandbox, erp):
    sandbox.erp.switches.error_envelope = "message"
    assert erp.post("/v1/produtos", {}).json() == {"code": 400, "message": "O campo 'nome' é obrigatório"}


def test_a_sku_is_refused_twice_also_by_an_inactive_product(sandbox, erp):
    sandbox.erp.add_product("CAM-AZ-P", "Old", "1.00", 0, status="INATIVO")
    answer = erp.post("/v1/produtos", FULL)
    assert answer.status_code == 409
    assert "SKU" in answer.json()["error"]
    sandbox.erp.switches.duplicate_sku = "accept"
    make(erp)
    with pytest.raises(ValueError, match="2 of"):
        sandbox.erp.product("CAM-AZ-P")


def test_the_nine_root_fields_can_be_changed_and_the_answer_has_no_body(erp):
    product = make(erp)
    path = f"/v1/produtos/{product['id']}"
    answer = erp.patch(
        path,
        {
            "nome": "Nova",
            "codigo_sku": "NOVA",
            "codigo_ean": "7890000000017",
            "valor_venda": 64.9,
            "peso_liquido": 0.3,
            "peso_bruto": 0.4,
            "unidade_medida": 51617380,
            "ncm": 617763,
            "cest": 8801,
            "descricao": "dropped",
            "status": "INATIVO",
        },
    )
    assert (answer.status_code, answer.content) == (204, b"")
    after = erp.get(path).json()
    assert (after["nome"], after["codigo_sku"], after["codigo_ean"]) == ("Nova", "NOVA", "7890000000017")
    assert after["estoque"]["valor_venda"] == 64.9
    assert after["pesos_dimensoes"]["peso_bruto"] == 0.4
    assert after["fiscal"]["ncm"]["codigo"] == "62034200"
    assert after["fiscal"]["cest"]["id"] == 8801
    assert after["unidade_medida"]["descricao"] == "KG"
    assert (after["descricao"], after["status"], after["versao"]) == ("", "ATIVO", 1)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"ncm": {"id": 617762}}, 400),
        ({"nome": ""}, 400),
        ({"valor_venda": "12"}, 400),
        ({"codigo_sku": "OTHER"}, 409),
    ],
)
def test_a_wrong_change_changes_nothing(sandbox, erp, body, status):
    sandbox.erp.add_product("OTHER", "Other", 1, 1)
    product = make(erp)
    assert erp.patch(f"/v1/produtos/{product['id']}", {"nome": "Nova"} | body).status_code == status
    assert erp.get(f"/v1/produtos/{product['id']}").json() == product


def test_a_stock_in_a_patch_is_ignored_taken_or_refused(sandbox, erp):
    path = f"/v1/produtos/{make(erp)['id']}"
    switches = sandbox.erp.switches
    stock = {"estoque": {"estoque_disponivel": 5}}
    assert erp.patch(path, stock).status_code == 204
    assert sandbox.erp.product("CAM-AZ-P").stock == 12
    assert sandbox.erp.product("CAM-AZ-P").version == 1
    switches.stock_patch = "refuse"
    assert erp.patch(path, stock).status_code == 400
    switches.stock_patch = "take"
    assert erp.patch(path, stock).status_code == 204
    assert sandbox.erp.product("CAM-AZ-P").stock == 5
    assert sandbox.erp.product("CAM-AZ-P").price == Decimal("59.9")


@pytest.mark.parametrize("mode", ["ignore", "take"])
def test_a_stock_in_a_patch_may_zero_the_price(sandbox, erp, mode):
    path = f"/v1/produtos/{make(erp)['id']}"
    sandbox.erp.switches.stock_patch = mode
    sandbox.erp.switches.stock_patch_moves_price = True
    assert erp.patch(path, {"estoque": {"estoque_disponivel": 5}}).status_code == 204
    assert sandbox.erp.product("CAM-AZ-P").price == 0


def test_a_deleted_product_is_gone(sandbox, erp):
    path = f"/v1/produtos/{make(erp)['id']}"
    assert erp("DELETE", path).status_code == 204
    missing = erp.get(path)
    assert (missing.status_code, missing.json()) == (
        404,
        {"error": "O recurso solicitado não foi encontrado"},
    )
    make(erp)
    sandbox.erp.delete_product("CAM-AZ-P")
    with pytest.raises(KeyError):
        sandbox.erp.product("CAM-AZ-P")


def test_ids_are_uuids_and_there_is_no_put(erp):
    assert erp.get("/v1/produtos/123").status_code == 400
    assert erp.get(f"/v1/produtos/{uuid.uuid4()}").status_code == 404
    assert erp.put(f"/v1/produtos/{uuid.uuid4()}", {}).status_code == 405


def test_only_real_filters_filter(sandbox, erp):
    sandbox.erp.add_product("A-1", "Caneca", "10.00", 3)
    sandbox.erp.add_product("A-10", "Prato", "20.00", 4, status="INATIVO")

    def skus(**query: object) -> list[str]:
        return [row["codigo"] for row in erp.get("/v1/produtos", **query).json()["items"] or []]

    assert skus(sku="A-1") == ["A-1"]
    assert skus(busca="prato") == ["A-10"]
    assert skus(status="INATIVO") == ["A-10"]
    assert skus(valor_venda_inicial="15") == ["A-10"]
    assert skus(valor_venda_final="15") == ["A-1"]
    assert skus(produtos_kit_ativo="true") == []
    assert skus(integracao_ecommerce_ativo="true") == []
    assert skus(campo_ordenacao="VALOR_VENDA", direcao_ordenacao="DESC") == ["A-10", "A-1"]
    for ignored in ("codigo", "codigo_sku", "termo_busca", "ids"):
        assert skus(**{ignored: "A-1"}) == ["A-1", "A-10"]
    for wrong in ({"status": "Ativo"}, {"campo_ordenacao": "X"}, {"valor_venda_inicial": "x"}):
        assert erp.get("/v1/produtos", **wrong).status_code == 400


def test_an_empty_list_is_null_or_a_list(sandbox, erp):
    assert erp.get("/v1/produtos").json() == {"totalItems": 0, "items": None}
    sandbox.erp.switches.empty_items = "list"
    assert erp.get("/v1/produtos").json() == {"totalItems": 0, "items": []}


def test_pages_have_allowed_sizes_only(sandbox, erp):
    for number in range(12):
        sandbox.erp.add_product(f"P-{number}", "P", 1, 1)
    assert len(erp.get("/v1/produtos").json()["items"]) == 10
    second = erp.get("/v1/produtos", pagina=2, tamanho_pagina=10).json()
    assert (second["totalItems"], len(second["items"])) == (12, 2)
    answer = erp.get("/v1/produtos", tamanho_pagina=30)
    assert answer.status_code == 400
    assert answer.json()["error"] == (
        "O tamanho da página deve ser um dos seguintes valores: 10, 20, 50, 100, 200, 500 ou 1000"
    )
    assert erp.get("/v1/produtos", pagina=0).status_code == 400


def test_the_change_window_wants_both_ends_no_suffix_and_a_year_at_most(sandbox, erp, clock):
    make(erp)

    def window(first: str | None, last: str | None):
        return erp.get("/v1/produtos", data_alteracao_de=first, data_alteracao_ate=last)

    # The clock says 15:00 UTC, which is 12:00 in São Paulo.
    assert window("2026-11-24T12:00:00", "2026-11-24T12:00:01").json()["totalItems"] == 1
    assert window("2026-11-24T12:00:01", "2026-11-24T13:00:00").json()["totalItems"] == 0
    for wrong in [
        ("2026-11-24T12:00:00", None),
        ("2026-11-24T12:00:00Z", "2026-11-24T13:00:00Z"),
        ("2026-11-24", "2026-11-25"),
        ("yesterday", "today"),
        ("2025-11-23T12:00:00", "2026-11-24T13:00:00"),
    ]:
        assert window(*wrong).status_code == 400, wrong


def test_a_new_product_may_be_late_in_lists_but_its_sku_is_taken_at_once(sandbox, erp, clock):
    sandbox.erp.switches.product_lag = 5
    product = make(erp)
    assert erp.get("/v1/produtos", sku="CAM-AZ-P").json()["totalItems"] == 0
    assert erp.get(f"/v1/produtos/{product['id']}").status_code == 200
    assert erp.post("/v1/produtos", FULL).status_code == 409
    clock.move(seconds=5)
    assert erp.get("/v1/produtos", sku="CAM-AZ-P").json()["totalItems"] == 1


def test_variations_have_their_own_ids_and_balances(sandbox, erp):
    body = {
        "nome": "Camiseta",
        "codigo_sku": "CAM",
        "formato": "VARIACAO",
        "variacao": {
            "tipos": [{"descricao": "Tamanho", "opcoes": [{"id": "o-1", "descricao": "P"}]}],
            "produtos": [{"codigo_sku": "CAM-P", "saldo": 3, "valor_venda": 50, "opcoes": [{"id": "o-1"}]}],
        },
    }
    product = erp.post("/v1/produtos", body).json()
    child = product["variacao"]["produtos"][0]
    assert (child["codigo_sku"], child["saldo"]) == ("CAM-P", 3)
    listed = erp.get("/v1/produtos", sku="CAM-P").json()["items"]
    assert listed[0]["produtos_variacao"][0]["id"] == child["id"]
    assert listed[0]["produtos_variacao"][0]["id_produto_pai_variacao"] == product["id"]
    assert erp.get(f"/v1/produtos/{child['id']}").json()["estoque"]["quantidade_total"] == 3
    assert erp("DELETE", f"/v1/produtos/{product['id']}").status_code == 204
    assert sandbox.erp.products == {}


def test_a_kit_shows_its_parts(erp):
    part = make(erp)
    kit = {
        "valor_venda": 100,
        "items": [{"id_produto": part["id"], "quantidade": 2, "valor_unitario": 50, "valor_total": 100}],
    }
    answer = erp.post("/v1/produtos", {"nome": "Kit", "detalhe_kit": kit})
    assert answer.json()["detalhe_kit"]["items"][0]["codigo"] == "CAM-AZ-P"
    assert erp.get("/v1/produtos", produtos_kit_ativo="true").json()["items"][0]["tipo"] == "KIT_PRODUTO"


def test_the_level_of_the_stock_is_shown(sandbox, erp):
    product = make(erp, estoque={"estoque_disponivel": 5, "estoque_minimo": 2, "estoque_maximo": 9})
    for stock, level in ((2, "MINIMO"), (9, "MAXIMO"), (5, "PADRAO")):
        sandbox.erp.set_stock("CAM-AZ-P", stock)
        assert erp.get("/v1/produtos", sku=product["codigo_sku"]).json()["items"][0]["nivel_estoque"] == level


@pytest.mark.parametrize("name", ["categorias", "cest", "ncm", "unidades-medida", "ecommerce-marcas"])
def test_the_catalogues_can_be_read(erp, name):
    answer = erp.get(f"/v1/produtos/{name}")
    assert answer.status_code == 200
    assert set(answer.json()) == {"total_items", "items"}
    assert erp.get(f"/v1/produtos/{name}", tamanho_pagina=3).status_code == 400


def test_an_ncm_is_found_by_its_code(erp):
    found = erp.get("/v1/produtos/ncm", busca_textual="61091000").json()
    assert found["items"] == [
        {"id": 617762, "codigo": "61091000", "descricao": "Camisetas de malha de algodão"}
    ]


def test_shop_categories_are_refused_as_on_an_account_without_a_shop_link(erp):
    answer = erp.get("/v1/produtos/ecommerce-categorias")
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("Os filtros informados")
