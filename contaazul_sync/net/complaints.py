"""A server's own words for an error, without what they quote of a person."""

import re

# What the ERP may quote of a person in an error: an e-mail address, a CNPJ with letters, a CPF or a phone.
_PERSONAL = re.compile(
    r"\S+@\S+|\b[0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}/?[0-9A-Z]{4}-?\d{2}\b|\d[\d.\-/() ]{6,}\d"
)


READ, SHOWN = 1000, 300  # characters; what a pattern makes of a long text takes as long as its square
_OF_A_GATEWAY = ("", "not found", "no route matched with those values", "page not found", "404")


def is_bare(words: str) -> bool:
    """Whether a refusal has no words of the application's own: it may be that of a server before it."""
    return words.strip(" .!").lower() in _OF_A_GATEWAY


def error_text(body: object) -> str:
    """A server's own words for an error, without what they quote of a person; "" when there are none."""
    return _PERSONAL.sub("...", _error_words(body)[:READ])[:SHOWN]


def _error_words(body: object) -> str:
    if isinstance(body, str):
        return body.strip()
    if isinstance(body, list):
        return next(filter(None, map(_error_words, body)), "")
    if not isinstance(body, dict):
        return ""
    keys = ("error_description", "error", "message", "descricao_erro", "mensagem", "detail", "errors")
    return next(filter(None, (_error_words(body.get(key)) for key in keys)), "")
