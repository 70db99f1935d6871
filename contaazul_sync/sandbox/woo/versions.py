"""What the versions of WooCommerce answer differently; the sandbox is one of those that we have answers of.

Seen in tests/samples: what stands here with 9.9.5 or 11.0.1 is in the answers of that version and not in
those of the one before; the real first one may be older. From core's source: 9.2, 9.6 and 10.3. ASSUMED, as
9.9.5 has told no variation and no coupon: these are as 11.0.1 tells them, but for what core has added since.

The sandbox is 9.9.5 where nobody says otherwise: the newest of them without the list of all variations, so
that each product is asked for its own, as in every version before 10.3. What 11.0.1 does is less work for the
program, and what 8.2.2 does not tell is optional to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contaazul_sync.sandbox.shop.switches import ShopSwitches

FIRST_WITH = {
    "global_unique_id": (9, 2),  # the EAN of a product or a variation
    "brands": (9, 6),
    "shipping_tax_status": (9, 9, 5),
    "named_variations": (9, 9, 5),  # their `type`, `name` and `parent_id`
    "coupon_kinds": (9, 9, 5),  # `discount_type`, `nominal_amount` and `free_shipping` of a coupon's line
    "flat_variations": (10, 3),  # the list `/variations`
    "gallery_image_ids": (11, 0, 1),
    "option_slugs": (11, 0, 1),
    "line_global_unique_id": (11, 0, 1),
    "refund_taxes": (11, 0, 1),
    "untouched_parents": (11, 0, 1),  # a variation that is saved leaves its product's time as it was
}


def has(switches: ShopSwitches, what: str) -> bool:
    """Whether the shop's version has this, unless the switch of that name says otherwise."""
    told = getattr(switches, f"woo_{what}", None)
    ours = tuple(int(part) for part in switches.woo_version.split("."))
    return ours >= FIRST_WITH[what] if told is None else bool(told)


def touches_parent(switches: ShopSwitches) -> bool:
    """Whether a variation's change moves its product's time."""
    told = switches.woo_variation_touches_parent
    return not has(switches, "untouched_parents") if told is None else told
