"""The routes of the fixed lists: catalogues for products, accounts, kinds of revenue, sellers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import RefusedError, answer
from contaazul_sync.sandbox.erp.checks import page
from contaazul_sync.sandbox.erp.records.fixed import (
    ACCOUNTS,
    CATEGORY,
    CESTS,
    DEFAULT_UNIT,
    NCMS,
    REVENUES,
    SELLERS,
    UNITS,
    described,
)

if TYPE_CHECKING:
    from starlette.responses import Response

    from contaazul_sync.sandbox.common.wire import Call
    from contaazul_sync.sandbox.erp.state import Erp, Routes


def categories(_erp: Erp, call: Call) -> Response:
    """GET /v1/produtos/categorias."""
    return _catalogue(call, [dict(CATEGORY)])


def cests(_erp: Erp, call: Call) -> Response:
    """GET /v1/produtos/cest."""
    return _catalogue(call, [described(CESTS, key) for key in CESTS])


def ncms(_erp: Erp, call: Call) -> Response:
    """GET /v1/produtos/ncm."""
    return _catalogue(call, [described(NCMS, key) for key in NCMS])


def units(_erp: Erp, call: Call) -> Response:
    """GET /v1/produtos/unidades-medida."""
    listed = [
        {"id": key, "descricao": description, "abreviacao": short, "em_uso": key == DEFAULT_UNIT}
        for key, (short, description) in UNITS.items()
    ]
    return _catalogue(call, listed)


def shop_categories(_erp: Erp, _call: Call) -> Response:
    """GET /v1/produtos/ecommerce-categorias: refused, as for every account without the shop link."""
    raise RefusedError(400, "Os filtros informados para busca de categoria de e-commerce são inválidos")


def brands(_erp: Erp, call: Call) -> Response:
    """GET /v1/produtos/ecommerce-marcas: none."""
    return _catalogue(call, [])


def _catalogue(call: Call, listed: list[dict[str, Any]]) -> Response:
    wanted = (call.one("busca_textual") or "").casefold()
    found = [row for row in listed if wanted in " ".join(map(str, row.values())).casefold()]
    return answer({"total_items": len(found), "items": page(call, found)})


def accounts(_erp: Erp, call: Call) -> Response:
    """GET /v1/conta-financeira."""
    found = [row for row in ACCOUNTS if row["ativo"] or call.one("apenas_ativo") != "true"]
    return answer({"itens_totais": len(found), "itens": page(call, found), "totais": {}})


def revenues(_erp: Erp, call: Call) -> Response:
    """GET /v1/categorias."""
    if call.one("permite_apenas_filhos") is None:
        raise RefusedError(400, "O campo 'permite_apenas_filhos' é obrigatório")
    wanted = call.one("tipo")
    found = [row for row in REVENUES if wanted in {None, row["tipo"]}]
    return answer({"itens_totais": len(found), "itens": page(call, found), "totais": {}})


def sellers(_erp: Erp, _call: Call) -> Response:
    """GET /v1/venda/vendedores: a bare list, the legacy id null or missing."""
    return answer(list(SELLERS))


ROUTES: Routes = [
    ("GET", "/v1/produtos/categorias", categories),
    ("GET", "/v1/produtos/cest", cests),
    ("GET", "/v1/produtos/ncm", ncms),
    ("GET", "/v1/produtos/unidades-medida", units),
    ("GET", "/v1/produtos/ecommerce-categorias", shop_categories),
    ("GET", "/v1/produtos/ecommerce-marcas", brands),
    ("GET", "/v1/venda/vendedores", sellers),
    ("GET", "/v1/conta-financeira", accounts),
    ("GET", "/v1/categorias", revenues),
]
