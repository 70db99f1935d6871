"""What is asked in memory (tests/worlds/memory.py) ends as it ends over HTTP, well or not."""

import asyncio
import re
from contextlib import nullcontext
from typing import Any

import httpx
import pytest

from contaazul_sync.net import line
from contaazul_sync.sandbox.common.faults import KINDS
from contaazul_sync.sandbox.server import Sandbox
from tests.worlds.clock import Clock
from tests.worlds.memory import InMemory

PATIENT, HASTY = 5.0, 0.1  # seconds
ANA = {"nome": "Ana Souza", "tipo_pessoa": "Física", "perfis": [{"tipo_perfil": "Cliente"}]}
ASKED: list[tuple[str, dict[str, Any]]] = [("GET", {}), ("POST", {"json": ANA})]
VARIES = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+")  # ids, and moments
OWN = {"authorization", "content-length", "connection", "host"}


def ask(box: Sandbox, method: str, patience: float, **options: Any) -> tuple[Any, ...]:
    """One request of the program to the ERP: how it ended."""
    token = box.erp.sessions.issue(3600)["access_token"]

    async def run() -> tuple[Any, ...]:
        async with line.client(
            box.erp_url, headers={"Authorization": f"Bearer {token}"}, timeout=httpx.Timeout(5, read=patience)
        ) as client:
            try:
                got = await client.request(method, "/v1/pessoas", **options)
            except httpx.TransportError as problem:
                return (type(problem),)
            return got.status_code, got.headers.get("content-type"), _without_ids(got)

    return asyncio.run(run())


def _without_ids(got: httpx.Response) -> Any:
    if not got.headers.get("content-type", "").startswith("application/json"):
        return got.content
    return VARIES.sub("", got.text)


def ended(kind: type[Sandbox], method: str, fault: str, hold: float, patience: float, options: Any) -> Any:
    with kind(clock=Clock(), catalogue=False) as box:
        box.erp.faults.hold_seconds = hold
        if fault not in ("none", "down"):
            box.erp.faults.add(fault, method=method)  # type: ignore[arg-type]
        with box.erp.down() if fault == "down" else nullcontext():
            how = ask(box, method, patience, **options)
        seen = [(s.method, s.path, s.query, s.raw, s.headers.keys() - OWN, s.fault) for s in box.erp.requests]
        return how, seen, len(box.erp.people)


@pytest.mark.parametrize("fault", ["none", "down", *KINDS])
@pytest.mark.parametrize(("method", "options"), ASKED, ids=["GET", "POST"])
def test_a_request_in_memory_ends_as_over_http(method, options, fault):
    over_http, in_memory = (
        ended(kind, method, fault, 0.01, PATIENT, options) for kind in (Sandbox, InMemory)
    )

    assert in_memory == over_http


@pytest.mark.parametrize("fault", ["timeout", "timeout_after"])
def test_an_answer_that_takes_too_long_in_memory_is_given_up_as_over_http(fault):
    method, options = ASKED[1]

    over_http, in_memory = (
        ended(kind, method, fault, 4 * HASTY, HASTY, options) for kind in (Sandbox, InMemory)
    )

    assert in_memory == over_http
    assert in_memory[0] == (httpx.ReadTimeout,)


def test_what_was_asked_is_done_though_the_asker_leaves():
    async def leave(box: Sandbox, token: str) -> None:
        async with line.client(box.erp_url, headers={"Authorization": f"Bearer {token}"}) as client:
            asked = asyncio.create_task(client.post("/v1/pessoas", **ASKED[1][1]))
            while not box.erp.requests:  # noqa: ASYNC110  # the sandbox tells nobody
                await asyncio.sleep(0)
            asked.cancel()
            await asyncio.wait([asked])

    with InMemory(clock=Clock(), catalogue=False) as box:
        asyncio.run(leave(box, str(box.erp.sessions.issue(3600)["access_token"])))

        assert len(box.erp.people) == 1


def test_a_server_elsewhere_is_reached_over_http_all_the_same(parrot):
    async def get(url: str) -> httpx.Response:
        async with line.client() as client:
            return await client.get(url)

    with InMemory(catalogue=False), parrot(200, b"Oi", content_type="text/plain") as server:
        got = asyncio.run(get(server.url))

        assert (got.status_code, got.text, server.asked) == (200, "Oi", ["GET /"])
