"""What a check is, and how it came out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from contaazul_sync.core.errors import SyncError, Unavailable
from contaazul_sync.core.exits import worst
from contaazul_sync.core.words import _
from contaazul_sync.state.trouble import told

CODES = (3, 4, 5)  # exit codes that a problem may mean


class Level(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Check:
    """One check. `code`: the exit code that the problem means; `seen`: what was read, field by field."""

    name: str
    level: Level
    detail: str
    remedy: str = ""
    code: int = 0
    seen: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What it is called for people; one about a name of the settings is called by that."""
        return title(self.name)


def good(name: str, detail: str, **more: Any) -> Check:
    """A check that found all well."""
    return Check(name, Level.OK, detail, **more)


def warning(name: str, detail: str, remedy: str) -> Check:
    """Something that does not stop a run, and should be put right."""
    return Check(name, Level.WARNING, detail, remedy)


def problem(name: str, error: SyncError, remedy: str = "") -> Check:
    """Something that stops every run. The error's own words tell what to do."""
    code = error.exit_code if error.exit_code in CODES else Unavailable.exit_code
    return Check(name, Level.PROBLEM, error.message, remedy, code)


def looked(name: str, look: Callable[[], Check]) -> Check:
    """A check, whatever it meets: what the machine refuses is its problem, and stops no other."""
    try:
        return look()
    except Exception as error:  # noqa: BLE001 - a bug is raised again
        return as_problem(name, error)


def as_problem(name: str, error: Exception) -> Check:
    """What a check has met. Raises it where it is a bug."""
    known = told(error)
    if not isinstance(known, SyncError):
        raise error
    return problem(name, known)


def skipped(name: str, detail: str) -> Check:
    """A check that could not be made."""
    return Check(name, Level.SKIPPED, detail)


def title(name: str) -> str:
    """What a check is called for people; those about names of the settings are called by these."""
    titles = {
        "configuration": _("configuration"),
        "everything else": _("everything else"),
        "shop profile": _("shop profile"),
        "home": _("home"),
        "state file": _("state file"),
        "disk": _("disk"),
        "secrets": _("secrets"),
        "sign-in": _("sign-in"),
        "a product": _("a product"),
        "an order": _("an order"),
        "a document": _("CPF or CNPJ"),
        "shop": _("shop"),
        "clock": _("clock"),
        "connection": _("connection"),
        "runs": _("runs"),
        "stock": _("stock"),
        "money": _("money"),
        "now": _("now"),
        "schedule": _("schedule"),
        "alerts": _("alerts"),
        "amounts": _("amounts"),
    }
    return titles.get(name, name)


def exit_code(checks: list[Check]) -> int:
    """That of the gravest problem: what has to be put right first."""
    return worst(check.code for check in checks if check.level is Level.PROBLEM)


def as_json(checks: list[Check]) -> dict[str, Any]:
    """The stable form: docs/schemas/doctor.schema.json."""
    return {
        "version": 1,
        "ok": not any(check.level is Level.PROBLEM for check in checks),
        "checks": [
            {
                "name": check.name,
                "status": check.level.value,
                "detail": check.detail,
                "remedy": check.remedy or None,
                "seen": dict(check.seen),
            }
            for check in checks
        ],
    }
