"""A mapping in TOML, read, checked and written.

name = "The panel of my shop"

[file]                        each may be left out; the first four are found out by content
encoding = "cp1252"           separator = ";"   header_row = 3   sheet = "Pedidos"
decimal = ","                 of all its numbers, where a column says nothing else
dates = "dd/mm/aaaa"          or "dd/mm/aa", "mm/dd/aaaa", "aaaa-mm-dd", which is read beside the others, too
zone = "America/Sao_Paulo"

[orders]                      field = "Column"; one row an order, or one row an item with these repeated
id = "Pedido"
total = {column = "Total", decimal = "."}
created = {column = "Data", format = "dd/mm/aa"}
buyer_document = ["CNPJ", "CPF"]                         the first that is filled in
buyer_name = {column = ["Nome", "Sobrenome"], join = " "}
shipping = {column = ["Frete", "Seguro"], join = "+"}    added up
buyer_phone = {column = "Celular", optional = true}      a file without this column is read, too

[items]                       columns of the same rows; or of a second file, in which the column
order = "Pedido"              with the order's id is this

[products]

[statuses]                    the file's word = paid, unpaid, cancelled or refunded; any other word holds the
"Pagamento aprovado" = "paid" order, so that a mapping may be kept before its words are known
"""

import tomllib
from collections.abc import Iterable
from collections.abc import Mapping as Table
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contaazul_sync.core.errors import ProfileError
from contaazul_sync.core.folding import folded
from contaazul_sync.core.orders import Payment
from contaazul_sync.core.words import Said, _, joined, quoted
from contaazul_sync.home.files import read_text
from contaazul_sync.home.trouble import why
from contaazul_sync.tables.fields import FIELDS, NUMBERS, SECTIONS, Field, Kind
from contaazul_sync.tables.mapping import ADDED_UP, Column, Mapping, Written
from contaazul_sync.tables.values import FORMATS

SHIPPED = ("plain", "woocommerce")
MEANINGS = (Payment.PAID, Payment.UNPAID, Payment.CANCELLED, Payment.REFUNDED)
DECIMALS = (",", ".")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "cp850")

_FILE = ("encoding", "separator", "header_row", "sheet", "decimal", "dates", "zone")
_COLUMN = ("column", "join", "decimal", "format", "optional")


class MappingError(ProfileError):
    """The mapping cannot be used; names the file, the section and the key."""


def shipped(name: str) -> Mapping:
    """One of SHIPPED."""
    place = resources.files("contaazul_sync.tables").joinpath("mappings", f"{name}.toml")
    return read(name, place.read_text(encoding="utf-8"))


def load(path: Path) -> Mapping:
    """Read a mapping of the merchant's. Raises MappingError."""
    return read(path.name, text_of(path))


def read(name: str, text: str) -> Mapping:
    """Read a mapping's text. `name`: what messages call it. Raises MappingError."""
    return Reader(name, document(name, text)).mapping()


def text_of(path: Path) -> str:
    """The text of a mapping of the merchant's. Raises MappingError."""
    try:
        return read_text(path)
    except (OSError, ValueError) as error:
        reason = why(error) if isinstance(error, OSError) else error
        text = _("The mapping {name} cannot be read: {error}.")
        raise MappingError(text.format(name=path, error=reason)) from None


