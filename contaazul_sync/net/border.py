"""The one place where answers come in: how much of one is read, and how it is parsed.

No answer fills the memory: its bytes are counted while they come, after they are unpacked. What is parsed is
fit to keep (`core.fit`).
"""

import json
import zlib
from collections.abc import AsyncIterator
from typing import Any

import httpx

from contaazul_sync.core import fit

MOST_MB = 16
MOST_BYTES = MOST_MB * 1_000_000  # of one answer, unpacked: 100 products, each with a book for a description
MOST_VALUES = 1_000_000  # of one answer: each takes up to some hundred bytes of memory
_GZIP = ("gzip", "x-gzip", "deflate")
_WESTERN = ("iso-8859-1", "latin-1", "windows-1252", "cp1252")

_JSON = json.JSONDecoder(
    strict=False,  # a bare break of a line in a text is no reason to refuse a page
    parse_float=fit.fraction,
    parse_int=fit.whole,
    parse_constant=lambda _word: fit.UNREADABLE,
)


class TooMuch(httpx.HTTPError):
    """An answer is larger than any that is meant."""


class _Counted(httpx.AsyncByteStream):
    """A body as it comes, unpacked, up to MOST_BYTES. Raises TooMuch, DecodingError."""

    def __init__(self, stream: httpx.AsyncByteStream, packed: str) -> None:
        self.stream, self.packed = stream, packed

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MOST_BYTES
        unpack = None if self.packed in ("", "identity") else _unpacker(self.packed)
        async for raw in self.stream:
            try:
                piece = unpack.decompress(raw, left + 1) if unpack else raw
            except zlib.error as error:
                raise httpx.DecodingError(str(error)) from error
            left -= len(piece)
            if left < 0:
                raise TooMuch(self.packed)
            yield piece

    async def aclose(self) -> None:
        await self.stream.aclose()


def _unpacker(packed: str) -> Any:
    """What undoes a packing. Raises DecodingError for one that nobody asked for, as two in each other."""
    if packed not in _GZIP:
        raise httpx.DecodingError(packed)
    return zlib.decompressobj(zlib.MAX_WBITS | 32)  # looks by itself which of them it is


async def count(response: httpx.Response) -> None:
    """Httpx's own hook for answers: have the body counted and unpacked here, whoever reads it."""
    packed = response.headers.pop("Content-Encoding", "").strip().lower()
    assert isinstance(response.stream, httpx.AsyncByteStream)
    response.stream = _Counted(response.stream, packed)


def parse(content: bytes) -> Any:
    """JSON fit to keep: exact decimals, texts mended, as deep and as long as is meant. Raises ValueError."""
    return _parsed(content)[0]


def parse_first(content: bytes) -> Any:
    """The same, of the first of two objects that are glued together."""
    answer, rest = _parsed(content, glued=True)
    if rest and not rest.startswith("{"):
        raise ValueError(rest[:20])
    return answer


def page(response: httpx.Response) -> str:
    """A page of text or HTML, its characters mended."""
    western = (response.charset_encoding or "").lower() in _WESTERN
    return fit.text(response.content.decode("cp1252" if western else "utf-8", "replace"))


def _parsed(content: bytes, *, glued: bool = False) -> tuple[Any, str]:
    if len(content) > MOST_VALUES and sum(map(content.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise ValueError(len(content))
    told = content.decode(json.detect_encoding(content), "replace").strip()
    try:
        answer, end = _JSON.raw_decode(told)
    except RecursionError:
        raise ValueError(len(content)) from None
    rest = told[end:].strip()
    if rest and not glued:
        raise ValueError(rest[:20])
    return fit.parsed(answer, told), rest
