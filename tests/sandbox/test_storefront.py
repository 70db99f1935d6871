"""The storefront: the home page, categories, lists, details, and the ways in which it misbehaves."""

from __future__ import annotations

import json
import re

import pytest

from contaazul_sync.sandbox.server import Sandbox

# The literal sample that the shop's own script carries.
SAMPLE = json.loads(r"""{"totalitens":6,"produtos":[{
  "id":1742395,"codigo":"PLA2506552","nome":"Moletom","modo":"1","disponivel":true,"lancamento":false,
  "subprodutos":false,"fretegratis":false,"qtdminima":0,"datalimite":"\/Date(1567652400000)\/",
  "fabricante":null,"precos":{"preco":115.00,"preco_promocao":99.00,"desconto_avista":10.00,
  "max_parcelas":12,"valor_min_parcelas":5.00,"juros_inicia":1,"juros":2.99},
  "links":{"botao_comprar":null,"ver_produto":"#moletom"},"maisprodutos":null,
  "fotos":["https://imageswscdn.webstore.net.br/files/20270/PEQ_393721.jpg"],"integracoes":[]}],
 "infoadd":"","paginacao":null,"tipo_exibicao":null,"ordem_atual":"","scripts":"","titulo_pagina":null,
 "migalha":null,"wssource":"ws-db-1"}""")
DETAIL = (
    "codigo nome breve descricoes caracteristicas fabricante fotos video migalha modo disponivel lancamento "
    "fretegratis entrega prazo disponibilidade garantia_meses prevenda_data lembrar_disponibilidade "
    "comentario_facebook precos qtd_disponivel quantidade_minima quantidade_embalagem kit variacoes erro"
)


@pytest.fixture
def filled(sandbox):
    """A mug, a shirt of two sizes and a bag, all in the category "Banho", below "Casa"."""
    shop = sandbox.shop
    shop.add_product("CANECA", "Caneca de chá", "39.90", 10, special_price="34.90", description="<p>Oi</p>")
    sizes = [
        {"sku": "CAM-P", "name": "Camiseta P", "price": "79.90", "stock": 4},
        {"sku": "CAM-M", "name": "Camiseta M", "price": "79.90", "special_price": "69.90", "stock": 5},
    ]
    shop.add_product("CAM", "Camiseta", "79.90", 9, variations=sizes)
    shop.add_product("BOLSA", "Bolsa", "115.00", 3)
    shop.category_of = dict.fromkeys(shop.category_of, 512)
    return shop


def skus(page) -> list[str]:
    return [row["codigo"] for row in page["produtos"]]


def test_the_home_page_gives_the_store_and_the_token_away(sandbox, http):
    page = http.get(sandbox.site_url)
    assert page.headers["content-type"].startswith("text/html")
    assert re.findall(r"id='HD_LV_ID' value='(\d+)'", page.text) == ["20270"]
    token = re.findall(r"id='HdTokenLojaTemp' value='([^']+)'", page.text)
    assert token == [sandbox.shop.storefront_token]


def test_a_token_that_was_replaced_is_an_error_on_every_path(filled, storefront):
    old = filled.storefront_token
    filled.rotate_storefront_token()
    for path in ("categorias", "produtos/listagem", "produtos/dadosproduto"):
        assert storefront(path, LvToken=old).json() == {"erro": 1}
        assert storefront(path, LOJA="1").json() == {"erro": 1}
    assert "Categorias" in storefront("categorias").json()


def test_the_sitemap_has_the_home_the_categories_and_every_product_that_is_shown(filled, sandbox, http):
    filled.change("BOLSA", available=0)
    page = http.get(f"{sandbox.site_url}/sitemap.xml").text
    places = re.findall(r"<loc>([^<]+)</loc>", page)
    ids = [product["id"] for product in filled.products]
    assert places[0] == f"{sandbox.site_url}/"
    assert sum("/categoria/" in place for place in places) == 5
    assert places[-2:] == [
        f"{sandbox.site_url}/produto/20270/{ids[0]}/caneca-de-cha.aspx",
        f"{sandbox.site_url}/produto/20270/{ids[1]}/camiseta.aspx",
    ]


