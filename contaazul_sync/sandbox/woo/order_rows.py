"""Orders as WooCommerce writes them, key by key as its versions answered, with the fields of Brazil.

ASSUMED: a buyer's street, district and number are both the billing and the shipping address; the coupon is
always "cupom"; the ids of lines, metas and refunds follow from the order's own. The plugin is Brazilian
Market 4.0.2: it tells all of its fields in the address, also those that the shop does not ask for. What other
plugins add to the row of an order or an item is its `of_plugins`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import cents
from contaazul_sync.sandbox.shop.faces import ids
from contaazul_sync.sandbox.shop.state import transaction
from contaazul_sync.sandbox.woo.product_rows import option_meta, saved_name, times
from contaazul_sync.sandbox.woo.versions import has

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contaazul_sync.sandbox.shop.state import Shop
    from contaazul_sync.sandbox.shop.switches import ShopSwitches

Row = dict[str, Any]
Catalogue = dict[int | str, tuple[Row, Row]]  # by id and by SKU: the product, and itself or its variation
Fees = list[tuple[str, str]]  # name, amount
STATUSES = {
    "confirmed": "processing",
    "invoiced": "processing",
    "shipped": "processing",
    "delivered": "completed",
    "canceled": "cancelled",
    "refunded": "refunded",
}
_TITLES = {"pix": "Pix", "boleto": "Boleto bancário", "credit_card": "Cartão de crédito"}
_NO_TAXES: Row = {"total_tax": "0.00", "taxes": []}
_UNASKED: Row = dict.fromkeys(
    ("number", "neighborhood", "persontype", "cpf", "rg", "cnpj", "ie", "birthdate", "gender", "cellphone"),
    "",
)


def order_row(shop: Shop, order: Row, catalogue: Catalogue, site: str) -> Row:
    """An order as `/orders` lists it; `site` is the shop's address."""
    state, key = woo_status(order), f"wc_order_{order['id']}"
    local, gmt = _dates(order, state)
    return {
        "id": order["id"],
        "parent_id": order.get("parent_id", 0),
        "status": state,
        "currency": "BRL",
        "version": shop.switches.woo_version,
        "prices_include_tax": False,
        "date_created": local["date_created"],
        "date_modified": local["date_modified"],
        **_sums(order, shop.fees.get(order["id"], [])),
        "customer_id": 0,
        "order_key": key,
        **_addresses(order, shop.switches),
        **_payment(order),
        "customer_ip_address": "",
        "customer_user_agent": "",
        "created_via": "checkout",
        "customer_note": "",
        "date_completed": local["date_completed"],
        "date_paid": local["date_paid"],
        "cart_hash": "",
        "number": order.get("number", f"{shop.switches.woo_number_prefix}{order['order_id']}"),
        "meta_data": _metas(order) if shop.switches.woo_brazilian_fields in {"both", "meta"} else [],
        **_all_lines(shop, order, catalogue),
        "payment_url": f"{site}/checkout/order-pay/{order['id']}/?pay_for_order=true&key={key}",
        "is_editable": state in {"pending", "on-hold"},
        "needs_payment": state == "pending",
        "needs_processing": True,
        **gmt,
        "currency_symbol": "R$",
        **order.get("of_plugins", {}),
    }


def _dates(order: Row, state: str) -> tuple[Row, Row]:
    """When it was made, changed, completed and paid: in São Paulo's time, and in UTC."""
    written = {
        "created": order["created"],
        "modified": order["updated"],
        "completed": order["updated"] if state == "completed" else "",
        "paid": order["paid_at"],
    }
    both = {name: value for what, when in written.items() for name, value in times(what, when).items()}
    gmt = {name: both[name] for name in both if name.endswith("_gmt")}
    return {name: both[name] for name in both if name not in gmt}, gmt


