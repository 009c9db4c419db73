"""The workbook of examples: every function live, right in two programs, honest where the functions are absent."""

from __future__ import annotations

import io
import json
import re
import zipfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import formualizer
import pytest
from hosts import HostMissingError, skip_or_fail
from libreoffice import LibreOffice, LibreOfficeMissingError
from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple

from llmcost_xl import __version__, calc
from llmcost_xl.catalogue.bundled import bundled_book
from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.hosts import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from commandline import Run

TEMPLATES = Path(__file__).parent.parent / "templates"
FILES = {"classic": "function-examples.xlsx", "office": "function-examples-officejs.xlsx"}
LONGEST_PAGE = 46  # rows that fit on paper, as LibreOffice prints it
SOURCES = TEMPLATES.parent / "docs" / "sources.md"
CLASSIC = TEMPLATES / FILES["classic"]


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def formulas() -> dict[tuple[str, str], str]:
    """Every formula of the file by sheet and cell."""
    book = load_workbook(CLASSIC)
    found = {}
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            found[sheet.title, cell.coordinate] = getattr(cell.value, "text", cell.value)
    return found


FORMULAS = formulas()
CHECKS = [place for place, formula in FORMULAS.items() if formula.startswith("=IF(ISERROR(")]
OURS = re.compile(rf"\b(?:{'|'.join(FUNCTIONS)})\(")


def without_spilled_values() -> bytes:
    """The file without what its array formulas have filled: the engine would take these values for obstacles."""
    book, content = load_workbook(CLASSIC), io.BytesIO()
    for sheet in book:
        for area in [cell.value.ref for row in sheet.iter_rows() for cell in row if hasattr(cell.value, "ref")]:
            for cell in [cell for row in sheet[area] for cell in row][1:]:
                cell.value = None
    book.save(content)
    return content.getvalue()


class Engine:
    """The file in a spreadsheet engine, calculated anew."""

    def __init__(self, *, with_functions: bool) -> None:
        self._book = formualizer.Workbook.from_bytes(without_spilled_values())
        if with_functions:
            calc.register(self._book)
        self._book.evaluate_all()

    def __getitem__(self, place: tuple[str, str]) -> Any:
        return self._book.evaluate_cell(*self._position(place))

    def put(self, place: tuple[str, str], value: Any) -> None:
        self._book.set_value(*self._position(place), value)
        self._book.evaluate_all()

    @staticmethod
    def _position(place: tuple[str, str]) -> tuple[str, int, int]:
        return place[0], *coordinate_to_tuple(place[1])


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(with_functions=True)


# -- the files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", FILES)
def test_the_copy_in_templates_is_up_to_date(names: str) -> None:
    """If this fails: python docs/write_reference.py."""
    stored, fresh = parts((TEMPLATES / FILES[names]).read_bytes()), parts(examples.workbook(names))
    assert list(stored) == list(fresh)
    assert [part for part in fresh if stored[part] != fresh[part]] == []


def test_the_same_reference_gives_the_same_bytes() -> None:
    assert examples.workbook() == examples.workbook()


def test_the_copies_differ_in_the_names_alone() -> None:
    classic, office = (parts((TEMPLATES / file).read_bytes()) for file in FILES.values())
    assert list(classic) == list(office)
    for part, content in office.items():
        assert content.replace(b"_xldudf_", b"") == classic[part]
    prefixed = re.findall(rb"_xldudf_(\w+)\(", b"".join(office.values()))
    assert sorted(name.decode() for name in prefixed) == sorted(FUNCTIONS)


def test_every_function_has_one_live_formula_and_one_check() -> None:
    called = [name[:-1] for formula in FORMULAS.values() for name in OURS.findall(formula)]
    assert sorted(called) == sorted(FUNCTIONS)
    assert len(CHECKS) == len(FUNCTIONS)


def test_the_arguments_stand_in_cells() -> None:
    for formula in FORMULAS.values():
        inner = re.search(rf"(?:{'|'.join(FUNCTIONS)})\(([^()]*)\)", formula)
        if inner:
            assert re.fullmatch(r"([A-Z]+\d+(:[A-Z]+\d+)?,?)*", inner[1]), formula


def test_what_can_be_changed_is_what_a_formula_reads() -> None:
    read: set[tuple[str, str]] = set()
    book = load_workbook(CLASSIC)
    for (sheet, _), formula in FORMULAS.items():
        if OURS.search(formula):
            for area in re.findall(r"[A-Z]+\d+(?::[A-Z]+\d+)?", OURS.split(formula)[1]):
                cells = book[sheet][area]
                rows = cells if isinstance(cells, tuple) else ((cells,),)
                read |= {(sheet, cell.coordinate) for row in rows for cell in row}
    unlocked = {
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked and cell.value is not None
    }
    assert unlocked == read
    assert not any(sheet.protection.sheet for sheet in book), "formulas may have to be entered anew"


