"""What becomes of the figures that a workbook reports: payback, present value, break-even volume and its ranges."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.reprice.report.state import ACROSS, HEADINGS, LABEL, SINGLE, UNIT
from llmcost_xl.reprice.report.wording import figure, pair, with_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.ooxml import Value
    from llmcost_xl.reprice.report.state import Page, State

COVER, OUTPUTS, PREFIX = "Cover", "Outputs", "out_"
HEADLINE_FIGURES: Final = "Headline figures"
RANGES: Final = "Ranges of volume in which self-hosting is not dearer"
UNSAID: Final = ("out_outputs_errors",)
"""For the checks of a workbook, not for its reader."""
EQUAL: Final = 1e-9
VOLUME: Final = "queries per month"
NEVER: Final = "never"


class Figure(NamedTuple):
    """A figure that a workbook reports, before and after. `case` is the column that it stands in, if there are any."""

    name: str
    label: str
    case: str
    unit: str
    before: Value
    after: Value

    @property
    def is_changed(self) -> bool:
        """Whether it is another figure now; what rounding in binary arithmetic does is no change."""
        before, after = self.before, self.after
        if _is_number(before) and _is_number(after):
            return not math.isclose(_number(before), _number(after), rel_tol=EQUAL, abs_tol=1e-12)
        return before != after

    @property
    def texts(self) -> tuple[str, str]:
        """Both figures, with as many digits as tell them apart."""
        return pair(self.before, self.after, self.unit) if self.is_changed else (self._text, self._text)

    @property
    def _text(self) -> str:
        return figure(self.after, self.unit)


class Phrase(NamedTuple):
    """How a change of a figure is told: from one to another, and where it is `never` after or before."""

    both: str
    now_never: str
    was_never: str


PAYS_FROM: Final = Phrase(
    "at the new prices {who} now pays from {after} instead of {before}",
    "at the new prices {who} pays at no volume any more; it did from {before}",
    "at the new prices {who} now pays from {after}; it did at no volume",
)
FOR_GOOD: Final = Phrase(
    "self-hosting pays for good from {after} instead of {before}",
    "there is no volume any more from which self-hosting pays for good; it was {before}",
    "self-hosting pays for good from {after}; it did at no volume",
)
PAID_BACK: Final = Phrase(
    "{what} is paid back after {after} instead of {before}",
    "{what} is never paid back; it was after {before}",
    "{what} is paid back after {after}; it never was",
)
PRESENT_VALUE: Final = Phrase(*["{what} is {after} instead of {before}"] * 3)
OTHERWISE: Final = Phrase(*["{label} is {after} instead of {before}"] * 3)
PHRASES: Final[dict[str, tuple[Phrase, str]]] = {
    "2 Monthly volume from which it wins": (PAYS_FROM, "self-hosting"),
    "2 Monthly volume from which it wins for good": (FOR_GOOD, ""),
    "Break-even volume": (PAYS_FROM, "a model of our own"),
    "Volume where monthly costs are equal": (PAYS_FROM, "the custom model"),
    "3 Payback, constant volume": (PAID_BACK, "the one-off cost"),
    "Payback": (PAID_BACK, "the investment"),
    "Discounted payback": (PAID_BACK, "the investment, discounted,"),
    "Payback of the additional investment": (PAID_BACK, "the additional investment"),
    "Net present value": (PRESENT_VALUE, "the net present value"),
    "Additional NPV": (PRESENT_VALUE, "the net present value over the API's"),
}
"""By the label that our workbooks give a figure: how its change is told, and of whom or what."""


def figures(before: State, after: State) -> list[Figure]:
    """The figures that a workbook leads with, then those it reports; none where it reports none by name."""
    if not (before.is_computed and after.is_computed):
        return []
    leading = list(_headlines(before, after))
    told = {one[1:] for one in leading}  # whatever its name
    return [*leading, *(one for one in _outputs(before, after) if one[1:] not in told)]


def _headlines(before: State, after: State) -> Iterator[Figure]:
    """The headline figures of the cover, whose labels stand alone."""
    if not (before.has(COVER) and after.has(COVER)):
        return
    old, new = before.page(COVER), after.page(COVER)
    start = next((row for (row, column), value in new.values.items() if column == LABEL and value == HEADLINE_FIGURES),
                 None)  # fmt: skip
    row = (start or 0) + 1
    while start and new[row, LABEL] is not None:
        unit = new[row, SINGLE]
        value = new[row, UNIT]
        bare = "fraction" if _is_number(value) or _is_number(old[row, UNIT]) else "text"  # one may be an error
        yield Figure(COVER, str(new[row, LABEL]), "", unit if isinstance(unit, str) else bare, old[row, UNIT], value)
        row += 1


def _outputs(before: State, after: State) -> Iterator[Figure]:
    """The outputs that have a name, one for each column where cases stand side by side."""
    for name, where in after.names.items():
        old = before.names.get(name)
        if not name.startswith(PREFIX) or name in UNSAID or old is None:
            continue
        page, was = after.page(where.sheet), before.page(old.sheet)
        row, columns = where.area.top, range(where.area.left, where.area.right + 1)
        label, unit = page[row, LABEL], page[row, UNIT]
        for number, column in enumerate(columns):
            case = page[HEADINGS, column] if column >= ACROSS else ""
            day = after.day(case)
            yield Figure(
                name, str(label or name), f"{day:%Y-%m}" if day else str(case or ""), str(unit or ""),
                was[old.area.top, old.area.left + number], page[row, column],
            )  # fmt: skip


def sentences(found: list[Figure], before: State, after: State) -> list[str]:
    """What changed, in words: the figures that people decide by, and the ranges of volume where self-hosting pays."""
    told = [_sentence(figure) for figure in found if figure.is_changed and figure.label in PHRASES]
    return [*told, *_ranges_told(before, after)]


def _sentence(one: Figure) -> str:
    phrase, who = PHRASES[one.label]
    if one.after == NEVER:
        pattern = phrase.now_never
    elif one.before == NEVER:
        pattern = phrase.was_never
    else:
        pattern = phrase.both
    before, after = (_in_words(text, one.unit) for text in one.texts)
    if pattern is phrase.both:
        before = one.texts[0]  # in the unit that stands before it in the sentence
    told = pattern.format(who=who, what=who, label=one.label, before=before, after=after)
    return f"{one.case}: {told}." if one.case else f"{told[0].upper()}{told[1:]}."


def _in_words(text: str, unit: str) -> str:
    """A figure with its unit, as one says it in a sentence: 4.0M queries a month."""
    return with_unit(text, unit.replace(" per month", " a month"))


# -- ranges of volume ------------------------------------------------------------------------------------------------


def _ranges_told(before: State, after: State) -> Iterator[str]:
    if not (before.has(OUTPUTS) and after.has(OUTPUTS)):
        return
    old, new = (_ranges(state.page(OUTPUTS)) for state in (before, after))
    if old is not None and new is not None and old != new:
        yield (
            f"Case shown: self-hosting is not dearer {new or 'at no volume'} (queries a month); "
            f"before, {old or 'at no volume'}."
        )


def _ranges(page: Page) -> str | None:
    """The ranges in words, "from 4.0M to 5.0M and from 6.0M on"; None where the sheet has no such table."""
    start = next((row for (row, column), value in page.values.items()
                  if column == LABEL and isinstance(value, str) and value.startswith(RANGES)), None)  # fmt: skip
    if start is None:
        return None
    told, row = [], start + 1
    while page[row, LABEL] is not None or page[row, UNIT] is not None:
        low, high = page[row, UNIT], page[row, SINGLE]
        if _is_number(low):
            end = f"to {figure(high, VOLUME)}" if _is_number(high) else "on"
            told.append(f"from {figure(low, VOLUME)} {end}")
        row += 1
    return " and ".join(told)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else math.nan
