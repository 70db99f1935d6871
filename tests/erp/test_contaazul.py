"""The ERP's client against an ERP that ignores what it does not know."""

import json
import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contaazul_sync.core.erp import Account, ErpPerson, Profile
from contaazul_sync.core.errors import Missing, Refused, Unanswered, Unavailable
from contaazul_sync.core.ids import ErpId
from contaazul_sync.erp import answers
from contaazul_sync.erp import client as contaazul
from contaazul_sync.erp.refusals import is_taken
from contaazul_sync.net import border
from tests.worlds.wire import it_is_noted

NOBODY = ErpId("00000000-0000-4000-8000-000000000001")
ANA, BIA = "52998224725", "11144477735"
PRODUCT = {
    "nome": "Camiseta azul",
    "codigo_sku": "CAM-AZ",
    "estoque": {"valor_venda": 79.9, "estoque_disponivel": 4},
}
PERSON = {"nome": "Ana Souza", "tipo_pessoa": "Física", "perfis": [{"tipo_perfil": "Cliente"}], "cpf": ANA}


def sale(customer: str, product: str, number: int = 1001) -> dict[str, Any]:
    return {
        "id_cliente": customer,
        "numero": number,
        "situacao": "APROVADO",
        "data_venda": "2026-11-24",
        "observacoes": "[loja:pedido 88124]",
        "itens": [{"id": product, "descricao": "Camiseta", "quantidade": 2, "valor": 79.9}],
        "condicao_pagamento": {
            "opcao_condicao_pagamento": "À vista",
            "parcelas": [{"data_vencimento": "2026-11-24", "valor": 159.8}],
        },
    }


@pytest.fixture
def box(world):
    """What the ERP knows, and what a person does in its screens."""
    return world.sandbox.erp


@pytest.fixture
def customer(box):
    return box.add_person("Ana Souza", ANA)


@pytest.fixture
def product(box):
    return box.add_product("CAM-AZ", "Camiseta azul", "79.90", 4)


# The account


@pytest.mark.parametrize("kind", ["string", "int"])
def test_the_account_is_known_by_an_id_that_may_be_a_number(world, box, kind):
    box.switches.id_empresa_as = kind

    account = world.erp(lambda erp: erp.account())

    assert account == Account("1203344", "Loja Azul", "11444777000161")


def test_an_account_may_tell_little_of_itself(world, parrot):
    with parrot(200, b'{"documento": "05206246000138", "razao_social": "Loja Azul Ltda"}') as server:
        account = world.erp(lambda erp: erp.account(), server.url)

    assert account == Account("05206246000138", "Loja Azul Ltda", "05206246000138")


# Products


def test_a_product_is_found_by_its_exact_sku_whether_active_or_not(world, box, product):
    box.add_product("CAM-AZ-P", "Camiseta azul P", 10, 1)
    sleeping = box.add_product("CAM-AZ", "Camiseta antiga", 10, 0, status="INATIVO")

    found = world.erp(lambda erp: erp.find_products("CAM-AZ"))

    assert {(each.id, each.active) for each in found} == {(product, True), (sleeping, False)}
    active = next(each for each in found if each.active)
    assert (active.price, active.balance, active.name) == (7990, 4, "Camiseta azul")


@pytest.mark.parametrize("empty", ["null", "list"])
def test_no_product_is_an_empty_list_however_the_erp_writes_it(world, box, empty):
    box.switches.empty_items = empty

    assert world.erp(lambda erp: erp.find_products("CAM-AZ")) == []


def test_an_erp_that_ignores_the_filter_does_not_make_us_take_a_stranger(world, parrot):
    rows = b'{"items": [{"id": "p1", "codigo": "OUTRO", "ean": "789"}, {"id": "p2", "codigo": "CAM-AZ"}]}'

    with parrot(200, rows) as server:
        by_sku = world.erp(lambda erp: erp.find_products("CAM-AZ"), server.url)
        by_ean = world.erp(lambda erp: erp.find_products_by_ean("789"), server.url)

    assert [each.id for each in by_sku] == ["p2"]
    assert [each.id for each in by_ean] == ["p1"]


