"""Ways of paying: the words that shops have for them, and the ERP's `tipo_pagamento`."""

from collections.abc import Mapping

# The shop's words for a way of paying, to the ERP's `tipo_pagamento`. What is not here is OUTRO.
PAYMENT_TYPES: Mapping[str, str] = {
    "pix": "PIX_PAGAMENTO_INSTANTANEO",
    "boleto": "BOLETO_BANCARIO",
    "credit_card": "CARTAO_CREDITO",
    "creditcard": "CARTAO_CREDITO",
    "cartao_credito": "CARTAO_CREDITO",
    "cartao": "CARTAO_CREDITO",
    "debit_card": "CARTAO_DEBITO",
    "cartao_debito": "CARTAO_DEBITO",
    "transferencia": "TRANSFERENCIA_BANCARIA",
    "deposito": "DEPOSITO_BANCARIO",
    "dinheiro": "DINHEIRO",
    "vale_presente": "VALE_PRESENTE",
    "bacs": "TRANSFERENCIA_BANCARIA",  # WooCommerce's own
    "cheque": "CHEQUE",
}
# The same for part of a word: payment plugins put their own name around it (`woo-pagarme-payments-billet`).
PAYMENT_PARTS: Mapping[str, str] = {
    "pix": "PIX_PAGAMENTO_INSTANTANEO",
    "boleto": "BOLETO_BANCARIO",
    "billet": "BOLETO_BANCARIO",
    "credit_card": "CARTAO_CREDITO",
    "cc": "CARTAO_CREDITO",
    "debit_card": "CARTAO_DEBITO",
}
OTHER_PAYMENT = "OUTRO"

# The ERP's `tipo_pagamento`, without the two pairs whose names its sources disagree on.
PAYMENT_KINDS = (
    *("BOLETO_BANCARIO", "CARTAO_CREDITO", "CARTAO_DEBITO", "CARTEIRA_DIGITAL", "CASHBACK", "CHEQUE"),
    *("CREDITO_LOJA", "CREDITO_VIRTUAL", "DEPOSITO_BANCARIO", "DINHEIRO", "OUTRO", "DEBITO_AUTOMATICO"),
    *("PIX_PAGAMENTO_INSTANTANEO", "PROGRAMA_FIDELIDADE", "SEM_PAGAMENTO", "TRANSFERENCIA_BANCARIA"),
    *("VALE_ALIMENTACAO", "VALE_COMBUSTIVEL", "VALE_PRESENTE", "VALE_REFEICAO"),
)


def payment_word(method: str) -> str:
    """The shop's word for a way of paying, as the tables have it: `Credit Card` is `credit_card`."""
    return method.strip().lower().replace(" ", "_").replace("-", "_")


def payment_type(method: str, told: str = "") -> str:
    """The ERP's `tipo_pagamento`: what the merchant told, else by the shop's word, else OUTRO."""
    word = payment_word(method)
    parts = (kind for part, kind in PAYMENT_PARTS.items() if f"_{part}_" in f"_{word}_")
    return told or PAYMENT_TYPES.get(word) or next(parts, OTHER_PAYMENT)
