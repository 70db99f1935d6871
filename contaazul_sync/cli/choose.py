"""Which items a person means: by SKU, by text, by number in a list, by order number."""

import csv
import shlex
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

from contaazul_sync.core import harmless
from contaazul_sync.core.errors import UsageError
from contaazul_sync.core.fingerprints import UNREADABLE, differs
from contaazul_sync.core.folding import folded
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.items import Ignored, Kind
from contaazul_sync.core.money import adjusted
from contaazul_sync.core.plan import orders
from contaazul_sync.core.plan.prices import missing_version, price_version
from contaazul_sync.core.plan.products import product_version
from contaazul_sync.core.products import Product
from contaazul_sync.core.rules import Rules
from contaazul_sync.core.words import NOTHING, Said, _, joined, typed
from contaazul_sync.home.files import read_text
from contaazul_sync.state.file import State

SEPARATORS = (";", ",", "\t")  # of a CSV
FEW = 3  # unknown SKUs to which near ones are looked for
LIKE = 0.7  # how near a SKU has to be to one that nobody knows: difflib's share of letters in common


def skus_in(path: Path) -> list[str]:
    """The SKUs in a file: one on each line, where blank lines and what follows a # are passed over.

    Or those in the column SKU of a CSV with heads, as `products --csv` prints it and a spreadsheet saves it.
    """
    try:
        text = read_text(path)
        told = _column(text)
    except (OSError, ValueError, csv.Error) as error:
        raise UsageError(_("{file} cannot be read: {error}.").format(file=path, error=error)) from None
    if told is None:
        told = [line.partition("#")[0] for line in text.splitlines()]
    return list(filter(None, map(str.strip, told)))


def _column(text: str) -> list[str] | None:
    """The cells below the head SKU of a CSV; None for what is no CSV with such a head."""
    for separator in SEPARATORS:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=separator))
        names = list(map(folded, rows[0])) if rows else []
        if len(names) > 1 and "sku" in names:
            at = names.index("sku")
            return [_unmarked(row[at]) for row in rows[1:] if len(row) > at]
    return None


def _unmarked(cell: str) -> str:
    """A cell without the mark that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell.startswith("'") and harmless.cell(cell[1:]) == cell else cell


def still_listed(state: State, skus: list[str]) -> tuple[list[str], list[str]]:
    """Of a list that was made before, what the shop has yet or never had, and what it has deleted since."""
    known = state.products.keys_of_skus(skus)
    deleted = [sku for sku in skus if sku in known and not state.products.with_sku(sku)]
    return [sku for sku in skus if sku not in deleted], deleted


def chosen(state: State, names: Iterable[str], *, everything: bool, search: str) -> list[Product]:
    """The products that are meant and not in the ERP yet. Raises UsageError for a name of none, or of two."""
    unsent = list(state.products.unsent())
    if everything:
        return unsent
    meant = {name: _live(state, name) for name in names}
    unknown = sorted({name for name, found in meant.items() if not found} - _known(state, set(meant)))
    if unknown:
        text = _("The shop lists no product with the SKU {skus}. Nothing was chosen.")
        near_ones = list(dict.fromkeys(sku for name in unknown[:FEW] for sku in near_unknown(state, name)))
        raise UsageError(joined(text.format(skus=", ".join(unknown)), is_it(near_ones), to_type(near_ones)))
    keys = {product.key for found in meant.values() for product in found}
    found = containing(unsent, search) if search else []
    named = [product for product in unsent if product.key in keys]
    return list({product.key: product for product in [*found, *named]}.values())


def waiting(state: State, names: Iterable[str], *, everything: bool) -> list[Product]:
    """The chosen products that are meant, of which nothing is on its way to the ERP. Raises UsageError.

    A product whose variations were chosen by its name stands for these.
    """
    queued = list(state.products.of(state.queue.all()))
    meant = {product.key for product in queued} if everything else set[ShopKey]()
    for name in names:
        if not (found := _queued(state, queued, name)):
            text = _("{sku} does not wait to be created in the ERP. Nothing was taken back.")
            raise UsageError(text.format(sku=name))
        meant |= found
    products = [product for product in queued if product.key in meant]
    if sent := [each.sku or each.key for each in products if state.intents.get(Kind.PRODUCT, each.key)]:
        text = _("It is not known yet whether the ERP has created {skus}. Look again after the next sync.")
        raise UsageError(text.format(skus=", ".join(sent)))
    return products


def _queued(state: State, queued: list[Product], name: str) -> set[ShopKey]:
    """The keys of those that are called so, or whose product is. Raises UsageError for a SKU and an id."""

    def with_sku(sku: str) -> list[str]:
        return [product.key for product in queued if product.sku == sku]

    def with_id(key: str) -> list[str]:
        return [product.key for product in queued if product.key == key]

    if own := _called(name, with_sku, with_id):
        return set(map(ShopKey, own))
    varied = state.products.variations_of(state.products.keys_of_skus([name]).values(), gone=True)
    return varied & {product.key for product in queued}


def near(name: str, skus: Iterable[str]) -> list[str]:
    """The SKUs that are like a name that is none of them, the nearest first."""
    spelled = {folded(sku): sku for sku in skus}
    return [spelled[each] for each in get_close_matches(folded(name), spelled, n=3, cutoff=LIKE)]


def near_unknown(state: State, name: str) -> list[str]:
    """The SKUs of the shop that are like one that nobody knows; none for one that is known."""
    if _live(state, name) or _known(state, {name}):
        return []
    return near(name, (product.sku for product in state.products.all() if product.sku and not product.gone))


def unknown(state: State, name: str) -> Said:
    """That neither an order nor a product is called so, and which SKUs are near it."""
    text = _("no order and no product is known as {name}").format(name=name)
    return joined(text, is_it(near_unknown(state, name)), by=". ")


def is_it(names: list[str]) -> Said:
    """What a slip may have been meant for, as a question to stand after a sentence; nothing for none."""
    return _("Is it {names}?").format(names=_(" or ").join(names)) if names else NOTHING


def to_type(names: list[str]) -> Said:
    """The command that chooses each of some SKUs; nothing for none."""
    each = (typed(f"send-products {shlex.quote(name)}") for name in names)
    return _("Then: {commands}").format(commands=joined(*each, by="; ")) if names else NOTHING


def containing(products: list[Product], text: str) -> list[Product]:
    """The products whose name or SKU contains a text, whatever its capitals."""
    part = text.strip().casefold()
    return [p for p in products if part in p.name.casefold() or part in p.sku.casefold()]


def _known(state: State, skus: set[str]) -> set[str]:
    """Those of the SKUs that are in the ERP or chosen already."""
    linked = state.links.of_skus(skus).keys()
    queued = {sku for sku in state.products.skus(state.queue.all()).values() if sku in skus}
    return set(linked) | queued


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
