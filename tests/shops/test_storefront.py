"""The storefront of Webstore: its known quirks, and how little it is asked."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from contaazul_sync.core.drafts.products import product_problem
from contaazul_sync.core.errors import NoAccess, Unavailable
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.products import Product
from contaazul_sync.home.settings import SETTINGS
from contaazul_sync.net.pacer import Pacer
from contaazul_sync.net.transport import ATTEMPTS, Transport
from contaazul_sync.sandbox.shop.catalogue import fill
from contaazul_sync.sandbox.shop.faces import STORE_ID
from contaazul_sync.shops import storefront_rows as rows
from contaazul_sync.shops.port import Unread
from contaazul_sync.shops.storefront import Storefront
from tests.worlds.shops import Answer, Asked, Door, written

pytestmark = pytest.mark.line("memory")

API = "/api-loja-v2"
CATEGORIES, LIST, PAGE = (
    f"{API}/{path}" for path in ("categorias", "produtos/listagem", "produtos/dadosproduto")
)
KEY = ShopKey("7")
JUST_NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
INPUTS = "<input type='hidden' id='HD_LV_ID' value='20270' /><input id='HdTokenLojaTemp' value='abc' />"


@pytest.fixture
def door(sandbox, tmp_path):
    return Door("storefront", sandbox, tmp_path)


@pytest.fixture
def shop(sandbox):
    return sandbox.shop


@pytest.fixture
def filled(sandbox):
    fill(sandbox.shop)
    return sandbox.shop


def sent(shop: Any, path: str) -> list[Any]:
    """The requests for a path."""
    return [seen for seen in shop.requests if seen.path == path]


def unread(*keys: str) -> list[Unread]:
    return [Unread(ShopKey(key)) for key in keys]


def units(told: Any) -> dict[str, Product]:
    """The products that were told, by their key."""
    return {each.key: each for each in told if isinstance(each, Product)}


def elsewhere(sandbox: Any, tmp_path: Any, server: Any, **more: object) -> Door:
    """The door of a shop that a test has written."""
    given = {"shop__url": server.url, "shop__storefront_url": f"{server.url}{API}"} | more
    return Door("storefront", sandbox, tmp_path, **given)


class Shop:
    """A written shop: its home page, its sitemap, categories, lists by category and page, and pages."""

    def __init__(self, **answers: Any) -> None:
        self.home: Any = answers.get("home", f"<html>{INPUTS}</html>")
        self.files: dict[str, str] = answers.get("files", {})
        self.categories: list[Any] = answers.get("categories", [])
        self.lists: dict[tuple[str, int], Any] = answers.get("lists", {})
        self.pages: dict[str, Any] = answers.get("pages", {})

    def __call__(self, asked: Asked) -> Answer:
        if asked.path == "/":
            return Answer(self.home)
        if asked.path == CATEGORIES:
            return Answer({"Categorias": self.categories})
        if asked.path == LIST:
            number = asked.query["InfoListagem"].split("_|_")[1]
            nothing: Any = {"produtos": [], "paginacao": None}
            return Answer(self.lists.get((number, int(asked.query["num_pagina"])), nothing))
        if asked.path == PAGE:
            page = self.pages.get(asked.query["Produto"], {"erro": 2})
            return page if isinstance(page, Answer) else Answer(page)
        query = "&".join(f"{name}={value}" for name, value in asked.query.items())
        file = self.files.get(f"{asked.path}?{query}" if query else asked.path)
        if file is None:
            return Answer("Not found", 404)
        return Answer(file.replace("HERE", f"http://{asked.headers['host']}"))


def category(number: int, *below: Any) -> Any:
    return {"id": number, "nome": f"C{number}", "url": "", "subcategorias": list(below)}


def listed(*rows: Any, pages: int = 1) -> Any:
    """A page of a list, as the shop's own sample has it."""
    paging = {"pagina_atual": 1, "qtd_paginas": pages, "total_itens": 70} if pages > 1 else None
    return {"totalitens": len(rows), "produtos": list(rows), "paginacao": paging, "wssource": "ws-db-1"}


def row(number: int, **fields: Any) -> Any:
    """A product of a list."""
    prices = {
        "preco": Decimal("115.00"),
        "preco_promocao": Decimal("99.00"),
        "desconto_avista": Decimal("10.00"),
    }
    known = {
        "id": number,
        "codigo": f"S{number}",
        "nome": f"Moletom {number}",
        "modo": "1",
        "disponivel": True,
        "subprodutos": False,
        "datalimite": "/Date(1567652400000)/",
        "fabricante": None,
        "precos": prices,
        "links": {"botao_comprar": None, "ver_produto": "#moletom"},
    }
    return known | fields


