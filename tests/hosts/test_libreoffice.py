"""LibreOffice Calc: what only the extension has. The cases of all functions are in test_every_host.py."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from casetables import cases, evaluate
from hosts import HostMissingError, skip_or_fail
from libreoffice_host import Array, Calc, called_by_calc

from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.hosts.libreoffice import build, values
from llmcost_xl.hosts.libreoffice.emptycells import HEADER
from llmcost_xl.hosts.libreoffice.prices import PAUSE
from llmcost_xl.worksheet import wizard_help

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent.parent
ROWS = 10_000
PATIENCE = 60  # seconds, where it takes one or two


class Page:
    """A spreadsheet open in Calc, with the requests a test makes."""

    def __init__(self, calc: Calc) -> None:
        self.calc = calc
        self.number: int = calc.office.ask("create")

    def fill(self, *rows: list[Any], row: int = 0, column: int = 0) -> None:
        self.calc.ask("fill", self.number, row=row, column=column, rows=rows)

    def type_in(self, formula: str, row: int = 0, column: int = 10) -> Any:
        """Type a formula; what its cell shows."""
        self.calc.ask("type_in", self.number, row=row, column=column, rows=[[formula]])
        return self.read(row, column)[0][0]

    def read(self, row: int, column: int, height: int = 1, width: int = 1) -> list[list[Any]]:
        return self.calc.block(self.number, row, column, height, width)

    def recalculate(self) -> None:
        """Recalculate everything, no sooner than a person would."""
        time.sleep(2 * PAUSE)
        self.ask("recalculate")

    def ask(self, request: str, **fields: Any) -> Any:
        return self.calc.ask(request, self.number, **fields)


def started(**environment: str) -> Calc:
    try:
        return Calc(**environment)
    except HostMissingError as missing:
        skip_or_fail(str(missing))


@pytest.fixture(scope="module")
def calc() -> Iterator[Calc]:
    host = started()
    yield host
    host.close()


@pytest.fixture
def page(calc: Calc) -> Iterator[Page]:
    opened = Page(calc)
    yield opened
    opened.ask("close")


# -- the extension in an office ---------------------------------------------------------------------------------


def test_the_wizard_shows_every_function_with_its_arguments(calc: Calc, page: Page) -> None:
    page.type_in("=LLM_CATALOGUE()")  # Calc learns the arguments with the first call
    shown = calc.office.ask("wizard", names=list(FUNCTIONS))
    assert set(shown) == set(FUNCTIONS)
    for name, function in FUNCTIONS.items():
        description, _, arguments = shown[name]
        assert description.startswith(wizard_help(function))
        assert f"{name}(" in description
        given = [[argument.name, argument.quantity.help_with_unit] for argument in function.arguments]
        assert arguments[: len(given)] == given


def test_an_office_whose_python_is_too_old_says_so_in_the_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    component = build.COMPONENT.read_bytes()
    newer = component.replace(b"NEEDED = (3, 10)", b"NEEDED = (3, 99)")
    assert newer != component
    monkeypatch.setattr(build, "_members", lambda: _replaced(build.COMPONENT.name, newer, dict(members_of())))
    host = started()
    try:
        shown = Page(host).type_in('=QUERY_COST("gpt-4o";500;200)')
    finally:
        host.close()
    assert shown.startswith("llmcost-xl needs Python 3.99, as in LibreOffice")


members_of = build._members  # noqa: SLF001  # before a test replaces it


def _replaced(name: str, content: bytes, members: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    assert name in members
    yield from (members | {name: content}).items()


# -- between Calc and a function -----------------------------------------------------------------------------------


def test_an_error_goes_to_calc_and_back() -> None:
    for name in values.CODES:
        assert values.cells_of(values.block(name)) == [[name]]
    assert values.cells_of(float("nan")) == "#VALUE!"


def test_an_empty_cell_of_a_range_is_blank_and_an_omitted_argument_too() -> None:
    assert values.cells_of((("", 1.0), ("a", 0.0))) == [[None, 1.0], ["a", 0.0]]
    assert values.cells_of(None) is None


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ('=ISNA(QUERY_COST("no such model";500;200))', 1),
        ('=ISNA(QUERY_COST("gpt-4o";-1;200))', 0),
        ('=ISERR(QUERY_COST("gpt-4o";-1;200))', 1),
        ('=IFERROR(QUERY_COST("gpt-4o";"x";200);"none")', "none"),
        ('=IFNA(QUERY_COST("no such model";500;200);7)', 7),
        ('=QUERY_COST("gpt-4o";500;200)*1000', 3.25),
        ('=IF(QUERY_COST("gpt-4o";500;200)>0.003;"dear";"cheap")', "dear"),
        ('=TEXT(QUERY_COST("gpt-4o";500;200);"0.00000")', "0.00325"),
        ('=ROUND(QUERY_COST("gpt-4o";500;200);3)', 0.003),
        ('="costs "&QUERY_COST("gpt-4o";500;200)', "costs 0.00325"),
        ('=RETRY_COST(QUERY_COST("no such model";500;200);0.5)', "#N/A"),
        ('=SUM(QUERY_COST("gpt-4o";{500|1000};200))', 0.00775),
        ("=INDEX(LLM_BREAKEVEN({0.0002|0.0004};400);2)", 1_000_000),
        ('=SUMPRODUCT(QUERY_COST("gpt-4o";{500|1000};200);{1|0})', 0.00325),
        ('=query_cost("gpt-4o";500;200)', 0.00325),
        ('=QUERY_COST("gpt-4o";500;200;;;;;;;;;;;;;1)', "#VALUE!"),
        ("=LLM_BREAKEVEN({0.0002|0};400)", 2_000_000),
        ('=LLM_PRICE("o3";"input";DATE(2025;6;9))', 10),
    ],
)
def test_an_answer_works_in_a_formula(page: Page, formula: str, shown: Any) -> None:
    assert page.type_in(formula) == (shown if isinstance(shown, str) else pytest.approx(shown, rel=1e-9))


def test_only_empty_cells_truth_values_and_errors_differ_from_excel() -> None:
    different = [case.formula for case in cases() if case.disagreement(evaluate(case.formula, called_by_calc))]
    assert different
    assert [formula for formula in different if not re.search(r"BLANK|TRUE|FALSE|#", formula)] == []


def test_the_type_of_an_error_is_told_of_its_cell(page: Page) -> None:
    for at, (formula, number) in enumerate([('QUERY_COST("no";1;1)', 7), ("LLM_BREAKEVEN(0;400)", 6)]):
        page.type_in(f"={formula}", row=at)
        assert page.type_in(f"=ERROR.TYPE(K{at + 1})", row=at, column=11) == number


@pytest.mark.parametrize(
    ("number_format", "cell", "formula", "shown"),
    [
        ("YYYY-MM-DD", 45817, '=LLM_PRICE("o3";"input";A1)', 10),
        ("YYYY-MM-DD", 45818, '=LLM_PRICE("o3";"input";A1)', 2),
        ("YYYY-MM-DD HH:MM", 45817.75, '=LLM_PRICE("o3";"input";A1:A1)', 10),
        ("0%", 0.1, '=QUERY_COST("gpt-4o";500;200;;;;A1)', 0.002925),
        ("[$$-409]#,##0.00", 400, "=LLM_BREAKEVEN(0.0002;A1)", 2_000_000),
        ("[$$-409]0.00", 0.0000025, "=LLM_BREAKEVEN(A1;400)", 160_000_000),
        ("@", 500, '=QUERY_COST("gpt-4o";A1;200)', 0.00325),
    ],
)
def test_a_number_arrives_whole_whatever_its_format(
    page: Page, number_format: str, cell: float, formula: str, shown: float
) -> None:
    page.fill([cell])
    page.ask("show_as", row=0, column=0, number_format=number_format)
    assert page.type_in(formula) == pytest.approx(shown, rel=1e-9)


def test_text_that_looks_like_a_number_is_text(page: Page) -> None:
    page.fill(["500", "gpt-4o"])
    assert page.type_in("=QUERY_COST(B1;A1;200)") == "#VALUE!"
    assert page.type_in("=QUERY_COST(B1;VALUE(A1);200)") == pytest.approx(0.00325)


def test_an_empty_cell_counts_as_zero_but_as_blank_in_a_range(page: Page) -> None:
    assert page.type_in('=QUERY_COST("gpt-4o";A1;200)') == pytest.approx(0.002)
    assert page.type_in('=QUERY_COST("gpt-4o";A1:A1;200)') == "#VALUE!"
    assert page.type_in('=QUERY_COST("gpt-4o";500;200;B1:B1)') == pytest.approx(0.00325)


def test_an_error_in_a_range_refuses_the_whole_call_unless_it_is_caught(page: Page) -> None:
    page.fill([500.0], [0.0], [1000.0])
    page.type_in("=1/0", row=1, column=0)
    page.ask("type_arrays", arrays=[Array(0, 5, 3, 1, '=QUERY_COST("gpt-4o";A1:A3;200)')])
    assert page.read(0, 5, 3) == [["#VALUE!"]] * 3
    page.ask("type_arrays", arrays=[Array(0, 6, 3, 1, '=QUERY_COST("gpt-4o";IFERROR(A1:A3;"");200)')])
    assert page.read(0, 6, 3) == [[pytest.approx(0.00325)], ["#VALUE!"], [pytest.approx(0.0045)]]


def test_of_several_error_cells_the_last_is_the_answer(page: Page) -> None:
    page.type_in("=1/0", column=0)
    page.type_in("=NA()", column=1)
    assert page.type_in("=QUERY_COST(A1;B1;200)") == "#N/A"
    assert page.type_in("=QUERY_COST(B1;A1;200)") == "#DIV/0!"


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ('=LLM_PRICE("o3";"input";"2025-06-10")', 2),
        ('=LLM_PRICE("o3";"input";DATE(2025;6;10))', "#VALUE!"),
        ('=LLM_PRICE("o3";"input";A1)', "#VALUE!"),
        ('=LLM_PRICE("o3";"input";A1:A1)', "#VALUE!"),
        ('=LLM_PRICE("o3";"input";A2)', 2),  # an empty cell: today's price
        ('=LLM_PRICE("o3";"input";A3:A3)', 2),  # 0 likewise
        ('=QUERY_COST("gpt-4o";500;200;;;;;DATE(2025;6;10))', "#VALUE!"),
        ('=QUERY_COST("gpt-4o";500;200)', 0.00325),
        ('=QUERY_COST("own";1000000;0;;;;;;;C1:F2)', "#VALUE!"),
        ('=QUERY_COST("own";1000000;0;;;;;;;C1:E2)', 3),
    ],
)
def test_while_a_document_counts_from_1904_numbers_are_no_dates(
    calc: Calc, page: Page, formula: str, shown: float | str
) -> None:
    page.fill([45818.0, None, "model", "component", "price", "from_date"], [None, None, "own", "input", 3, 45000])
    page.fill([0.0], row=2)
    expected = shown if isinstance(shown, str) else pytest.approx(shown)
    assert page.type_in(formula) != "#VALUE!"
    other = Page(calc)
    other.ask("count_days_from", year=1904, month=1, day=1)
    page.recalculate()
    assert page.read(0, 10) == [[expected]]
    other.ask("close")
    page.recalculate()
    assert page.read(0, 10) != [["#VALUE!"]]


def test_llm_why_says_what_is_wrong_with_such_a_date(page: Page) -> None:
    page.ask("count_days_from", year=1904, month=1, day=1)
    shown = page.type_in('=LLM_WHY("LLM_PRICE";"o3";"input";44356)')
    assert shown.startswith("#VALUE!: as_of")
    assert "'44356, days not from 1899'" in shown


# -- the menu ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "listed"),
    [
        ('=QUERY_COST("gpt-4o";B2;200)', [["QUERY_COST", "input_tokens", "$Sheet1.$B$2", "#VALUE!"]]),
        ('=1+ROUND(QUERY_COST("(;"; $B$2 ;Sheet1.B3);2)', [
            ["QUERY_COST", "input_tokens", "$Sheet1.$B$2", "#VALUE!"],
            ["QUERY_COST", "output_tokens", "$Sheet1.$B$3", "#VALUE!"],
        ]),
        ('=LLM_PRICE("o3";QUERY_COST("o3";tokens;1))', [["QUERY_COST", "input_tokens", "$Sheet1.$B$7", "#VALUE!"]]),
        ("=LLM_NPV(0;100;60;B2)", [["LLM_NPV", "months", "$Sheet1.$B$2", "left out"]]),
        ('=QUERY_COST("gpt-4o";A1;200)', []),  # it holds 0
        ('=QUERY_COST("gpt-4o";A2;200)', []),  # it holds empty text
        ('=QUERY_COST("gpt-4o";B2:B2;200)', []),
        ("=QUERY_COST(B2;500;200;B3;;;;B4)", []),  # 0 counts as blank there, or is the default
        ('=QUERY_COST("gpt-4o";B2+1;1+B2)', []),
        ('=QUERY_COST("gpt-4o";SUM(B2;B3);-B2)', []),
        ('=QUERY_COST("gpt-4o";L5;200)', [["QUERY_COST", "input_tokens", "$Sheet1.$L$5", "#VALUE!"]]),  # B5 is not
        ('=QUERY_COST("gpt-4o";nowhere;200)', []),
        ("=SUM(B2)", []),
    ],
)  # fmt: skip
def test_the_menu_lists_empty_cells_that_count_as_zero(page: Page, formula: str, listed: list[list[str]]) -> None:
    page.fill([0.0])
    page.type_in('=""', row=1, column=0)
    page.fill([1.0], row=4, column=1)
    page.ask("name", name="tokens", cell="$Sheet1.$B$7")
    page.type_in(formula)
    page.type_in('=QUERY_COST("gpt-4o";B2:B9;200)', row=1)
    first, *others = page.ask("empty_cells")
    if not listed:
        assert (first, others) == (["No formula of llmcost-xl counts an empty cell as 0"], [])
    else:
        assert first[0].startswith("Formulas that count an empty cell as 0")
        assert others == [list(HEADER), *(["$Sheet1.$K$1", *finding] for finding in listed)]


# -- files ---------------------------------------------------------------------------------------------------------


def test_an_xlsx_that_calc_saves_has_the_formulas_by_their_excel_names(page: Page, tmp_path: Path) -> None:
    page.fill(["gpt-4o", 500])
    page.type_in("=QUERY_COST(A1;B1;200)")
    page.type_in("=QUERY_COST(A1;A1:B1;200)", row=1)
    page.type_in("=1/0", row=2, column=0)
    page.type_in('=QUERY_COST("gpt-4o";A2:A3;200)', row=2)
    path = tmp_path / "saved.xlsx"
    page.ask("export", path=str(path))
    saved = openpyxl.load_workbook(path).active
    assert saved["K1"].value == "=QUERY_COST(A1,B1,200)"
    shown = openpyxl.load_workbook(path, data_only=True).active
    assert shown["K1"].value == pytest.approx(0.00325)
    assert [shown["K2"].value, shown["K3"].value] == ["#VALUE!", "#VALUE!"]  # Calc's own Err:504 among them


def test_an_ods_keeps_the_formulas(calc: Calc, page: Page, tmp_path: Path) -> None:
    page.type_in('=QUERY_COST("gpt-4o";500;200)', row=0, column=0)
    path = tmp_path / "saved.ods"
    page.ask("export", path=str(path))
    again = calc.office.ask("open", path=str(path))
    assert calc.block(again, 0, 0, 1, 1) == [[pytest.approx(0.00325)]]
    calc.ask("close", again)


# -- much, and what changes ----------------------------------------------------------------------------------------


def test_ten_thousand_cells_and_one_range_of_as_many_rows(page: Page, record_property: Callable[..., None]) -> None:
    models = ("gpt-4o", "gpt-4o-mini", "o3", "claude-sonnet-4-5", "gemini-2.5-pro")
    page.fill(*([models[row % len(models)], 100 + row, 50 + row % 77] for row in range(ROWS)))
    page.type_in("=QUERY_COST(A1;B1;C1)", column=3)
    page.ask("fill_down", row=0, column=3, height=ROWS)
    page.ask("type_arrays", arrays=[Array(0, 4, ROWS, 1, f"=QUERY_COST(A1:A{ROWS};B1:B{ROWS};C1:C{ROWS})")])
    both = page.read(0, 3, ROWS, 2)
    assert all(one == pytest.approx(other, rel=1e-12) for one, other in both)
    assert both[-1][0] == pytest.approx(FUNCTIONS["QUERY_COST"](models[-1], 99 + ROWS, 50 + (ROWS - 1) % 77))
    everything = page.ask("seconds")
    page.ask("type_arrays", arrays=[Array(0, 3, ROWS, 1, "=1")])
    whole_range = page.ask("seconds")
    record_property("seconds for 10,000 cells, and for one range", [everything - whole_range, whole_range])
    assert everything < PATIENCE


def test_new_company_prices_show_after_a_recalculation(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("model,component,price\ngpt-4o,input,2\n", encoding="utf-8")
    host = started(LLMCOST_XL_PRICES=str(own))
    try:
        page = Page(host)
        assert page.type_in('=QUERY_COST("gpt-4o";1000000;0)') == pytest.approx(2)
        own.write_text("model,component,price\ngpt-4o,input,1.5\n", encoding="utf-8")
        assert page.read(0, 10) == [[pytest.approx(2)]]
        page.recalculate()
        assert page.read(0, 10) == [[pytest.approx(1.5)]]
        own.write_text("model,component,price\ngpt-4o,input,free\n", encoding="utf-8")
        page.recalculate()
        assert page.read(0, 10)[0][0].startswith("#")
        own.unlink()
        page.recalculate()
        assert page.read(0, 10)[0][0].startswith("#")
        own.write_text("model,component,price\ngpt-4o,input,1\n", encoding="utf-8")
        page.recalculate()
        assert page.read(0, 10) == [[pytest.approx(1)]]
    finally:
        host.close()


def test_a_changed_catalogue_shows_after_a_recalculation(page: Page) -> None:
    assert page.type_in('=LLM_PRICE("gpt-4o";"input")') == pytest.approx(2.5)
    catalogue = Path(page.calc.office.ask("folder"), "pythonpath", "llmcost_xl", "catalogue", "prices.csv")
    before = catalogue.read_text(encoding="utf-8")
    rows = [row for row in before.splitlines(keepends=True) if row.startswith("openai,gpt-4o,input,")]
    assert rows
    after = before
    for row in rows:
        after = after.replace(row, row.replace("2.5", "2.25"))
    assert after != before
    catalogue.write_text(after, encoding="utf-8")
    page.recalculate()
    assert page.read(0, 10) == [[pytest.approx(2.25)]]
    catalogue.write_text(before, encoding="utf-8")
    page.recalculate()
    assert page.read(0, 10) == [[pytest.approx(2.5)]]
