"""How the ERP's parts and settlements are read, whatever of them is told; and what of one is written."""

from datetime import date
from decimal import Decimal

import pytest

from contaazul_sync.core.drafts.settlements import SettlementDraft
from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.receivables import PartStatus
from contaazul_sync.erp.receivables import Receivables, settlement_payload
from contaazul_sync.net.transport import Transport

PART = {
    "id": "p1",
    "indice": 1,
    "status": "PENDENTE",
    "data_vencimento": "2026-12-24",
    "nao_pago": Decimal("60.00"),
    "valor_pago": Decimal("40.00"),
    "valor_composicao": {"valor_bruto": Decimal("100.00")},
    "baixas": [],
}
PAID = {
    "id": "s1",
    "data_pagamento": "2026-11-25",
    "valor_composicao": {"valor_bruto": Decimal("40.00"), "taxa": Decimal("1.50")},
    "observacao": "[loja:parte 1/1 do pedido 88123]",
    "nsu": " 88123 ",
}


class Answering(Transport):
    """A transport that has one answer."""

    def __init__(self, answer):  # it has no client: nothing is sent
        self.answer = answer

    async def get(self, path, *_):
        return self.answer


def read(ask, answer):
    """What the client makes of an answer."""
    work = ask(Receivables(Answering(answer)))
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError


def part(**changed):
    row = {name: value for name, value in (PART | changed).items() if value is not None}
    (found,) = read(lambda erp: erp.parts(ErpId("e1")), [row])
    return found


def test_a_part_is_read_with_what_was_received_of_it():
    found = part(status="RECEBIDO_PARCIAL", baixas=[PAID])

    assert (found.amount, found.open, found.due) == (10000, 6000, date(2026, 12, 24))
    assert found.status is PartStatus.PARTLY
    (settled,) = found.settlements
    assert (settled.day, settled.gross, settled.fee, settled.nsu) == (date(2026, 11, 25), 4000, 150, "88123")


@pytest.mark.parametrize(
    ("changed", "amount", "left"),
    [
        ({"valor_composicao": None}, 10000, 6000),  # what is paid and what is not
        ({"valor_total_liquido": Decimal("90.00")}, 9000, 6000),
        ({"nao_pago": None, "baixas": [PAID]}, 10000, 6000),
        ({"nao_pago": None, "baixas": []}, 10000, 6000),
        ({"nao_pago": None, "valor_pago": None, "baixas": []}, 10000, 10000),
        ({"nao_pago": None, "valor_pago": None, "status": "QUITADO"}, 10000, 0),
        ({"nao_pago": Decimal(0), "valor_pago": Decimal("100.00")}, 10000, 0),
    ],
)
def test_an_amount_that_is_not_told_follows_from_the_others(changed, amount, left):
    found = part(**changed)

    assert (found.amount, found.open) == (amount, left)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("quitado", PartStatus.SETTLED),
        ("PERDIDO", PartStatus.LOST),
        ("NOVO", PartStatus.UNKNOWN),
        (None, PartStatus.UNKNOWN),
    ],
)
def test_a_word_that_nobody_has_told_us_is_no_word(word, status):
    assert part(status=word).status is PartStatus(status)


@pytest.mark.parametrize(
    ("listed", "open_"), [(["40.00"], 6000), (["40.00", "60.00"], 0), (["40.00", "80.00"], 0)]
)
def test_what_a_settlement_is_listed_of_is_not_open_before_the_sums_follow(listed, open_):
    rows = [PAID | {"id": n, "valor_composicao": {"valor_bruto": each}} for n, each in enumerate(listed)]

    assert part(nao_pago=Decimal("100.00"), valor_pago=0, baixas=rows).open == open_


def test_parts_come_in_their_order_within_an_answer_as_other_lists_are_too():
    rows = [PART | {"id": "p2", "indice": 2}, PART]

    assert [each.id for each in read(lambda erp: erp.parts(ErpId("e1")), rows)] == ["p1", "p2"]
    assert read(lambda erp: erp.parts(ErpId("e1")), {"itens": [PART]})[0].id == "p1"
    assert read(lambda erp: erp.parts(ErpId("e1")), {"items": [], "itens": [PART]})[0].id == "p1"
    assert read(lambda erp: erp.parts(ErpId("e1")), {"items": None}) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"indice": None},
        {"data_vencimento": None},
        {"indice": "x"},
        {"baixas": [{"id": "s"}]},
        {"nao_pago": None, "valor_composicao": None},
    ],
)
def test_what_cannot_be_read_is_no_part(changed):
    with pytest.raises(Unusable):
        part(**changed)


NONSENSE = [None, {}, "Aguarde", "", 7, False, {"itens": "x"}, {"itens": 0}, [None], ["x"], [{"indice": 3}]]


@pytest.mark.parametrize("told", NONSENSE)
def test_nonsense_never_looks_as_if_nothing_was_received(told):
    with pytest.raises(Unusable):
        read(lambda erp: erp.parts(ErpId("e1")), told)
    with pytest.raises(Unusable):
        read(lambda erp: erp.settlements(ErpId("p1")), told)
    if told is not None:  # left out, it is asked for
        with pytest.raises(Unusable):
            part(baixas=told)


def test_a_settlement_says_what_came_and_what_the_gateway_kept():
    draft = SettlementDraft(ErpId("p1"), date(2026, 11, 24), 15980, 158, "OUTRO", "note", "88123")

    assert settlement_payload(draft, "a1") == {
        "data_pagamento": "2026-11-24",
        "composicao_valor": {"valor_bruto": 159.8, "multa": 0, "juros": 0, "desconto": 0, "taxa": 1.58},
        "conta_financeira": "a1",
        "metodo_pagamento": "OUTRO",
        "observacao": "note",
        "nsu": "88123",
    }