def page(**fields: Any) -> Any:
    """A product's own page, as the wire has it."""
    known = {
        "codigo": "MOL",
        "nome": "Moletom",
        "breve": "",
        "descricoes": [{"titulo": "Descrição", "conteudo": "<p>Malha <b>grossa</b></p>"}],
        "modo": 1,
        "disponivel": True,
        "precos": {"preco": Decimal("115.00"), "preco_promocao": Decimal("99.00")},
        "qtd_disponivel": 12,
        "variacoes": None,
        "kit": None,
        "erro": 0,
    }
    return known | fields


def variation(**fields: Any) -> Any:
    known = {
        "id": 987,
        "codigo": "MOL-M",
        "preco": Decimal("79.90"),
        "estoque": 4,
        "atributos": [{"valor": "M"}],
    }
    return known | fields


def one(**fields: Any) -> Product:
    """The only unit of a page."""
    [unit] = rows.units(KEY, page(**fields))
    return unit


def sitemap(*numbers: int, name: str = "moletom-azul") -> str:
    urls = "".join(f"<url><loc>HERE/produto/20270/{number}/{name}.aspx</loc></url>" for number in numbers)
    return f"<?xml version='1.0'?><urlset><url><loc>HERE/</loc></url>{urls}</urlset>"


def index(*addresses: str) -> str:
    maps = "".join(
        f"<sitemap>\n<loc> {address} </loc><lastmod>2026-11-01</lastmod></sitemap>" for address in addresses
    )
    return f"<?xml version='1.0'?><sitemapindex>{maps}</sitemapindex>"


# The home page


@pytest.mark.parametrize(
    "home",
    [
        "<input type='hidden' id='HD_LV_ID' value='20270' /><input id='HdTokenLojaTemp' value='a+b=' />",
        '<input type="hidden" id="HD_LV_ID" value="20270"><input id="HdTokenLojaTemp" value="a+b=">',
        "<INPUT VALUE='20270' ID='HD_LV_ID'><input value='a+b=' name='x' id='HdTokenLojaTemp'/>",
        "<input\n  id=HD_LV_ID\n  value=20270>\n<input id='HdTokenLojaTemp' value='a&#43;b='>",
    ],
    ids=["as it is", "double quotes", "another order", "no quotes"],
)
def test_the_shops_number_and_token_are_found_however_they_are_written(home):
    assert rows.key_of_the_door(f"<html><body><form>{home}</form></body></html>") == ("20270", "a+b=")


@pytest.mark.parametrize(
    "home",
    [
        "<html><h1>Em manutenção</h1></html>",
        "<html><input id='HD_LV_ID' value='20270'></html>",
        "<html><input id='HD_LV_ID' value='20270'><input id='HdTokenLojaTemp' value=''></html>",
        "",
    ],
    ids=["another page", "no token", "empty token", "nothing"],
)
def test_a_home_page_of_another_kind_asks_whether_the_address_is_right(sandbox, tmp_path, home):
    with written(Shop(home=home)) as server:
        door = elsewhere(sandbox, tmp_path, server)
        with pytest.raises(Unavailable, match=r"Is \[shop\] url right") as caught:
            door.told(wanted=set())

    assert server.url in caught.value.message
    assert {asked.path for asked in server.asked} == {"/"}


# What is sent with a request


def test_each_request_has_what_the_shops_own_pages_send(door, filled):
    door.told(wanted={"1742396"})

    api = [seen for seen in filled.requests if seen.path.startswith(API)]
    assert {seen.path for seen in api} == {CATEGORIES, LIST, PAGE}
    for seen in api:
        assert seen.query["LOJA"] == [STORE_ID]
        assert seen.query["LvToken"] == [filled.storefront_token]
        assert seen.query["LVdashview"] == [""]
        assert len(seen.query["cachetype"]) == 1


def test_the_home_page_is_read_once(door, filled):
    door.told()

    assert len(sent(filled, "/")) == 1


def test_requests_say_who_asks_and_what_for_and_carry_no_secret(door, filled):
    door.told(wanted={"1742396"})

    for seen in filled.requests:
        assert seen.headers["user-agent"].startswith("contaazul-sync/")
        assert "for its own ERP" in seen.headers["user-agent"]
        assert not {"authtoken", "authorization", "cookie"} & seen.headers.keys()
        assert filled.token not in str(seen.query)


@pytest.fixture
def at_the_minute(world, shop):
    """Ask a storefront whose clock is moved by hand for one product's stock."""

    def stock_of(key: ShopKey) -> Any:
        async def ask(api: Transport) -> Any:
            async with httpx.AsyncClient(base_url=world.sandbox.site_url) as client:
                site = Transport(client, "the shop", Pacer(0), world.nap)
                front = Storefront(site, api, world.clock, world.nap)
                return [
                    each async for told in front.products(JUST_NOW, wanted=lambda: {key}) for each in told
                ]

        [told] = world.send(ask, url=world.sandbox.storefront_url, auth=httpx.Auth())
        return told.stock

    return stock_of


