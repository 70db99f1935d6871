"""How the financial family refuses: in its own envelope, and with HTML for what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import RefusedError, answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from contaazul_sync.sandbox.common.wire import Call
    from contaazul_sync.sandbox.erp.state import Erp, Handler


def financial(handler: Handler) -> Handler:
    """A handler whose refusals say `code` and `message`, whatever the other areas say."""

    def answered(erp: Erp, call: Call) -> Response:
        try:
            return handler(erp, call)
        except RefusedError as problem:
            return answer({"code": problem.status, "message": problem.text}, problem.status)

    return answered


def required(fields: Mapping[str, Any], name: str) -> Any:
    """The value of what must be there; what is missing is told as a page of HTML, inside the JSON."""
    value = fields.get(name)
    if value is None or value == "":
        raise RefusedError(400, f"<html><body><p>O campo &#39;{name}&#39; é obrigatório</p></body></html>")
    return value


def stale() -> RefusedError:
    """The refusal of a change to what has changed since it was read."""
    return RefusedError(409, "A versão informada não é a versão atual do registro")
