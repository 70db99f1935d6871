"""Words without HTML."""

from html import unescape

from contaazul_sync.core.drafts.products import DESCRIPTION_LIMIT
from contaazul_sync.core.markup import INLINE, pieces

MOST = 200_000  # characters of a description that are looked at


def text_of(html: str) -> str:
    """The words of a description without its HTML, at most as long as the ERP takes."""
    words: list[str] = []
    for text, tag, _inside in pieces(html[:MOST]):
        words.append(text if tag.lstrip("/") in INLINE or tag in ("", "!") else f"{text} ")
    return " ".join(unescape("".join(words)).split())[:DESCRIPTION_LIMIT].strip()
