"""The record of a person."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(slots=True)
class Person:
    """One person of the ERP. `document` is digits only; `data` holds what nothing here looks at."""

    id: str
    legacy_id: int
    legacy_uuid: str
    name: str
    kind: str  # Física, Jurídica, Estrangeira
    created: datetime
    changed: datetime
    visible_from: datetime
    document: str = ""
    profiles: list[str] = field(default_factory=list)
    active: bool = True
    email: str = ""
    mobile: str = ""
    addresses: list[dict[str, Any]] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


def digits(value: str) -> str:
    """A document or phone without its mask; letters stay, for the CNPJ may have them."""
    return re.sub(r"[^0-9A-Z]", "", value.upper())
