"""Nonsense that once ended a run, hurt what it was not about, or was still felt when it was over."""

import random

import pytest

from sim.fuzz import files, life
from sim.fuzz.answers import Place, Twist

pytestmark = pytest.mark.slow

ANSWERS = [
    ("merchant", Place("erp", "POST", "/oauth/token", ("expires_in",)), "far zone"),
    ("merchant", Place("erp", "POST", "/oauth/token", ("expires_in",)), "not a number"),
    ("merchant", Place("erp", "POST", "/v1/venda", ("id",)), "list of lists"),
    ("woocommerce", Place("erp", "POST", "/v1/venda", ("id",)), "line separators"),
    ("storefront", Place("erp", "POST", "/v1/venda", ("valor_composicao", "desconto")), "deep"),
    ("merchant", Place("erp", "POST", "/v1/pessoas", ("id",)), "half"),
    ("storefront", Place("erp", "GET", "/v1/pessoas", ("items",)), "deep"),
    ("merchant", Place("shop-a", "GET", "/apidashboard/v2/order/list", ("orders", "*", "shipping")), "deep"),
    ("woocommerce", Place("shop-a", "GET", "/wp-json/wc/v3/orders", ("*", "date_modified")), "deep"),
    ("woocommerce", Place("shop-a", "GET", "/wp-json/wc/v3/products", ("*", "categories")), "deep"),
    ("woocommerce", Place("shop-a", "GET", "/wp-json/wc/v3/variations", ("message",)), "long"),
]
FILES = [
    ("token.lock", "a folder"),
    ("token.lock", "a link to nowhere"),
    ("run.lock", "a link to itself"),
    ("run.json", "brackets"),
    ("run.json", "a link to itself"),
    ("secrets.json", "a field: word"),
    ("secrets.json", "a field: yes"),
    ("secrets.json", "a field: infinite"),
    ("config.toml", "mark"),
    ("config.toml", "utf-16"),
    ("state.db", "half"),
    ("state.db", "gone"),
]


@pytest.mark.parametrize(("kind", "place", "what"), ANSWERS)
def test_nonsense_in_an_answer_hurts_nothing_else_and_leaves_nothing(kind, place, what):
    assert life.suffer(kind, [Twist(place, what)], random.Random(0)) == []


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("file", "what"), FILES)
def test_nonsense_in_a_file_is_said_and_leaves_nothing(file, what, seed):
    assert life.spoil(file, what, random.Random(seed)) == []


def test_every_field_of_every_answer_is_a_place():
    places = {str(place) for kind in life.KINDS for place in life.places(kind)}

    assert "shop-a GET /wp-json/wc/v3/orders */billing/first_name" in places
    assert "erp POST /oauth/token access_token" in places
    assert len(places) > 500


def test_there_is_nonsense_for_every_file_and_for_every_kind_of_place():
    drawn = [files.drawn(random.Random(seed)) for seed in range(2000)]

    assert {file for file, _what in drawn} == set(files.FILES)
    assert {what.partition(":")[0] for _file, what in drawn} > {*files.WHOLE, *files.CHANGES, *files.PLACES}
