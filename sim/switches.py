"""Which of the servers' switches are drawn for a world, and of what: each, or it is said why not."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from contaazul_sync.sandbox.erp.switches import ErpSwitches
from contaazul_sync.sandbox.shop.switches import ShopSwitches

SELDOM = 0.12  # of the worlds in which a switch is not as it is by default

# Of those whose type does not list what they can be: what else than their default.
VALUES: Mapping[str, Sequence[Any]] = {
    "access_token_seconds": (900,),
    "page_cap": (5,),
    "storefront_page_size": (1, 5),
    "heaviest_page": (12,),
    "storefront_cache_seconds": (600,),
    "woo_page_cap": (5,),
    "woo_number_prefix": ("LW-",),
    "woo_decimals": (3,),
    "woo_no_date": ("0000-00-00T00:00:00",),
}
REAL_TIME = "it takes real seconds, and no history does"
BROWSER = "it is of the browser's part of `auth`, and no history has a browser"
EVENT = "an event turns it for a while"
NOT_DRAWN: Mapping[str, str] = {
    "latency": REAL_TIME,
    "seconds_per_row": REAL_TIME,
    "code_error": BROWSER,
    "code_seconds": BROWSER,
    "revoke": BROWSER,
    "account": EVENT,
    "breaks_its_page": EVENT,
    "woo_knows_https": "no key is accepted until the merchant's server is mended, and a run says so",
    "fail_with": EVENT,
    "storefront_blocked": EVENT,
    "takes_stock_at": "it is as the home is set",
}


def drawn(kind: type[ErpSwitches] | type[ShopSwitches], dice: random.Random) -> dict[str, Any]:
    """The switches of one server that are not as they are by default."""
    hints = get_type_hints(kind)
    found = {}
    for each in fields(kind):
        others = _others(each.name, hints[each.name], each.default)
        if others and each.name not in NOT_DRAWN and dice.random() < SELDOM:
            found[each.name] = dice.choice(others)
    return found


def _others(name: str, hint: Any, default: object) -> Sequence[Any]:
    """What else than its default a switch can be; nothing where it is drawn elsewhere."""
    if name in VALUES:
        return VALUES[name]
    if hint is bool:
        return (not default,)
    parts = get_args(hint)
    if get_origin(hint) is Literal:
        return [each for each in parts if each != default]
    return (True, False) if bool in parts else ()
