"""What comes in is made fit to keep: texts, numbers, times, and JSON as a whole."""

import json
import sqlite3
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.core import fit
from contaazul_sync.core.fingerprints import fingerprint
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.money import centavos, decimal
from contaazul_sync.core.orders import Buyer
from contaazul_sync.core.plan.products import product_version
from contaazul_sync.core.products import Details, Product

ANY_TEXT = st.text(st.characters())  # lone surrogates among them
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)
LONE, MOJIBAKE, APART = "Ana \ud83d", "JOS\xc3\x89 \x89\u2028x", "Joa\u0303o"


@given(ANY_TEXT)
def test_every_text_can_be_kept_sent_and_shown(told):
    text = fit.text(told)

    assert text.encode() and len(text) == len(told) if told else text == ""
    assert sqlite3.connect(":memory:").execute("SELECT ?", [text]).fetchone() == (text,)
    assert not [c for c in text if unicodedata.category(c) in ("Cs", "Zl", "Zp")]
    assert {c for c in text if unicodedata.category(c) == "Cc"} <= set("\t\n\r")


@given(ANY_TEXT)
def test_a_text_that_was_mended_is_fit_and_stays(told):
    assert fit.text(fit.text(told)) == fit.text(told)
    assert fit.line(fit.line(told)) == fit.line(told)


@given(ANY_TEXT.filter(lambda told: not told.isascii()))
def test_a_line_is_the_same_whether_or_not_something_unseen_was_in_it(told):
    assert fit.line(told) == fit.line(f"{told}\u200b") == fit.line(f"\u2060{told}")


@given(ANY_TEXT)
def test_a_name_is_one_line_in_composed_letters(told):
    name = fit.words(told)

    assert not set(name) & set("\t\n\r")
    assert unicodedata.is_normalized("NFC", name)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("Camisa &amp; Cal&ccedil;a", "Camisa & Calça"),
        ("P&#225;ra-choque &quot;A&quot;", 'Pára-choque "A"'),
        ("Joa\u0303o", "João"),
        ("Ana \ud83d", "Ana \ufffd"),
        ("a\x1b[31mb", "a [31mb"),
        ("a\x85b\u2028c\x00d", "a b c d"),
        ("uma\nlinha\tso", "uma linha so"),
        ("a &#8232; b &#27; c", "a   b  c"),
        ("Tom & Jerry", "Tom & Jerry"),
        ("&amp;amp;", "&amp;"),  # once, as a browser does
        ("Ana 😀", "Ana 😀"),
        ("Camiseta <b>Azul</b>", "Camiseta Azul"),
        ("Cami<strong class='x'>seta</strong>", "Camiseta"),
        ("Caneca<br/>Ipê<BR>", "Caneca Ipê"),
        ("&lt;p&gt;Caneca&lt;/p&gt;", "Caneca"),
        ("Caneca<!-- nova -->", "Caneca"),
        ("Cabo <P2> de 5 < 6 m, i <3", "Cabo <P2> de 5 < 6 m, i <3"),
        ("Ana <ana@example.com>", "Ana <ana@example.com>"),
        ("<a <a <b", "<a <a <b"),
        ("Ca\u00adne\u200bca \u202eIp\u00ea\ufeff", "Caneca Ipê"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("a&#8203;&shy;b", "ab"),
    ],
)
def test_a_name_is_what_a_person_reads_in_the_shop(told, name):
    assert fit.words(told) == name


@pytest.mark.parametrize("digits", ["0", "-1", "9223372036854775807", "-9223372036854775808"])
def test_a_whole_number_within_64_bits_is_itself(digits):
    assert fit.whole(digits) == int(digits)


@given(st.integers(-(10**20), 10**20))
def test_a_whole_number_is_itself_or_unreadable(number):
    assert fit.whole(str(number)) == number or (
        fit.whole(str(number)) is fit.UNREADABLE and abs(number) >= 2**63
    )


@pytest.mark.parametrize("digits", ["9223372036854775808", "-9223372036854775809", "1" * 5000, "9" * 19])
def test_a_whole_number_beyond_64_bits_is_unreadable_and_never_not_told(digits):
    assert fit.whole(digits) is fit.UNREADABLE
    with pytest.raises(ValueError, match="no number"):
        decimal(fit.whole(digits))


@pytest.mark.parametrize(
    "digits", ["1e19", "1e999999999999999999999", "1e-999999999", "0." + "1" * 100, "0e-99"]
)
def test_a_number_of_no_amount_s_size_is_unreadable(digits):
    assert fit.fraction(digits).is_nan()


@given(st.from_regex("-?(0|[1-9][0-9]{0,20})[.][0-9]{1,21}([eE][+-]?[0-9]{1,2})?", fullmatch=True))
def test_a_fraction_is_exact_or_of_no_amount_s_size(digits):
    exact = Decimal(digits)

    assert repr(fit.fraction(digits)) == repr(exact if abs(exact.adjusted()) < 19 else fit.UNREADABLE)


def test_a_number_of_an_amount_s_size_is_exact():
    assert fit.fraction("79.90") == Decimal("79.90")
    assert fit.fraction("1.5e3") == 1500


