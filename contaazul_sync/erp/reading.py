"""What all answers of the ERP have in common: rows of a list, ids of things, and what cannot be read."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from contaazul_sync.core.errors import Unanswered, Unavailable, Unclear
from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.words import _
from contaazul_sync.erp.payloads import Json

ROWS = ("items", "itens")  # where the rows of a list are
NAME = re.compile(r"[\w-]{1,36}", re.ASCII)

Read = TypeVar("Read")


def rows_of(answer: Any) -> list[Json]:
    """The rows of a listing: under `items` or `itens`, and null where there are none."""
    found = answer.get("items") or answer.get("itens") or [] if isinstance(answer, dict) else None
    if not isinstance(found, list):
        raise Unavailable(_("the ERP answered what is no list."))
    return list(filter(has_id, found))


def all_rows_of(answer: Any) -> list[Json]:
    """The rows of a bare array, or of one within an answer as of other lists.

    For lists in which what is not there is done: what is no list, or has a row that is of no thing, is not
    read as a list that is empty or shorter. Raises ValueError.
    """
    if isinstance(answer, dict) and answer.keys() & {*ROWS}:
        told = [answer[key] for key in ROWS if answer.get(key) is not None]
        answer = max(told, key=bool, default=[])
    if not (isinstance(answer, list) and all(map(has_id, answer))):
        raise ValueError
    return answer


def has_id(row: Any) -> bool:
    """Whether a row can be that of a thing."""
    return isinstance(row, dict) and _is_name(row.get("id"))


def _is_name(told: object) -> bool:
    """Whether it can be an id of anything: the ERP tells UUIDs, and numbers here and there."""
    is_one = isinstance(told, (str, int)) and not isinstance(told, bool)
    return is_one and NAME.fullmatch(str(told)) is not None


def read(reader: Callable[[Json], Read], body: Any) -> Read:
    """What a reader makes of an answer. Raises Unclear for one that cannot be what was asked for."""
    try:
        return reader(body)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unclear(_("the ERP answered what cannot be read.")) from error


def created_id(answer: Any) -> ErpId:
    """The new thing's id. An answer without one leaves open whether it was created."""
    if has_id(answer):
        return ErpId(str(answer["id"]))
    raise Unanswered(_("the ERP answered a create without an id."))
