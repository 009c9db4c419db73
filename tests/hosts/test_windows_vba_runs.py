"""The VBA of the Windows add-in, run by LibreOffice: the error mapping, every wrapper, the descriptions.

The modules are taken from the built add-in. What LibreOffice lacks is replaced: xlwings' module and Python behind it
by windows_probe.bas, and three names of Excel's own. A macro's error value stands in a cell of LibreOffice as the text
"Error 2042", whatever it is; that it is one, and no text, VBA itself is asked.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.hosts.windows import package
from llmcost_xl.hosts.windows.addin import CODE_NAMES, SETTINGS_SHEET, UDF_MODULE
from llmcost_xl.hosts.windows.project import Module, vba_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from libreoffice import Book, Cell, LibreOffice
    from windowsaddin import Imported

HERE = Path(__file__).parent
WORKBOOK_WITH_MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
ERRORS = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
    "#SPILL!": 2045,
    "#CALC!": 2050,
}
TEXTS = ("#N/A: the model gpt-9 is unknown", "see #REF!", " #N/A", "#n/a", "#", "", "text", "Error 2042")
NOT_IN_LIBREOFFICE = {
    'If (Not Application.CommandBars("Standard").Controls(1).Enabled) Then Exit Function\n': "\n",
    "If TypeOf Application.Caller Is Range Then On Error GoTo failed\n": "On Error GoTo failed\n",
    "Application.MacroOptions ": "Recorder.MacroOptions ",
}


def module(name: str, text: str) -> Module:
    for excel, libreoffice in NOT_IN_LIBREOFFICE.items():
        text = text.replace(excel, libreoffice)
    return Module(name, text, document="VB_PredeclaredId = True" in text)


@pytest.fixture(scope="module")
def macros(
    addin_vba: dict[str, str], libreoffice: LibreOffice, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Book]:
    """A workbook with the add-in's own sheets and modules, but for what belongs to xlwings."""
    modules = [module(name, text) for name, text in addin_vba.items() if name != "xlwings"]
    for name, file in (("XLPy", "windows_probe.bas"), ("Recorder", "windows_recorder.bas")):
        modules.append(Module(name, f'Attribute VB_Name = "{name}"\n{(HERE / file).read_text()}'))
    addin = package.packed(package.workbook(SETTINGS_SHEET, {}, CODE_NAMES), vba_project("probe", modules))
    path = tmp_path_factory.mktemp("macros") / "probe.xlsm"
    with zipfile.ZipFile(io.BytesIO(addin)) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(package.ADDIN_TYPE, WORKBOOK_WITH_MACROS))
    with libreoffice.open(path, macros=True) as book:
        yield book


def shown(book: Book, *formulas: str) -> list[Cell]:
    """What the formulas show."""
    cells = {f"{SETTINGS_SHEET}!A{row}": formula for row, formula in enumerate(formulas, 1)}
    book.set(cells)
    book.recalculate()
    return list(book.read(cells).values())


def test_the_text_of_an_error_becomes_that_error(macros: Book) -> None:
    errors = shown(macros, *(f'=RETRY_COST("{code}";1)' for code in ERRORS))
    assert errors == [f"Error {number}" for number in ERRORS.values()]
    assert shown(macros, *(f'=IS_REAL_ERROR("{code}")' for code in ERRORS)) == [1] * len(ERRORS)


def test_any_other_text_stays_as_it_is(macros: Book) -> None:
    """What LLM_WHY says of an error, and what somebody wants to see in its place, too."""
    assert shown(macros, *(f'=RETRY_COST("{text}";1)' for text in TEXTS)) == list(TEXTS)
    assert shown(macros, *(f'=LLM_WHY("{text}")' for text in TEXTS)) == list(TEXTS)
    assert shown(macros, *(f'=IS_REAL_ERROR("{text}")' for text in TEXTS)) == [0] * len(TEXTS)


def test_numbers_and_truth_values_stay_as_they_are(macros: Book) -> None:
    assert shown(macros, "=RETRY_COST(3.5;1)", "=RETRY_COST(-2042;1)", "=RETRY_COST(TRUE();1)") == [3.5, -2042, 1]


def test_errors_in_a_row_and_in_a_table_are_real_too(macros: Book) -> None:
    row = [f'=INDEX(LLM_PRICE("row";1);1;{column})' for column in range(1, 7)]
    assert shown(macros, *row) == [1.5, "Error 2042", "text", "#NUM!: because", 1, "Error 2007"]
    table = [f'=INDEX(LLM_PRICE("table";1);{row};{column})' for row in (1, 2) for column in (1, 2, 3)]
    assert shown(macros, *table) == ["Error 2023", 2, "see #REF!", "", "Error 2000", "Error 2029"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_wrapper_calls_its_function_and_maps_the_answer(name: str, macros: Book) -> None:
    if not FUNCTIONS[name].arguments:
        assert shown(macros, f"={name}()") == ["Error 2042"]
        return
    others = ";1" * (sum(argument.required for argument in FUNCTIONS[name].arguments) - 1)
    calls = [f'={name}("{first}"{others})' for first in ("who", "#N/A", "fail", "fine")]
    assert shown(macros, *calls) == [f"{UDF_MODULE} {name}", "Error 2042", "Error 2015", "fine"]


def test_every_argument_is_handed_over_omitted_or_not(macros: Book) -> None:
    calls = ('=LLM_WHY("count")', '=LLM_WHY("count";1;2;3)', '=RETRY_COST("count";1)', '=QUERY_COST("count";1;2)')
    assert shown(macros, *calls) == [
        1,
        4,
        len(FUNCTIONS["RETRY_COST"].arguments),
        len(FUNCTIONS["QUERY_COST"].arguments),
    ]


def test_excel_is_told_of_every_function_its_description_category_and_arguments(
    macros: Book, imported: Imported
) -> None:
    """The macro that runs when the add-in is loaded tells what xlwings tells Excel when it imports functions."""
    told = shown(macros, *(f"=DESCRIBED_FUNCTION({number})" for number in range(1, len(FUNCTIONS) + 1)))
    for name, line in zip(FUNCTIONS, told, strict=True):
        macro, description, category, *arguments = str(line).split("|")
        wanted = imported[1][name]
        assert macro.endswith(f"!{name}")
        assert (description, category) == (wanted["Description"], wanted["Category"])
        for text, meaning in zip(arguments, wanted["ArgumentDescriptions"] or [], strict=True):
            assert text.startswith(meaning)
