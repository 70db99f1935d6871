"""A judge from outside: what goes to the ERP of the sandbox, and what comes back, is held to the schemas.

It listens inside of every sandbox's gate: a request is judged if it came from the program's own client, and
an answer whoever had asked, if it is no refusal. Faults lie further out and are no answers of the ERP. What a
sandbox of another process says (the demo's, a copy that dies) is not heard.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from contaazul_sync.sandbox import server
from contaazul_sync.sandbox.common.gate import Gate
from contaazul_sync.sandbox.erp.app import erp_app
from contaazul_sync.sandbox.erp.state import Erp
from tests.worlds import memory
from tests.worlds.schemas import (
    NO_SWITCH,
    Operation,
    Switched,
    operation_of,
    parameters,
    switches,
    validator,
)

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PROGRAM = "contaazul-sync/"  # how the program's user agent begins
LONGEST = 240  # letters of one complaint; a whole sale would hide what is wrong with it


@dataclass(slots=True)
class Exchange:
    """A request and its answer, as they were on the wire. Header names are in lower case.

    `switched`: the sandbox's switches that make the answer another one than production's.
    """

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    sent: bytes = b""
    status: int = 0
    got: bytes = b""
    switched: Switched = NO_SWITCH

    @property
    def is_ours(self) -> bool:
        """Whether the program asked."""
        return self.headers.get("user-agent", "").startswith(PROGRAM)


class Ear:
    """An ASGI application that listens to another one."""

    def __init__(self, app: "ASGIApp", erp: Erp, heard: list[Exchange]) -> None:
        self.app = app
        self.erp = erp
        self.heard = heard

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        path = scope["raw_path"].decode("ascii")  # as it was sent: %2F is no way to another operation
        told = Exchange(scope["method"], path, scope["query_string"].decode("latin-1"), headers)

        async def receiving() -> "Message":
            message = await receive()
            told.sent += message.get("body", b"")
            return message

        async def sending(message: "Message") -> None:
            told.status = message.get("status", told.status)
            told.got += message.get("body", b"")
            await send(message)

        await self.app(scope, receiving, sending)
        told.switched = switched_of(self.erp)
        self.heard.append(told)


def switched_of(erp: Erp) -> Switched:
    """The switches that matter for a schema, and are not as production is."""
    usual, now = type(erp.switches)(), erp.switches
    return frozenset(name for name in switches() if getattr(now, name) != getattr(usual, name))


@contextmanager
def listening() -> Iterator[list[Exchange]]:
    """Listen to the ERP of every sandbox that is opened from now on."""
    heard: list[Exchange] = []

    def overheard(erp: Erp) -> Gate:
        gate = erp_app(erp)
        gate.app = Ear(gate.app, erp, heard)
        return gate

    with pytest.MonkeyPatch.context() as patch:
        for opens in (server, memory):
            patch.setattr(opens, "erp_app", overheard)
        yield heard


class Judge:
    """Knows what was found good before: much of what is said in the tests is said a hundred times."""

    def __init__(self) -> None:
        self.good: set[int] = set()  # hashes: the bodies themselves are megabytes

    def complaints(self, exchanges: list[Exchange]) -> list[str]:
        """What is wrong, each once: the operation, the part, a JSON pointer, and the schema's words."""
        return list(dict.fromkeys(said for each in exchanges for said in self._judge(each)))

    def _judge(self, told: Exchange) -> Iterator[str]:
        operation = operation_of(told.method, told.path)
        if operation is None:
            if told.is_ours:
                yield f"{told.method} {told.path}: there is no schema of this operation"
            return
        if told.is_ours:
            yield from self._asked(operation, told)
        if told.status < 400:
            yield from self._answered(operation, told)

    def _asked(self, operation: Operation, told: Exchange) -> Iterator[str]:
        if "headers" in operation.parts:
            yield from self._held(operation, "headers", repr(told.headers), lambda: told.headers)
        yield from self._held(operation, "query", told.query, lambda: query_of(operation, told.query))
        yield from self._held(operation, "request", told.sent, lambda: body_of(told))

    def _answered(self, operation: Operation, told: Exchange) -> Iterator[str]:
        if told.status not in operation.statuses:
            yield f"{operation.title}: it is not known to answer {told.status}"
            return
        answer = str(told.status)
        yield from self._held(operation, answer, told.got, lambda: parsed(told.got), told.switched)

    def _held(
        self, operation: Operation, part: str, raw: object, value: Any, switched: Switched = NO_SWITCH
    ) -> Iterator[str]:
        known = hash((operation.name, part, raw, switched))
        if known in self.good:
            return
        try:
            errors = list(validator(operation.name, part, switched).iter_errors(value()))
        except ValueError as problem:
            yield f"{operation.title} {part}: {problem}"
            return
        if not errors:
            self.good.add(known)
        for error in errors:
            pointer = "".join(f"/{step}" for step in error.absolute_path)
            yield f"{operation.title} {part} {pointer or '/'}: {error.message[:LONGEST]}"


def parsed(raw: bytes) -> Any:
    """A body of JSON; an empty one is None."""
    return json.loads(raw) if raw else None


def body_of(told: Exchange) -> Any:
    """What was sent: a form's fields, or JSON."""
    if told.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        form = parse_qs(told.sent.decode(), keep_blank_values=True)
        return {name: values[0] if len(values) == 1 else values for name, values in form.items()}
    return parsed(told.sent)


def query_of(operation: Operation, query: str) -> dict[str, Any]:
    """The parameters of a query, each as the type that it has in the schema, if it can be read as one."""
    known = parameters(operation.name)
    given = parse_qs(query, keep_blank_values=True)
    return {name: _values(known.get(name, {}), values) for name, values in given.items()}


def _values(schema: dict[str, Any], values: list[str]) -> Any:
    if schema.get("type") == "array":
        return [_value(schema["items"], each) for each in values]
    return _value(schema, values[0]) if len(values) == 1 else values


def _value(schema: dict[str, Any], text: str) -> Any:
    kind = schema.get("type")
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    try:
        return int(text) if kind in ("integer", "number") else text
    except ValueError:
        return text
