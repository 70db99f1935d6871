"""Turning the switches of either server by name, as tests and the control page do."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from dataclasses import Field


class Switches(Protocol):
    """The switches of one server: a dataclass, whose types say what each takes."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    latency: float  # real seconds before each answer


def turn(switches: Switches, changes: dict[str, Any]) -> None:
    """Set several switches by name, or none: ValueError names the first that cannot be."""
    hints = _types(type(switches))
    for name, value in changes.items():
        if name not in hints:
            message = f"no switch {name!r}; there are {', '.join(asdict(switches))}"
            raise ValueError(message)
        if not _allows(hints[name], value):
            message = f"{name} cannot be {value!r}; it takes {hints[name]}"
            raise ValueError(message)
    for name, value in changes.items():
        setattr(switches, name, value)


@cache
def _types(kind: type[Switches]) -> dict[str, Any]:
    """What each switch takes. To read it takes longer than all else that a sandbox is made of."""
    return get_type_hints(kind)


def _allows(hint: Any, value: object) -> bool:
    if get_origin(hint) is Literal:
        return value in get_args(hint) and not isinstance(value, bool)
    if get_origin(hint) is list:
        return isinstance(value, list) and all(_allows(get_args(hint)[0], each) for each in value)
    if get_origin(hint) is UnionType:
        return any(_allows(choice, value) for choice in get_args(hint))
    if hint is NoneType:
        return value is None
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    return isinstance(value, hint)
