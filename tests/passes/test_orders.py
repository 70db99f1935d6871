"""An order becomes exactly that sale: the merchant's own rules for money, people and goods."""

import re
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.rules import PaymentRule
from contaazul_sync.passes.reconcile import reconcile
from contaazul_sync.passes.report import Report
from tests.worlds.samples import quickly

pytestmark = pytest.mark.line("memory")

COST_CENTRE = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def good(linked):
    return linked("CAM-1", "Camiseta", 79.90, 50)


def reconciled(job):
    """What `reconcile` finds."""
    return job._with_parts(reconcile)


def named(job, **tables):
    """Settings whose tables are these."""
    job.settings = type(job.settings)(job.settings.home, job.settings.values, **tables)


def test_what_was_paid_may_differ_where_the_merchant_says_so(good):
    good.set(orders__paid_differs="book")
    order = good.shop.order([("CAM-1", 1)], total_paid="85.00")

    assert good.sync().outcome == 0

    (sale,) = good.sales_of(order)
    assert sale.totals.net == Decimal("79.90")


def test_a_discount_of_the_gateway_is_one_of_the_sale_and_no_difference(good):
    good.set(orders__paid_differs="split")
    order = str(good.shop.order([("CAM-1", 2)], total_paid="151.81"))

    assert good.sync().outcome == 0

    (sale,) = good.sales_of(order)
    assert (sale.totals.discount, sale.totals.net) == (Decimal("7.99"), Decimal("151.81"))
    assert [part.amount for part in sale.payment.instalments] == [Decimal("151.81")]
    assert good.state.sales.of([order])[order].total == 15181
    assert reconciled(good).orders == []
    sale.totals = replace(sale.totals, discount=Decimal("8.99"))
    assert [each.code for each in reconciled(good).orders] == ["other_sum"]


@pytest.mark.line("http")
@pytest.mark.parametrize("fault", ["drop_after", "500_after"])
def test_a_split_sale_whose_answer_is_lost_is_adopted_with_what_was_booked(good, fault):
    good.set(orders__paid_differs="split")
    order = str(good.shop.order([("CAM-1", 2)], total_paid="151.81"))
    good.erp.faults.add(fault, method="POST", path="/v1/venda")
    good.sync()

    good.until_quiet()

    assert good.state.sales.of([order])[order].total == 15181
    assert reconciled(good).orders == []


def test_an_order_that_was_paid_too_little_is_held_until_the_limit_is_raised(good):
    good.set(orders__paid_differs="split")
    order = str(good.shop.order([("CAM-1", 2)], total_paid="100.00"))

    assert good.sync().outcome == 6

    told = good.failure(order)
    assert told["group"] == "held"
    assert "more than 20% less" in told["reason"]
    assert told["next_step"].startswith("raise [orders] paid_differs_limit")
    good.set(orders__paid_differs_limit=Decimal(50))
    assert good.sync().outcome == 0
    assert good.sales_of(order)


def test_a_dry_run_says_the_same_of_an_order_that_was_paid_too_little(good):
    good.set(orders__paid_differs="split")
    good.shop.order([("CAM-1", 2)], total_paid="100.00")

    (hold,) = good.preview().plan.holds

    assert hold.next_step.startswith("raise [orders] paid_differs_limit")


@pytest.mark.parametrize("paid", ["151.81", "0.00"])
def test_a_split_sale_is_cancelled_at_what_was_booked_whatever_the_shop_says_was_paid_since(good, paid):
    good.set(orders__paid_differs="split", orders__on_cancel="cancel")
    order = good.shop.order([("CAM-1", 2)], total_paid="151.81")
    good.sync()
    good.shop.cancel(order)
    good.shop.orders[-1]["total_paid"] = paid

    assert good.sync().outcome == 0

    (sale,) = good.sales_of(order)
    assert (sale.situacao, sale.totals.net) == ("CANCELADO", Decimal("151.81"))


