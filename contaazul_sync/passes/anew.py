"""Products that were made anew in the shop: their links go over to them."""

from contaazul_sync.passes.parts import Parts


def follow(parts: Parts) -> list[str]:
    """Let links follow their SKUs. Returns these SKUs.

    What was sent counts on, so that a price goes to the ERP only where it is another one now, and the balance
    is compared. By ids alone these products would be lost: nothing of them would ever be sent again.
    """
    state, followed = parts.state, list[str]()
    for old, new in state.products.made_anew():
        if link := state.links.get(old):
            state.links.follow(link, new, parts.clock())
            followed.append(link.sku)
    return followed
