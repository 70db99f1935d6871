"""Save the shop's book as files: all dialects, a folder each, or one of them; and the gateway's statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contaazul_sync.sandbox.sheets.exporter import EXPORTER
from contaazul_sync.sandbox.sheets.gateway import NAME, Gateway
from contaazul_sync.sandbox.sheets.panel import PANEL
from contaazul_sync.sandbox.sheets.plain import PLAIN

if TYPE_CHECKING:
    from pathlib import Path

    from contaazul_sync.sandbox.sheets.dialect import Dialect
    from contaazul_sync.sandbox.shop.state import Shop

DIALECTS = {each.name: each for each in (EXPORTER, PANEL, PLAIN)}


def export(shop: Shop, folder: Path) -> list[Path]:
    """Save every dialect and a statement, each in a folder of its own; returns the files. Raises OSError."""
    saved = [save(shop, dialect, folder / dialect.name).values() for dialect in DIALECTS.values()]
    cards = [each["order_id"] for each in shop.orders if each["payment_method"] == "credit_card"]
    statement = folder / "mercado-pago" / NAME
    statement.parent.mkdir(parents=True, exist_ok=True)
    statement.write_bytes(Gateway(shop, charged_back=cards[:1]).report())
    return [*(path for paths in saved for path in paths), statement]


def save(shop: Shop, dialect: Dialect, folder: Path, stamp: str = "") -> dict[str, Path]:
    """Save one dialect into a folder; returns its files by what is in them. `stamp`: ends their names."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Path] = {}
    for name, content in dialect.files(shop).items():
        files[name] = folder / f"{name}{stamp}{dialect.suffix}"
        files[name].write_bytes(content)
    return files
