"""Evaluates one Excel formula over our worksheet functions and Excel's own, and says in words why it fails.

A formula may refer to cells where the caller can read them, as a spreadsheet host can.

The spreadsheet engine is formualizer. It hands blanks over as None, errors as dictionaries, and an argument left out
between two commas as 0; this module turns those into the cells that a worksheet function expects, and back.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import formualizer

from llmcost_xl.cells import Rows, as_rows, to_cells
from llmcost_xl.errors import EXCEL_ERRORS, LLMCostError
from llmcost_xl.functions import FUNCTIONS, prices
from llmcost_xl.functions.explain import prices_meant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Read = Callable[[str], Rows | None]
    """The cells behind a reference as the formula writes it; None for a name that stands for no cells."""

ENGINE_ERRORS: Final = {
    "#DIV/0!": "Div", "#N/A": "Na", "#NAME?": "Name", "#NULL!": "Null", "#NUM!": "Num", "#REF!": "Ref",
    "#VALUE!": "Value", "#SPILL!": "Spill", "#CALC!": "Calc",
}  # fmt: skip
EXCEL_CODES: Final = {kind: code for code, kind in ENGINE_ERRORS.items()}
LANDING: Final = "LLMCOST.ANSWER"  # the formula is wrapped in this function, which takes delivery of its value
EMPTY_CELL: Final = "Empty!$A$1"
GIVEN_SHEET: Final = "Given"
REASONS_SHOWN: Final = 5


class FormulaError(Exception):
    """A formula that cannot be read, or that names what does not exist here."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One error a function gave, and why."""

    function: str
    code: str
    why: str

    def __str__(self) -> str:
        """The refusal on one line."""
        return f"{self.function} is {self.code}: {self.why}"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one of our functions, with the cells it received."""

    function: str
    cells: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a formula shows: one cell, or the rows of cells it spills over."""

    formula: str
    value: Any
    refusals: tuple[Refusal, ...] = ()
    calls: tuple[Call, ...] = ()  # those of our functions, in the order of the evaluation
    remarks: tuple[str, ...] = ()  # on figures that could be misread

    @property
    def asks_prices(self) -> bool:
        """Whether the price catalogue was consulted."""
        return any(FUNCTIONS[call.function].__module__ == prices.__name__ for call in self.calls)

    @property
    def rows(self) -> list[list[Any]]:
        """The value as rows of cells."""
        return self.value if isinstance(self.value, list) else [[self.value]]

    @property
    def errors(self) -> list[str]:
        """The error codes shown, in reading order."""
        return [cell for row in self.rows for cell in row if _is_error(cell)]

    @property
    def reasons(self) -> list[Refusal]:
        """Why errors are shown; what a function refused and the formula caught is no reason."""
        told = [refusal for refusal in self.refusals if refusal.code in self.errors]
        untold = dict.fromkeys(code for code in self.errors if code not in {refusal.code for refusal in told})
        return told + [
            Refusal("the formula", code, "none of our functions refused; this is what Excel answers") for code in untold
        ]


def evaluate(formula: str, read: Read | None = None) -> Answer:
    """The value of a formula such as `=QUERY_COST("gpt-4o",500,200)*30`; a leading equals sign may be missing.

    `read` gives the cells that the formula refers to; without it a formula that refers to any is refused.

    Raises:
        FormulaError: the formula cannot be parsed, refers to cells, or names an unknown function.
    """
    formula = "=" + formula.strip().removeprefix("=")
    given: list[Rows] = []
    runnable = _with_given_cells(formula, read, given) if read else formula
    names = _check(runnable, has_sheet=read is not None)
    evaluation = _Evaluation()
    value = evaluation.run(_with_empty_cells(runnable), given)
    if value == "#NAME?" and names:
        raise FormulaError(_unknown_name(names, typed_in_a_shell=read is None))
    return Answer(
        formula, value, tuple(evaluation.refusals), tuple(evaluation.calls.values()), tuple(evaluation.remarks)
    )


def register(workbook: formualizer.Workbook) -> None:
    """Make our worksheet functions known to a workbook of the engine."""
    _Evaluation().register(workbook)


