"""What a product, a buyer and an order become in the ERP: its limits, its sums, its days."""

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.core.drafts.documents import document_of
from contaazul_sync.core.drafts.lines import Kit, KitPart, SaleLine, kit_lines, line_total
from contaazul_sync.core.drafts.marks import mark, marked_order
from contaazul_sync.core.drafts.parts import Part
from contaazul_sync.core.drafts.people import person_draft
from contaazul_sync.core.drafts.products import product_draft
from contaazul_sync.core.drafts.sales import sale_draft
from contaazul_sync.core.drafts.text import text_of
from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.orders import Buyer, Line
from contaazul_sync.core.rules import PaymentRule, Rules
from tests.worlds.samples import ANA, LOJA, a_line, a_product, an_order, an_order_of, quickly, sound_orders

# Products


def test_a_product_is_created_with_its_price_and_opening_balance():
    draft = product_draft(a_product(), 8789, Decimal(14))

    assert (draft.sku, draft.name) == ("CAM-AZ-M", "Camiseta azul M")
    assert (draft.price, draft.balance) == (8789, Decimal(14))


def test_a_long_name_is_cut_to_what_the_erp_takes():
    draft = product_draft(a_product(name="Camiseta " * 20), 7990, Decimal(1))

    assert len(draft.name) <= 100
    assert draft.name.startswith("Camiseta Camiseta")
    assert draft.name == draft.name.strip()


def test_a_sku_of_20_characters_is_sent_whole():
    draft = product_draft(a_product(sku="A" * 20), 7990, Decimal(1))

    assert draft.sku == "A" * 20


@pytest.mark.parametrize(
    ("changes", "price", "reason"),
    [
        ({"gone": True}, 7990, "it was deleted in the shop"),
        ({"problem": "its price cannot be read"}, 7990, "its price cannot be read"),
        ({"sku": ""}, 7990, "it has no SKU in the shop"),
        ({"sku": "A" * 21}, 7990, "its SKU has 21 characters; the ERP takes 20 at most"),
        ({"name": "   "}, 7990, "it has no name in the shop"),
        ({}, 0, "its price would be zero"),
        ({}, -1, "its price would be zero"),
    ],
)
def test_a_product_that_the_erp_could_not_take_is_held_with_the_reason(changes, price, reason):
    with pytest.raises(Unusable) as caught:
        product_draft(a_product(**changes), price, Decimal(1))

    assert caught.value.message == reason


def test_the_promotional_price_is_the_base_where_there_is_one():
    product = a_product(price=11500, promotional=9900)

    assert product.base("promotional") == 9900
    assert product.base("regular") == 11500


def test_the_regular_price_is_the_base_without_a_promotion():
    assert a_product(price=11500, promotional=None).base("promotional") == 11500


def test_what_is_given_away_while_it_is_on_sale_has_no_price_that_could_be_sent():
    assert a_product(price=11500, promotional=0).base("promotional") == 0


# Descriptions


def test_a_description_loses_its_html():
    text = text_of("<div><p>Malha  de algodão</p>\n<br/><ul><li>lavar a frio &amp; à mão</li></ul></div>")

    assert text == "Malha de algodão lavar a frio & à mão"


def test_a_lesser_than_sign_in_a_description_is_text():
    assert text_of("altura < 30 cm") == "altura < 30 cm"


def test_a_description_is_cut_to_400_characters():
    text = text_of("<p>" + "malha " * 100 + "</p>")

    assert text == "malha " * 66 + "malh"


def test_a_style_sheet_inside_a_description_is_not_text():
    text = text_of("<style>p { color: red }</style><script>track()</script><p>Malha</p>")

    assert text == "Malha"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<STYLE>p { }</STYLE>Malha<script>a < b</script>leve", "Malha leve"),
        ("</style></script>Malha", "Malha"),
        ("Malha<style>p { }", "Malha"),
        ("<script>a</script><style>b</style>", ""),
    ],
)
def test_no_words_are_lost_or_won_by_odd_style_sheets_and_scripts(html, text):
    assert text_of(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("al<b>go</b>dão", "algodão"),
        ('<span style="x">m</span><em>2</em>', "m2"),
        ("Malha<br>leve", "Malha leve"),
        ("<p>Malha</p><p>leve</p>", "Malha leve"),
        ("Malha<hr/>leve", "Malha leve"),
        ("<td>P</td><td>M</td>", "P M"),
    ],
)
def test_only_what_divides_a_page_divides_its_words(html, text):
    assert text_of(html) == text


