"""The shops on this machine: how each stands, for people and for programs. No request is made."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contaazul_sync.core.errors import SyncError
from contaazul_sync.core.items import Run
from contaazul_sync.core.words import _
from contaazul_sync.state.file import State
from contaazul_sync.views import phrases
from contaazul_sync.views.status import run_json


@dataclass(frozen=True, slots=True)
class Profile:
    """One home. `name`: "" of the main home; `trouble`: why nothing more can be told of it."""

    name: str
    home: Path
    signed_in: bool = False
    company: str = ""
    last_run: Run | None = None
    trouble: str = ""


def read(name: str, home: Path) -> Profile:
    """What the state of a home tells."""
    file = home / "state.db"
    if not file.exists():
        return Profile(name, home)
    try:
        with closing(State.view(file)) as state:
            return Profile(
                name,
                home,
                state.runs.any_began(),
                state.notes.get("company_name") or "",
                next(iter(state.runs.newest(1)), None),
            )
    except SyncError as error:
        return Profile(name, home, trouble=error.message)


def called(name: str) -> str:
    """A profile's name for people; the main home has none."""
    return name or _("main home")


def line(profile: Profile) -> str:
    """A profile, its company and its last run."""
    return f"{called(profile.name)}: {_standing(profile)}"


def _standing(profile: Profile) -> str:
    if profile.trouble:
        return profile.trouble
    if not (profile.signed_in or profile.company or profile.last_run):
        return _("not signed in yet")
    company = profile.company or (_("signed in") if profile.signed_in else _("not signed in yet"))
    return f"{company}; {phrases.run(profile.last_run) if profile.last_run else _('no run yet')}"


def as_json(profiles: Iterable[Profile]) -> dict[str, Any]:
    """The stable form: docs/schemas/profiles.schema.json."""
    return {
        "version": 1,
        "profiles": [
            {
                "name": each.name,
                "home": str(each.home),
                "signed_in": each.signed_in,
                "company": each.company,
                "last_run": run_json(each.last_run),
                "trouble": each.trouble or None,
            }
            for each in profiles
        ],
    }