def test_an_order_without_a_document_goes_to_the_named_customer(good):
    person = good.erp.add_person("Consumidor Final", "")
    good.set(orders__consumer="Consumidor Final")
    orders = [good.shop.order([("CAM-1", 1)], payer_cpf="") for _ in range(3)]

    assert good.sync().outcome == 0

    assert {good.sales_of(order)[0].person_id for order in orders} == {person}
    assert len(good.erp.people) == 1


def test_a_customer_that_the_erp_does_not_have_by_that_name_holds_the_order(good):
    good.erp.add_person("Consumidor Final Ltda", "")
    good.set(orders__consumer="Consumidor Final")
    order = good.shop.order([("CAM-1", 1)], payer_cpf="")

    assert good.sync().outcome == 6

    assert good.failure(str(order))["reason"] == (
        "the ERP has 0 active customers named 'Consumidor Final', as [orders] consumer says"
    )


def test_a_buyer_with_a_wrong_document_is_not_taken_for_one_without(good):
    good.erp.add_person("Consumidor Final", "")
    good.set(orders__consumer="Consumidor Final")
    order = good.shop.order([("CAM-1", 1)], payer_cpf="123.456.789-00")

    assert good.sync().outcome == 6

    assert good.sales_of(order) == []


def test_a_company_is_a_customer_of_its_own_kind(good):
    order = good.shop.order(
        [("CAM-1", 1)], payer_cpf="", payer_cnpj="12.ABC.345/01DE-35", payer_razao_social="Empresa Exemplo"
    )

    assert good.sync().outcome == 0

    (sale,) = good.sales_of(order)
    person = good.erp.people[sale.person_id]
    assert (person.kind, person.name, person.document) == ("Jurídica", "Empresa Exemplo", "12ABC34501DE35")


def test_a_way_of_paying_is_booked_as_the_table_says(good):
    rule = PaymentRule(type="DINHEIRO", cost_center=COST_CENTRE, terms=(30, 60))
    named(good, payments={"pix": rule})
    order = good.shop.order([("CAM-1", 2)], payment_method="pix")

    assert good.sync().outcome == 0

    (sale,) = good.sales_of(order)
    body = good.calls("POST", "/v1/venda")[-1].body
    assert sale.payment.kind == "DINHEIRO"
    assert body["condicao_pagamento"]["opcao_condicao_pagamento"] == "30, 60"
    assert body["id_centro_custo"] == COST_CENTRE


@pytest.mark.parametrize(("count", "form"), [(1, "30"), (3, "30, 61, 92")])
def test_a_card_is_due_when_its_acquirer_pays_whatever_the_buyer_chose(good, count, form):
    named(good, payments={"credit_card": PaymentRule(first_due_days=30)})
    day = "2026-11-02 10:00:00"
    order = good.shop.order(
        [("CAM-1", 1)], payment_method="credit_card", installments=count, created=day, paid_at=day
    )

    assert good.sync().outcome == 0

    (sale,) = good.sales_of(order)
    due = ["2026-12-02", "2027-01-02", "2027-02-02"][:count]
    assert [part.due for part in sale.payment.instalments] == due
    assert sale.payment.terms == form


def test_a_name_that_the_erp_does_not_have_holds_the_orders_paid_that_way_alone(good):
    named(good, payments={"pix": PaymentRule(account="Banco que não existe")})
    held = good.shop.order([("CAM-1", 1)], payment_method="pix")
    sent = good.shop.order([("CAM-1", 1)], payment_method="boleto")

    assert good.sync().outcome == 6

    assert "the account 'Banco que não existe'" in good.failure(str(held))["reason"]
    assert good.sales_of(sent)


def test_a_cost_centre_is_named_like_an_account_and_asked_for_once_a_run(cost_centres, good):
    named(good, payments={"pix": PaymentRule(cost_center="Loja virtual")})
    orders = [good.shop.order([("CAM-1", 1)], payment_method="pix") for _ in range(3)]

    assert good.sync().outcome == 0

    assert {good.sales_of(order)[0].cost_centre_id for order in orders} == {cost_centres}
    assert len(good.calls("GET", "/v1/centro-de-custo")) == 1


