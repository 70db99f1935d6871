"""Where the plugins of Brazil's checkouts keep a buyer's CPF or CNPJ. Pure.

WooCommerce has no field of its own for it. The first keys are those of "Brazilian Market on WooCommerce"; the
others are those of other plugins and of themes, as public reports tell them. A document under these goes by
its digits, whatever its key is called: `documento` may have an RG, a passport or a driving licence, and the
CPF another key.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from contaazul_sync.core.drafts.documents import checked, is_cnpj, is_whole, looks_like_one

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
SAYS_SO = ("cpf", "cnpj")  # of a key


def found(
    billing: Mapping[str, Any], kept: Mapping[str, Any], more: Iterable[str] = (), *, company: bool = False
) -> tuple[str, str]:
    """A document and the key that it stands under; two empty texts where there is none.

    `billing`: the address; `kept`: the metas of the order; `more`: the keys that the merchant names;
    `company`: a CNPJ is meant, where there is a CPF beside it.
    """
    named, others = _told(billing, kept, more), _told(billing, kept, OTHERS)
    for told in (named, others):
        right = [each for each in told if checked(each[0])]
        if right:
            return min(right, key=lambda each: (not is_whole(each[0]), company and not is_cnpj(each[0])))
    wrong = [each for each in others if is_whole(each[0]) or any(word in each[1] for word in SAYS_SO)]
    return next(iter(named + wrong), ("", ""))  # meant for one, as it seems: a person has to look


def _told(billing: Mapping[str, Any], kept: Mapping[str, Any], keys: Iterable[str]) -> list[tuple[str, str]]:
    """What is as long as a document, and its key."""
    places = [(key, place.get(key)) for key in keys for place in (kept, billing)]
    texts = [(str(told).strip(), key) for key, told in places if isinstance(told, (str, int))]
    return [(text, key) for text, key in texts if looks_like_one(text)]
