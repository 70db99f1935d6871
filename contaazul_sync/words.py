"""What the program says, in the merchant's language. English is in the code, the rest in a catalogue.

`speak` is called once, before anything is said; until then, and for a text that the catalogue lacks, it is
English. A text with values in it is translated first and filled in then: `_("{n} left").format(n=3)`.
"""

import gettext as _gettext
from collections.abc import Mapping
from pathlib import Path

LANGUAGES = ("en", "pt_BR")
CATALOGUES = Path(__file__).parent / "locale"

_spoken: _gettext.NullTranslations = _gettext.NullTranslations()


def _(text: str) -> str:
    """A text in the language that is spoken."""
    return _spoken.gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """The form of a text for a number, in the language that is spoken."""
    return _spoken.ngettext(one, many, number)


def speak(language: str) -> None:
    """Speak this language from now on: one of LANGUAGES; anything else is English."""
    global _spoken  # noqa: PLW0603 - a process speaks one language
    if language == "en" or language not in LANGUAGES:
        _spoken = _gettext.NullTranslations()
        return
    _spoken = _gettext.translation("contaazul_sync", CATALOGUES, [language], fallback=True)


def language_of(setting: str, environ: Mapping[str, str]) -> str:
    """The language to speak: the setting's, else the locale's, else English."""
    told = setting or environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "pt_BR" if told.lower().startswith("pt") else "en"
