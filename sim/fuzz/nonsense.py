"""What a server, a disk or a person may put where something sensible should be."""

import json
from collections.abc import Mapping
from typing import Any

GONE = object()  # the field is not there at all
TWICE = object()  # the same thing twice in its list
DEEP = object()  # so deep that a parser which calls itself does not come back
CUT = "Caf\ud83d"  # half of an emoji, as a server that cuts at a number of units sends it
DEPTH = 3000

VALUES: Mapping[str, Any] = {
    "null": None,
    "gone": GONE,
    "twice": TWICE,
    "deep": DEEP,
    "empty text": "",
    "blanks": " \t\u00a0",
    "word": "nada",
    "half an emoji": CUT,
    "escape sequence": "\x1b[31mred\x1b]0;title\x07\x9b2J",
    "line separators": "um\u2028dois\u2029tr\u00eas\r\nquatro\x85",
    "zero byte": "a\x00b",
    "entities": "Caf&eacute; &amp;amp; &lt;b&gt; &#x1F600; &#0; &#xD800; &#99999999999;",
    "decomposed": "Cafe\u0301",
    "right to left": "\u202eabc\u202c",
    "markup": "[bold]x[/] [/nope] [link=http://x]",
    "format": "{n} %s %(a)s {0.__class__}",
    "formula": "=1+1|' /C calc'!A0",
    "path": "../../../etc/passwd",
    "long": "x" * 100_000,
    "no": False,
    "yes": True,
    "zero": 0,
    "minus one": -1,
    "half": 0.5,
    "65 bits": 2**64,
    "40 digits": 10**40,
    "5000 digits": "9" * 5000,
    "huge": 1e300,
    "not a number": float("nan"),
    "infinite": float("inf"),
    "tiny": 1e-300,
    "money in words": "R$ 1.234,56",
    "english money": "1,234.56",
    "exponent": "1e5",
    "huge exponent": "1e999999999",
    "arabic digits": "\u0661\u0662",
    "superscript": "\u00b2",
    "not a number as text": "NaN",
    "underscores": "1_000",
    "zero day": "0000-00-00 00:00:00",
    "year one": "0001-01-01T00:00:00Z",
    "last day": "9999-12-31T23:59:59.999999-12:00",
    "no such day": "2026-02-30",
    "american day": "11/24/2026 3:00 PM",
    "far zone": "2026-11-24T15:00:00+99:99",
    "empty list": [],
    "empty object": {},
    "list of null": [None],
    "list of lists": [[["a"]]],
    "object": {"id": {"id": None}, "nome": ["x"]},
}

BODIES: Mapping[str, bytes] = {
    "nothing": b"",
    "page": b"<!doctype html><html><title>Manuten\xe7\xe3o</title><a <a <a",
    "latin-1": '{"mensagem": "manutenção"}'.encode("latin-1"),
    "mark of the order of bytes": b"\xef\xbb\xbf{}",
    "utf-16": '{"a": "b"}'.encode("utf-16"),
    "half": b'{"data": [{"id": 1, "name": "Caf',
    "null": b"null",
    "number": b"0",
    "text": b'"ok"',
    "list": b"[]",
    "object": b"{}",
    "list of null": b"[null, null]",
    "zero bytes": b"\x00" * 64,
    "brackets": b"[" * 100_000,
    "objects": b'{"a":' * 50_000,
    "digits": b'{"data": [' + b"9" * 10_000 + b"]}",
    "not a number": b'{"data": NaN, "total": Infinity}',
    "twice the same key": b'{"data": [], "data": null, "data": {"data": 1}}',
}

# fmt: off
STATUSES = (
    100, 204, 206, 301, 304, 400, 401, 402, 403, 404, 405,
    409, 410, 418, 422, 423, 451, 500, 501, 520, 599,
)
# fmt: on

HEADERS: Mapping[str, tuple[str, str]] = {
    "endless pause": ("retry-after", "99999999999999999999"),
    "pause before": ("retry-after", "-5"),
    "pause in words": ("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT"),
    "pause of no number": ("retry-after", "\u00b2"),
    "odd type": ("content-type", "application/json; charset=no-such-thing"),
    "no type": ("content-type", ""),
    "no pages": ("x-wp-totalpages", "many"),
    "pages below zero": ("x-wp-totalpages", "-1"),
    "odd total": ("x-wp-total", "1e9"),
    "odd place": ("location", "http://[::1"),
    "odd link": ("link", "<>; rel=next, <\x01>; rel=next"),
    "packed, and is not": ("content-encoding", "gzip"),
    "packed as nobody does": ("content-encoding", "nonsense"),
}


_MARK = "deep, here"


def written(value: Any) -> bytes:
    """JSON, also of what is none."""
    text = json.dumps(value, default=lambda _other: _MARK)
    return text.replace(f'"{_MARK}"', "[" * DEPTH + "]" * DEPTH).encode()
