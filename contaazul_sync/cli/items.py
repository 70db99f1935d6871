"""The commands that settle an item: try it again, leave it alone."""

import shlex
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from contaazul_sync.cli import running
from contaazul_sync.cli.running import tell
from contaazul_sync.core import words
from contaazul_sync.core.fingerprints import ALIKE, SAFETY
from contaazul_sync.core.words import _, ngettext, typed
from contaazul_sync.home import screen
from contaazul_sync.home.machine import utc_now

if TYPE_CHECKING:
    from contaazul_sync.core.items import Kind
    from contaazul_sync.state.file import State


def retry(
    items: Annotated[list[str] | None, typer.Argument(help=_("Order numbers or SKUs."))] = None,
    everything: Annotated[bool, typer.Option("--all", help=_("All that something stands against."))] = False,
    alike: Annotated[bool, typer.Option("--alike", help=_("All orders that look like sold ones."))] = False,
) -> None:
    """Let the next sync try items again that failed, are held, or were ignored."""
    _settings, state = running.open_home()
    with closing(state):
        if not (items or everything or alike):
            raise typer.BadParameter(_("name orders or SKUs, or use --all"))
        named = {item: _item(state, item) for item in items or ()}
        standing = state.items.failures().keys() | state.items.ignored().keys() | state.intents.all().keys()
        idle = [item for item, at in named.items() if at not in standing]
        found = {at for at in named.values() if at in standing}
        if everything:
            found |= state.items.failures().keys()
        if alike:
            found |= _with(state, ALIKE)
        safe = found & _with(state, SAFETY)
        found -= safe
        for kind, key in found:
            state.items.retry(kind, key)
        orders = [key for kind, key in found & {*named.values()} if kind.value == "sale"]
        state.orders.want(orders, by_name=True)
    tell_held(len(safe))
    if idle:
        tell(_("Nothing stands against {items}.").format(items=", ".join(idle)))
    elif not found | safe:
        tell(_("No order looks like a sold one.") if alike else _("Nothing stands against any item."))
    if found and sys.stdout.isatty():
        screen.say(_("The next sync tries {items} again.").format(items=words.items(len(found))))


def tell_held(count: int) -> None:
    """One by one prices look right: what is wrong is that they are so many. `--force` alone lets them go."""
    if count:
        text = ngettext(
            "{n} price stays held by the safety check. Look at the shop; if it is right: contaazul-sync sync"
            " --force",
            "{n} prices stay held by the safety check. Look at the shop; if it is right: contaazul-sync sync"
            " --force",
            count,
        )
        tell(text.format(n=count))


def ignore(
    items: Annotated[list[str] | None, typer.Argument(help=_("Order numbers or SKUs."))] = None,
    alike: Annotated[bool, typer.Option("--alike", help=_("All orders that look like sold ones."))] = False,
) -> None:
    """Leave orders alone for good, and products as they are now: a later change brings a product back."""
    from contaazul_sync.cli import choose

    settings, state = running.open_home()
    with closing(state):
        if not (items or alike):
            raise typer.BadParameter(_("name orders or SKUs"))
        found = _with(state, ALIKE) if alike else set()
        names = [*(items or ()), *sorted(key for _kind, key in found)]
        for kind, key in [*(_item(state, name) for name in items or ()), *sorted(found)]:
            seen = choose.as_seen(state, running.rules(settings, state), kind, key)
            state.items.ignore(kind, key, seen, utc_now())
    if not names:
        tell(_("No order looks like a sold one."))
    elif sys.stdout.isatty():
        text = ngettext(
            "{n} item left alone. To undo: {command}",
            "{n} items left alone. To undo: {command}",
            len(names),
        )
        command = typed(f"unignore {shlex.join(names)}")
        screen.say(text.format(n=len(names), command=command))


def unignore(items: Annotated[list[str], typer.Argument(help=_("Order numbers or SKUs."))]) -> None:
    """Leave items alone no longer: the next sync looks at them as at all others."""
    _settings, state = running.open_home()
    with closing(state):
        found = [_item(state, item) for item in items]
        count = sum([state.items.unignore(kind, key) for kind, key in found])
    if count < len(items):
        tell(_("{n} of them were not left alone.").format(n=len(items) - count))
    elif sys.stdout.isatty():
        screen.say(_("The next sync looks at them again."))


def _with(state: "State", fingerprint: str) -> "set[tuple[Kind, str]]":
    """What stands for this reason alone: orders that look like sold ones, prices that are held for safety."""
    return {at for at, failure in state.items.failures().items() if failure.fingerprint == fingerprint}


def _item(state: "State", name: str) -> "tuple[Kind, str]":
    """The order, its money, or the product that a person means. Raises BadParameter."""
    from contaazul_sync.cli import choose

    found = choose.item(state, name) if name else None
    if found is None:
        raise typer.BadParameter(choose.unknown(state, name))
    return choose.or_its_money(state, found)