def test_an_inline_tag_does_not_part_a_word_from_its_comma():
    assert text_of("<b>Composição</b>: <i>algodão</i>, linho") == "Composição: algodão, linho"


# Buyers


@pytest.mark.parametrize(
    ("written", "document"),
    [
        ("529.982.247-25", "52998224725"),
        ("52998224725", "52998224725"),
        (" 529 982 247 25 ", "52998224725"),
        ("11.222.333/0001-81", "11222333000181"),
        ("11222333000181", "11222333000181"),
        ("12ABC34501DE35", "12ABC34501DE35"),
        ("12.ABC.345/01DE-35", "12ABC34501DE35"),
        ("12.abc.345/01de-35", "12ABC34501DE35"),
    ],
)
def test_a_document_is_read_masked_or_not(written, document):
    assert document_of(Buyer(document=written)) == document


@pytest.mark.parametrize("written", ["", "   "])
def test_a_buyer_without_document_has_none(written):
    assert document_of(Buyer(document=written)) is None


@pytest.mark.parametrize(
    "written",
    [
        "529.982.247-26",
        "11.222.333/0001-82",
        "12ABC34501DE36",
        "12345",
        "isento",
        "000.000.000-00",
        "111.111.111-11",
    ],
)
def test_a_wrong_document_is_refused_without_quoting_it(written):
    with pytest.raises(Unusable) as caught:
        document_of(Buyer(document=written))

    assert caught.value.message == "the buyer's CPF or CNPJ is not valid"


def test_a_cpf_makes_a_person():
    draft = person_draft(ANA, "52998224725")

    assert not draft.is_company
    assert (draft.name, draft.trade_name) == ("Ana Exemplo", "")


@pytest.mark.parametrize("document", ["11222333000181", "12ABC34501DE35"])
def test_a_cnpj_makes_a_company(document):
    buyer = Buyer(name="Bia Exemplo", company="Exemplo Comércio Ltda")

    draft = person_draft(buyer, document)

    assert draft.is_company
    assert (draft.name, draft.trade_name) == ("Exemplo Comércio Ltda", "Bia Exemplo")


def test_a_company_without_a_company_name_goes_by_its_buyers_name():
    draft = person_draft(Buyer(name="Bia Exemplo"), "11222333000181")

    assert (draft.name, draft.trade_name) == ("Bia Exemplo", "")


def test_a_person_who_gave_a_company_name_too_is_still_a_person():
    draft = person_draft(Buyer(name="Ana Exemplo", company="Exemplo Ltda"), "52998224725")

    assert (draft.name, draft.is_company) == ("Ana Exemplo", False)


def test_a_buyer_without_a_name_gets_one_since_the_erp_demands_it():
    assert person_draft(Buyer(), "52998224725").name == "Cliente da loja"


@pytest.mark.parametrize(
    "phone",
    [
        "11988887777",
        "(11) 98888-7777",
        "+55 (11) 98888-7777",
        "55 11 98888 7777",
        "011 98888-7777",
        "+55 (011) 98888-7777",
    ],
)
def test_a_mobile_phone_is_sent_as_area_and_number_alone(phone):
    draft = person_draft(Buyer(phone=phone), "52998224725")

    assert (draft.mobile, draft.notes) == ("11988887777", "")


def test_the_area_code_55_is_not_taken_for_the_country():
    assert person_draft(Buyer(phone="(55) 98888-7777"), "52998224725").mobile == "55988887777"