@pytest.mark.parametrize("told", ["1e18", "99999999999999.99", 10**17, "-1e18"])
def test_an_amount_that_no_file_has_room_for_is_refused(told):
    with pytest.raises(ValueError, match="not a number"):
        centavos(told)


def test_a_thousand_of_the_largest_amounts_fit_into_64_bits():
    assert 1000 * centavos("9999999999999.99") < 2**63


def test_times_between_2000_and_2100_are_of_our_time():
    years = {
        year: fit.is_of_our_time(datetime(year, 6, 1, tzinfo=UTC))
        for year in (1, 1999, 2000, 2100, 2101, 9999)
    }

    assert years == {1: False, 1999: False, 2000: True, 2100: True, 2101: False, 9999: False}


@given(JSON)
def test_json_that_came_in_can_be_written_again(told):
    json.dumps(fit.tree(told), ensure_ascii=False).encode()


@given(JSON)
def test_what_was_mended_remembers_how_it_came(told):
    mended = fit.tree(told)

    assert fit.as_told(mended) == told or isinstance(told, (list, str))
    assert fit.tree(mended) == mended


def test_what_had_not_to_be_mended_is_the_very_same():
    told = {"a": [{"b": "c"}, 1, None], "d": "é"}

    assert fit.tree(told) is told


def as_seen(value: Any) -> Any:
    """A value with, at each of its objects, whether something of it was mended, and what it was."""
    if isinstance(value, list):
        return [as_seen(each) for each in value]
    if isinstance(value, dict):
        return [(name, as_seen(each)) for name, each in value.items()], getattr(value, "told", None)
    return value


@given(JSON, st.booleans())
def test_what_was_parsed_is_mended_as_if_each_of_its_texts_was_looked_at(told, escaped):
    text = json.dumps(told, ensure_ascii=escaped)

    assert as_seen(fit.parsed(json.loads(text), text)) == as_seen(fit.tree(json.loads(text)))


SIGNS = [
    "\\ud83d",
    "\\ude00",
    "\\uD83D",
    "\\uDE00",
    "\\\\",
    "\\b",
    "\\f",
    "\\n",
    "\\/",
    "\\u00e3",
    "\\u0085",
    "\\u001b",
]
MORE_SIGNS = [
    "\\u2028",
    "\\u0009",
    "\\u007F",
    "ud83d",
    "ude00",
    "b",
    "\x1b",
    "\x85",
    "\u2029",
    "\t",
    "é",
    "😀",
    "\x00",
]


@given(
    st.lists(st.sampled_from(SIGNS + MORE_SIGNS), max_size=8), st.lists(st.sampled_from(SIGNS), max_size=3)
)
def test_a_text_is_mended_however_json_spells_its_signs(value, name):
    text = f'{{"a{"".join(name)}": ["{"".join(value)}"]}}'

    told = json.loads(text, strict=False)

    assert as_seen(fit.parsed(told, text)) == as_seen(fit.tree(told))


@pytest.mark.parametrize("depth", [1, fit.DEPTH - 1, fit.DEPTH, fit.DEPTH + 1, 300])
@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a": ', "}")])
def test_what_lies_too_deep_is_left_out_of_what_was_parsed(depth, begin, end):
    text = begin * depth + "1" + end * depth
    told = json.loads(text)

    assert as_seen(fit.parsed(told, text)) == as_seen(fit.tree(told))
    assert (fit.parsed(told, text) is told) == (depth <= fit.DEPTH)


def test_what_lies_too_deep_is_left_out_and_the_rest_stays():
    deep: Any = "x"
    for _ in range(500):
        deep = [deep]

    mended = fit.tree({"id": 1, "extra": deep})

    assert mended["id"] == 1
    assert str(mended["extra"]).count("[") == fit.DEPTH - 1


# Marks


def test_a_buyer_keeps_the_mark_that_was_always_made_of_what_the_shop_tells():
    told = Buyer(name=APART, street=MOJIBAKE, email="a@b.c", city="S&atilde;o Paulo")

    buyer = told.fit(told)

    assert (buyer.name, buyer.city) == ("João", "São Paulo")
    assert buyer.mark == fingerprint(told)


def test_a_buyer_in_whose_words_nothing_is_mended_is_the_same():
    told = Buyer(name="Ana", city="São Paulo")

    assert told.fit(told) is told
    assert told.mark == fingerprint(told)


def test_a_product_remembers_its_words_as_they_came():
    told = Product(ShopKey("1"), "A", "Kit &amp; Cia", 100, None, None)

    assert told.fit().name == "Kit & Cia"
    assert told.fit().words == ("A", "Kit &amp; Cia", "")
    assert told.fit().fit().name == "Kit & Cia"


def test_a_product_keeps_the_mark_that_was_always_made_of_what_the_shop_tells():
    told = Product(
        ShopKey("1"), "A", "Kit &amp; Joa\u0303o", 100, None, None, Details(description="Ca\x89 Joa\u0303o")
    )

    assert told.fit().name == "Kit & João"
    assert told.fit().details.description == "Ca  João"
    assert product_version(told.fit(), 100) == product_version(told, 100)