def test_a_variation_is_found_by_its_own_sku(world):
    body = {
        "nome": "Camiseta",
        "codigo_sku": "CAM",
        "formato": "VARIACAO",
        "variacao": {"tipos": [], "produtos": [{"nome": "P", "codigo_sku": "CAM-P", "valor_venda": 5}]},
    }

    async def ask(erp):
        await erp.create_product(body, it_is_noted)
        return await erp.find_products("CAM-P")

    [found] = world.erp(ask)

    assert (found.sku, found.price) == ("CAM-P", 500)


def test_a_product_is_found_by_its_exact_ean(world, box):
    for sku, ean in [("A", "7891234567895"), ("B", "17891234567895")]:
        box.products[box.add_product(sku, sku, 10, 1)].ean = ean

    found = world.erp(lambda erp: erp.find_products_by_ean("7891234567895"))

    assert [each.sku for each in found] == ["A"]


def test_every_product_is_listed_once_page_by_page(world, box, monkeypatch):
    monkeypatch.setattr(contaazul, "PAGE", 10)
    skus = {f"P-{number}" for number in range(25)}
    for sku in skus:
        box.add_product(sku, sku, 10, 1)

    async def ask(erp):
        return [product.sku async for page in erp.list_products() for product in page]

    listed = world.erp(ask)

    assert sorted(listed) == sorted(skus)
    assert len(world.arrived("GET", "/v1/produtos")) == 4  # the last one brings nothing


def test_the_balances_alone_are_listed_in_the_same_pages(world, box, monkeypatch):
    monkeypatch.setattr(contaazul, "PAGE", 10)
    for number in range(25):
        box.add_product(f"P-{number}", "P", 10, number)

    async def ask(erp):
        pages = [page async for page in erp.list_balances()]
        return pages, [{each.id: each.balance for each in page} async for page in erp.list_products()]

    balances, products = world.erp(ask)

    assert balances == products
    assert [len(page) for page in balances] == [10, 10, 5]


def test_a_listing_that_repeats_itself_ends(world, parrot):
    async def ask(erp):
        return [product.id async for page in erp.list_products() for product in page]

    with parrot(200, b'{"totalItems": 900, "items": [{"id": "p1"}, {"nome": "sem id"}, 7]}') as server:
        assert world.erp(ask, server.url) == ["p1"]

    assert len(server.asked) == 2


@pytest.mark.parametrize("name", ["items", "itens"])
def test_a_listing_goes_by_either_of_two_names(world, parrot, name):
    with parrot(200, f'{{"{name}": [{{"id": "p1", "codigo": "A"}}]}}'.encode()) as server:
        found = world.erp(lambda erp: erp.find_products("A"), server.url)

    assert [each.id for each in found] == ["p1"]


@pytest.mark.parametrize(
    "body",
    [
        b'"Aguarde"',
        b"7",
        b"null",
        b"[7]",
        b'[{"id": "p1", "codigo": "A"}]',
        b'{"items": {"id": "p1"}}',
        b'{"items": "Aguarde"}',
    ],
)
def test_json_that_is_no_listing_is_no_answer(world, parrot, body):
    with parrot(200, body) as server, pytest.raises(Unavailable, match="the ERP answered what is no list"):
        world.erp(lambda erp: erp.find_products("A"), server.url)


def test_a_listing_that_never_ends_is_cut(world, box, monkeypatch):
    monkeypatch.setattr(contaazul, "PAGE", 10)
    monkeypatch.setattr(contaazul, "MOST_PAGES", 3)
    for number in range(40):
        box.add_product(f"P-{number}", "P", 10, 1)

    async def ask(erp):
        return [product.sku async for page in erp.list_products() for product in page]

    assert len(world.erp(ask)) == 20


def test_one_product_is_read_with_its_price_and_what_may_be_sold_of_it(world, box, product, customer):
    async def ask(erp):
        await erp.create_sale(sale(customer, product), it_is_noted)
        return await erp.product(ErpId(product))

    read = world.erp(ask)

    assert (read.sku, read.price, read.balance, read.active) == ("CAM-AZ", 7990, 2, True)


