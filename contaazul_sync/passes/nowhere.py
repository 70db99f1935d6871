"""A server that answers 404 to everything: not now, and after a day of that, a setting to be put right."""

from datetime import datetime, timedelta

from contaazul_sync.core.days import in_brazil
from contaazul_sync.core.errors import ConfigError, Nowhere
from contaazul_sync.core.words import _
from contaazul_sync.state.file import State

LONG = timedelta(days=1)  # a server that is being put right is back by then
SINCE = "nowhere: {}"  # note: since when a server has answered so
SERVERS = ("the ERP", "the shop")


def judged(state: State, error: BaseException, now: datetime) -> BaseException:
    """What a pass ends with that met such a server: the error itself, or ConfigError after a day of it."""
    if not isinstance(error, Nowhere):
        return error
    note = SINCE.format(error.who)
    since = state.notes.time(note)
    if since is None or since > now:
        state.notes.set_time(note, now)
        return error
    if now - since < LONG:
        return error
    text = _("{message} It has been so since {moment}: look whether its address is right: {setting}")
    setting = "[erp] api_url" if error.who == "the ERP" else "[shop] api_url, [shop] url"
    moment = f"{in_brazil(since):%d/%m/%Y %H:%M}"
    return ConfigError(text.format(message=error.message, moment=moment, setting=setting))


def is_there(state: State) -> None:
    """A pass went through: both servers are where the settings say."""
    for who in SERVERS:
        if state.notes.get(SINCE.format(who)):
            state.notes.set(SINCE.format(who), "")