@pytest.mark.line("http")
def test_what_breaks_the_cache_is_the_minute_in_the_shops_zone_with_months_from_zero(
    at_the_minute, shop, clock
):
    key = ShopKey(str(shop.add_product("CANECA", "Caneca", "39.90", 10)))
    for _ in range(2):
        at_the_minute(key)
        clock.move(minutes=1)
    clock.now = datetime(2027, 1, 1, 2, 59, tzinfo=UTC)
    at_the_minute(key)

    assert [seen.query["cachetype"] for seen in sent(shop, PAGE)] == [
        ["24-10_12_0"],
        ["24-10_12_1"],
        ["31-11_23_59"],
    ]


@pytest.mark.line("http")
def test_an_answer_that_the_shop_keeps_is_no_older_than_a_minute(at_the_minute, shop, clock):
    shop.switches.storefront_cache_seconds = 3600
    key = ShopKey(str(shop.add_product("CANECA", "Caneca", "39.90", 10)))
    first = at_the_minute(key)
    shop.change("CANECA", stock=3)
    clock.move(minutes=1)

    assert (first, at_the_minute(key)) == (10, 3)


# Errors


def test_an_error_of_the_shop_is_asked_again_after_two_seconds(door, filled):
    filled.storefront_erros = 1

    assert len(door.products()) == 40
    assert door.naps == [2.0]
    assert len(sent(filled, "/")) == 1


def test_an_error_that_stays_is_asked_once_more_with_a_new_token(door, filled):
    filled.storefront_erros = 2

    assert len(door.products()) == 40
    assert door.naps == [2.0]
    assert len(sent(filled, "/")) == 2


def test_a_token_that_changes_while_we_read_is_fetched_anew(door, filled):
    async def walk(client: Any) -> list[Any]:
        told: list[Any] = []
        async for each in client.products():
            if not told:
                filled.rotate_storefront_token()
            told += each
        return told

    told = door.ask(walk)

    assert len(units(told)) == len(filled.products)
    assert door.naps == [2.0]  # once, and not for each request from then on
    assert sent(filled, LIST)[-1].query["LvToken"] == [filled.storefront_token]


def test_an_error_without_end_is_told_with_its_number(door, filled):
    filled.storefront_erros = 1000

    with pytest.raises(Unavailable, match="its error 3"):
        door.told()
    assert len(sent(filled, CATEGORIES)) == 3


def test_a_token_that_is_never_taken_is_told(sandbox, tmp_path, filled):
    with written(Shop(files={"/sitemap.xml": sitemap()})) as server:
        door = Door("storefront", sandbox, tmp_path, shop__url=server.url)  # its home page is another shop's
        with pytest.raises(Unavailable, match="its error 1"):
            door.told()


def test_a_page_with_a_captcha_is_told_and_is_no_empty_shop(door, filled):
    filled.switches.storefront_blocked = True

    with pytest.raises(Unavailable, match="the shop answered with a page"):
        door.told(wanted=set())


def test_two_answers_that_are_glued_together_are_the_first(door, filled):
    filled.switches.storefront_glued = True

    assert len(door.products()) == 40
    assert door.naps == []


@pytest.mark.parametrize("between", ["", " ", "\r\n"])
def test_a_mark_before_the_first_answer_and_space_between_the_two_do_no_harm(sandbox, tmp_path, between):
    glued = '\ufeff{"nome": "Moletom", "codigo": "MOL", "qtd_disponivel": 3}' + between + '{"erro": 7}\r\n'

    with written(Shop(pages={"7": glued})) as server:
        told = units(elsewhere(sandbox, tmp_path, server).told(JUST_NOW, wanted={"7"}))

    assert told["7"].stock == 3


@pytest.mark.parametrize("body", ['{"nome": "Moletom"}<script>', '{"nome": "Mol', "", "null and void"])
def test_an_answer_with_something_else_behind_it_is_not_believed(sandbox, tmp_path, body):
    good = '{"nome": "Moletom", "codigo": "MOL", "qtd_disponivel": 3}'
    with written(Shop(pages={"7": body, "8": good})) as server:
        told = elsewhere(sandbox, tmp_path, server).told(JUST_NOW, wanted={"7", "8"})

    assert [each for each in told if isinstance(each, Unread)] == unread("7")


def test_a_shop_that_forbids_is_not_asked_again(sandbox, tmp_path):
    with written(Shop(pages={"7": Answer("<h1>Forbidden</h1>", 403)})) as server:
        door = elsewhere(sandbox, tmp_path, server)
        with pytest.raises(NoAccess, match="403"):
            door.told(JUST_NOW, wanted={"7", "8"})

    assert [asked.query["Produto"] for asked in server.asked if asked.path == PAGE] == ["7"]