def test_a_product_that_is_gone_is_missing(world, box, product):
    box.delete_product("CAM-AZ")

    with pytest.raises(Missing):
        world.erp(lambda erp: erp.product(ErpId(product)))
    with pytest.raises(Missing):
        world.erp(lambda erp: erp.set_price(ErpId(product), 100))


def test_a_product_is_created_with_its_price_and_opening_balance(world, box):
    created = world.erp(lambda erp: erp.create_product(PRODUCT, it_is_noted))

    assert box.product("CAM-AZ").id == created
    assert (box.product("CAM-AZ").price, box.product("CAM-AZ").stock) == (Decimal("79.9"), 4)


def test_a_sku_that_is_in_use_is_told_from_other_refusals(world, product):
    with pytest.raises(Refused) as taken:
        world.erp(lambda erp: erp.create_product(PRODUCT, it_is_noted))
    with pytest.raises(Refused) as other:
        world.send(lambda http: http.create("/v1/produtos", {"codigo_sku": "X"}))

    assert is_taken(taken.value)
    assert not is_taken(other.value)
    assert is_taken(Refused(400, "O código SKU já existe"))
    assert not is_taken(Missing(404, "SKU desconhecido"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b'{"id": null}',
        b'"ok"',
        b"[]",
        b'{"id": [["a"]]}',
        b'{"id": true}',
        b'{"id": "R$ 1,00"}',
        b'{"id": "a\\u0000b"}',
        b'{"id": 0.5}',
        b'{"id": 1111111111222222222233333333334444444444}',
    ],
)
def test_a_create_that_is_answered_without_an_id_is_a_question(world, parrot, body):
    with parrot(201, body) as server, pytest.raises(Unanswered):
        world.erp(lambda erp: erp.create_product(PRODUCT, it_is_noted), server.url)

    assert server.asked == ["POST /v1/produtos"]


def test_a_price_is_set_to_the_centavo(world, box, product):
    world.erp(lambda erp: erp.set_price(ErpId(product), 8449))

    assert box.product("CAM-AZ").price == Decimal("84.49")
    [sent] = world.arrived("PATCH", f"/v1/produtos/{product}")
    assert sent.raw == b'{"valor_venda": 84.49}'


@pytest.mark.parametrize(("switch", "balance"), [("ignore", 4), ("take", 9)])
def test_success_in_setting_a_balance_proves_nothing(world, box, product, switch, balance):
    box.switches.stock_patch = switch

    world.erp(lambda erp: erp.set_balance(ErpId(product), Decimal(9)))

    assert box.product("CAM-AZ").stock == balance


def test_a_refused_balance_is_said(world, box, product):
    box.switches.stock_patch = "refuse"

    with pytest.raises(Refused, match="estoque"):
        world.erp(lambda erp: erp.set_balance(ErpId(product), Decimal("1.5")))


def test_an_ncm_is_found_by_its_code_however_it_is_written(world, parrot):
    assert world.erp(lambda erp: erp.find_ncm("61091000")) == 617762
    assert world.erp(lambda erp: erp.find_ncm("6109")) is None
    with parrot(200, b'{"items": [{"id": 3}, {"id": 4, "codigo": "6109.10.00"}]}') as server:
        assert world.erp(lambda erp: erp.find_ncm("61091000"), server.url) == 4


def test_a_unit_is_found_by_its_short_name_or_its_name(world, parrot):
    assert world.erp(lambda erp: erp.find_unit("UN")) == 51617379
    assert world.erp(lambda erp: erp.find_unit("Unidade")) == 51617379
    assert world.erp(lambda erp: erp.find_unit("U")) is None


# People


def test_a_person_is_found_by_the_exact_document_whatever_the_profiles(world, box):
    box.add_person("Bia Lima", BIA)
    ana = box.add_person("Ana Souza", ANA, ["Fornecedor"], active=False)

    found = world.erp(lambda erp: erp.find_people(ANA))

    [person] = found
    assert (person.id, person.document, person.active, person.name) == (ana, ANA, False, "Ana Souza")
    assert person.profiles == {Profile.SUPPLIER}


