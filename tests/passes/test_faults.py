"""With a fifth of all requests failing in every way, a few passes end with the ERP equal to the shop."""

import os
import time
from decimal import Decimal

import pytest

from contaazul_sync.core.errors import SignInError, SyncError
from contaazul_sync.sandbox.common.faults import QUICK

SEED = int(os.environ.get("SOAK_SEED", "20261124"))
SECONDS = float(os.environ.get("SOAK_SECONDS", "0"))  # `make soak` says how long; 0: a few rounds


def fill(job, round_of):
    """Something of everything to do."""
    for i in range(6):
        job.shop.add_product(f"N{round_of}-{i}", f"Produto {round_of}-{i}", 10 + i, 30)
    job.clock.move(minutes=1)


def passes_until_equal(job, most):
    for used in range(1, most + 1):
        try:
            job.sync(minutes=61)
        except SignInError:
            raise
        except SyncError:
            continue
        if (
            not job.state.intents.all()
            and not job.status()["failures"]
            and not job.status()["orders"]["waiting"]
        ):
            return used
    raise AssertionError(f"not equal after {most} passes: {job.status()['failures']}")


def check(job, orders):
    assert [len(job.sales_of(order)) for order in orders] == [1] * len(orders)
    assert len(job.erp.sales) == len(orders)
    assert len({p.document for p in job.erp.people.values()}) == len(job.erp.people)
    skus = [p.sku for p in job.erp.products.values()]
    assert sorted(skus) == sorted(set(skus))
    for sku in skus:
        unit = job.shop.unit(sku)
        assert job.erp.product(sku).price == Decimal(str(unit["price"]))


def one_round(job, seed, round_of, orders):
    fill(job, round_of)
    job.erp.faults.clear()
    job.shop.faults.clear()
    passes_until_equal(job, 3)
    skus = [f"N{round_of}-{i}" for i in range(6)]
    job.choose(*skus)
    orders += [job.shop.order([(sku, 1), (skus[0], 2)]) for sku in skus]
    job.shop.change(skus[1], price=99)
    job.erp.faults.random(0.2, seed, QUICK)
    job.shop.faults.random(0.2, seed + 1, QUICK)
    used = passes_until_equal(job, 30)
    job.erp.faults.clear()
    job.shop.faults.clear()
    passes_until_equal(job, 3)
    check(job, orders)
    return used


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_a_fifth_of_all_requests_failing_duplicates_nothing_and_loses_nothing(job, capsys):
    job.erp.switches.duplicate_number = "accept"
    job.erp.switches.duplicate_sku = "accept"
    orders: list[int] = []
    end, rounds, used = time.monotonic() + SECONDS, 0, 0

    while rounds < 4 or time.monotonic() < end:
        rounds += 1
        used = max(used, one_round(job, SEED + rounds, rounds, orders))

    with capsys.disabled():
        print(f" [seed {SEED}: {rounds} rounds, {len(orders)} orders, at most {used} passes a round]")  # noqa: T201


@pytest.mark.slow
def test_the_limits_of_the_erp_are_kept_by_the_programs_own_pace(job):
    job.erp.switches.limits = True
    job.set(erp__requests_per_second=Decimal("9.6"))
    for i in range(12):
        job.shop.add_product(f"P-{i}", f"Produto {i}", 10, 5)
    job.sync()
    job.choose(*(f"P-{i}" for i in range(12)))
    job.forget_calls()

    job.sync()

    assert len(job.erp.products) == 12
    refused = [r for r in job.erp.requests if r.status == 429]
    assert len(refused) <= 1  # a server that was itself held up may see two at once


@pytest.mark.slow
def test_what_a_renewal_held_back_does_not_leave_at_once(job):
    skus = [f"P-{i}" for i in range(12)]
    for sku in skus:
        job.shop.add_product(sku, f"Produto {sku}", 10, 5)
    job.linked(*skus)
    for sku in skus:
        job.shop.change(sku, price=11)
    job.erp.switches.limits = True
    job.set(erp__requests_per_second=Decimal("9.6"))
    job.erp.switches.latency = 0.7  # by then, eight are under way
    job.erp.expire_access()
    job.forget_calls()

    job.sync()

    assert {job.erp.product(sku).price for sku in skus} == {11}
    assert [r.status for r in job.erp.requests if r.status == 401]
    assert 429 not in {r.status for r in job.erp.requests}


def test_a_renewal_whose_answer_is_lost_asks_for_a_sign_in_once_and_clearly(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.linked("CAM-1")
    job.shop.change("CAM-1", price=10)
    job.erp.expire_access()
    job.forget_calls()
    job.erp.faults.add("drop_after", method="POST", path="/oauth/token")

    outcomes = []
    for _ in range(3):
        with pytest.raises(SyncError) as error:
            job.sync()
        outcomes.append(error.value.exit_code)

    assert outcomes == [5, 4, 4]  # lost; refused, since the ERP gave a new one; not asked any more
    assert len([r for r in job.erp.requests if r.path == "/oauth/token"]) == 2
    assert job.status()["account"]["signed_in"] is False
    assert job.vault.read().refresh_token  # nothing is deleted by an error
    job.sign_in_again()
    assert job.sync().outcome == 0
    assert job.erp.product("CAM-1").price == 10
