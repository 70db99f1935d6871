"""`GET /v1/venda/busca`: the filters that exist, and the totals; notes are not found by it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import RefusedError, answer, local_date
from contaazul_sync.sandbox.erp import checks
from contaazul_sync.sandbox.erp.sales.rows import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.responses import Response

    from contaazul_sync.sandbox.common.wire import Call
    from contaazul_sync.sandbox.erp.records.sales import Sale
    from contaazul_sync.sandbox.erp.state import Erp

GROUPS: Mapping[str, tuple[str, ...]] = {
    "WAITING_APPROVED": ("EM_ANDAMENTO",),
    "APPROVED": ("APROVADO", "FATURADO"),
    "CANCELED": ("CANCELADO",),
    "ALL": ("EM_ANDAMENTO", "APROVADO", "FATURADO", "CANCELADO"),
}
ORDERS = ("NUMERO", "CLIENTE", "DATA")


def search(erp: Erp, call: Call) -> Response:
    """Every sale that the filters let through; a parameter that does not exist lets everything through."""
    now, changed, matches = erp.clock(), checks.window(call), _filter(erp, call)
    found = [
        sale
        for sale in erp.sales.values()
        if not sale.deleted and sale.visible_from <= now and changed(sale.changed) and matches(sale)
    ]
    group = call.one("totais")
    wanted = GROUPS[checks.choice(group, "totais", GROUPS)] if group is not None else GROUPS["ALL"]
    shown = _sorted(erp, call, [sale for sale in found if sale.situacao in wanted])
    rows = [listed(erp, sale) for sale in checks.page(call, shown)]
    return answer(
        {
            "totais": _sums(found, lambda sales: sum((sale.totals.net for sale in sales), Decimal(0))),
            "quantidades": _sums(found, len),
        }
        | erp.listing("total_itens", len(shown), "itens", rows)
    )


def _sums(sales: list[Sale], measure: Callable[[list[Sale]], Any]) -> dict[str, Any]:
    def of(group: str) -> Any:
        return measure([sale for sale in sales if sale.situacao in GROUPS[group]])

    return {
        "total": of("ALL"),
        "aprovado": of("APPROVED"),
        "cancelado": of("CANCELED"),
        "esperando_aprovacao": of("WAITING_APPROVED"),
    }


def _sorted(erp: Erp, call: Call, sales: list[Sale]) -> list[Sale]:
    up, down = call.one("campo_ordenado_ascendente"), call.one("campo_ordenado_descendente")
    order = up or down
    if order is None:
        return sales
    keys: Mapping[str, Callable[[Sale], Any]] = {
        "NUMERO": lambda sale: sale.numero,
        "CLIENTE": lambda sale: _buyer(erp, sale),
        "DATA": lambda sale: sale.date,
    }
    return sorted(sales, key=keys[checks.choice(order, "campo_ordenado", ORDERS)], reverse=up is None)


def _filter(erp: Erp, call: Call) -> Callable[[Sale], bool]:
    words = (call.one("termo_busca") or "").casefold()
    wanted: list[tuple[set[str], Callable[[Sale], list[str | None]]]] = [
        (_numbers(erp, call, "numeros"), lambda sale: [str(sale.numero)]),
        (set(call.many("ids_clientes")), lambda sale: [sale.person_id]),
        (set(call.many("ids_vendedores")), lambda sale: [sale.seller_id]),
        (set(call.many("ids_produtos")), lambda sale: [item.product_id for item in sale.items]),
        (set(call.many("ids_categorias")), lambda sale: [sale.category_id]),
        (set(call.many("ids_natureza_operacao")), lambda sale: [sale.nature_id]),
        (set(call.many("situacoes")), lambda sale: [sale.situacao]),
        (set(call.many("tipos")), lambda _sale: ["SALE"]),
        (set(call.many("origens")), lambda sale: [sale.origin]),
        (_numbers(erp, call, "ids_legado_clientes"), lambda sale: [_legacy_buyer(erp, sale)]),
        (_numbers(erp, call, "ids_legado_produtos"), lambda sale: _legacy_products(erp, sale)),
    ]
    dates = _dates(call)

    def matches(sale: Sale) -> bool:
        if words and words not in f"{_buyer(erp, sale)}\n{sale.numero}".casefold():
            return False
        return dates(sale) and all(not some or some & set(has(sale)) for some, has in wanted)

    return matches


def _numbers(erp: Erp, call: Call, name: str) -> set[str]:
    values = call.many(name)
    if erp.switches.comma_numbers:
        values = [each for value in values for each in value.split(",")]
    if not all(value.isascii() and value.isdigit() for value in values):
        raise RefusedError(400, f"O campo '{name}' deve ser um número inteiro")
    return {str(int(value)) for value in values}


def _dates(call: Call) -> Callable[[Sale], bool]:
    ends = {}
    for name in ("data_inicio", "data_fim", "data_criacao_de", "data_criacao_ate"):
        value = call.one(name)
        ends[name] = None if value is None else checks.day(value, name)

    def within(sale: Sale) -> bool:
        born = local_date(sale.created)
        return (ends["data_inicio"] or "") <= sale.date <= (ends["data_fim"] or "9") and (
            ends["data_criacao_de"] or ""
        ) <= born <= (ends["data_criacao_ate"] or "9")

    return within


def _buyer(erp: Erp, sale: Sale) -> str:
    person = erp.people.get(sale.person_id)
    return person.name if person else ""


def _legacy_buyer(erp: Erp, sale: Sale) -> str | None:
    person = erp.people.get(sale.person_id)
    return str(person.legacy_id) if person else None


def _legacy_products(erp: Erp, sale: Sale) -> list[str | None]:
    return [
        str(erp.products[item.product_id].legacy_id) for item in sale.items if item.product_id in erp.products
    ]
