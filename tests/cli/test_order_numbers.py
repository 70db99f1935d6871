"""An order's own number, and an order that is listed twice, as a person meets them with the program."""

import json

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def shop(terminal):
    """A WooCommerce shop with a plugin that numbers its orders, and a home that has had its first pass."""
    box = terminal.sandbox
    terminal.configure(shop__kind="woocommerce", shop__url=box.site_url, shop__api_url="")
    terminal.be_signed_in()
    terminal.environ = terminal.environ | {"CONTAAZUL_SYNC_SHOP_KIND": "woocommerce"}
    box.shop.add_product("CANECA", "Caneca", "39.90", 10)
    run(terminal, "send-products", "CANECA", "--now")
    return terminal


def run(terminal, *words):
    return terminal.run(*words, CONTAAZUL_SYNC_SHOP_TOKEN=terminal.sandbox.woo_keys)


def order(terminal, number, **fields):
    """An order that is held: its buyer gave no document."""
    return str(terminal.sandbox.shop.order([("CANECA", 1)], number=number, payer_cpf="", **fields))


def shown(terminal, *words):
    return json.loads(run(terminal, "show", *words, "--json").stdout)


def test_an_order_is_shown_by_the_shops_number_and_the_id_stays_its_key(shop):
    first = order(shop, "LW-7489")
    run(shop, "sync")

    told = shown(shop, "LW-7489")
    assert (told["key"], told["number"], told["state"]) == (first, "LW-7489", "held")
    (failure,) = shop.status()["failures"]
    assert (failure["key"], failure["number"]) == (first, "LW-7489")
    assert f"Order LW-7489 (id {first}): held" in run(shop, "show", first).stdout
    assert f"order LW-7489 (id {first}), R$ 39,90: held" in run(shop, "status").stdout
    dry = shop.sandbox.shop.order([("CANECA", 1)], number="LW-7490")
    assert f"send order LW-7490 (id {dry})" in run(shop, "sync", "--dry-run").stdout


def test_an_order_is_settled_by_the_shops_number(shop):
    first = order(shop, "LW-7489")
    run(shop, "sync")

    assert run(shop, "retry", "LW-7489").returncode == 0
    assert shop.status()["failures"] == []
    assert run(shop, "ignore", "LW-7489").returncode == 0
    assert shown(shop, first)["state"] == "ignored"
    assert run(shop, "unignore", "number:LW-7489").returncode == 0
    assert shown(shop, f"id:{first}")["state"] != "ignored"


def test_a_number_that_is_another_orders_id_is_not_guessed(shop):
    first = order(shop, "LW-7489")
    second = order(shop, first)
    run(shop, "sync")

    for command in ("show", "retry", "ignore", "unignore"):
        done = run(shop, command, first)
        assert done.returncode == 2
        assert f"whose id is {second}" in done.stderr
        assert f"id:{first} or number:{first}" in done.stderr
    assert run(shop, "show", f"order:{first}").returncode == 2

    assert shown(shop, f"id:{first}")["key"] == first
    assert shown(shop, f"number:{first}")["key"] == second
    assert run(shop, "ignore", f"number:{first}").returncode == 0
    assert shown(shop, second)["state"] == "ignored"
    assert shown(shop, f"id:{first}")["state"] == "held"


def test_a_number_that_two_orders_have_is_not_guessed(shop):
    twins = [order(shop, "LW-1"), order(shop, "LW-1")]
    run(shop, "sync")

    done = run(shop, "ignore", "LW-1")

    assert done.returncode == 2
    assert f"2 orders have the number LW-1, those with the ids {', '.join(twins)}" in done.stderr
    assert [failure["key"] for failure in shop.status()["failures"]] == twins
    assert run(shop, "ignore", f"id:{twins[1]}").returncode == 0


def test_a_number_that_is_a_sku_is_the_order_as_long_as_something_stands_against_it(shop):
    order(shop, "CANECA")
    run(shop, "sync")

    assert shown(shop, "CANECA")["kind"] == "order"
    assert shown(shop, "product:CANECA")["kind"] == "product"
    run(shop, "ignore", "number:CANECA")
    run(shop, "ignore", "product:CANECA")
    assert run(shop, "show", "CANECA").returncode == 2


def test_a_number_is_found_by_its_own_kind_of_name_alone(shop):
    first = order(shop, "LW-7489")
    run(shop, "sync")

    for name in ("id:LW-7489", f"number:{first}", "product:LW-7489", "lw"):
        assert run(shop, "show", name).returncode == 2


def test_where_the_number_is_the_id_there_is_no_other(shop):
    first = str(shop.sandbox.shop.order([("CANECA", 1)], payer_cpf=""))
    run(shop, "sync")

    assert "number" not in shown(shop, first)
    assert f"order {first}, R$ 39,90: held" in run(shop, "status").stdout


def test_a_purchase_that_is_listed_twice_is_settled_by_a_persons_word(shop):
    box = shop.sandbox.shop
    whole = str(box.order([("CANECA", 2)], number="LW-1"))
    part = str(box.order([("CANECA", 1)], number="LW-1-A", parent_id=int(whole)))
    run(shop, "sync")
    assert {failure["key"]: failure["group"] for failure in shop.status()["failures"]} == {
        whole: "held",
        part: "held",
    }
    assert f"contaazul-sync retry {whole}" in run(shop, "show", "LW-1").stdout

    assert run(shop, "retry", "LW-1").returncode == 0
    run(shop, "sync")
    assert (shown(shop, "LW-1")["state"], shown(shop, "LW-1-A")["state"]) == ("sent", "held")
    assert run(shop, "ignore", "LW-1-A").returncode == 0
    assert run(shop, "sync").returncode == 0
    assert shown(shop, "LW-1-A")["state"] == "ignored"


def test_a_part_says_within_which_order_it_is(shop):
    box = shop.sandbox.shop
    whole = str(box.order([("CANECA", 1)], number="LW-1"))
    part = str(box.order([("CANECA", 1)], number="LW-1-A", parent_id=int(whole)))
    assert run(shop, "sync").returncode == 0

    assert (shown(shop, "LW-1")["state"], shown(shop, "LW-1-A")["state"]) == ("sent", "left_out")
    assert f"what was paid is within order {whole}" in run(shop, "show", "LW-1-A").stdout
    listed = json.loads(run(shop, "orders", "--state", "left_out", "--json").stdout)["orders"]
    assert [(row["order"], row["number"]) for row in listed] == [(part, "LW-1-A")]
    assert f"within order {whole}" in listed[0]["reason"]


def test_orders_of_one_purchase_that_are_not_the_same_go_when_each_is_asked_for(shop):
    """A deposit and its rest, named by the shop's numbers."""
    box = shop.sandbox.shop
    deposit = box.order([("CANECA", 1)], number="LW-1")
    rest = box.order([("CANECA", 1)], number="LW-1-R", parent_id=deposit, shipping="5.00")
    run(shop, "sync")
    assert f"contaazul-sync retry {rest}" in shown(shop, "LW-1-R")["next_step"]

    assert run(shop, "retry", "LW-1", "LW-1-R").returncode == 0
    run(shop, "sync")

    assert [shown(shop, name)["state"] for name in ("LW-1", "LW-1-R")] == ["sent", "sent"]
