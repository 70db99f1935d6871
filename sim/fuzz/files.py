"""Nonsense in a file of the home, as a full disk, an editor, a copying tool or a person leaves it."""

import json
import random
import re
from collections.abc import Mapping
from pathlib import Path

from sim.fuzz import nonsense

WHOLE: Mapping[str, bytes] = {
    "nothing": b"",
    "zero bytes": b"\x00" * 4096,
    "noise": random.Random(0).randbytes(3000),
    "brackets": b"[" * 100_000,
    "a page": b"<!doctype html><p>Manuten\xe7\xe3o",
    "null": b"null",
    "number": b"7",
    "list": b"[]",
    "text": b'"ok"',
}
CHANGES = ("half", "mark", "other line ends", "utf-16", "latin-1", "a line more", "twice")
PLACES = ("gone", "a folder", "a link to nowhere", "a link to itself", "for everybody")
VALUED = ("config.toml", "secrets.json")  # files of fields
FILES = (*VALUED, "state.db", "last-run", "run.lock", "token.lock", "run.json")
_LINE = re.compile(r"^([\w.]+) = .*$", re.MULTILINE)


def drawn(dice: random.Random) -> tuple[str, str]:
    """A file, and what becomes of it."""
    file = dice.choice(FILES)
    if file in VALUED and dice.random() < 0.7:
        return file, f"a field: {dice.choice(list(nonsense.VALUES))}"
    return file, dice.choice([*WHOLE, *CHANGES, *PLACES])


def spoil(path: Path, what: str, dice: random.Random) -> None:
    """Let it be so."""
    before = path.read_bytes() if path.exists() else b""
    if what in PLACES:
        _replace(path, what)
        return
    if what.startswith("a field: "):
        after = _field(path, before.decode(), what.removeprefix("a field: "), dice)
    elif what in WHOLE:
        after = WHOLE[what]
    else:
        after = _changed(before, what)
    path.write_bytes(after)
    path.chmod(0o600)


def _replace(path: Path, what: str) -> None:
    if what == "for everybody":
        path.touch()
        path.chmod(0o666)
        return
    path.unlink(missing_ok=True)
    if what == "a folder":
        path.mkdir()
    elif what.startswith("a link"):
        path.symlink_to(path if "itself" in what else path.with_name("nowhere"))


def _changed(before: bytes, what: str) -> bytes:
    text = before.decode("latin-1")
    return {
        "half": before[: len(before) // 2],
        "mark": b"\xef\xbb\xbf" + before,
        "other line ends": before.replace(b"\n", b"\r\n"),
        "utf-16": text.encode("utf-16"),
        "latin-1": before + "\n# ação\n".encode("latin-1"),
        "a line more": before + b"\nnada = 1\n",
        "twice": before + before,
    }[what]


def _field(path: Path, text: str, what: str, dice: random.Random) -> bytes:
    given = nonsense.VALUES[what]
    value = "nada" if given in (nonsense.GONE, nonsense.TWICE, nonsense.DEEP) else given
    if path.suffix == ".json":
        fields = json.loads(text)
        name = dice.choice(sorted(fields))
        return json.dumps(fields | {name: value}).encode()
    lines = _LINE.findall(text)
    name = dice.choice(
        [*lines, "prices.adjustment_percent", "shop.requests_per_second", "language", "alerts.ping_url"]
    )
    line = f"{name} = {json.dumps(value)}"
    if name in lines:
        text = re.sub(rf"^{re.escape(name)} = .*$", lambda _found: line, text, flags=re.MULTILINE)
    else:
        text += f"{line}\n"
    return text.encode("utf-8", "surrogatepass")
