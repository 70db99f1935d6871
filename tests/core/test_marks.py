"""What the mark in a sale's notes says, also after a person has been there."""

import pytest

from contaazul_sync.core.drafts.marks import (
    Mark,
    is_marked,
    is_tagged,
    mark,
    marked_order,
    marks_in,
    noted,
    part_mark,
)


@pytest.mark.parametrize(
    "notes",
    [
        "[loja:pedido 88123]",
        "Conferido. [loja:pedido 88123] Presente.",
        "[ loja : pedido  88123 ]",
        "[loja:pedido\n88123]",
        "[LOJA:PEDIDO 88123]",
        "Pago na loja: R$ 75,90\n[loja:pedido 88123]",
        "[loja:pedido 88123]\n[loja:pedido 88123]",
    ],
)
def test_a_mark_is_read_however_a_person_wrote_it(notes):
    assert marked_order("loja", notes) == "88123"
    assert is_marked("loja", "88123", notes)
    assert len(marks_in(notes)) == 1


@pytest.mark.parametrize(
    "notes",
    [
        "[loja:parte 1/3 do pedido 88123]",
        "[loja:pedido 88123",
        "[loja:pedido ]",
        "[loja:pedido   ]",
        "[loja-azul:pedido 88123]",
        "[minha-loja:pedido 88123]",
        "pedido 88123",
    ],
)
def test_what_is_no_mark_of_a_whole_order_of_this_shop_names_none(notes):
    assert marked_order("loja", notes) is None
    assert not is_marked("loja", "88123", notes)


def test_the_order_beside_the_mark_of_a_part_is_named():
    assert marked_order("loja", f"{part_mark('loja', '88123', 1, 3)} [loja:pedido 88124]") == "88124"


def test_each_shop_that_is_named_is_told():
    notes = mark("loja", "88123") + mark("api.example.com", "LW-7489")

    assert marks_in(notes) == [Mark("loja", "88123"), Mark("api.example.com", "LW-7489")]


@pytest.mark.parametrize("order_id", ["A  1", "LW-7489", "88123 [b]", "7]", "PED 1/2", "LOJA 12/2026", "1/3"])
def test_an_odd_number_of_an_order_is_found_as_it_was_written(order_id):
    notes = f"Conferido. {mark('loja', order_id)}"

    assert is_marked("loja", order_id, notes)
    assert len(marks_in(notes)) == 1
    assert is_marked("loja", order_id, notes.upper())


def test_another_order_s_mark_is_not_taken_for_this_one_s():
    assert not is_marked("loja", "8812", mark("loja", "88123"))


@pytest.mark.parametrize("name", ["minha-loja-k3f7", "MINHA-LOJA-K3F7", "loja-a2b2"])
def test_a_name_with_a_tag_is_of_one_home(name):
    assert is_tagged(name)


@pytest.mark.parametrize(
    "name", ["loja", "minha-loja", "loja-2026", "loja-azul", "k3f7", "api-dashboard-v2.webstore.net.br"]
)
def test_a_name_without_a_tag_may_be_of_several(name):
    assert not is_tagged(name)


@pytest.mark.parametrize("number", ["LW-7489", "7]", "[loja:pedido 7]", "[outra:pedido 7", "1/3]"])
def test_a_number_beside_the_mark_names_no_order(number):
    told = noted(mark("loja", "88123"), number)

    assert marks_in(told) == [Mark("loja", "88123")]
    assert "Pedido" in told
