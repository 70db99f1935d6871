"""The outermost layer of both servers: the log, the latency, the faults, and the control page `/_sandbox`."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from contaazul_sync.sandbox.common.faults import DONE
from contaazul_sync.sandbox.common.switches import turn
from contaazul_sync.sandbox.common.system import Seen
from contaazul_sync.sandbox.common.wire import answer

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from contaazul_sync.sandbox.common.faults import Kind
    from contaazul_sync.sandbox.common.system import System

CONTROL = "/_sandbox"
HTML = b"<!doctype html><html><body><h1>Aguarde</h1><p>Estamos em manuten&ccedil;&atilde;o.</p></body></html>"
REFUSALS = {"400": "Requisição inválida.", "404": "O recurso solicitado não foi encontrado"}
_HTML_HEADERS = [(b"content-type", b"text/html; charset=utf-8")]


@dataclass(slots=True)
class _Answer:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Gate:
    """A raw ASGI middleware: it must be able to break a connection, which no framework allows."""

    def __init__(self, app: ASGIApp, system: System) -> None:
        self.app = app
        self.system = system

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Log the request, then answer it, or break it as the faults say."""
        raw = await _read(receive)
        if scope["path"] == CONTROL:
            await _send(_from_response(_control(self.system, scope["method"], raw)), send)
            return
        seen = _seen(scope, raw, self.system.monotonic())
        self.system.requests.append(seen)
        if self.system.switches.latency:
            # A client that gives up does not stop the server: the work is done all the same.
            await _wait(receive, self.system.switches.latency)
        kind = seen.fault = self.system.faults.pick(seen.method, seen.path)
        if kind is None or kind == "twice":
            for _time in range(1 if kind is None else 2):
                real = await _ask(self.app, scope, raw)
            seen.status = real.status
            await _send(real, send)
            return
        real = await _ask(self.app, scope, raw) if kind in DONE else _Answer(500, [], b"")
        if kind.startswith("timeout"):
            await _wait(receive, self.system.faults.hold_seconds)
        await self._fail(kind, real, seen, send)

    async def _fail(self, kind: Kind, real: _Answer, seen: Seen, send: Send) -> None:
        broken = self._broken(kind, real)
        if broken is None:
            await _abort(send)
            return
        seen.status = broken.status
        await _send(broken, send)

    def _broken(self, kind: Kind, real: _Answer) -> _Answer | None:
        """What goes out instead of the real answer; None is nothing at all, a broken connection."""
        match kind:
            case "500_before" | "500_after" | "408_after" | "303_after":
                status = HTTPStatus(int(kind[:3]))
                return _from_response(answer({"message": status.phrase}, status))
            case "429":
                return _from_response(self.system.too_many())
            case "400" | "404":
                return _from_response(answer({"error": REFUSALS[kind]}, int(kind)))
            case "401":
                return _from_response(self.system.unauthorised())
            case "html" | "html_after":
                return _Answer(200, _HTML_HEADERS, HTML)
            case "truncated":
                return _Answer(real.status, real.headers, real.body[: len(real.body) // 2])
            case "drop_before" | "drop_after" | "timeout" | "timeout_after" | "twice":
                return None


async def _read(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


async def _ask(app: ASGIApp, scope: Scope, raw: bytes) -> _Answer:
    """Let the app answer into memory."""
    result = _Answer(500, [], b"")

    async def receive() -> Message:
        return {"type": "http.request", "body": raw, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            result.status = message["status"]
            result.headers = list(message["headers"])
        else:
            result.body += message.get("body", b"")

    await app(scope, receive, send)
    return result


async def _send(result: _Answer, send: Send) -> None:
    headers = [pair for pair in result.headers if pair[0].lower() != b"content-length"]
    if result.status != 204:
        headers.append((b"content-length", str(len(result.body)).encode()))
    await send({"type": "http.response.start", "status": result.status, "headers": headers})
    await send({"type": "http.response.body", "body": result.body})


async def _wait(receive: Receive, seconds: float) -> None:
    """Wait, but no longer than the connection lives: the next message after the body is its end."""
    with suppress(TimeoutError):
        await asyncio.wait_for(receive(), seconds)


async def _abort(send: Send) -> None:
    # ASGI has no word for this; under uvicorn `send` is a method of the cycle that owns the transport.
    cycle = send.__self__  # type: ignore[attr-defined]
    cycle.transport.abort()
    while not cycle.disconnected:  # noqa: ASYNC110  # it happens in the very next turn of the loop
        await asyncio.sleep(0)


def _from_response(response: Response) -> _Answer:
    return _Answer(response.status_code, list(response.raw_headers), bytes(response.body))


def _seen(scope: Scope, raw: bytes, at: float) -> Seen:
    asked = scope["query_string"].decode("latin-1")
    return Seen(scope["method"], scope["path"], asked, raw, scope["headers"], at)


def _control(system: System, method: str, raw: bytes) -> Response:
    """The page for use by hand: GET shows, PATCH turns switches."""
    if method not in {"GET", "PATCH"}:
        return answer({"message": "Method Not Allowed"}, 405)
    with system.lock:
        if method == "PATCH":
            try:
                turn(system.switches, dict(json.loads(raw)))
            except (TypeError, ValueError) as problem:
                return answer({"error": str(problem)}, 400)
        last = [
            {"method": seen.method, "path": seen.path, "query": seen.query, "status": seen.status}
            for seen in system.requests[-20:]
        ]
        return answer({"counts": system.counts(), "switches": asdict(system.switches), "requests": last})