class _Evaluation:
    """One run of the engine, and what our functions said during it."""

    def __init__(self) -> None:
        self.refusals: dict[Refusal, None] = {}  # a function may be called more than once with the same cells
        self.calls: dict[str, Call] = {}
        self.remarks: dict[str, None] = {}
        self._bug: Exception | None = None

    def run(self, formula: str, given: list[Rows]) -> Any:
        workbook = formualizer.Workbook()
        self.register(workbook)
        delivered: list[Any] = []

        def land(value: Any) -> float:
            delivered.append(value)
            return 0.0

        workbook.register_function(LANDING, land, min_args=1, max_args=1)
        workbook.sheet(EMPTY_CELL.partition("!")[0])
        for position, rows in enumerate(given):
            _fill(workbook.sheet(f"{GIVEN_SHEET}{position}"), rows)
        workbook.sheet("Calc").set_formula(1, 1, f"={LANDING}({formula[1:]})")
        shown = workbook.evaluate_cell("Calc", 1, 1)
        if self._bug:
            raise self._bug
        return _block(self._from_engine(delivered[0] if delivered else shown))

    def register(self, workbook: Any) -> None:
        for name in FUNCTIONS:
            workbook.register_function(name, self._callback(name))

    def _callback(self, name: str) -> Callable[..., Any]:
        function = FUNCTIONS[name]

        def called(*values: Any) -> Any:
            cells = [self._from_engine(value) for value in values]
            self.calls[repr((name, cells))] = Call(name, tuple(cells))
            try:
                answer = to_cells(function.explain(*cells))
            except LLMCostError as error:
                self.refusals[Refusal(name, error.excel, str(error))] = None
                return _to_engine(error.excel)
            except Exception as bug:
                self._bug = self._bug or bug
                raise
            if isinstance(answer, list):
                self.refusals |= dict.fromkeys(_refused_rows(function, cells, answer))
            self.remarks |= dict.fromkeys(_free_models(function, cells, answer))
            return _to_engine(answer)

        return called

    def _from_engine(self, value: Any) -> Any:
        if isinstance(value, list):
            return [[self._from_engine(cell) for cell in row] for row in value]
        if not isinstance(value, dict):
            return value
        code = EXCEL_CODES.get(value["kind"])
        if code is None:
            raise FormulaError("the formula uses something that calc cannot evaluate, such as LAMBDA")
        if value.get("message"):
            self.refusals[Refusal("the formula", code, value["message"])] = None
        return code


def _to_engine(cell: Any) -> Any:
    if isinstance(cell, list):
        return [[_to_engine(part) for part in row] for row in cell]
    return {"type": "Error", "kind": ENGINE_ERRORS[cell]} if _is_error(cell) else cell


def _fill(sheet: Any, rows: Rows) -> None:
    for row, line in enumerate(rows, start=1):
        for column, cell in enumerate(line, start=1):
            if cell is not None:
                sheet.set_value(row, column, _to_engine(cell))


def _block(value: Any) -> Any:
    """A block of one cell is that cell."""
    return value[0][0] if isinstance(value, list) and len(value) == len(value[0]) == 1 else value


def _is_error(cell: Any) -> bool:
    return isinstance(cell, str) and cell in EXCEL_ERRORS


def _refused_rows(function: Any, cells: list[Any], answer: list[list[Any]]) -> Iterator[Refusal]:
    """Why the first few cells of a spilled answer are errors: the function is asked again for that cell alone."""
    places = [(row, column) for row, line in enumerate(answer) for column, cell in enumerate(line) if _is_error(cell)]
    for row, column in places[:REASONS_SHOWN]:
        try:
            function.explain(*_alone(function, cells, row, column))
        except LLMCostError as error:
            yield Refusal(f"{function.__name__}, row {row + 1}, column {column + 1},", error.excel, str(error))


def _free_models(function: Any, cells: list[Any], answer: Any) -> Iterator[str]:
    """Of the first few figures that are 0, the models that are free: others cost nothing for want of tokens."""
    rows = answer if isinstance(answer, list) else [[answer]]
    places = [(row, column) for row, line in enumerate(rows) for column, cell in enumerate(line) if cell == 0]
    for row, column in places[:REASONS_SHOWN]:
        meant = prices_meant(function, _alone(function, cells, row, column))
        if meant and meant.is_free:
            yield f"{meant.key} is listed as free of charge"


def _alone(function: Any, cells: list[Any], row: int, column: int) -> list[Any]:
    """The arguments of one cell of an answer."""
    return [
        _part(cell, row, column) if argument.spreads else cell
        for cell, argument in zip(cells, function.arguments, strict=False)
    ]


def _part(cell: Any, row: int, column: int) -> Any:
    """The cell of a range that belongs to one cell of the answer; a single row or column repeats."""
    rows = as_rows(cell) if isinstance(cell, list) else [[cell]]
    line = rows[row % len(rows)]
    return line[column % len(line)]


# -- reading the formula ---------------------------------------------------------------------------------------