def test_every_argument_says_what_it_means_when_selected() -> None:
    for sheet in load_workbook(CLASSIC).worksheets[1:]:
        for rule in sheet.data_validations.dataValidation:
            assert rule.prompt.endswith(".")
            assert len(rule.prompt) <= 255
            assert len(rule.promptTitle) <= 32


def test_the_links_lead_to_the_examples() -> None:
    book = load_workbook(CLASSIC)
    links = [cell for row in book["Functions"].iter_rows() for cell in row if cell.hyperlink]
    assert [cell.value for cell in links] == list(FUNCTIONS)
    for cell in links:
        sheet, _, address = cell.hyperlink.target.replace("'", "").lstrip("#").partition("!")
        assert book[sheet][address].value == cell.value


def test_the_front_says_which_version_and_prices_it_has_and_what_the_sources_mean() -> None:
    front = "\n".join(str(row[0].value) for row in load_workbook(CLASSIC)["Functions"].iter_rows())
    assert f"Made by llmcost-xl {__version__} with its price catalogue of {bundled_book().as_of}." in front
    for key, title in re.findall(r"^\| (S\d) \| (\"[^\"]+\")", SOURCES.read_text(encoding="utf-8"), re.MULTILINE):
        assert f"{key} " in front
        assert title in front


def test_what_the_unit_does_not_tell_is_told_in_words() -> None:
    told, name = {}, ""
    for sheet in load_workbook(CLASSIC).worksheets[1:]:
        for label, text, *_ in sheet.iter_rows(values_only=True):
            name = label if label in FUNCTIONS else name
            if label == "What it gives":
                told[name] = text
    assert told["COST_BRIDGE"] == "a column of four, in USD: volume, mix, rate, total."
    assert "per 1k calls" in told["LLM_PRICE"]
    assert "RETRY_COST" not in told


def test_what_is_to_be_read_stays_text() -> None:
    """Excel would take a text that begins with = for a formula once somebody edits it."""
    texts = [row[1] for sheet in load_workbook(CLASSIC).worksheets[1:] for row in sheet if row[0].value == "Formula"]
    assert len(texts) == len(FUNCTIONS)
    assert {(cell.data_type, cell.quotePrefix) for cell in texts} == {("s", True)}


def test_a_format_hides_no_digit_of_an_argument() -> None:
    shown = {}
    for sheet in load_workbook(CLASSIC).worksheets[1:]:
        shown |= {(row[1].value, row[3].value): row[3].number_format for row in sheet.iter_rows(min_row=5)}
    assert shown["input_share", 500 / 700] == "General"
    assert shown["small_share", 0.7] == "0.0%"
    assert shown["queries_per_month", 5_000_000] == "#,##0"


def test_an_expected_text_with_gaps_says_so() -> None:
    captions = [cell.value for row in load_workbook(CLASSIC)["Explain"].iter_rows() for cell in row]
    assert "Expected (* is any text)" in captions


def test_an_example_is_not_torn_between_two_printed_pages() -> None:
    for sheet in load_workbook(CLASSIC).worksheets[1:]:
        tops = [row[0].row for row in sheet.iter_rows() if row[0].value in FUNCTIONS]
        breaks = [one.id for one in sheet.row_breaks.brk]
        assert {place + 1 for place in breaks} <= set(tops)
        pages = zip([0, *breaks], [*breaks, sheet.max_row], strict=True)
        assert all(end - start <= LONGEST_PAGE for start, end in pages), sheet.title


# -- the values --------------------------------------------------------------------------------------------------


def test_every_example_agrees_when_calculated_anew(engine: Engine) -> None:
    assert [(place, engine[place]) for place in CHECKS if engine[place] != "OK"] == []
    assert engine["Functions", "A3"] == f"{len(FUNCTIONS)} of {len(FUNCTIONS)} examples agree"


def test_the_stored_values_are_those_calculated(engine: Engine) -> None:
    """A preview shows them, and a program that does not calculate."""
    book = load_workbook(CLASSIC, data_only=True)
    for sheet, address in FORMULAS:
        stored, value = book[sheet][address].value, engine[sheet, address]
        if isinstance(value, float):
            assert stored == pytest.approx(value, rel=1e-14), (sheet, address)
        else:
            assert (stored or "") == (value or ""), (sheet, address)


def test_a_spilled_answer_is_stored_whole() -> None:
    book, written = load_workbook(CLASSIC, data_only=True), load_workbook(CLASSIC)
    found = {
        OURS.findall(cell.value.text)[0][:-1]: [
            [part.value for part in row] for row in book[sheet.title][cell.value.ref]
        ]
        for sheet in written
        for row in sheet.iter_rows()
        for cell in row
        if hasattr(cell.value, "ref")
    }
    assert found["COST_FORECAST"] == [[10, 11, pytest.approx(12.1)]]
    assert found["LLM_BREAKEVEN_RANGES"] == [[2e6, 3e6], [4e6, "no limit"]]
    assert set(found) == {
        "COST_FORECAST", "LLM_BREAKEVEN_RANGES", "CHEAPEST_BY_FAILURE_COST", "COST_BRIDGE", "LLM_PRICE_BRIDGE",
    }  # fmt: skip


