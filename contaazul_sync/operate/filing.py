"""A shop that is read from files: put together as the settings say, and its inbox kept small."""

from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from contaazul_sync.core.book import Place, place_of
from contaazul_sync.core.days import BRAZIL
from contaazul_sync.core.errors import ConfigError
from contaazul_sync.core.rules import Rules
from contaazul_sync.core.words import NOTHING, _
from contaazul_sync.home import profiles
from contaazul_sync.home.log import LOG
from contaazul_sync.home.settings import Settings, shown
from contaazul_sync.passes.parts import Sleep
from contaazul_sync.passes.walk import is_due
from contaazul_sync.shops.files.client import Files
from contaazul_sync.shops.files.habit import Comings, comings
from contaazul_sync.shops.files.inbox import Inbox, Kept
from contaazul_sync.shops.files.sheet import PRODUCTS, Sheet, newest, opened
from contaazul_sync.shops.files.shelf import Shelf
from contaazul_sync.state.file import State
from contaazul_sync.tables import toml
from contaazul_sync.tables.bad import BadFile
from contaazul_sync.tables.mapping import Mapping

KEPT = timedelta(days=60)  # that a file with buyers is kept at least, and no longer than its orders are open
TIDIED = "inbox_tidied"  # time, in the state: when that was looked for last
OPEN = (Place.WAITING, Place.HELD, Place.FAILED, Place.IN_DOUBT, Place.ATTENTION)


def inbox(settings: Settings) -> Inbox:
    """Where the files lie. Raises ConfigError where that is the home itself, or in another profile's."""
    folder, why = settings.place("shop.files.folder"), NOTHING
    if folder.resolve() == settings.home.resolve():
        why = _("the state and the settings lie there. Give the spreadsheets a folder of their own")
    elif profiles.is_of_another(folder, settings.home):
        why = _("it is in the home of another profile, which takes its files away. Name one outside of both")
    if why:
        name, value = shown("shop.files.folder"), settings.text("shop.files.folder")
        raise ConfigError.of_value(name, str(settings.config_file), value, why)
    return Inbox(settings.home, folder)


def mapping_file(settings: Settings) -> Path | None:
    """The merchant's own mapping; None where the one of the package counts."""
    path = settings.place("shop.files.mapping")
    is_own = settings.text("shop.files.mapping") not in toml.SHIPPED
    return path if is_own and ("shop.files.mapping" in settings.origins or path.exists()) else None


def mapping(settings: Settings) -> Mapping:
    """What says which column is what; the plain one where nobody has said so. Raises MappingError."""
    own, name = mapping_file(settings), settings.text("shop.files.mapping")
    read = toml.load(own) if own else toml.shipped(name if name in toml.SHIPPED else "plain")
    zone = ZoneInfo(settings.text("shop.files.zone"))
    return replace(read, file=replace(read.file, zone=zone)) if zone != BRAZIL else read


def shop(settings: Settings, clock: Callable[[], datetime], sleep: Sleep, *, keeps: bool) -> Files:
    """The shop. `keeps`: what was read may be put where it is kept. Raises MappingError."""
    read, own = mapping(settings), mapping_file(settings)
    made = datetime.fromtimestamp(own.stat().st_mtime, UTC) if own else None
    shelf = Shelf(inbox(settings), read, settings.from_files, clock, sleep, keeps=keeps, mapped_at=made)
    return Files(shelf, clock)


def how_they_come(settings: Settings, now: datetime) -> Comings | None:
    """When the newest file came, and whether one is overdue; None where the shop is not read from files."""
    if not settings.from_files:
        return None
    try:
        return comings(inbox(settings).moments(), now)
    except OSError:  # the next run names the folder
        return comings([], now)


def tidy(settings: Settings, state: State, rules: Rules, now: datetime) -> None:
    """Once a day, remove the files that are 60 days old and are not needed any more, and what a kill left.

    Those of orders when all are closed, of products when newer ones tell of each, and all of them when the
    shop is not read from files any more. At any age those of which the very same came again.
    """
    place = inbox(settings)
    if not place.done.is_dir() or not is_due(state, TIDIED, now):
        return
    place.clean(now)
    found = place.kept()
    last = {each.mark: each for each in found}  # of those that came again
    kept, again = [*last.values()], [each for each in found if last[each.mark] is not each]
    old = [each for each in kept if now - each.at >= KEPT]
    needed = _needed(kept, old, settings, _open_orders(state, rules)) if old else set[Kept]()
    for each in [*again, *old]:
        try:
            if each not in needed:
                place.remove(each)
        except OSError as error:
            LOG.warning("%s cannot be removed: %s", each.name, error)
    place.forget(now - KEPT)
    state.notes.set_time(TIDIED, now)


def _open_orders(state: State, rules: Rules) -> set[str]:
    """The orders that may still be sent, or that a person has to look at."""
    _settled, entries = state.book.touched()
    return {entry.id for entry in entries if place_of(entry, rules) in OPEN}


def _needed(kept: Sequence[Kept], old: Sequence[Kept], settings: Settings, still_open: Set[str]) -> set[Kept]:
    """Of these old files, those that tell of an open order, or may do so, and the last ones of a product."""
    needed, products = set[Kept](), list[tuple[Kept, Sheet]]()
    if not settings.from_files:
        return needed
    read = mapping(settings)
    for each in kept:
        if "catalogue" not in settings.from_files and (each not in old or not still_open):
            continue  # nothing is to be learned of it
        try:
            sheet = opened(each.path, each.name, each.at, read)
        except (BadFile, OSError):
            needed |= {each} if still_open else set()
            continue
        if sheet.kind == PRODUCTS:
            products.append((each, sheet))
        elif not still_open.isdisjoint(sheet.versions):
            needed.add(each)
    won = newest([sheet for _each, sheet in products])
    return needed | {each for (each, _sheet), keys in zip(products, won, strict=True) if keys}


async def no_sleep(_seconds: float) -> None:
    """Nobody waits: a person has named the file."""