def test_the_categories_are_a_tree(storefront):
    roots = storefront("categorias").json()["Categorias"]
    assert [root["nome"] for root in roots] == ["Casa", "Papelaria", "Vestuário"]
    assert [below["id"] for below in roots[0]["subcategorias"]] == [511, 512]
    assert set(roots[0]) == {"id", "atual", "nome", "url", "subcategorias"}


def test_a_root_lists_what_is_below_it_and_a_hidden_product_is_in_no_list(filled, storefront):
    assert skus(storefront.category(501)) == skus(storefront.category(512)) == ["CANECA", "CAM", "BOLSA"]
    filled.change("CAM", available=0)
    assert skus(storefront.category(501)) == ["CANECA", "BOLSA"]
    assert skus(storefront.category(511)) == skus(storefront.category(9)) == []
    assert storefront("produtos/listagem").json()["produtos"] == []
    filled.category_of[filled.unit("BOLSA")["id"]] = None
    assert skus(storefront.category(501)) == ["CANECA"]


def test_products_come_into_categories_in_turn_and_the_last_one_of_the_catalogue_into_none():
    with Sandbox() as box:
        places = list(box.shop.category_of.values())
    assert places[:6] == [501, 511, 512, 502, 503, 501]
    assert (places[-1], None in places[:-1]) == (None, False)


def test_a_list_has_the_known_fields_and_exact_prices(filled, storefront):
    page = storefront.category(512)
    assert set(page) == set(SAMPLE)
    for row in page["produtos"]:
        assert set(row) == set(SAMPLE["produtos"][0])
        assert set(row["precos"]) == set(SAMPLE["produtos"][0]["precos"])
    mug, shirt, _bag = page["produtos"]
    assert (mug["modo"], mug["subprodutos"], shirt["subprodutos"]) == ("1", False, True)
    listing = "_|_512_|__|__|__|__|__|_1_|__|__|__|__|__|__|_"
    text = storefront("produtos/listagem", InfoListagem=listing).text
    assert '"preco": 39.90, "preco_promocao": 34.90' in text
    assert '"preco": 115.00, "preco_promocao": 0' in text


def test_a_list_has_pages_where_it_does_not_fit_on_one(filled, storefront):
    assert storefront.category(501)["paginacao"] is None
    filled.switches.storefront_page_size = 2
    first, second = storefront.category(501), storefront.category(501, page=2)
    assert (skus(first), skus(second)) == (["CANECA", "CAM"], ["BOLSA"])
    assert second["paginacao"] == {"pagina_atual": 2, "qtd_paginas": 2, "total_itens": 3}
    assert skus(storefront.category(501, page=3)) == []


def test_thirty_two_fit_on_a_page(sandbox, storefront):
    for number in range(33):
        sandbox.shop.category_of[sandbox.shop.add_product(f"P-{number}", "P", 1, 1)] = 502
    page = storefront.category(502)
    assert (len(page["produtos"]), page["paginacao"]["qtd_paginas"]) == (32, 2)


def test_a_detail_has_the_known_fields_and_the_stock(filled, storefront):
    mug = storefront.detail(filled.unit("CANECA")["id"])
    assert set(mug) == set(DETAIL.split())
    assert (mug["codigo"], mug["qtd_disponivel"], mug["variacoes"], mug["erro"]) == ("CANECA", 10, None, 0)
    assert mug["descricoes"] == [{"titulo": "Descrição", "conteudo": "<p>Oi</p>"}]
    assert (mug["precos"]["preco"], mug["precos"]["preco_promocao"]) == (39.9, 34.9)
    filled.switches.storefront_no_variations = "list"
    assert storefront.detail(filled.unit("CANECA")["id"])["variacoes"] == []


