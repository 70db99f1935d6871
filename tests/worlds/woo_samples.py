"""Answers of real WooCommerce servers, by version: what they listed, and what they refused."""

from functools import cache
from pathlib import Path
from typing import Any

from contaazul_sync.net.border import parse

SAMPLES = Path(__file__).parents[1] / "samples"
VERSIONS = ("8.2.2", "9.9.5", "11.0.1")
FILES = {
    "orders": (
        *("orders-paid", "orders-modified-after", "orders-page-2", "order-partly-refunded"),
        *("orders-special", "orders-real-checkout"),
    ),
    "products": ("products",),
    "variations": ("variations", "variations-flat"),
}


@cache
def answered(version: str, name: str) -> Any:
    """The body of one answer, with the exact numbers of the wire; None where that version was not asked."""
    path = SAMPLES / f"woocommerce-{version}" / f"{name}.json"
    if not path.exists():
        return None
    told = parse(path.read_bytes())
    return told["body"] if isinstance(told, dict) and "body" in told else told


def rows(version: str, kind: str) -> list[Any]:
    """Every row of a kind ("orders", "products" or "variations") that this version has told."""
    told = [answered(version, name) for name in FILES[kind]]
    listed = [each for body in told for each in (body if isinstance(body, list) else [body])]
    return [row for row in listed if row and "id" in row]
