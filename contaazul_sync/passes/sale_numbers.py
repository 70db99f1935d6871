"""The numbers of our sales."""

import asyncio

from contaazul_sync.core.errors import Refused, Unavailable
from contaazul_sync.passes.parts import Parts


class SaleNumbers:
    """Hands out a number for each sale; each is written down with its intent before it is used."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._asking = asyncio.Lock()
        self._next: int | None = None

    async def take(self) -> int:
        """The next number: the ERP's hint, or one above our highest, whichever is higher."""
        async with self._asking:
            if self._next is None:
                self._next = max(await self._hint(), self.parts.state.sends.highest_number() + 1)
            number = self._next
            self._next += 1
            return number

    async def _hint(self) -> int:
        """What the ERP would use next; to be refused that is no order's trouble."""
        try:
            return await self.parts.erp.next_number() or 1
        except Refused as error:
            raise Unavailable(error.message) from error

    def skip_to(self, number: int) -> None:
        """Others have the numbers below this one."""
        self._next = max(number, self._next or 0)
