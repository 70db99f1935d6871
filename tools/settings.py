"""Writes the tables of settings into both pages, from what the program has and from docs/settings.toml.

    python tools/settings.py            writes docs/settings.md and docs/settings.pt-BR.md
    python tools/settings.py --check    changes nothing; exit 1 where a page is not as it would be written

Names, their order and their defaults are the program's own (`home/settings.py`); what each means stands in
the one file, in both languages.
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from contaazul_sync.home.settings import SETTINGS

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = {"en": DOCS / "settings.md", "pt": DOCS / "settings.pt-BR.md"}
ROW = re.compile(r"^\| `.*\n", re.MULTILINE)


def meanings() -> Mapping[str, Mapping[str, str]]:
    """What each setting means, by its name and then by the language."""
    return tomllib.loads((DOCS / "settings.toml").read_text(encoding="utf-8"))


def problems() -> Iterator[str]:
    """What is wrong with the one source."""
    told = meanings()
    yield from (f"not explained: {name}" for name in SETTINGS if name not in told)
    yield from (f"no such setting: {name}" for name in told if name not in SETTINGS)
    for name, texts in told.items():
        yield from (f"{name} is not told in {each}" for each in PAGES if not texts.get(each))


def rows(language: str) -> Iterator[str]:
    """The rows of the table in a language."""
    told = meanings()
    for name, (_reader, default) in SETTINGS.items():
        shown = "-" if default in ("", None) else f"`{default}`"
        yield f"| `{name}` | {shown} | {told[name][language]} |\n"


def page(language: str) -> str:
    """A page as it should be: its text as it stands, with the rows in the place of those that it has."""
    text = PAGES[language].read_text(encoding="utf-8")
    first, *others = ROW.finditer(text)
    last = others[-1] if others else first
    return text[: first.start()] + "".join(rows(language)) + text[last.end() :]


def main() -> int:
    """Write the pages, or look at them."""
    wrong = list(problems())
    for language, file in PAGES.items():
        if wrong:
            break
        made = page(language)
        if "--check" not in sys.argv:
            file.write_text(made, encoding="utf-8")
        elif made != file.read_text(encoding="utf-8"):
            wrong.append(f"{file.name} is not up to date: make messages")
    sys.stdout.writelines(f"{each}\n" for each in wrong)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
