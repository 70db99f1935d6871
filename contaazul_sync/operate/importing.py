"""What `import` does: a file looked at, the mapping that suits it, and what comes of its first rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from itertools import islice
from pathlib import Path

from contaazul_sync.core.drafts.sales import sale_draft
from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.money import plain, written
from contaazul_sync.core.orders import Order, Payment
from contaazul_sync.core.rules import Rules
from contaazul_sync.core.words import _
from contaazul_sync.home.config import write
from contaazul_sync.home.files import write_whole
from contaazul_sync.home.machine import prepare_home
from contaazul_sync.home.settings import Settings
from contaazul_sync.operate.doctor.reading import of_order, of_product
from contaazul_sync.operate.filing import mapping, mapping_file, no_sleep, shop
from contaazul_sync.shops.files.sheet import ITEMS, ORDERS, PRODUCTS, Sheet, items_of
from contaazul_sync.shops.port import Unreadable
from contaazul_sync.tables import toml
from contaazul_sync.tables.bad import BadFile
from contaazul_sync.tables.fields import NUMBERS, SECTIONS, Kind
from contaazul_sync.tables.guess import Question, propose
from contaazul_sync.tables.mapping import Column, Mapping, Written
from contaazul_sync.tables.reading import heads
from contaazul_sync.tables.shape import look


def read(settings: Settings, path: Path, now: datetime) -> Sheet:
    """A file as the settings read it. Raises BadFile, OSError, MappingError."""
    return shop(settings, lambda: now, no_sleep, keeps=False).shelf.opened(path, path.name, now)


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that was looked at. `is_known`: its mapping is the merchant's own; else see Proposal."""

    heads: tuple[str, ...]
    mapping: Mapping
    unsure: Sequence[Question] = ()
    is_known: bool = False

    @property
    def own(self) -> Mapping:
        """What the mapping says of this file's sections alone."""
        sections = self.mapping.sections
        found = [each for each in self.mapping.sections_of(self.heads) if each in sections]
        return replace(self.mapping, sections={each: sections[each] for each in found})


def look_at(settings: Settings, path: Path) -> Looked:
    """How a file is read: as the merchant's own mapping says, where it has the columns, else as it looks.

    Raises BadFile, OSError, MappingError.
    """
    if mapping_file(settings) is not None:
        own = mapping(settings)
        titles = heads(path, own.file.shape(look(path)))
        if _fits(own, titles):
            return Looked(titles, own, is_known=True)
    found = propose(path)
    return Looked(heads(path, found.shape), found.mapping, found.unsure)


def _fits(read: Mapping, titles: Sequence[str]) -> bool:
    """Whether a file has all the columns that a mapping names."""
    found = read.sections_of(titles)
    try:
        return bool([read.bound(section, titles) for section in found if section in read.sections])
    except BadFile:
        return False


def together(files: Sequence[Looked]) -> Mapping:
    """One mapping for all of them."""
    first, *others = files
    return reduce(_both, (each.own for each in others), first.own) if others else first.mapping


def keep_mapping(settings: Settings, found: Mapping) -> Path:
    """Write a mapping down beside the settings, with what the merchant's own says. Raises MappingError."""
    own = mapping_file(settings) or settings.home / "mapping.toml"
    if own.exists():
        found = _both(toml.load(own), found)
    text = toml.written(found)
    toml.read(own.name, text)  # what a person has left open may be too much
    prepare_home(settings.home)
    write_whole(own, text)
    if settings.text("shop.files.mapping") in toml.SHIPPED:
        write(settings.config_file, {"shop.files.mapping": own.name})
    return own


def _both(old: Mapping, new: Mapping) -> Mapping:
    """What both say; the new one where they say it of the same section or status."""
    sections = {
        section: {
            name: _said(column, SECTIONS[section][name].kind, new.file, old.file)
            for name, column in columns.items()
        }
        for section, columns in new.sections.items()
    }
    kept = {name: columns for name, columns in old.sections.items() if name not in sections}
    return replace(old, sections=kept | sections, statuses={**old.statuses, **new.statuses})


def _said(column: Column, kind: Kind, own: Written, other: Written) -> Column:
    """A column with what its own file says of all its numbers and dates, where the other says otherwise."""
    decimal = own.decimal if kind in NUMBERS and own.decimal != other.decimal else ""
    written = own.dates if kind is Kind.MOMENT and own.dates != other.dates else ""
    return replace(column, decimal=column.decimal or decimal, written=column.written or written)


def samples(
    sheets: Sequence[Sheet], rules: Rules, now: datetime, most: int = 3
) -> list[tuple[str, dict[str, str]]]:
    """The first orders or products of each file, field by field, and the sale that an order would become."""
    items, told = [sheet for sheet in sheets if sheet.kind == ITEMS], list[tuple[str, dict[str, str]]]()
    for sheet in sheets:
        wanted = dict.fromkeys(islice(sheet.versions, most))
        if sheet.kind == ORDERS:
            told += [_sample(order, rules) for order in sheet.orders(wanted, items_of(items, wanted))]
        elif sheet.kind == PRODUCTS:
            for product in sheet.products(wanted, now):
                title = _("Product {name}").format(name=product.sku or product.key)
                told.append((title, of_product(product)))
    return told


def _sample(order: Order | Unreadable, rules: Rules) -> tuple[str, dict[str, str]]:
    title = _("Order {name}").format(name=order.id)
    if isinstance(order, Unreadable):
        return title, {"problem": order.reason}
    seen = of_order(order)
    if order.payment is not Payment.PAID:
        return title, seen | {"sale": _("none: it is not paid")}
    try:
        draft = sale_draft(order, rules)
    except Unusable as error:
        return title, seen | {"sale": _("held: {why}").format(why=error.message)}
    for number, line in enumerate(draft.lines, start=1):
        seen[_("sale, item {n}").format(n=number)] = _("{quantity} x {sku} at {price}").format(
            quantity=plain(line.quantity), sku=line.sku, price=written(line.price)
        )
    told = {
        _("day"): f"{draft.day:%d/%m/%Y}",
        _("freight"): written(draft.freight),
        _("discount"): written(draft.discount),
        _("total"): written(draft.total),
        _("way of paying"): draft.method,
        _("parts"): str(len(draft.parts)),
    }
    return title, seen | {_("sale, {name}").format(name=name): value for name, value in told.items()}
