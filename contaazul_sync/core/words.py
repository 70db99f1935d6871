"""What the program says, in the merchant's language. English is in the code, the rest in a catalogue.

`speak` is called once, before anything is said; until then, and for a text that the catalogue lacks, it is
English. A text with values in it is translated first and filled in then: `_("{n} left").format(n=3)`.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations

LANGUAGES = ("en", "pt_BR")
CATALOGUES = Path(__file__).parents[1] / "locale"
DOMAIN = "contaazul_sync"

COMMAND = re.compile(r"\bcontaazul-sync (?=[a-z{])")  # in a text, before a command's name

_spoken: "NullTranslations | None" = None  # English
_profile = ""  # of the home that is worked in


def _(text: str) -> str:
    """A text in the language that is spoken."""
    return _for_profile(_spoken.gettext(text) if _spoken else text)


def ngettext(one: str, many: str, number: int) -> str:
    """The form of a text for a number, in the language that is spoken."""
    if _spoken:
        return _for_profile(_spoken.ngettext(one, many, number))
    return _for_profile(one if number == 1 else many)


def typed(command: str) -> str:
    """A command as it is typed for the home that is worked in: `contaazul-sync --profile b status`."""
    return _for_profile(f"contaazul-sync {command}")


def _for_profile(text: str) -> str:
    return COMMAND.sub(f"contaazul-sync --profile {_profile} ", text) if _profile else text


def work_in(profile: str) -> None:
    """Name this profile in every command from now on: typed as it stands, it must not mean another shop."""
    global _profile  # noqa: PLW0603 - a process works in one home
    _profile = profile


def products(number: int) -> str:
    """`1 product`, `2 products`."""
    return ngettext("{n} product", "{n} products", number).format(n=number)


def orders(number: int) -> str:
    """`1 order`, `2 orders`."""
    return ngettext("{n} order", "{n} orders", number).format(n=number)


def items(number: int) -> str:
    """`1 item`, `2 items`."""
    return ngettext("{n} item", "{n} items", number).format(n=number)


def order_title(order_id: str, number: str) -> str:
    """What a person calls an order: `501`, or `LW-7489 (id 501)` where the shop has a number of its own."""
    return _("{number} (id {id})").format(number=number, id=order_id) if number else order_id


def speak(language: str) -> None:
    """Speak this language from now on: one of LANGUAGES; anything else is English."""
    global _spoken  # noqa: PLW0603 - a process speaks one language
    if language not in LANGUAGES[1:] and _spoken is None:
        return
    import gettext  # noqa: PLC0415 - not for English

    if language in LANGUAGES[1:]:
        _spoken = gettext.translation(DOMAIN, CATALOGUES, [language], fallback=True)
        os.environ["LANGUAGE"] = language  # typer asks gettext by itself: so it finds our catalogue
        gettext.bindtextdomain(DOMAIN, str(CATALOGUES))
        gettext.textdomain(DOMAIN)
    else:
        _spoken = None
        gettext.textdomain("messages")


def language() -> str:
    """The language that is spoken: one of LANGUAGES."""
    return LANGUAGES[1] if _spoken else LANGUAGES[0]


def language_of(setting: str, environ: Mapping[str, str]) -> str:
    """The language to speak: the setting's, else the locale's, else English."""
    told = setting or environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "pt_BR" if told.lower().startswith("pt") else "en"
