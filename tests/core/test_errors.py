"""Each class of error owns the exit code that scripts and cron depend on."""

import pytest

from contaazul_sync.core import errors
from contaazul_sync.core.errors import Missing, Refused, SyncError, Unusable


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("UsageError", 2),
        ("ConfigError", 3),
        ("ProfileError", 3),
        ("StateError", 3),
        ("CredentialsError", 3),
        ("NoAccess", 3),
        ("NotSignedIn", 4),
        ("SignInExpired", 4),
        ("AlreadyRunning", 5),
        ("Unavailable", 5),
        ("Unanswered", 6),
        ("Unusable", 6),
        ("Waits", 6),
        ("SafetyStop", 7),
    ],
)
def test_an_error_ends_the_program_with_its_own_exit_code(kind, code):
    error = getattr(errors, kind)("what happened")

    assert isinstance(error, SyncError)
    assert error.exit_code == code
    assert error.message == str(error) == "what happened"


def test_a_refusal_speaks_the_servers_own_words():
    error = Refused(400, "O campo numero é obrigatório")

    assert error.message == str(error) == "the ERP refused it (400): O campo numero é obrigatório"
    assert (error.status, error.text, error.exit_code) == (400, "O campo numero é obrigatório", 6)


def test_a_refusal_of_the_shop_is_not_put_down_to_the_erp():
    assert Refused(200, "Pedido inexistente", "the shop").message == (
        "the shop refused it (200): Pedido inexistente"
    )


def test_a_refusal_without_words_names_its_status():
    error = Missing(404, "")

    assert (error.message, error.text) == ("the ERP refused it (404)", "")


def test_an_item_that_fails_is_told_from_what_ends_a_pass():
    assert issubclass(Unusable, errors.ItemError)
    assert not issubclass(errors.Unavailable, errors.ItemError)
