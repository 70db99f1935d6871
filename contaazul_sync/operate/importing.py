"""What `import` does: a file looked at, the mapping that suits it, and what comes of its first rows."""

from dataclasses import replace
from datetime import datetime
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
from contaazul_sync.shops.files.sheet import PRODUCTS, Sheet, opened
from contaazul_sync.shops.port import Unreadable
from contaazul_sync.tables import toml
from contaazul_sync.tables.bad import BadFile
from contaazul_sync.tables.fields import NUMBERS, SECTIONS, Kind
from contaazul_sync.tables.mapping import Column, Mapping
from contaazul_sync.tables.reading import heads
from contaazul_sync.tables.shape import look


def read(settings: Settings, path: Path, now: datetime) -> Sheet:
    """A file as the settings read it. Raises BadFile, OSError, MappingError."""
    return shop(settings, lambda: now, no_sleep, keeps=False).opened(path, path.name, now)


def known(settings: Settings, path: Path) -> Mapping | None:
    """The merchant's own mapping, where a file has all the columns that it names. Raises BadFile, OSError."""
    if mapping_file(settings) is None:
        return None
    own = mapping(settings)
    return own if _fits(own, path) else None


def _fits(read: Mapping, path: Path) -> bool:
    """Whether a file has all the columns that a mapping names. Raises BadFile, OSError for what is none."""
    titles = heads(path, read.file.shape(look(path)))
    found = read.sections_of(titles)
    try:
        return bool([read.bound(section, titles) for section in found if section in read.sections])
    except BadFile:
        return False


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
        section: {name: _said(column, SECTIONS[section][name].kind, new) for name, column in columns.items()}
        for section, columns in new.sections.items()
    }
    kept = {name: columns for name, columns in old.sections.items() if name not in sections}
    return replace(old, sections=kept | sections, statuses={**old.statuses, **new.statuses})


def _said(column: Column, kind: Kind, of: Mapping) -> Column:
    """A column with what its own file says of all its numbers and dates."""
    decimal = column.decimal or (of.file.decimal if kind in NUMBERS else "")
    written = column.written or (of.file.dates if kind is Kind.MOMENT else "")
    return replace(column, decimal=decimal, written=written)


def samples(
    path: Path, found: Mapping, rules: Rules, now: datetime, most: int = 3
) -> list[tuple[str, dict[str, str]]]:
    """The first orders or products of a file, field by field, and of each order what sale it would become."""
    sheet = opened(path, path.name, now, found)
    if sheet.kind == PRODUCTS:
        told = islice(sheet.products(sheet.versions, now), most)
        return [(_("Product {name}").format(name=each.sku or each.key), of_product(each)) for each in told]
    return [_sample(order, rules) for order in islice(sheet.orders(sheet.versions, {}), most)]


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
