"""`reconcile --month`: one month of the order book held against the sales that the ERP shows.

It works on a copy of the state in memory and writes nothing anywhere.
"""

from datetime import datetime

from contaazul_sync.core.errors import ItemError, Unavailable
from contaazul_sync.core.proof import Proof, month_of, placed, proof
from contaazul_sync.core.words import _
from contaazul_sync.passes.names import sales_by_order
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.reconcile import ask_for_unlisted, read_shop


async def prove(parts: Parts, month: str, run_since: datetime | None) -> Proof:
    """The proof of a month. `parts.state` is expected to be a copy. Raises SyncError, and no ItemError."""
    try:
        return await _prove(parts, month, run_since)
    except ItemError as error:  # not of one item: a listing was refused
        raise Unavailable(error.message) from error


async def _prove(parts: Parts, month: str, run_since: datetime | None) -> Proof:
    state, rules = parts.state, parts.rules
    if parts.shop.can.orders:  # else the book is what was known before
        await read_shop(parts)
    elif parts.refusal:
        raise parts.refusal
    book = placed(state.book.entries(), rules, run_since)
    parts.progress(_("read the ERP's sales"), 0, 0)
    sales = [sale async for sale in parts.erp.list_sales(since=rules.since)]
    ours = sales_by_order(state, rules, sales)
    kept = {entry.id: entry.sale for entry, _place in book if entry.sale and month_of(entry) == month}
    await ask_for_unlisted(parts, ours, kept)
    return proof(month, parts.clock(), book, ours)
