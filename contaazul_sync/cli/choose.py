"""Which items a person means: by SKU, by text, by number in a list, by order number."""

from collections.abc import Callable, Iterable
from pathlib import Path

from contaazul_sync.core.errors import UsageError
from contaazul_sync.core.fingerprints import UNREADABLE, differs
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.items import Ignored, Kind
from contaazul_sync.core.money import adjusted
from contaazul_sync.core.plan import orders
from contaazul_sync.core.plan.prices import missing_version, price_version
from contaazul_sync.core.plan.products import product_version
from contaazul_sync.core.products import Product
from contaazul_sync.core.rules import Rules
from contaazul_sync.core.words import _
from contaazul_sync.home.files import read_text
from contaazul_sync.state.file import State

DIGITS = 9  # of a place in a list


def skus_in(path: Path | None) -> list[str]:
    """The SKUs in a file, one on each line; blank lines and what follows a # are passed over."""
    if path is None:
        return []
    try:
        lines = read_text(path).splitlines()
    except (OSError, ValueError) as error:
        raise UsageError(_("{file} cannot be read: {error}.").format(file=path, error=error)) from None
    return [sku for line in lines if (sku := line.partition("#")[0].strip())]


def chosen(state: State, names: Iterable[str], *, everything: bool, search: str) -> list[Product]:
    """The products that are meant and not in the ERP yet. Raises UsageError for a name of none, or of two."""
    unsent = list(state.products.unsent())
    if everything:
        return unsent
    meant = {name: _live(state, name) for name in names}
    unknown = sorted({name for name, found in meant.items() if not found} - _known(state, set(meant)))
    if unknown:
        text = _("The shop lists no product with the SKU {skus}. Nothing was chosen.")
        raise UsageError(text.format(skus=", ".join(unknown)))
    keys = {product.key for found in meant.values() for product in found}
    found = containing(unsent, search) if search else []
    named = [product for product in unsent if product.key in keys]
    return list({product.key: product for product in [*found, *named]}.values())


def containing(products: list[Product], text: str) -> list[Product]:
    """The products whose name or SKU contains a text, whatever its capitals."""
    part = text.strip().casefold()
    return [p for p in products if part in p.name.casefold() or part in p.sku.casefold()]


def _known(state: State, skus: set[str]) -> set[str]:
    """Those of the SKUs that are in the ERP or chosen already."""
    linked = state.links.of_skus(skus).keys()
    queued = {sku for sku in state.products.skus(state.queue.all()).values() if sku in skus}
    return set(linked) | queued


def numbered(products: list[Product], answer: str) -> list[Product]:
    """The products that an answer such as `1,3-5` or `all` names. Raises UsageError."""
    if answer.strip().lower() in ("all", "todos"):
        return products
    picked: list[Product] = []
    for part in answer.replace(";", ",").split(","):
        first, dash, last = part.strip().partition("-")
        if not first:
            continue
        if not _is_place(first) or (dash and not _is_place(last)):
            text = _("'{word}' is not a number of the list. Nothing was chosen.")
            raise UsageError(text.format(word=part.strip()))
        low, high = int(first), int(last or first)
        if not 1 <= low <= high <= len(products):
            text = _("The list goes from 1 to {last}. Nothing was chosen.")
            raise UsageError(text.format(last=len(products)))
        picked += products[low - 1 : high]
    return list({product.key: product for product in picked}.values())


def _is_place(digits: str) -> bool:
    return digits.isdecimal() and len(digits) <= DIGITS


def item(state: State, name: str) -> tuple[Kind, str] | None:
    """The order with this number or id, or the product with this SKU or id; None when there is none of them.

    Where an order and a product are called so, the one is meant that something stands against. What is asked
    for can be said: `order:` or `product:`, and then `number:` or `id:` of an order, `sku:` or `id:` of a
    product. Raises UsageError for two.
    """
    kind, name = _said(name, "order", "product")
    how, rest = _said(name, "number", "id", "sku")
    found: list[tuple[Kind, str]] = []
    if kind != "product" and how != "sku" and (order := _order(state, rest, how)):
        found.append((Kind.SALE, order))
    if kind != "order" and how != "number" and (key := _product(state, name)):
        found.append((Kind.PRODUCT, key))
    meant = [each for each in found if each in _touched(state)] if len(found) > 1 else found
    if len(found) > 1 and len(meant) != 1:
        text = _("{name} is an order and a product. Say which: order:{name} or product:{name}")
        raise UsageError(text.format(name=name))
    return meant[0] if meant else None


def or_its_money(state: State, at: tuple[Kind, str]) -> tuple[Kind, str]:
    """What a person settles who names an item: of a sold order against which nothing stands, its money."""
    kind, key = at
    touched, money = _touched(state), (Kind.SETTLEMENT, key)
    is_money = kind is Kind.SALE and at not in touched
    return money if is_money and (money in touched or state.settlements.follows(key)) else at


