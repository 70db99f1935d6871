"""A gateway's statement: its mapping in TOML, and its rows as the mapping reads them.

name = "My gateway"           [file] as of a shop's mapping (see `toml`)

[statement]                   field = "Column", as in the sections of a shop's mapping
id = "Transação"              the gateway's id of what was paid, and what it says of the order: the shop's
order = "Pedido"              id or number of it. One of both has to be there
date = "Data"
kind = "Tipo"                 what a row is of; without it, all are sales
record = "Registro"           which rows are rows, and which are balances; without it, all are rows
gross = "Bruto"               what was paid, what the gateway took of it (below zero), and what came of both.
fee = ["-Tarifa", "-Frete"]   Several columns are added up, and one whose amounts count the other way round
net = ["Crédito", "-Débito"]  has a - in front of its name. Of `fee` and `net`, one may be left out.
interest = "-Juros"           What it took for paying in instalments, where it tells that apart

[kinds]                       the file's word = sale, back (a refund, a chargeback) or none (no sale);
payment = "sale"              * stands for any letters. A row of any other word is told, and never taken
"reserve_for_*" = "none"

[records]                     the file's word = row, held, opening, closing or skip; no other may be there
"""

import re
from collections.abc import Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fnmatch import translate
from importlib import resources
from pathlib import Path
from typing import TypeVar

from contaazul_sync.core.fingerprints import fingerprint
from contaazul_sync.core.folding import folded
from contaazul_sync.core.statements import Entry, Meaning, Record
from contaazul_sync.core.words import _
from contaazul_sync.tables import toml
from contaazul_sync.tables.bad import BadFile
from contaazul_sync.tables.cells import Cells
from contaazul_sync.tables.fields import FIELDS, NUMBERS, STATEMENT
from contaazul_sync.tables.mapping import ADDED_UP, Column, Mapping
from contaazul_sync.tables.reading import heads, lines
from contaazul_sync.tables.shape import look

SHIPPED = ("mercado_pago",)
MEANINGS = (Meaning.SALE, Meaning.BACK, Meaning.NONE)

Word = TypeVar("Word", bound=StrEnum)


class Words(dict[str, Word]):
    """What the words of a file mean, by their folded patterns; a word that none fits has no meaning."""

    def of(self, word: str) -> Word | None:
        """What a word means: the very same, else the first pattern that fits."""
        bare = folded(word)
        if bare in self:
            return self[bare]
        return next((each for pattern, each in self.items() if re.fullmatch(translate(pattern), bare)), None)


@dataclass(frozen=True, slots=True)
class Statement:
    """A checked mapping of a gateway's statement."""

    columns: Mapping
    kinds: Words[Meaning] = field(default_factory=Words)
    records: Words[Record] = field(default_factory=Words)

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.columns.name

    @property
    def gateway(self) -> str:
        """A mark of the mapping's name and its columns: rows that others read are called otherwise."""
        columns = self.columns.sections[STATEMENT]
        read_by = [(each, columns[each].names, columns[each].turned) for each in sorted(columns)]
        return fingerprint(self.name, read_by)

    def entries(self, path: Path) -> Iterator[Entry]:
        """The rows of a file. Raises BadFile, also at its very end; OSError for one that cannot be opened."""
        shape = self.columns.file.shape(look(path))
        bound = self.columns.bound(STATEMENT, heads(path, shape))
        has_records = "record" in bound.columns
        for line in lines(path, shape, sums=has_records):
            try:
                yield self._entry(Cells(bound, line))
            except ValueError as error:
                raise BadFile(str(error)) from None

    def _entry(self, cells: Cells) -> Entry:
        kind = cells.word("kind")
        gross, fee, interest, net = self._amounts(cells)
        return Entry(
            number=cells.line.number,
            record=self._record(cells),
            meaning=self.kinds.of(kind) or Meaning.UNKNOWN if self.kinds else Meaning.SALE,
            kind=kind,
            at=cells.moment("date"),
            transaction=cells.word("id"),
            reference=cells.word("order"),
            gross=gross,
            fee=fee,
            interest=interest,
            net=net,
        )

    def _amounts(self, cells: Cells) -> tuple[int, int, int, int]:
        """Gross, fee, interest and net; of fee and net, one that the mapping does not name follows."""
        gross, interest = cells.amount("gross") or 0, cells.amount("interest") or 0
        fee, net = cells.amount("fee") or 0, cells.amount("net") or 0
        if "fee" not in cells.bound.columns:
            fee = net - gross - interest
        if "net" not in cells.bound.columns:
            net = gross + fee + interest
        return gross, fee, interest, net

    def _record(self, cells: Cells) -> Record:
        if not self.records:
            return Record.ROW
        word = cells.word("record")
        found = self.records.of(word)
        if found is None:
            text = _("row {n} is a record {word}, which the mapping {name} does not know")
            raise ValueError(text.format(n=cells.line.number, word=word or "-", name=self.name))
        return found


def shipped(name: str) -> Statement:
    """One of SHIPPED."""
    place = resources.files("contaazul_sync.tables").joinpath("mappings", f"{name}.toml")
    return read(name, place.read_text(encoding="utf-8"))


def load(path: Path) -> Statement:
    """Read a mapping of the merchant's. Raises MappingError."""
    return read(path.name, toml.text_of(path))


def read(name: str, text: str) -> Statement:
    """Read a mapping's text. `name`: what messages call it. Raises MappingError."""
    return _Reader(name, toml.document(name, text)).statement()


class _Reader(toml.Reader):
    """Reads one document; what is wrong is told with the section and the key."""

    def statement(self) -> Statement:
        """The mapping of a statement."""
        self.known("", self.document, ("name", "file", STATEMENT, "kinds", "records"))
        if STATEMENT not in self.document:
            raise self.bad("", "", _("it names no column: it needs [statement]"))
        found = self.section(STATEMENT)
        if not {"id", "order"} & set(found):
            raise self.bad(STATEMENT, "order", _("it is missing: a row needs its order, or the gateway's id"))
        if not {"fee", "net"} & set(found):
            raise self.bad(STATEMENT, "fee", _("it is missing: a row needs its fee, or its net amount"))
        for name, section in (("kind", "kinds"), ("record", "records")):
            if (name in found) != bool(self.table(section)):
                raise self.bad(STATEMENT, name, _("it goes with the section {name}").format(name=section))
        mapping = Mapping(str(self.document.get("name", self.name)), self.file(), {STATEMENT: found})
        return Statement(mapping, self.words("kinds", MEANINGS), self.words("records", tuple(Record)))

    def column(self, section: str, name: str, value: object) -> Column:
        """The columns of a field; those of amounts without the - that says that they are turned."""
        column = super().column(section, name, value)
        if FIELDS[section][name].kind not in NUMBERS:
            return column
        bare = {each: each.removeprefix("-").strip() for each in column.names}
        turned = tuple(bare[each] for each in column.names if each.startswith("-"))
        return replace(column, names=tuple(bare.values()), join=ADDED_UP, turned=turned)

    def words(self, section: str, meanings: tuple[Word, ...]) -> Words[Word]:
        """What the words in a section mean."""
        known, table = Words[Word](), self.table(section)
        told: Table[str, Word] = {str(meaning): meaning for meaning in meanings}
        for word, meaning in table.items():
            if not isinstance(meaning, str) or meaning not in told:
                raise self.bad(section, word, _("it has to be one of: {words}").format(words=", ".join(told)))
            known[folded(word)] = told[meaning]
        return known