def _sums(order: Row, fees: Fees) -> Row:
    total = Decimal(order["total"]) + sum((cents(amount) for _name, amount in fees), Decimal(0))
    return {
        "discount_total": order["discount"],
        "discount_tax": "0.00",
        "shipping_total": order["shipping"],
        "shipping_tax": "0.00",
        "cart_tax": "0.00",
        "total": f"{total}",
        "total_tax": "0.00",
    }


def _addresses(order: Row, switches: ShopSwitches) -> Row:
    """Who pays and who receives, the plugin's fields with who pays where the switch says so."""
    extra = _as_the_plugin(_brazil(order)) if switches.woo_brazilian_fields in {"both", "billing"} else {}
    shipped = {name: extra[name] for name in ("number", "neighborhood") if extra}
    reached = {"email": order["payer_email"], "phone": order["payer_phone"]}
    return {
        "billing": _address(order) | reached | extra,
        "shipping": _address(order) | {"phone": ""} | shipped,
    }


def _payment(order: Row) -> Row:
    method = order["payment_method"]
    return {
        "payment_method": method,
        "payment_method_title": _TITLES.get(method, method),
        "transaction_id": transaction(order),
    }


def _all_lines(shop: Shop, order: Row, catalogue: Catalogue) -> Row:
    """Everything that has lines of its own."""
    fees = shop.fees.get(order["id"], [])
    return {
        "line_items": list(_lines(shop, order, catalogue)),
        "tax_lines": [],
        "shipping_lines": _shipping(shop, order),
        "fee_lines": [_fee(order["id"] * 100 + 60 + place, *fee) for place, fee in enumerate(fees)],
        "coupon_lines": _coupon(shop, order),
        "refunds": _refunds(shop, order),
    }


def woo_status(order: Row) -> str:
    """The status in WooCommerce's words; one that is not ours goes out as it is, as a plugin's own would."""
    if order["status"] == "pending":
        return "on-hold" if order["payment_method"] == "boleto" else "pending"
    return str(STATUSES.get(order["status"], order["status"]))


def _address(order: Row) -> Row:
    first, _space, rest = order["payer_name"].partition(" ")
    return {
        "first_name": first,
        "last_name": rest,
        "company": order["payer_razao_social"] if order["payer_cnpj"] else "",
        "address_1": order["payer_address"],
        "address_2": order["payer_address_complement"],
        "city": order["payer_city"],
        "state": order["payer_state"],
        "postcode": order["payer_zipcode"],
        "country": "BR",
    }


def _brazil(order: Row) -> Row:
    return {
        "number": order["payer_address_number"],
        "neighborhood": order["payer_neighborhood"],
        "persontype": "2" if order["payer_cnpj"] else "1",
        "cpf": order["payer_cpf"],
        "cnpj": order["payer_cnpj"],
    }


def _as_the_plugin(brazil: Row) -> Row:
    """The fields as the plugin answers: all of them, documents without signs, F or J for 1 or 2."""
    signs = str.maketrans("", "", ".-/")
    bare = {name: brazil[name].translate(signs) for name in ("cpf", "cnpj")}
    return _UNASKED | brazil | bare | {"persontype": "J" if brazil["persontype"] == "2" else "F"}


def _metas(order: Row) -> list[Row]:
    told = {f"_billing_{name}": value for name, value in sorted(_brazil(order).items()) if value}
    told |= order.get("metas", {})  # of whichever plugin
    first = order["id"] * 100
    return [{"id": first + place, "key": key, "value": told[key]} for place, key in enumerate(told)]


def _lines(shop: Shop, order: Row, catalogue: Catalogue) -> Iterator[Row]:
    """The lines, with the order's discount shared out among them to the centavo."""
    discount, subtotal = Decimal(order["discount"]), Decimal(order["subtotal"])
    before = taken = Decimal(0)
    for place, item in enumerate(order["items"]):
        before += Decimal(item["total"])
        share = cents(discount * before / subtotal if subtotal else 0) - taken
        taken += share
        yield _line(shop, order["id"] * 100 + place, item, Decimal(item["total"]) - share, catalogue)


