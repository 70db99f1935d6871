"""The shop's own total is what a line and an order are sold for: portions at whole prices, and rounding."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.core.drafts.sales import sale_draft
from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.plan.orders import order_version
from contaazul_sync.core.quantities import at_whole_prices
from contaazul_sync.core.rules import Rules
from tests.worlds.samples import a_line, a_note, an_order, an_order_of, quickly

ABSORB = Rules(shop_id="loja", rounding="absorb")


@pytest.mark.parametrize(
    ("quantity", "amount", "parts"),
    [
        ("3", 1000, [("2", 333), ("1", 334)]),
        ("2", 1000, [("2", 500)]),
        ("0.35", 455, [("0.35", 1300)]),
        ("0.35", 456, [("0.3", 1300), ("0.05", 1320)]),
        ("3", 2, [("1", 0), ("2", 1)]),
        ("0.357", 464, [("0.35", 1280), ("0.005", 2000), ("0.002", 3000)]),
        ("1.237", 433, [("1", 350), ("0.2", 340), ("0.022", 0), ("0.015", 1000)]),
        ("12.345", 12345, [("12.345", 1000)]),
        ("0.007", 9, [("0.005", 1000), ("0.002", 2000)]),
    ],
)
def test_an_amount_is_shared_out_in_a_few_parts_at_whole_prices(quantity, amount, parts):
    wanted = [(Decimal(count), price) for count, price in parts]

    assert list(at_whole_prices(Decimal(quantity), amount)) == wanted


@quickly
@given(st.decimals("0.001", 500, places=3), st.integers(0, 10**7))
def test_units_and_amount_stay_exact_whatever_the_quantity(quantity, amount):
    parts = list(at_whole_prices(quantity, amount))

    assert sum(count for count, _price in parts) == quantity
    assert sum(count * price for count, price in parts) == amount
    assert all(count > 0 and price >= 0 for count, price in parts)
    assert len(parts) <= 4


@pytest.mark.parametrize(
    ("quantity", "price", "total"),
    [("0.35", 1299, 455), ("3", 333, 1000), ("7", 1429, 10000), ("0.333", 7990, 2661)],
)
def test_a_line_is_sold_for_its_own_total_where_its_price_is_that_by_the_unit(quantity, price, total):
    order = an_order_of(
        a_line(quantity=Decimal(quantity), price=price, total=total), subtotal=total, total=total
    )
    draft = sale_draft(order, Rules())

    assert sum(line.quantity * line.price for line in draft.lines) == draft.total == total
    assert sum(line.quantity for line in draft.lines) == Decimal(quantity)


@pytest.mark.parametrize(("quantity", "total"), [("1", 7991), ("2", 15981), ("4", 31962), ("0.5", 3996)])
def test_a_total_that_is_no_rounding_holds_the_order(quantity, total):
    order = an_order_of(a_line(quantity=Decimal(quantity), total=total), total=total)

    with pytest.raises(Unusable, match="is not the line's total"):
        sale_draft(order, ABSORB)


def off_by(centavos, lines=1):
    """An order whose parts lack so many centavos of its total."""
    order = an_order_of(*[a_line(mark=str(number)) for number in range(lines)])
    return replace(order, total=order.total + centavos)


@pytest.mark.parametrize(
    ("lacks", "lines", "freight", "discount", "note"),
    [
        (1, 1, 1, 0, "Arredondamento da loja: R$ 0,01 no frete"),
        (-1, 1, 0, 1, "Arredondamento da loja: R$ 0,01 no desconto"),
        (3, 3, 3, 0, "Arredondamento da loja: R$ 0,03 no frete"),
        (-10, 30, 0, 10, "Arredondamento da loja: R$ 0,10 no desconto"),
    ],
)
def test_a_centavo_a_line_goes_with_the_freight_or_the_discount_and_the_sale_says_so(
    lacks, lines, freight, discount, note
):
    order = off_by(lacks, lines)
    draft = sale_draft(order, ABSORB)

    assert (draft.freight, draft.discount, draft.total) == (freight, discount, order.total)
    assert sum(part.amount for part in draft.parts) == order.total
    assert (draft.payment_note, draft.remarks) == (note, (note,))


@pytest.mark.parametrize(("lacks", "lines"), [(2, 1), (-2, 1), (11, 30), (-11, 30)])
def test_more_than_a_centavo_a_line_or_ten_in_all_is_held(lacks, lines):
    with pytest.raises(Unusable, match="does not add up") as caught:
        sale_draft(off_by(lacks, lines), ABSORB)

    assert "rounding" not in caught.value.next_step


def test_what_is_held_for_a_centavo_names_the_setting():
    with pytest.raises(Unusable, match="does not add up") as caught:
        sale_draft(off_by(1), Rules())

    assert "contaazul-sync config set orders.rounding absorb" in caught.value.next_step


def test_an_order_that_adds_up_is_sold_the_same_with_and_without_the_setting():
    assert sale_draft(an_order(), ABSORB) == sale_draft(an_order(), Rules(shop_id="loja"))


def test_the_setting_tries_held_orders_anew_and_its_default_none():
    before = order_version(a_note(), Rules())

    assert order_version(a_note(), Rules(rounding="hold")) == before
    assert order_version(a_note(), Rules(rounding="absorb")) != before


def test_what_was_rounded_and_what_was_paid_less_are_both_on_the_sale():
    order = replace(off_by(1), total_paid=15000)
    draft = sale_draft(order, replace(ABSORB, paid_differs="split"))

    assert draft.total == 15000
    assert draft.payment_note.startswith("Pago na loja: R$ 150,00; total do pedido: R$ 159,81; Arredond")
    assert sum(line.quantity * line.price for line in draft.lines) - draft.discount + draft.freight == 15000


def test_the_line_of_a_bundle_is_left_out_and_the_sale_says_so():
    bundle = a_line(sku="", name="Cesta", quantity=Decimal(1), price=0, total=0, container=True)
    order = an_order_of(bundle, a_line())
    draft = sale_draft(order, Rules())

    assert [line.sku for line in draft.lines] == ["CAM-AZ-M"]
    assert draft.remarks == ("Sem a linha do conjunto Cesta, cujas partes são linhas próprias",)
    assert order.note().items == (("CAM-AZ-M", Decimal(2)),)
    assert (
        order.note().fingerprint == an_order_of(replace(bundle, container=False), a_line()).note().fingerprint
    )


def test_an_order_of_bundles_lines_alone_has_no_items():
    with pytest.raises(Unusable, match="no items"):
        sale_draft(an_order_of(a_line(container=True)), Rules())


def test_what_gift_cards_paid_holds_the_order_with_a_clear_sentence():
    with pytest.raises(Unusable, match=r"R\$ 50,00 of it was paid by gift card") as caught:
        sale_draft(an_order(credit=5000), ABSORB)

    assert "contaazul-sync ignore 88123" in caught.value.next_step
