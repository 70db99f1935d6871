"""Propose a mapping for a file that nobody has described, by the names of its columns and what is in them."""

from dataclasses import dataclass
from pathlib import Path

from contaazul_sync.tables.mapping import Mapping
from contaazul_sync.tables.shape import Shape


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can say. `choices`: columns, or for a status its meanings, the likeliest first."""

    section: str
    field: str  # of [statuses]: the file's word
    choices: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping as far as it could be found out, and what could not."""

    shape: Shape
    mapping: Mapping
    unsure: list[Question]


def propose(path: Path) -> Proposal:
    """Look at a file. Raises BadFile and OSError."""
    raise NotImplementedError


def with_answer(mapping: Mapping, question: Question, choice: str) -> Mapping:
    """The mapping with a person's answer to a question: a column, or what a status means."""
    raise NotImplementedError