def _said(name: str, *words: str) -> tuple[str, str]:
    """Which of the words stands before a name and a colon, or nothing; and the name without it."""
    word, _colon, rest = name.partition(":")
    return (word, rest) if rest and word in words else ("", name)


def _touched(state: State) -> set[tuple[Kind, str]]:
    """The items that something stands against, or that somebody said something of."""
    return {*state.items.failures(), *state.items.ignored(), *state.intents.all()}


def _order(state: State, name: str, how: str) -> str | None:
    """The id of the order that is called so. Raises UsageError for two."""
    numbered = state.orders.numbered(name) if how != "id" else []
    known = how != "number" and (state.orders.get(name) or (Kind.SALE, name) in _touched(state))
    if len(numbered) > 1:
        text = _("{n} orders have the number {number}, those with the ids {ids}. Say which: id:{id}")
        ids = ", ".join(numbered)
        raise UsageError(text.format(n=len(numbered), number=name, ids=ids, id=numbered[0]))
    if known and numbered:
        text = _(
            "{name} is the id of one order and the number of another, whose id is {id}. Say which: id:{name}"
            " or number:{name}"
        )
        raise UsageError(text.format(name=name, id=numbered[0]))
    return name if known else next(iter(numbered), None)


def _product(state: State, name: str) -> str | None:
    """The key of the product that is called so, a live one where there are two. Raises UsageError."""

    def with_sku(sku: str) -> list[str]:
        return list(state.products.keys_of_skus([sku]).values())

    def with_id(key: str) -> list[str]:
        return [key] if state.products.get(ShopKey(key)) else []

    return next(iter(_called(name, with_sku, with_id)), None)


def _live(state: State, name: str) -> list[Product]:
    """The shop's products that are called so; several have one SKU. Raises UsageError for a SKU and an id."""

    def with_sku(sku: str) -> list[str]:
        return [product.key for product in state.products.with_sku(sku)]

    def with_id(key: str) -> list[str]:
        return [product.key for product in state.products.of([ShopKey(key)]) if not product.gone]

    return list(state.products.of(map(ShopKey, _called(name, with_sku, with_id))))


def _called(
    name: str, with_sku: Callable[[str], list[str]], with_id: Callable[[str], list[str]]
) -> list[str]:
    """The keys of the products with this SKU, or this id. Raises UsageError where one has each.

    `sku:7` and `id:7` say which of the two is meant.
    """
    if not name:
        return []
    how, rest = _said(name, "sku", "id")
    if how and (found := with_sku(rest) if how == "sku" else with_id(rest)):
        return found
    by_sku, by_id = with_sku(name), with_id(name)
    if by_sku and set(by_id) - set(by_sku):
        text = _(
            "{name} is the SKU of the product with the id {id}, and the id of another product."
            " Say which: sku:{name} or id:{name}"
        )
        raise UsageError(text.format(name=name, id=by_sku[0]))
    return by_sku or by_id


def only_product(state: State, name: str) -> Product:
    """The shop's only product with this SKU or id. Raises UsageError."""
    found = _live(state, name)
    if len(found) > 1:
        text = _("The shop lists {n} products as {sku}. Say which: {ids}")
        ids = ", ".join(f"id:{product.key}" for product in found)
        raise UsageError(text.format(n=len(found), sku=name, ids=ids))
    if not found:
        raise UsageError(_("The shop lists no product as {sku}.").format(sku=name))
    return found[0]


def left_alone(state: State, rules: Rules, kind: Kind, key: str) -> bool:
    """Whether a person said to leave an item alone; a product only as long as it is as it was."""
    kept = state.items.ignored().get((kind, key))
    if kept is None or kind is Kind.SALE:
        return kept is not None
    return not differs(kept.version, as_seen(state, rules, kind, key).version)


def as_seen(state: State, rules: Rules, kind: Kind, key: str) -> Ignored:
    """An item as it is now: what a person sees who says to leave it alone."""
    if kind is Kind.PRODUCT:
        return Ignored(_version(state, rules, key))
    if kind is Kind.SETTLEMENT:
        return Ignored(str(kind))
    note = state.orders.get(key)
    return orders.as_seen(note) if note else Ignored(UNREADABLE)


def _version(state: State, rules: Rules, key: str) -> str:
    """A mark of a product as it is now, which ends its being ignored when it changes."""
    product = next(state.products.of([ShopKey(key)]))
    price = adjusted(product.base(rules.price_source), rules.percent)
    link = state.links.get(product.key)
    if link is None:
        return product_version(product, price)
    return missing_version(link) if link.missing else price_version(price, product.problem)
