"""What can go wrong on order, and the gate that makes it so."""

from __future__ import annotations

import time

import httpx
import pytest

from contaazul_sync.sandbox.common.faults import DONE, KINDS, QUICK
from contaazul_sync.sandbox.erp import limits

BODY = {"nome": "Caneca", "codigo_sku": "CANECA"}
BROKEN = {"drop_before", "drop_after", "timeout", "timeout_after"}


@pytest.mark.parametrize("kind", KINDS)
def test_each_fault_spoils_one_answer_and_says_whether_the_work_was_done(sandbox, erp, kind):
    sandbox.erp.faults.hold_seconds = 0.05
    sandbox.erp.faults.add(kind, "post", "/v1/produtos")
    assert erp.get("/v1/produtos").status_code == 200
    try:
        answer = erp.post("/v1/produtos", BODY)
    except httpx.RemoteProtocolError:
        answer = None
    assert (answer is None) is (kind in BROKEN)
    seen = sandbox.erp.requests[-1]
    assert (seen.fault, seen.status) == (kind, answer and answer.status_code)
    assert bool(sandbox.erp.products) is (kind in DONE)
    assert erp.post("/v1/produtos", BODY).status_code == (409 if kind in DONE else 201)


@pytest.mark.parametrize("kind", ["html", "html_after", "truncated"])
def test_a_page_and_half_an_answer_are_well_formed_http_and_no_json(sandbox, erp, kind):
    sandbox.erp.faults.add(kind)
    answer = erp.get("/v1/produtos")
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content) > 0
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        answer.json()


@pytest.mark.parametrize(
    ("kind", "status", "text"),
    [
        ("500_before", 500, "Internal Server Error"),
        ("429", 429, "API rate limit exceeded"),
        ("401", 401, "The Token has expired."),
        ("html", 200, "<html>"),
    ],
)
def test_spoilt_answers_look_like_the_real_ones(sandbox, erp, kind, status, text):
    sandbox.erp.faults.add(kind)
    answer = erp.get("/v1/produtos")
    assert answer.status_code == status
    assert text in answer.text


@pytest.mark.parametrize(("kind", "status"), [("401", 401), ("429", 429), ("500_after", 500)])
def test_the_shop_has_the_same_faults(sandbox, shop, kind, status):
    sandbox.shop.faults.add(kind, path="*/product/list")
    assert shop("order/list").status_code == 200
    assert shop("product/list").status_code == status


def test_a_fault_may_come_several_times_and_be_called_off(sandbox, erp):
    faults = sandbox.erp.faults
    faults.add("500_before", path="/v1/produtos/*", times=2)
    faults.add("429", path="/v1/produtos")
    assert faults.pending == 3
    assert [erp.get("/v1/produtos/ncm").status_code for _ in range(3)] == [500, 500, 200]
    faults.clear()
    assert erp.get("/v1/produtos").status_code == 200
    with pytest.raises(ValueError, match="no fault 'oops'"):
        faults.add("oops")


def test_faults_by_chance_are_the_same_for_the_same_seed_and_spare_the_sign_in(sandbox, erp):
    faults = sandbox.erp.faults

    def run() -> list[int]:
        faults.random(0.5, seed=7, kinds=("500_before", "429"))
        return [erp.get("/v1/produtos").status_code for _ in range(20)]

    first = run()
    assert first == run()
    assert set(first) == {200, 429, 500}
    faults.random(1, seed=1, path="/v1/venda*")
    assert erp.get("/v1/produtos").status_code == 200
    assert "timeout" not in QUICK
    faults.random(1, seed=1)
    assert erp.refresh(erp.tokens["refresh_token"]).status_code == 200
    faults.clear()


def test_retry_after_comes_only_with_its_switch(sandbox, erp):
    sandbox.erp.faults.add("429", times=2)
    assert "retry-after" not in erp.get("/v1/produtos").headers
    sandbox.erp.switches.retry_after = True
    assert erp.get("/v1/produtos").headers["retry-after"] == "1"


def test_a_held_answer_does_not_hold_up_the_end(sandbox, erp, http):
    sandbox.erp.faults.add("timeout")
    began = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        http.get(sandbox.erp_url + "/", timeout=0.05)
    assert time.monotonic() - began < 1  # and the fixture ends at once


