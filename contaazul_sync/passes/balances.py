"""The balances that the ERP's list tells: read beside other work, and at a glance where that will do."""

from collections.abc import AsyncIterator, Coroutine, Set
from contextlib import suppress
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

from contaazul_sync.core.ids import ErpId, ShopKey
from contaazul_sync.erp.client import PAGE
from contaazul_sync.passes.crew import all_of
from contaazul_sync.passes.parts import Parts
from contaazul_sync.state.pairs import Glance

Result = TypeVar("Result")
Told = dict[ErpId, Decimal | None]


class Balances:
    """What the ERP's list tells of them."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._told: Told | None = None  # of the whole list, where it was read ahead

    async def beside(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do this, and read the ERP's list meanwhile: a daily pass takes as long as the slower of the two.

        What a sale moves after that is asked again one by one (`Motion.hides`). Where the list cannot be read
        now, it is read when it is needed, and told then what is wrong.
        """
        if self.parts.state.links.count() <= self.parts.ask_alone():
            return await work
        done: list[Any] = await all_of([work, self._read_ahead()])
        result: Result = done[0]
        return result

    async def _read_ahead(self) -> None:
        told: Told = {}
        with suppress(Exception):
            async for page in self.parts.erp.list_balances():
                told |= page
            self._told = told

    async def pages(self) -> AsyncIterator[Told]:
        """The list, a page at a time."""
        left = iter((self._told or {}).items())
        while page := dict(islice(left, PAGE)):
            yield page
        if self._told is None:
            async for page in self.parts.erp.list_balances():
                yield page

    def glance(self, apart: Set[ShopKey]) -> Glance | None:
        """Whether the list tells the balance that a product should have; of none of those `apart`.

        None where it was not read ahead, or shows so few that they are looked up one by one.
        """
        told, most = self._told, self.parts.ask_alone()
        if told is None:
            return None

        def is_even(key: ShopKey, erp_id: ErpId, expected: str) -> bool:
            return str(told.get(erp_id)) == expected and key not in apart

        return is_even if self.parts.state.pairs.at_rest(is_even, most + 1) > most else None
