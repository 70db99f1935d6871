"""The switches of the ERP: every behaviour that nobody has published, with our default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# How a refusal names the field that it is about: `'numero'`, `enderecos[0].numero`, in words, or not at all.
FieldNaming = Literal["key", "path", "words", "nothing"]


@dataclass(slots=True)
class ErpSwitches:
    """How the ERP behaves where its contract is silent. Times are seconds by the sandbox's clock.

    A number such as 12.1 is the part of the contract whose mark the switch stands for.
    """

    sale_status: Literal[200, 201] = 201
    error_envelope: Literal["error", "message"] = "error"
    person_index_delay: float = 0  # until sales and lists know a new person
    search_lag: float = 0  # until `/v1/venda/busca` shows a new sale
    product_lag: float = 0  # until `/v1/produtos` shows a new product
    reject_invalid_cpf: bool = False
    stock_patch: Literal["ignore", "take", "refuse"] = "ignore"
    stock_patch_moves_price: bool = False  # a stock in a PATCH also zeroes the price
    retry_after: bool = False  # a 429 carries Retry-After
    empty_items: Literal["null", "list"] = "null"
    duplicate_number: Literal["refuse", "accept"] = "refuse"
    duplicate_document: Literal["refuse", "accept"] = "refuse"
    duplicate_sku: Literal["refuse", "accept"] = "refuse"
    # SKUs that differ in case or Unicode form: two; one that is in use; or one that the list's filter finds.
    alike_skus: Literal["differ", "refused", "found"] = "differ"
    reserve_delay: float = 0  # until an approved sale lowers the balance
    saldo_in_list: Literal["available", "total"] = "available"
    tells_balance: bool = True  # 4.4: a null stands for what is not set
    id_empresa_as: Literal["string", "int"] = "string"
    next_number: Literal["hint", "null"] = "hint"
    account: Literal["ok", "no_api"] = "ok"  # no_api: the plan has no API, 403
    code_error: Literal["invalid_request", "invalid_grant"] = "invalid_request"
    access_token_seconds: int = 3600
    code_seconds: int = 180
    limits: bool = True  # 10 a second and 600 a minute
    smoothing: bool = False  # and not two within 100 ms
    latency: float = 0  # real seconds before each answer
    revoke: Literal[204, 404, 502] = 204
    # People.
    profiles_in_list: Literal["capitals", "written"] = "capitals"  # 12.1: `CLIENTE`, or as a body writes it
    profiles_patch: Literal["replace", "add"] = "replace"  # 12.1: what `perfis` in a PATCH does
    refused_field: FieldNaming = "key"  # 12.1: in the refusal of what is too long, or of an unknown place
    cities: Literal["plausible", "capitals"] = "plausible"  # 5.2: any name of letters, or the 27 capitals
    default_kind: bool = False  # 12.1: a list without `tipos_pessoa` is of `Física` alone
    default_profile: bool = False  # 12.1: a list without `tipo_perfil` is of `Cliente` alone
    # Sales.
    swapped_notes: bool = False  # 12.3: reading, `observacoes` and `observacoes_pagamento` change places
    # 12.3: Pix where a sale is read; the shorter word is the older one.
    pix_word: Literal["PIX_PAGAMENTO_INSTANTANEO", "PAGAMENTO_INSTANTANEO"] = "PIX_PAGAMENTO_INSTANTANEO"
    buyer_profile: Literal["wanted", "any"] = "wanted"  # 6.2: whether a sale wants a `Cliente`
    comma_numbers: bool = False  # 12.2: `numeros=1,2` is two numbers, as it is for quotes
    # Lists.
    rows_under: Literal["documented", "items", "itens"] = "documented"  # 12.2: the key of every list's rows
    told_total: Literal["right", "low", "high"] = "right"  # 12.2: how many a list says that there are
    required_query: Literal["lax", "strict"] = "lax"  # 12.2: about what the docs alone require
    # Receivables.
    sale_parts: Literal["listed", "none"] = "listed"  # 12.4: whether a sale's event tells its parts
    parts_from: Literal[1, 0] = 1  # 12.4: what `indice` counts from
    parts_lag: float = 0  # 12.4: until the parts of a new sale are told
    future_settlement: Literal["refuse", "accept"] = "refuse"  # 12.4: settled on a day to come
    cancel_settled: Literal["refuse", "accept"] = "refuse"  # 6.6: cancelling what has settled parts
