"""The ERP's people: accents, documents, phones, and lists that show too many."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

ADDRESS = {
    "cep": "01310100",
    "logradouro": "Av Paulista",
    "numero": "1000",
    "bairro": "Bela Vista",
    "cidade": "São Paulo",
    "estado": "SP",
    "pais": "Brasil",
}
ANA = {
    "nome": "Ana Souza",
    "tipo_pessoa": "Física",
    "perfis": [{"tipo_perfil": "Cliente"}],
    "cpf": "529.982.247-25",
    "email": "ana@example.com",
    "telefone_celular": "11988887777",
    "enderecos": [ADDRESS],
}


def make(erp, **changes) -> Any:
    answer = erp.post("/v1/pessoas", ANA | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_new_person_is_shown_in_three_shapes(sandbox, erp):
    person = make(erp)
    assert person["cpf"] == "52998224725"
    assert person["perfis"][0]["tipo_perfil"] == "Cliente"
    row = erp.get("/v1/pessoas", documentos="52998224725").json()["items"][0]
    assert (row["id"], row["documento"], row["perfis"]) == (person["id"], "52998224725", ["CLIENTE"])
    assert row["endereco"] is None
    assert row["data_criacao"] == "2026-11-24T12:00:00"
    with_address = erp.get("/v1/pessoas", com_endereco="true").json()["items"][0]
    assert with_address["endereco"]["cidade"] == "São Paulo"
    whole = erp.get(f"/v1/pessoas/{person['id']}").json()
    assert (whole["documento"], whole["data_alteracao"], whole["criado_em"]) == (
        "52998224725",
        "",
        "2026-11-24",
    )
    assert erp.get(f"/v1/pessoas/legado/{row['uuid_legado']}").json() == whole


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"nome": ""}, "'nome'"),
        ({"tipo_pessoa": None}, "'tipo_pessoa' é obrigatório"),
        ({"tipo_pessoa": "FISICA"}, "Física, Jurídica"),
        ({"tipo_pessoa": "Fisica"}, "Física, Jurídica"),
        ({"perfis": ["Cliente"]}, "lista de objetos"),
        ({"perfis": [{"tipo_perfil": "CLIENTE"}]}, "deve ser um dos seguintes valores: Cliente, Fornecedor"),
        ({"telefone_celular": "5511988887777"}, "telefone celular"),
        ({"telefone_celular": "(11) 98888-7777"}, "telefone celular"),
        ({"telefone_celular": "1133334444"}, "telefone celular"),
        ({"enderecos": [ADDRESS | {"estado": "sp"}]}, "'estado'"),
        ({"enderecos": [ADDRESS | {"cidade": "S. Paulo 2"}]}, "'cidade' não é uma cidade conhecida"),
        ({"enderecos": "Av Paulista"}, "lista de objetos"),
        ({"data_nascimento": "01/02/1990"}, "data_nascimento"),
        ({"inscricoes": [{"indicador_inscricao_estadual": "NAO_CONTRIBUINTE"}]}, "NAO CONTRIBUINTE"),
        ({"tipo_pessoa": "Estrangeira", "cpf": None}, "estrangeira"),
    ],
)
def test_a_wrong_field_is_refused(sandbox, erp, changes, words):
    answer = erp.post("/v1/pessoas", ANA | changes)
    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert sandbox.erp.people == {}


def test_a_mobile_number_may_come_without_its_area(sandbox, erp):
    make(erp, telefone_celular="988887777")
    assert [person.mobile for person in sandbox.erp.people.values()] == ["988887777"]


def test_documento_and_telefone_are_dropped_silently(sandbox, erp):
    answer = erp.post(
        "/v1/pessoas",
        {"nome": "Ana", "tipo_pessoa": "Física", "documento": "52998224725", "telefone": "11988887777"},
    )
    assert answer.status_code == 201
    person = sandbox.erp.people[answer.json()["id"]]
    assert (person.document, person.mobile, person.profiles) == ("", "", [])


def test_a_document_is_refused_twice_whatever_the_profile_and_activity(sandbox, erp):
    sandbox.erp.add_person("Other", "529.982.247-25", profiles=("Fornecedor",), active=False)
    answer = erp.post("/v1/pessoas", ANA)
    assert answer.status_code == 400
    assert "já existe uma pessoa cadastrada" in answer.json()["error"]


def test_an_invalid_document_is_accepted_unless_the_switch_is_on(sandbox, erp):
    make(erp, cpf="11111111112")
    sandbox.erp.switches.reject_invalid_cpf = True
    answer = erp.post("/v1/pessoas", ANA | {"cpf": "22222222223"})
    assert answer.status_code == 400
    assert "inválido" in answer.json()["error"]
    make(erp)
    make(erp, tipo_pessoa="Jurídica", cpf=None, cnpj="11.222.333/0001-81")


def test_unknown_filters_return_everybody(sandbox, erp):
    sandbox.erp.add_person("A Stranger", "11144477735")
    make(erp)

    def names(**query: object) -> list[str]:
        return [row["nome"] for row in erp.get("/v1/pessoas", **query).json()["items"] or []]

    for ignored in ("documento", "cpf", "cnpj", "cpf_cnpj", "nome", "termo_busca"):
        assert names(**{ignored: "52998224725"}) == ["A Stranger", "Ana Souza"]
    for real in (
        {"documentos": "52998224725"},
        {"documentos": "529.982.247-25"},
        {"busca": "ana so"},
        {"busca": "529982"},
        {"emails": "ana@example.com"},
        {"nomes": "Ana Souza"},
        {"telefones": "11988887777"},
        {"cidades": "São Paulo"},
        {"ufs": "SP"},
        {"paises": "Brasil"},
    ):
        assert names(**real) == ["Ana Souza"], real
    assert names(documentos=["52998224725", "11144477735"]) == ["A Stranger", "Ana Souza"]
    assert names(tipo_perfil="Fornecedor") == []
    assert names(tipos_pessoa="Jurídica") == []
    assert names(data_criacao_inicio="2026-11-25", data_criacao_fim="2026-11-26") == []
    assert names(data_criacao_inicio="2026-11-24", data_criacao_fim="2026-11-24") == names()
    assert names(codigos_pessoa="7") == []
    assert names(tipo_ordenacao="nome", ordem_ordenacao="DESC") == ["Ana Souza", "A Stranger"]
    assert names(tipo_ordenacao="NOME", ordem_ordenacao="DESC") == ["Ana Souza", "A Stranger"]
    for wrong in (
        {"tipo_perfil": "CLIENTE"},
        {"tipos_pessoa": "Fisica"},
        {"tipo_ordenacao": "x"},
        {"tipo_ordenacao": "Nome"},
        {"data_criacao_inicio": "2026-11-25"},
        {"data_criacao_inicio": "2026-11-25T00:00:00", "data_criacao_fim": "2026-11-26T00:00:00"},
    ):
        assert erp.get("/v1/pessoas", **wrong).status_code == 400


def test_nobody_found_is_null(erp):
    assert erp.get("/v1/pessoas", documentos="1").json() == {"totalItems": 0, "items": None}


def test_a_change_adds_and_updates_and_answers_without_a_body(sandbox, erp, clock):
    person = make(erp)
    path = f"/v1/pessoas/{person['id']}"
    clock.move(minutes=1)
    old = person["enderecos"][0]["id"]
    answer = erp.patch(
        path,
        {
            "observacao": "cliente da loja",
            "nome_empresa": "Ateliê",
            "ativo": False,
            "perfis": [{"tipo_perfil": "Cliente"}, {"tipo_perfil": "Fornecedor"}],
            "enderecos": [{"id": old, "numero": "2000"}, ADDRESS | {"numero": "3"}],
            "contato_cobranca_faturamento": {"emails": ["a@example.com"]},
        },
    )
    assert (answer.status_code, answer.content) == (204, b"")
    whole = erp.get(path).json()
    assert [place["numero"] for place in whole["enderecos"]] == ["2000", "3"]
    assert [profile["tipo_perfil"] for profile in whole["perfis"]] == ["Cliente", "Fornecedor"]
    assert (whole["observacao"], whole["nome_empresa"], whole["ativo"]) == (
        "cliente da loja",
        "Ateliê",
        False,
    )
    assert whole["data_alteracao"] == "2026-11-24T12:01:00"
    assert erp.patch(path, {"perfis": ["Cliente"]}).status_code == 400
    assert erp.patch(f"/v1/pessoas/{uuid.uuid4()}", {}).status_code == 404


def test_a_put_wants_everything(erp):
    person = make(erp)
    path = f"/v1/pessoas/{person['id']}"
    answer = erp.put(path, ANA)
    assert (answer.status_code, answer.json()["error"]) == (400, "O campo 'codigo' é obrigatório")
    texts = dict.fromkeys(("codigo", "rg", "telefone_comercial", "observacao"), "1")
    whole = ANA | texts | {"data_nascimento": "1990-02-01", "inscricoes": [], "outros_contatos": []}
    assert erp.put(path, whole).json()["id"] == person["id"]


def test_people_are_activated_and_deactivated_in_batches(erp):
    person = make(erp)["id"]
    off = erp.post("/v1/pessoas/inativar", {"uuids": [person]})
    assert off.json() == {"todos": [person], "ativos": None, "inativos": [person]}
    on = erp.post("/v1/pessoas/ativar", {"uuids": [person]})
    assert on.json() == {"todos": [person], "ativos": [person], "inativos": None}
    assert erp.post("/v1/pessoas/ativar", {"uuids": []}).status_code == 400
    assert erp.post("/v1/pessoas/ativar", {"uuids": [person] * 11}).status_code == 400
    assert erp.post("/v1/pessoas/ativar", {"uuids": ["x"]}).status_code == 400
    assert erp.post("/v1/pessoas/ativar", {"uuids": [str(uuid.uuid4())]}).status_code == 404


def test_a_person_can_be_deleted(sandbox, erp):
    person = make(erp)["id"]
    assert erp.post("/v1/pessoas/excluir", {"uuids": [person]}).status_code == 204
    assert sandbox.erp.people == {}
    assert erp.get(f"/v1/pessoas/{person}").status_code == 404
    assert erp.get(f"/v1/pessoas/legado/{uuid.uuid4()}").status_code == 404


def test_who_has_a_sale_and_who_is_not_there_are_refused_alike_and_nobody_goes(sandbox, erp):
    buyer = sandbox.erp.sales[sandbox.erp.take_number(7)].person_id
    ana, nobody = make(erp)["id"], str(uuid.uuid4())
    for kept in (buyer, nobody):
        answer = erp.post("/v1/pessoas/excluir", {"uuids": [ana, kept]})
        assert answer.status_code == 400
        text = answer.json()["error"]
        assert text.startswith(f"Os IDs [{kept}] não podem ser excluídos")
        assert "já foram removidos ou possuem vínculo" in text
    assert ana in sandbox.erp.people


def test_a_new_person_may_be_late_in_lists(sandbox, erp, clock):
    sandbox.erp.switches.person_index_delay = 2
    person = make(erp)
    assert erp.get("/v1/pessoas", documentos="52998224725").json()["totalItems"] == 0
    assert erp.get(f"/v1/pessoas/{person['id']}").status_code == 200
    clock.move(seconds=2)
    assert erp.get("/v1/pessoas", documentos="52998224725").json()["totalItems"] == 1


def test_a_new_person_may_be_unknown_to_lists_and_sales_for_six_tries_of_two_seconds(sandbox, erp, clock):
    sandbox.erp.switches.person_index_delay = 12
    shirt = sandbox.erp.add_product("S", "Shirt", 10, 5)
    sale = {
        "id_cliente": make(erp)["id"],
        "numero": 1,
        "situacao": "APROVADO",
        "data_venda": "2026-11-24",
        "itens": [{"id": shirt, "quantidade": 1, "valor": 10}],
        "condicao_pagamento": {
            "opcao_condicao_pagamento": "À vista",
            "parcelas": [{"data_vencimento": "2026-11-24", "valor": 10}],
        },
    }
    for _ in range(6):
        assert erp.post("/v1/venda", sale).json() == {
            "error": "Cliente da venda não encontrado com o ID informado"
        }
        clock.move(seconds=2)
    assert erp.post("/v1/venda", sale).status_code == 201


def test_how_a_list_spells_profiles_is_a_switch_and_the_detail_tells_objects(sandbox, erp):
    both = [{"tipo_perfil": "Cliente"}, {"tipo_perfil": "Fornecedor"}]
    person = make(erp, perfis=both)

    def listed() -> Any:
        return erp.get("/v1/pessoas").json()["items"][0]["perfis"]

    assert listed() == ["CLIENTE", "FORNECEDOR"]
    sandbox.erp.switches.profiles_in_list = "written"
    assert listed() == ["Cliente", "Fornecedor"]
    detail = erp.get(f"/v1/pessoas/{person['id']}").json()["perfis"]
    assert [{"tipo_perfil": each["tipo_perfil"]} for each in detail] == both


@pytest.mark.parametrize(("how", "left"), [("replace", ["Fornecedor"]), ("add", ["Cliente", "Fornecedor"])])
def test_whether_a_patch_adds_profiles_or_replaces_them_is_a_switch(sandbox, erp, how, left):
    sandbox.erp.switches.profiles_patch = how
    person = make(erp)["id"]
    erp.patch(f"/v1/pessoas/{person}", {"observacao": "x"})
    assert sandbox.erp.people[person].profiles == ["Cliente"]
    erp.patch(f"/v1/pessoas/{person}", {"perfis": [{"tipo_perfil": "Fornecedor"}]})
    assert sandbox.erp.people[person].profiles == left


def test_the_documented_defaults_of_the_list_may_be_enforced(sandbox, erp):
    sandbox.erp.add_person("Ateliê", "11222333000181")
    sandbox.erp.add_person("Ana", "52998224725")
    sandbox.erp.add_person("Beto", "11144477735", profiles=("Fornecedor",))

    def names(**query: object) -> list[str]:
        return [row["nome"] for row in erp.get("/v1/pessoas", **query).json()["items"] or []]

    assert names() == ["Ateliê", "Ana", "Beto"]
    sandbox.erp.switches.default_kind = True
    assert names() == ["Ana", "Beto"]
    assert names(documentos="11222333000181") == []
    assert names(documentos="11222333000181", tipos_pessoa="Jurídica") == ["Ateliê"]
    sandbox.erp.switches.default_kind, sandbox.erp.switches.default_profile = False, True
    assert names() == ["Ateliê", "Ana"]
    assert names(documentos="11144477735", tipo_perfil="Fornecedor") == ["Beto"]


def test_the_enrolments_of_a_company_are_kept_by_their_words(erp):
    enrolment = {"indicador_inscricao_estadual": "CONTRIBUINTE", "inscricao_estadual": "110042490114"}
    made = make(
        erp, tipo_pessoa="Jurídica", cpf=None, cnpj="11222333000181", inscricoes=[enrolment | {"x": 1}]
    )
    kept = erp.get(f"/v1/pessoas/{made['id']}").json()["inscricoes"]
    assert [{name: value for name, value in row.items() if name != "id"} for row in kept] == [enrolment]
    answer = erp.patch(f"/v1/pessoas/{made['id']}", {"inscricoes": [{"inscricao_estadual": 110042490114}]})
    assert (answer.status_code, "inscricao_estadual" in answer.text) == (400, True)
