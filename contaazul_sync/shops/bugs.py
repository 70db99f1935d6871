"""A row that meets a bug of ours is that row's trouble: it is told as such, and its page goes on."""

from collections.abc import Callable, Iterable

from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.products import Product
from contaazul_sync.core.words import _
from contaazul_sync.home.log import LOG, trace
from contaazul_sync.shops.port import Told, Unread, Unreadable


def unreadable(order_id: str, error: Exception) -> Unreadable:
    """An order whose reading met a bug, which is logged."""
    reason = _("a bug in contaazul-sync: {where}").format(where=_logged(error))
    return Unreadable(order_id, reason, is_bug=True)


def units(read: Callable[[], Iterable[Product]], key: Callable[[], object]) -> list[Told]:
    """The units that are read of one row; where that meets a bug, a product that did not show this time.

    `key`: of the row's product.
    """
    try:
        return list(read())
    except Exception as error:  # noqa: BLE001 - whatever it is: the other rows go on
        _logged(error)
    try:
        return [Unread(ShopKey(str(key())), is_bug=True)]
    except Exception:  # noqa: BLE001
        return [Unread(ShopKey(""), is_bug=True)]


def _logged(error: Exception) -> str:
    where = trace(error)
    LOG.error("a bug in a row of the shop: %s", where[-1], extra={"trace": where})
    return where[-1]
