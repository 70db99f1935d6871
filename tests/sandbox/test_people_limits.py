"""What a person's fields may hold, and how a refusal names the field that it is about."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.test_people import ADDRESS, ANA, make


@pytest.mark.parametrize(
    ("name", "longest"),
    [
        ("nome", 200),
        ("nome_fantasia", 200),
        ("email", 100),
        ("observacao", 2000),
        ("logradouro", 100),
        ("numero", 10),
        ("bairro", 100),
        ("complemento", 200),
    ],
)
def test_each_field_has_its_length(erp, name, longest):
    def of(length: int) -> Any:
        given = {name: "x" * length}
        return {"enderecos": [ADDRESS | given]} if name in ADDRESS or name == "complemento" else given

    person, beyond = make(erp, **of(longest)), of(longest + 1)
    for answer in (
        erp.post("/v1/pessoas", ANA | {"cpf": None} | beyond),
        erp.patch(f"/v1/pessoas/{person['id']}", beyond),
    ):
        assert answer.status_code == 400
        assert answer.json()["error"] == f"O campo '{name}' deve ter no máximo {longest} caracteres"


@pytest.mark.parametrize(
    ("naming", "length", "city"),
    [
        ("key", "O campo 'numero' deve ter", "O campo 'cidade' não é"),
        ("path", "enderecos[1].numero deve ter", "enderecos[1].cidade não é"),
        ("words", "Número do endereço deve ter", "Cidade não é"),
        ("nothing", "Não foi possível salvar a pessoa", "Não foi possível salvar a pessoa"),
    ],
)
def test_how_a_refusal_names_the_field_is_a_switch(sandbox, erp, naming, length, city):
    sandbox.erp.switches.refused_field = naming
    for wrong, words in (({"numero": "12345678901"}, length), ({"cidade": "Rua 7"}, city)):
        answer = erp.post("/v1/pessoas", ANA | {"enderecos": [ADDRESS, ADDRESS | wrong]})
        assert answer.status_code == 400
        assert answer.json()["error"].startswith(words)


def test_which_cities_there_are_is_a_switch(sandbox, erp):
    campinas = {"enderecos": [ADDRESS | {"cidade": "Campinas"}]}
    make(erp, cpf="1", **campinas)
    make(erp, cpf="2", enderecos=[ADDRESS | {"cidade": "Olho-d'Água do Borges", "estado": "RN"}])
    sandbox.erp.switches.cities = "capitals"
    assert "Campinas" in erp.post("/v1/pessoas", ANA | campinas).json()["error"]
    in_rio = {"enderecos": [ADDRESS | {"estado": "RJ"}]}
    assert "São Paulo" in erp.post("/v1/pessoas", ANA | in_rio).json()["error"]
    make(erp, cpf="3", enderecos=[{"cidade": "SAO PAULO"}])
