"""Comparing words of other systems: without case, accents and the space around and between them."""

import unicodedata


def folded(text: str) -> str:
    """A text as it is compared: `São  Paulo` and `SAO PAULO` are one."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())
