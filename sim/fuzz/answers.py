"""Nonsense in an answer: in one field of the rows that are about the victim, or in the answer as a whole.

A victim is an order and a product with their words (ids, SKU, name); whatever says none of them is sound.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sim.fuzz import nonsense

ANY = "*"
NAMES = re.compile(r"\d{2,}|[0-9a-f]{8}-[0-9a-f-]{27}")  # in a path, what names one thing
Pointer = tuple[str, ...]  # the names of fields from the outside in; ANY: the elements of a list


class Place(NamedTuple):
    """A field of an answer. Without a pointer it is the answer as a whole."""

    server: str
    method: str
    path: str
    pointer: Pointer = ()

    def __str__(self) -> str:
        return f"{self.server} {self.method} {self.path} {'/'.join(self.pointer)}"


@dataclass
class Twist:
    """One place, and the nonsense that stands there."""

    place: Place
    what: str
    words: Sequence[str] = ()  # of the victim
    stands: bool = False
    hits_all: bool = False  # it stood in something that is not about the victim alone

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


@dataclass
class Twister:
    """Stands before a server: learns the places that its answers have, or twists one of them."""

    app: Any
    server: str
    places: set[Place] = field(default_factory=set)
    twists: Sequence[Twist] = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.app, name)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer as the server does, but for the twist."""
        start: dict[str, Any] = {}
        body = b""

        async def keep(message: dict[str, Any]) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body += message.get("body", b"")

        await self.app(scope, receive, keep)
        place = Place(self.server, scope["method"], NAMES.sub(ANY, scope["path"]))
        if not self.twists:
            self.places |= {place} | {place._replace(pointer=each) for each in _pointers(_parsed(body))}
        for twist in self.twists:
            if twist.stands and place == twist.place._replace(pointer=()):
                start, body = _twisted(twist, scope["path"], start, body)
        await send(start)
        await send({"type": "http.response.body", "body": body})


def drawn(places: Sequence[Place], dice: random.Random) -> list[Twist]:
    """Some pieces of nonsense, each in another answer: what one hides the others still show."""
    by_answer = {place._replace(pointer=()): place for place in dice.sample(places, dice.choice((1, 2, 4)))}
    return [Twist(place, dice.choice(_fit(place))) for place in by_answer.values()]


def _fit(place: Place) -> list[str]:
    if place.pointer:
        return list(nonsense.VALUES)
    return [*nonsense.BODIES, *nonsense.HEADERS, *map(str, nonsense.STATUSES)]


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _pointers(value: Any) -> Iterator[Pointer]:
    pairs: Any = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = ((ANY, each) for each in value)
    for name, inner in pairs:
        yield (name,)
        yield from ((name, *rest) for rest in _pointers(inner))


def _twisted(twist: Twist, path: str, start: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    if not twist.place.pointer:
        twist.hits_all = True
        return _whole(twist.what, start, body)
    value = _parsed(body)
    is_found = any(word in path for word in twist.words)
    if not _put(twist, value, twist.place.pointer, is_found=is_found):
        return start, body
    headers = [pair for pair in start["headers"] if pair[0] != b"content-length"]
    return {**start, "headers": headers}, nonsense.written(value)


def _whole(what: str, start: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    headers = [pair for pair in start["headers"] if pair[0] != b"content-length"]
    if what in nonsense.BODIES:
        return {**start, "headers": headers}, nonsense.BODIES[what]
    if what in nonsense.HEADERS:
        name, text = (each.encode("latin-1") for each in nonsense.HEADERS[what])
        others = [pair for pair in headers if pair[0] != name]
        return {**start, "headers": [*others, (name, text)]}, body
    return {**start, "headers": headers, "status": int(what)}, body


def _put(twist: Twist, value: Any, pointer: Pointer, *, is_found: bool) -> bool:
    """Put the nonsense at a pointer, where there is one; whether it was put."""
    name, rest = pointer[0], pointer[1:]
    if isinstance(value, list) and name == ANY and value:
        mine = [i for i, each in enumerate(value) if _is_about(each, twist.words)]
        if not mine and not is_found:
            return False  # rows of others
        done = [_put_at(twist, value, i, rest, is_found=True) for i in reversed(mine or [0])]
        return any(done)
    if isinstance(value, dict) and name in value:
        return _put_at(twist, value, name, rest, is_found=is_found)
    return False


def _put_at(twist: Twist, holder: Any, at: Any, rest: Pointer, *, is_found: bool) -> bool:
    if rest:
        return _put(twist, holder[at], rest, is_found=is_found)
    twist.hits_all |= not is_found
    given = nonsense.VALUES[twist.what]
    if given is nonsense.GONE:
        del holder[at]
    elif given is nonsense.TWICE:
        if isinstance(holder, list):
            holder.insert(at, holder[at])
        else:
            holder[at] = [holder[at], holder[at]]
    else:
        holder[at] = given
    return True


def _is_about(row: Any, words: Sequence[str]) -> bool:
    text = json.dumps(row, ensure_ascii=False)
    return any(word in text for word in words)
