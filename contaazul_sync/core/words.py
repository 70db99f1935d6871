"""What the program says, in the merchant's language. English is in the code, the rest in a catalogue.

`speak` is called once, before anything is said; until then, and for a text that the catalogue lacks, it is
English. A text with values in it is translated first and filled in then: `_("{n} left").format(n=3)`.
"""

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gettext import NullTranslations

LANGUAGES = ("en", "pt_BR")
CATALOGUES = Path(__file__).parents[1] / "locale"
DOMAIN = "contaazul_sync"

COMMAND = re.compile(r"\bcontaazul-sync (?=[a-z{])")  # in a text, before a command's name
TYPED = "contaazul-sync {command}"
QUOTED, STOPLESS = "{text}", "stopless"  # texts of no language, and a way to fill one in
KEPT = '{"said": '  # begins what `kept` has written

_spoken: "NullTranslations | None" = None  # English
_profile = ""  # of the home that is worked in


class Said(str):
    """What the program says, in the language that is spoken; it knows of which text and values it is made.

    So it can be kept (`kept`), and said anew to who reads it in another language (`said_again`). It is made
    by `_`, `ngettext`, `joined`, `without_stop`, `said_by` and `quoted` alone: where a text is to be kept,
    the type checker takes no other. What is done to it as to any `str` is a plain text, but for `format`.
    """

    __slots__ = ("code", "many", "number", "values")
    code: str  # the text as it stands in the code
    many: str  # its form for many, where it has one
    number: int
    values: dict[str, object]  # each a Said, an int or a str

    def format(self, /, *_args: object, **values: object) -> "Said":
        """Filled in. A value may itself be said, or be an error that says why."""
        told = {name: _value(each) for name, each in values.items()}
        return _made(str.format(self, **told), self.code, self.many, self.number, told)

    def __format__(self, spec: str) -> str:
        return self.removesuffix(".") if spec == STOPLESS else str.__format__(self, spec)


def _made(text: str, code: str, many: str, number: int, values: dict[str, object]) -> Said:
    said = Said(text)
    said.code, said.many, said.number, said.values = code, many, number, values
    return said


def _value(value: object) -> object:
    """A value as it is kept: what an error says is said again, too."""
    if isinstance(value, Exception):
        return said_by(value)
    return value if isinstance(value, (Said, int)) and not isinstance(value, bool) else str(value)


def _(text: str) -> Said:
    """A text in the language that is spoken."""
    return _made(_for_profile(_spoken.gettext(text) if _spoken else text), text, "", 0, {})


def ngettext(one: str, many: str, number: int) -> Said:
    """The form of a text for a number, in the language that is spoken."""
    text = _spoken.ngettext(one, many, number) if _spoken else (one if number == 1 else many)
    return _made(_for_profile(text), one, many, number, {})


def quoted(text: str) -> Said:
    """What others wrote, as it is: in every language the same."""
    return _made(text, QUOTED, "", 0, {"text": text})


NOTHING = quoted("")


def joined(*said: Said, by: str = " ") -> Said:
    """Several texts as one; empty ones are left out."""
    return _in_all({f"t{n}": each for n, each in enumerate(filter(None, said))}, by, "{{{name}}}")


def without_stop(said: Said) -> Said:
    """A sentence without its full stop, to stand within another."""
    return _in_all({"text": said}, "", f"{{{{{{name}}:{STOPLESS}}}}}") if said.endswith(".") else said


def _in_all(told: Mapping[str, Said], by: str, each: str) -> Said:
    """A text of no language, made of others."""
    code = by.join(each.format(name=name) for name in told)
    return _made(code.format(**told), code, "", 0, dict(told)) if told else NOTHING


def said_by(error: BaseException) -> Said:
    """What an error says; one that is none of ours is quoted."""
    told = error.args[0] if error.args else ""
    return told if isinstance(told, Said) else quoted(str(error))


def kept(said: Said) -> str:
    """What was said, as the state keeps it: its text in the code and its values, or what it quotes."""
    if said.code == QUOTED and not said.startswith(KEPT):
        return str(said)
    return json.dumps(_as_kept(said), ensure_ascii=False)


def _as_kept(value: object) -> object:
    if not isinstance(value, Said):
        return value
    told: dict[str, object] = {"said": value.code}
    if value.many:
        told |= {"many": value.many, "n": value.number}
    if value.values:
        told["with"] = {name: _as_kept(each) for name, each in value.values.items()}
    return told


def said_again(text: str) -> Said:
    """What was kept, in the language that is spoken; what a version before this kept is quoted."""
    return _said_again(text, _spoken, _profile)


@lru_cache(maxsize=4096)  # a pass reads what stands against its items several times
def _said_again(text: str, _language: object, _home: str) -> Said:
    if text.startswith(KEPT):
        with suppress(ValueError, LookupError, TypeError, AttributeError):  # nothing of ours after all
            return _read(json.loads(text))
    return quoted(text)


def _read(told: Any) -> Said:
    values = told.get("with", {})
    values = {name: _read(each) if isinstance(each, dict) else each for name, each in values.items()}
    if told["said"] == QUOTED:
        return quoted(values["text"])
    code, many = "" + told["said"], told.get("many", "")
    text = ngettext(code, many, int(told["n"])) if many else _(code)
    return text.format(**values) if values else text


def shape(said: Said) -> tuple[object, ...]:
    """Of which texts it is made: the same for two that differ in their values alone."""
    if said.code == QUOTED:
        return (str(said),)
    return (said.code, *(shape(each) for each in said.values.values() if isinstance(each, Said)))


def typed(command: str) -> Said:
    """A command as it is typed for the home that is worked in: `contaazul-sync --profile b status`."""
    return _made(_for_profile(TYPED), TYPED, "", 0, {}).format(command=command)


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
