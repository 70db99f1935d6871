"""What columns, statuses and rows of sums are often called: `usual.toml`."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

from contaazul_sync.core.orders import Payment
from contaazul_sync.tables.fields import known_by

JOINING = ("do", "da", "de", "dos", "das")


@cache
def table() -> dict[str, dict[str, list[str]]]:
    """All of it: by section and field, and of [statuses] by meaning."""
    place: Any = resources.files("contaazul_sync.tables").joinpath("usual.toml")
    return tomllib.loads(place.read_text(encoding="utf-8"))


def called(section: str, name: str, heads: Sequence[str]) -> list[str]:
    """The heads that a field is often called by, the likeliest first. `Total (R$)` is `Total`."""
    usual = _usual(section, name)
    ranks = {head: usual.index(bare) for head in heads if (bare := plain(head)) in usual}
    return sorted(ranks, key=lambda head: ranks[head])


def rank(section: str, name: str, head: str) -> int:
    """How likely a head, as `called` gives it, is this field: 0 is the likeliest."""
    return _usual(section, name).index(plain(head))


@cache
def _usual(section: str, name: str) -> list[str]:
    return [plain(each) for each in table()[section].get(name, [])]


def meaning(word: str) -> Payment | None:
    """What a status often means; None where nobody can know."""
    bare = known_by(word).removeprefix("pedido ")
    return next((Payment(each) for each, words in table()["statuses"].items() if bare in words), None)


def is_sum(word: str) -> bool:
    """Whether a row that begins so adds up the others: `Total de pedidos: 12` is `total de pedidos`."""
    bare = " ".join(part for part in known_by(word).split() if not part.isdecimal())
    return bare in table()["sums"]["row"]


def plain(head: str) -> str:
    """A head as it is compared, in whole words, without what joins them: `Vlr. do Frete` is `valor frete`."""
    whole = {short: word for word, found in table()["short"].items() for short in found}
    parts = known_by(head.replace("R$", "").replace("(R)", "")).split()
    return " ".join(whole.get(part, part) for part in parts if part not in JOINING)
