"""Where WooCommerce's API is, and what a person reads who is not let in or sent elsewhere."""

import asyncio
from base64 import b64encode

import pytest

from contaazul_sync.core import harmless
from contaazul_sync.core.errors import Elsewhere, NoAccess, Nowhere, Refused
from contaazul_sync.home import readers
from contaazul_sync.home.config import load, write
from contaazul_sync.home.credentials import Vault
from contaazul_sync.operate.signin.asking import Asker
from contaazul_sync.operate.signin.session import other_address
from contaazul_sync.operate.signin.settings import offer_address
from contaazul_sync.shops.woocommerce.address import Place, by_query
from tests.worlds.shops import Answer, Door, written

SAYS = "Sorry, you cannot list resources."


@pytest.fixture
def box(sandbox):
    sandbox.shop.add_product("CANECA", "Caneca", 39.90, 10)
    sandbox.order = str(sandbox.shop.order([("CANECA", 1)]))
    return sandbox


def door(box, path, **settings):
    return Door("woocommerce", box, path, **settings)


@pytest.mark.line("memory")
@pytest.mark.parametrize("permalinks", ["plain", "pretty"])
@pytest.mark.parametrize("strips", [True, False])
@pytest.mark.parametrize(
    "route", ["/?rest_route=/wc/v3", "?rest_route=/wc/v3/", "/?lang=pt&rest_route=/wc/v3"]
)
def test_a_shop_is_read_by_the_query_of_its_home_page(box, tmp_path, permalinks, strips, route):
    box.shop.switches.woo_permalinks = permalinks
    box.shop.switches.woo_strips_authorization = strips
    shop = door(box, tmp_path, shop__api_url=readers.address(box.site_url + route))

    assert list(shop.products()) == ["CANECA"]
    assert list(shop.orders()) == [box.order]
    assert shop.order(box.order).id == box.order
    assert shop.order("999999") is None
    asked = [dict(each.query) for each in box.shop.requests]
    assert all("rest_route" in query and "_" in query for query in asked)
    assert all(("lang" in query) == ("lang" in route) for query in asked)


@pytest.mark.line("memory")
def test_a_shop_with_plain_permalinks_says_what_to_set(box, tmp_path):
    box.shop.switches.woo_permalinks = "plain"

    with pytest.raises(Elsewhere) as error:
        door(box, tmp_path).products()

    assert f'config set shop.api_url "{box.site_url}/?rest_route=/wc/v3"' in error.value.message


def test_a_redirect_is_never_followed_with_keys(box, tmp_path):
    with written(lambda _asked: Answer(b"[]")) as stranger:
        moved = Answer(b"", 301, (("Location", f"{stranger.url}/wp-json/wc/v3/products"),))
        for path in ("/wp-json/wc/v3", "/?rest_route=/wc/v3"):
            with written(lambda _asked: moved) as shop, pytest.raises(Elsewhere) as error:
                door(box, tmp_path, shop__api_url=shop.url + path).products()
            assert stranger.url in error.value.message
            assert "ck_" not in error.value.message
        assert stranger.asked == []


@pytest.mark.line("memory")
@pytest.mark.parametrize("path", ["/wp-json/wc/v3", "/?rest_route=/wc/v3"])
def test_right_keys_behind_a_proxy_that_hides_https_are_refused_in_the_shops_own_words(box, tmp_path, path):
    box.shop.switches.woo_knows_https = False

    with pytest.raises(NoAccess) as error:
        door(box, tmp_path, shop__api_url=box.site_url + path).products()

    assert SAYS in error.value.message
    assert "X-Forwarded-Proto" in error.value.message
    assert box.woo_keys.partition(":")[0] not in error.value.message


