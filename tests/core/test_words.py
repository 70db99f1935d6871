"""What was said and is kept is said again in the language of who reads."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.core import words
from contaazul_sync.core.errors import ConfigError, Unusable
from contaazul_sync.core.words import (
    NOTHING,
    Said,
    _,
    joined,
    kept,
    ngettext,
    quoted,
    said_again,
    said_by,
    shape,
    typed,
    without_stop,
)

PT = "pt_BR"


@pytest.fixture(autouse=True)
def english_again():
    yield
    words.speak("en")
    words.work_in("")


def read_in_portuguese(said: Said) -> str:
    text = kept(said)
    words.speak(PT)
    return said_again(text)


def test_what_was_said_in_english_is_read_in_portuguese_and_back():
    text = kept(_("not in the ERP yet: {skus}").format(skus="MEIA-P"))
    words.speak(PT)
    there = said_again(text)
    assert there != "not in the ERP yet: MEIA-P"
    assert "MEIA-P" in there

    again = kept(there)
    words.speak("en")
    assert said_again(again) == "not in the ERP yet: MEIA-P"


def test_a_value_that_was_said_is_said_again_too():
    said = _("{who} asks to slow down (429).").format(who=_("the shop"))

    assert read_in_portuguese(said).startswith(_("the shop"))


def test_a_number_takes_the_form_of_its_language():
    for number in (0, 1, 2):
        text = kept(ngettext("{n} order", "{n} orders", number).format(n=number))
        assert said_again(text) == words.orders(number)
        words.speak(PT)
        assert said_again(text) == words.orders(number)
        words.speak("en")


def test_texts_that_were_joined_and_sentences_without_their_stop_are_said_again():
    both = joined(_("Nothing was sent."), NOTHING, _("held"))
    bare = without_stop(_("Nothing was sent."))

    assert (both, bare) == ("Nothing was sent. held", "Nothing was sent")
    assert read_in_portuguese(both) == f"{_('Nothing was sent.')} {_('held')}"
    words.speak("en")
    assert read_in_portuguese(bare) == _("Nothing was sent.").removesuffix(".")


def test_nothing_joined_is_nothing():
    assert joined() == joined(NOTHING, NOTHING) == ""


def test_what_an_error_says_within_another_is_said_again():
    said = _("The shop does not answer yet: {why}").format(why=Unusable(_("held")))

    assert read_in_portuguese(said).endswith(_("held"))
    assert said_by(ValueError(_("held"))).code == "held"
    assert said_by(ConfigError(_("held"))).code == "held"
    assert said_by(OSError(28, "no room")) == "[Errno 28] no room"


@pytest.mark.parametrize(
    "text",
    ["", "it has no id {in} the shop", '{"said": "held"}', '{"said": ', '{"said": 1}', '{"said": "{a}"}'],
)
def test_what_others_wrote_comes_back_as_it_is(text):
    assert said_again(kept(quoted(text))) == text


@pytest.mark.parametrize(
    "text",
    [
        "the buyer gave no CPF or CNPJ",  # of a version that kept words
        '{"said": ',
        '{"said": 1}',
        '{"said": "{a}", "with": {"b": "c"}}',
        '{"said": "{a.b}", "with": {"a": "c"}}',
        '{"said": "{0}", "with": {"a": "c"}}',
        '{"said": "a", "with": 3}',
        '{"said": "a", "many": "b", "n": "c"}',
    ],
)
def test_what_cannot_be_said_again_is_shown_as_it_was_kept(text):
    assert said_again(text) == text


def test_a_command_is_typed_for_the_home_of_who_reads():
    text = kept(
        _("{step}; or leave it alone: contaazul-sync ignore {name}").format(step=typed("auth"), name=1)
    )
    words.work_in("outlet")

    assert said_again(text).startswith("contaazul-sync --profile outlet auth; or")
    assert "--profile outlet ignore 1" in said_again(text)


def test_reasons_that_differ_in_their_values_alone_are_of_one_shape():
    def held(name: str, why: str) -> Said:
        return _("{who} cannot be reached ({why}).").format(who=_(name), why=quoted(why))

    assert shape(said_again(kept(held("the shop", "x")))) == shape(held("the shop", "x"))
    assert shape(held("the shop", "x")) != shape(held("the ERP", "x"))
    assert shape(_("{n} seconds").format(n=1)) == shape(_("{n} seconds").format(n=2))
    assert shape(quoted("a")) != shape(quoted("b"))


values = st.one_of(st.integers(), st.text(), st.sampled_from(["held", "the ERP"]).map(_))


@given(st.dictionaries(st.sampled_from("abc"), values, min_size=1))
def test_what_is_kept_says_the_same_again(told):
    code = " ".join(f"{{{name}}}" for name in told)
    said = without_stop(joined(_(code).format(**told), quoted("{x}"), by="."))

    assert said_again(kept(said)) == said
    assert kept(said_again(kept(said))) == kept(said)
    json.loads(kept(said))
