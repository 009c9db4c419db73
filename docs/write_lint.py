"""Writes what the rules of the linter say: docs/lint.md and a page for each group of rules in docs/lint.

Run `python docs/write_lint.py` after adding or changing a rule; a test compares.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from llmcost_xl.lint import RULES
from llmcost_xl.lint.findings import GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.lint.findings import Rule

FOLDER: Final = Path(__file__).parent
INTRODUCTION: Final = Path(__file__).with_suffix(".txt")
"""What the main page says before its contents."""


def pages() -> dict[Path, str]:
    """Every page by its path."""
    introduction = INTRODUCTION.read_text(encoding="utf-8")
    written = {FOLDER / "lint.md": introduction + "\n".join(_contents())}
    for letter, group in GROUPS.items():
        written[FOLDER / "lint" / f"{_file(group)}.md"] = "\n".join(_page(letter, group))
    return written


def _file(group: str) -> str:
    return re.sub(r"[^a-z]+", "-", group.lower())


def _rules(letter: str) -> Iterator[Rule]:
    return (rule for key, rule in RULES.items() if key.startswith(letter))


def _contents() -> Iterator[str]:
    for letter, group in GROUPS.items():
        page = f"lint/{_file(group)}.md"
        yield f"**[{group}]({page})**\n"
        yield from (
            f"- [{rule.key}]({page}#{_anchor(rule)}) ({rule.severity}): {rule.title}" for rule in _rules(letter)
        )
        yield ""


def _heading(rule: Rule) -> str:
    return f"{rule.key}: {rule.title}"


def _anchor(rule: Rule) -> str:
    """The fragment by which GitHub knows a heading."""
    return re.sub(r"[^\w -]", "", _heading(rule).lower()).replace(" ", "-")


def _page(letter: str, group: str) -> Iterator[str]:
    yield f"# {group}: rules {letter}\n"
    yield "Part of [the linter](../lint.md).\n"
    for rule in _rules(letter):
        yield f"## {_heading(rule)}\n"
        yield f"In a workbook of llmcost-xl: {rule.severity}. Elsewhere: advice.\n"
        yield f"**Why.** {rule.why}\n"
        yield f"**How to mend it.** {rule.mend}\n"
        yield f"**What is looked at.** {' '.join((rule.broken.__doc__ or '').split())}\n"


if __name__ == "__main__":
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path}\n")
