"""Words that a person gives: as a program says them, or as a screen shows them."""

import pytest
import typer

from contaazul_sync.cli import given
from contaazul_sync.core import words
from contaazul_sync.core.book import Place
from contaazul_sync.views.phrases import place_names


@pytest.fixture(autouse=True)
def english_again():
    yield
    words.speak("en")


def place(text):
    return given.said_as(text, {each.value: place_names(each) for each in Place}, "--state")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("retido", "held"),
        ("Retidos", "held"),
        ("com falha", "failed"),
        ("em-duvida", "in_doubt"),
        ("em dúvida", "in_doubt"),
        ("de_fora", "left_out"),
        ("atenção", "attention"),
        ("pede atenção", "attention"),
        ("in-doubt", "in_doubt"),
        ("held", "held"),
        ("", ""),
    ],
)
def test_a_place_is_said_as_the_screen_shows_it_or_in_english(said, meant):
    words.speak("pt_BR")

    assert place(said) == meant


def test_what_is_none_of_them_is_told_with_the_words_of_the_reader():
    with pytest.raises(typer.BadParameter, match="sent, waiting, held, failed, in_doubt"):
        place("retido")
    words.speak("pt_BR")
    with pytest.raises(typer.BadParameter, match="enviado, aguardando, retido, com-falha, em-dúvida"):
        place("feito")
