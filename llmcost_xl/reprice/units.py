"""What a price counts: its currency, and the tokens or calls it is for. Neither is ever guessed."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from llmcost_xl.catalogue.rows import CALL_COMPONENTS

MILLION: Final = 1_000_000
THOUSAND: Final = 1_000
_AMOUNTS: Final = (
    (re.compile(r"(?:1|one)?\s*(?:million|mio\.?|mln|mm|m)(?![a-z])|1[,. ]?000[,. ]?000(?!\d)|1?\s*m(?=tok)"), MILLION),
    (re.compile(r"(?:1|one)?\s*(?:thousand|k)(?![a-z])|1[,. ]?000(?!\d)|1?\s*k(?=tok)"), THOUSAND),
    (re.compile(r"(?:1|one)?\s*(?=token|tok\b|call|request|search)"), 1),
)
_PER: Final = re.compile(r"(?:\bper\b|/|\bpro\b)\s*")
_CALLS: Final = re.compile(r"\s*(?:calls?|requests?|search(?:es)?|web searches)")
_TOKENS: Final = re.compile(r"\s*(?:tokens?|toks?)\b")
_OTHERS: Final = re.compile(
    r"\s*(?:char|letter|word|image|picture|page|document|minute|second|hour|day|month|year|quer|answer|user|seat|row|byte|[kmgt]b\b)"
)
"""What a price may be for that is neither tokens nor calls."""
_DOLLAR: Final = re.compile(r"(?<![A-Za-z])(?:US|USD\s?)?\$")
_CENTS: Final = re.compile(r"\bcents?\b|¢", re.IGNORECASE)
_SIGNS: Final = {"€": "EUR", "£": "GBP"}
_CODES: Final = re.compile(
    r"(?<![A-Z])(USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|KRW|SGD|HKD|ZAR|ILS|TRY)(?![A-Z])"
)


class Unit(NamedTuple):
    """As much of a unit as a text states: "" and 0 stand for what it does not say."""

    currency: str = ""
    amount: int = 0
    counts: str = ""  # "tokens", "calls", or "" where only the amount is stated

    @property
    def is_whole(self) -> bool:
        """Whether a price can be read with it."""
        return bool(self.currency and self.amount)

    def or_else(self, other: Unit) -> Unit:
        """This unit, with what it leaves open from another one."""
        amount, counts = (self.amount, self.counts) if self.amount else (other.amount, other.counts)
        return Unit(self.currency or other.currency, amount, counts)

    def factor(self, component: str) -> float | None:
        """What to multiply a price of the catalogue by; None where the unit cannot be one of such a component."""
        is_of_calls = component in CALL_COMPONENTS
        if not self.amount or (self.counts == "calls") != is_of_calls:
            return None
        return self.amount / (THOUSAND if is_of_calls else MILLION)

    def __str__(self) -> str:
        """The unit as people write it, with what is open."""
        amount = {MILLION: "1M ", THOUSAND: "1k ", 1: ""}.get(self.amount, "? ")
        return f"{self.currency or '?'} per {amount}{self.counts or 'tokens'}"


NONE: Final = Unit()


def read_unit(text: object) -> Unit:
    """What a heading, a cell or an option says of the unit: "US$ per 1M tokens", "Price (EUR/1K)", "$/MTok"."""
    if not isinstance(text, str):
        return NONE
    amount, counts = _amount(text)
    return Unit(_currency(text), amount, counts)


def without_unit(text: str) -> str:
    """A heading without what it says of the unit."""
    short = _PER.split(re.sub(r"\(.*?\)|\[.*?\]", " ", text), maxsplit=1)[0]
    return _CODES.sub(" ", _DOLLAR.sub(" ", short))


def _currency(text: str) -> str:
    if _CENTS.search(text):
        return ""
    found = {sign_of for sign, sign_of in _SIGNS.items() if sign in text} | set(_CODES.findall(text))
    if _DOLLAR.search(text):
        found.add("USD")
    return found.pop() if len(found) == 1 else ""


def _amount(text: str) -> tuple[int, str]:
    small = text.lower()
    for per in _PER.finditer(small):
        for pattern, amount in _AMOUNTS:
            found = pattern.match(small, per.end())
            if found:
                rest = small[found.end() :]
                if _OTHERS.match(rest):
                    return 0, ""
                counts = "calls" if _CALLS.match(rest) else "tokens" if _TOKENS.match(rest) else ""
                return (amount, counts) if counts or amount > 1 else (0, "")
    return 0, ""
