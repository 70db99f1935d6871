"""What a run did is said in its own words."""

import pytest

from contaazul_sync.core import words
from contaazul_sync.core.deeds import in_words

NIGHT = {"products": 10, "orders": 3, "orders_sum": 91274, "prices": 1, "waiting": 1, "waiting_sum": 7990}
COUNTS = {"created": 13, "updated": 1, "failed": 2}


@pytest.fixture(autouse=True)
def english_again():
    yield
    words.speak("en")


def test_products_orders_and_what_they_are_worth_are_told_apart():
    says = (
        "10 products created, 3 orders sent (R$ 912,74), 1 price changed, 1 waits for a product (R$ 79,90),"
        " 2 not done"
    )

    assert in_words(NIGHT, COUNTS) == says


def test_a_night_is_told_in_portuguese():
    words.speak("pt_BR")
    says = "10 produtos criados, 3 pedidos enviados (R$ 912,74), 1 preço alterado"

    assert in_words(NIGHT, COUNTS).startswith(says)


def test_a_run_that_had_nothing_to_do_says_so():
    assert in_words({}, {"created": 0, "updated": 0, "failed": 0}) == "nothing to do"
    assert in_words({}, {"failed": 1}) == "1 not done"


def test_of_a_run_of_an_older_version_the_counts_are_told():
    assert in_words({}, COUNTS) == "created 13, updated 1, not done 2"
