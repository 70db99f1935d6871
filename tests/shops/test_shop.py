"""The shop's client against a shop with all the habits of such servers."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from contaazul_sync.core.errors import Missing, NoAccess, Nowhere, Refused, Unavailable, Unclear
from contaazul_sync.core.orders import Order, Payment
from contaazul_sync.core.words import quoted
from contaazul_sync.net.transport import ATTEMPTS
from contaazul_sync.shops import merchant
from contaazul_sync.shops import profile as shop_profile
from contaazul_sync.shops.expressions import Expression
from contaazul_sync.shops.port import Unreadable
from contaazul_sync.shops.profile import Profile

pytestmark = pytest.mark.line("memory")

SINCE = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
PRODUCTS, ORDERS = "/apidashboard/v2/product/list", "/apidashboard/v2/order/list"


@pytest.fixture
def box(world):
    """The shop, as its merchant and its customers see it."""
    return world.sandbox.shop


def products(world: Any, since: Any = None, profile: Any = None, url: str = "") -> Any:
    async def ask(shop):
        return [product async for page in shop.products(since) for product in page]

    return world.shop(ask, profile, url)


def orders(world: Any, since: Any = None, profile: Any = None, url: str = "") -> Any:
    async def ask(shop):
        return [order async for page in shop.orders(since) for order in page]

    return world.shop(ask, profile, url)


def one(world: Any, order_id: object, url: str = "") -> Any:
    return world.shop(lambda shop: shop.order(str(order_id)), url=url)


def pages_of(rows: int) -> Profile:
    return replace(shop_profile.load(None), rows_per_page=rows)


def sent(box: Any, path: str = PRODUCTS) -> Any:
    return [seen for seen in box.requests if seen.path == path]


# How a page is asked for


def test_the_shop_is_asked_as_the_profile_says(world, box):
    products(world, SINCE)

    [asked] = sent(box)
    assert asked.query == {"page": ["1"], "size": ["100"], "updatedSince": ["2026-11-20 10:00:00"]}
    assert asked.headers["authtoken"] == world.sandbox.shop_token


def test_without_a_date_nothing_is_filtered(world, box):
    products(world)

    assert "updatedSince" not in sent(box)[0].query


def test_a_shop_without_such_a_filter_is_not_asked_for_it(world, box):
    products(world, SINCE, replace(shop_profile.load(None), updated_since=""))

    assert "updatedSince" not in sent(box)[0].query


def test_a_shop_that_ignores_the_date_is_no_trouble(world, box, clock):
    box.switches.updated_since = "ignored"
    box.add_product("CAM-AZ", "Camiseta", 50, 3, updated="2026-01-01 00:00:00")
    box.order([("CAM-AZ", 1)], updated="2026-01-01 00:00:00")

    assert [each.sku for each in products(world, SINCE)] == ["CAM-AZ"]
    [order] = orders(world, SINCE)
    assert order.updated_at < SINCE  # told as it is; who asked looks at it again


@pytest.mark.parametrize("word", ["contract", "sucess", "sucesso"])
def test_both_spellings_of_success_are_read(world, box, word):
    box.switches.success_word = word
    box.add_product("CAM-AZ", "Camiseta", 50, 3)

    assert len(products(world)) == 1
    assert orders(world) == []


@pytest.mark.parametrize("word", ["contract", "sucess", "sucesso"])
def test_both_spellings_of_failure_are_told_in_the_shops_words(world, box, word):
    box.switches.success_word = word
    box.switches.fail_with = "Loja em manutenção"

    for ask in (products, orders):
        with pytest.raises(Unavailable, match=r"the shop says: Loja em manutenção\.") as caught:
            ask(world)
        assert caught.value.exit_code == 5


def test_a_failure_may_say_msg_or_nothing(world, parrot):
    told = b'{"sucess": false, "msg": "Aguarde"}'
    with parrot(200, told) as server, pytest.raises(Unavailable, match="Aguarde"):
        products(world, url=server.url)
    with parrot(200, b'{"sucesso": false}') as server, pytest.raises(Unavailable, match="the shop says: no"):
        products(world, url=server.url)


# How a walk ends


@pytest.mark.parametrize("habit", ["honest", "repeat_last", "wrong_total"])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5])
def test_a_walk_sees_everything_once(world, box, habit, count):
    box.switches.pages = habit
    skus = [f"P-{number}" for number in range(count)]
    for sku in skus:
        box.add_product(sku, sku, 10, 1)

    assert [each.sku for each in products(world, profile=pages_of(2))] == skus


@pytest.mark.parametrize("habit", ["honest", "repeat_last"])
def test_a_shop_that_gives_smaller_pages_than_asked_for_is_walked_to_its_end(world, box, habit):
    box.switches.page_cap = 2
    box.switches.pages = habit
    for number in range(5):
        box.add_product(f"P-{number}", "P", 10, 1)
        box.order([(f"P-{number}", 1)])

    assert len(products(world)) == 5
    assert len(orders(world)) == 5


def test_a_walk_through_everything_goes_on_to_the_end_whatever_the_answer_says(world, box):
    box.add_product("CAM-AZ", "Camiseta", 50, 3)

    assert len(products(world)) == 1

    assert [seen.query["page"] for seen in sent(box)] == [["1"], ["2"]]


def test_a_walk_ends_at_a_page_that_brings_nothing_whatever_the_answer_says(world, box):
    box.add_product("CAM-AZ", "Camiseta", 50, 3)

    assert len(products(world, SINCE)) == 1

    assert [seen.query["page"] for seen in sent(box)] == [["1"], ["2"]]


def test_a_walk_through_what_changed_goes_on_after_a_full_page(world, box):
    for number in range(2):
        box.add_product(f"P-{number}", "P", 10, 1)

    assert len(products(world, SINCE, pages_of(2))) == 2

    assert [seen.query["page"] for seen in sent(box)] == [["1"], ["2"]]


@pytest.mark.parametrize("told", ["", '"totalPages": "1", ', '"totalPages": null, '])
def test_a_walk_through_what_changed_goes_on_where_no_count_is_told(world, parrot, told):
    body = f'{{"sucess": true, {told}"products": [{{"id": 1, "sku": "A"}}]}}'.encode()

    with parrot(200, body) as server:
        assert len(products(world, SINCE, url=server.url)) == 1

    assert len(server.asked) == 2


def test_a_shop_with_smaller_pages_and_a_wrong_count_of_them_loses_nothing(world, box):
    box.switches.page_cap = 2
    box.switches.pages = "wrong_total"
    for number in range(5):
        box.add_product(f"P-{number}", "P", 10, 1)

    assert len(products(world)) == 5


@pytest.mark.parametrize("habit", ["honest", "repeat_last"])
def test_a_profile_that_knows_no_count_of_pages_walks_until_nothing_new_comes(world, box, habit):
    box.switches.pages = habit
    for number in range(5):
        box.add_product(f"P-{number}", "P", 10, 1)

    assert len(products(world, profile=pages_of(2))) == 5


def test_a_shop_that_knows_no_pages_is_walked_once(world, parrot):
    body = json.dumps({"sucess": True, "products": [{"id": 1, "sku": "A"}]}).encode()

    with parrot(200, body) as server:
        assert len(products(world, url=server.url)) == 1

    assert len(server.asked) == 2


def test_a_walk_that_does_not_end_is_cut(world, box, monkeypatch):
    monkeypatch.setattr(merchant, "MOST_PAGES", 3)
    for number in range(6):
        box.add_product(f"P-{number}", "P", 10, 1)

    assert len(products(world, profile=pages_of(1))) == 2


def test_pages_come_one_by_one_so_that_a_caller_can_keep_each(world, box):
    for number in range(5):
        box.add_product(f"P-{number}", "P", 10, 1)

    async def ask(shop):
        return [len(page) async for page in shop.products()]

    assert world.shop(ask, pages_of(2)) == [2, 2, 1]


@pytest.mark.parametrize("rows", ["null", "[]"])
def test_a_listing_may_be_null(world, parrot, rows):
    with parrot(200, f'{{"sucess": true, "products": {rows}}}'.encode()) as server:
        assert products(world, url=server.url) == []


@pytest.mark.parametrize("rows", ['{"id": 1}', '"none"', "7"])
def test_a_listing_that_is_no_list_is_no_answer(world, parrot, rows):
    body = f'{{"sucess": true, "products": {rows}}}'.encode()

    with parrot(200, body) as server, pytest.raises(Unavailable, match="answers no list of rows"):
        products(world, url=server.url)


def test_rows_that_are_no_objects_are_passed_over(world, parrot):
    body = b'{"sucess": true, "totalPages": 1, "products": [null, 7, {"id": 1, "sku": "A"}]}'

    with parrot(200, body) as server:
        assert [each.sku for each in products(world, url=server.url)] == ["A"]


# How a shop says no


def test_a_wrong_token_says_where_the_right_one_is(world):
    world.sandbox.shop.token = "another"

    async def ask(shop):
        shop.http.client.headers["authToken"] = "wrong"
        return [page async for page in shop.products()]

    with pytest.raises(NoAccess, match=r"\(Aplicativos\), then run: contaazul-sync auth --secrets") as caught:
        world.shop(ask)

    assert caught.value.exit_code == 3


def test_a_shop_that_forbids_is_no_access(world, parrot):
    body = b'{"mensagem": "Aplicativo desinstalado"}'

    with parrot(403, body) as server, pytest.raises(NoAccess, match="Aplicativo desinstalado"):
        products(world, url=server.url)


@pytest.mark.parametrize("fault", ["html", "500_before", "drop_before", "truncated", "429"])
def test_a_shop_that_answers_nonsense_for_a_while_is_asked_again(world, box, fault):
    box.add_product("CAM-AZ", "Camiseta", 50, 3)
    box.faults.add(fault, path=PRODUCTS)

    assert len(products(world)) == 1
    assert [seen.query["page"] for seen in sent(box)] == [["1"], ["1"], ["2"]]


def test_a_page_of_html_in_place_of_the_answer_ends_in_plain_words(world, box):
    box.faults.add("html", path=PRODUCTS, times=99)

    with pytest.raises(Unavailable, match="the shop answered with a page"):
        products(world)

    assert len(sent(box)) == ATTEMPTS + 2  # two more, to see whether it answers anything


def test_a_shop_that_refuses_the_question_is_unavailable(world, parrot):
    body = b'{"mensagem": "size invalido"}'

    with parrot(400, body) as server, pytest.raises(Unavailable, match=r"refused product/list \(400\): size"):
        products(world, url=server.url)


# A product


@pytest.mark.parametrize(
    ("written", "price"),
    [
        ("79.90", 7990),
        ("79,90", 7990),
        ("1.234,56", 123456),
        (Decimal("115.00"), 11500),
        (Decimal("79.9"), 7990),
        (80, 8000),
        (None, 0),
        ("", 0),
        (0, 0),
    ],
)
def test_a_price_is_read_to_the_centavo_however_it_is_written(world, box, written, price):
    box.add_product("CAM-AZ", "Camiseta", 1, 3)
    box.unit("CAM-AZ")["price"] = written

    [product] = products(world)

    assert (product.price, product.problem) == (price, None)


@pytest.mark.parametrize("written", ["a combinar", "79.905", True, {"valor": 1}, [1], "NaN", "Infinity"])
def test_a_price_that_cannot_be_read_is_a_problem_of_this_product_alone(world, box, written):
    box.add_product("CAM-AZ", "Camiseta", 1, 3)
    box.add_product("CAM-VD", "Camiseta", 60, 3)
    box.unit("CAM-AZ")["price"] = written

    odd, fine = products(world)

    assert "its price or stock cannot be read" in odd.problem
    assert (odd.sku, odd.price) == ("CAM-AZ", 0)
    assert (fine.sku, fine.price, fine.problem) == ("CAM-VD", 6000, None)


@pytest.mark.parametrize(
    ("written", "stock"), [(12, 12), ("12", 12), (Decimal("1.5"), Decimal("1.5")), (-2, -2)]
)
def test_a_stock_is_read_as_it_is(world, box, written, stock):
    box.add_product("CAM-AZ", "Camiseta", 1, 3)
    box.unit("CAM-AZ")["quantity"] = written

    assert products(world)[0].stock == stock


def test_a_stock_that_cannot_be_read_is_a_problem(world, box):
    box.add_product("CAM-AZ", "Camiseta", 1, 3)
    box.unit("CAM-AZ")["quantity"] = "muitos"

    assert "'muitos' is not a number" in (products(world)[0].problem or "")


@pytest.mark.parametrize("written", [None, ""])
def test_a_stock_that_is_not_told_is_a_problem_and_not_none_in_stock(world, box, written):
    box.add_product("CAM-AZ", "Camiseta", 50, 3)
    box.unit("CAM-AZ")["quantity"] = written

    [product] = products(world)

    assert (product.problem, product.price) == ("the shop tells no stock of it", 5000)


@pytest.mark.parametrize("written", [0, "0", Decimal("0.00")])
def test_a_stock_of_nothing_is_told(world, box, written):
    box.add_product("CAM-AZ", "Camiseta", 1, 3)
    box.unit("CAM-AZ")["quantity"] = written

    [product] = products(world)

    assert (product.stock, product.problem) == (0, None)


@pytest.mark.parametrize(("written", "promotional"), [(0, None), (None, None), ("", None), ("99.00", 9900)])
def test_a_promotion_of_nothing_is_none(world, box, written, promotional):
    box.add_product("CAM-AZ", "Camiseta", 115, 3)
    box.unit("CAM-AZ")["special_price"] = written

    assert products(world)[0].promotional == promotional


def test_a_product_tells_what_it_is(world, box):
    box.add_product(
        "CAM-AZ",
        "Camiseta azul",
        115,
        12,
        99,
        ncm="6109.10.00",
        description="<p>Malha&nbsp;<b>macia</b></p>",
        dimension={"length": 30, "width": "25", "height": None, "weight": Decimal("0.25")},
        ean="7891234567895",
        updated="2026-11-20 10:22:31",
    )

    [product] = products(world)

    assert (product.price, product.promotional, product.stock) == (11500, 9900, 12)
    assert product.details.ncm == "61091000"
    assert "Malha" in product.details.description
    assert "<" not in product.details.description
    assert (product.details.length, product.details.width) == (30, 25)
    assert (product.details.height, product.details.weight) == (None, Decimal("0.25"))
    assert product.updated_at == datetime(2026, 11, 20, 13, 22, 31, tzinfo=UTC)


def test_an_odd_size_or_date_is_no_reason_to_keep_a_product_back(world, box):
    box.add_product("CAM-AZ", "Camiseta", 1, 3, dimension={"weight": "leve"}, updated="2026-99-99")

    [product] = products(world)

    assert (product.details.weight, product.updated_at, product.problem) == (None, None, None)


def test_a_date_that_a_database_writes_for_none_is_none(world, box):
    """A paid order would be older than every first day, and left out without a word."""
    box.add_product("CANECA", "Caneca", "39.90", 5)
    number = box.order([("CANECA", 1)], paid_at="0001-01-01 00:00:00", updated="0001-01-01 00:00:00")

    order = one(world, number)

    assert (order.paid_at, order.updated_at) == (None, order.created_at)
    assert order.counted_at == order.created_at


def test_an_order_that_was_made_on_no_day_is_told_as_unreadable(world, box):
    box.add_product("CANECA", "Caneca", "39.90", 5)
    number = box.order([("CANECA", 1)], created="0001-01-01 00:00:00")

    assert "created is not a date" in one(world, number).reason


def test_a_date_may_carry_its_own_offset(world, box):
    box.add_product("A", "A", 1, 3, updated="2026-11-20T10:00:00-03:00")
    box.add_product("B", "B", 1, 3, updated="2026-11-20T10:00:00")

    assert [each.updated_at for each in products(world)] == [SINCE, SINCE]


@pytest.mark.parametrize("sku", ["", None, "   "])
def test_a_product_without_a_sku_is_listed_without_one(world, box, sku):
    box.add_product("X", "Sem código", 1, 3)
    box.products[0]["sku"] = sku

    assert [each.sku for each in products(world)] == [""]


def test_a_sku_may_be_a_number_and_have_spaces_around_it(world, box):
    box.add_product("X", "A", 1, 3)
    box.products[0]["sku"] = 1042
    box.add_product(" CAM-AZ ", "B", 1, 3)

    assert [each.sku for each in products(world)] == ["1042", "CAM-AZ"]


def test_a_product_with_variations_is_sold_by_them_and_not_by_itself(world, box):
    parent = box.add_product(
        "CAM",
        "Camiseta",
        115,
        0,
        ncm="61091000",
        description="Malha",
        dimension={"weight": Decimal("0.25")},
        ean="7891234567895",
        variations=[
            {"sku": "CAM-P", "name": "Camiseta P", "price": "79.90", "stock": 4, "ean": "4006381333931"},
            {"sku": "CAM-M", "name": "", "price": 81, "stock": 5, "dimension": {"weight": 1}},
        ],
    )

    small, medium = products(world)

    assert [small.sku, medium.sku] == ["CAM-P", "CAM-M"]
    assert small.key.startswith(f"{parent}:")
    assert (small.price, small.stock, medium.price, medium.stock) == (7990, 4, 8100, 5)
    assert (small.name, medium.name) == ("Camiseta P", "Camiseta")
    assert (small.details.ncm, small.details.description) == ("61091000", "Malha")
    assert (small.details.weight, medium.details.weight) == (Decimal("0.25"), 1)
    assert (small.details.ean, medium.details.ean) == ("4006381333931", "")  # an EAN is of one unit
    assert small.updated_at is not None


def test_a_problem_of_one_variation_is_not_the_others(world, box):
    box.add_product("CAM", "C", 1, 0, variations=[{"sku": "P", "price": "?"}, {"sku": "M", "price": 1}])

    small, medium = products(world)

    assert small.problem
    assert medium.problem is None


def test_a_profile_without_variations_sells_the_product_itself(world, box):
    box.add_product("CAM", "C", 1, 7, variations=[{"sku": "P", "price": 1}])

    assert [each.sku for each in products(world, profile=replace(pages_of(9), variations=None))] == ["CAM"]


@pytest.mark.parametrize("variations", [2, "P, M", {"sku": "P"}, ["P"], [{"sku": "P"}, None]])
def test_variations_that_are_no_list_are_a_problem_and_do_not_end_the_walk(world, box, variations):
    box.add_product("CAM", "C", 1, 7)
    box.products[0]["variations"] = variations
    box.add_product("CAM-VD", "Camiseta", 60, 3)

    odd, fine = products(world)

    assert (odd.sku, odd.problem) == ("CAM", "its variations cannot be read")
    assert (fine.sku, fine.problem) == ("CAM-VD", None)


@pytest.mark.parametrize("variations", [None, [], ""])
def test_a_product_may_say_in_many_ways_that_it_has_no_variations(world, box, variations):
    box.add_product("CAM", "C", 1, 7)
    box.products[0]["variations"] = variations

    assert [(each.sku, each.problem) for each in products(world)] == [("CAM", None)]


def test_variations_without_an_id_are_not_taken_for_one(world, box):
    box.add_product("CAM", "C", 1, 7, variations=[{"sku": "P", "price": 1}, {"sku": "M", "price": 1}])
    for variation in box.products[0]["variations"]:
        del variation["id"]

    small, medium = products(world)

    assert small.key != medium.key or (small.problem and medium.problem)


def test_a_row_that_an_expression_does_not_suit_is_told_and_does_not_end_the_walk(world, box):
    profile = shop_profile.load(None)
    fields = {**profile.product_fields, "sku": Expression("join('-', [sku, ean])")}
    box.add_product("CAM-AZ", "Camiseta", 1, 3)
    box.products[0]["sku"] = None
    box.add_product("CAM-VD", "Camiseta", 60, 3, ean="789")

    odd, fine = products(world, profile=replace(profile, product_fields=fields))

    assert (odd.sku, odd.name) == ("", "Camiseta")
    assert fine.sku == "CAM-VD-789"


# An order


def test_an_order_is_read_with_all_that_a_sale_needs(world, box):
    box.add_product("CAM-AZ-M", "Camiseta azul M", "79.90", 9)
    made = box.order(
        [("CAM-AZ-M", 2)], shipping="15.00", discount="4.80", installments=3, payment_method="boleto"
    )

    [order] = orders(world)

    assert isinstance(order, Order)
    assert (order.id, order.status, order.payment) == (str(made), "confirmed", Payment.PAID)
    assert (order.subtotal, order.shipping, order.discount, order.total) == (15980, 1500, 480, 17000)
    assert (order.total_paid, order.method, order.installments) == (17000, "boleto", 3)
    assert order.paid_at == datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    assert order.counted_at.date() == date(2026, 11, 24)
    assert (order.buyer.name, order.buyer.document) == ("Ana Souza", "529.982.247-25")
    assert (order.buyer.city, order.buyer.postcode) == ("São Paulo", "01310-100")
    [line] = order.lines
    assert (line.sku, line.quantity) == ("CAM-AZ-M", Decimal(2))
    assert (line.price, line.total) == (7990, 15980)


def test_a_company_that_buys_is_known_by_its_cnpj(world, box):
    box.order([("X", 1, 10)], payer_cnpj="11.444.777/0001-61", payer_razao_social="Loja Azul Ltda")

    [order] = orders(world)

    assert (order.buyer.document, order.buyer.company) == ("11.444.777/0001-61", "Loja Azul Ltda")


@pytest.mark.parametrize(
    ("status", "payment"),
    [
        ("pending", Payment.UNPAID),
        ("confirmed", Payment.PAID),
        ("invoiced", Payment.PAID),
        ("shipped", Payment.PAID),
        ("delivered", Payment.PAID),
        ("canceled", Payment.CANCELLED),
        ("refunded", Payment.REFUNDED),
        ("separating", Payment.UNKNOWN),
        ("Confirmed", Payment.UNKNOWN),
        ("", Payment.UNKNOWN),
    ],
)
def test_only_a_status_that_the_profile_knows_means_something(world, box, status, payment):
    box.order([("X", 1, 10)], status=status)

    assert [each.payment for each in orders(world)] == [payment]


def test_an_order_that_is_not_paid_has_no_day_of_payment(world, box):
    box.order([("X", 1, 10)], status="pending")

    [order] = orders(world)

    assert order.paid_at is None
    assert order.counted_at == order.created_at


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("total", "a combinar"),
        ("total", None),
        ("total", True),
        ("created", "ontem"),
        ("paid_at", "sim"),
        ("shipping", "grátis"),
        ("installments", "3x"),
        ("items", 5),
        ("items", ["CAM-AZ"]),
        ("items", [{"sku": "X", "quantity": None, "price": "1.00"}]),
        ("items", [{"sku": "X", "quantity": 1, "price": "?"}]),
        ("items", [{"sku": "X", "quantity": 1, "price": "1.00", "total": "?"}]),
    ],
)
def test_an_order_that_cannot_be_read_is_told_by_its_id_and_stops_nothing(world, box, field, value):
    odd = box.order([("X", 1, 10)])
    box.orders[0][field] = value
    fine = box.order([("Y", 1, 10)])

    unreadable, order = orders(world)

    assert isinstance(unreadable, Unreadable)
    assert unreadable.id == str(odd)
    assert "cannot be read with this profile" in unreadable.reason
    assert order.id == str(fine)


@pytest.mark.parametrize(
    "field", ["subtotal", "shipping", "discount", "installments", "total_paid", "updated"]
)
def test_an_order_may_leave_much_untold(world, box, field):
    box.order([("X", 1, 10)])
    box.orders[0][field] = "" if field == "updated" else None

    [order] = orders(world)

    assert isinstance(order, Order)
    assert order.updated_at == order.created_at


def test_a_line_may_have_no_total_and_an_order_no_lines(world, box):
    box.order([("X", 1, 10)])
    box.orders[0]["items"][0]["total"] = ""
    box.order([("X", 1, 10)])
    box.orders[1]["items"] = []

    first, second = orders(world)

    assert first.lines[0].total is None
    assert second.lines == ()


@pytest.mark.parametrize("items", [None, "", 5, {"sku": "X"}, ["X"], [None]])
def test_items_that_are_no_list_are_told_as_such(world, box, items):
    box.order([("X", 1, 10)])
    box.orders[0]["items"] = items

    [unreadable] = orders(world)

    assert unreadable.reason == (
        "the shop's order cannot be read with this profile: its items are no list of rows"
    )


def test_an_order_is_known_by_its_number_where_it_has_no_text_of_its_own(world, box):
    made = box.order([("X", 1, 10)])
    box.orders[0]["order_id"] = ""

    assert [each.id for each in orders(world)] == [str(made)]


def test_an_order_has_a_number_beside_its_id_where_the_profile_tells_them_apart(world, box):
    profile = shop_profile.load(None)
    fields = {**profile.order_fields, "id": Expression("id")}
    made = box.order([("X", 1, 10)], order_id="W-77")

    (apart,) = orders(world, profile=replace(profile, order_fields=fields))
    (as_shipped,) = orders(world)

    assert (apart.id, apart.number, apart.note().number) == (str(made), "W-77", "W-77")
    assert (as_shipped.id, as_shipped.note().number) == ("W-77", "")


def test_an_order_without_any_id_is_unreadable(world, box):
    box.order([("X", 1, 10)])
    box.orders[0].update(id=None, order_id=None)

    assert orders(world) == [Unreadable("", quoted("the shop's order has no id"))]


def test_an_order_with_an_empty_id_is_unreadable(world, box):
    profile = shop_profile.load(None)
    fields = {**profile.order_fields, "id": Expression("order_id")}
    box.order([("X", 1, 10)])
    box.orders[0]["order_id"] = ""

    listed = orders(world, profile=replace(profile, order_fields=fields))

    assert listed == [Unreadable("", quoted("the shop's order has no id"))]


# One order


def test_one_order_is_read_as_it_is_now(world, box):
    made = box.order([("X", 1, 10)], status="pending")
    before = one(world, made)
    box.pay(made)

    after = one(world, made)

    assert (before.payment, after.payment) == (Payment.UNPAID, Payment.PAID)
    assert sent(box, "/apidashboard/v2/order/view")[0].query == {"orderId": [str(made)]}


def test_an_answer_about_another_order_is_no_answer(world, box, parrot):
    box.order([("X", 1, 10)])
    body = json.dumps({"sucesso": True, "order": {**box.orders[0], "order_id": "999"}}).encode()

    with parrot(200, body) as server:
        with pytest.raises(Unclear):
            one(world, 88124, server.url)
        assert one(world, 999, server.url).id == "999"


@pytest.mark.parametrize(
    "body", [b'{"sucesso": true, "order": null}', b'{"sucesso": true}', b'{"order": []}']
)
def test_an_answer_without_an_order_is_none(world, parrot, body):
    with parrot(200, body) as server:
        assert one(world, 88124, server.url) is None


@pytest.mark.parametrize(
    "body", [b'{"mensagem": "Pedido inexistente"}', b'{"sucesso": false, "error": "Pedido inexistente"}']
)
def test_an_order_of_which_the_shop_says_with_404_that_it_does_not_know_it_is_none(world, parrot, body):
    with parrot(404, body) as server:
        assert one(world, 88124, server.url) is None


@pytest.mark.parametrize(
    "body", [b"", b"<html><h1>404 Not Found</h1></html>", b'{"message": "no Route matched"}', b"[]", b"null"]
)
def test_a_404_that_is_not_in_the_shops_own_words_is_no_order_that_is_gone(world, parrot, body):
    with parrot(404, body) as server, pytest.raises((Missing, Nowhere)):
        one(world, 88124, server.url)


def test_an_order_that_cannot_be_read_any_more_is_told_so(world, box):
    made = box.order([("X", 1, 10)])
    box.orders[0]["total"] = "?"

    assert isinstance(one(world, made), Unreadable)


def test_an_order_that_the_shop_does_not_know_is_refused_in_its_words(world):
    with pytest.raises(Refused) as caught:
        one(world, 999)

    assert caught.value.message == "the shop refused it (200): Pedido não encontrado"
    assert (caught.value.status, caught.value.text) == (200, "Pedido não encontrado")
    assert caught.value.exit_code == 6  # of this order alone


def test_a_failure_without_words_about_an_order_is_still_one(world, parrot):
    with parrot(200, b'{"sucesso": false}') as server, pytest.raises(Refused) as caught:
        one(world, 999, server.url)

    assert caught.value.message == "the shop refused it (200): no"


def test_a_wrong_token_is_told_of_one_order_too(world, parrot):
    with parrot(401, b"{}") as server, pytest.raises(NoAccess, match="auth --secrets"):
        one(world, 999, server.url)
