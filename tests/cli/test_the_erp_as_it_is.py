"""The installed program on the ERP as it really is: who is there already, what it refuses, what was paid."""

import json

import pytest

PERSON, COMPANY, SUPPLIER = "52998224725", "11222333000181", "11144477735"


@pytest.fixture
def shop(signed_in):
    signed_in.sandbox.shop.add_product("CANECA", "Caneca", 100, 50)
    assert signed_in.run("sync").returncode == 0
    assert signed_in.run("send-products", "CANECA").returncode == 0
    assert signed_in.run("sync").returncode == 0
    return signed_in


def ordered(shop, **changes):
    return shop.sandbox.shop.order([("CANECA", 1)], **changes)


def sale_of(shop, order):
    (sale,) = [
        sale for sale in shop.sandbox.erp.sales.values() if f"[loja:pedido {order}]" in sale.observacoes
    ]
    return sale


@pytest.mark.slow
@pytest.mark.parametrize("spelled", ["capitals", "written"])
@pytest.mark.parametrize("leaves_out", [False, True])
def test_old_customers_and_a_supplier_buy(shop, spelled, leaves_out):
    erp = shop.sandbox.erp
    erp.switches.profiles_in_list = spelled
    erp.switches.default_kind = erp.switches.default_profile = leaves_out
    ids = [
        erp.add_person("Ana Souza", PERSON, ["Cliente"]),
        erp.add_person("Exemplo Comércio Ltda", COMPANY, ["Cliente"]),
        erp.add_person("Fornecedor de Exemplo", SUPPLIER, ["Fornecedor"]),
    ]
    orders = [
        ordered(shop, payer_cpf=PERSON),
        ordered(shop, payer_cpf="", payer_cnpj=COMPANY, payer_razao_social="Exemplo Comércio Ltda"),
        ordered(shop, payer_cpf=SUPPLIER),
    ]

    done = shop.run("sync")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [sale_of(shop, order).person_id for order in orders] == ids
    assert len(erp.people) == 3
    assert set(erp.people[ids[2]].profiles) == {"Cliente", "Fornecedor"}


@pytest.mark.slow
def test_what_the_erp_did_not_take_of_a_buyer_is_told_by_show(shop):
    shop.sandbox.erp.switches.cities = "capitals"
    order = ordered(shop, payer_city="Vila Inventada")
    assert shop.run("config", "set", "language", "pt-BR").returncode == 0
    assert shop.run("sync").returncode == 0

    told = shop.run("show", str(order)).stdout
    events = [each["event"] for each in json.loads(shop.run("show", str(order), "--json").stdout)["history"]]

    assert "o ERP não aceitou isto do comprador, e ficou de fora: cidade" in " ".join(told.split())
    assert sum("ficou de fora" in event for event in events) == 1
    assert "Vila Inventada" not in shop.everything_written()


@pytest.mark.slow
def test_a_discount_of_the_payment_is_one_of_the_sale(shop):
    assert shop.run("config", "set", "orders.paid_differs", "split").returncode == 0
    file = shop.home / "config.toml"
    centre = next(each.name for each in shop.sandbox.erp.cost_centres.values() if each.active)
    table = f'\n[payments."Cartão de Crédito"]\nfirst_due_days = 30\ncost_center = "{centre}"\n'
    file.write_text(file.read_text() + table)
    cheaper = ordered(shop, total_paid="95.00")
    dearer = ordered(shop, total_paid="117.30", payment_method="Cartão de Crédito", installments=3)
    too_cheap = ordered(shop, total_paid="79.99")

    assert shop.run("sync").returncode == 6

    assert sale_of(shop, cheaper).totals.net == 95
    assert sale_of(shop, dearer).totals.net == 100
    assert len(sale_of(shop, dearer).payment.instalments) == 3
    (held,) = shop.status()["failures"]
    assert (held["key"], held["group"]) == (str(too_cheap), "held")
    assert "paid_differs_limit" in held["next_step"]
    assert json.loads(shop.run("reconcile", "--json").stdout)["orders"]["differences"][0]["key"] == str(
        too_cheap
    )
