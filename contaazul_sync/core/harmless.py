"""What may go out to a person: nothing that steers a terminal or a spreadsheet, and nothing that is secret.

Names of products and what servers answer come from outside. Whatever shows, prints, mails or writes them asks
here, at its last step: `home/screen` for terminals and pipes, `home/log`, the page, the CSV and the alerts.
"""

import base64
import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

SHORTEST = 6  # letters of a secret; a shorter one would blot out half of every sentence
NUMERAL = re.compile(r"[+-]?\d+([.,]\d+)*")
GLUE = "\ue000"  # a letter of nobody, since rich ends lines at a no-break space, too
# As a person types it: it ends where the sentence goes on.
COMMAND = re.compile(
    r"""((?:pipx inject )?contaazul-sync(?: +(?:(?:'[^'\n]*'|"[^"\n]*")+|(?:[^;,().\s'"]|\.(?=\S))+))+)"""
)
FORMULA = ("=", "+", "-", "@")
# Of a terminal: a title, a link, the clipboard (up to its end), a colour or a move, a switch of letters.
_STEERING = re.compile(
    r"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b[ -/]+[0-~]|\x1b[0-~]"
)
_SIGNED_IN = re.compile(r"(?<=://)[^\s\"'<>]*@")  # user:password@, also where the password has a slash
_hidden: set[str] = set()


def hide(values: Iterable[object]) -> None:
    """Never show these values from now on: what settings and secrets hold that is nobody's business."""
    _hidden.update(told for value in values if len(told := str(value).strip()) >= SHORTEST)


def forget() -> None:
    """Hide nothing of what was hidden so far: what comes is about another home, with secrets of its own."""
    _hidden.clear()


def hide_login(name: str, secret: str) -> None:
    """Nor show a secret as a request is signed with it: a server may quote the header that it refuses."""
    hide([secret, base64.b64encode(f"{name}:{secret}".encode()).decode()])


def lines(text: str) -> str:
    """A text without secrets, and without what would steer a terminal or turn its letters round."""
    return "\n".join(map(line, text.split("\n")))


def line(text: str) -> str:
    """The same in one line."""
    text = without_secrets(text)
    if text.isprintable():  # nearly every line, and a log has thousands
        return text
    return "".join(map(_letter, _STEERING.sub("", text)))


def without_secrets(text: str) -> str:
    """A text without what was hidden, and without `user:password@` in an address."""
    for secret in sorted(_hidden, key=len, reverse=True):
        text = text.replace(secret, "...")
    return _SIGNED_IN.sub("...@", text) if "://" in text else text


def _letter(letter: str) -> str:
    if letter.isprintable():
        return letter
    kind = unicodedata.category(letter)
    if kind == "Cf":  # turns the direction of what follows, or cannot be seen
        return ""
    if kind == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    return letter if kind in ("Cn", "Co") else " "  # a letter newer than this Python, or a font's own


def cell(value: object) -> str:
    """A cell of a spreadsheet: text that it would take for a formula is marked as text, by an apostrophe."""
    text = line("" if value is None else str(value))
    begun = unicodedata.normalize("NFKC", text.lstrip()[:1])
    return f"'{text}" if begun in FORMULA and not NUMERAL.fullmatch(text) else text


def glued(text: str) -> str:
    """A text that is about to be folded into lines, none of which ends within `R$ 5,00` or a command."""
    text = text.replace("R$ ", f"R${GLUE}")
    return COMMAND.sub(lambda found: found[0].replace(" ", GLUE), text) if "contaazul-sync " in text else text


def unglued(text: str) -> str:
    """The same when it is folded."""
    return text.replace(GLUE, " ")


def as_json(value: object, indent: int | None = None) -> str:
    """JSON that steers no terminal. Every letter is in it, but secrets are not; its names stay whole."""
    text = json.dumps(_without_secrets(value), ensure_ascii=False, indent=indent)
    if text.replace("\n", "").isprintable():
        return text
    return "".join(each if each.isprintable() or each == "\n" else json.dumps(each)[1:-1] for each in text)


def _without_secrets(value: Any) -> Any:
    """The same in each text of a value, before it is JSON, where a secret may look otherwise."""
    if isinstance(value, str):
        return without_secrets(value)
    if isinstance(value, dict):
        return {name: _without_secrets(each) for name, each in value.items()}
    return [_without_secrets(each) for each in value] if isinstance(value, list | tuple) else value
