"""A long list of findings made short: what is alike is said once, and no rule fills the screen."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from llmcost_xl.lint.findings import RULES, Finding, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

NAMED: Final = 5
"""Cells or sheets that are named; the rest are counted."""

SHEETS: Final = 2
"""The same on more sheets than these becomes one line."""

MOST: Final = 30
"""Lines of one rule about one workbook."""


def grouped(findings: Iterable[Finding]) -> list[Finding]:
    """Rule by rule, one line for equal findings on a sheet or on many sheets, and at most 30 lines for a rule."""
    by_sheet = [
        _one(alike, _cells) for alike in _alike(findings, lambda one: (one.rule.key, one.place.sheet, _what(one)))
    ]
    once = {id(alike[0]): _one(alike, _sheets) for alike in _alike(by_sheet, _across) if len(alike) > SHEETS}
    many = {_across(one) for one in by_sheet if id(one) in once}
    merged = [once.get(id(one), one) for one in by_sheet if id(one) in once or _across(one) not in many]
    short: list[Finding] = []
    order = list(RULES)
    for alike in sorted(_alike(merged, lambda one: one.rule.key), key=lambda alike: order.index(alike[0].rule.key)):
        short += alike[:MOST]
        if len(alike) > MOST:
            short.append(replace(alike[0], place=Place("", "", f"and {len(alike) - MOST:,} more")))
    return short


def _alike(findings: Iterable[Finding], key: Callable[[Finding], Hashable]) -> list[list[Finding]]:
    found: defaultdict[Hashable, list[Finding]] = defaultdict(list)
    for one in findings:
        found[key(one)].append(one)
    return list(found.values())


def _across(finding: Finding) -> tuple[str, str]:
    return finding.rule.key, _what(finding)


def _what(finding: Finding) -> str:
    return finding.place.what


def _one(alike: list[Finding], names: Callable[[list[Finding]], tuple[str, str, str]]) -> Finding:
    if len(alike) == 1:
        return alike[0]
    sheet, cell, where = names(alike)
    return replace(alike[0], place=Place(sheet, cell, f"{_what(alike[0])} ({where})"))


def _cells(alike: list[Finding]) -> tuple[str, str, str]:
    first = alike[0].place
    return first.sheet, first.cell, f"{len(alike):,} places: {_list([one.place.cell or 'the sheet' for one in alike])}"


def _sheets(alike: list[Finding]) -> tuple[str, str, str]:
    return "", "", f"on {len(alike):,} sheets: {_list([one.place.sheet for one in alike])}"


def _list(names: list[str]) -> str:
    return ", ".join(names[:NAMED]) + (" ..." if len(names) > NAMED else "")
