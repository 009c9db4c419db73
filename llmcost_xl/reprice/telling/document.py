"""What a report consists of, whatever it is written in: headings, sentences, tables, a waterfall."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from llmcost_xl.reprice.report.wording import amount, signed


class Heading(NamedTuple):
    """The heading of a section."""

    text: str


class Words(NamedTuple):
    """A paragraph; as a list, one for each point."""

    sentences: tuple[str, ...]
    is_list: bool = False


class Column(NamedTuple):
    """A column of a table: its heading, its unit, and whether it holds numbers."""

    title: str
    unit: str = ""
    is_number: bool = True


class Table(NamedTuple):
    """A table; its last row may be the total."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    has_total: bool = False


class Step(NamedTuple):
    """A bar of a waterfall: a level that stands on zero, or a change that floats from one level to the next."""

    label: str
    start: float
    end: float
    is_level: bool

    @property
    def amount(self) -> float:
        """The level, or the change."""
        return self.end if self.is_level else self.end - self.start

    def figure(self, digits: int) -> str:
        """The amount in words, a change with its sign."""
        return amount(self.amount, digits=digits) if self.is_level else signed(self.amount, digits)


class Waterfall(NamedTuple):
    """A waterfall from one level to another."""

    caption: str
    steps: tuple[Step, ...]
    currency: str
    digits: int = 2


Block: TypeAlias = Heading | Words | Table | Waterfall


class Document(NamedTuple):
    """A report."""

    title: str
    blocks: tuple[Block, ...]