@pytest.mark.parametrize(
    "phone", ["(11) 3333-4444", "98888-7777", "+1 212 555 0100", "11988887777 ramal 12", "não tem"]
)
def test_a_phone_that_the_erp_would_refuse_is_kept_in_the_notes(phone):
    draft = person_draft(Buyer(phone=f" {phone} "), "52998224725")

    assert (draft.mobile, draft.notes) == ("", f"Telefone: {phone}")


@pytest.mark.parametrize("phone", ["", "  "])
def test_no_phone_leaves_no_note(phone):
    draft = person_draft(Buyer(phone=phone), "52998224725")

    assert (draft.mobile, draft.notes) == ("", "")


# Days


def test_a_sale_is_of_the_day_in_brazil_on_which_it_was_paid():
    late = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)  # still half past ten in the evening there

    draft = sale_draft(an_order(paid_at=late), LOJA)

    assert draft.day == date(2026, 11, 24)


def test_an_order_without_a_payment_date_counts_on_the_day_it_was_made():
    made = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    draft = sale_draft(an_order(paid_at=None, created_at=made), LOJA)

    assert draft.day == date(2026, 11, 20)


def test_the_mark_names_the_shop_and_the_order():
    draft = sale_draft(an_order(), Rules(shop_id="loja-azul"))

    assert draft.mark == "[loja-azul:pedido 88123]"


def test_the_order_is_found_in_the_notes_of_a_sale_that_a_person_wrote_into():
    notes = f"Entregar à tarde. {mark('loja', '88123')} Presente."

    assert marked_order("loja", notes) == "88123"


@pytest.mark.parametrize("notes", ["", "pedido 88123", "[outra-loja:pedido 88123]", "[loja:pedido 88123"])
def test_notes_without_the_mark_of_this_shop_name_no_order(notes):
    assert marked_order("loja", notes) is None


def test_the_mark_of_one_order_is_not_inside_the_mark_of_another():
    assert mark("loja", "8812") not in mark("loja", "88123")
    assert mark("loja", "88123") not in mark("outra-loja", "88123")


# Sales


def test_an_order_becomes_a_sale_of_the_same_total():
    draft = sale_draft(an_order(), LOJA)

    assert draft.lines == (SaleLine("CAM-AZ-M", "Camiseta azul M", Decimal(2), 7990),)
    assert (draft.freight, draft.discount, draft.total) == (1500, 480, 17000)
    assert draft.parts == (Part(date(2026, 11, 24), 17000),)


def test_instalments_fall_due_month_after_month_and_sum_exactly():
    order = an_order_of(
        a_line(quantity=Decimal(1), price=10000),
        installments=3,
        paid_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
    )

    draft = sale_draft(order, LOJA)

    assert draft.parts == (
        Part(date(2026, 12, 24), 3334),
        Part(date(2027, 1, 24), 3333),
        Part(date(2027, 2, 24), 3333),
    )


@pytest.mark.parametrize(
    ("paid", "due"),
    [
        (datetime(2027, 1, 31, 12, tzinfo=UTC), [date(2027, 2, 28), date(2027, 3, 31)]),
        (datetime(2028, 1, 31, 12, tzinfo=UTC), [date(2028, 2, 29), date(2028, 3, 31)]),
        (datetime(2026, 10, 31, 12, tzinfo=UTC), [date(2026, 11, 30), date(2026, 12, 31)]),
        (datetime(2026, 11, 30, 12, tzinfo=UTC), [date(2026, 12, 30), date(2027, 1, 30)]),
    ],
)
def test_a_month_without_the_day_is_due_on_its_last_one(paid, due):
    draft = sale_draft(an_order(installments=2, paid_at=paid), LOJA)

    assert [part.due for part in draft.parts] == due


@pytest.mark.parametrize("count", [0, 1, -1])
def test_an_order_without_instalments_is_due_at_once(count):
    draft = sale_draft(an_order(installments=count), LOJA)

    assert draft.parts == (Part(date(2026, 11, 24), 17000),)


def test_more_instalments_than_centavos_are_refused():
    order = an_order_of(a_line(quantity=Decimal(1), price=2), installments=3)

    with pytest.raises(Unusable, match="R\\$ 0,02 cannot be divided into 3 instalments"):
        sale_draft(order, LOJA)


