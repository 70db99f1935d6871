"""One product and one order of the shop, as they are read."""

import re
from collections.abc import AsyncIterator
from dataclasses import fields
from datetime import datetime
from operator import attrgetter

from contaazul_sync.core.errors import SyncError
from contaazul_sync.core.money import plain, written
from contaazul_sync.core.orders import Buyer, Order, Payment
from contaazul_sync.core.plan.orders import meaning, unknown_status, unreadable_step
from contaazul_sync.core.products import Product
from contaazul_sync.core.words import _
from contaazul_sync.operate.doctor.checks import Check, Level, good, problem, skipped, warning
from contaazul_sync.shops.merchant import how_to_get_orders
from contaazul_sync.shops.port import Can, Shop, Told, Unreadable

LOOKED_AT = 20  # orders
PROFILE_FIELD = "buyer_document"


def abilities(kind: str, can: Can) -> str:
    """What this shop can do, in a sentence."""
    told = [
        kind,
        _("it tells what changed") if can.tells_changes else _("each run asks for every product sent"),
    ]
    if can.stock_age:
        minutes = round(can.stock_age.total_seconds() / 60)
        told.append(_("a stock may be {n} minutes old").format(n=minutes))
    if not can.lists_variations:
        told.append(_("variations are known when their product is chosen"))
    if not can.live_orders:
        told.append(_("its orders are read from files"))
    if not can.orders:
        told.append(_("it tells no orders"))
    return "; ".join(told)


async def a_product(shop: Shop, now: datetime) -> Check:
    """One product of the shop, as it is read."""
    try:
        product = await _first(shop.products())
        if product and product.listed:
            only = {product.key}
            product = await _first(shop.products(now, wanted=lambda: only)) or product
    except SyncError as error:
        return problem("a product", error)
    if product is None:
        return skipped("a product", _("the shop lists none"))
    level = Level.WARNING if product.problem else Level.OK
    return Check("a product", level, product.problem or _("as it is read"), seen=of_product(product))


async def _first(pages: AsyncIterator[list[Told]]) -> Product | None:
    async for page in pages:
        for product in page:
            if isinstance(product, Product):
                return product
    return None


async def orders(shop: Shop, kind: str) -> list[Check]:
    """One order of the shop, as it is read, and where the last ones keep the buyer's document."""
    if not shop.can.orders:
        return [warning("an order", _("the shop's orders cannot be read"), how_to_get_orders())]
    try:
        seen = await _some(shop)
        if not seen:
            return [skipped("an order", _("the shop lists none"))]
        readable = [order for order in seen if isinstance(order, Order)]
        checks = [_first_of(seen[0], kind)]
        return [*checks, await _documents(shop, readable, kind)] if readable else checks
    except SyncError as error:
        return [problem("an order", error)]


async def _some(shop: Shop) -> list[Order | Unreadable]:
    """The first orders that the shop lists, LOOKED_AT at most."""
    seen: list[Order | Unreadable] = []
    async for page in shop.orders():
        seen += [order for order in page if isinstance(order, (Order, Unreadable))]
        if len(seen) >= LOOKED_AT:
            break
    return seen[:LOOKED_AT]


def _first_of(order: Order | Unreadable, kind: str) -> Check:
    if isinstance(order, Unreadable):
        step = unreadable_step(order.id, by_profile=order.by_profile, by_mapping=order.by_mapping)
        return warning("an order", order.reason, step)
    return _read(order, kind)


async def _documents(shop: Shop, seen: list[Order], kind: str) -> Check:
    """Under which keys the CPF or CNPJ of the last buyers stands; a list may leave out who bought."""
    if not any(order.buyer.document for order in seen):
        alone = await shop.order(seen[0].id)
        seen = [alone, *seen[1:]] if isinstance(alone, Order) else seen
    found = [order.buyer.document_key or PROFILE_FIELD for order in seen if order.buyer.document]
    if found:
        text = _("under {keys}, in {n} of the last {all} orders")
        keys = ", ".join(sorted(set(found)))
        return good("a document", text.format(keys=keys, n=len(found), all=len(seen)))
    text = _("none of the last {n} orders has a CPF or CNPJ that is found")
    if kind == "woocommerce":
        step = _(
            "let the checkout ask for it, or name the key under which a plugin keeps it: contaazul-sync"
            " config set shop.document_fields KEY"
        )
    elif kind == "files":
        step = _("correct buyer_document in the mapping")
    else:
        step = _("correct {field} in the shop profile").format(field=PROFILE_FIELD)
    return warning("a document", text.format(n=len(seen)), step)


def _read(order: Order, kind: str) -> Check:
    if order.payment is not Payment.UNKNOWN:
        return good("an order", _("as it is read"), seen=of_order(order))
    strange, remedy = unknown_status(order.status), meaning(kind)
    return Check("an order", Level.WARNING, strange, remedy, seen=of_order(order))


def of_product(product: Product) -> dict[str, str]:
    """A product, field by field."""
    details = product.details
    seen = {
        "id": product.key,
        "sku": product.sku,
        "name": product.name,
        "price": written(product.price),
        "promotional": "" if product.promotional is None else written(product.promotional),
        "stock": "" if product.stock is None else plain(product.stock),
        "updated": product.updated_at.isoformat() if product.updated_at else "",
        "ean": details.ean,
        "ncm": details.ncm,
        "description": details.description[:40],
    }
    for size in ("weight", "height", "width", "length"):
        value = getattr(details, size)
        seen[size] = "" if value is None else plain(value)
    return seen | ({"problem": product.problem} if product.problem else {})


def of_order(order: Order) -> dict[str, str]:
    """The order, and of the buyer only what each field looks like, so that a wrong one is noticed."""
    seen = {
        "id": order.id,
        "number": order.number,
        "status": f"{order.status} = {order.payment}",
        "created": order.created_at.isoformat(),
        "updated": order.updated_at.isoformat(),
        "paid": order.paid_at.isoformat() if order.paid_at else "",
        "method": order.method,
        "installments": str(order.installments),
        "subtotal": written(order.subtotal),
        "shipping": written(order.shipping),
        "discount": written(order.discount),
        "fees": written(order.fees),
        "total": written(order.total),
        "total_paid": "" if order.total_paid is None else written(order.total_paid),
    }
    for number, line in enumerate(order.lines, start=1):
        seen[f"item {number}"] = _("{quantity} x {sku} at {price}").format(
            quantity=plain(line.quantity), sku=line.sku, price=written(line.price)
        )
    for each in filter(attrgetter("compare"), fields(Buyer)):  # the others are marks for the state
        seen[f"buyer_{each.name}"] = _shape(getattr(order.buyer, each.name))
    return seen


def _shape(text: str) -> str:
    """What a text looks like: 529.982.247-25 is 999.999.999-99, Ana is Aaa."""
    small = re.sub(r"[^\W\d_A-ZÀ-Þ]", "a", re.sub(r"\d", "9", text))
    return re.sub(r"[A-ZÀ-Þ]", "A", small)
