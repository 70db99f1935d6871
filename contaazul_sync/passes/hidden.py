"""What the shop fails at in its lists: named by what is listed beside it, told once, and kept until shown."""

from pathlib import Path

from contaazul_sync.core.fingerprints import FILE, HIDDEN
from contaazul_sync.core.items import Failure, Group, Kind
from contaazul_sync.core.words import Said, _, ngettext, without_stop
from contaazul_sync.passes.gaps import Gap
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.seen import Seen

BETWEEN = ".."  # in a key, what stands for the hidden rows
KEPT = "done/"  # begins the name of a file that is kept: only a full walk opens all of these
At = tuple[Kind, str]


def keep_hidden(parts: Parts, seen: Seen) -> set[At]:
    """Keep what the shop's lists hid, as what stands against it. Returns all of that which stands still."""
    items, standing = parts.state.items, set[At]()
    ignored, kept = items.ignored(), items.failures(fingerprint=HIDDEN).keys()
    known = [*kept, *(at for at in ignored if BETWEEN in at[1] or at[1].startswith(FILE))]
    for kind, gaps in seen.hidden.items():
        for gap in gaps.found:
            key = next((key for each, key in known if each is kind and _is_same(gap, key)), _key(gap))
            standing.add((kind, key))
            if (kind, key) not in ignored:
                reason, step = _reason(kind, gap), _step(kind, gap)
                items.fail(Failure(kind, key, Group.HELD, reason, step, parts.clock(), 1, HIDDEN))
    for at in ignored:  # a file that is gone or good: the next one of its name is another
        if at[1].startswith(FILE) and at not in standing and _was_passed(at, seen):
            items.unignore(*at)
    return standing | {at for at in kept if not _was_passed(at, seen)}


def _was_passed(at: At, seen: Seen) -> bool:
    """Whether the walk came to where something was hidden before."""
    kind, key = at
    if key.startswith(FILE):
        was_opened = kind in seen.read and not _is_folder_hidden(seen)
        return was_opened and (seen.full or not key.startswith(f"{FILE}{KEPT}"))
    neighbours = {name for name in key.split(BETWEEN) if name}
    return kind in seen.read and (seen.full or neighbours <= seen.hidden[kind].shown)


def _is_folder_hidden(seen: Seen) -> bool:
    """Whether the folder of the files could not be read: it alone is named as a whole path."""
    return any(Path(gap.file).is_absolute() for gaps in seen.hidden.values() for gap in gaps.found)


def _key(gap: Gap) -> str:
    """What a person calls it."""
    return f"{FILE}{gap.file}" if gap.file else f"{gap.after}{BETWEEN}{gap.before}"


def _is_same(gap: Gap, key: str) -> bool:
    """Whether a gap was named so before: what is listed on one side may have moved since, or is new."""
    if gap.file or key.startswith(FILE):
        return _key(gap) == key
    after, _between, before = key.partition(BETWEEN)
    return gap.after == after != "" or gap.before == before != "" or _key(gap) == key


def _reason(kind: Kind, gap: Gap) -> Said:
    if gap.file:
        return gap.reason
    if kind is Kind.PRODUCT:
        text = ngettext(
            "the shop fails at a product of its list, {where}: {why}",
            "the shop fails at up to {n} products of its list, {where}: {why}",
            gap.rows,
        )
    else:
        text = ngettext(
            "the shop fails at an order of its list, {where}: {why}",
            "the shop fails at up to {n} orders of its list, {where}: {why}",
            gap.rows,
        )
    return text.format(n=gap.rows, where=_where(gap), why=without_stop(gap.reason))


def _where(gap: Gap) -> Said:
    if gap.after and gap.before:
        text = _("between {after} and {before}")
    elif gap.after:
        text = _("behind {after}")
    elif gap.before:
        text = _("before {before}")
    else:
        text = _("which shows no other")
    return text.format(after=gap.after, before=gap.before)


def _step(kind: Kind, gap: Gap) -> Said:
    """What to do about it: the shop or the file has to be put right. An order is sent then."""
    if gap.file:
        return _("export it anew, or look what is wrong: contaazul-sync import --check FILE")
    if kind is Kind.PRODUCT:
        return _("open it in the shop's panel and save it anew, or send this line to the shop's support")
    return _(
        "open it in the shop's panel and save it anew, or send this line to the shop's support; do not book"
        " it by hand, it is sent when the shop shows it again"
    )
