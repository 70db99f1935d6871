"""Amounts are exact: read without binary floats, raised half up, divided without losing a centavo."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.core.money import adjusted, centavos, decimal, parts, plain, reais, shares, written
from tests.worlds.samples import quickly


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("79.90", "79.90"),
        ("79,90", "79.90"),
        ("1.234,56", "1234.56"),
        ("1.234.567,89", "1234567.89"),
        (" 12 ", "12"),
        ("-3,5", "-3.5"),
        (12, "12"),
        (Decimal("0.25"), "0.25"),
    ],
)
def test_a_number_is_read_as_servers_and_brazilians_write_it(text, number):
    assert decimal(text) == Decimal(number)


@pytest.mark.parametrize(
    "value", ["", "abc", "R$ 79,90", "1,2,3", "NaN", "Infinity", "-Infinity", "sNaN", None, True, [], 79.9]
)
def test_what_is_no_exact_number_is_refused(value):
    with pytest.raises(ValueError, match="is not a number"):
        decimal(value)


@pytest.mark.parametrize("value", ["1,234.56", "1,234,567.89", "1.234,5.6"])
def test_a_number_grouped_the_english_way_is_refused_and_not_misread(value):
    with pytest.raises(ValueError, match="is not a number"):
        decimal(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2.00", "2"),
        (Decimal("2.00"), "2"),
        ("0,250", "0.25"),
        (Decimal("1E+2"), "100"),
        ("1e2", "100"),
        ("0.00", "0"),
        (100, "100"),
        ("-1.50", "-1.5"),
        ("007", "7"),
    ],
)
def test_a_number_is_the_same_to_the_letter_however_it_was_written(value, text):
    assert str(decimal(value)) == text


@given(number=st.integers(-(10**18) + 1, 10**18 - 1))
@quickly
def test_a_whole_number_is_the_same_as_its_digits(number):
    assert repr(decimal(number)) == repr(decimal(f"{number}.00" if abs(number) < 10**16 else str(number)))


def test_nothing_has_no_sign():
    assert str(decimal("-0.00")) == "0"


@given(number=st.decimals(-(10**6), 10**6, places=4), zeros=st.integers(0, 4))
@quickly
def test_zeros_at_the_end_of_a_number_make_no_difference(number, zeros):
    longer = number.quantize(Decimal(1).scaleb(-4 - zeros))

    assert repr(decimal(longer)) == repr(decimal(number))
    assert decimal(longer) == number


@pytest.mark.parametrize("value", ["1" * 18, "0." + "9" * 18, "1e18", "-1e-18", Decimal("1E+18"), 10**17])
def test_a_number_of_18_digits_is_exact(value):
    assert decimal(value) == Decimal(value)


@pytest.mark.parametrize(
    "value", ["1" * 19, "0." + "9" * 19, "1e19", "1e-19", "1e999999", "-1e-999999", Decimal("1E+19"), 10**18]
)
def test_a_number_that_no_amount_or_quantity_has_is_refused(value):
    with pytest.raises(ValueError, match="is not a number"):
        decimal(value)


@pytest.mark.parametrize(
    ("value", "amount"), [("79.90", 7990), ("0,01", 1), (115, 11500), (Decimal("115.000"), 11500), ("0", 0)]
)
def test_an_amount_in_reais_becomes_whole_centavos(value, amount):
    assert centavos(value) == amount


@pytest.mark.parametrize("value", ["79.905", "0,001", Decimal("0.0001")])
def test_a_fraction_of_a_centavo_is_refused(value):
    with pytest.raises(ValueError, match="has more than two decimals"):
        centavos(value)


@pytest.mark.parametrize("digits", [1, 18])
def test_a_fraction_of_a_centavo_is_refused_however_many_digits_it_has(digits):
    with pytest.raises(ValueError, match="has more than two decimals"):
        centavos("0.00" + digits * "9")


def test_a_fraction_of_more_digits_than_any_amount_has_is_no_number():
    with pytest.raises(ValueError, match="is not a number"):
        centavos("0.00" + 40 * "9")


def test_an_amount_beyond_all_measure_is_refused_like_any_other_bad_one():
    with pytest.raises(ValueError, match="'1e999999' is not a number"):
        centavos("1e999999")


@given(amount=st.integers(-(10**12), 10**12))
@quickly
def test_an_amount_written_in_reais_is_read_back_as_the_same_amount(amount):
    assert centavos(reais(amount)) == amount
    assert centavos(str(reais(amount))) == amount


DIGITS = st.from_regex("-?[0-9]{1,12}([.][0-9]{1,6})?", fullmatch=True)


@given(DIGITS)
def test_a_number_is_what_its_digits_say_written_in_the_shortest_way(digits):
    shortest = repr(Decimal(plain(Decimal(digits) + 0)))

    assert repr(decimal(digits)) == repr(decimal(Decimal(digits))) == shortest


@given(DIGITS)
def test_an_amount_is_a_hundred_times_what_its_digits_say(digits):
    exact = Decimal(digits) * 100
    for value in (digits, Decimal(digits)):
        if exact == int(exact):
            assert repr(centavos(value)) == str(int(exact))
        else:
            with pytest.raises(ValueError, match="more than two decimals"):
                centavos(value)


@given(st.decimals())
def test_a_number_is_written_plainly(number):
    text = f"{number:f}"

    assert plain(number) == (text.rstrip("0").rstrip(".") if "." in text else text)


@pytest.mark.parametrize("value", [True, False, 79.9, None, [], "R$ 5", ""])
def test_what_is_no_exact_number_is_no_amount(value):
    with pytest.raises(ValueError, match="is not a number"):
        centavos(value)


def test_reais_have_two_places():
    assert str(reais(5)) == "0.05"
    assert str(reais(123400)) == "1234.00"


@pytest.mark.parametrize(
    ("price", "percent", "sent"),
    [
        (7990, "0", 7990),
        (7990, "10", 8789),
        (7990, "-10", 7191),
        (9900, "-90", 990),
        (100, "1000", 1100),
        (1005, "10", 1106),  # 1105.5
        (1004, "12.5", 1130),  # 1129.5
        (90, "5", 95),  # 94.5, and not the even 94
        (1003, "10", 1103),  # 1103.3
        (50, "-1", 50),  # 49.5
        (9999, "3.33", 10332),  # 10331.9667
        (1, "-90", 0),  # 0.1
    ],
)
def test_a_percentage_is_rounded_half_up_to_the_centavo(price, percent, sent):
    assert adjusted(price, Decimal(percent)) == sent


@given(price=st.integers(0, 10**9), hundredths=st.integers(-9000, 100_000))
@quickly
def test_a_raised_price_is_the_nearest_centavo_and_the_upper_one_of_two(price, hundredths):
    sent = adjusted(price, Decimal(hundredths) / 100)

    too_much = 10_000 * sent - price * (10_000 + hundredths)  # in hundredths of a hundredth of a centavo
    assert -5000 < too_much <= 5000


@given(cheap=st.integers(0, 10**7), more=st.integers(0, 10**7), percent=st.decimals(-90, 1000, places=2))
@quickly
def test_a_percentage_never_turns_the_order_of_two_prices(cheap, more, percent):
    assert 0 <= adjusted(cheap, percent) <= adjusted(cheap + more, percent)


@pytest.mark.parametrize(
    ("amount", "count", "shares"),
    [
        (17000, 1, (17000,)),
        (10000, 3, (3334, 3333, 3333)),
        (1001, 4, (251, 250, 250, 250)),
        (5, 5, (1, 1, 1, 1, 1)),
        (0, 2, (0, 0)),
    ],
)
def test_an_amount_is_divided_and_the_first_parts_carry_the_remainder(amount, count, shares):
    assert parts(amount, count) == shares


@given(amount=st.integers(0, 10**12), count=st.integers(1, 200))
@quickly
def test_parts_sum_to_the_amount_and_differ_by_one_centavo_at_most(amount, count):
    shares = parts(amount, count)

    assert len(shares) == count
    assert sum(shares) == amount
    assert max(shares) - min(shares) <= 1
    assert list(shares) == sorted(shares, reverse=True)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "R$ 0,00"),
        (5, "R$ 0,05"),
        (7990, "R$ 79,90"),
        (123456, "R$ 1.234,56"),
        (123456789, "R$ 1.234.567,89"),
        (-480, "-R$ 4,80"),
    ],
)
def test_an_amount_is_written_for_people_as_in_brazil(amount, text):
    assert written(amount) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("12", "12"),
        ("12.00", "12"),
        ("0.50", "0.5"),
        ("100", "100"),
        ("1E+2", "100"),
        ("-3", "-3"),
        ("0.00", "0"),
    ],
)
def test_a_quantity_is_written_without_needless_zeros(number, text):
    assert plain(Decimal(number)) == text


def test_shares_go_by_weight_and_the_centavos_left_to_the_largest_remainders():
    assert shares(1000, [1, 1, 1]) == (334, 333, 333)
    assert shares(100, [1, 2]) == (33, 67)
    assert shares(0, [5, 7]) == (0, 0)


@quickly
@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(any))
def test_shares_always_sum_to_the_amount(amount, weights):
    assert sum(shares(amount, weights)) == amount
