"""Nothing secret and nobody's data is in a cassette: looked for by form, not by asking the one who scrubs."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
import yaml

from tests.worlds.recorder import CASSETTES, ERP_URL, SHOP_URL

TAPES = sorted(CASSETTES.glob("*.yaml"))
FORMS = {
    "a JWT": r"eyJ[\w-]{5,}",
    "a refresh token": r"\brt-[\w-]{8,}",
    "a long random word": r"\b(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{24,}",
    "credentials": r"\b(?:Bearer|Basic) +\S+",
    "a header with secrets": r"(?i)\b(?:authorization|authtoken|(?:set-)?cookie|x-api-key)\b",
    "a secret of the sandbox": r"sandbox-(?:secret|shop-token|client)",
    "an e-mail address": r"\S@\S",
    "a CPF": r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b",
    "a CNPJ": r"\b[\dA-Z]{2}\.[\dA-Z]{3}\.[\dA-Z]{3}/[\dA-Z]{4}-\d{2}\b",
    "a document or a phone": r"(?<![\d.])(?:\d{11}|\d{14})(?!\d)",
    "a CNPJ with letters": r"\b(?=\w*[A-Z])(?=\w*\d)[\dA-Z]{12}\d{2}\b",
    "a phone": r"\(\d{2}\) *9?\d{4}-?\d{4}",
    "a postcode": r"(?<![\d-])\d{5}-\d{3}\b",
    "a name": r"(?i)\bana\b|souza|paulista|bela vista|loja azul|lojaazul",
    "an address of one machine": r"127\.0\.0\.1|localhost|/home/|/Users/",
}
# Fields that are of a person or of a sign-in, and what may stand in them.
FIELDS = (
    r"access_token|refresh_token|id_token|code|client_secret|documento|cpf|cnpj|razao_social|nome_fantasia|email"
    r"|telefone\w*|cep|logradouro|bairro|payer_\w+"
)
PLACEHOLDER = re.compile(r"[A-Z_]+\d?|")
MAY_NAME = {"content-type", "retry-after"}


def dirt(text: str) -> list[str]:
    """What is found in a text, however it is wrapped and quoted."""
    plain = re.sub(r"\s+", " ", unquote_plus(text))
    return [f"{what}: {hit[0]}" for what, form in FORMS.items() if (hit := re.search(form, plain))]


def interactions(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Each text of some JSON with the name of its field."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each, name)
    elif isinstance(value, str):
        yield name, value


def bodies(path: Path) -> Iterator[str]:
    for each in interactions(path):
        yield each["request"]["body"] or ""
        yield each["response"]["body"]["string"] or ""


def test_there_are_cassettes():
    assert len(TAPES) > 20


@pytest.mark.parametrize("path", TAPES, ids=lambda path: path.stem)
def test_a_cassette_holds_nothing_that_looks_like_a_secret_or_a_person(path):
    assert dirt(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TAPES, ids=lambda path: path.stem)
def test_the_fields_of_people_and_secrets_hold_placeholders(path):
    for body in bodies(path):
        if not body.startswith(("{", "[")):
            continue
        for name, value in leaves(json.loads(body)):
            if re.fullmatch(FIELDS, name):
                assert PLACEHOLDER.fullmatch(value), name


@pytest.mark.parametrize("path", TAPES, ids=lambda path: path.stem)
def test_a_cassette_names_the_public_hosts_and_two_headers_at_most(path):
    for each in interactions(path):
        assert each["request"]["uri"].startswith((f"{ERP_URL}/", f"{SHOP_URL}/"))
        assert each["request"]["headers"].keys() | each["response"]["headers"].keys() <= MAY_NAME


@pytest.mark.parametrize(
    "text",
    [
        '"access_token": "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"',
        "refresh_token=rt-AbC123_-xyz9",
        "authToken: 0123456789",
        "Authorization:\n      - Basic Y2xpZW50OnNlY3JldA==",
        "Bearer x",
        "kQ3vT8nJ2bX7mW1cZ5pL9sR4",
        "ana.s@example.com",
        "numeros=a%40example.com",
        "529.982.247-25",
        '"52998224725"',
        '"11444777000161"',
        "11.444.777/0001-61",
        "12.ABC.345/01DE-35",
        "12ABC34501DE35",
        "(11) 98888-7777",
        "01310-100",
        "Ana\n        Souza",
        "http://127.0.0.1:8000",
    ],
)
def test_the_search_finds_what_it_is_for(text):
    assert dirt(text)


@pytest.mark.parametrize(
    "text",
    [
        "00000000-0000-4000-8000-000000000003",
        "2026-11-24T12:00:00.000",
        "PIX_PAGAMENTO_INSTANTANEO",
        '"ncm": "61091000"',
        '"ean": "7891234567895"',
        '"CPF1"',
    ],
)
def test_and_nothing_else(text):
    assert dirt(text) == []
