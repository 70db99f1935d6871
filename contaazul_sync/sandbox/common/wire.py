"""What both servers speak with: exact JSON, refusals, the parts of a call, and São Paulo time."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
CENT = Decimal("0.01")
_EXACT = re.compile(r'"\\u0001(-?[0-9.]+)"')


class RefusedError(Exception):
    """The server says no: a status, and a text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(frozen=True, slots=True)
class Call:
    """One request as a handler needs it; the body is parsed when asked for."""

    request: Request
    raw: bytes

    def part(self, name: str) -> str:
        """One named segment of the path."""
        return str(self.request.path_params[name])

    def one(self, name: str) -> str | None:
        """The first value of a query parameter; an empty one counts as absent."""
        return next(iter(self.many(name)), None)

    def many(self, name: str) -> list[str]:
        """Every value of a repeated query parameter."""
        return [value for value in self.request.query_params.getlist(name) if value]

    def body(self) -> dict[str, Any]:
        """The JSON object that was sent; refuses anything else."""
        parsed = parse(self.raw)
        if not isinstance(parsed, dict):
            raise RefusedError(400, "O corpo da requisição é inválido")
        return parsed


def parse(raw: bytes) -> Any:
    """JSON with exact numbers, or None where it is none."""
    if not raw:
        return None
    try:
        return json.loads(raw, parse_float=Decimal, parse_constant=_no_constant)
    except ValueError:
        return None


def _no_constant(name: str) -> None:
    raise ValueError(name)


def dump(value: object) -> bytes:
    """JSON in which every Decimal is a number with exactly its own digits (115.00 stays 115.00)."""
    return _EXACT.sub(r"\1", _WRITER.encode(value)).encode()


def _exact(value: object) -> str:
    # The json module has no exact number to write: a marked string stands in until `dump` unquotes it.
    if isinstance(value, Decimal):
        return f"\x01{value:f}"
    raise TypeError(type(value).__name__)


_WRITER = json.JSONEncoder(default=_exact)


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(dump(body), status, headers, media_type="application/json")


def no_content() -> Response:
    """204 without a body, and without a content type."""
    return Response(status_code=204)


def cents(value: Decimal | int | str | float) -> Decimal:
    """An amount in whole centavos, half up. A float counts as the text it shows."""
    return Decimal(str(value)).quantize(CENT, ROUND_HALF_UP)


def plain(value: Decimal) -> int | Decimal:
    """A quantity: 12 rather than 12.000 where it is whole."""
    return int(value) if value == value.to_integral_value() else value.normalize()


def natural(value: str | None, default: int) -> int:
    """A number from 1 in a query; anything else is ignored, as shops do."""
    return int(value) if value and value.isascii() and value.isdigit() and int(value) else default


def local_time(moment: datetime) -> str:
    """`2026-11-20T10:00:00` in São Paulo, no suffix."""
    return moment.astimezone(SAO_PAULO).strftime("%Y-%m-%dT%H:%M:%S")


def local_millis(moment: datetime) -> str:
    """`2026-11-20T10:00:00.123` in São Paulo, no suffix."""
    return moment.astimezone(SAO_PAULO).replace(tzinfo=None).isoformat(timespec="milliseconds")


def local_date(moment: datetime) -> str:
    """`2026-11-20` in São Paulo."""
    return moment.astimezone(SAO_PAULO).date().isoformat()


def utc_time(moment: datetime) -> str:
    """`2026-11-20T13:51:05.706929Z`, the one time that the ERP writes in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
