"""The source texts, cited by title and line."""

from __future__ import annotations

from llmcost_xl.workbook.layout import Source

ASSUMPTION = "A"


def economics(lines: str, what: str) -> Source:
    """A passage of "Economics of Custom Models"; its key is "S0 L" and the lines."""
    return Source(
        f"S0 L{lines}", f"Economics of Custom Models: {what}", f"lines {lines}" if "-" in lines else f"line {lines}"
    )


def renting(lines: str, what: str) -> Source:
    """A passage of "Custom LLM vs. API"; its key is "S1 L" and the lines."""
    return Source(f"S1 L{lines}", f"Custom LLM vs. API: {what}", f"lines {lines}" if "-" in lines else f"line {lines}")


def assumption(number: int, text: str) -> Source:
    """A choice of ours, to be replaced by the user's own figures; its key is "A" and the number."""
    return Source(f"{ASSUMPTION}{number}", text, "", "assumption")