def test_a_free_item_is_sold_for_a_centavo_that_the_discount_takes_off_again():
    gift = Line("ADESIVO", "Adesivo", Decimal(3), 0)

    draft = sale_draft(an_order(lines=(a_line(), gift)), LOJA)

    assert draft.lines[1] == SaleLine("ADESIVO", "Adesivo", Decimal(3), 1)
    assert (draft.discount, draft.total) == (483, 17000)


@pytest.mark.parametrize(
    ("quantity", "price", "discount"), [("0.5", 2, 1), ("2.5", 2, 5), ("0.25", 4, 1), ("0.333", 1000, 333)]
)
def test_a_free_item_of_a_broken_quantity_still_makes_whole_centavos(quantity, price, discount):
    gift = Line("FITA", "Fita", Decimal(quantity), 0)

    draft = sale_draft(an_order_of(a_line(), gift), LOJA)

    assert draft.lines[1].price == price
    assert (draft.discount, draft.total) == (discount, 15980)


def test_the_discount_stays_a_discount_and_touches_no_item():
    order = an_order(discount=17479, total=1)

    draft = sale_draft(order, LOJA)

    assert [line.price for line in draft.lines] == [7990]
    assert (draft.discount, draft.total) == (17479, 1)


def test_an_item_sold_by_weight_keeps_its_quantity():
    order = an_order_of(Line("CAFE", "Café em grão", Decimal("0.250"), 8000))

    draft = sale_draft(order, LOJA)

    assert draft.lines == (SaleLine("CAFE", "Café em grão", Decimal("0.25"), 8000),)
    assert draft.total == 2000


@pytest.mark.parametrize("told", [None, 15980])
def test_a_lines_own_total_may_be_missing_or_right(told):
    assert line_total(a_line(total=told)) == 15980


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"total": 0}, "the order's total is R$ 0,00, and the ERP takes no sale without value"),
        ({"total": -100}, "the order's total is -R$ 1,00, and the ERP takes no sale without value"),
        ({"lines": ()}, "the order has no items"),
        ({"shipping": -1}, "the order's freight, discount or fees are negative"),
        ({"discount": -1}, "the order's freight, discount or fees are negative"),
        (
            {"total": 17001},
            (
                "the order does not add up: items R$ 159,80 - discount R$ 4,80 + freight R$ 15,00"
                " is not its total R$ 170,01"
            ),
        ),
        ({"total_paid": 17990}, "the customer paid R$ 179,90 and the order's total is R$ 170,00"),
    ],
)
def test_an_order_whose_sums_are_wrong_is_held_with_the_numbers(changes, reason):
    with pytest.raises(Unusable) as caught:
        sale_draft(an_order(**changes), LOJA)

    assert caught.value.message == reason


def test_an_order_paid_to_the_centavo_is_booked():
    assert sale_draft(an_order(total_paid=17000), LOJA).total == 17000


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"quantity": Decimal(0)}, "the quantity of CAM-AZ-M is 0"),
        ({"quantity": Decimal("-1.50")}, "the quantity of CAM-AZ-M is -1.5"),
        ({"price": -1}, "the price of CAM-AZ-M is negative"),
        ({"quantity": Decimal("0.333")}, "0.333 x R$ 79,90 of CAM-AZ-M is no whole centavo"),
        ({"total": 15981}, "2 x R$ 79,90 of CAM-AZ-M is not the line's total R$ 159,81"),
        ({"sku": "", "quantity": Decimal(0)}, "the quantity of Camiseta azul M is 0"),
    ],
)
def test_a_line_that_is_no_amount_is_held_and_names_the_item(changes, reason):
    with pytest.raises(Unusable) as caught:
        sale_draft(an_order(lines=(a_line(**changes),)), LOJA)

    assert caught.value.message == reason


