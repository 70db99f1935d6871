"""`python tools/messages.py`: brings the catalogue up to date with the source; with --check only looks.

The texts are those in `_()` and `ngettext()`, the help of the commands (their docstrings), and what the
command line's library says itself. Translations that are there stay.
"""

import ast
import sys
from inspect import cleandoc
from io import BytesIO
from pathlib import Path
from typing import IO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "contaazul_sync"
CATALOGUE = PACKAGE / "locale" / "pt_BR" / "LC_MESSAGES" / "contaazul_sync.po"
KEYWORDS = {"_": None, "ngettext": (1, 2)}
OF_THE_LIBRARY = (  # what typer looks up when it shows help and errors; its other words are English alone
    "Aborted!",
    "Arguments",
    "Commands",
    "Missing command.",
    "No such command {name!r}.",
    "Options",
    "default: {default}",
    "required",
)


def texts() -> Catalog:
    """Every text of the source, each once."""
    found = Catalog(locale="pt_BR", domain="contaazul_sync", project="contaazul-sync", fuzzy=False)
    for path in sorted(PACKAGE.rglob("*.py")):
        for _line, text, _comments, _context in extract_from_file("python", path, keywords=KEYWORDS):
            found.add(text)
    for path in sorted((PACKAGE / "commands").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                found.add(cleandoc(ast.get_docstring(node) or ""))
    for text in OF_THE_LIBRARY:
        found.add(text)
    found.delete("")
    return found


def kept() -> Catalog:
    """The catalogue as it stands."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="pt_BR", domain="contaazul_sync")


def updated() -> Catalog:
    """The texts of the source with the translations that there are."""
    old, new = kept() if CATALOGUE.exists() else Catalog(), texts()
    for message in new:
        if message.id and (former := old.get(message.id)):
            message.string = former.string
    return new


def write(catalogue: Catalog, file: IO[bytes]) -> None:
    """Write the catalogue, in a fixed order. None of a thing is many: 0 produtos."""
    text = BytesIO()
    write_po(text, catalogue, width=110, sort_output=True, include_lineno=False)
    file.write(text.getvalue().replace(b"plural=(n > 1)", b"plural=(n != 1)"))


def main() -> int:
    """Write the catalogue; with --check only compare."""
    new = updated()
    if "--check" in sys.argv:
        old, now = {message.id for message in kept()}, {message.id for message in new}
        for text in sorted(map(str, old ^ now)):
            sys.stdout.write(f"not up to date: {text}\n")
        return int(old != now)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write(new, file)
    left = sum(not any(message.string) if message.pluralizable else not message.string for message in new)
    sys.stdout.write(f"{len(new)} texts, {left} without a translation\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
