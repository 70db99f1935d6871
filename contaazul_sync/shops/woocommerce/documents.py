"""Where the plugins of Brazil's checkouts keep a buyer's CPF or CNPJ. Pure.

WooCommerce has no field of its own for it. The first keys are those of "Brazilian Market on WooCommerce"; the
others are those of other plugins and of themes, as public reports tell them. A document under these goes by
its digits, whatever its key is called.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from contaazul_sync.core.drafts.documents import looks_like_one

OTHERS = (
    *(
        "_billing_cpf_cnpj",
        "billing_cpf_cnpj",
        "cpf_cnpj",
        "_cpf_cnpj",
        "_billing_cnpj_cpf",
        "billing_cnpj_cpf",
    ),
    *("_billing_document", "billing_document", "_billing_documento", "billing_documento", "documento"),
    *("billing_cpf", "_cpf", "cpf", "billing_cnpj", "_cnpj", "cnpj"),
)


def found(billing: Mapping[str, Any], kept: Mapping[str, Any], more: Iterable[str] = ()) -> tuple[str, str]:
    """A document and the key that it stands under; two empty texts where there is none.

    `billing`: the address; `kept`: the metas of the order; `more`: the keys that the merchant names.
    """
    for key in (*more, *OTHERS):
        for place in (kept, billing):
            told = place.get(key)
            document = str(told).strip() if isinstance(told, (str, int)) else ""
            if looks_like_one(document):
                return document, key
    return "", ""