@pytest.mark.slow
@given(sound_orders())
@quickly
def test_lines_less_discount_plus_freight_are_the_total_and_the_sum_of_the_parts(order):
    draft = sale_draft(order, LOJA)

    items = sum(line.quantity * line.price for line in draft.lines)
    assert items - draft.discount + draft.freight == draft.total
    assert sum(part.amount for part in draft.parts) == draft.total
    assert draft.total == order.total


@pytest.mark.slow
@given(sound_orders())
@quickly
def test_no_item_is_below_a_centavo_and_every_unit_leaves_the_stock(order):
    draft = sale_draft(order, LOJA)

    assert all(line.price >= 1 for line in draft.lines)
    assert all((line.quantity * line.price) % 1 == 0 for line in draft.lines)
    assert [(line.sku, line.quantity) for line in draft.lines] == [
        (li.sku, li.quantity) for li in order.lines
    ]


@pytest.mark.slow
@given(sound_orders())
@quickly
def test_there_are_as_many_parts_as_instalments_each_of_value_and_later_than_the_one_before(order):
    draft = sale_draft(order, LOJA)

    due = [part.due for part in draft.parts]
    assert len(due) == max(1, order.installments)
    assert all(part.amount > 0 for part in draft.parts)
    assert due == sorted(set(due))
    assert due[0] >= draft.day


@given(count=st.integers(2, 36), paid=st.dates(date(2020, 1, 1), date(2050, 1, 1)))
@quickly
def test_instalments_of_any_day_fall_into_months_that_follow_each_other(count, paid):
    order = an_order_of(
        a_line(),
        installments=count,
        paid_at=datetime(paid.year, paid.month, paid.day, 12, tzinfo=UTC),
    )

    draft = sale_draft(order, LOJA)

    months = [part.due.year * 12 + part.due.month for part in draft.parts]
    first = paid.year * 12 + paid.month + 1
    assert months == list(range(first, first + count))
    assert all(part.due.day <= paid.day for part in draft.parts)


def test_a_difference_in_what_was_paid_is_booked_at_the_orders_total_where_the_merchant_says_so():
    order = an_order(total_paid=18500)

    draft = sale_draft(order, Rules(shop_id="loja", paid_differs="book"))

    assert (draft.total, sum(part.amount for part in draft.parts)) == (17000, 17000)
    assert draft.payment_note == "Pago na loja: R$ 185,00; total do pedido: R$ 170,00"


def split(limit=20):
    return Rules(shop_id="loja", paid_differs="split", paid_differs_limit=Decimal(limit))


def test_what_was_paid_less_is_a_discount_of_the_sale():
    draft = sale_draft(an_order(total_paid=16150, installments=3), split())

    assert (draft.discount, draft.total) == (480 + 850, 16150)
    assert [part.amount for part in draft.parts] == [5384, 5383, 5383]
    assert draft.payment_note == "Pago na loja: R$ 161,50; total do pedido: R$ 170,00"


def test_what_was_paid_more_is_the_gateways_and_no_revenue():
    draft = sale_draft(an_order(total_paid=18500), split())

    assert (draft.discount, draft.total) == (480, 17000)
    assert draft.payment_note == "Pago na loja: R$ 185,00; total do pedido: R$ 170,00"


@pytest.mark.parametrize("paid", [None, 17000])
def test_what_was_paid_as_it_was_owed_is_not_split(paid):
    draft = sale_draft(an_order(total_paid=paid), split())

    assert (draft.discount, draft.total, draft.payment_note) == (480, 17000, "")


@pytest.mark.parametrize(("limit", "paid"), [("20", 13600), ("5", 16150), ("100", 1), ("33.33", 11334)])
def test_a_discount_is_let_pass_up_to_the_limit_of_the_orders_total(limit, paid):
    assert sale_draft(an_order(total_paid=paid), split(limit)).total == paid


