"""What a sale does not need: tried, and done without."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from contaazul_sync.core.errors import ItemError, NoAccess, Refused, Unavailable

Tried = TypeVar("Tried")

# Neither a refusal of it stops a sale, nor an ERP that cannot do just this.
NOT_NEEDED = (ItemError, Unavailable, NoAccess)


async def first_taken(write: Callable[[Tried], Awaitable[None]], tries: Iterable[Tried]) -> Tried | None:
    """The first of these that the ERP takes; None where it refuses all, or does not answer one."""
    for tried in tries:
        try:
            await write(tried)
        except Refused:
            continue
        except NOT_NEEDED:
            return None
        return tried
    return None
