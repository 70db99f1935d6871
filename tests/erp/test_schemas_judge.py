"""The judge from outside finds what is wrong, in a request and in an answer, and lets pass what is right."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contaazul_sync.net.line import USER_AGENT
from tests.worlds.judge import Exchange, Judge
from tests.worlds.schemas import ASKED, Operation, Schema, Switched, operations, switches
from tests.worlds.wire import it_is_noted

PERSON = {
    "nome": "Ana Souza",
    "tipo_pessoa": "Física",
    "perfis": [{"tipo_perfil": "Cliente"}],
    "cpf": "52998224725",
    "telefone_celular": "11988887777",
    "enderecos": [{"cep": "01310100", "numero": "100", "estado": "SP"}],
}
SALE = {
    "id_cliente": "4b0f5d2e-6a53-4a0a-9a07-1d2f3b6f7a01",
    "numero": 1002,
    "situacao": "APROVADO",
    "data_venda": "2026-11-24",
    "itens": [{"id": "030bfa5e-e7b4-434d-aaab-bd1833056c74", "quantidade": 2, "valor": 59.9}],
    "condicao_pagamento": {
        "tipo_pagamento": "PIX_PAGAMENTO_INSTANTANEO",
        "opcao_condicao_pagamento": "À vista",
        "parcelas": [{"data_vencimento": "2026-11-24", "valor": 119.8}],
    },
}
PEOPLE = {
    "totalItems": 1,
    "items": [{"id": SALE["id_cliente"], "nome": "Ana Souza", "perfis": ["CLIENTE"], "endereco": None}],
}
PUT = SALE | {"versao": 1}
SETTLEMENT = {
    "data_pagamento": "2026-11-24",
    "conta_financeira": SALE["id_cliente"],
    "composicao_valor": {"valor_bruto": 119.8, "taxa": 3.5},
    "metodo_pagamento": "PIX_PAGAMENTO_INSTANTANEO",
}
ID = SALE["id_cliente"]
BODIES: dict[str, Any] = {
    "POST /v1/pessoas": PERSON,
    "POST /v1/venda": SALE,
    f"PUT /v1/venda/{ID}": PUT,
    f"PATCH /v1/pessoas/{ID}": {"perfis": [{"tipo_perfil": "Cliente"}, {"tipo_perfil": "Fornecedor"}]},
    f"PATCH /v1/produtos/{ID}": {"valor_venda": 59.9},
    "POST /v1/produtos": {"nome": "Caneca"},
    f"POST /v1/financeiro/eventos-financeiros/parcelas/{ID}/baixa": SETTLEMENT,
}


def asked(title: str, body: object = None, query: str = "", **headers: str) -> Exchange:
    """A request of the program that was refused: its answer is not looked at."""
    method, _, path = title.partition(" ")
    sent = b"" if body is None else json.dumps(body).encode()
    return Exchange(method, path, query, {"user-agent": USER_AGENT} | headers, sent, 400)


def answered(title: str, body: object, status: int = 200) -> Exchange:
    """An answer to somebody who is not the program: the request is not looked at."""
    method, _, path = title.partition(" ")
    return Exchange(method, path, got=json.dumps(body).encode(), status=status)


def found(exchange: Exchange) -> list[str]:
    return Judge().complaints([exchange])


def with_one_thing(body: Any, path: str, value: object) -> Any:
    """A body with another value at a path; ... takes it away."""
    spoilt = copy.deepcopy(body)
    *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    place = spoilt
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return spoilt


def schemas_of(operation: Operation, switched: Switched) -> Iterator[Schema]:
    """Those of all parts; a switch changes answers alone, and most switches not even these."""
    for part in ASKED if not switched else ():
        yield operation.schema(part)
    for status in map(str, operation.statuses):
        known = operation.schema(status, switched)
        if not switched or known != operation.schema(status):
            yield known


@pytest.mark.parametrize("operation", operations(), ids=lambda each: each.name)
def test_every_schema_is_one_with_each_switch_and_with_all(operation):
    for switched in (frozenset(), switches(), *(frozenset({name}) for name in sorted(switches()))):
        for schema in schemas_of(operation, switched):
            Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("title", BODIES)
def test_a_right_request_passes(title):
    assert found(asked(title, BODIES[title])) == []


@pytest.mark.parametrize(
    ("title", "path", "value", "told"),
    [
        # Words in the wrong case, or of the wrong list
        ("POST /v1/pessoas", "perfis/0/tipo_perfil", "CLIENTE", "/0/tipo_perfil: 'CLIENTE' is not one of"),
        (f"PATCH /v1/pessoas/{ID}", "perfis/0/tipo_perfil", "CLIENTE", "/perfis/0/tipo_perfil: 'CLIENTE'"),
        ("POST /v1/pessoas", "tipo_pessoa", "FISICA", "/tipo_pessoa: 'FISICA' is not one of"),
        ("POST /v1/venda", "situacao", "CANCELADO", "/situacao: 'CANCELADO' is not one of"),
        ("POST /v1/venda", "condicao_pagamento/tipo_pagamento", "PIX", "/tipo_pagamento: 'PIX' is not"),
        ("POST /v1/venda", "condicao_pagamento/opcao_condicao_pagamento", "A_VISTA", "'A_VISTA' does not"),
        # Values of another type or form
        ("POST /v1/venda", "itens/0/valor", "59.90", "/itens/0/valor: '59.90' is not of type 'number'"),
        ("POST /v1/venda", "numero", "1002", "/numero: '1002' is not of type 'integer'"),
        ("POST /v1/venda", "data_venda", "24/11/2026", "/data_venda: '24/11/2026' is not a 'date'"),
        ("POST /v1/venda", "id_cliente", "Ana", "/id_cliente: 'Ana' is not a 'uuid'"),
        ("POST /v1/venda", "itens/0/valor", 0, "/itens/0/valor: 0 is less than or equal to the minimum of 0"),
        ("POST /v1/venda", "itens", [], "/itens: [] should be non-empty"),
        ("POST /v1/pessoas", "telefone_celular", "5511988887777", "/telefone_celular: '5511988887777'"),
        ("POST /v1/pessoas", "cpf", "5299822472", "/cpf: '5299822472' does not match"),
        # Too long
        ("POST /v1/pessoas", "nome", "a" * 201, "is too long"),
        ("POST /v1/pessoas", "enderecos/0/numero", "12345678901", "/numero: '12345678901' is too long"),
        ("POST /v1/produtos", "nome", "a" * 101, "is too long"),
        # Left out
        ("POST /v1/pessoas", "nome", ..., "/: 'nome' is a required property"),
        ("POST /v1/venda", "itens/0/id", ..., "/itens/0: 'id' is a required property"),
        (f"PUT /v1/venda/{ID}", "versao", ..., "/: 'versao' is a required property"),
        (f"PUT /v1/venda/{ID}", "versao", 0, "/versao: 0 is less than the minimum of 1"),
        # Unknown: the ERP would drop it without a word
        ("POST /v1/pessoas", "documento", "52998224725", "not allowed ('documento'"),
        (f"PUT /v1/venda/{ID}", "id_categoria", ID, "not allowed ('id_categoria'"),
        (f"PATCH /v1/pessoas/{ID}", "nome_fantasia", "X", "not allowed ('nome_fantas"),
        (f"PATCH /v1/produtos/{ID}", "descricao", "X", "not allowed ('descricao'"),
    ],
)
def test_a_wrong_request_is_rejected(title, path, value, told):
    complaints = found(asked(title, with_one_thing(BODIES[title], path, value)))

    assert len(complaints) == 1
    assert told in complaints[0]


@pytest.mark.parametrize(
    ("title", "query", "told"),
    [
        ("GET /v1/pessoas", "documento=52998224725", "not allowed ('documento'"),
        ("GET /v1/pessoas", "documentos=529.982.247-25", "/documentos/0: '529.982.247-25' does not"),
        ("GET /v1/pessoas", "tipo_perfil=CLIENTE", "query /tipo_perfil: 'CLIENTE' is not one of"),
        ("GET /v1/pessoas", "tamanho_pagina=30", "query /tamanho_pagina: 30 is not one of"),
        ("GET /v1/produtos", "codigo_sku=A", "not allowed ('codigo_sku'"),
        ("GET /v1/venda/busca", "numeros=mil", "query /numeros/0: 'mil' is not of type 'integer'"),
        ("GET /v1/venda/busca", "campo_ordenado_descendente=numero", "/campo_ordenado_descendente: 'numero'"),
        ("GET /v1/venda/busca", "data_alteracao_de=2026-11-24T00:00:00Z", "00Z' does not match"),
        ("GET /v1/venda/busca", "pagina=1&pagina=2", "query /pagina: ['1', '2'] is not of type 'integer'"),
        ("GET /v1/centro-de-custo", "tamanho_pagina=50", "query /: 'pagina' is a required property"),
        ("GET /v1/venda/vendedores", "pagina=1", "not allowed ('pagina'"),
    ],
)
def test_a_wrong_question_is_rejected(title, query, told):
    complaints = found(asked(title, query=query))

    assert len(complaints) == 1
    assert told in complaints[0]


def test_a_right_question_passes():
    assert (
        found(asked("GET /v1/venda/busca", query="numeros=1&numeros=2&pendente=true&tamanho_pagina=50")) == []
    )
    assert found(asked("GET /v1/pessoas", query="documentos=12ABC34501DE35&com_endereco=true")) == []


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("items/0/perfis/0", "Cliente", "200 /items/0/perfis/0: 'Cliente' is not one of"),
        ("items/0/id", None, "200 /items/0/id: None is not of type 'string'"),
        ("items/0/nome", ..., "200 /items/0: 'nome' is a required property"),
        ("items/0/ativo", "true", "200 /items/0/ativo: 'true' is not of type 'boolean'"),
        ("items/0/data_criacao", "2026-11-24T00:00:00-03:00", "200 /items/0/data_criacao: '2026-11-24T00"),
        ("items/0/cpf", "52998224725", "200 /items/0: Additional properties are not allowed ('cpf'"),
        ("totalItems", "1", "200 /totalItems: '1' is not of type 'integer'"),
    ],
)
def test_a_wrong_answer_is_rejected(path, value, told):
    complaints = found(answered("GET /v1/pessoas", with_one_thing(PEOPLE, path, value)))

    assert len(complaints) == 1
    assert told in complaints[0]


def test_a_right_answer_passes_and_null_is_what_is_not_set():
    assert found(answered("GET /v1/pessoas", PEOPLE)) == []
    assert found(answered("GET /v1/pessoas", {"totalItems": 0, "items": None})) == []
    assert found(answered("GET /v1/venda/proximo-numero", None)) == []


def test_an_answer_has_a_known_status_and_a_body_that_can_be_read():
    wrong = answered("GET /v1/pessoas", PEOPLE, 202)
    no_json = Exchange("GET", "/v1/pessoas", got=b"<html>", status=200)

    assert found(wrong) == ["GET /v1/pessoas: it is not known to answer 202"]
    assert found(no_json)[0].startswith("GET /v1/pessoas 200: Expecting value")


def test_a_refusal_is_nothing_to_judge_and_neither_is_what_somebody_else_asks():
    assert found(answered("GET /v1/pessoas", {"error": "não"}, 400)) == []
    assert found(Exchange("POST", "/v1/pessoas", sent=b"{}", status=400)) == []
    assert found(Exchange("GET", "/v1/servicos", status=404)) == []


def test_a_request_of_the_program_that_no_schema_knows_is_told():
    assert found(asked("GET /v1/servicos")) == ["GET /v1/servicos: there is no schema of this operation"]
    assert found(asked("GET /v1/pessoas/ana")) == [
        "GET /v1/pessoas/ana: there is no schema of this operation"
    ]


def test_a_fixed_path_is_not_taken_for_an_id():
    assert found(answered("GET /v1/pessoas/conta-conectada", {"id_empresa": 1203344})) == []
    assert found(answered("GET /v1/produtos/categorias", {"total_items": 0, "items": []})) == []


BEARER, JSON = {"authorization": "Bearer x"}, {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded", "authorization": "Basic YTpi"}


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth2/token"])
@pytest.mark.parametrize(
    ("form", "headers", "told"),
    [
        (b"grant_type=refresh_token&refresh_token=rt-1", FORM, ""),
        (b"grant_type=authorization_code&code=c&redirect_uri=https://loja.example/", FORM, ""),
        (b"grant_type=authorization_code&code=c", FORM, "request /: {'grant_type': 'authorization_code'"),
        (b'{"grant_type": "refresh_token", "refresh_token": "r"}', FORM | JSON, "headers /content-type"),
        (b"grant_type=refresh_token&refresh_token=r", FORM | BEARER, "headers /authorization"),
    ],
)
def test_the_token_is_asked_for_with_a_form_and_the_clients_name(path, form, headers, told):
    exchange = Exchange("POST", path, headers={"user-agent": USER_AGENT} | headers, sent=form, status=400)

    complaints = found(exchange)

    assert (complaints == []) if not told else (len(complaints) == 1 and told in complaints[0])


def test_the_same_wrong_thing_is_told_once_and_told_again_the_next_time():
    judge, wrong = Judge(), answered("GET /v1/pessoas", with_one_thing(PEOPLE, "totalItems", "1"))

    assert judge.complaints([wrong, wrong]) == judge.complaints([wrong])
    assert len(judge.complaints([wrong])) == 1


def test_the_judge_hears_every_sandbox(sandbox, world, trial):
    """What is wrong on the wire is in the complaints, without a test asking for it."""
    sandbox.erp.company["cor"] = "azul"

    world.erp(lambda erp: erp.account())

    assert trial() == [
        "GET /v1/pessoas/conta-conectada 200 /: Additional properties are not allowed ('cor' was unexpected)"
    ]
    assert trial() == []


@pytest.mark.parametrize(("switch", "word"), [("capitals", "CLIENTE"), ("written", "Cliente")])
def test_a_switch_of_the_sandbox_is_judged_by_what_it_says(sandbox, world, trial, switch, word):
    sandbox.erp.switches.profiles_in_list = switch
    sandbox.erp.add_person("Ana Souza", PERSON["cpf"])

    world.erp(lambda erp: erp.find_people(PERSON["cpf"]))

    assert trial() == []
    right = answered("GET /v1/pessoas", with_one_thing(PEOPLE, "items/0/perfis/0", word))
    right.switched = frozenset({"profiles_in_list"} if switch == "written" else ())
    assert found(right) == []
    right.switched = frozenset({"profiles_in_list"} if switch == "capitals" else ())
    assert len(found(right)) == 1


@pytest.mark.parametrize("key", ["items", "itens"])
def test_the_rows_of_a_list_lie_under_another_key_where_the_switch_says_so(sandbox, world, trial, key):
    sandbox.erp.switches.rows_under = key

    world.erp(lambda erp: erp.find_people(PERSON["cpf"]))
    world.erp(lambda erp: erp.find_named("account", "X"))

    assert trial() == []
    moved = answered("GET /v1/pessoas", {"totalItems": 0, "itens": []})
    assert found(moved) != []
    moved.switched = frozenset({"rows_under"})
    assert found(moved) == []


def test_a_switch_that_a_schema_names_is_one_of_the_sandbox(sandbox):
    assert all(hasattr(sandbox.erp.switches, name) for name in switches())


def test_a_request_of_the_program_is_heard(world, trial):
    world.erp(lambda erp: erp.create_person(PERSON | {"documento": "1"}, it_is_noted))
    world.send(
        lambda http: http.create("/v1/pessoas", {"nome": "B", "tipo_pessoa": "Física", "documento": "1"})
    )

    [complaint] = trial()
    assert "POST /v1/pessoas request /: Additional properties are not allowed ('documento'" in complaint
