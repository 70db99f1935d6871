"""What is about to be created is read anew: its opening balance is the one chance to set the ERP's stock."""

from collections.abc import Set
from datetime import timedelta

from contaazul_sync.core.errors import SyncError
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.plan.actions import Plan
from contaazul_sync.core.products import Product
from contaazul_sync.home.log import LOG
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.seen import Seen

NEWS = timedelta(minutes=5)  # a row that a walk read no longer ago is not read again


async def read_anew(parts: Parts, made: Plan, seen: Seen) -> Set[ShopKey] | None:
    """Read the rows of the products that a plan creates. Returns those that the shop does not show.

    None where this walk has read all of them just now. A walk reads what the shop says has changed, and a
    stock may change without that: what the state has of a product may be days old.
    """
    is_new = seen.began is not None and parts.clock() - seen.began <= NEWS
    old = {create.key for create in (*made.needed, *made.products)} - (seen.chosen if is_new else set())
    if not old or seen.trouble:
        return None
    left = set(old)
    try:
        async for page in parts.shop.units(old):
            rows = [each for each in page if isinstance(each, Product) and each.key in old]
            parts.state.products.save(rows, seen.walk)
            left -= {row.key for row in rows}
    except SyncError as error:
        LOG.warning("the chosen products could not be read: %s", error.message)
    return left
