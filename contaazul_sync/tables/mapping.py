"""A mapping: a TOML file that says which column of a spreadsheet is what.

[file]                        each may be left out, and is found out by content
encoding = "cp1252"           separator = ";"   header_row = 3   sheet = "Pedidos"
decimal = ","                 of all its numbers, where a column says nothing else
dates = "dd/mm/aaaa"          or "dd/mm/aa", "mm/dd/aaaa"; ISO is always read
zone = "America/Sao_Paulo"

[orders]                      field = "Column", or
id = "Pedido"
total = {column = "Total", decimal = "."}
created = {column = "Data", format = "dd/mm/aa"}
buyer_document = ["CNPJ", "CPF"]                         the first that is filled in
buyer_name = {column = ["Nome", "Sobrenome"], join = " "}
shipping = {column = ["Frete", "Imposto"], join = "+"}   added up
buyer_phone = {column = "Celular", optional = true}      a file without this column is read, too

[items]                       columns of the same file, one row an item; or of a second file,
order = "Pedido"              whose column with the order's id this is

[products]

[statuses]                    the file's word = paid, unpaid, cancelled or refunded
"Pagamento aprovado" = "paid"
"""

from collections.abc import Iterable
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from contaazul_sync.core.days import BRAZIL
from contaazul_sync.core.errors import ProfileError
from contaazul_sync.core.orders import Payment
from contaazul_sync.tables.reading import Line
from contaazul_sync.tables.shape import Shape
from contaazul_sync.tables.values import DAY_FIRST

SHIPPED = ("plain", "woocommerce")


class MappingError(ProfileError):
    """The mapping cannot be used; names the file, the section and the key."""


@dataclass(frozen=True, slots=True)
class Column:
    """Where a field is: in one column, the first of several that is filled in, or several joined.

    `join`: a text between them, or `+` for a sum. `decimal`, `written`: nothing where the file's counts.
    """

    names: tuple[str, ...]
    join: str = ""
    decimal: str = ""
    written: str = ""
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """What [file] says. The shape only where a person has said it."""

    encoding: str = ""
    separator: str = ""
    header_row: int = 0
    sheet: str = ""
    decimal: str = ","
    dates: str = DAY_FIRST
    zone: ZoneInfo = BRAZIL

    def shape(self, found: Shape) -> Shape:
        """What was found out, as far as nobody has said otherwise."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Mapping:
    """A checked mapping. `sections`: the columns of each field, by section. `statuses`: by the folded word."""

    name: str = ""
    file: Written = field(default_factory=Written)
    sections: Table[str, Table[str, Column]] = field(default_factory=dict)
    statuses: Table[str, Payment] = field(default_factory=dict)

    @property
    def items_apart(self) -> bool:
        """Whether the items are in a second file."""
        return "order" in self.sections.get("items", {})

    def payment(self, status: str) -> Payment:
        """What a word of the file means."""
        raise NotImplementedError

    def sections_of(self, heads: Iterable[str]) -> tuple[str, ...]:
        """Which sections are in a file with these heads; none where it is none that the mapping knows."""
        raise NotImplementedError

    def bound(self, section: str, heads: Iterable[str]) -> "Bound":
        """A section for a file with these heads. Raises BadFile, which names the columns that are missing."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Bound:
    """A section of a mapping, its columns called as this file calls them."""

    section: str
    columns: Table[str, Column]
    file: Written

    def cells(self, line: Line) -> "Cells":
        """The values of one row."""
        return Cells(self, line)


@dataclass(frozen=True, slots=True)
class Cells:
    """The values of one row. Each raises ValueError with the field, the column and why, never the value."""

    bound: Bound
    line: Line

    def word(self, name: str) -> str:
        """A text; nothing where none is told."""
        raise NotImplementedError

    def amount(self, name: str) -> int | None:
        """Centavos; None where none is told."""
        raise NotImplementedError

    def quantity(self, name: str) -> Decimal | None:
        """A number; None where none is told."""
        raise NotImplementedError

    def moment(self, name: str) -> datetime | None:
        """An aware time; None where none is told."""
        raise NotImplementedError

    def document(self, name: str) -> str:
        """A CPF or CNPJ; nothing where none is told."""
        raise NotImplementedError

    def postcode(self, name: str) -> str:
        """A CEP; nothing where none is told."""
        raise NotImplementedError


def load(path: Path) -> Mapping:
    """Read a mapping of the merchant's. Raises MappingError."""
    raise NotImplementedError


def shipped(name: str) -> Mapping:
    """One of SHIPPED."""
    raise NotImplementedError


def read(name: str, text: str) -> Mapping:
    """Read a mapping's text. `name`: what messages call it. Raises MappingError."""
    raise NotImplementedError


def written(mapping: Mapping) -> str:
    """A mapping as TOML; what `read` makes of it is the same mapping."""
    raise NotImplementedError
