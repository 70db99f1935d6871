"""Times as shops write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.core.days import BRAZIL, SECONDS, clock_time


def as_two_readers_do(told: str) -> datetime | None:
    """What `strptime` makes of the usual form, or else ISO's reader."""
    for reader in (lambda: datetime.strptime(told, SECONDS), lambda: datetime.fromisoformat(told)):  # noqa: DTZ007
        try:
            moment = reader()
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=BRAZIL)
    return None


NUMBER = st.integers(0, 61).map("{:02d}".format)
NEARLY = st.tuples(st.integers(0, 2101), *[NUMBER] * 5).map(
    lambda parts: "{:04d}-{}-{} {}:{}:{}".format(*parts)
)


@given(st.datetimes().map(lambda moment: moment.strftime(SECONDS)) | NEARLY | st.text("0123456789-:T W+ "))
def test_the_usual_time_is_read_as_its_form_says(told):
    assert clock_time(told, SECONDS, BRAZIL) == as_two_readers_do(told)


@pytest.mark.parametrize(
    "told", ["2026-W48-7T10:00:00", "2026-11-29T10:00:00", "2026-11-29", "2026-11-29 1:2:3"]
)
def test_what_only_looks_like_it_is_read_as_well(told):
    assert clock_time(told, SECONDS, BRAZIL) == as_two_readers_do(told)


def test_a_time_of_another_form_is_by_the_clock_of_its_zone():
    half_past = datetime(2026, 11, 29, 10, 30, tzinfo=BRAZIL)

    assert clock_time("29/11/2026 10:30", "%d/%m/%Y %H:%M", BRAZIL) == half_past
    assert clock_time("2026-11-29T10:30", "%d/%m/%Y", BRAZIL) == half_past
    assert clock_time("2026-11-29T13:30:00Z", "%d/%m/%Y", BRAZIL) == half_past
    assert clock_time("amanhã", "%d/%m/%Y", BRAZIL) is None


@pytest.mark.parametrize(
    ("told", "form"),
    [
        ("2026-11-29T10:30:00-05:00", SECONDS),
        ("2026-11-29T10:30:00-05:00", "%Y-%m-%dT%H:%M:%S%z"),
        ("29/11/2026 10:30 -0500", "%d/%m/%Y %H:%M %z"),
    ],
)
def test_a_time_keeps_the_offset_that_it_tells(told, form):
    moment = clock_time(told, form, UTC)

    assert moment == datetime(2026, 11, 29, 15, 30, tzinfo=UTC)
    assert moment.utcoffset() == timedelta(hours=-5)
