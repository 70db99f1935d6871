"""SKUs that are one to a person, though two systems spell them in another case or Unicode form."""

import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

Named = TypeVar("Named")


def spelled(sku: str) -> str:
    """A SKU as it is compared where none is equal: `cam-1` and `CAM-1`, `maçã` in either Unicode form."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", sku).casefold()).strip()


def nearest(found: Iterable[Named], sku: str, sku_of: Callable[[Named], str]) -> list[Named]:
    """Those among the found that have exactly this SKU; where none has, those with one that is alike."""
    alike = [each for each in found if spelled(sku_of(each)) == spelled(sku)]
    return [each for each in alike if sku_of(each) == sku] or alike
