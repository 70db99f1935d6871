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
    assert (row["id"], row["documento"], row["perfis"]) == (person["id"], "52998224725", ["Cliente"])
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
        ({"perfis": [{"tipo_perfil": "CLIENTE"}]}, "Cliente, Fornecedor"),
        ({"telefone_celular": "5511988887777"}, "telefone celular"),
        ({"telefone_celular": "(11) 98888-7777"}, "telefone celular"),
        ({"telefone_celular": "1133334444"}, "telefone celular"),
        ({"enderecos": [ADDRESS | {"estado": "sp"}]}, "'estado'"),
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
    assert names(data_criacao_inicio="2026-11-25") == []
    assert names(codigos_pessoa="7") == []
    assert names(tipo_ordenacao="nome", ordem_ordenacao="DESC") == ["Ana Souza", "A Stranger"]
    for wrong in ({"tipo_perfil": "CLIENTE"}, {"tipos_pessoa": "Fisica"}, {"tipo_ordenacao": "x"}):
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


def test_who_has_a_sale_cannot_be_deleted(sandbox, erp):
    sale = sandbox.erp.sales[sandbox.erp.take_number(7)]
    answer = erp.post("/v1/pessoas/excluir", {"uuids": [sale.person_id]})
    assert answer.status_code == 400
    assert "não podem ser excluídos" in answer.json()["error"]


def test_a_new_person_may_be_late_in_lists(sandbox, erp, clock):
    sandbox.erp.switches.person_index_delay = 2
    person = make(erp)
    assert erp.get("/v1/pessoas", documentos="52998224725").json()["totalItems"] == 0
    assert erp.get(f"/v1/pessoas/{person['id']}").status_code == 200
    clock.move(seconds=2)
    assert erp.get("/v1/pessoas", documentos="52998224725").json()["totalItems"] == 1
