"""Compiles the catalogues of messages, when a wheel is built and when the package is installed editable."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Catalogues(BuildHookInterface[Any]):
    """Each `.po` below `contaazul_sync/locale` becomes the `.mo` beside it, which the package takes along."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - as hatchling calls it
        """Compile; fuzzy translations are left out."""
        for source in sorted(Path(self.root, "contaazul_sync", "locale").rglob("*.po")):
            with source.open("rb") as file:
                catalogue = read_po(file, locale=source.parts[-3])
            with source.with_suffix(".mo").open("wb") as file:
                write_mo(file, catalogue)
        build_data["artifacts"].append("contaazul_sync/locale/**/*.mo")
