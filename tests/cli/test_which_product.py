"""A SKU and an id are two namespaces: what a command names is never another product than was meant."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from contaazul_sync.cli import choose
from contaazul_sync.core.errors import UsageError
from contaazul_sync.core.ids import ErpId, OrderId, ShopKey
from contaazul_sync.core.items import Failure, Group, Kind
from contaazul_sync.core.orders import OrderNote, Payment
from contaazul_sync.core.products import Link, Product
from contaazul_sync.core.words import quoted
from contaazul_sync.state.file import State

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@pytest.fixture
def state(tmp_path):
    opened = State.open(tmp_path / "state.db")
    yield opened
    opened.close()


def has(state, **skus):
    """The shop has products with these SKUs, by their ids: `has(state, k7="CAM-1")`."""
    rows = [
        Product(ShopKey(key[1:].replace("_", ":")), sku, "Camisa", 7990, None, Decimal(5))
        for key, sku in skus.items()
    ]
    state.products.save(rows, state.products.new_walk())


def chosen(state, *names):
    return [each.key for each in choose.chosen(state, names, everything=False, search="")]


WAYS = {  # how each command finds the products that it takes
    "send-products": chosen,
    "link, unlink": lambda state, name: [choose.only_product(state, name).key],
    "show, ignore, retry, unignore": lambda state, name: [(choose.item(state, name) or ("", ""))[1]],
}


@pytest.fixture(params=WAYS)
def found(request):
    return WAYS[request.param]


def test_a_numeric_sku_and_another_products_id_are_told_apart(state, found):
    has(state, k7="CAM-1", k8="7")

    with pytest.raises(UsageError) as error:
        found(state, "7")

    for part in ("sku:7", "id:7", "id 8"):
        assert part in error.value.message
    assert found(state, "sku:7") == ["8"]
    assert found(state, "id:7") == ["7"]
    assert found(state, "CAM-1") == ["7"]


def test_without_such_a_sku_the_plain_id_is_taken(state, found):
    has(state, k7="CAM-1", k9_12="CAM-2", k10="")

    assert found(state, "7") == ["7"]
    assert found(state, "9:12") == ["9:12"]
    assert found(state, "id:9:12") == ["9:12"]
    assert found(state, "10") == ["10"]


def test_a_product_whose_sku_is_its_id_is_one(state, found):
    has(state, k7="7")

    assert found(state, "7") == found(state, "sku:7") == found(state, "id:7") == ["7"]


def test_a_sku_that_looks_like_such_a_word_is_found(state, found):
    has(state, k7="id:9", k8="sku:A")

    assert found(state, "id:9") == ["7"]
    assert found(state, "sku:A") == ["8"]


def test_the_id_is_meant_where_it_is_said_even_beside_such_a_sku(state, found):
    has(state, k7="id:9", k9="CAM-1")

    assert found(state, "id:9") == ["9"]
    assert found(state, "sku:id:9") == ["7"]


def test_a_sku_that_is_sent_already_does_not_choose_the_product_with_that_id(state):
    has(state, k7="CAM-1", k8="7")
    state.links.save(Link(ShopKey("8"), ErpId("erp-8"), "7"), NOW)

    with pytest.raises(UsageError):
        chosen(state, "7")
    assert chosen(state, "sku:7") == []


def test_one_bad_name_among_many_chooses_nothing(state):
    has(state, k7="CAM-1", k8="7")

    with pytest.raises(UsageError):
        chosen(state, "CAM-1", "7")
    with pytest.raises(UsageError, match="CAM-9"):
        chosen(state, "CAM-1", "CAM-9")


def test_two_products_with_one_sku_are_both_sent_and_linked_by_id(state):
    has(state, k7="CAM-1", k8="CAM-1")

    assert chosen(state, "CAM-1") == ["7", "8"]
    with pytest.raises(UsageError, match="id:7, id:8"):
        choose.only_product(state, "CAM-1")
    assert choose.only_product(state, "id:8").key == "8"


def an_order(state, number):
    note = OrderNote(OrderId(number), Payment.PAID, 7990, (("CAM-1", Decimal(1)),), NOW, NOW, "")
    state.orders.save([note], NOW)


def test_an_orders_id_and_a_products_id_are_told_apart(state):
    has(state, k7="CAM-1")
    an_order(state, "7")

    with pytest.raises(UsageError, match="order:id:7 or product:id:7"):
        choose.item(state, "id:7")
    assert choose.item(state, "order:id:7") == choose.item(state, "order:7") == (Kind.SALE, "7")
    assert choose.item(state, "product:id:7") == choose.item(state, "product:7") == (Kind.PRODUCT, "7")
    assert choose.item(state, "sku:CAM-1") == choose.item(state, "product:sku:CAM-1") == (Kind.PRODUCT, "7")
    assert choose.item(state, "sku:7") is None


def test_of_an_order_and_a_product_with_one_id_the_one_is_meant_that_something_stands_against(state):
    has(state, k7="CAM-1")
    an_order(state, "7")
    state.items.fail(Failure(Kind.PRODUCT, "7", Group.HELD, quoted("no name"), quoted("give it one"), NOW))

    assert choose.item(state, "id:7") == (Kind.PRODUCT, "7")


def test_nothing_is_called_so(state):
    has(state, k7="CAM-1", k9="")

    for name in ("8", "id:8", "sku:7", "product:id:8", ":", "id:", ""):
        assert choose.item(state, name) is None
        with pytest.raises(UsageError):
            choose.only_product(state, name)
