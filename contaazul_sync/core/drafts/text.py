"""Words without HTML."""

from html import unescape

from contaazul_sync.core.drafts.products import DESCRIPTION_LIMIT
from contaazul_sync.core.markup import INLINE, pieces

MOST = 200_000  # characters of a description that are looked at
A_LOOK = 2 * DESCRIPTION_LIMIT  # characters after which it is seen whether there are enough, and again


def text_of(html: str) -> str:
    """The words of a description without its HTML, at most as long as the ERP takes."""
    words, length, look = list[str](), 0, A_LOOK
    for text, tag, _inside in pieces(html[:MOST]):
        words.append(text if tag.lstrip("/") in INLINE or tag in ("", "!") else f"{text} ")
        length += len(text)
        if length >= look:
            look *= 2
            begun = _plain("".join(words).rpartition(" ")[0])  # no entity goes over a space
            if len(begun) >= DESCRIPTION_LIMIT:
                return begun[:DESCRIPTION_LIMIT].strip()  # whatever follows
    return _plain("".join(words))[:DESCRIPTION_LIMIT].strip()


def _plain(words: str) -> str:
    """These words with single spaces, their entities decoded."""
    return " ".join(unescape(words).split())