def test_a_cost_centre_that_the_erp_does_not_have_holds_the_order(cost_centres, good):
    named(good, payments={"pix": PaymentRule(cost_center="Galpão")})
    order = str(good.shop.order([("CAM-1", 1)], payment_method="pix"))

    assert good.sync().outcome == 6

    assert good.failure(order)["reason"] == (
        "the ERP does not have the cost centre 'Galpão' of the [payments] table, or not once"
    )
    assert good.failure(order)["next_step"] == f"put it right in the ERP, then: contaazul-sync retry {order}"


def test_a_way_of_paying_that_nobody_knows_is_booked_as_other_and_told(good):
    order = good.shop.order([("CAM-1", 1)], payment_method="Fiado")

    report = good.sync()

    assert report.outcome == 0
    assert good.sales_of(order)[0].payment.kind == "OUTRO"
    assert report.warnings == [
        "The way of paying 'fiado' is not known: booked as OUTRO. Set [payments.fiado] type."
    ]


def test_a_method_of_two_ways_is_booked_as_other_and_told_in_its_own_words_once(good):
    orders = [good.shop.order([("CAM-1", 1)], payment_method="Pix + Cartão") for _ in range(2)]

    report = good.sync()

    assert {good.sales_of(order)[0].payment.kind for order in orders} == {"OUTRO"}
    (told,) = report.warnings
    assert told == (
        "The way of paying 'pix_+_cartão' names more than one: booked as OUTRO."
        ' Divide it in the ERP, or set [payments."pix_+_cartão"] type.'
    )


