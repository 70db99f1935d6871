"""What is shown of a gateway's statement."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.receivables import Payout
from contaazul_sync.core.statements import Entry, Meaning, Record, Totals, Verdict
from contaazul_sync.operate.payouts import SHOWN, Judged, Read
from contaazul_sync.views.statements import line_of, of_no_sale, preview, said

ENTRY = Entry(
    3,
    Record.ROW,
    Meaning.SALE,
    "payment",
    datetime(2026, 11, 10, tzinfo=UTC),
    "8801",
    "88123",
    100,
    -5,
    0,
    95,
)
PAYOUT = Payout("one.1", OrderId("88123"), date(2026, 11, 10), 100, 5)


def a_read(*rows: Judged, opening: int | None = None, closing: int | None = None) -> Read:
    counts = Counter(row.verdict for row in rows)
    totals = Totals(len(rows), 95, opening, closing, date(2026, 11, 1), date(2026, 11, 30))
    return Read(Path("nov.csv"), "mark", totals, [*rows], [], counts)


def test_the_sums_and_what_is_to_be_settled():
    rows = [Judged(ENTRY, Verdict.TAKEN, "88123", PAYOUT), Judged(ENTRY, Verdict.KNOWN)]

    assert list(preview(a_read(*rows, opening=10, closing=105))) == [
        "nov.csv: 2 rows, 01/11/2026 to 30/11/2026",
        "  opening R$ 0,10 + rows R$ 0,95 = closing R$ 1,05",
        "  1 payment to settle: R$ 1,00, of which the gateway kept R$ 0,05 and R$ 0,95 came",
        "  1 payment was taken before",
    ]


def test_a_file_that_moves_nothing_and_tells_no_balance():
    shown = list(preview(Read(Path("nov.csv"), "mark", Totals(), [], [], Counter())))

    assert shown[:2] == [
        "nov.csv: no row of it moves money",
        "  its rows come to R$ 0,00; it tells no closing balance",
    ]


def test_of_many_rows_it_is_said_how_many_more_there_are():
    shown = list(preview(a_read(*[Judged(ENTRY, Verdict.NO_ORDER)] * 52)))

    assert "  52 rows are listed, and not settled:" in shown
    assert shown[-1] == "    and 2 more; --check shows all"


@pytest.mark.parametrize("verdict", SHOWN)
def test_of_each_row_that_is_listed_it_is_said_why(verdict):
    assert said(Judged(ENTRY, verdict))


def test_a_row_is_named_by_its_number_its_day_its_kind_and_its_order():
    assert line_of(Judged(ENTRY, Verdict.TAKEN, "#1001", PAYOUT)) == (
        "row 3, 09/11/2026, payment, order #1001, R$ 1,00: R$ 1,00 to settle, fee R$ 0,05"
    )
    assert line_of(Judged(ENTRY, Verdict.NO_ORDER)).startswith(
        "row 3, 09/11/2026, payment, 88123, R$ 1,00: no"
    )


@pytest.mark.parametrize(
    ("record", "shown"),
    [
        (Record.OPENING, "row 3, R$ 0,95: the opening balance"),
        (Record.CLOSING, "row 3, R$ 0,95: the closing balance"),
        (Record.SKIP, "row 3, R$ 0,95: passed over"),
        (Record.HELD, "row 3, R$ 1,00: no sale"),
    ],
)
def test_what_is_no_sale_is_said_to_be_that(record, shown):
    bare = replace(ENTRY, record=record, at=None, kind="", transaction="", reference="")

    assert of_no_sale(bare) == shown
