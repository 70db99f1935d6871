"""Whether a listing is of the shop that this state belongs to, before anything of it is kept."""

from collections.abc import AsyncIterator

from contaazul_sync.core.errors import StateError
from contaazul_sync.core.products import Product
from contaazul_sync.core.words import _
from contaazul_sync.shops.port import Told, Unread
from contaazul_sync.state.file import State

Page = list[Told]
ALONE = 1  # product; as many that are not listed may have been deleted, or made anew


async def of_our_shop(state: State, pages: AsyncIterator[Page]) -> AsyncIterator[Page]:
    """The pages of a full walk, given on from the first that has a product of ours.

    A listing that has products, and none that was ever here, is another shop's: an address or a token was
    changed. None of it is given on then. Raises StateError.
    """
    linked, known = state.links.products(), state.products.count()["live"]
    sure, kept, listed = not linked or known <= ALONE, list[Page](), 0
    async for page in pages:
        if sure:
            yield page
            continue
        products = [each for each in page if isinstance(each, Product)]
        listed += sum(all(product.key.split(":")) for product in products)  # a row without an id is nobody's
        kept.append(page)
        # One that is there and did not show says as much as one that did.
        sure = any(isinstance(each, Unread) for each in page) or state.products.knows_any(products)
        if sure:
            for one in kept:
                yield one
            kept.clear()
    if listed and not sure:
        text = _(
            "The shop lists {listed} products, and not one that it had before, nor any of the {linked} in the"
            " ERP: it is another shop. Nothing of it was kept and nothing was sent. Look at [shop]"
            " (contaazul-sync config show) and at its token (contaazul-sync auth --secrets). If it is the"
            " same shop with all products made anew: contaazul-sync sync --force"
        )
        raise StateError(text.format(listed=listed, linked=linked))
    for one in kept:
        yield one