def _line(shop: Shop, number: int, item: Row, total: Decimal, catalogue: Catalogue) -> Row:
    now = catalogue.get(item["sku"])
    product_id, variation_id = shop.sold_as.get(item["sku"]) or (ids(*now) if now else (0, 0))
    product, unit = catalogue.get(variation_id or product_id, (None, None))
    sku = unit["sku"] if unit else item["sku"]
    if unit is None and shop.switches.woo_sku_of_deleted == "null":
        # The core takes back the ids of what is gone for good; of a variation its product's SKU is left.
        product, variation_id = catalogue.get(product_id, (None, None))[0], 0
        product_id, sku = (product["id"], product["sku"]) if product else (0, None)
    return {
        "id": number,
        "name": saved_name(shop, item["name"]),
        "product_id": product_id,
        "variation_id": variation_id,
        "quantity": item["quantity"],
        "tax_class": "",
        "subtotal": item["total"],
        "subtotal_tax": "0.00",
        "total": f"{total}",
        **_NO_TAXES,
        "meta_data": _line_metas(shop, number, item["quantity"], unit, is_variation=bool(variation_id)),
        "sku": sku,
        **_line_ean(shop, unit),
        "price": float(total / item["quantity"]),
        "image": {"id": 0 if variation_id else "", "src": ""},
        "parent_name": saved_name(shop, product["name"]) if product and variation_id else None,
        **item.get("of_plugins", {}),
    }


def _line_ean(shop: Shop, unit: Row | None) -> Row:
    told = has(shop.switches, "line_global_unique_id")
    return {"global_unique_id": unit["ean"] if unit else ""} if told else {}


def _line_metas(shop: Shop, number: int, quantity: int, unit: Row | None, *, is_variation: bool) -> list[Row]:
    """What a variation was chosen by, and how much of the stock the line has taken."""
    metas = [option_meta(unit)] if unit and is_variation else []
    if unit and number // 100 in shop.holding_stock and unit["id"] not in shop.unmanaged:
        metas.append({"key": "_reduced_stock", "value": str(quantity), "display_key": "_reduced_stock"})
    shown = ({"display_value": each["value"]} for each in metas)
    return [
        {"id": number * 10 + place} | each | more
        for place, (each, more) in enumerate(zip(metas, shown, strict=True))
    ]


def _shipping(shop: Shop, order: Row) -> list[Row]:
    if not Decimal(order["shipping"]):
        return []
    line = {"id": order["id"] * 100 + 50, "method_title": "PAC", "method_id": "flat_rate", "instance_id": ""}
    taxed = {"tax_status": "taxable"} if has(shop.switches, "shipping_tax_status") else {}
    return [{**line, "total": order["shipping"], **_NO_TAXES, **taxed, "meta_data": []}]


def _fee(number: int, name: str, amount: str) -> Row:
    line = {"id": number, "name": name, "tax_class": "", "tax_status": "taxable", "amount": ""}
    return {**line, "total": f"{cents(amount)}", **_NO_TAXES, "meta_data": []}


def _coupon(shop: Shop, order: Row) -> list[Row]:
    if not Decimal(order["discount"]):
        return []
    line = {"id": order["id"] * 100 + 70, "code": "cupom", "discount": order["discount"]}
    kind = {"discount_type": "percent", "nominal_amount": 10, "free_shipping": False}
    kinds = kind if has(shop.switches, "coupon_kinds") else {}
    return [{**line, "discount_tax": "0", "meta_data": [], **kinds}]


def _refunds(shop: Shop, order: Row) -> list[Row]:
    first, taxes = order["id"] * 100 + 80, {"total_tax": "0.00"} if has(shop.switches, "refund_taxes") else {}
    return [
        {"id": first + place, "reason": reason, "total": f"-{cents(amount)}"} | taxes
        for place, (reason, amount) in enumerate(shop.refunds.get(order["id"], []))
    ]
