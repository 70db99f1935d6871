"""Starting, stopping, going down and coming back."""

from __future__ import annotations

import threading
import time

import httpx
import pytest

from contaazul_sync.sandbox.server import Sandbox


def test_starting_and_stopping_is_quick_and_leaves_no_thread():
    before = threading.active_count()
    began = time.monotonic()
    for _ in range(5):
        with Sandbox(), Sandbox():
            pass
    assert time.monotonic() - began < 1.5
    assert threading.active_count() == before


def test_it_stops_while_clients_keep_their_connections():
    with httpx.Client() as http:
        with Sandbox() as box:
            http.get(box.erp_url + "/")
        with pytest.raises(httpx.HTTPError):
            http.get(box.erp_url + "/")


def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_open():
    with Sandbox() as box:
        port = int(box.shop_url.split(":")[2].split("/")[0])
        with pytest.raises(OSError, match="in use"), Sandbox(shop_port=port):
            pass


def test_without_a_clock_it_uses_the_real_one():
    with Sandbox(catalogue=False) as box:
        box.erp.add_product("A", "A", 1, 1)
        assert abs(box.erp.product("A").updated.timestamp() - time.time()) < 60


@pytest.mark.parametrize("which", ["erp", "shop"])
def test_while_a_side_is_down_it_refuses_and_then_answers_on_the_same_port(sandbox, http, which):
    address = {"erp": sandbox.erp_url, "shop": sandbox.shop_url}[which]
    system = getattr(sandbox, which)
    http.get(address + "/")
    for _ in range(2):
        with system.down(), pytest.raises(httpx.ConnectError):
            http.get(address + "/")
        assert http.get(address + "/").status_code in {200, 404}


def test_both_sides_answer_many_at_once(sandbox, erp):
    sandbox.erp.switches.latency = 0.05
    threads = [threading.Thread(target=erp.get, args=("/v1/produtos",)) for _ in range(8)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began < 0.3
    assert [seen.status for seen in sandbox.erp.requests[-8:]] == [200] * 8


def test_a_bug_in_a_handler_is_a_500_and_not_the_end(sandbox, erp, caplog):
    sandbox.erp.company = {}
    assert erp.get("/v1/pessoas/conta-conectada").status_code == 500
    assert "KeyError" in caplog.text
    assert erp.get("/v1/produtos").status_code == 200
