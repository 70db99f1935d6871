"""What sales do to what is to be received: an approved one has parts, a cancelled or deleted one had them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from contaazul_sync.sandbox.common import chance
from contaazul_sync.sandbox.erp.records.receivables import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from contaazul_sync.sandbox.erp.records.receivables import Settlement
    from contaazul_sync.sandbox.erp.records.sales import Instalment, Sale
    from contaazul_sync.sandbox.erp.switches import ErpSwitches

# Two ways to pay have another name in a sale than in what is to be received.
_METHODS = {"LINK_PAGAMENTO": "CARTAO_CREDITO_VIA_LINK", "COBRANCA_PIX": "PIX_COBRANCA"}


@dataclass(frozen=True, slots=True)
class Ledger:
    """Keeps the parts as the sales have them; it works on the ERP's own tables."""

    clock: Callable[[], datetime]
    switches: ErpSwitches
    parts: dict[str, Part]
    settlements: Mapping[str, Settlement]

    def follow(self, sale: Sale) -> None:
        """Bring the parts of a sale up to what the sale says now."""
        approved = sale.situacao in {"APROVADO", "FATURADO"} and not sale.deleted
        wanted = sale.payment.instalments if approved else []
        known = {part.index: part for part in self.of_event(sale.event_id)}
        for index, instalment in enumerate(wanted, 1):
            if index in known:
                self._change(known[index], sale, instalment)
            else:
                part = self._new(sale, index, instalment)
                self.parts[part.id] = part
        for index, part in known.items():
            if index > len(wanted):
                part.cancelled = True
                self.touch(part)

    def _new(self, sale: Sale, index: int, instalment: Instalment) -> Part:
        now, payment = self.clock(), sale.payment
        return Part(
            id=chance.new_id(),
            event_id=sale.event_id,
            sale_id=sale.id,
            index=index,
            due=instalment.due,
            amount=instalment.amount,
            description=instalment.description or f"Venda {sale.numero}",
            method=_METHODS.get(payment.kind or "", payment.kind),
            account_id=payment.account_id,
            nsu=payment.nsu,
            created=now,
            changed=now,
            visible_from=now + timedelta(seconds=self.switches.parts_lag),
            expected=instalment.due,
        )

    def _change(self, part: Part, sale: Sale, instalment: Instalment) -> None:
        part.due = part.expected = instalment.due
        part.amount = instalment.amount
        part.method = _METHODS.get(sale.payment.kind or "", sale.payment.kind)
        part.account_id, part.nsu = sale.payment.account_id, sale.payment.nsu
        part.cancelled = False
        self.touch(part)

    def touch(self, part: Part) -> None:
        """A part that has changed: a new version, at this moment."""
        part.version += 1
        part.changed = self.clock()

    def of_event(self, event_id: str) -> list[Part]:
        """The parts of one event, in their order."""
        return sorted(
            (part for part in self.parts.values() if part.event_id == event_id), key=lambda part: part.index
        )

    def settled(self, part: Part) -> list[Settlement]:
        """What was settled of a part, in the order in which it came."""
        return [each for each in self.settlements.values() if each.part_id == part.id]

    def paid(self, part: Part) -> Decimal:
        """How much of a part is settled, in reais; more than there was, where it was settled twice."""
        return sum((each.money.gross for each in self.settled(part)), Decimal(0))

    def is_settled(self, sale: Sale) -> bool:
        """Whether anything of this sale was settled."""
        return any(self.settled(part) for part in self.of_event(sale.event_id))