def test_a_changed_argument_changes_the_result_and_fails_the_check() -> None:
    engine = Engine(with_functions=True)
    [(sheet, address)] = [place for place, formula in FORMULAS.items() if formula.startswith("=QUERY_COST(")]
    _, tokens, _ = FORMULAS[sheet, address].removeprefix("=QUERY_COST(").rstrip(")").split(",")
    engine.put((sheet, tokens), 1000)
    assert engine[sheet, address] == pytest.approx((1000 * 2.5 + 200 * 10) / 1e6)
    assert engine["Functions", "A3"] == f"{len(FUNCTIONS) - 1} of {len(FUNCTIONS)} examples agree"
    engine.put((sheet, tokens), -1)
    failed = [place for place in CHECKS if engine[place] == "FAIL"]
    assert len(failed) == 1, "an error of another kind than #NAME? is no missing add-in"


def test_without_the_functions_the_checks_say_so() -> None:
    engine = Engine(with_functions=False)
    assert {engine[place] for place in CHECKS} == {"not loaded"}
    assert engine["Functions", "A3"] == f"0 of {len(FUNCTIONS)} examples agree"
    assert engine["Functions", "B3"] == f"{len(FUNCTIONS)} functions are not loaded here: see How to use it, below"


# -- in LibreOffice ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office() -> Iterator[LibreOffice]:
    try:
        with LibreOffice() as running:
            yield running
    except LibreOfficeMissingError as missing:
        skip_or_fail(str(missing))


def test_libreoffice_without_the_extension_says_not_loaded(office: LibreOffice) -> None:
    with office.open(CLASSIC) as book:
        book.recalculate()
        said = book.read([f"{sheet}!{address}" for sheet, address in CHECKS])
        assert set(said.values()) == {"not loaded"}
        assert book["Functions!B3"] == f"{len(FUNCTIONS)} functions are not loaded here: see How to use it, below"


@pytest.fixture(scope="module")
def office_with_extension() -> Iterator[LibreOffice]:
    try:
        host = import_module("libreoffice_host").Calc()
    except HostMissingError as missing:
        skip_or_fail(str(missing))
    yield host.office
    host.close()


def test_libreoffice_with_the_extension_agrees_with_every_example(office_with_extension: LibreOffice) -> None:
    with office_with_extension.open(CLASSIC) as book:
        book.recalculate()
        said = book.read([f"{sheet}!{address}" for sheet, address in CHECKS])
        assert [address for address, status in said.items() if status != "OK"] == []
        assert book["Functions!A3"] == f"{len(FUNCTIONS)} of {len(FUNCTIONS)} examples agree"


# -- the command -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", FILES)
def test_the_command_writes_the_file(run: Run, tmp_path: Path, names: str) -> None:
    path = tmp_path / "examples.xlsx"
    code, out, err = run("functions", "--workbook", str(path), "--names", names)
    assert (code, out, err) == (0, f"Written to {path}\n", "")
    assert parts(path.read_bytes()) == parts((TEMPLATES / FILES[names]).read_bytes())


def test_the_command_replaces_nothing_unasked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "examples.xlsx"
    path.write_text("mine")
    code, _, err = run("functions", "--workbook", str(path))
    assert code == 5
    assert "exists already" in err
    assert path.read_text() == "mine"


def test_the_command_refuses_names_it_does_not_know(run: Run, tmp_path: Path) -> None:
    code, _, err = run("functions", "--workbook", str(tmp_path / "examples.xlsx"), "--names", "sheets")
    assert (code, err) == (2, "llmcost-xl: --names is classic or office, not 'sheets'\n")


def test_the_command_tells_a_script_where_the_file_is(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("functions", "--workbook", str(tmp_path / "examples.xlsx"), "--json")
    assert (code, json.loads(out)) == (0, {"file": str(tmp_path / "examples.xlsx")})


@pytest.mark.parametrize("option", [("--names", "office"), ("--force",)])
def test_what_is_about_the_workbook_needs_one(run: Run, option: tuple[str, ...]) -> None:
    code, _, err = run("functions", *option)
    assert (code, err) == (2, "llmcost-xl: --names and --force are about the file that --workbook names\n")


def test_the_command_refuses_a_function_beside_the_workbook(run: Run, tmp_path: Path) -> None:
    code, _, err = run("functions", "QUERY_COST", "--workbook", str(tmp_path / "examples.xlsx"))
    assert (code, err) == (2, "llmcost-xl: --workbook holds every function; leave QUERY_COST out\n")
    assert not any(tmp_path.iterdir())