# Wanted products that do not show


def test_a_wanted_product_whose_page_does_not_show_stays_as_it_is_known(door, filled):
    mug, cream = (str(filled.unit(sku)["id"]) for sku in ("CANECA-IPE", "CREME-MAOS"))
    filled.faults.add("html", path=PAGE, times=ATTEMPTS)

    told = door.told(wanted={mug, cream})

    assert [each for each in told if isinstance(each, Unread)] == unread(mug)
    assert mug not in units(told)  # the list's word would undo what its page has told before


@pytest.mark.parametrize("answer", ["erro", "404"])
def test_products_that_the_shop_does_not_know_stop_no_other(door, filled, answer):
    filled.switches.storefront_unknown_product = answer
    mug = str(filled.unit("CANECA-IPE")["id"])

    told = door.told(JUST_NOW, wanted={"996", "997", "998", "999", mug})

    assert [each for each in told if isinstance(each, Unread)] == unread("996", "997", "998", "999")
    assert units(told).keys() == {mug}
    assert not [each for each in door.told(wanted={"996", mug}) if isinstance(each, Unread)]


@pytest.mark.parametrize("fault", ["500_before", "html"])
def test_pages_of_some_products_that_never_answer_stop_no_other(door, filled, fault):
    mug = str(filled.unit("CANECA-IPE")["id"])
    filled.faults.add(fault, path=PAGE, times=4 * ATTEMPTS)

    told = door.told(JUST_NOW, wanted={"1000", "1001", "1002", "1003", mug})

    assert [each for each in told if isinstance(each, Unread)] == unread("1000", "1001", "1002", "1003")
    assert units(told).keys() == {mug}


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_shop_that_answers_for_none_of_the_products_is_told_however_few_they_are(door, filled, count):
    filled.faults.random(1.0, 1, ["html"], path=PAGE)

    with pytest.raises(Unavailable, match="shows none of the products"):
        door.told(JUST_NOW, wanted={str(997 + number) for number in range(count)})


def test_many_pages_that_are_not_answered_end_the_walk(door, filled):
    keys = {str(product["id"]) for product in filled.products}
    filled.faults.random(1.0, 1, ["500_before"], path=PAGE)

    with pytest.raises(Unavailable):
        door.told(JUST_NOW, wanted=keys)
    assert [seen.path for seen in filled.requests].count(PAGE) == 10 * ATTEMPTS


def test_a_page_of_html_in_place_of_the_sitemap_calls_nothing_gone(sandbox, tmp_path):
    good = '{"nome": "Moletom", "codigo": "MOL", "qtd_disponivel": 3}'
    shop = Shop(pages={"7": good, "8": '{"erro": 2}'}, files={"/sitemap.xml": "<html>captcha</html>"})
    with written(shop) as server:
        told = elsewhere(sandbox, tmp_path, server).told(wanted={"7", "8"})

    assert [each for each in told if isinstance(each, Unread)] == unread("8")


def test_a_home_page_that_is_not_there_is_a_shop_that_is_away(sandbox, tmp_path):
    door = Door("storefront", sandbox, tmp_path, shop__url=f"{sandbox.site_url}/nowhere")

    with pytest.raises(Unavailable):
        door.told(JUST_NOW, wanted={"997"})


def test_categories_that_are_refused_are_a_shop_that_is_away(door, filled):
    filled.faults.random(1.0, 1, ["400"], path="/api-loja-v2/categorias")

    with pytest.raises(Unavailable):
        door.told(wanted=set())


def test_a_token_that_changes_twice_in_a_walk_is_renewed_twice(door, filled):
    keys = sorted(str(product["id"]) for product in filled.products)[:6]

    async def walk(shop):
        told = []
        async for page in shop.products(JUST_NOW, wanted=lambda: set(keys)):
            told += page
            if len({each.key.partition(":")[0] for each in told}) in (2, 4):
                filled.rotate_storefront_token()
        return told

    assert not [each for each in door.ask(walk) if isinstance(each, Unread)]


def test_while_the_sitemap_is_away_nothing_is_called_gone(door, filled):
    filled.faults.random(1.0, 1, ["500_before"], path="/sitemap.xml")

    assert Unread(ShopKey("999")) in door.told(wanted={"999", str(filled.unit("CANECA-IPE")["id"])})


def test_a_product_that_shows_in_between_means_that_the_shop_is_there(door, filled):
    mug = str(filled.unit("CANECA-IPE")["id"])
    filled.faults.add("500_before", path=PAGE, times=2 * ATTEMPTS)
    told = door.told(JUST_NOW, wanted={"1000", "1001", mug, "9998", "9999"})

    assert [each for each in told if isinstance(each, Unread)] == unread("1000", "1001", "9998", "9999")
    assert units(told).keys() == {mug}


