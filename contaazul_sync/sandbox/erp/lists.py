"""The routes of the fixed lists: catalogues for products, accounts, kinds of revenue, sellers, services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import RefusedError, answer
from contaazul_sync.sandbox.erp.checks import documented, page
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
    from collections.abc import Mapping

    from starlette.responses import Response

    from contaazul_sync.sandbox.common.wire import Call
    from contaazul_sync.sandbox.erp.state import Erp, Routes


def categories(erp: Erp, call: Call) -> Response:
    """GET /v1/produtos/categorias."""
    return _catalogue(erp, call, [dict(CATEGORY)])


def cests(erp: Erp, call: Call) -> Response:
    """GET /v1/produtos/cest."""
    return _catalogue(erp, call, [described(CESTS, key) for key in CESTS])


def ncms(erp: Erp, call: Call) -> Response:
    """GET /v1/produtos/ncm."""
    return _catalogue(erp, call, [described(NCMS, key) for key in NCMS])


def units(erp: Erp, call: Call) -> Response:
    """GET /v1/produtos/unidades-medida."""
    listed = [
        {"id": key, "descricao": description, "abreviacao": short, "em_uso": key == DEFAULT_UNIT}
        for key, (short, description) in UNITS.items()
    ]
    return _catalogue(erp, call, listed)


def shop_categories(_erp: Erp, _call: Call) -> Response:
    """GET /v1/produtos/ecommerce-categorias: refused, as for every account without the shop link."""
    raise RefusedError(400, "Os filtros informados para busca de categoria de e-commerce são inválidos")


def brands(erp: Erp, call: Call) -> Response:
    """GET /v1/produtos/ecommerce-marcas: none."""
    return _catalogue(erp, call, [])


def _catalogue(erp: Erp, call: Call, listed: list[dict[str, Any]]) -> Response:
    wanted = (call.one("busca_textual") or "").casefold()
    found = [row for row in listed if wanted in " ".join(map(str, row.values())).casefold()]
    return answer(erp.listing("total_items", len(found), "items", page(call, found)))


def accounts(erp: Erp, call: Call) -> Response:
    """GET /v1/conta-financeira."""
    found = [row for row in ACCOUNTS if row["ativo"] or call.one("apenas_ativo") != "true"]
    return _with_totals(erp, call, found)


def _with_totals(erp: Erp, call: Call, found: list[Mapping[str, Any]]) -> Response:
    return answer(erp.listing("itens_totais", len(found), "itens", page(call, found)) | {"totais": {}})


def revenues(erp: Erp, call: Call) -> Response:
    """GET /v1/categorias: three parameters are documented as required, and production misses none."""
    documented(call, ("pagina", "tamanho_pagina", "permite_apenas_filhos"), erp.switches)
    wanted = call.one("tipo")
    found = [row for row in REVENUES if wanted in {None, row["tipo"]}]
    return _with_totals(erp, call, found)


def sellers(_erp: Erp, _call: Call) -> Response:
    """GET /v1/venda/vendedores: a bare list, the legacy id null or missing."""
    return answer(list(SELLERS))


def services(erp: Erp, call: Call) -> Response:
    """GET /v1/servicos: this company sells none, so no row has to be made up."""
    return _with_totals(erp, call, [])


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
    ("GET", "/v1/servicos", services),
]
