"""The ERP's words: read however they are spelled, and the field that a refusal means."""

import pytest

from contaazul_sync.core.erp import Profile
from contaazul_sync.erp.refusals import refused_field
from contaazul_sync.erp.words import profiles_of


@pytest.mark.parametrize(
    "told", [["CLIENTE", "FORNECEDOR"], ["Cliente", "fornecedor"], [{"tipo_perfil": "Cliente"}, "Fornecedor"]]
)
def test_profiles_are_known_without_their_capitals(told):
    assert profiles_of(told) == {Profile.CUSTOMER, Profile.SUPPLIER}


def test_a_word_that_nobody_knows_is_no_profile():
    assert profiles_of(["SOCIO", None, {}, {"tipo_perfil": None}, "TRANSPORTADORA"]) == {Profile.CARRIER}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("O telefone celular deve ter 11 dígitos", "mobile"),
        ("E-mail inválido", "email"),
        ("A cidade informada não foi encontrada", "city"),
        ("Município inválido para o estado", "city"),
        ("Estado inválido", "region"),
        ("CEP inválido", "postcode"),
        ("enderecos[0].numero deve ter no máximo 10 caracteres", "number"),
        ("logradouro: tamanho máximo 100", "street"),
        ("O bairro é muito longo", "district"),
        ("complemento inválido", "complement"),
        ("Inscrição estadual inválida para o estado de SP", "state_registration"),
        ("observacao excede 2000 caracteres", "notes"),
        ("nome_fantasia muito longo", "trade_name"),
        ("Endereço incompleto", "address"),
        ("Requisição inválida", ""),
        ("nome é obrigatório", ""),
    ],
)
def test_a_refusal_names_a_field(text, field):
    assert refused_field(text) == field
