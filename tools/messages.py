"""Keeps the catalogues in step with the messages in the code: `make messages`, after messages were changed.

    python tools/messages.py            adds new messages to the .po, takes out old ones, keeps the rest
    python tools/messages.py --check    changes nothing; exit 1 where the .po is not up to date, or not whole

The messages: what stands inside `_()` and `ngettext()`, the docstrings of the commands (their help), and what
the library of the command line says of its own accord (the lists in `usage.py`).
"""

import argparse
import ast
import sys
from collections.abc import Iterator
from functools import cache
from inspect import cleandoc
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "contaazul_sync"
PO = PACKAGE / "locale" / "pt_BR" / "LC_MESSAGES" / "contaazul_sync.po"
FORMS = {"_": 1, "ngettext": 2}  # how many of the first arguments are forms of the message

Id = str | tuple[str, ...]  # a message, or its forms for one and for many


def messages() -> Iterator[tuple[str, Id]]:
    """Each message in the code, with the file where it stands."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for message in wrapped(parsed(path)):
            yield path.relative_to(ROOT).as_posix(), message
    from contaazul_sync.cli import app as cli  # noqa: PLC0415 - the program is loaded here alone
    from contaazul_sync.cli import usage  # noqa: PLC0415

    for command in map(cli.command, cli.COMMANDS):
        file = command.__module__.replace(".", "/") + ".py"
        yield file, cleandoc(command.__doc__ or "")
    for text in (*usage.HELP, *usage.VALUES.values(), *usage.ARGUMENTS, *usage.COMPLAINTS):
        yield "contaazul_sync/cli/usage.py", text


@cache
def parsed(path: Path) -> ast.Module:
    """A file of code, which is read once: the tests of the whole house ask for each several times."""
    return ast.parse(path.read_text(encoding="utf-8"))


def wrapped(tree: ast.AST) -> Iterator[Id]:
    """What stands inside `_()` and `ngettext()`, f-strings among them, in the order of the lines."""
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    for call in sorted(calls, key=lambda each: (each.lineno, each.col_offset)):
        forms = call.args[: FORMS.get(ast.unparse(call.func), 0)]
        texts = [form.value for form in forms if isinstance(form, ast.Constant)]
        if texts and len(texts) == len(forms):
            yield str(texts[0]) if len(texts) == 1 else tuple(map(str, texts))


def template() -> Catalog:
    """All messages, untranslated."""
    made = Catalog(fuzzy=False)
    for file, message in messages():
        made.add(message, locations=[(file, 0)])
    return made


def kept(po: Path = PO) -> Catalog:
    """The catalogue as it is kept."""
    with po.open("rb") as file:
        return read_po(file, locale="pt_BR", domain="contaazul_sync")


def write(catalogue: Catalog, po: Path = PO) -> None:
    """Keep a catalogue in the order of its messages, so that code which moves leaves it as it is."""
    with po.open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True, ignore_obsolete=True, no_location=True)


def problems(catalogue: Catalog) -> Iterator[str]:
    """What keeps a catalogue from being whole, a line each."""
    wanted = {message.id for message in template() if message.id}
    there = {message.id: message for message in catalogue if message.id}
    yield from (f"not in the .po: {each!r}" for each in sorted(wanted - there.keys(), key=str))
    yield from (f"not in the code any more: {each!r}" for each in sorted(there.keys() - wanted, key=str))
    for each, message in there.items():
        texts = [message.string] if isinstance(message.string, str) else message.string
        if not all(texts or ("",)):
            yield f"not translated: {each!r}"
        if message.fuzzy:
            yield f"fuzzy: {each!r}"


def main() -> int:
    """Bring the catalogue up to date, or say what is wrong with it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    catalogue = kept()
    if not parser.parse_args().check:
        catalogue.update(template(), no_fuzzy_matching=True, update_creation_date=False)
        write(catalogue)
        catalogue = kept()
    found = list(problems(catalogue))
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
