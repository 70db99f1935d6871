"""Ways of paying: the words that shops have for them, and the ERP's `tipo_pagamento`."""

import re
import unicodedata
from collections.abc import Mapping

# The shop's words for a way of paying, to the ERP's `tipo_pagamento`, as `_normal` writes them.
PAYMENT_TYPES: Mapping[str, str] = {
    "pix": "PIX_PAGAMENTO_INSTANTANEO",
    "boleto": "BOLETO_BANCARIO",
    "credit_card": "CARTAO_CREDITO",
    "creditcard": "CARTAO_CREDITO",
    "cartao_credito": "CARTAO_CREDITO",
    "cartao": "CARTAO_CREDITO",
    "debit_card": "CARTAO_DEBITO",
    "cartao_debito": "CARTAO_DEBITO",
    "debito": "CARTAO_DEBITO",
    "debito_automatico": "DEBITO_AUTOMATICO",
    "transferencia": "TRANSFERENCIA_BANCARIA",
    "transferencia_bancaria": "TRANSFERENCIA_BANCARIA",
    "deposito": "DEPOSITO_BANCARIO",
    "deposito_bancario": "DEPOSITO_BANCARIO",
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
    "cartao_credito": "CARTAO_CREDITO",
    "cc": "CARTAO_CREDITO",
    "debit_card": "CARTAO_DEBITO",
    "cartao_debito": "CARTAO_DEBITO",
    "debito_automatico": "DEBITO_AUTOMATICO",
}
# Parts that say little alone (a `cartão da loja` is no credit card), and beside another way are a second one;
# so are the whole words above.
PAYMENT_SECONDS: Mapping[str, str] = {
    **dict.fromkeys(("cartoes", "card", "cards", "credito", "credit"), "CARTAO_CREDITO"),
    **dict.fromkeys(("debit", "debitcard"), "CARTAO_DEBITO"),
    "gift_card": "VALE_PRESENTE",
    "transfer": "TRANSFERENCIA_BANCARIA",
}
_KINDS = {**PAYMENT_TYPES, **PAYMENT_PARTS, **PAYMENT_SECONDS}
_PART = re.compile(rf"(?<![^_])(?:{'|'.join(sorted(_KINDS, key=len, reverse=True))})(?![^_])")
_BY_MEANS_OF = re.compile(r"^transferencia_(?:via|por|com)_")  # says what follows, and is no second way
_TICKET = re.compile(r"\S+[-_]ticket", re.IGNORECASE)  # of a plugin; the `Ticket` of a person is a voucher
OTHER_PAYMENT = "OUTRO"

# The ERP's `tipo_pagamento`, without the two pairs whose names its sources disagree on.
PAYMENT_KINDS = (
    *("BOLETO_BANCARIO", "CARTAO_CREDITO", "CARTAO_DEBITO", "CARTEIRA_DIGITAL", "CASHBACK", "CHEQUE"),
    *("CREDITO_LOJA", "CREDITO_VIRTUAL", "DEPOSITO_BANCARIO", "DINHEIRO", "OUTRO", "DEBITO_AUTOMATICO"),
    *("PIX_PAGAMENTO_INSTANTANEO", "PROGRAMA_FIDELIDADE", "SEM_PAGAMENTO", "TRANSFERENCIA_BANCARIA"),
    *("VALE_ALIMENTACAO", "VALE_COMBUSTIVEL", "VALE_PRESENTE", "VALE_REFEICAO"),
)


def payment_word(method: str) -> str:
    """The shop's word for a way of paying, as the merchant's tables have it: `Credit Card` is `credit_card`.

    It is in the marks of orders, so it stays as it is; what is the same to a reader, `same_word` compares.
    """
    return method.strip().lower().replace(" ", "_").replace("-", "_")


def same_word(one: str, other: str) -> bool:
    """Whether two words for a way of paying differ by nothing but accents, case and punctuation."""
    return _normal(one) == _normal(other)


def _normal(method: str) -> str:
    """A way of paying without accents, case and punctuation: `Cartão de Crédito` is `cartao_credito`."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", method) if not unicodedata.combining(c))
    return "_".join(word for word in re.split(r"[\W_]+", bare.casefold()) if word not in ("", "de"))


def named_types(method: str) -> tuple[str, ...]:
    """Each `tipo_pagamento` that the shop's word names: none for an unknown one, two for `pix + cartão`."""
    word = _BY_MEANS_OF.sub("", _normal(method))
    if word in PAYMENT_TYPES:
        return (PAYMENT_TYPES[word],)
    found = _PART.findall(word) + (["boleto"] if _TICKET.fullmatch(method.strip()) else [])
    kinds = tuple(dict.fromkeys(_KINDS[part] for part in found))
    return kinds if len(kinds) > 1 or PAYMENT_PARTS.keys() & found else ()


def payment_type(method: str, told: str = "") -> str:
    """The ERP's `tipo_pagamento`: what the merchant told, else what the shop's word names, else OUTRO."""
    kinds = named_types(method)
    return told or (kinds[0] if len(kinds) == 1 else OTHER_PAYMENT)