def test_work_is_done_even_when_the_client_gives_up_waiting(sandbox, erp, http):
    sandbox.erp.switches.latency = 0.1
    with pytest.raises(httpx.ReadTimeout):
        erp("POST", "/v1/produtos", json=BODY, timeout=0.02)
    deadline = time.monotonic() + 2
    while not sandbox.erp.products and time.monotonic() < deadline:
        time.sleep(0.005)
    assert sandbox.erp.product("CANECA").name == "Caneca"


def test_latency_is_real_time(sandbox, erp, shop):
    sandbox.erp.switches.latency = sandbox.shop.switches.latency = 0.05
    began = time.monotonic()
    erp.get("/v1/produtos")
    shop("product/list")
    assert time.monotonic() - began >= 0.1


def test_every_request_is_logged_with_its_parts(sandbox, erp):
    erp.post("/v1/produtos?a=1&a=2&b=", BODY)
    seen = sandbox.erp.requests[-1]
    assert (seen.method, seen.path, seen.status, seen.fault) == ("POST", "/v1/produtos", 201, None)
    assert seen.query == {"a": ["1", "2"], "b": [""]}
    assert seen.body == BODY
    assert seen.headers["authorization"].startswith("Bearer ")
    token = next(each for each in sandbox.erp.requests if each.path == "/oauth/token")
    assert token.body is None
    assert b"grant_type=authorization_code" in token.raw
    assert sandbox.erp.requests[0].at <= seen.at


def test_more_than_ten_calls_a_second_are_refused(sandbox, erp):
    sandbox.erp.switches.limits = True
    answers = [erp.get("/v1/produtos") for _ in range(12)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
    assert answers[-1].json() == {"message": "API rate limit exceeded (10 per second)"}
    assert erp.refresh(erp.tokens["refresh_token"]).status_code == 200


def test_more_than_600_calls_a_minute_are_refused(monkeypatch):
    now = 0.0
    monkeypatch.setattr(limits, "PER_SECOND", 100)  # else the second always speaks before the minute
    limiter = limits.Limiter(lambda: now)
    answers = []
    for _ in range(601):
        answers.append(limiter.refuses(smoothing=False))
        now += 0.05
    assert answers[:600] == [None] * 600
    assert answers[600] == "API rate limit exceeded (600 per minute)"
    now = 60.01
    assert limiter.refuses(smoothing=False) is None


def test_smoothing_refuses_two_calls_within_100_ms(sandbox, erp):
    sandbox.erp.switches.limits = sandbox.erp.switches.smoothing = True
    assert erp.get("/v1/produtos").status_code == 200
    answer = erp.get("/v1/produtos")
    assert answer.status_code == 429
    assert "Spike Arrest" in answer.json()["message"]
    time.sleep(0.1)
    assert erp.get("/v1/produtos").status_code == 200


def test_the_control_page_shows_and_turns_switches_and_is_not_logged(sandbox, erp, http):
    page = sandbox.erp_url + "/_sandbox"
    before = len(sandbox.erp.requests)
    sandbox.erp.faults.add("500_before")
    shown = http.get(page).json()
    assert shown["counts"] == {"products": 0, "people": 0, "sales": 0}
    assert shown["switches"]["stock_patch"] == "ignore"
    assert shown["requests"][-1]["path"] == "/oauth/token"
    turned = http.patch(page, json={"stock_patch": "take", "latency": 0.01, "sale_status": 200})
    assert turned.status_code == 200
    assert (sandbox.erp.switches.stock_patch, sandbox.erp.switches.latency) == ("take", 0.01)
    for wrong in (
        {"stock_path": "take"},
        {"stock_patch": "steal"},
        {"latency": -1},
        {"latency": True},
        {"limits": "yes"},
        {"access_token_seconds": 0},
        {"sale_status": 204},
        [],
        [1],
    ):
        answer = http.patch(page, json=wrong)
        assert answer.status_code == (200 if wrong == [] else 400), wrong
    assert http.patch(page, content=b"{").status_code == 400
    assert http.delete(page).status_code == 405
    assert len(sandbox.erp.requests) == before
    assert sandbox.erp.faults.pending == 1


def test_the_shop_has_a_control_page_too(sandbox, http):
    page = sandbox.shop_url.replace("/apidashboard/v2", "/_sandbox")
    assert http.patch(page, json={"page_cap": 2, "fail_with": "x"}).status_code == 200
    assert http.patch(page, json={"page_cap": None, "fail_with": None}).json()["switches"]["page_cap"] is None
    assert http.patch(page, json={"fail_with": 1}).status_code == 400
    assert http.get(page).json()["counts"] == {"products": 0, "orders": 0}
