"""Where something stands in an answer of a shop, as a profile says it (https://jmespath.org). Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError


class Expression:
    """One expression. Most are a plain name, or names that lie in each other as `dimension.weight`.

    These are looked up as such: of a shop of 100,000 products a full walk asks for two million.
    """

    def __init__(self, text: str) -> None:
        """Raises JMESPathError."""
        self._parsed = jmespath.compile(text)
        self._names = tuple(_names(self._parsed.parsed))

    def find(self, row: Any) -> Any:
        """What stands there in a row; None where nothing does, or the row is not of the kind."""
        for name in self._names:
            if not isinstance(row, dict):
                return None
            row = row.get(name)
        return row if self._names else self._search(row)

    def _search(self, row: Any) -> Any:
        try:
            return self._parsed.search(row)
        except JMESPathError:
            return None


def _names(node: Mapping[str, Any]) -> Iterable[str]:
    """The names of an expression that is made of nothing else, the outermost first; else none."""
    if node["type"] == "field":
        return [node["value"]]
    fields = node["children"] if node["type"] == "subexpression" else []
    plain = all(each["type"] == "field" for each in fields)
    return [each["value"] for each in fields] if plain else []
