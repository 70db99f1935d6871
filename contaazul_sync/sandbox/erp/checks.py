"""The ERP's validation: one error per answer, strict about enums and types, silent about unknown fields."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from contaazul_sync.sandbox.common.wire import SAO_PAULO, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from contaazul_sync.sandbox.common.wire import Call
    from contaazul_sync.sandbox.erp.switches import ErpSwitches

Row = TypeVar("Row")

PAGE_SIZES = (10, 20, 50, 100, 200, 500, 1000)
UNKNOWN = "O recurso solicitado não foi encontrado"
_LONGEST = timedelta(days=365)


def required(body: Mapping[str, Any], name: str) -> Any:
    """The value of a field that must be there."""
    value = body.get(name)
    if value is None or value in ("", []):
        raise RefusedError(400, f"O campo '{name}' é obrigatório")
    return value


def text(body: Mapping[str, Any], name: str, longest: int | None = None) -> str:
    """A text field, "" where it is absent."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RefusedError(400, f"O campo '{name}' deve ser um texto")
    if longest is not None and len(value) > longest:
        raise RefusedError(400, f"O campo '{name}' deve ter no máximo {longest} caracteres")
    return value


def number(body: Mapping[str, Any], name: str, default: int = 0) -> Decimal:
    """A numeric field that is not negative."""
    value = body.get(name)
    if value is None:
        return Decimal(default)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise RefusedError(400, f"O campo '{name}' deve ser numérico")
    if value < 0:
        raise RefusedError(400, f"O campo '{name}' não pode ser negativo")
    return Decimal(value)


def integer(value: object, name: str) -> int:
    """A whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise RefusedError(400, f"O campo '{name}' deve ser um número inteiro")
    return value


def structure(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object field, {} where it is absent."""
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RefusedError(400, f"O campo '{name}' deve ser um objeto")
    return value


def rows(body: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A field that is a list of objects, [] where it is absent."""
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise RefusedError(400, f"O campo '{name}' deve ser uma lista de objetos")
    return value


def choice(value: object, name: str, allowed: Collection[str]) -> str:
    """An enum, spelt exactly."""
    if not isinstance(value, str) or value not in allowed:
        raise RefusedError(400, f"O campo '{name}' deve ser um dos seguintes valores: {', '.join(allowed)}")
    return value


def day(value: object, name: str) -> str:
    """A date, `YYYY-MM-DD`."""
    try:
        return date.fromisoformat(str(value)).isoformat() if len(str(value)) == 10 else _no_day(name)
    except ValueError:
        return _no_day(name)


def _no_day(name: str) -> str:
    raise RefusedError(400, f"O campo '{name}' deve ser uma data no formato AAAA-MM-DD")


def identifier(value: object) -> str:
    """A uuid in canonical spelling."""
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise RefusedError(400, "o valor informado para o ID precisa ser do tipo UUID") from None


def known(table: Mapping[str, Row], key: object) -> Row:
    """The row of a table that a path names by its uuid, or the ERP's 404."""
    row = table.get(identifier(key))
    if row is None:
        raise RefusedError(404, UNKNOWN)
    return row


def ids(body: Mapping[str, Any], name: str) -> list[str]:
    """One to ten uuids, as the batch operations take them."""
    value = body.get(name)
    if not isinstance(value, list) or not value:
        raise RefusedError(400, f"O campo '{name}' deve conter ao menos 1 item")
    if len(value) > 10:
        raise RefusedError(400, f"O campo '{name}' não pode conter mais de 10 itens")
    return [identifier(item) for item in value]


def documented(call: Call, names: Collection[str], switches: ErpSwitches) -> None:
    """Miss a parameter that the documentation requires, where the ERP is as strict as that."""
    if switches.required_query == "strict":
        for name in names:
            wanted(call, name)


def wanted(call: Call, name: str) -> str:
    """The value of a query parameter that must be there."""
    value = call.one(name)
    if value is None:
        raise RefusedError(400, f"O campo '{name}' é obrigatório")
    return value


def page(call: Call, everything: Sequence[Row]) -> list[Row]:
    """The rows of the page that was asked for."""
    start = _positive(call.one("pagina") or "1", "A página deve ser um número maior que zero")
    sizes = ", ".join(map(str, PAGE_SIZES[:-1])) + f" ou {PAGE_SIZES[-1]}"
    wrong_size = f"O tamanho da página deve ser um dos seguintes valores: {sizes}"
    size = _positive(call.one("tamanho_pagina") or "10", wrong_size)
    if size not in PAGE_SIZES:
        raise RefusedError(400, wrong_size)
    return list(everything[(start - 1) * size : start * size])


def _positive(value: str, problem: str) -> int:
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise RefusedError(400, problem)
    return int(value)


def window(call: Call) -> Callable[[datetime], bool]:
    """The filter `data_alteracao_de/ate`: both ends or none, no suffix, at most 365 days."""
    first, last = call.one("data_alteracao_de"), call.one("data_alteracao_ate")
    if first is None and last is None:
        return lambda _moment: True
    start, end = _moment(first), _moment(last)
    if end - start > _LONGEST:
        raise RefusedError(400, "O período de data de alteração não pode ser maior que 365 dias")
    return lambda moment: start <= moment <= end


def _moment(value: str | None) -> datetime:
    if value is None:
        raise RefusedError(
            400, "Os campos data_alteracao_de e data_alteracao_ate devem ser informados juntos"
        )
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or "T" not in value or moment.tzinfo is not None:
        raise RefusedError(400, "A data de alteração deve estar no formato AAAA-MM-DDTHH:mm:ss")
    return moment.replace(tzinfo=SAO_PAULO)
