"""Choosing products: an answer is understood, what was chosen is shown, and a choice can be taken back."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from contaazul_sync.cli import choose, picking
from contaazul_sync.core.errors import UsageError
from contaazul_sync.core.ids import ErpId, ShopKey
from contaazul_sync.core.items import Failure, Group, Kind
from contaazul_sync.core.products import Product
from contaazul_sync.core.words import quoted
from contaazul_sync.state.file import State
from contaazul_sync.views.spreadsheets import overview_csv
from tests.worlds.terminal import on_terminal

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def product(key, sku, name="Camisa"):
    return Product(ShopKey(key), sku, name, 7990, None, Decimal(5))


LIST = [
    product(f"k{place}", sku)
    for place, sku in enumerate(("CAM-1", "CAM-2", "BERM 40", "2-3", "7", "BONE"), start=1)
]


def places(answer):
    return [int(each.key[1:]) for each in picking.named(LIST, answer)]


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        ("1", [1]),
        ("1,3", [1, 3]),
        ("1 3", [1, 3]),
        ("1, 3; 5", [1, 3, 5]),
        ("2-4", [2, 3, 4]),
        ("2 - 4", [2, 3, 4]),
        ("2 \N{EN DASH} 4", [2, 3, 4]),
        ("1 2-3 6", [1, 2, 3, 6]),
        ("3 1 3", [3, 1]),
        ("CAM-2", [2]),
        ("cam-2 bone", [2, 6]),
        ("BERM 40", [3]),
        ("berm 40, 1", [3, 1]),
        ("sku:7", [5]),
        ("7", [5]),  # the list has no seventh
        ("sku:2-3", [4]),
        ("2-3", [2, 3]),  # places, since the list is what is read
        ("all", [1, 2, 3, 4, 5, 6]),
        ("todos", [1, 2, 3, 4, 5, 6]),
        ("Todas", [1, 2, 3, 4, 5, 6]),
        ("TUDO", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_an_answer_names_places_and_skus(answer, meant):
    assert places(answer) == meant


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("9", "from 1 to 6"),
        ("3-1", "from 1 to 6"),
        ("1-9", "from 1 to 6"),
        ("one", "'one' is neither"),
        ("1-x", "'1-x' is neither"),
        ("1 CAM-3", "Is it CAM-"),
        ("BONÉ", "Is it BONE"),
        ("²", "'²' is neither"),
        ("1-²", "is neither"),
        ("9" * 5000, "is neither"),
    ],
)
def test_a_slip_is_told_and_chooses_nothing(answer, told):
    with pytest.raises(UsageError, match=told):
        picking.named(LIST, answer)


@pytest.fixture
def state(tmp_path):
    opened = State.open(tmp_path / "state.db")
    yield opened
    opened.close()


def has(state, *products):
    state.products.save(products, state.products.new_walk())


def chosen(state, *names, search=""):
    return [each.sku for each in choose.chosen(state, names, everything=False, search=search)]


@pytest.mark.parametrize("typed", ["CAM-LIS-GG", "cam-lis-g", "CAM LIS G", "CAMLISG"])
def test_a_sku_that_is_nearly_one_of_the_shops_is_offered(state, typed):
    has(state, product("1", "CAM-LIS-G"), product("2", "PRATO-20"))

    with pytest.raises(UsageError, match=r"no product with the SKU .* Is it CAM-LIS-G\?"):
        chosen(state, typed)


def test_a_sku_that_is_like_nothing_is_offered_nothing(state):
    has(state, product("1", "CAM-LIS-G"))

    with pytest.raises(UsageError, match=r"Nothing was chosen\.$"):
        chosen(state, "XYZ")


# Lists from files


def listed(tmp_path, content, encoding="utf-8"):
    file = tmp_path / "list.csv"
    file.write_bytes(content.encode(encoding))
    return choose.skus_in(file)


@pytest.mark.parametrize(
    "content",
    [
        "CAM-1\n# mine\n\nBERM 40  # the second\n",
        "\ufeffCAM-1\r\nBERM 40\r\n",
        "sku;name;price\nCAM-1;Camisa;79,90\nBERM 40;Bermuda;139,90\n",
        "\ufeffsku;nome;preço\r\nCAM-1;Camisa;79,90\r\n;sem SKU;1,00\r\nBERM 40;Bermuda;139,90\r\n",
        'Nome,SKU\n"Camisa, azul",CAM-1\n"Bermuda\n40",BERM 40\n',
        "SKU\tnome\nCAM-1\tCamisa\nBERM 40\tBermuda\n",
    ],
)
def test_a_list_is_skus_line_by_line_or_a_csv_with_a_column_of_them(tmp_path, content):
    assert listed(tmp_path, content) == ["CAM-1", "BERM 40"]


def test_an_empty_list_names_nothing(tmp_path):
    assert listed(tmp_path, "") == []


def test_the_programs_own_csv_is_read_back_whatever_the_skus_look_like(tmp_path, state):
    skus = ["=1+1", "-X", "@home", "+55", "CAM;1", 'A"B', "'Q"]
    has(state, *(product(str(place), sku) for place, sku in enumerate(skus)))

    told = "".join(overview_csv(state.pairs.overview(), "regular"))

    assert sorted(listed(tmp_path, told)) == sorted(skus)


def test_what_a_list_names_and_the_shop_has_deleted_since_is_passed_over(state):
    has(state, product("1", "CAM-1"), product("2", "CAM-2"))
    state.products.mark_gone(state.products.new_walk(), NOW, said=[ShopKey("2")])

    assert choose.still_listed(state, ["CAM-1", "CAM-2", "NEVER"]) == (["CAM-1", "NEVER"], ["CAM-2"])


# Taking a choice back


def waiting(state, *names, everything=False):
    return [each.sku for each in choose.waiting(state, names, everything=everything)]


@pytest.fixture
def queued(state):
    has(state, *(product(str(place), f"CAM-{place}") for place in (1, 2, 3)))
    state.queue.add([ShopKey("1"), ShopKey("2")], NOW)
    return state


def test_a_choice_is_taken_back_by_sku_or_all_of_them(queued):
    assert waiting(queued, "CAM-1") == waiting(queued, "id:1") == ["CAM-1"]
    assert waiting(queued, everything=True) == ["CAM-1", "CAM-2"]


@pytest.mark.parametrize("name", ["CAM-3", "CAM-9", "id:3", ""])
def test_what_was_not_chosen_is_not_taken_back(queued, name):
    with pytest.raises(UsageError, match="does not wait"):
        waiting(queued, "CAM-1", name)


def test_what_is_in_the_erp_by_now_is_not_taken_back(queued):
    queued.links.by_hand(product("1", "CAM-1"), ErpId("e1"), NOW)

    with pytest.raises(UsageError, match="does not wait"):
        waiting(queued, "CAM-1")


def test_what_may_be_on_its_way_is_not_taken_back(queued):
    queued.intents.sending(Kind.PRODUCT, "1", NOW)

    with pytest.raises(UsageError, match="not known yet whether the ERP has created CAM-1"):
        waiting(queued, "CAM-1")
    assert queued.intents.get(Kind.PRODUCT, "1")


def test_a_products_name_takes_its_variations_back(state):
    has(state, product("9", "CAM"), product("9:1", "CAM-P"), product("9:2", "CAM-G"))
    state.queue.add([ShopKey("9:1"), ShopKey("9:2")], NOW)

    assert waiting(state, "CAM") == ["CAM-P", "CAM-G"]


def test_what_stood_against_a_product_goes_with_its_choice(queued):
    queued.items.fail(Failure(Kind.PRODUCT, "1", Group.FAILED, quoted("no name"), quoted("give it one"), NOW))

    queued.queue.take_back([ShopKey("1")])

    assert queued.queue.all() == ["2"]
    assert queued.items.failures() == {}


# At a terminal


@pytest.fixture
def shop(signed_in):
    for sku in ("BONE-1", "CAM-1", "CAM-2"):
        signed_in.sandbox.shop.add_product(sku, f"Produto {sku}", 79.90, 5)
    return signed_in


def count(shop):
    return shop.status()["products"]["waiting"]


@pytest.mark.slow
def test_a_choice_is_shown_and_counts_when_a_person_says_so(shop):
    screen, code = on_terminal(shop, "send-products", "--search", "cam", typed=["n"])
    assert code == 0
    assert "CAM-1" in screen
    assert "CAM-2" in screen
    assert "Nothing was chosen." in screen
    assert count(shop) == 0

    screen, code = on_terminal(shop, "send-products", "CAM-3", "BONE-1", typed=[""])
    assert "  1  CAM-2\r\n  2  CAM-1\r\n" in screen  # of two that are near a person picks one, or none
    assert "Is it CAM-2 or CAM-1?" in screen
    assert "contaazul-sync send-products CAM-2" in screen
    assert code == 2

    screen, code = on_terminal(shop, "send-products", "CAM-3", typed=["9", "cam-1", "n"])
    assert screen.count("Which one?") == 2
    assert re.search(r"1 +CAM-1 .*\r\nChoose 1 product", screen)

    screen, code = on_terminal(shop, "send-products", "BONE1", typed=["y", "y"])
    assert "Is it BONE-1?" in screen
    assert "1 product chosen" in screen
    assert "contaazul-sync send-products --undo BONE-1" in screen
    assert count(shop) == 1

    screen, code = on_terminal(shop, "send-products", "--undo", "BONE-1")
    assert (code, count(shop)) == (0, 0)
    assert "1 product is chosen no longer: BONE-1" in screen


@pytest.mark.slow
def test_a_script_is_not_asked_and_a_terminal_with_yes_neither(shop):
    assert shop.run("send-products", "--search", "cam").returncode == 0
    assert count(shop) == 2

    screen, code = on_terminal(shop, "send-products", "--all", "--yes")
    assert (code, count(shop)) == (0, 3)
    assert "1 product chosen" in screen


@pytest.mark.slow
def test_nothing_is_said_to_be_in_the_erp_that_was_not_found(shop):
    screen, code = on_terminal(shop, "send-products", "--search", "xyz")

    assert code == 0
    assert "No product has 'xyz' in its name or SKU." in screen
    assert "in the ERP" not in screen
    piped = shop.run("send-products", "--search", "xyz")
    assert (piped.returncode, piped.stdout) == (0, "")
    assert "No product has 'xyz'" in piped.stderr


@pytest.mark.slow
def test_a_shop_without_products_is_not_said_to_be_in_the_erp(signed_in):
    screen, code = on_terminal(signed_in, "send-products")

    assert code == 0
    assert "The shop lists no product yet." in screen


@pytest.mark.slow
def test_a_long_list_comes_page_by_page_and_goes_on_after_a_slip(signed_in):
    for place in range(1, 31):
        signed_in.sandbox.shop.add_product(f"CAM-{place:02}", "Camisa", 79.90, 5)

    screen, code = on_terminal(signed_in, "send-products", typed=["CAM-1", "99", "", "", "2 29"], LINES="24")
    assert code == 0
    assert "CAM-19" in screen.partition("Which of 30?")[0]
    assert "CAM-20" not in screen.partition("Which of 30?")[0]
    assert "from 1 to 30" in screen
    assert count(signed_in) == 0  # Enter at the end of the list is none

    screen, code = on_terminal(signed_in, "send-products", typed=["", "2 29", "y"], LINES="24")
    assert code == 0
    assert "2 products chosen" in screen
    assert count(signed_in) == 2


@pytest.mark.slow
def test_undo_goes_with_what_names_products_alone(shop):
    for words in (["--now"], ["--dry-run"], ["--search", "x"], []):
        done = shop.run("send-products", "--undo", *words)
        assert done.returncode == 2, words
