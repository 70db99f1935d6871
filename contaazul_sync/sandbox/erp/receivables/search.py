"""`GET .../contas-a-receber/buscar`: the parts that are due in a period."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from contaazul_sync.sandbox.common.wire import RefusedError, answer
from contaazul_sync.sandbox.erp import checks
from contaazul_sync.sandbox.erp.receivables.refusals import required
from contaazul_sync.sandbox.erp.receivables.rows import TRANSLATED, search_row, status

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from contaazul_sync.sandbox.common.wire import Call
    from contaazul_sync.sandbox.erp.records.receivables import Part
    from contaazul_sync.sandbox.erp.state import Erp

    Test = Callable[[Part], bool]

STATUSES = ("PERDIDO", "RECEBIDO", "EM_ABERTO", "RENEGOCIADO", "RECEBIDO_PARCIAL", "ATRASADO")


def search(erp: Erp, call: Call) -> Response:
    """The two ends of the due date are wanted; a cancelled part has no word here, and is not found."""
    for name in ("data_vencimento_de", "data_vencimento_ate"):
        required({name: call.one(name)}, name)
    checks.documented(call, ("pagina", "tamanho_pagina"), erp.switches)
    now, changed = erp.clock(), checks.window(call)
    tests = [*_days(erp, call), *_amounts(call), *_choices(erp, call)]
    found = [
        part
        for part in erp.ledger.parts.values()
        if not part.cancelled
        and part.visible_from <= now
        and changed(part.changed)
        and all(test(part) for test in tests)
    ]
    rows = [search_row(erp, part) for part in checks.page(call, found)]
    return answer(erp.listing("itens_totais", len(found), "itens", rows) | {"totais": {}})


def _days(erp: Erp, call: Call) -> list[Test]:
    """The filters by due date, by the sale's date, and by the day on which something was settled."""

    def within(name: str, days: Callable[[Part], list[str]]) -> Test:
        first, last = _end(call, f"{name}_de", ""), _end(call, f"{name}_ate", "9")
        return lambda part: any(first <= day <= last for day in days(part))

    tests = [
        within("data_vencimento", lambda part: [part.due]),
        within("data_competencia", lambda part: [erp.sales[part.sale_id].date]),
    ]
    if call.one("data_pagamento_de") or call.one("data_pagamento_ate"):
        tests.append(within("data_pagamento", lambda part: [each.day for each in erp.ledger.settled(part)]))
    return tests


def _end(call: Call, name: str, otherwise: str) -> str:
    value = call.one(name)
    return otherwise if value is None else checks.day(value, name)


def _amounts(call: Call) -> list[Test]:
    least, most = _amount(call, "valor_de"), _amount(call, "valor_ate")
    return [
        lambda part: least is None or part.amount >= least,
        lambda part: most is None or part.amount <= most,
    ]


def _amount(call: Call, name: str) -> Decimal | None:
    value = call.one(name)
    try:
        return None if value is None else Decimal(value)
    except InvalidOperation:
        raise RefusedError(400, f"O campo '{name}' deve ser numérico") from None


def _choices(erp: Erp, call: Call) -> list[Test]:
    def told(part: Part) -> str:
        word = status(erp, part)
        return TRANSLATED.get(word, word)

    def one_of(name: str, value: Callable[[Part], str | None]) -> Test:
        wanted = call.many(name)
        return lambda part: not wanted or value(part) in wanted

    for word in call.many("status"):
        checks.choice(word, "status", STATUSES)
    words = (call.one("descricao") or "").casefold()
    return [
        lambda part: words in part.description.casefold(),
        one_of("status", told),
        one_of("ids_contas_financeiras", lambda part: part.account_id),
        one_of("ids_categorias", lambda part: erp.sales[part.sale_id].category_id),
        one_of("ids_centros_de_custo", lambda part: erp.sales[part.sale_id].cost_centre_id),
        one_of("ids_clientes", lambda part: erp.sales[part.sale_id].person_id),
    ]
