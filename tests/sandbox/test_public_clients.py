"""The requests that public clients of this API make, each with what the ERP is said to answer."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.sandbox.test_sales import make, paying

EVENTS = "/v1/financeiro/eventos-financeiros"
COMPANY = "11222333000181"
SOON = {"data_vencimento_de": "2026-11-01", "data_vencimento_ate": "2026-11-30"}


@dataclass(frozen=True)
class Asked:
    """One request, the status of its answer, and where its rows are; `{part}` is a part of the sale."""

    path: str
    query: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    rows: str | None = None
    tells: dict[str, list[Any]] = field(default_factory=dict)  # of each row


CALLS = {
    "categories without the flag": Asked(
        "/v1/categorias", {"tipo": "RECEITA"}, rows="itens", tells={"nome": ["Vendas de produtos"]}
    ),
    "cost centres": Asked(
        "/v1/centro-de-custo",
        {"pagina": 1, "tamanho_pagina": 50},
        rows="items",
        tells={"nome": ["Loja virtual", "Balcão", "Feira de 2019"]},
    ),
    "accounts": Asked("/v1/conta-financeira", rows="itens", tells={"ativo": [True, False]}),
    "what is due in a period": Asked(
        EVENTS + "/contas-a-receber/buscar",
        SOON | {"pagina": 1, "tamanho_pagina": 50},
        rows="itens",
        tells={"total": [130], "status_traduzido": ["EM_ABERTO"]},
    ),
    "one part": Asked(EVENTS + "/parcelas/{part}"),
    "services": Asked("/v1/servicos", {"pagina": 1}, rows="itens", tells={"id": []}),
    "a company without its kind": Asked(
        "/v1/pessoas",
        {"documentos": COMPANY},
        rows="items",
        tells={"nome": ["Ateliê"], "perfis": [["CLIENTE"]], "tipo_pessoa": ["Jurídica"]},
    ),
    "people by NOME": Asked(
        "/v1/pessoas", {"tipo_ordenacao": "NOME"}, rows="items", tells={"nome": ["Ana Souza", "Ateliê"]}
    ),
    "people by nome": Asked(
        "/v1/pessoas", {"tipo_ordenacao": "nome"}, rows="items", tells={"nome": ["Ana Souza", "Ateliê"]}
    ),
    "two sales by their numbers": Asked(
        "/v1/venda/busca", {"numeros": [1, 2]}, rows="itens", tells={"numero": [1, 2]}
    ),
    "an unknown route": Asked("/v1/pessoa", status=404),
}


@pytest.fixture
def due(sandbox, erp, body):
    """What the requests find: a company beside Ana, and three sales, of which one is due; its part."""
    sandbox.erp.add_person("Ateliê", COMPANY)
    for number in (1, 2):
        make(erp, body, numero=number, situacao="EM_ANDAMENTO")
    sale = make(erp, body, numero=3)
    event = erp.get(f"/v1/venda/{sale['id']}").json()["evento_financeiro"]["id"]
    return erp.get(f"{EVENTS}/{event}/parcelas").json()[0]


@pytest.mark.parametrize("asked", CALLS.values(), ids=CALLS.keys())
def test_a_reading_client_is_answered(erp, due, asked):
    answer = erp.get(asked.path.replace("{part}", due["id"]), **asked.query)
    assert answer.status_code == asked.status, answer.text
    if asked.rows is not None:
        rows = answer.json()[asked.rows]
        assert {name: [row[name] for row in rows] for name in asked.tells} == asked.tells


def without_an_id(body: Any, shirt: str) -> Any:
    return body | {"itens": [{"quantidade": 2, "valor": 59.9}]}


def three_thirds(body: Any, shirt: str) -> Any:
    hundred = {"itens": [{"id": shirt, "quantidade": 1, "valor": 100}], "composicao_de_valor": {}}
    return paying(body, "3x", 33.33, 33.33, 33.33) | hundred


@pytest.mark.parametrize(
    ("change", "words"), [(without_an_id, "'id' é obrigatório"), (three_thirds, "soma das parcelas")]
)
def test_a_wrong_sale_is_a_400(sandbox, erp, body, shirt, change, words):
    answer = erp.post("/v1/venda", change(body, shirt))
    assert (answer.status_code, words in answer.json()["error"]) == (400, True)
    assert sandbox.erp.sales == {}


def test_deleting_who_is_not_there_is_a_400(erp):
    nobody = str(uuid.uuid4())
    answer = erp.post("/v1/pessoas/excluir", {"uuids": [nobody]})
    assert (answer.status_code, nobody in answer.json()["error"]) == (400, True)


def test_a_client_that_signs_in_by_the_body_alone_is_a_401(sandbox, erp, http):
    client = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
    forms = {
        "refresh": {"grant_type": "refresh_token", "refresh_token": erp.tokens["refresh_token"]},
        "code": {
            "grant_type": "authorization_code",
            "code": erp.code(),
            "redirect_uri": sandbox.redirect_uri,
        },
    }
    for form in forms.values():
        answer = http.post(sandbox.token_url, data=form | client)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    key = base64.b64encode(f"{sandbox.client_id}:{sandbox.client_secret}".encode()).decode()
    for form in forms.values():  # nothing was used up
        answer = http.post(sandbox.token_url, data=form | client, headers={"Authorization": f"Basic {key}"})
        assert answer.status_code == 200