def test_a_person_is_found_by_the_whole_name_alone(world, box):
    box.add_person("Consumidor Final Ltda", "")
    person = box.add_person("Consumidor Final", "")

    found = world.erp(lambda erp: erp.find_people_named("Consumidor Final"))

    assert [each.id for each in found] == [person]


def test_an_account_is_found_by_its_whole_name_and_only_if_there_is_one(world, box):
    listed = world.erp(lambda erp: erp.http.get("/v1/conta-financeira"))["itens"]
    name, account = listed[0]["nome"], listed[0]["id"]

    assert world.erp(lambda erp: erp.find_named("account", name)) == account
    assert world.erp(lambda erp: erp.find_named("account", name[:-1])) is None


def test_a_seller_is_found_in_a_bare_list(world, box):
    listed = world.erp(lambda erp: erp.http.get("/v1/venda/vendedores"))

    assert world.erp(lambda erp: erp.find_named("seller", listed[0]["nome"])) == listed[0]["id"]


def test_a_category_is_found_by_its_name(world, box):
    query = {"permite_apenas_filhos": "true", "tipo": "RECEITA"}
    listed = world.erp(lambda erp: erp.http.get("/v1/categorias", query))["itens"]

    assert world.erp(lambda erp: erp.find_named("category", listed[0]["nome"])) == listed[0]["id"]


@pytest.mark.parametrize("rows", ["items", "itens"])
def test_a_cost_centre_is_found_by_its_name_under_either_word_for_rows(world, parrot, rows):
    listed = [
        {"id": "c1", "codigo": "1", "nome": "Loja", "ativo": True},
        {"id": "c2", "codigo": None, "nome": "Loja virtual", "ativo": True},
        {"id": "c3", "codigo": "3", "nome": "Loja virtual", "ativo": False},
    ]
    answer = json.dumps({"itens_totais": 3, rows: listed, "totais": {}}).encode()

    with parrot(200, answer) as server:
        found = world.erp(lambda erp: erp.find_named("cost_center", "Loja virtual"), server.url)
        none = world.erp(lambda erp: erp.find_named("cost_center", "Galpão"), server.url)

    assert (found, none) == ("c2", None)
    assert server.asked[0] == ("GET /v1/centro-de-custo?filtro_rapido=ATIVO&pagina=1&tamanho_pagina=1000")


def test_a_stranger_is_not_taken_when_the_erp_lists_everybody(world, parrot):
    rows = (
        b'{"items": [{"id": "b", "documento": "11144477735"}, {"id": "n"},'
        b' {"id": "a", "documento": "529.982.247-25", "perfis": [{"tipo_perfil": "Cliente"}]}]}'
    )

    with parrot(200, rows) as server:
        found = world.erp(lambda erp: erp.find_people(ANA), server.url)

    assert found == [ErpPerson(ErpId("a"), ANA, active=True, profiles=frozenset({Profile.CUSTOMER}))]


def test_nobody_is_found_where_there_is_nobody(world):
    assert world.erp(lambda erp: erp.find_people(ANA)) == []


def test_a_person_is_created_with_a_document(world, box):
    created = world.erp(lambda erp: erp.create_person(PERSON, it_is_noted))

    assert box.people[created].document == ANA


def test_a_person_who_becomes_a_customer_stays_what_they_were(world, box):
    ana = box.add_person("Ana Souza", ANA, ["Fornecedor"])

    async def ask(erp):
        [person] = await erp.find_people(ANA)
        await erp.make_customer(person)

    world.erp(ask)

    assert sorted(box.people[ana].profiles) == ["Cliente", "Fornecedor"]


# Sales


@pytest.mark.parametrize(("switch", "number"), [("hint", 1001), ("null", None)])
def test_the_next_number_is_a_hint_that_may_be_absent(world, box, switch, number):
    box.switches.next_number = switch

    assert world.erp(lambda erp: erp.next_number()) == number


@pytest.mark.parametrize(
    ("body", "number"), [(b'{"numero": 77}', 77), (b'"78"', 78), (b'"?"', None), (b"{}", None)]
)
def test_the_next_number_has_been_seen_in_other_clothes(world, parrot, body, number):
    with parrot(200, body) as server:
        assert world.erp(lambda erp: erp.next_number(), server.url) == number


