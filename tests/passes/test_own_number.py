"""The number that people see is on the sale, and the mark beside it stays what a sale is known by."""

import asyncio
from importlib import resources

import pytest

from contaazul_sync.operate import wiring
from contaazul_sync.passes.rebuild import rebuild
from contaazul_sync.state.file import State
from tests.worlds.job import no_sleep

pytestmark = pytest.mark.line("memory")

KINDS = ("merchant", "storefront", "woocommerce")


@pytest.fixture
def shop(linked):
    """`shop("woocommerce")`: a job with this kind of shop, and a shirt that is in the ERP."""

    def begin(kind="woocommerce"):
        job = linked("CAM-1", "Camiseta", 79.90, 50).use(kind)
        told = resources.files("contaazul_sync.shops").joinpath("profiles/webstore.toml").read_text()
        mine = told.replace('number = "order_id" ', 'number = "number" ')
        assert mine != told
        (job.settings.home / "mine.toml").write_text(mine)
        job.set(shop__profile="mine.toml")
        return job

    return begin


def order(job, number):
    return job.shop.order([("CAM-1", 1)], number=number)


def sale(job, order_id):
    (found,) = job.sales_of(order_id)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_number_stands_beside_the_mark_and_on_what_is_to_be_received(shop, kind):
    job = shop(kind)
    sold = order(job, "LW-7489")

    job.sync()

    assert sale(job, sold).observacoes == f"[loja:pedido {sold}] Pedido LW-7489"
    (create,) = job.calls("POST", "/v1/venda")
    payment = create.body["condicao_pagamento"]
    assert [part["descricao"] for part in payment["parcelas"]] == ["Pedido LW-7489"]
    assert payment["nsu"] == str(sold)


@pytest.mark.parametrize("kind", KINDS)
def test_an_order_whose_number_is_its_id_is_written_as_ever(shop, kind):
    job = shop(kind)
    sold = job.shop.order([("CAM-1", 1)])

    job.sync()

    assert sale(job, sold).observacoes == f"[loja:pedido {sold}]"


@pytest.mark.parametrize("number", ["9]", "[loja:pedido 1]", "[outra:pedido 7]", "7]\n[loja:pedido 1"])
def test_a_number_that_looks_like_a_mark_names_no_other_order(shop, number):
    job = shop()
    sold = order(job, number)
    job.sync()

    made = sale(job, sold)
    assert made.observacoes.count("[") == made.observacoes.count("]") == 1
    assert "\n" not in made.observacoes


def test_a_number_without_end_is_cut(shop):
    job = shop()
    sold = order(job, "9" * 5000)
    job.sync()

    assert len(sale(job, sold).observacoes) < 100


def test_a_sale_with_a_number_whose_answer_is_lost_is_made_once(shop):
    job = shop()
    job.erp.faults.add("500_after", method="POST", path="/v1/venda")
    sold = order(job, "LW-7489")
    job.sync()

    job.until_quiet()

    assert len(job.sales_of(sold)) == len(job.erp.sales) == 1


@pytest.mark.parametrize("notes", ["[loja:pedido {}]", "[loja:pedido {}] Pedido LW-7489", "Pedido LW-7489"])
def test_a_rebuild_finds_the_sales_of_every_version(shop, notes):
    job = shop()
    sold = order(job, "LW-7489")
    job.sync()
    job.erp.change_sale(sale(job, sold), {"observacoes": notes.format(sold)})
    job.state.close()
    job.settings.state_file.unlink()
    job.state = State.open(job.settings.state_file)

    asyncio.run(rebuilt(job))
    job.until_quiet()

    assert len(job.erp.sales) == 1


async def rebuilt(job):
    async with wiring.parts(job.settings, job.state, {}, clock=job.clock, sleep=no_sleep) as parts:
        return await rebuild(parts)
