"""Where sources disagree about the ERP, all works either way: the same story with each switch turned."""

import pytest

from contaazul_sync.core.rules import PaymentRule

SWITCHES = [
    {},
    {"profiles_in_list": "written"},
    {"profiles_patch": "add"},
    {"default_kind": True, "default_profile": True},
    {"rows_under": "items"},
    {"rows_under": "itens"},
    {"told_total": "low"},
    {"told_total": "high"},
    {"required_query": "strict"},
    {"swapped_notes": True},
    {"pix_word": "PAGAMENTO_INSTANTANEO"},
    {"buyer_profile": "any"},
    {"comma_numbers": True},
    {"sale_status": 200},
    {"error_envelope": "message"},
    {"empty_items": "list"},
    {"saldo_in_list": "total"},
    {"id_empresa_as": "int"},
    {"next_number": "null"},
    {"person_index_delay": 12},
]


@pytest.mark.slow
@pytest.mark.parametrize("switches", SWITCHES, ids=lambda each: ",".join(f"{k}={v}" for k, v in each.items()))
def test_the_story_is_the_same_either_way(job, switches):
    for name, value in switches.items():
        setattr(job.erp.switches, name, value)
    rule = PaymentRule(account="Conta corrente da loja", category="Vendas de produtos", cost_center="Balcão")
    job.settings = type(job.settings)(
        job.settings.home, job.settings.values, payments={"pix": rule}, origins=job.settings.origins
    )
    job.set(orders__on_cancel="cancel")
    job.erp.add_person("Ana Souza", "52998224725", ["Fornecedor"])
    for number in range(12):
        job.shop.add_product(f"P-{number}", f"Produto {number}", 10 + number, 5)
    job.sync()
    job.choose(*(f"P-{number}" for number in range(12)))
    job.sync()

    known = job.shop.order([("P-1", 2)])
    new = job.shop.order([("P-2", 1)], payer_cpf="111.444.777-35")
    job.until_quiet()
    job.erp.faults.add("drop_after", "POST", "/v1/venda")
    lost = job.shop.order([("P-3", 1)])
    job.sync()
    job.until_quiet()
    job.shop.cancel(known)
    job.until_quiet()

    assert [len(job.sales_of(order)) for order in (known, new, lost)] == [1, 1, 1]
    assert job.state.items.failures() == {}
    assert job.state.drifts.all() == []
    assert [each.situacao for each in job.sales_of(known)] == ["CANCELADO"]
    assert sorted(each.document for each in job.erp.people.values()) == ["11144477735", "52998224725"]
