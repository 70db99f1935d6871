"""What is written to the ERP of money that has come: one settlement of one part."""

from dataclasses import dataclass
from datetime import date

from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.methods import OTHER_PAYMENT, payment_type
from contaazul_sync.core.money import adjusted
from contaazul_sync.core.receivables import Due, ErpPart
from contaazul_sync.core.rules import PaymentRule

# `metodo_pagamento` of a settlement knows fewer ways than `tipo_pagamento` of a sale (the ERP's own schema).
METHODS = (
    *("DINHEIRO", "CARTAO_CREDITO", "BOLETO_BANCARIO", "CARTAO_CREDITO_VIA_LINK", "CHEQUE", "CARTAO_DEBITO"),
    *("TRANSFERENCIA_BANCARIA", "OUTRO", "CARTEIRA_DIGITAL", "CASHBACK", "CREDITO_LOJA", "CREDITO_VIRTUAL"),
    *("DEPOSITO_BANCARIO", "PIX_PAGAMENTO_INSTANTANEO"),
)


@dataclass(frozen=True, slots=True)
class SettlementDraft:
    """One settlement: `gross` of the part is paid on `day`, of which the gateway keeps `fee`; in centavos."""

    part_id: ErpId
    day: date
    gross: int
    fee: int
    method: str
    note: str
    nsu: str


def settlement_draft(part: ErpPart, due: Due, note: str, nsu: str, method: str) -> SettlementDraft:
    """The settlement of what is due of a part. `note` has the mark by which it is known again."""
    return SettlementDraft(
        part_id=part.id,
        day=due.day,
        gross=due.gross,
        fee=due.fee,
        method=method if method in METHODS else OTHER_PAYMENT,
        note=note,
        nsu=nsu,
    )


def method_of(word: str, rule: PaymentRule) -> str:
    """The ERP's word for how it was paid."""
    return payment_type(word, rule.type)


def fee_of(gross: int, rule: PaymentRule, *, is_first: bool) -> int:
    """What the gateway keeps of a part, in centavos: a percentage half up, and a sum of the first part."""
    share = adjusted(gross, rule.fee_percent) - gross
    return share + (rule.fee_fixed if is_first else 0)