def test_a_sale_is_created_found_by_its_number_and_read_with_its_mark(world, customer, product):
    async def ask(erp):
        created = await erp.create_sale(sale(customer, product), it_is_noted)
        return created, await erp.find_sales(1001)

    created, [found] = world.erp(ask)

    assert found.id == created
    assert found.notes == "[loja:pedido 88124]"
    assert (found.number, found.total, found.situation, found.cancelled) == (1001, 15980, "APROVADO", False)


@pytest.mark.parametrize("status", [200, 201])
def test_either_success_of_creating_a_sale_is_taken(world, box, customer, product, status):
    box.switches.sale_status = status

    created = world.erp(lambda erp: erp.create_sale(sale(customer, product), it_is_noted))

    assert created in box.sales


def test_a_sale_of_another_number_is_not_found(world, box, parrot):
    box.take_number(1001)

    assert world.erp(lambda erp: erp.find_sales(1002)) == []
    with parrot(200, b'{"itens": [{"id": "s1", "numero": 1001}]}') as server:
        assert world.erp(lambda erp: erp.find_sales(1002), server.url) == []
    assert len(server.asked) == 1


def test_a_new_sale_may_not_be_searchable_yet(world, box, clock, customer, product):
    box.switches.search_lag = 60

    async def ask(erp):
        await erp.create_sale(sale(customer, product), it_is_noted)
        return await erp.find_sales(1001)

    assert world.erp(ask) == []
    clock.move(seconds=60)
    assert len(world.erp(lambda erp: erp.find_sales(1001))) == 1


def test_a_number_is_refused_twice(world, customer, product):
    async def ask(erp):
        await erp.create_sale(sale(customer, product), it_is_noted)
        await erp.create_sale(sale(customer, product), it_is_noted)

    with pytest.raises(Refused, match="1002 é o próximo disponível"):
        world.erp(ask)


def test_a_cancelled_sale_is_read_as_cancelled(world, box, customer, product):
    async def ask(erp):
        created = await erp.create_sale(sale(customer, product), it_is_noted)
        again = {**sale(customer, product), "situacao": "CANCELADO", "versao": 1}
        await erp.http.change("PUT", f"/v1/venda/{created}", again)
        return await erp.sale(created)

    assert world.erp(ask).cancelled


def test_a_deleted_sale_can_be_read_and_counts_as_cancelled(world, customer, product):
    created = world.erp(lambda erp: erp.create_sale(sale(customer, product), it_is_noted))
    world.send(lambda http: http.change("POST", "/v1/venda/exclusao-lote", {"ids": [created]}))

    assert world.erp(lambda erp: erp.sale(created)).cancelled
    assert world.erp(lambda erp: erp.find_sales(1001)) == []


def test_a_sale_that_is_not_there_is_missing(world):
    with pytest.raises(Missing):
        world.erp(lambda erp: erp.sale(NOBODY))


def test_a_sale_for_a_person_the_erp_does_not_know_is_refused(world, product):
    with pytest.raises(Refused, match="Cliente da venda não encontrado"):
        world.erp(lambda erp: erp.create_sale(sale(str(uuid.uuid4()), product), it_is_noted))


# All sales


def sales(world: Any, url: str = "", **asked: Any) -> Any:
    async def ask(erp):
        return [sale async for sale in erp.list_sales(**asked)]

    return world.erp(ask, url)


def test_the_sales_made_through_the_api_are_listed_the_highest_first_and_whole(world, box, customer, product):
    async def ask(erp):
        for number in (1003, 1001):
            await erp.create_sale(sale(customer, product, number), it_is_noted)

    world.erp(ask)
    box.take_number(1002)

    listed = sales(world)

    assert [(each.number, each.notes, each.total) for each in listed] == [
        (1003, "[loja:pedido 88124]", 15980),
        (1001, "[loja:pedido 88124]", 15980),
    ]