def document(name: str, text: str) -> dict[str, Any]:
    """A mapping's text as TOML has it, unchecked. Raises MappingError."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        told = _("The mapping {name} is not valid TOML: {error}.")
        raise MappingError(told.format(name=name, error=error)) from None


def written(mapping: Mapping) -> str:
    """A mapping as TOML; what `read` makes of it is the same mapping."""
    import tomlkit  # noqa: PLC0415 - only what makes a mapping writes one

    made = tomlkit.document()
    if told := _told_of_file(mapping.file):
        made["file"] = told
    for section, columns in mapping.sections.items():
        table = tomlkit.table()
        for name, column in columns.items():
            table[name] = _told_of_column(column)
        made[section] = table
    made["statuses"] = {word: str(meaning) for word, meaning in mapping.statuses.items()}
    return tomlkit.dumps(made)


def _told_of_file(file: Written) -> dict[str, Any]:
    """What differs from what would be taken anyway."""
    told = {name: getattr(file, name) for name in _FILE if name != "zone"}
    told["zone"] = file.zone.key
    usual = {name: getattr(Written(), name) for name in _FILE if name != "zone"} | {
        "zone": Written().zone.key
    }
    return {name: value for name, value in told.items() if value != usual[name]}


def _told_of_column(column: Column) -> Any:
    import tomlkit  # noqa: PLC0415

    names: Any = column.names[0] if len(column.names) == 1 else list(column.names)
    extras = {"join": column.join, "decimal": column.decimal, "format": column.written}
    more: dict[str, Any] = {name: value for name, value in extras.items() if value}
    if column.is_optional:
        more["optional"] = True
    if not more:
        return names
    table = tomlkit.inline_table()
    table.update({"column": names, **more})
    return table


class Reader:
    """Reads one document; what is wrong is told with the section and the key."""

    def __init__(self, name: str, document: Table[str, Any]) -> None:
        self.name, self.document = name, document

    def mapping(self) -> Mapping:
        """The mapping of a shop's files."""
        self.known("", self.document, ("name", "file", *SECTIONS, "statuses"))
        sections = {name: self.section(name) for name in SECTIONS if name in self.document}
        if not sections:
            raise self.bad("", "", _("it names no column: it needs [orders] and [items], or [products]"))
        items = sections.get("items")
        if items is not None and not {"price", "total"} & set(items):
            raise self.bad("items", "price", _("it is missing: an item needs its price, or its total"))
        file, statuses = self.file(), self.statuses()
        return Mapping(str(self.document.get("name", self.name)), file, sections, statuses)

    def table(self, section: str) -> Table[str, Any]:
        """A section as it is written."""
        table = self.document.get(section, {})
        if not isinstance(table, dict):
            raise self.bad(section, "", _("it has to be a section"))
        return table

    def file(self) -> Written:
        """The section that says how the file is written."""
        table = self.table("file")
        self.known("file", table, _FILE)
        checks = {
            "encoding": ENCODINGS.__contains__,
            "separator": _is_letter,
            "decimal": DECIMALS.__contains__,
        }
        checks |= {"dates": FORMATS.__contains__, "header_row": _is_row, "sheet": _is_text}
        told: dict[str, Any] = {}
        for name, value in table.items():
            if name == "zone":
                told[name] = self.zone(value)
            elif not checks[name](value):
                raise self.bad("file", name, _cannot(value))
            else:
                told[name] = value
        return Written(**told)

    def zone(self, value: object) -> ZoneInfo:
        """The time zone of its times."""
        try:
            return ZoneInfo(str(value))
        except (ZoneInfoNotFoundError, ValueError, OSError):  # "America" is a directory
            raise self.bad("file", "zone", _("it is not a time zone")) from None

    def section(self, section: str) -> dict[str, Column]:
        """The columns of a section, by field."""
        table, fields = self.table(section), FIELDS[section]
        self.known(section, table, fields)
        missing = [name for name, each in fields.items() if each.is_needed and name not in table]
        if missing:
            raise self.bad(section, missing[0], _("it is missing"))
        return {name: self.column(section, name, value) for name, value in table.items()}

    def column(self, section: str, name: str, value: object) -> Column:
        """The columns of a field."""
        told: dict[str, Any] = value if isinstance(value, dict) else {"column": value}
        self.known(f"{section}.{name}", told, _COLUMN)
        names = told.get("column")
        names = names if isinstance(names, list) else [names]
        if not names or not all(_is_text(each) and each for each in names):
            raise self.bad(
                section, name, _("it has to be the name of a column, in quotes, or a list of some")
            )
        column = Column(
            names=tuple(names),
            join=told.get("join", ""),
            decimal=told.get("decimal", ""),
            written=told.get("format", ""),
            is_optional=told.get("optional", False),
        )
        if wrong := _unsuited(column, FIELDS[section][name]):
            raise self.bad(section, name, _("{key} cannot stand there").format(key=wrong))
        return column

    def statuses(self) -> dict[str, Payment]:
        """What the file's words for statuses mean."""
        known: dict[str, Payment] = {}
        for word, meaning in self.table("statuses").items():
            if meaning not in tuple(map(str, MEANINGS)):
                text = _("it has to be one of: {words}").format(words=", ".join(MEANINGS))
                raise self.bad("statuses", word, text)
            if known.setdefault(folded(word), Payment(meaning)) != meaning:
                raise self.bad("statuses", word, _("it is there twice, and means two things"))
        return known

    def known(self, section: str, table: Iterable[str], keys: Iterable[str]) -> None:
        """Refuse keys that mean nothing: a misspelt one would be passed over."""
        for key in table:
            if key not in keys:
                near = get_close_matches(key, list(keys), n=1)
                text = _("no such key is known; is {name} meant?") if near else _("no such key is known")
                raise self.bad(section, key, text.format(name=next(iter(near), "")))

    def bad(self, section: str, key: str, reason: str) -> MappingError:
        """What is wrong with a key, said."""
        where = " ".join(filter(None, (f"[{section}]" if section else "", key)))
        text = _("The mapping {name}: {where}: {why}") if where else _("The mapping {name}: {why}")
        told = text.format(name=self.name, where=where, why=reason)
        return MappingError(told if told.endswith("?") else joined(told, quoted("."), by=""))


def _unsuited(column: Column, field: Field) -> str:
    """What of a column does not suit its field: the key in the file; nothing where all does."""
    if not _is_text(column.join) or (column.join == ADDED_UP) != (
        bool(column.join) and field.kind in NUMBERS
    ):
        return "join"
    if column.join and field.kind not in (*NUMBERS, Kind.WORD):
        return "join"
    if column.decimal and (column.decimal not in DECIMALS or field.kind not in NUMBERS):
        return "decimal"
    if column.written and (column.written not in FORMATS or field.kind is not Kind.MOMENT):
        return "format"
    return "" if isinstance(column.is_optional, bool) else "optional"


def _cannot(value: object) -> Said:
    return _("it cannot be {value}").format(value=repr(value))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_letter(value: object) -> bool:
    return isinstance(value, str) and len(value) == 1 and value not in '"\r\n'


def _is_row(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