def test_a_token_is_renewed_once_for_products_that_are_not_there(door, filled):
    with pytest.raises(Unavailable, match="shows none"):
        door.told(JUST_NOW, wanted={"996", "997", "998", "999"})

    assert [seen.path for seen in filled.requests].count("/") == 2


def test_wanted_products_that_no_list_has_any_more_are_gone_however_many(door, filled):
    told = door.told(wanted={"996", "997", "998", "999"})

    assert not [each for each in told if isinstance(each, Unread)]
    assert len(units(told)) == len(filled.products)


def test_a_hidden_product_that_is_wanted_is_told_from_its_page(door, filled):
    filled.change("CANECA-IPE", available=0, stock=7)
    mug = str(filled.unit("CANECA-IPE")["id"])

    for since in (None, JUST_NOW):
        told = units(door.told(since, wanted={mug}))[mug]
        assert (told.sku, told.stock, told.listed) == ("CANECA-IPE", Decimal(7), False)
        assert told.problem is None


def test_a_hidden_product_that_nobody_wants_is_not_told(door, filled):
    filled.change("CANECA-IPE", available=0)

    assert "CANECA-IPE" not in {product.sku for product in units(door.told(wanted=set())).values()}


# How much is asked


def test_only_wanted_products_are_looked_at(door, filled):
    mug, shirt = filled.unit("CANECA-IPE")["id"], filled.products[-6]
    medium, large = (f"{shirt['id']}:{unit['id']}" for unit in shirt["variations"][1:])

    told = units(door.told(wanted={str(mug), medium, large}))

    asked = [seen.query["Produto"][0] for seen in sent(filled, PAGE)]
    assert asked == [str(mug), str(shirt["id"])]  # once, however many of its variations are wanted
    assert sum(not product.listed for product in told.values()) == 1 + len(shirt["variations"])
    assert sum(product.listed for product in told.values()) == len(filled.products) - 2


def test_what_is_known_from_a_list_alone_cannot_be_sent(door, filled):
    for product in units(door.told(wanted=set())).values():
        assert product.stock is None
        assert "has not shown its page yet" in (product_problem(product, product.price) or "")


def test_without_a_look_no_page_is_read_and_no_wanted_product_told(door, filled):
    mug = str(filled.unit("CANECA-IPE")["id"])

    async def walk(client: Any) -> list[Any]:
        return [each async for told in client.products(wanted=lambda: {mug}, look=False) for each in told]

    told = units(door.ask(walk))

    assert sent(filled, PAGE) == []
    assert len(told) == len(filled.products) - 1
    assert mug not in told


def test_what_changed_is_asked_of_the_wanted_products_alone(door, filled):
    mug = str(filled.unit("CANECA-IPE")["id"])

    assert units(door.told(JUST_NOW, wanted={mug})).keys() == {mug}
    assert [seen.path for seen in filled.requests] == ["/", PAGE]


def test_nothing_is_asked_where_nothing_is_wanted(door, filled):
    assert door.told(JUST_NOW, wanted=set()) == []
    assert filled.requests == []


def test_a_storefront_alone_tells_of_no_order_and_asks_for_none(sandbox, tmp_path, filled):
    door = Door("storefront", sandbox, tmp_path, shop__api_url="")
    door.token = ""

    assert (door.orders(), door.order(filled.orders[0]["id"])) == ({}, None)
    assert filled.requests == []
    assert not door.ask(_can).orders


async def _can(client: Any) -> Any:
    return client.can


def pacers(door: Door) -> tuple[Pacer, Pacer]:
    async def look(client: Any) -> tuple[Pacer, Pacer]:
        return client.catalogue.site.pacer, client.catalogue.api.pacer

    return door.ask(look)


@pytest.mark.parametrize(
    ("rate", "interval"), [("5", 0.5), ("10", 0.5), ("2", 0.5), ("1", 1.0), ("0.5", 2.0)]
)
def test_a_shop_on_another_machine_is_asked_twice_a_second_at_most(sandbox, tmp_path, rate, interval):
    far = {
        "shop__url": "https://loja.example",
        "shop__storefront_url": "https://apilojaws.wslojas.com.br/api-loja-v2",
    }
    site, api = pacers(Door("storefront", sandbox, tmp_path, shop__requests_per_second=Decimal(rate), **far))

    assert api.interval == interval
    assert site is api  # pages and answers together


def test_the_known_address_of_the_storefront_is_on_another_machine(sandbox, tmp_path):
    _reader, known = SETTINGS["shop.storefront_url"]

    assert pacers(Door("storefront", sandbox, tmp_path, shop__storefront_url=known))[1].interval == 0.5


