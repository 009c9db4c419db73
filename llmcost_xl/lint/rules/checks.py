"""Rules for the checks that a workbook makes of itself: complete, classed, and able to fail."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from llmcost_xl.lint.blocks import LABEL, VALUE, lines, text
from llmcost_xl.lint.checks import CLASSES, COLUMNS, ERRORS_COUNTED, MASTER, checks_of, summary
from llmcost_xl.lint.findings import Place, rule
from llmcost_xl.lint.formulas import area
from llmcost_xl.lint.graph import graph_of
from llmcost_xl.lint.scope import classified, own_sheets
from llmcost_xl.lint.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.lint.checks import Check
    from llmcost_xl.lint.graph import Graph, Node
    from llmcost_xl.lint.reading import Book

SCENARIO: Final = "Scenario"


@rule(
    "C01",
    "error",
    "One sheet states every check, and one master check adds them up",
    why="A reader must see in one place what was tested, by how much it may be off, and whether all is well; on every "
    "other sheet, whether to trust the figures there.",
    mend="Give each check a row with statement, id, sheet, value, target, tolerance, 0/1 result and status; let the "
    "master check count all errors, and show it on the cover and in B3 of every sheet.",
)
def checks_stated(book: Book) -> Iterator[Place]:
    """The value of a check is a link to the one cell that it looks at."""
    found = list(checks_of(book))
    if not found:
        if classified(book) or not any("check" in sheet.title.lower() for sheet in book.sheets()):
            yield Place("", "", "the workbook has no sheet of checks with a master check")
        return
    for check in found:
        yield from (Place(check.sheet.title, check.address(heading), what) for heading, what in _incomplete(check))
    for heading in ("Statement", "Id"):
        seen = Counter(check.says(heading) for check in found)
        for check in found:
            if seen[check.says(heading)] > 1 and check.says(heading):
                what = f"{seen[check.says(heading)]} checks have the {heading.lower()} {check.says(heading)!r}"
                yield Place(check.sheet.title, check.address(heading), what)
    yield from _master(book, found)


def _incomplete(check: Check) -> Iterator[tuple[str, str]]:
    for heading in COLUMNS:
        if not check.says(heading):
            yield heading, f"a check has no {heading.lower()}"
    for heading in ("Failed (flag)", "Status"):
        if check.says(heading) and not check.formula(heading).areas:
            yield heading, f"the {heading.lower()} of a check is no formula"
    value = check.formula("Value")
    if check.says("Value") and not value.is_link:
        yield "Value", "the value of a check is no link to the cell it looks at"
    elif value.areas and check.says("Sheet") not in ("", value.areas[0].sheet):
        yield "Sheet", f"the check looks at {value.areas[0].sheet}, not at {check.says('Sheet')}"


def _master(book: Book, found: list[Check]) -> Iterator[Place]:
    """The count of errors takes in every one of them, the master check that count, and every sheet the master check."""
    sheet = found[0].sheet.title
    count, master = summary(book, ERRORS_COUNTED), summary(book, MASTER)
    if count is None or master is None:
        yield Place(sheet, "", "the checks are not added up to a master check")
        return
    graph = graph_of(book)
    if count not in graph.behind([master]):
        yield Place(sheet, f"C{master[1]}", "the master check does not depend on the number of errors")
    counted = graph.behind([count]) if graph.is_known else set()
    for check in found:
        if check.kind == "errors" and check.node("Failed (flag)") not in counted:
            yield Place(sheet, check.address("Failed (flag)"), "the master check leaves this error out")
    for other in own_sheets(book):
        shown = area(text(other, 3, 2).removeprefix("="))
        if shown is None or (shown.sheet or other.title, shown.first_row, shown.first_column) != master:
            yield Place(other.title, "B3", "the sheet does not show the master check")


@rule(
    "C03",
    "warning",
    "Checks are classed: errors, alerts, sensitivities",
    why="An error means that a figure is wrong; an alert is for the business to judge; a sensitivity says that what is "
    "shown is not the base case. Mixed up, the first is ignored like the second.",
    mend="Put each check into the table of its class, with the word of the class (FAIL, ALERT, NOTE); say beside an "
    "alert what to do; add the sensitivity that a scenario other than the base is live.",
)
def checks_classed(book: Book) -> Iterator[Place]:
    """Only errors count towards the master check."""
    found = list(checks_of(book))
    master = summary(book, MASTER)
    decisive = graph_of(book).behind([master]) if master else set()
    for check in found:
        place = check.sheet.title, check.address("Statement")
        if not check.kind:
            yield Place(*place, "a check is neither error, alert nor sensitivity")
            continue
        word = CLASSES[check.kind]
        if word not in check.formula("Status").texts:
            yield Place(check.sheet.title, check.address("Status"), f"one of the {check.kind} does not say {word}")
        if check.kind != "errors" and check.node("Failed (flag)") in decisive:
            yield Place(*place, f"one of the {check.kind} counts as an error")
        if check.kind == "alerts" and not check.says("What to do"):
            yield Place(*place, "an alert does not say what to do")
    for sheet in own_sheets(book, "Inputs"):
        for _, row in lines(sheet):
            live = (sheet.title, row, VALUE)
            if text(sheet, row, LABEL) == SCENARIO and not any(_notes(book, check, live) for check in found):
                yield Place(sheet.title, f"C{row}", "no sensitivity says which scenario is live")


def _notes(book: Book, check: Check, live: Node) -> bool:
    """Whether a sensitivity depends on the choice of the scenario."""
    return check.kind == "sensitivities" and live in graph_of(book).behind([check.node("Value")])


@rule(
    "C04",
    "error",
    "Every check can fail",
    why="A check that cannot fail is a picture of one: it says OK when the model is wrong.",
    mend="Let the result compare the value with its target within the tolerance, count text and errors as failed, and "
    "let the value depend on an input.",
)
def checks_can_fail(book: Book) -> Iterator[Place]:
    """The sheet is recalculated with figures that are far off, and with a text, as the value of each check in turn.

    What the value depends on is followed back through the formulas: somewhere there must be an input.
    """
    graph, trial = graph_of(book), Trial(book)
    master = summary(book, MASTER)
    for check in checks_of(book):
        value = check.formula("Value")
        if not value.is_link:
            continue  # C01
        if graph.is_known and not _has_input(book, graph, check.node("Value")):
            yield Place(check.sheet.title, check.address("Value"), "the value of the check depends on no input")
        for wrong in trial.passes_wrongly(check, master):
            yield Place(check.sheet.title, check.address("Failed (flag)"), f"the check passes with {wrong}")


def _has_input(book: Book, graph: Graph, node: Node) -> bool:
    entered = {sheet.title for sheet in own_sheets(book, "Inputs", "Prices", "Timing")}
    return any(read[0] in entered and read not in graph.formulas for read in graph.behind([node]))
