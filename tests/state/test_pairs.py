"""Products beside their links: those at which there is nothing to look, and the others."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from contaazul_sync.core.ids import ErpId, ShopKey
from contaazul_sync.core.products import Link, Product
from contaazul_sync.core.words import quoted
from contaazul_sync.state.file import State
from contaazul_sync.state.links import sold

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
PRODUCT = Product(ShopKey("1"), "A", "Produto", 1000, None, Decimal("4.5"))
LINK = Link(ShopKey("1"), ErpId("e1"), "A", 1000, 1000, expected=Decimal("4.5"))


@pytest.fixture
def state(tmp_path):
    opened = State.open(tmp_path / "state.db")
    yield opened
    opened.close()


def yes(_key: ShopKey, _erp_id: ErpId, _balance: str) -> bool:
    return True


def rest(state: State, product: Product = PRODUCT, link: Link = LINK) -> tuple[int, list[ShopKey]]:
    """How many are at rest of one, and the keys of those that are not."""
    state.products.save([product], walk=1)
    state.links.save(link, NOW)
    state.links.update(link, NOW)
    return state.pairs.at_rest(yes, 5), [each.key for each, _link in state.pairs.linked(yes)]


def test_a_product_with_the_balance_that_it_should_have_is_at_rest(state):
    assert rest(state) == (1, [])


@pytest.mark.parametrize(
    "change",
    [{"stock": Decimal(5)}, {"stock": None}, {"problem": quoted("odd")}],
    ids=["another stock", "no stock", "a problem"],
)
def test_one_of_which_the_shop_tells_something_else_is_not(state, change):
    assert rest(state, replace(PRODUCT, **change)) == (0, ["1"])


@pytest.mark.parametrize(
    "change",
    [{"expected": None}, {"compare_after": NOW}, {"missing": True}, {"reserved": True}],
    ids=["never compared", "to be compared", "missing", "reserved"],
)
def test_one_that_is_to_be_looked_at_is_not(state, change):
    assert rest(state, link=replace(LINK, **change)) == (0, ["1"])


def test_one_that_the_shop_has_deleted_is_not(state):
    assert rest(state) == (1, [])

    state.products.mark_gone(2, NOW, sure=True)

    assert state.pairs.at_rest(yes, 5) == 0
    assert [product.gone for product, _link in state.pairs.linked(yes)] == [True]


def test_one_that_a_sale_moves_or_that_drifts_is_not(state):
    assert rest(state) == (1, [])
    state.drifts.set(LINK.key, Decimal(4), Decimal(3), NOW)
    assert state.pairs.at_rest(yes, 5) == 0
    state.drifts.even([LINK], NOW)
    assert state.pairs.at_rest(yes, 5) == 1

    with state.db.atomic():
        sold(state.db, LINK.key, Decimal(1), NOW, NOW)
    state.links.update(LINK, NOW)

    assert state.links.settling()
    assert [link for _product, link in state.pairs.linked(yes)] == [LINK]


def test_who_is_asked_is_told_the_key_the_twin_and_the_balance(state):
    told = []

    def no(*product: str) -> bool:
        told.append(product)
        return False

    rest(state)

    assert [link for _product, link in state.pairs.linked(no)] == [LINK]
    assert told == [("1", "e1", "4.5")]


def test_no_more_are_counted_than_were_asked_for(state):
    for key in "234":
        rest(state, replace(PRODUCT, key=ShopKey(key)), replace(LINK, key=ShopKey(key), erp_id=ErpId(key)))

    assert [state.pairs.at_rest(yes, most) for most in (1, 2, 9)] == [1, 2, 3]