# The lists


def test_a_category_of_several_pages_is_read_to_its_last(door, shop):
    shop.switches.storefront_page_size = 2
    numbers = [shop.add_product(f"P{number}", f"P {number}", "10.00", 1) for number in range(5)]
    shop.category_of.update(dict.fromkeys(numbers, 502))

    told = door.told(wanted=set())

    assert sorted(each.sku for each in units(told).values()) == [f"P{number}" for number in range(5)]
    asked = [
        seen.query["num_pagina"][0]
        for seen in sent(shop, LIST)
        if "_|_502_|_" in seen.query["InfoListagem"][0]
    ]
    assert asked == ["1", "2", "3"]


def test_a_category_is_asked_for_as_the_shops_own_pages_do(door, shop):
    shop.add_product("P", "P", "10.00", 1)
    door.told(wanted=set())

    assert [seen.query["InfoListagem"] for seen in sent(shop, LIST)] == [
        [f"_|_{number}_|__|__|__|__|__|_1_|__|__|__|__|__|__|_"] for number in (501, 502, 503)
    ]


def test_a_shop_that_gives_the_first_page_again_is_left(sandbox, tmp_path):
    same = listed(row(1), row(2), pages=900)
    lists = {("5", number): same for number in range(1, 1000)}

    with written(
        Shop(categories=[category(5)], lists=lists, files={"/sitemap.xml": sitemap(1, 2)})
    ) as server:
        told = elsewhere(sandbox, tmp_path, server).told(wanted=set())

    assert [each.key for each in told] == ["1", "2"]
    assert sum(asked.path == LIST for asked in server.asked) == 2


def test_a_product_in_several_categories_is_told_once(sandbox, tmp_path):
    lists = {("5", 1): listed(row(1), row(2)), ("6", 1): listed(row(2), row(3))}

    with written(Shop(categories=[category(5), category(6)], lists=lists)) as server:
        told = elsewhere(sandbox, tmp_path, server).told(wanted=set())

    assert [each.key for each in told] == ["1", "2", "3"]


def test_a_product_that_a_page_has_twice_is_told_once(sandbox, tmp_path):
    with written(Shop(categories=[category(5)], lists={("5", 1): listed(row(1), row(2), row(1))})) as server:
        told = elsewhere(sandbox, tmp_path, server).told(wanted=set())

    assert [each.key for each in told] == ["1", "2"]


def test_subcategories_are_not_asked_for_where_the_roots_tell_everything(sandbox, tmp_path):
    categories = [category(5, category(51)), category(6)]
    lists = {("5", 1): listed(row(1), row(2)), ("51", 1): listed(row(2)), ("6", 1): listed(row(3))}

    shop = Shop(categories=categories, lists=lists, files={"/sitemap.xml": sitemap(1, 2, 3)})
    with written(shop) as server:
        assert len(elsewhere(sandbox, tmp_path, server).told(wanted=set())) == 3

    asked = [asked.query["InfoListagem"].split("_|_")[1] for asked in server.asked if asked.path == LIST]
    assert asked == ["5", "6"]


DEEP = {
    "categories": [category(5, category(51, category(511)), category(52))],
    "lists": {("5", 1): listed(row(1)), ("511", 1): listed(row(2)), ("52", 1): listed(row(3), row(1))},
}


def test_products_of_subcategories_alone_are_read_in_these(sandbox, tmp_path):
    with written(Shop(**DEEP, files={"/sitemap.xml": sitemap(1, 2, 3)})) as server:
        told = elsewhere(sandbox, tmp_path, server).told(wanted=set())

    assert {each.key: each.sku for each in units(told).values()} == {"1": "S1", "2": "S2", "3": "S3"}
    assert len(told) == 3


def test_without_a_sitemap_the_subcategories_are_read_too(sandbox, tmp_path):
    """Nothing tells then that the roots had everything."""
    with written(Shop(**DEEP)) as server:
        told = elsewhere(sandbox, tmp_path, server).told(wanted=set())

    assert units(told).keys() == {"1", "2", "3"}


def test_a_product_that_the_sitemap_alone_knows_is_told_by_its_address(door, filled):
    mug = filled.unit("CANECA-IPE")["id"]
    filled.category_of[mug] = None

    told = units(door.told(wanted=set()))[str(mug)]

    assert (told.name, told.sku, told.listed) == ("caneca de ceramica ipe 300 ml", "", True)


def test_a_product_that_the_sitemap_alone_knows_is_read_when_it_is_wanted(door, filled):
    mug = filled.unit("CANECA-IPE")["id"]
    filled.category_of[mug] = None

    told = door.told(wanted={str(mug)})

    assert units(told)[str(mug)].sku == "CANECA-IPE"
    assert [each.key for each in told].count(str(mug)) == 1


