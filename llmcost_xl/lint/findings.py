"""What the linter says: a rule, and where a workbook breaks it.

A rule is a function that looks at a whole workbook and yields the places that break it:

    @rule("W02", "error", "Nothing is hidden", why="...", mend="...")
    def hidden(book: Book) -> Iterator[Place]:
        ...
        yield Place(sheet.name, "A1", "row 7 is hidden")

The functions stay ordinary functions; `RULES` lists them in the order of their ids, and the pages of docs/lint are
written from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from llmcost_xl.lint.reading import Book

Severity: TypeAlias = Literal["error", "warning", "advice"]
GROUPS: Final = {
    "W": "Workbook",
    "I": "Inputs",
    "F": "Calculation",
    "C": "Checks",
    "P": "Presentation, print, access",
    "D": "Documentation",
}
"""The first letter of a rule's id, and the group it stands for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule is broken: the sheet and cell ("" for the whole workbook or sheet), and what is there."""

    sheet: str
    cell: str
    what: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it demands, why, and how to mend what breaks it."""

    key: str
    severity: Severity
    title: str
    why: str
    mend: str
    broken: Callable[[Book], Iterator[Place]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that breaks one rule."""

    rule: Rule
    severity: Severity
    place: Place


RULES: Final[dict[str, Rule]] = {}
"""Every rule by its id."""

Broken: TypeAlias = Callable[["Book"], Iterator[Place]]


def rule(key: str, severity: Severity, title: str, *, why: str, mend: str) -> Callable[[Broken], Broken]:
    """Make a function a rule of the linter."""

    def registered(broken: Broken) -> Broken:
        if key in RULES:
            raise ValueError(f"there are two rules {key}")
        RULES[key] = Rule(key, severity, title, why, mend, broken)
        return broken

    return registered