def test_only_the_sales_above_a_number_are_listed_and_read(world, box, customer, product):
    async def ask(erp):
        for number in (1001, 1002, 1003):
            await erp.create_sale(sale(customer, product, number), it_is_noted)

    world.erp(ask)

    listed = sales(world, above=1001)

    assert [each.number for each in listed] == [1003, 1002]
    assert sales(world, above=1003) == []
    read = [
        seen.path for seen in box.requests if seen.path.startswith("/v1/venda/") and "busca" not in seen.path
    ]
    assert read == [f"/v1/venda/{each.id}" for each in listed]


@pytest.mark.parametrize(("since", "numbers"), [(date(2026, 11, 24), [1001]), (date(2026, 11, 25), [])])
def test_only_the_sales_since_a_day_are_asked_for(world, customer, product, since, numbers):
    world.erp(lambda erp: erp.create_sale(sale(customer, product), it_is_noted))

    assert [each.number for each in sales(world, since=since)] == numbers
    assert world.arrived("GET", "/v1/venda/busca")[0].query["data_inicio"] == [since.isoformat()]


def test_a_sale_beyond_the_first_page_is_listed(world, box, customer, product):
    world.erp(lambda erp: erp.create_sale(sale(customer, product, 7), it_is_noted))
    for number in range(1001, 1121):
        box.take_number(number)

    assert [each.number for each in sales(world)] == [7]
    pages = [seen.query["pagina"] for seen in world.arrived("GET", "/v1/venda/busca")]
    assert pages == [["1"], ["2"], ["3"]]  # the last one brings nothing


@pytest.mark.parametrize("origin", ["", ', "origem": null', ', "origem": "API"'])
def test_a_list_of_sales_that_repeats_itself_or_tells_no_origin_is_listed_once(world, parrot, origin):
    rows = f'[{{"id": "s1", "numero": 7{origin}}}, {{"id": "s2"}}]'
    body = f'{{"itens": {rows}, "venda": {{"id": "s1", "numero": 7}}}}'

    with parrot(200, body.encode()) as server:
        assert [each.number for each in sales(world, server.url)] == [7]

    assert len(server.asked) == 3  # two pages and the sale


def test_a_sale_whose_number_the_list_garbles_is_read_by_itself(world, parrot):
    body = '{"itens": [{"id": "s1", "numero": "sete"}], "venda": {"id": "s1", "numero": 7}}'

    with parrot(200, body.encode()) as server:
        assert [each.number for each in sales(world, server.url)] == [7]


def test_a_list_of_sales_that_never_ends_is_cut(world, box, monkeypatch):
    monkeypatch.setattr(contaazul, "MOST_PAGES", 2)
    for number in range(1001, 1121):
        box.take_number(number)

    assert sales(world) == []
    assert len(world.arrived("GET", "/v1/venda/busca")) == 1


# What is never asked


def test_nothing_here_knows_of_invoices():
    words = [name for name in dir(contaazul.ContaAzul) if "invoice" in name or "nota" in name]

    assert words == []


# One odd field, or one odd row


@pytest.mark.parametrize("odd", ["muito", 10**30, [], {"a": 1}, "NaN", True])
def test_a_product_whose_price_or_balance_cannot_be_read_is_still_that_product(odd):
    row = {"id": "1", "codigo": "A", "nome": "Camisa", "valor_venda": odd, "saldo": odd}
    page = {"id": "1", "codigo_sku": "A", "estoque": {"valor_venda": odd, "quantidade_disponivel": odd}}

    (listed,) = answers.read_products(border.parse(json.dumps(row).encode()))
    whole = answers.read_product(border.parse(json.dumps(page).encode()))

    assert (listed.sku, listed.price, listed.balance) == ("A", None, None)
    assert (whole.sku, whole.price, whole.balance) == ("A", None, None)


@pytest.mark.parametrize("odd", [5, "x", [7, None, {}, {"codigo": "B"}]])
def test_variations_that_cannot_be_read_do_not_take_their_product_with_them(odd):
    assert len(list(answers.read_products({"id": "1", "codigo": "A", "produtos_variacao": odd}))) == 1


@pytest.mark.parametrize("told", [10**30, "9" * 5000, "²", [], {}, {"numero": "x"}, -5, "1e3"])
def test_a_number_of_a_sale_that_cannot_be_read_is_none(told):
    assert answers.read_number(border.parse(json.dumps(told).encode())) is None
