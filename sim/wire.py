"""What carries the requests of a process: no sockets, a latency of its own, and faults as the weather has it.

A request that has left is the world's: the server does its work whether or not its sender lives.
"""

import asyncio
from typing import TYPE_CHECKING, Any

import httpx

from sim import watch

if TYPE_CHECKING:
    from sim.process import Process
    from sim.world import Server

BEFORE = ("drop_before", "timeout_before", "500_before", "503_before", "429")
AFTER = ("drop_after", "timeout_after", "500_after", "html_after", "truncated_after", "empty_after")
ODD = ("408_after", "303_after")
OVERTAKEN = "overtaken"  # somebody in the ERP takes the next number just before
TWICE = "twice"  # a gateway repeats the request by itself, and gives the second answer
HTML = b"<!doctype html><title>Aguarde</title>"
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


class Wire(httpx.AsyncBaseTransport):
    """The lines of one process to all servers of its world."""

    def __init__(self, process: "Process") -> None:
        self.process, self.world = process, process.world

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Httpx' own hook."""
        process = self.process
        is_create = request.method == "POST" and request.url.host == "erp"
        kind = watch.CREATES.get(request.url.path) if is_create else None
        if kind is None:
            return await self._carry(request)
        is_clear = False
        process.creating[kind] += 1
        try:
            response = await self._carry(request)
            is_done = response.status_code < 300 and "fault" not in response.extensions
            is_clear = is_done or response.status_code == 429
        except httpx.ConnectError:
            is_clear = True
            raise
        finally:
            process.creating[kind] -= 1
            process.unclear[kind] += not is_clear
        return response

    async def _carry(self, request: httpx.Request) -> httpx.Response:
        process, server = self.process, self.world.server_of(request.url)
        about = f"{request.method} {request.url.path}"
        process.step(f"{about} leaves")
        if request.url.host == "erp" and request.url.path.startswith("/v1"):
            process.count_request(about)
            watch.leaves(process, request)
        await asyncio.sleep(server.latency())
        if server.is_down() or (fault := server.fault(request)) == "refused":
            raise httpx.ConnectError("refused", request=request)
        raw = await request.aread()
        answer: asyncio.Future[Answer | None] = self.world.loop.create_future()
        if fault == OVERTAKEN:
            self.world.erp.take_number(self.world.erp.next_number())
            fault = None
        work = _serve(server, scope_of(request), raw, fault, answer)
        self.world.spawn(work)
        patience = request.extensions.get("timeout", {}).get("read") or 30.0
        try:
            found = await asyncio.wait_for(asyncio.shield(answer), patience)
        except TimeoutError:
            process.home.sign_in_lost |= request.url.path == "/oauth/token"
            process.step(f"{about} is not answered ({fault})")
            raise httpx.ReadTimeout("timed out", request=request) from None
        if request.url.path == "/oauth/token":
            process.home.sign_in_lost |= fault in AFTER or process.is_about_to_die
        process.step(f"{about} is answered: {found[0] if found else 'not at all'} {fault or ''}".rstrip())
        if found is None:
            raise httpx.ReadError("broken", request=request)
        status, headers, body = found
        told = {"fault": fault} if fault else {}
        stream = httpx.ByteStream(body)
        return httpx.Response(status, headers=headers, stream=stream, request=request, extensions=told)


async def _serve(
    server: "Server",
    scope: dict[str, Any],
    raw: bytes,
    fault: str | None,
    answer: "asyncio.Future[Answer | None]",
) -> None:
    await asyncio.sleep(server.latency())
    done = (500, [], b"") if fault in BEFORE else await _ask(server.app, scope, raw)
    if fault == TWICE:
        done = await _ask(server.app, scope, raw)
    await asyncio.sleep(server.latency())
    if fault and fault.startswith("timeout"):
        return
    if not answer.done():
        answer.set_result(_broken(fault, done))


def _broken(fault: str | None, done: Answer) -> Answer | None:
    """What arrives of an answer."""
    status, headers, body = done
    match fault:
        case None | "twice":
            return done
        case "drop_before" | "drop_after":
            return None
        case "html_after":
            return 200, [(b"content-type", b"text/html")], HTML
        case "truncated_after":
            return status, headers, body[: len(body) // 2]
        case "empty_after":
            return status, headers, b""
        case _:
            return int(fault[:3]), [], b""


async def _ask(app: Any, scope: dict[str, Any], raw: bytes) -> Answer:
    """Let a server's application answer into memory."""
    status, headers, body = 500, list[tuple[bytes, bytes]](), b""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": raw, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status, headers, body
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message["headers"])
        else:
            body += message.get("body", b"")

    await app(scope, receive, send)
    return status, headers, body


def scope_of(request: httpx.Request) -> dict[str, Any]:
    """A request as ASGI tells it."""
    path, _mark, query = request.url.raw_path.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "path": request.url.path,
        "raw_path": path,
        "query_string": query,
        "scheme": "http",
        "server": (request.url.host, request.url.port or 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
    }