def test_a_shop_without_a_sitemap_is_told_by_its_categories(sandbox, tmp_path):
    with written(Shop(categories=[category(5)], lists={("5", 1): listed(row(1), row(2))})) as server:
        told = elsewhere(sandbox, tmp_path, server).told(wanted=set())

    assert [each.key for each in told] == ["1", "2"]
    assert any(asked.path == "/sitemap.xml" for asked in server.asked)


def test_a_sitemap_may_consist_of_several_of_which_one_may_be_missing(sandbox, tmp_path):
    parts = [f"HERE/sitemap-{name}.xml" for name in ("produtos", "gone", "mais")]
    files = {
        "/sitemap.xml": index(*parts),
        "/sitemap-produtos.xml": sitemap(1, 2),
        "/sitemap-mais.xml": sitemap(3),
    }

    with written(Shop(files=files)) as server:
        told = elsewhere(sandbox, tmp_path, server).told(wanted=set())

    assert units(told).keys() == {"1", "2", "3"}


def test_the_parts_of_a_sitemap_may_differ_in_their_query_alone(sandbox, tmp_path):
    files = {
        "/sitemap.xml": index(
            "HERE/sitemap.aspx?tipo=produtos&amp;p=1", "HERE/sitemap.aspx?tipo=produtos&amp;p=2"
        ),
        "/sitemap.aspx?tipo=produtos&p=1": sitemap(1),
        "/sitemap.aspx?tipo=produtos&p=2": sitemap(2),
    }

    with written(Shop(files=files)) as server:
        told = elsewhere(sandbox, tmp_path, server).told(wanted=set())

    assert units(told).keys() == {"1", "2"}


def test_a_sitemap_that_names_itself_is_read_once(sandbox, tmp_path):
    files = {"/sitemap.xml": index("HERE/sitemap.xml", "HERE/produtos.xml"), "/produtos.xml": sitemap(1)}

    with written(Shop(files=files)) as server:
        told = elsewhere(sandbox, tmp_path, server).told(wanted=set())

    assert units(told).keys() == {"1"}
    assert sum(asked.path == "/sitemap.xml" for asked in server.asked) == 1


def test_a_list_without_prices_still_tells_its_products(door, filled):
    filled.switches.storefront_prices = "null"

    told = units(door.told(wanted=set()))

    assert len(told) == len(filled.products)
    assert {product.price for product in told.values()} == {0}


def test_the_prices_of_a_list_are_exact(sandbox, tmp_path):
    odd = {"preco": Decimal("1234.56"), "preco_promocao": Decimal("0.29")}

    with written(
        Shop(categories=[category(5)], lists={("5", 1): listed(row(1), row(2, precos=odd))})
    ) as server:
        told = units(elsewhere(sandbox, tmp_path, server).told(wanted=set()))

    assert [(each.price, each.promotional) for each in told.values()] == [(11500, 9900), (123456, 29)]


def test_a_product_that_a_list_offers_on_request_is_told_and_says_so_when_it_is_wanted(door, filled):
    mug = filled.unit("CANECA-IPE")["id"]
    filled.on_request.add(mug)  # modo "3" in the list, 3 on its page

    assert str(mug) in units(door.told(wanted=set()))
    assert "on request" in (units(door.told(wanted={str(mug)}))[str(mug)].problem or "")


# A product's page


def test_a_page_tells_prices_stock_and_words():
    told = one()

    assert (told.key, told.sku, told.name) == ("7", "MOL", "Moletom")
    assert (told.price, told.promotional, told.problem) == (11500, 9900, None)
    assert told.stock == 12
    assert told.details.description == "Malha grossa"


@pytest.mark.parametrize("mode", ["3", 3])
def test_a_price_on_request_is_a_problem_however_the_mode_is_written(mode):
    assert "on request" in (one(modo=mode).problem or "")
    [unit] = rows.units(KEY, page(modo=mode, variacoes=[variation()]))
    assert "on request" in (unit.problem or "")


@pytest.mark.parametrize("prices", [None, 0, [], ""])
def test_prices_that_need_a_login_are_a_problem(prices):
    assert one(precos=prices).problem == "the shop shows no price of it"


@pytest.mark.parametrize("none", [0, None, Decimal("0.00"), "0"])
def test_a_promotional_price_of_nothing_is_no_promotion(none):
    told = one(precos={"preco": Decimal("115.00"), "preco_promocao": none})

    assert (told.price, told.promotional, told.problem) == (11500, None, None)


def test_a_price_that_is_no_whole_centavo_is_a_problem():
    assert "10.005" in (one(precos={"preco": Decimal("10.005")}).problem or "")


@pytest.mark.parametrize("none", [None, []])
def test_a_product_without_variations_is_sold_itself(none):
    told = one(variacoes=none)

    assert (told.key, told.stock) == ("7", Decimal(12))


