"""Whose state it is: of one shop and one ERP company, and whole."""

from datetime import datetime

from contaazul_sync.core.errors import StateError
from contaazul_sync.core.words import Said, _, joined
from contaazul_sync.state import witness
from contaazul_sync.state.file import State

OLDER = "older"  # note in the state: it is an old copy, put back
REBUILDING = "rebuilding"  # note in the state: a rebuild has begun and has not ended


def bind(state: State, shop_id: str, company_id: str) -> None:
    """The state belongs to one shop and one ERP company. Raises StateError for another one."""
    for key, value, text in (
        ("shop", shop_id, _("The state file belongs to another shop ({known}, now {value}).")),
        (
            "company",
            company_id,
            _("The state file belongs to another company of the ERP ({known}, now {value})."),
        ),
    ):
        known = state.notes.get(key)
        if not value or known == value:
            continue
        if known:
            step = _("Put the settings right, or use another home: CONTAAZUL_SYNC_HOME.")
            if key == "shop":
                same = _("If it is the same shop, by another name: contaazul-sync config set shop.id {known}")
                step = joined(step, same.format(known=known))
            raise StateError(joined(text.format(known=known, value=value), step))
        state.notes.set(key, value)


def check_newest(state: State, run: int) -> None:
    """No pass goes on from a copy of the state that is older than one which this home has had.

    The home knows by the number of its last run, which is kept beside the state. Raises StateError.
    """
    if run <= witness.last_run(state):
        state.notes.set(OLDER, "yes")
    check_whole(state)
    witness.keep_run(state, run)


def note_run(state: State, command: str, begun: datetime, ended: datetime, code: int, message: Said) -> int:
    """Keep the row of a run that could not keep it, and return its number: 0 where that is no new one.

    An older copy of the state is known as one by this number, too.
    """
    run = state.runs.note(command, begun, ended, code, message)
    if run and run <= witness.last_run(state):
        state.notes.set(OLDER, "yes")
    return run


def is_older(state: State) -> None:
    """A copy was put back: no pass goes on from it before a rebuild has looked what was sent since."""
    state.notes.set(OLDER, "yes")


def made_whole(state: State) -> None:
    """A rebuild has ended: what the home knew of an earlier state counts no more."""
    state.notes.set(REBUILDING, "")
    state.notes.set(OLDER, "")
    witness.forget(state)


def check_whole(state: State) -> None:
    """No pass goes on from a state that a rebuild left half done, or an old one. Raises StateError."""
    if state.notes.get(OLDER):
        raise StateError(
            _(
                "The state file is an older copy than this home has had, or a new one. Nothing was sent."
                " Run: contaazul-sync rebuild"
            )
        )
    if state.notes.get(REBUILDING):
        raise StateError(_("A rebuild was cut short. Nothing was sent. Run it again: contaazul-sync rebuild"))