@pytest.mark.parametrize(
    ("changes", "limit", "reason", "step"),
    [
        ({"total_paid": 0}, 100, "nothing was paid of its total R$ 170,00", "orders.paid_differs book"),
        ({"total_paid": -1}, 100, "nothing was paid of its total R$ 170,00", "orders.paid_differs book"),
        (
            {"total_paid": 13599},
            20,
            "the customer paid R$ 135,99 and the order's total is R$ 170,00: more than 20% less",
            "raise [orders] paid_differs_limit",
        ),
        (
            {"total_paid": 16999},
            0,
            "the customer paid R$ 169,99 and the order's total is R$ 170,00: more than 0% less",
            "raise [orders] paid_differs_limit",
        ),
        (
            {"total_paid": 16150, "method": "pix + cartão"},
            20,
            "the customer paid R$ 161,50 by more than one way, and the order's total is R$ 170,00",
            "orders.paid_differs book",
        ),
    ],
)
def test_a_difference_that_is_no_discount_is_held_and_names_the_setting(changes, limit, reason, step):
    with pytest.raises(Unusable) as caught:
        sale_draft(an_order(**changes), split(limit))

    assert caught.value.message == reason
    assert step in caught.value.next_step
    assert "contaazul-sync ignore 88123" in caught.value.next_step


@pytest.mark.slow
@given(order=sound_orders(), less=st.integers(0, 1_000_000), limit=st.decimals(0, 100, places=2))
@quickly
def test_a_split_sale_sums_to_what_was_paid_or_is_held(order, less, limit):
    order = replace(order, total_paid=order.total - less, installments=1)
    try:
        draft = sale_draft(order, split(limit))
    except Unusable:
        assert order.total_paid <= 0 or less * 100 > order.total * limit
        return

    items = sum(line.quantity * line.price for line in draft.lines)
    assert items - draft.discount + draft.freight == draft.total == order.total_paid
    assert sum(part.amount for part in draft.parts) == draft.total
    assert less * 100 <= order.total * limit


def test_fees_are_part_of_the_total_and_go_with_the_freight():
    draft = sale_draft(an_order(fees=300, total=17300, total_paid=17300), LOJA)

    assert (draft.freight, draft.total) == (1800, 17300)


def test_fees_that_are_missing_in_the_total_are_told_in_the_sum():
    with pytest.raises(Unusable) as error:
        sale_draft(an_order(fees=300), LOJA)

    assert "+ freight R$ 15,00 + fees R$ 3,00 is not its total R$ 170,00" in error.value.message


def test_the_merchants_own_terms_are_days_after_the_payment():
    rules = Rules(payments={"pix": PaymentRule(terms=(30, 60, 90))})

    draft = sale_draft(an_order(method="Pix", paid_at=datetime(2026, 11, 2, 15, tzinfo=UTC)), rules)

    assert draft.days == (30, 60, 90)
    assert [part.due for part in draft.parts] == [date(2026, 12, 2), date(2027, 1, 1), date(2027, 1, 31)]
    assert [part.amount for part in draft.parts] == [5667, 5667, 5666]


def paid_on(day, **changes):
    """An order of two shirts that was paid at noon of a day."""
    return an_order_of(a_line(), paid_at=datetime(day.year, day.month, day.day, 15, tzinfo=UTC), **changes)


@pytest.mark.parametrize(
    ("first", "count", "due"),
    [
        (30, 1, [date(2027, 1, 30)]),
        (30, 3, [date(2027, 1, 30), date(2027, 2, 28), date(2027, 3, 30)]),
        (31, 3, [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]),
        (0, 0, [date(2026, 12, 31)]),
        (0, 2, [date(2026, 12, 31), date(2027, 1, 31)]),
    ],
)
def test_the_first_part_is_due_when_the_merchant_says_and_the_others_a_month_apart(first, count, due):
    rules = Rules(payments={"pix": PaymentRule(first_due_days=first)})

    draft = sale_draft(paid_on(date(2026, 12, 31), installments=count), rules)

    assert [part.due for part in draft.parts] == due
    assert [draft.day + timedelta(days=days) for days in draft.days] == due