def test_a_variation_has_what_it_sells_at_its_stock_and_its_word(filled, storefront):
    shirt = storefront.detail(filled.unit("CAM")["id"])
    shown = [(each["codigo"], each["preco"], each["estoque"]) for each in shirt["variacoes"]]
    assert shown == [("CAM-P", 79.9, 4), ("CAM-M", 69.9, 5)]
    first = shirt["variacoes"][0]
    assert set(first) == {"id", "codigo", "preco", "estoque", "atributos", "fotos"}
    assert first["atributos"] == [{"valor": "P"}]
    filled.change("CAM-P", available=0)
    assert len(storefront.detail(filled.unit("CAM")["id"])["variacoes"]) == 1


def test_a_hidden_product_is_not_available_and_one_on_request_says_so(filled, storefront):
    filled.change("CANECA", available=0)
    filled.on_request.add(filled.unit("BOLSA")["id"])
    assert storefront.detail(filled.unit("CANECA")["id"])["disponivel"] is False
    assert storefront.detail(filled.unit("BOLSA")["id"])["modo"] == 3
    assert [row["modo"] for row in storefront.category(512)["produtos"]] == ["1", "3"]


def test_prices_may_need_a_login(filled, storefront):
    filled.switches.storefront_prices = "null"
    assert storefront.category(512)["produtos"][0]["precos"] is None
    assert storefront.detail(filled.unit("CAM")["id"])["precos"] is None


def test_an_unknown_product_is_an_error_or_not_found(filled, storefront):
    assert storefront.detail(1) == {"erro": 2}
    filled.switches.storefront_unknown_product = "404"
    answer = storefront("produtos/dadosproduto", Produto=1)
    assert (answer.status_code, answer.text[:9]) == (404, "<!doctype")


def test_an_answer_may_have_another_one_glued_to_it(filled, storefront):
    alone = storefront("categorias").text
    filled.switches.storefront_glued = True
    text = storefront("categorias").text
    first, end = json.JSONDecoder().raw_decode(text)
    assert (text[:end], first) == (alone, json.loads(alone))
    assert json.loads(text[end:]) != first


def test_the_next_answers_may_be_errors_and_pass(filled, storefront):
    filled.storefront_erros = 2
    answers = [storefront("categorias").json() for _ in range(3)]
    assert answers[:2] == [{"erro": 3}, {"erro": 3}]
    assert "Categorias" in answers[2]


def test_a_captcha_comes_with_status_200(filled, storefront, sandbox, http):
    filled.switches.storefront_blocked = True
    answer = storefront("categorias")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "HD_LV_ID" in http.get(sandbox.site_url).text


def test_a_kept_answer_is_served_again_until_its_time_is_over(filled, storefront, clock):
    filled.switches.storefront_cache_seconds = 600
    bag = filled.unit("BOLSA")["id"]

    def stock(bucket: str) -> int:
        return int(storefront.detail(bag, cachetype=bucket)["qtd_disponivel"])

    assert stock("24-10_15_00") == 3
    filled.change("BOLSA", stock=1)
    assert (stock("24-10_15_00"), stock("24-10_15_01")) == (3, 1)
    clock.move(seconds=600)
    assert stock("24-10_15_00") == 1
    filled.switches.storefront_cache_key = "without_cachetype"
    assert stock("24-10_15_02") == 1
    filled.change("BOLSA", stock=0)
    assert stock("24-10_15_03") == 1
    filled.rotate_storefront_token()
    assert stock("24-10_15_03") == 0


def test_faults_the_log_and_outages_are_those_of_the_shop(filled, storefront):
    filled.faults.add("429", path="*/produtos/listagem")
    assert storefront("produtos/listagem").status_code == 429
    assert storefront("produtos/listagem").status_code == 200
    assert [seen.status for seen in filled.requests] == [429, 200]
