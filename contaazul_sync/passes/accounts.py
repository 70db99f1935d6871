"""What a sale is booked on: the names of the merchant's tables as ids of the ERP."""

import asyncio

from contaazul_sync.core import methods
from contaazul_sync.core.errors import Amiss
from contaazul_sync.core.words import Said, _
from contaazul_sync.erp.client import NAMED, is_id
from contaazul_sync.erp.payloads import BookedOn
from contaazul_sync.passes.parts import Parts


class Accounts:
    """Looks a name up once a run. `unknown`, `mixed`: ways of paying that mean nothing, or several things."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.unknown: set[str] = set()
        self.mixed: set[str] = set()
        self._names = asyncio.Lock()
        self._found: dict[tuple[str, str], str | None] = {}

    async def booked_on(self, method: str) -> BookedOn:
        """What the merchant's table says of a way of paying. Raises Amiss."""
        rule = self.parts.rules.payment(method)
        kinds = methods.named_types(method)
        if not rule.type and len(kinds) != 1:
            (self.mixed if kinds else self.unknown).add(methods.payment_word(method))
        ids = {what: await self.id_of(what, getattr(rule, what)) for what in NAMED}
        return BookedOn(type=rule.type, **ids)

    async def id_of(self, what: str, name: str) -> str:
        """The ERP's id for a name; an id is taken as it is. Raises Amiss."""
        if not name or is_id(name):
            return name
        async with self._names:
            if (what, name) not in self._found:
                self._found[what, name] = await self.parts.erp.find_named(what, name)
        found = self._found[what, name]
        if found is None:
            text = _("the ERP does not have {what} of the [payments] table, or not once")
            raise Amiss(text.format(what=_thing(what).format(name=name)))
        return found


def _thing(what: str) -> Said:
    """What a row of the [payments] table names, within a sentence."""
    return {
        "account": _("the account '{name}'"),
        "category": _("the category '{name}'"),
        "cost_center": _("the cost centre '{name}'"),
        "seller": _("the seller '{name}'"),
    }[what]
