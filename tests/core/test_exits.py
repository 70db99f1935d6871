"""How a run ends: the gravest of what it met, and whether it got through."""

import itertools

import pytest

from contaazul_sync.core import exits
from contaazul_sync.core.errors import (
    Ended,
    NotSignedIn,
    SafetyStop,
    SetupError,
    Unavailable,
    UsageError,
    ending,
    gravest,
)
from contaazul_sync.core.words import quoted

ORDER = (1, 2, 3, 4, 7, 5, 6, 130, 0)


@pytest.mark.parametrize(("graver", "other"), list(itertools.combinations(ORDER, 2)))
def test_of_two_ends_the_graver_is_told_in_whichever_order_they_came(graver, other):
    assert exits.worst([graver, other]) == exits.worst([other, graver]) == graver


def test_without_any_end_all_is_well():
    assert exits.worst([]) == 0


def test_a_process_that_was_killed_counts_as_a_bug():
    assert exits.worst([0, -9, 3]) == 1


def test_of_several_errors_the_gravest_ends_a_run_and_the_first_of_two_alike():
    away, other = Unavailable(quoted("the shop is away")), Unavailable(quoted("the ERP is away"))
    held, signed_out = SafetyStop(quoted("held")), NotSignedIn(quoted("signed out"))

    assert gravest() is gravest(None) is None
    assert gravest(None, away, other) is away
    assert gravest(away, held) is held
    assert gravest(held, signed_out, away) is signed_out
    assert isinstance(
        gravest(signed_out, SetupError(quoted("the disk is full")), UsageError(quoted("no"))), UsageError
    )


@pytest.mark.parametrize(
    ("code", "orders_went", "good"),
    [
        (0, False, True),
        (6, False, True),
        (7, True, True),
        (7, False, False),
        (5, True, False),
        (130, True, False),
    ],
)
def test_a_run_is_good_that_got_through_or_held_back_what_a_check_asked_for_and_sent_the_orders(
    code, orders_went, good
):
    assert exits.is_good(code, orders_went=orders_went) is good


@pytest.mark.parametrize(
    ("error", "end"),
    [
        (SetupError(quoted("what happened")), (3, "what happened")),
        (Ended(7), (7, "")),
        (KeyError("Ana Maria"), (1, "KeyError")),
        (KeyboardInterrupt(), (130, "")),
    ],
)
def test_of_an_error_its_code_and_its_words_are_kept_and_of_a_bug_its_kind_alone(error, end):
    assert ending(error) == end
