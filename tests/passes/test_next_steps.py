"""What to do next names the place where it is done: the shop, the ERP, a setting, or the product."""

from io import StringIO

import pytest

from contaazul_sync.core.errors import Amiss, SetupError, Unusable
from contaazul_sync.core.items import Group, Kind
from contaazul_sync.core.plan.actions import Hold, Plan
from contaazul_sync.core.words import _, quoted, typed
from contaazul_sync.home import screen
from contaazul_sync.home.machine import check_home
from contaazul_sync.passes.outcomes import way_out
from contaazul_sync.passes.report import Report
from contaazul_sync.views.terminal.plans import plan_view
from tests.passes.test_bad_input import raw_order

pytestmark = pytest.mark.line("memory")


@pytest.fixture
def good(linked):
    return linked("CAM-1", "Camiseta", 79.90, 50)


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"payer_cpf": ""}, "contaazul-sync config set orders.consumer NAME"),
        ({"total_paid": "85.00"}, "contaazul-sync config set orders.paid_differs split"),
    ],
)
def test_an_order_that_a_setting_would_let_go_names_it(good, changes, names):
    order = str(good.shop.order([("CAM-1", 1)]))
    raw_order(good, order).update(changes)
    good.sync()

    step = good.failure(order)["next_step"]
    assert names in step
    assert f"contaazul-sync ignore {order}" in step


def test_what_is_wrong_in_the_erp_is_put_right_there():
    in_erp, in_shop = Amiss(quoted("no such account")), Unusable(quoted("no price"))

    assert way_out(Kind.SALE, "501", in_erp) == "put it right in the ERP, then: contaazul-sync retry 501"
    assert "in the shop" in way_out(Kind.SALE, "501", in_shop)


def test_an_order_that_waits_for_a_product_which_is_chosen_and_held_points_to_it(good):
    good.shop.add_product("FREE", "Brinde", 0, 5)
    good.sync()
    good.choose("FREE")
    order = str(good.shop.order([("FREE", 1), ("CAM-1", 1)]))
    good.sync()

    assert good.failure(order)["group"] == "waiting"
    step = good.failure(order)["next_step"]
    assert step.startswith("it is chosen, and does not go; why: contaazul-sync show FREE")


@pytest.mark.parametrize("mode", [0o1777, 0o755])
def test_a_folder_of_everybody_is_never_closed_to_the_others(tmp_path, monkeypatch, mode):
    home = tmp_path / "everybody"
    home.mkdir()
    home.chmod(mode)
    if mode == 0o755:
        monkeypatch.setenv("HOME", str(home))

    with pytest.raises(SetupError) as told:
        check_home(home)

    assert "chmod" not in told.value.message
    assert f"CONTAAZUL_SYNC_HOME to a folder of its own, such as {home}/contaazul-sync" in told.value.message


def test_a_dry_run_says_what_its_orders_come_to(good):
    good.shop.order([("CAM-1", 1)])
    good.shop.order([("CAM-1", 2)])
    text = StringIO()
    screen.console(text, 100).print(plan_view(good.preview()))

    assert "0 products to create, 2 orders (R$ 239,70) to send" in text.getvalue()


def holds(number):
    for n in range(number):
        reason = _("its price fell to {price}").format(price=f"R$ {n},00")
        yield Hold(Kind.PRODUCT, f"{n}", f"P-{n}", Group.HELD, reason, typed("sync --force"))


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (3, ["leave product P-0: its price fell to R$ 0,00", "leave product P-1", "leave product P-2"]),
        (4, ["leave 4 products: for example P-0: its price fell to R$ 0,00", "P-0, P-1, P-2, P-3\n"]),
        (22, ["P-18, P-19", "... and 2 more:", "\n    contaazul-sync sync --dry-run --json\n"]),
    ],
)
def test_a_dry_run_tells_many_that_are_left_for_one_kind_of_reason_as_one(number, told):
    text = StringIO()
    report = Report(plan=Plan(holds=tuple(holds(number))))
    screen.console(text, 100).print(plan_view(report))

    shown = text.getvalue()
    assert all(words in shown for words in told)
    assert shown.count("leave ") == (number if number < 4 else 1)
    assert shown.count("contaazul-sync sync --force") == shown.count("leave ")