def test_a_stock_that_is_not_told_is_a_problem_and_not_an_empty_shelf():
    assert one(qtd_disponivel=None).problem == "the shop tells no stock of it"
    assert one(variacoes=[variation(estoque=None)]).problem == "the shop tells no stock of it"
    assert "muitos" in (one(qtd_disponivel="muitos").problem or "")


def test_a_product_that_is_not_sold_and_tells_no_stock_has_none():
    told = one(qtd_disponivel=None, disponivel=False)

    assert told.stock == 0
    assert told.problem is None


@pytest.mark.parametrize(
    ("own", "price", "promotional"),
    [
        ("115.00", 11500, 9900),  # the product's list price: with its promotion
        ("99.00", 11500, 9900),  # the promotional one: of the product's list price
        ("129.90", 12990, None),
        ("79.90", 7990, None),
        ("0", 11500, 9900),
        (None, 11500, 9900),
    ],
)
def test_a_variations_one_price_is_read_beside_the_two_of_its_product(own, price, promotional):
    told = one(variacoes=[variation(preco=Decimal(own) if own else None)])

    assert (told.price, told.promotional, told.problem) == (price, promotional, None)


def test_a_variations_price_that_cannot_be_read_is_a_problem_of_it_alone():
    [bad, good] = rows.units(KEY, page(variacoes=[variation(preco="?"), variation(id=988)]))

    assert bad.problem
    assert (good.key, good.price, good.problem) == ("7:988", 7990, None)


def test_a_product_with_variations_is_no_unit_itself():
    told = list(rows.units(KEY, page(variacoes=[variation(), variation(id=988, codigo="MOL-G")])))

    assert [(each.key, each.sku, each.stock) for each in told] == [
        ("7:987", "MOL-M", Decimal(4)),
        ("7:988", "MOL-G", Decimal(4)),
    ]


def test_an_option_is_what_stands_before_the_bar():
    told = one(variacoes=[variation(atributos=[{"valor": "Azul|#0000ff"}, {"valor": "M"}])])

    assert told.name == "Moletom Azul M"


def test_a_variation_without_id_is_known_by_its_sku():
    told = one(variacoes=[variation(id=None)])

    assert (told.key, told.problem) == ("7:MOL-M", None)


def test_a_variation_without_id_and_sku_is_a_problem():
    assert one(variacoes=[variation(id=None, codigo="")]).problem == "it has no id in the shop"


# Odd answers


def test_a_number_of_pages_that_is_text_is_read_and_one_that_is_none_ends_no_list():
    for told, pages in ((3, 3), ("3", 3), ("três", None), (None, None)):
        answer = {"produtos": [{"id": 7, "codigo": "A"}], "paginacao": {"qtd_paginas": told}}
        assert rows.page_of_list(answer)[1] == pages
    assert rows.page_of_list({"produtos": [], "paginacao": None})[1] == 1


@pytest.mark.parametrize("ids", [(0, 0), (None, None), (5, 5), (5, 0), ("", "9")])
def test_variations_that_have_no_ids_of_their_own_are_told_apart_by_their_skus(ids):
    variations = [
        {"id": number, "codigo": sku, "preco": 79.9, "estoque": 4} | {"preco": Decimal("79.90")}
        for number, sku in zip(ids, ("CAM-P", "CAM-M"), strict=True)
    ]
    page = {"nome": "Camiseta", "precos": {"preco": Decimal("79.90")}, "variacoes": variations}

    told = list(rows.units(ShopKey("7"), page))

    assert [(product.key, product.problem) for product in told] == [("7:CAM-P", None), ("7:CAM-M", None)]


def test_variations_that_nothing_tells_apart_are_held():
    variations = [{"codigo": "CAM", "preco": Decimal("79.90"), "estoque": 4}] * 2
    page = {"nome": "Camiseta", "precos": {"preco": Decimal("79.90")}, "variacoes": variations}

    assert {product.problem for product in rows.units(ShopKey("7"), page)} == {"it has no id in the shop"}


@pytest.mark.parametrize("fault", ["500_before", "drop_before", "html"])
def test_a_sitemap_that_does_not_answer_ends_no_walk(door, filled, fault):
    filled.faults.random(1.0, 1, [fault], path="/sitemap.xml")

    assert "CANECA-IPE" in {each.sku for each in door.told(wanted=set()) if isinstance(each, Product)}


@pytest.mark.parametrize("path", ["/", "/api-loja-v2/*"])
def test_a_401_of_the_public_pages_is_no_matter_of_the_sign_in(door, filled, path):
    filled.faults.random(1.0, 1, ["401"], path=path)

    with pytest.raises(NoAccess, match="public pages"):
        door.told(wanted=set())
