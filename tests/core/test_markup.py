"""HTML in a shop's texts: its words, and how long they take, however broken it is."""

import time
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.core.drafts.text import text_of
from contaazul_sync.core.markup import INLINE, pieces, values, without_tags

LONG = 60_000  # characters
BOMBS = [
    "<a ", "<", "</", "<!--", "<!", "<?", "<a b='", '<a b="', "<a b=' c=\"", "<a =", "&#", "&amp", "<script>",
    "<style>x", "<p", "<a/", "</ ", "<a\t", "= ", "<!--<!", "<script", "]]>", "<![CDATA[",
]  # fmt: skip


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>Camisa</p><p>azul</p>", "Camisa azul"),
        ("Cami<b>seta</b> <i>azul</i>", "Camiseta azul"),
        ("um<br>dois<br/>tr&ecirc;s", "um dois três"),
        ("<style>p { color: red }</style>Texto", "Texto"),
        ("<script>if (a < b) alert('<p>')</script>Texto", "Texto"),
        ("<SCRIPT>x</SCRIPT>Texto", "Texto"),
        ("antes<!-- <p>nada</p> -->depois", "antesdepois"),
        ('<a href="?a>b">loja</a>', "loja"),
        ("<img alt='5\" de tela'>LCD", "LCD"),
        ('<p title="5" tela">LCD</p>', "LCD"),
        ('<p title="aberto>LCD</p>', "LCD"),
        ("preço < 10 e > 5", "preço < 10 e > 5"),
        ("1 <2", "1 <2"),
        ("tamanho <b", "tamanho <b"),
        ("&lt;b&gt; &amp; &copy;", "<b> & ©"),
        ("<!DOCTYPE html><?xml?><p>oi</p >", "oi"),
        ("antes<!-- sem fim", "antes<!-- sem fim"),
        ("antes<!-- sem <p>fim", "antes"),
        ("antes<script>sem fim", "antes"),
        ("um</ p>dois", "um dois"),
        ("<o:p>um</o:p>", "um"),
        ("", ""),
    ],
)
def test_a_description_is_its_words(html, words):
    assert text_of(html) == words


def all_words(html: str) -> str:
    """Those of all of it, before it is cut to what the ERP takes."""
    inline = INLINE | {"", "!"}
    told = "".join(text if tag.lstrip("/") in inline else f"{text} " for text, tag, _inside in pieces(html))
    return " ".join(unescape(told).split())


BITS = [
    "caneca ",
    "&am",
    "p; ",
    "&eacute;",
    "<b>",
    "</b>",
    "<p>",
    "<br>",
    " &",
    "#1",
    "23;",
    "&notit",
    "\n",
    "  ",
]


@given(st.lists(st.tuples(st.sampled_from([*BITS, "x" * 397, "y" * 1599]), st.sampled_from([1, 2, 70, 400]))))
def test_a_long_description_is_read_as_far_as_it_is_taken_and_no_word_is_another(bits):
    html = "".join(bit * times for bit, times in bits)

    assert text_of(html) == all_words(html)[:400].strip()


@given(st.text(st.sampled_from("<>/ab =\"'!-&;"), max_size=60))
def test_no_html_is_refused(html):
    assert len(text_of(html)) <= 400


@pytest.mark.parametrize("end", ["", ">", '">', "'>", "-->"])
@pytest.mark.parametrize("bomb", BOMBS)
def test_60_kb_of_broken_html_cost_no_second(bomb, end):
    html = bomb * (LONG // len(bomb)) + end
    began = time.process_time()

    text_of(html)
    without_tags(html)
    for _text, _tag, inside in pieces(html):
        values(inside)

    assert time.process_time() - began < 1


def test_what_a_tag_says_is_read_by_its_names():
    told = values(""" id='HD_LV_ID' VALUE="1&amp;2" type=hidden value="other" checked""")

    assert told == {"id": "HD_LV_ID", "value": "1&2", "type": "hidden"}