@given(word=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
@quickly
def test_the_advice_for_a_way_of_paying_is_toml(word):
    report = Report()

    report.tell_methods({word}, set())

    (text,) = report.warnings
    (section,) = re.findall(r"Set (\[payments\..*\]) type\.$", text)
    assert tomllib.loads(f"{section}\ntype = 'OUTRO'") == {"payments": {word: {"type": "OUTRO"}}}


def test_a_kit_is_exploded_by_the_table_to_the_centavo(good):
    good.shop.add_product("CANECA", "Caneca", 40, 20)
    good.shop.add_product("KIT", "Kit presente", 99, 5)
    good.sync()
    good.choose("CANECA")
    good.sync()
    named(good, kits={"KIT": (("CAM-1", Decimal(1)), ("CANECA", Decimal(2)))})
    order = good.shop.order([("KIT", 1)])

    assert good.sync().outcome == 0

    (sale,) = good.sales_of(order)
    assert sale.totals.net == 99
    assert good.erp.product("CAM-1").stock == 49
    assert good.erp.product("CANECA").stock == 18


def test_a_kit_that_is_neither_in_the_erp_nor_in_the_table_waits(good):
    good.shop.add_product("KIT", "Kit presente", 99, 5)
    order = good.shop.order([("KIT", 1)])

    report = good.sync()

    assert report.outcome == 6
    assert good.failure(str(order))["group"] == "waiting"
    assert report.done == {"waiting": 1, "waiting_sum": 9900}


def test_a_product_renamed_in_the_shop_stays_linked_and_is_told(good):
    good.shop.unit("CAM-1")["sku"] = "CAM-NEW"
    good.shop.change("CAM-NEW", price=81)
    order = good.shop.order([("CAM-NEW", 1)])

    assert good.sync().outcome == 0

    assert good.state.products.renamed() == [("CAM-1", "CAM-NEW")]
    assert good.sales_of(order)
    assert len(good.erp.products) == 1
    assert good.erp.product("CAM-1").price == 81


def test_an_order_that_ended_has_its_sale_cancelled_where_the_merchant_says_so(good):
    good.set(orders__on_cancel="cancel")
    order = good.shop.order([("CAM-1", 2)])
    good.sync()
    assert good.erp.product("CAM-1").stock == 48
    good.shop.cancel(order)

    report = good.sync()

    assert report.outcome == 0
    (sale,) = good.sales_of(order)
    assert sale.situacao == "CANCELADO"
    assert good.erp.product("CAM-1").stock == 50
    for _ in range(3):
        assert good.sync(minutes=61).outcome == 0
    assert good.status()["products"]["drift"] == 0
    assert len([r for r in good.erp.requests if r.method == "PUT"]) == 1


def test_a_cancelling_leaves_what_a_person_changed_of_the_payment(good, cost_centres):
    good.set(orders__on_cancel="cancel")
    rule = PaymentRule(cost_center=cost_centres)
    named(good, payments={"pix": rule})
    order = good.shop.order([("CAM-1", 2)])
    good.sync()
    good.erp.sale(1001).payment.kind = "TRANSFERENCIA_BANCARIA"
    good.shop.cancel(order)

    assert good.sync().outcome == 0

    (sale,) = good.sales_of(order)
    (put,) = [seen for seen in good.erp.requests if seen.method == "PUT"]
    assert (sale.situacao, sale.payment.kind) == ("CANCELADO", "TRANSFERENCIA_BANCARIA")
    assert "id_centro_custo" not in put.body
    assert put.body["versao"] == 1


def test_a_sale_that_was_deleted_in_the_erp_is_no_live_one(good):
    order = str(good.shop.order([("CAM-1", 2)]))
    good.sync()
    good.erp.sale(1001).deleted = True

    (difference,) = reconciled(good).orders

    assert (difference.name, difference.code) == (order, "sale_cancelled")


@pytest.mark.line("http")
@pytest.mark.parametrize("fault", ["drop_after", "500_after", "drop_before", "500_before", "truncated"])
def test_a_cancelling_whose_answer_is_lost_is_made_good(good, fault):
    good.set(orders__on_cancel="cancel")
    order = good.shop.order([("CAM-1", 2)])
    good.sync()
    good.shop.cancel(order)
    good.erp.faults.add(fault, method="PUT", path="/v1/venda/*")

    assert good.sync().outcome == 0

    assert good.sales_of(order)[0].situacao == "CANCELADO"
    assert good.status()["failures"] == []


def test_a_sale_that_a_person_cancelled_already_is_done_with(good):
    good.set(orders__on_cancel="cancel")
    order = good.shop.order([("CAM-1", 1)])
    good.sync()
    good.shop.cancel(order)
    good.erp.sale(1001).situacao = "CANCELADO"

    assert good.sync().outcome == 0

    assert [r for r in good.erp.requests if r.method == "PUT"] == []


def test_an_invoiced_sale_is_not_cancelled_but_told(good):
    good.set(orders__on_cancel="cancel")
    order = str(good.shop.order([("CAM-1", 1)]))
    good.sync()
    good.shop.refund(order)
    good.erp.sale(1001).situacao = "FATURADO"

    assert good.sync().outcome == 6

    told = good.failure(order)
    assert told["group"] == "attention"
    assert told["reason"] == (
        "sale 1001 is not cancelled: refunded in the shop, and sale 1001 is invoiced in the ERP"
    )
    assert good.sync().outcome == 6
    assert good.erp.sale(1001).situacao == "FATURADO"


def test_old_orders_can_be_sent_once_from_an_earlier_day_and_a_few_at_a_time(good):
    days = [f"2026-08-0{i} 10:00:00" for i in (1, 2, 3)]
    old = [good.shop.order([("CAM-1", 1)], created=day, paid_at=day, updated=day) for day in days]
    good.sync()
    assert good.erp.sales == {}
    good.set(orders__since=date(2026, 8, 1))
    back_to = datetime(2026, 8, 1, tzinfo=UTC)
    assert len(good.preview(back_to=back_to).plan.orders) == 3

    good.sync(back_to=back_to, limit=2)
    assert [len(good.sales_of(order)) for order in old] == [1, 1, 0]
    good.sync(back_to=back_to)

    assert [len(good.sales_of(order)) for order in old] == [1, 1, 1]


def test_a_link_by_hand_takes_the_place_of_a_twin_that_is_gone(good):
    good.erp.delete_product("CAM-1")
    good.shop.change("CAM-1", price=81)
    assert good.sync().outcome == 6
    key = good.state.products.keys_of_skus(["CAM-1"])["CAM-1"]
    twin = good.erp.add_product("OTHER", "Camiseta nova", 70, 50)
    link = good.state.links.get(ShopKey(key))
    good.state.links.save(type(link)(key, twin, "CAM-1", compare_after=good.clock()), good.clock())

    assert good.sync().outcome == 0

    assert good.erp.product("OTHER").price == 81


def test_a_sale_that_a_person_approves_later_counts_as_sold_from_then_on(good):
    good.set(orders__sale_status="EM_ANDAMENTO")
    good.shop.order([("CAM-1", 2)])
    good.sync()
    good.sync(minutes=61)
    good.erp.sale(1001).situacao = "APROVADO"
    good.erp.set_stock("CAM-1", 48)  # the ERP lowered it when the person approved

    good.sync(minutes=24 * 60)

    assert good.status()["products"]["drift"] == 0
    assert good.state.orders.stockless() == []


def test_a_sale_in_progress_that_is_gone_from_the_erp_counts_no_more(good):
    good.set(orders__sale_status="EM_ANDAMENTO")
    good.shop.order([("CAM-1", 2)])
    good.sync()
    good.erp.sales.clear()

    good.sync(minutes=24 * 60)

    assert good.state.orders.stockless() == []


def test_two_people_with_one_document_are_not_guessed_between(good):
    for name in ("Ana Souza", "Ana S. Souza"):
        good.erp.add_person(name, "52998224725")
    order = str(good.shop.order([("CAM-1", 1)], payer_cpf="529.982.247-25"))

    assert good.sync().outcome == 6

    assert "2 people" in good.failure(order)["reason"]


def test_an_inactive_customer_is_told(good):
    good.erp.add_person("Ana Souza", "52998224725", active=False)
    order = str(good.shop.order([("CAM-1", 1)], payer_cpf="529.982.247-25"))

    assert good.sync().outcome == 6

    assert "inactive person" in good.failure(order)["reason"]


def test_an_account_is_named_once_and_asked_for_once_a_run(good):
    async def first_account(parts):
        return (await parts.erp.http.get("/v1/conta-financeira"))["itens"][0]

    account = good._with_parts(first_account)
    named(good, payments={"pix": PaymentRule(account=account["nome"])})
    orders = [good.shop.order([("CAM-1", 1)], payment_method="pix") for _ in range(4)]
    good.forget_calls()

    assert good.sync().outcome == 0

    assert {good.sales_of(order)[0].payment.account_id for order in orders} == {account["id"]}
    assert len(good.calls("GET", "/v1/conta-financeira")) == 1


def test_an_order_that_the_shop_shows_no_more_is_held(good):
    order = str(good.shop.order([("CAM-1", 1)]))
    good.sync(only=set())
    good.shop.orders.clear()

    assert good.sync().outcome == 6

    assert good.failure(order)["reason"].startswith(("the shop does not show", "the shop refused it"))


def test_products_with_a_fiscal_code_are_created_with_the_erps_ids(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5, ncm="61091000")
    job.sync()
    job.choose("CAM-1")

    assert job.sync().outcome == 0

    body = job.calls("POST", "/v1/produtos")[-1].body
    assert body["unidade_medida"]["id"] == body["fiscal"]["unidade_medida"]["id"]
    assert body["fiscal"]["ncm"]["id"]


def test_a_name_that_a_cancelling_does_not_tell_stops_none(good):
    good.set(orders__on_cancel="cancel")
    order = good.shop.order([("CAM-1", 1)])
    good.sync()
    named(good, payments={"pix": PaymentRule(cost_center="Fechado", category="Acabou")})
    good.set(orders__on_cancel="cancel")
    good.shop.cancel(order)

    good.sync()

    assert [sale.situacao for sale in good.sales_of(order)] == ["CANCELADO"]