def _check(formula: str, *, has_sheet: bool) -> list[str]:
    """Refuse what cannot be evaluated; the names used, which only the evaluation can judge."""
    try:
        nodes = list(_nodes(formualizer.parse(formula)))
    except (formualizer.ParserError, formualizer.TokenizerError) as error:
        raise FormulaError(_unreadable(str(error))) from None
    references = [node for node in nodes if node.node_type() == "Reference"]
    for node in references:
        where = node.get_reference_string()
        if isinstance(node.get_reference(), formualizer.NamedRangeRef) or (has_sheet and _is_given(where)):
            continue
        if has_sheet:
            raise FormulaError(f"the cells of {where} cannot be read")
        raise FormulaError(f"calc has no sheet to read {where} from: write the value, or an array like {{1,2;3,4}}")
    for name in dict.fromkeys(node.get_function_name() for node in nodes if node.node_type() == "Function"):
        if name.upper() not in FUNCTIONS and not _is_excels_own(name):
            raise FormulaError(f"calc knows no function {name}{_nearest_function(name)}")
    names = (str(node.get_reference_string()) for node in references)
    return [name for name in names if not _is_given(name)]


def _is_given(reference: str) -> bool:
    return reference.startswith(GIVEN_SHEET)


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in node.children():
        yield from _nodes(child)


def _is_excels_own(name: str) -> bool:
    workbook = formualizer.Workbook()
    workbook.sheet("Calc").set_formula(1, 1, f"={name}()")
    answer = workbook.evaluate_cell("Calc", 1, 1)
    return not (isinstance(answer, dict) and answer["kind"] == "Name")


def _nearest_function(name: str) -> str:
    from openpyxl.utils import FORMULAE  # noqa: PLC0415  # half a second, and only a misspelt name needs it

    nearest = difflib.get_close_matches(name.upper(), [*FUNCTIONS, *sorted(FORMULAE)], n=3)
    return f"; the nearest: {', '.join(nearest)}" if nearest else "; `llmcost-xl functions` lists ours"


def _unreadable(message: str) -> str:
    """The parser's complaint without its inner workings."""
    hint = "; arguments are separated by commas" if "subtype: Row" in message else ""
    found = re.fullmatch(r"\w+Error(?: at position (\d+))?: ([^:{]*).*", message, re.DOTALL)
    place = f" at character {int(found[1]) + 1}" if found and found[1] else ""
    what = found[2].removesuffix(" TokenSpan ").removesuffix(", got").strip() if found else "it is no formula"
    return f"the formula cannot be read{place}: {what[:1].lower()}{what[1:]}{hint}"


def _unknown_name(names: list[str], *, typed_in_a_shell: bool) -> str:
    hint = "; text needs straight double quotes, which a shell may have removed" if typed_in_a_shell else ""
    return f"#NAME?: {', '.join(dict.fromkeys(names))} is not defined{hint}"


def _with_given_cells(formula: str, read: Read, given: list[Rows]) -> str:
    """Put a range of the engine's own in place of every reference, and its cells into `given`."""
    try:
        tokens = list(formualizer.Tokenizer(formula).tokens())
    except formualizer.TokenizerError as error:
        raise FormulaError(_unreadable(str(error))) from None
    parts = ["="]
    spilled = False
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if (str(token.token_type), str(token.subtype)) == ("Operand", "Range"):
            spilled = following is not None and following.value == "#"
            parts.append(_as_given(token.value + "#" * spilled, read, given))
        elif spilled:  # the # has been read with its reference
            spilled = False
        else:
            parts.append(token.value)
    return "".join(parts)


def _as_given(reference: str, read: Read, given: list[Rows]) -> str:
    rows = read(reference)
    if rows is None:
        return reference
    from openpyxl.utils import get_column_letter  # noqa: PLC0415  # half a second, and only a sheet's formula needs it

    given.append(rows)
    corner = f"${get_column_letter(len(rows[0]))}${len(rows)}"
    return f"{GIVEN_SHEET}{len(given) - 1}!$A$1" + (f":{corner}" if corner != "$A$1" else "")


def _with_empty_cells(formula: str) -> str:
    """Put an empty cell where one of our functions has nothing between commas: the engine would pass 0."""
    functions: list[str] = []
    parts = ["="]
    before = None
    for token in formualizer.Tokenizer(formula).tokens():
        kind = (str(token.token_type), str(token.subtype))
        if kind[0] == "Whitespace":
            continue
        if kind in (("Sep", "Arg"), ("Func", "Close")) and functions[-1] in FUNCTIONS:
            empty_call = before == ("Func", "Open") and kind == ("Func", "Close")
            if before in (("Sep", "Arg"), ("Func", "Open")) and not empty_call:
                parts.append(EMPTY_CELL)
        if kind[1] == "Open":
            functions.append(token.value[:-1].upper())
        elif kind[1] == "Close":
            functions.pop()
        parts.append(token.value)
        before = kind
    return "".join(parts)
