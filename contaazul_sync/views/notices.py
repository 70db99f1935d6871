"""What stands against items, for people: many of a kind are one notice, with the way to list them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from contaazul_sync.core.days import in_brazil
from contaazul_sync.core.fingerprints import FILE
from contaazul_sync.core.items import Failure, Group, Kind
from contaazul_sync.core.money import written
from contaazul_sync.core.words import _, ngettext, shape, typed
from contaazul_sync.core.words import orders as orders_told
from contaazul_sync.core.words import products as products_told
from contaazul_sync.views import phrases
from contaazul_sync.views.status import Status

Item = TypeVar("Item")
FEW = 3  # so many of a kind are told one by one


class Notice(NamedTuple):
    """`alike`: the failures it tells of; `kind`: order or product, of one alone; `name`: of one, or how many.

    `title`: all of that, and since when; `step`: what comes next; `soft`: it needs nobody just now.
    """

    alike: Sequence[Failure]
    kind: str
    name: str
    title: str
    reason: str
    step: str
    soft: bool


def notices(status: Status) -> list[Notice]:
    """What stands against the items of a status, in its order."""
    kinds = grouped(status.failures, _kind)
    return [notice for each in kinds for notice in _of_a_kind(status, each)]


def grouped(items: Iterable[Item], kind: Callable[[Item], object]) -> list[list[Item]]:
    """Items by their kind, in the order in which the first of each came."""
    kinds: dict[object, list[Item]] = {}
    for item in items:
        kinds.setdefault(kind(item), []).append(item)
    return list(kinds.values())


def _kind(failure: Failure) -> object:
    is_file = failure.key.startswith(FILE)
    return failure.key if is_file else failure.kind, failure.group, shape(failure.reason)


def _of_a_kind(status: Status, alike: Sequence[Failure]) -> Iterator[Notice]:
    if len(alike) > FEW:
        yield _of_many(status, alike)
        return
    for failure in alike:
        amount = status.amounts.get(failure.key)
        name = ", ".join(filter(None, [status.title(failure), "" if amount is None else written(amount)]))
        kind, title = phrases.warned_of(failure), phrases.warning(name, failure)
        yield Notice([failure], kind, name, title, failure.reason, status.step(failure), _is_soft(failure))


def _of_many(status: Status, alike: Sequence[Failure]) -> Notice:
    first, count = alike[0], len(alike)
    text = (
        _("{items}: {group} since {moment}")
        if at_once(alike)
        else _("{items}: {group}, the first since {moment}")
    )
    title = text.format(
        items=(counted := _counted(status, alike)),
        group=phrases.group(first.group, count),
        moment=f"{in_brazil(min(each.since for each in alike)):%d/%m %H:%M}",
    )
    reason: str = first.reason
    if len({each.reason for each in alike}) > 1:
        reason = _("for example {name}: {reason}").format(name=status.title(first), reason=first.reason)
    listed = _("all {n} of them: {command}").format(n=count, command=_list_of(first))
    same = {each.next_step for each in alike}
    step = _("{step}; {then}").format(step=first.next_step, then=listed) if len(same) == 1 else listed
    return Notice(alike, "", counted, title, reason, step, _is_soft(first))


def at_once(alike: Sequence[Failure]) -> bool:
    """Whether they all stand since one minute."""
    return len({f"{in_brazil(each.since):%d/%m %H:%M}" for each in alike}) == 1


def counted(kind: Kind, number: int) -> str:
    """`29 products`, `12 orders`, `the money of 2 orders`."""
    if kind is Kind.PRODUCT:
        return products_told(number)
    if kind is Kind.SALE:
        return orders_told(number)
    return ngettext("the money of {n} order", "the money of {n} orders", number).format(n=number)


def _counted(status: Status, alike: Sequence[Failure]) -> str:
    """The same, and what orders come to: `12 orders, R$ 1.234,00`."""
    told = counted(alike[0].kind, len(alike))
    sums = [status.amounts[each.key] for each in alike if each.key in status.amounts]
    return f"{told}, {written(sum(sums))}" if sums and alike[0].kind is Kind.SALE else told


def _list_of(failure: Failure) -> str:
    """The command that lists all of a kind."""
    if failure.kind is Kind.PRODUCT and failure.group in (Group.HELD, Group.FAILED):
        return typed("products failed")
    if failure.kind is Kind.SALE:
        return typed(f"orders --state {failure.group.value}")
    return typed("status --json")


def _is_soft(failure: Failure) -> bool:
    return failure.group in (Group.WAITING, Group.IN_DOUBT)
