"""The proof of a month, for programs. No request is made."""

from datetime import datetime
from typing import Any

from contaazul_sync.core.book import Entry, Place
from contaazul_sync.core.erp import ErpSale
from contaazul_sync.core.proof import Line, Proof, Stand
from contaazul_sync.views.book import reason


def as_json(proof: Proof, run_since: datetime | None) -> dict[str, Any]:
    """The stable form: docs/schemas/month.schema.json. Sums in centavos."""
    whole = proof.whole
    return {
        "version": 1,
        "month": proof.month,
        "agrees": proof.agrees,
        "checked_at": proof.checked_at.isoformat(),
        **_sums(whole),
        "sales": proof.sales,
        "places": {place.value: _sums(line) for place, line in proof.places.items()},
        "differences": [_stand(each, run_since) for each in proof.named],
        "sales_without_order": list(map(_sale, proof.strangers)),
        "without_day": [_entry(entry, place, run_since) for entry, place in proof.undated],
    }


def _sums(line: Line) -> dict[str, int]:
    return {
        "orders": line.orders,
        "paid": line.paid,
        "in_erp": line.booked,
        "difference": line.paid - line.booked,
        "without_sum": line.unread,
    }


def _stand(stand: Stand, run_since: datetime | None) -> dict[str, Any]:
    return _entry(stand.entry, stand.place, run_since) | {
        "in_erp": stand.booked,
        "difference": stand.off,
        "needs_a_look": not stand.is_well,
    }


def _entry(entry: Entry, place: Place, run_since: datetime | None) -> dict[str, Any]:
    return {
        "order": entry.id,
        "number": entry.note.number if entry.note else "",
        "place": place.value,
        "paid": entry.total,
        "reason": reason(entry, place, run_since),
    }


def _sale(sale: ErpSale) -> dict[str, Any]:
    return {"number": sale.number, "day": sale.day.isoformat() if sale.day else None, "total": sale.total}
