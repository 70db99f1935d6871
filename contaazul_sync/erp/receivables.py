"""The ERP's parts and settlements: what is to come in for a sale, and what of it has come.

A repeated settlement is a second one: there is no key by which the ERP could know it again. Facts:
docs/conta-azul.md, "Receivables and settlements".
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from contaazul_sync.core.drafts.settlements import SettlementDraft
from contaazul_sync.core.errors import Unclear, Unusable
from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.money import reais
from contaazul_sync.core.receivables import ErpPart, ErpSettlement, PartStatus
from contaazul_sync.core.words import _
from contaazul_sync.erp.answers import read_amount, read_day
from contaazul_sync.erp.payloads import Json, number
from contaazul_sync.erp.reading import Read, all_rows_of, read
from contaazul_sync.net.transport import Leaving, Transport

Told = TypeVar("Told")

EVENTS = "/v1/financeiro/eventos-financeiros"
STATUSES: Mapping[str, PartStatus] = {
    "PENDENTE": PartStatus.OPEN,
    "EM_ABERTO": PartStatus.OPEN,
    "ATRASADO": PartStatus.OPEN,
    "QUITADO": PartStatus.SETTLED,
    "RECEBIDO": PartStatus.SETTLED,
    "RECEBIDO_PARCIAL": PartStatus.PARTLY,
    "CANCELADO": PartStatus.CANCELLED,
    "RENEGOCIADO": PartStatus.RENEGOTIATED,
    "PERDIDO": PartStatus.LOST,
}


class Receivables:
    """What the sales of one company bring."""

    def __init__(self, transport: Transport) -> None:
        self.http = transport

    async def parts(self, event: ErpId) -> list[ErpPart]:
        """The parts of a sale's event, in their order; none yet where the sale is new. Raises Unusable."""
        rows = _readable(all_rows_of, await self.http.get(f"{EVENTS}/{event}/parcelas"))
        told = [row if _lists_settlements(row) else await self._whole(row) for row in rows]
        return sorted((_readable(_part, row) for row in told), key=lambda part: part.index)

    async def _whole(self, row: Json) -> Json:
        """A part of which the list of parts does not tell what was received: not told is not none."""
        path = f"{EVENTS}/parcelas/{row['id']}/baixa"
        return {**row, "baixas": _readable(all_rows_of, await self.http.get(path))}

    async def settlements(self, part_id: ErpId) -> tuple[ErpSettlement, ...]:
        """What was received of a part. Raises Missing, Unusable."""
        return _readable(_settlements, await self.http.get(f"{EVENTS}/parcelas/{part_id}/baixa"))

    async def settle(self, draft: SettlementDraft, account: str, leaving: Leaving) -> None:
        """Receive some of a part on an account; `leaving` is called when it is about to leave.

        Raises Refused, Unanswered.
        """
        path = f"{EVENTS}/parcelas/{draft.part_id}/baixa"
        await self.http.create(path, settlement_payload(draft, account), leaving=leaving)


def _readable(reader: Callable[[Any], Read], told: Any) -> Read:
    """What a reader makes of what is told of one sale: what cannot be read is that one's trouble alone."""
    try:
        return read(reader, told)
    except Unclear:
        text = _("the ERP tells its receivables in a way that cannot be read")
        step = _("look at the sale's receivables in the ERP; tomorrow the program looks again, too")
        raise Unusable(text, step) from None


def settlement_payload(draft: SettlementDraft, account: str) -> Json:
    """`POST .../parcelas/{id}/baixa`."""
    return {
        "data_pagamento": draft.day.isoformat(),
        "composicao_valor": {
            "valor_bruto": number(reais(draft.gross)),
            "multa": 0,
            "juros": 0,
            "desconto": 0,
            "taxa": number(reais(draft.fee)),
        },
        "conta_financeira": account,
        "metodo_pagamento": draft.method,
        "observacao": draft.note,
        "nsu": draft.nsu,
    }


def _lists_settlements(row: Json) -> bool:
    """Whether a part tells its settlements: not none of them, while it says that some of it was received."""
    listed, status = row.get("baixas"), _status(row)
    return listed is not None and (bool(listed) or status not in (PartStatus.SETTLED, PartStatus.PARTLY))


def _status(row: Json) -> PartStatus:
    return STATUSES.get(str(row.get("status") or "").strip().upper(), PartStatus.UNKNOWN)


def _part(row: Json) -> ErpPart:
    """A part; what is written as `composicao_valor` is read as `valor_composicao`."""
    value, paid = row.get("valor_composicao") or {}, read_amount(row.get("valor_pago"))
    told = (row.get("valor_total_liquido"), value.get("valor_liquido"), value.get("valor_bruto"))
    unpaid = read_amount(row.get("nao_pago"))
    amount = next(filter(None, map(read_amount, told)), None)
    if amount is None:
        amount = _needed(unpaid) + (paid or 0)
    settlements = _settlements(row["baixas"])
    status = _status(row)
    listed = sum(each.gross for each in settlements)
    if unpaid is None:
        unpaid = 0 if status is PartStatus.SETTLED else max(0, amount - max(paid or 0, listed))
    elif listed:  # what a settlement is listed of is not open, though its sum may not be worked out yet
        unpaid = min(unpaid, max(0, amount - listed))
    return ErpPart(
        id=ErpId(str(row["id"])),
        index=int(row["indice"]),
        due=_needed(read_day(row.get("data_vencimento"))),
        amount=amount,
        open=unpaid,
        status=status,
        settlements=settlements,
    )


def _settlements(rows: object) -> tuple[ErpSettlement, ...]:
    return tuple(map(_settlement, all_rows_of(rows)))


def _settlement(row: Json) -> ErpSettlement:
    value = row.get("valor_composicao") or row.get("composicao_valor") or {}
    return ErpSettlement(
        id=ErpId(str(row["id"])),
        day=read_day(row.get("data_pagamento")),
        gross=_needed(read_amount(value.get("valor_bruto"))),
        fee=read_amount(value.get("taxa")) or 0,
        note=str(row.get("observacao") or ""),
        nsu=str(row.get("nsu") or "").strip(),
    )


def _needed(told: Told | None) -> Told:
    """What has to be told. Raises ValueError where it is not."""
    if told is None:
        raise ValueError
    return told