@pytest.mark.parametrize(
    ("body", "says", "not_said"),
    [
        (b'{"code":"x","message":"Consumer key is invalid."}', "Consumer key is invalid.", "{"),
        (b'{"message":"No: ana@example.com, 529.982.247-25"}', "No:", "ana@example.com"),
        (b"<html>Denied</html>", "X-Forwarded-Proto", "Denied"),
    ],
)
def test_the_shops_own_words_are_shown_without_what_is_anybodys(box, tmp_path, body, says, not_said):
    with written(lambda _asked: Answer(body, 401)) as shop, pytest.raises(NoAccess) as error:
        door(box, tmp_path, shop__url=shop.url).products()

    assert says in error.value.message
    assert not_said not in error.value.message


@pytest.mark.parametrize("status", [400, 401])
def test_a_server_that_quotes_how_a_request_was_signed_shows_no_key(box, tmp_path, status):
    def answer(asked):
        keys = (asked.headers.get("authorization"), asked.query.get("consumer_secret"))
        return Answer({"code": "x", "message": f"Malformed: {keys}"}, status)

    with written(answer) as shop, pytest.raises((NoAccess, Refused)) as error:
        door(box, tmp_path, shop__url=shop.url).orders()

    told = harmless.line(error.value.message)
    key, _colon, secret = box.woo_keys.partition(":")
    assert "Malformed" in told
    assert not any(each in told for each in (key, secret, b64encode(box.woo_keys.encode()).decode()))


def test_a_shop_without_an_api_says_both_addresses(box, tmp_path):
    with written(lambda _asked: Answer(b"<html>", 404)) as shop, pytest.raises(Nowhere) as error:
        door(box, tmp_path, shop__url=shop.url).products()

    assert f"{shop.url}/?rest_route=/wc/v3" in error.value.message


@pytest.mark.parametrize(
    ("address", "base", "asked"),
    [
        ("https://a.example/wp-json/wc/v3", "https://a.example/wp-json/wc/v3", ("orders/7", {"_": 1})),
        (
            "https://a.example/loja/?rest_route=/wc/v3",
            "https://a.example/loja/",
            ("https://a.example/loja/", {"rest_route": "/wc/v3/orders/7", "_": 1}),
        ),
        (
            "https://a.example/index.php?rest_route=/wc/v3",
            "https://a.example/index.php",
            ("https://a.example/index.php", {"rest_route": "/wc/v3/orders/7", "_": 1}),
        ),
    ],
)
def test_what_is_asked_of_an_address(address, base, asked):
    place = Place(readers.address(address))

    assert place.base == base
    assert place.of("orders/7", {"_": 1}) == asked


def test_the_other_address_is_that_of_the_home_page():
    assert by_query("https://a.example/loja/wp-json/wc/v3") == "https://a.example/loja/?rest_route=/wc/v3"


# auth


def found(box, path, **settings):
    vault = Vault(path, "file", {"CONTAAZUL_SYNC_SHOP_TOKEN": box.woo_keys})
    return asyncio.run(other_address(door(box, path, **settings).settings, vault))


@pytest.mark.line("memory")
@pytest.mark.parametrize(("permalinks", "offered"), [("plain", "/?rest_route=/wc/v3"), ("pretty", "")])
def test_auth_offers_the_other_address_where_the_api_is_there_alone(box, tmp_path, permalinks, offered):
    box.shop.switches.woo_permalinks = permalinks

    assert found(box, tmp_path) == (box.site_url + offered if offered else "")


@pytest.mark.line("memory")
def test_auth_offers_none_where_one_is_set_or_the_shop_is_of_another_kind(box, tmp_path):
    box.shop.switches.woo_permalinks = "plain"

    assert found(box, tmp_path, shop__api_url=f"{box.site_url}/wp-json/wc/v3") == ""
    assert found(box, tmp_path, shop__kind="webstore") == ""


def test_what_auth_offers_is_kept_when_it_is_taken(tmp_path):
    environ = {"CONTAAZUL_SYNC_HOME": str(tmp_path)}
    write(tmp_path / "config.toml", {"shop.url": "https://a.example", "shop.kind": "woocommerce"})

    settings = offer_address(environ, load(environ), Asker(yes=True), by_query("https://a.example"))

    assert settings.text("shop.api_url") == "https://a.example/?rest_route=/wc/v3"
    assert settings.shop_id == "a.example"
