"""Every error raised on purpose, classed by what the operator does next; each class owns one exit code.

SyncError                  never raised itself
  Ended                    all of it was said before: the code alone
  Bugs                1    items met bugs of ours; the others went on
  UsageError          2    say it otherwise: a SKU that nobody knows, a number beyond the list
  SetupError          3    put the configuration or the machine right, then run again
    ConfigError            a missing or bad setting; names the key and the file
    ProfileError           a bad shop profile; names the file and the line
    StateError             the state file cannot be used: newer, damaged, or of another company or shop
    CredentialsError       no usable place for the secrets
    NoAccess               the ERP account or the shop refuses API access (403)
  SignInError         4    run `contaazul-sync auth`
    NotSignedIn
    SignInExpired          the ERP refused the refresh token
  TemporaryError      5    nothing to do: the next run tries again
    AlreadyRunning
    Unavailable            no answer, or none that can be read; nothing was changed by it
      Failing              the same, of one request: to another the server may answer
        Unclear            the server is there, and what it tells of one thing cannot be read
      Nowhere              404 to everything
      Elsewhere            another address is named instead of an answer
    Silent                 nothing usable for ten minutes: the run ends
  Interrupted       130    somebody stopped it: run it again to go on
  SafetyStop          7    look first, then `--force`; what it does not concern went on
  ItemError           6    about one product or order; kept in the state, never ends a pass
    Refused                the server said no (4xx)
    Missing                the server does not know the thing (404)
    Unanswered             a create was sent and its outcome is unknown
    NotYet                 the ERP does not show yet what it has, or may have
    Unusable               the item cannot be expressed, or a rule holds it
      Amiss                the same, for what stands in the ERP
    Waits                  an order's product is not in the ERP
    Broken                 a bug of ours was met; the run exits with 1
"""

from typing import ClassVar

from contaazul_sync.core.exits import BUG, GRAVITY, INTERRUPTED
from contaazul_sync.core.words import NOTHING, Said, _, quoted


def called(who: str) -> Said:
    """A server, "the ERP" or "the shop", as the subject or the object of a sentence."""
    return {"the ERP": _("the ERP"), "the shop": _("the shop")}.get(who) or quoted(who)


class SyncError(Exception):
    """The root. `message` is for a shopkeeper: what happened and what to type next."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: Said) -> None:
        super().__init__(message)
        self.message = message


class Bugs(SyncError):
    """Some items met bugs of ours: each is kept, the others went on."""


class UsageError(SyncError):
    """What was asked for cannot be meant."""

    exit_code = 2


class SetupError(SyncError):
    """Configuration, files or rights have to be put right by a person."""

    exit_code = 3


class ConfigError(SetupError):
    """A setting is missing or bad."""

    @classmethod
    def of_value(cls, name: str, origin: str, value: object, why: str) -> "ConfigError":
        """A setting has a value that it cannot have."""
        text = _("{name} in {origin} is {value}: {why}.")
        return cls(text.format(name=name, origin=origin, value=repr(value), why=why))


class ProfileError(SetupError):
    """The shop profile cannot be used."""


class StateError(SetupError):
    """The state file cannot be used."""


class CredentialsError(SetupError):
    """Secrets can neither be read nor kept."""


class NoAccess(SetupError):
    """The other side knows us and does not let us in."""


class SignInError(SyncError):
    """Only a person can sign in again."""

    exit_code = 4


class ClientRefused(SignInError):
    """The ERP does not take the client ID with this client secret: no other code will help."""


class NotSignedIn(SignInError):
    """There has been no sign-in yet, or it was removed."""


class SignInExpired(SignInError):
    """The refresh token, or a key, was refused. `text`: the server's own words, made harmless."""

    def __init__(self, message: Said, text: str = "") -> None:
        super().__init__(message)
        self.text = text


class TemporaryError(SyncError):
    """The next run tries again."""

    exit_code = 5


class AlreadyRunning(TemporaryError):
    """Another process holds the run lock. `for_long`: which one and since when, if for more than an hour."""

    def __init__(self, message: Said, for_long: str = "") -> None:
        super().__init__(message)
        self.for_long = for_long


class Unavailable(TemporaryError):
    """A server did not answer, or answered what cannot be read. Nothing was changed by the request."""


class Failing(Unavailable):
    """A server failed at one request, or answered what cannot be read: another request may go well."""


class Unclear(Failing):
    """What a server tells of one thing cannot be read; of others it may be. Nothing was changed."""


class Elsewhere(Unavailable):
    """A server sends us to another address. Nobody follows it: keys go to the one that was named."""


class Nowhere(Unavailable):
    """A server answers 404 to everything: it is not where the settings say, now or for good. `who`: which."""

    def __init__(self, message: Said, who: str) -> None:
        super().__init__(message)
        self.who = who


class Silent(TemporaryError):
    """A server has given no usable answer for so long that asking on is of no use."""


class Interrupted(SyncError):
    """Somebody stopped the program before this was sent, or read to its end. Nothing was changed by it."""

    exit_code = INTERRUPTED


class Ended(SyncError):
    """A run has ended with an exit code of its own, and there is nothing to say that was not said before."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(NOTHING)
        self.exit_code = exit_code  # type: ignore[misc]


class SafetyStop(SyncError):
    """A safety check held something back, and what it does not concern went on: raised at the end."""

    exit_code = 7


class ItemError(SyncError):
    """About one item: the others go on."""

    exit_code = 6


class Refused(ItemError):
    """A server said no. `status` is the HTTP status, `text` the server's own words, `who` the server.

    `told`: all of its answer, for who knows what a field of it means; it is in no message and no log.
    """

    def __init__(self, status: int, text: str, who: str = "the ERP", told: object = None) -> None:
        said = _("{who} refused it ({status}): {text}") if text else _("{who} refused it ({status})")
        super().__init__(said.format(who=called(who), status=status, text=text))
        self.status = status
        self.text = text
        self.told = told


class Missing(Refused):
    """The server does not know what was asked for (404)."""


class Unanswered(ItemError):
    """A create was sent and its answer was lost: it may or may not have been done."""


class NotYet(ItemError):
    """The ERP does not show yet what it has, or may have, since a moment ago: the next pass looks again.

    `next_step` is what to do about it, where that is not to wait.
    """

    def __init__(self, message: Said, next_step: Said = NOTHING) -> None:
        super().__init__(message)
        self.next_step = next_step


class Unusable(ItemError):
    """The item cannot be expressed for the ERP, or a rule holds it.

    `next_step` is what to do about it, where that is not to put it right in the shop.
    """

    def __init__(self, message: Said, next_step: Said = NOTHING) -> None:
        super().__init__(message)
        self.next_step = next_step


class Amiss(Unusable):
    """What keeps the item back stands in the ERP, and is put right there: it is not the shop's."""


class Waits(ItemError):
    """An order's product is not in the ERP yet."""


class Broken(ItemError):
    """An item met a bug of ours, which was logged with its trace: what it had come to is not known."""


def gravest(*met: SyncError | None) -> SyncError | None:
    """Of what a run has met, what it ends with; the first of two that are alike."""
    return min(filter(None, met), key=lambda error: GRAVITY.index(error.exit_code), default=None)


def ending(error: BaseException) -> tuple[int, Said]:
    """The exit code of a run that ends with an error, and what to keep of it: of a bug its kind alone."""
    if isinstance(error, SyncError):
        return error.exit_code, error.message
    if isinstance(error, Exception):
        return BUG, quoted(type(error).__name__)
    return INTERRUPTED, NOTHING  # Ctrl-C, or what came of it
