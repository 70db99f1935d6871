"""A pass for programs: what it did, and what it would do. No request is made.

Amounts are integer centavos, quantities decimal text, moments ISO 8601 with their offset.
"""

from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any

from contaazul_sync.core.deeds import COUNTS
from contaazul_sync.core.money import plain

if TYPE_CHECKING:
    from contaazul_sync.core.drafts.sales import SaleDraft
    from contaazul_sync.core.plan.actions import Balance, Hold, SendOrder
    from contaazul_sync.passes.report import Report


def run_json(report: "Report | None", outcome: int, message: str, new: int) -> dict[str, Any]:
    """The stable form of a run: docs/schemas/sync.schema.json.

    `report`: None where no pass began; `new`: the items that need a look since this run.
    """
    counts = report.counts if report else {}
    return {
        "version": 1,
        "dry_run": False,
        "outcome": outcome,
        "message": message,
        "started_at": report.begun.isoformat() if report and report.begun else None,
        **{name: counts.get(name, 0) for name in COUNTS},
        "new_failures": new,
        "safety": report.safety if report else [],
        "warnings": report.warnings if report else [],
        "notes": report.notes if report else [],
    }


def plan_json(report: "Report") -> dict[str, Any]:
    """The stable form of a dry run: docs/schemas/plan.schema.json."""
    made = report.plan
    return {
        "version": 1,
        "dry_run": True,
        "orders_sum": sum(send.note.total for send in made.orders),
        "products": [
            {
                "key": create.key,
                "sku": create.product.sku,
                "name": create.product.name,
                "price": create.price,
                "stock": plain(create.balance),
                "reason": create.reason,
            }
            for create in chain(made.needed, made.products)
        ],
        "orders": [_order(send, report.drafts.get(send.key)) for send in made.orders],
        "cancels": [
            {"order": cancel.note.id, "number": cancel.note.number, "sale_number": cancel.sale.number}
            for cancel in made.cancels
        ],
        "prices": [
            {"sku": change.sku, "old": change.old, "new": change.new, "reason": change.reason}
            for change in made.prices
        ],
        "stock": list(map(_balance, report.uneven)),
        "holds": list(map(_hold, made.holds)),
        "left_as_before": len(made.skips),
        "safety": report.safety,
    }


def _order(send: "SendOrder", draft: "SaleDraft | None") -> dict[str, Any]:
    """An order as the sale that it would become; who bought is nobody's business here."""
    return {
        "order": send.note.id,
        "number": send.note.number,
        "total": send.note.total,
        "reason": send.reason,
        "sale": _sale(draft) if draft else None,
    }


def _sale(draft: "SaleDraft") -> dict[str, Any]:
    return {
        "total": draft.total,
        "discount": draft.discount,
        "freight": draft.freight,
        "method": draft.method,
        "items": [
            {"sku": line.sku, "quantity": plain(line.quantity), "price": line.price} for line in draft.lines
        ],
        "parts": [{"due": part.due.isoformat(), "amount": part.amount} for part in draft.parts],
    }


def _balance(balance: "Balance") -> dict[str, Any]:
    return {
        "sku": balance.link.sku,
        "expected": plain(balance.expected),
        "actual": _told(balance.actual),
    }


def _told(quantity: Decimal | None) -> str | None:
    return None if quantity is None else plain(quantity)


def _hold(hold: "Hold") -> dict[str, Any]:
    return {
        "kind": "order" if hold.kind.value == "sale" else "product",
        "key": hold.name,
        "group": hold.group.value,
        "reason": hold.reason,
        "next_step": hold.next_step,
    }