@given(
    paid=st.dates(date(2020, 1, 1), date(2050, 1, 1)), first=st.integers(0, 3650), count=st.integers(-1, 120)
)
@quickly
def test_the_parts_after_the_first_fall_on_its_day_of_the_month_or_the_months_last(paid, first, count):
    rules = Rules(payments={"pix": PaymentRule(first_due_days=first)})

    due = [part.due for part in sale_draft(paid_on(paid, installments=count), rules).parts]

    assert len(due) == max(1, count)
    assert due[0] == paid + timedelta(days=first)
    for i, day in enumerate(due):
        assert (day.year - due[0].year) * 12 + day.month - due[0].month == i
        assert day.day == min(due[0].day, monthrange(day.year, day.month)[1])


@pytest.mark.parametrize(
    ("rule", "count"),
    [(PaymentRule(terms=(30, 60, 90)), 1), (PaymentRule(first_due_days=30), 3), (PaymentRule(), 3)],
)
def test_no_part_is_without_value(rule, count):
    order = an_order_of(a_line(quantity=Decimal(1), price=2), installments=count)

    with pytest.raises(Unusable, match="R\\$ 0,02 cannot be divided into 3 instalments"):
        sale_draft(order, Rules(payments={"pix": rule}))


def test_a_single_part_of_a_centavo_is_one():
    order = an_order_of(a_line(quantity=Decimal(1), price=1))

    assert [part.amount for part in sale_draft(order, LOJA).parts] == [1]


MUG, BOOK = ("CANECA", "Caneca", 4000, Decimal(1)), ("CADERNO", "Caderno", 3000, Decimal(2))


def a_kit(*parts):
    return Kit(tuple(KitPart(*part) for part in parts))


def test_a_kit_is_sold_by_its_parts_which_make_its_amount():
    order = an_order_of(a_line(sku="KIT", quantity=Decimal(1), price=9900))

    draft = sale_draft(order, LOJA, {"KIT": a_kit(MUG, BOOK)})

    assert [(line.sku, int(line.quantity), line.price) for line in draft.lines] == [
        ("CANECA", 1, 3960),
        ("CADERNO", 2, 2970),
    ]


def test_a_share_that_is_no_whole_centavo_each_goes_as_two_lines():
    order = an_order_of(a_line(sku="KIT", quantity=Decimal(1), price=1001))

    draft = sale_draft(order, LOJA, {"KIT": a_kit(("LAPIS", "Lápis", 100, Decimal(3)))})

    assert [(int(line.quantity), line.price) for line in draft.lines] == [(1, 333), (2, 334)]


def test_a_kit_whose_parts_have_no_price_in_the_shop_is_shared_out_by_units():
    order = an_order_of(a_line(sku="KIT", quantity=Decimal(1), price=900))
    kit = a_kit(("A", "A", 0, Decimal(1)), ("B", "B", 0, Decimal(2)))

    draft = sale_draft(order, LOJA, {"KIT": kit})

    assert [(line.sku, int(line.quantity), line.price) for line in draft.lines] == [
        ("A", 1, 300),
        ("B", 2, 300),
    ]


def test_half_a_kit_cannot_be_taken_apart():
    order = an_order_of(a_line(sku="KIT", quantity=Decimal("0.5"), price=1000))

    with pytest.raises(Unusable) as error:
        sale_draft(order, LOJA, {"KIT": a_kit(MUG)})

    assert error.value.message == "0.5 of the kit KIT cannot be taken apart"


@quickly
@given(
    price=st.integers(0, 10**7),
    count=st.integers(1, 5),
    parts=st.lists(st.tuples(st.integers(1, 9), st.integers(0, 10**6)), min_size=1, max_size=6),
)
def test_the_parts_of_a_kit_always_make_its_amount_to_the_centavo(price, count, parts):
    line = a_line(sku="KIT", quantity=Decimal(count), price=price)
    kit = a_kit(*((f"P{i}", "P", each, Decimal(units)) for i, (units, each) in enumerate(parts)))

    lines = list(kit_lines(line, kit))

    assert sum(part.quantity * part.price for part in lines) == price * count
    for i, (units, _) in enumerate(parts):
        assert sum(part.quantity for part in lines if part.sku == f"P{i}") == units * count
