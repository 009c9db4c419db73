"""The source texts, cited by title and line."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal, TypeAlias

from llmcost_xl.workbook.layout import Source

Status: TypeAlias = Literal["source text", "verified", "assumption", "unverified claim"]

ASSUMPTION: Final = "A"
READ_ON: Final = "2026-11-21"


def economics(lines: str, what: str) -> Source:
    """A passage of "Economics of Custom Models"; its key is "S0 L" and the lines."""
    return _passage("S0", "Economics of Custom Models", lines, what)


def renting(lines: str, what: str) -> Source:
    """A passage of "Custom LLM vs. API"; its key is "S1 L" and the lines."""
    return _passage("S1", "Custom LLM vs. API", lines, what)


def integrating(lines: str, what: str, status: Status = "source text") -> Source:
    """A passage of "LLM integration cost"; its key is "S2 L" and the lines.

    Claims of third parties that it reports and that could not be found there are "unverified claim".
    """
    return replace(_passage("S2", "LLM integration cost", lines, what), status=status)


def assumption(number: int, text: str) -> Source:
    """A choice of ours, to be replaced by the user's own figures; its key is "A" and the number."""
    return Source(f"{ASSUMPTION}{number}", text, status="assumption")


def _passage(key: str, title: str, lines: str, what: str) -> Source:
    place = f"lines {lines}" if "-" in lines else f"line {lines}"
    return Source(f"{key} L{lines}", f"{title}: {what}", place, retrieved=READ_ON)
