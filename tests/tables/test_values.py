"""What a cell says, whichever way a panel or a spreadsheet has written it."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.br import cnpj, cpf

from contaazul_sync.core.days import BRAZIL
from contaazul_sync.core.money import written
from contaazul_sync.tables import values
from contaazul_sync.tables.values import Exact
from tests.worlds.samples import briefly

UTC_ZONE = ZoneInfo("UTC")
AMOUNTS = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    ("told", "centavos"),
    [
        ("R$ 1.234,56", 123456),
        ("R$1234,5", 123450),
        ("R$\xa01.234,56", 123456),
        ("1.234", 123400),
        ("1234", 123400),
        ("0,00", 0),
        ("-10,00", -1000),
        ("-R$ 10,00", -1000),
        ("R$ -10,00", -1000),
        ("(10,00)", -1000),
        ("10,00-", -1000),
        ("79,9000", 7990),
        ("1.234.567,89", 123456789),
    ],
)
def test_an_amount_is_read_as_brazil_writes_it(told, centavos):
    assert values.amount(told) == centavos


@pytest.mark.parametrize(
    ("told", "centavos"), [("1,234.56", 123456), ("79.9", 7990), ("1,234", 123400), ("-5.00", -500)]
)
def test_an_amount_is_read_with_a_decimal_point_where_the_mapping_says_so(told, centavos):
    assert values.amount(told, comma=False) == centavos


@pytest.mark.parametrize("told", ["0.500", "-0.300", "00.500", "012.345"])
@pytest.mark.parametrize("reader", [values.amount, values.quantity])
@pytest.mark.parametrize("comma", [True, False])
def test_no_thousands_begin_with_a_zero(told, reader, comma):
    with pytest.raises(ValueError, match="decimals stand behind"):
        reader(told if comma else told.replace(".", ","), comma=comma)


@briefly
@given(AMOUNTS)
def test_every_amount_that_is_written_is_read(centavos):
    assert values.amount(written(centavos)) == centavos
    assert values.amount(f"{Decimal(centavos) / 100:,.2f}", comma=False) == centavos


@pytest.mark.parametrize("comma", [True, False])
@briefly
@given(told=st.text(max_size=12) | st.from_regex(r"[-(R$ ]{0,3}[\d.,]{1,12}[-) ]?", fullmatch=True))
def test_whatever_a_cell_holds_it_is_a_number_or_refused(told, comma):
    for reader in (values.amount, values.quantity):
        with suppress(ValueError):
            reader(told, comma=comma)


@pytest.mark.parametrize(
    ("told", "comma", "why"),
    [
        ("79.90", True, "behind a point"),
        ("1.234.56", True, "no number"),
        ("79,90", False, "behind a comma"),
        ("1,23,456", False, "no number"),
        ("12.34,56", True, "no number"),
        ("US$ 10,00", True, "no number"),
        ("R$ R$ 1,00", True, "no number"),
        ("--1,00", True, "no number"),
        ("33,333", True, "whole number of centavos"),
        ("99999999999999999", True, "too large"),
        ("Maria Exemplo", True, "no number"),
        ("", True, "no number"),
        ("٣", True, "no number"),
        ("1,23E+05", True, "rounded"),
        ("=A1*2", True, "formula"),
        ("#REF!", True, "error of the spreadsheet"),
    ],
)
def test_what_is_no_amount_is_told_and_never_guessed(told, comma, why):
    with pytest.raises(ValueError, match=why) as raised:
        values.amount(told, comma=comma)
    assert not told or told not in str(raised.value)


def test_a_number_that_the_file_holds_as_one_has_its_point_whatever_the_mapping_says():
    assert values.amount(Exact("1234.56"), comma=True) == 123456
    assert values.quantity(Exact("1.234"), comma=True) == Decimal("1.234")


@pytest.mark.parametrize(
    ("told", "units"),
    [("2", "2"), ("2,000", "2"), ("1,5", "1.5"), ("1.000", "1000"), ("3x", "3"), ("3 X", "3")],
)
def test_a_quantity(told, units):
    assert values.quantity(told) == Decimal(units)


@pytest.mark.parametrize(
    "told",
    [
        "25/11/2026 14:30:05",
        "25-11-2026 14:30:05",
        "25.11.2026 14h30:05",
        "25/11/2026 às 14:30:05",
        "25/11/2026, 14:30:05",
        "25/11/2026 - 14:30:05",
        "2026-11-25 14:30:05",
        "2026-11-25T14:30:05",
        "2026/11/25 14:30:05",
        "2026-11-25T17:30:05Z",
        "2026-11-25 17:30:05 UTC",
        "\u200e25/11/2026 14:30:05\u200b",
        "2026-11-25 17:30:05 +00:00",
        "2026-11-25 14:30:05.000",
    ],
)
def test_a_moment_is_read_in_the_zone_of_the_shop_unless_it_tells_its_own(told):
    assert values.moment(told) == datetime(2026, 11, 25, 14, 30, 5, tzinfo=BRAZIL)


def test_a_day_begins_at_midnight_of_the_shops_zone():
    manaus = ZoneInfo("America/Manaus")
    assert values.moment("5/1/2026", manaus) == datetime(2026, 1, 5, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "form", "day"),
    [
        ("25/11/26", values.SHORT_YEAR, (2026, 11, 25, 0)),
        ("11/25/2026 2:30 PM", values.MONTH_FIRST, (2026, 11, 25, 14)),
        ("11/25/2026 12:00 a.m.", values.MONTH_FIRST, (2026, 11, 25, 0)),
        ("2026-11-25", values.ISO, (2026, 11, 25, 0)),
    ],
)
def test_a_moment_is_read_as_the_mapping_says(told, form, day):
    assert values.moment(told, BRAZIL, form).timetuple()[:4] == day


@pytest.mark.parametrize(
    ("told", "form"),
    [
        ("31/02/2026", values.DAY_FIRST),
        ("11/25/2026", values.DAY_FIRST),
        ("25/11/26", values.DAY_FIRST),
        ("25/11/2026", values.SHORT_YEAR),
        ("25/11/2026", values.ISO),
        ("25/11/2026 25:00", values.DAY_FIRST),
        ("25/11/2026 14:30 PM", values.MONTH_FIRST),
        ("46351,6", values.DAY_FIRST),
        ("amanhã", values.DAY_FIRST),
        ("25/11/1926", values.DAY_FIRST),
    ],
)
def test_what_is_no_moment_is_told(told, form):
    with pytest.raises(ValueError, match="date"):
        values.moment(told, BRAZIL, form)


@briefly
@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 12, 31)))  # noqa: DTZ001
def test_every_moment_that_is_written_is_read(moment):
    moment = moment.replace(microsecond=0)
    assert values.moment(f"{moment:%d/%m/%Y %H:%M:%S}", UTC_ZONE) == moment.replace(tzinfo=UTC)
    assert values.moment(f"{moment:%m/%d/%Y %I:%M:%S %p}", UTC_ZONE, values.MONTH_FIRST) == moment.replace(
        tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("told", "document"),
    [
        ("1234567890", "01234567890"),  # of a CPF
        ("191000100", None),
        ("12345678909", "12345678909"),
        ("123.456.789-09", "123.456.789-09"),
        ("1222333000100", None),  # thirteen digits that do not add up
        ("", ""),
        ("0", ""),
        ("00000000000", ""),
        ("12.ABC.345/01DE-35", "12.ABC.345/01DE-35"),
    ],
)
def test_a_document_gets_back_the_zeros_that_a_spreadsheet_took(told, document):
    if document is None:
        with pytest.raises(ValueError, match="no CPF or CNPJ"):
            values.document(told)
    else:
        assert values.document(told) == document


@briefly
@given(st.integers(10**7, 10**8 - 1), st.integers(10**6, 10**7 - 1))
def test_each_cpf_and_cnpj_that_has_lost_its_zero_is_found_by_its_digits(person, company):
    of_person = next(each for n in range(100) if cpf.is_valid(each := f"0{person}{n:02d}"))
    of_company = next(each for n in range(100) if cnpj.is_valid(each := f"0{company}0001{n:02d}"))
    assert values.document(of_person[1:]) == of_person
    assert values.document(of_company[1:]) == of_company


@pytest.mark.parametrize("told", ["1,23E+10", "1.23456E+13", "9,88E+10"])
def test_a_document_in_scientific_form_is_told(told):
    with pytest.raises(ValueError, match="rounded"):
        values.document(told)


@pytest.mark.parametrize(
    ("told", "cep"), [("1310100", "01310100"), ("01310-100", "01310-100"), ("1310-100", "1310-100"), ("", "")]
)
def test_a_cep_gets_back_its_zero(told, cep):
    assert values.postcode(told) == cep


@pytest.mark.parametrize("told", ["7,89E+12", "7.89123E+12", "7.89e12", "1E+12"])
def test_an_ean_in_scientific_form_is_told_and_never_guessed(told):
    with pytest.raises(ValueError, match="rounded"):
        values.word(told)


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ('="00123"', "00123"),
        ("'00123", "00123"),
        ("'-10% no Pix", "-10% no Pix"),
        ("'+55 11 99999-0000", "+55 11 99999-0000"),
        ("d'água", "d'água"),
        ("12E34", "12E34"),
        ("1E5", "1E5"),
        ("+55 11 99999-0000", "+55 11 99999-0000"),
        ("Nota #1", "Nota #1"),
    ],
)
def test_a_word_is_what_a_person_sees_in_the_cell(told, word):
    assert values.word(told) == word


@pytest.mark.parametrize("told", ["=A1", "=HYPERLINK(x)", values.FORMULA])
def test_a_formula_is_no_word(told):
    with pytest.raises(ValueError, match="formula"):
        values.word(told)


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("#00501", "501"),
        ("501.0", "501"),
        ("501,0", "501"),
        ("501,00", "501"),
        ("501.00", "501"),
        ("1.501", "1501"),
        ("1,501", "1501"),
        ("1\u202f501\u202f000", "1501000"),
        ("1.501,00", "1501"),
    ],
)
def test_a_number_of_a_thing_is_the_same_however_a_spreadsheet_shows_it(told, number):
    assert values.number_of(told) == number


@pytest.mark.parametrize(
    "told", ["0", "1.501,501", "0.501", "1501.001", "LW-0501", "501-0", "501.00.1", "1.05", "A501.0"]
)
def test_a_number_of_a_thing_that_may_be_another_stays_as_it_is(told):
    assert values.number_of(told) == told
