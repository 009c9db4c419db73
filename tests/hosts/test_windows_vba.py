"""The VBA of the Windows add-in: what xlwings wrote, what was changed in it, what Excel would refuse to compile."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
import xlwings
from windowsaddin import part, read

from llmcost_xl.errors import EXCEL_ERRORS
from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.hosts.windows import modules
from llmcost_xl.hosts.windows.addin import PROJECT_NAME, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windowsaddin import Imported

LINE_LIMIT = 1023
CONTINUATION_LIMIT = 24
PROCEDURE_LIMIT = 64 * 1024
WIZARD_ARGUMENT_NAMES_LIMIT = 254  # all names of a function's arguments together, with a separator each
RESERVED = """
    AddressOf And Any Array As Attribute Boolean ByRef Byte ByVal Call Case CBool CByte CCur CDate CDbl CDec CInt
    CLng CLngLng CLngPtr Close Const CSng CStr Currency CVar CVErr Date Debug Decimal Declare DefBool DefByte
    DefCur DefDate DefDbl DefInt DefLng DefObj DefSng DefStr DefVar Dim Do Double Each Else ElseIf Empty End EndIf
    Enum Eqv Erase Err Error Event Exit False Fix For Friend Function Get Global GoSub GoTo If Imp Implements In
    Input InputB Integer Is LBound Len LenB Let Like LINEINPUT Lock Long LongLong LongPtr Loop LSet Me Mod New
    Next Not Nothing Null Object On Open Option Optional Or ParamArray Preserve Print Private PSet Public Put
    RaiseEvent ReDim Rem Resume Return RSet Scale Seek Select Set Sgn Shared Single Spc Static Stop String Sub Tab
    Then To True Type TypeOf UBound Until Unlock Variant Wend While With WithEvents Write Xor
""".lower().split()
USED_BY_WRAPPERS = ["xlpy", "application", "activeworkbook", "range", "argsarray", "k", "cellvalue", "app", "failed"]


# -- the VBA -----------------------------------------------------------------------------------------------------


def without_ours(wrappers: str) -> str:
    """The wrappers as xlwings wrote them."""
    wrappers = re.sub(r"^Attribute .*\n", "", wrappers, flags=re.MULTILINE)
    wrappers = re.sub(r"CellValue\((.*)\)$", r"\1", wrappers, flags=re.MULTILINE)
    wrappers = wrappers.replace(", ThisWorkbook, Application.Caller)", ", ActiveWorkbook, Application.Caller)")
    return re.sub(r"(\w+) = CVErr\(2015\)$", r"\1 = Err.Description", wrappers, flags=re.MULTILINE)


def test_the_wrappers_are_those_that_import_functions_writes(addin_vba: dict[str, str], imported: Imported) -> None:
    theirs = re.sub(r"^(Attribute|'|#Const) ?.*\n", "", imported[0], flags=re.MULTILINE)
    assert "ActiveWorkbook" not in addin_vba["xlwings_udfs"]  # xlwings would look for Python code on its sheets
    ours = re.sub(r"^#Const .*\n", "", without_ours(addin_vba["xlwings_udfs"]), flags=re.MULTILINE)
    assert ours.strip() == theirs.strip()
    assert sorted(re.findall(r"^Function (\w+)\(", ours, re.MULTILINE)) == sorted(FUNCTIONS)


def unmapped(wrappers: str) -> list[str]:
    """The statements that hand an answer of Python's to a cell as it is."""
    return [
        line for line in wrappers.splitlines() if re.search(r"XLPy\.|Err\.", line) and "= CellValue(XLPy" not in line
    ]


def test_every_answer_passes_the_error_mapping(addin_vba: dict[str, str]) -> None:
    wrappers = addin_vba["xlwings_udfs"]
    assert unmapped(wrappers) == []
    assert wrappers.count("= CellValue(XLPy.CallUDF(") == 2 * len(FUNCTIONS)
    missing = wrappers.replace("LLM_WHY = CellValue(XLPy.CallUDF(", "LLM_WHY = (XLPy.CallUDF(", 1)
    assert len(unmapped(missing)) == 1


@pytest.mark.parametrize(
    ("known", "other"),
    [
        ("QUERY_COST = XLPy.CallUDF(", "QUERY_COST = XLPy.Call("),
        ("QUERY_COST = Err.Description", "QUERY_COST = Err.Number"),
        ("Function QUERY_COST(", "Function QUERY_COSTS("),
        ("ActiveWorkbook, Application.Caller)\n", "Application.Caller)\n"),
    ],
)
def test_wrappers_of_another_form_are_refused(addin_vba: dict[str, str], known: str, other: str) -> None:
    """A later xlwings may write them otherwise: then no add-in is built, rather than one without real errors."""
    original = without_ours(addin_vba["xlwings_udfs"])
    assert modules.with_errors(original)
    assert known in original
    with pytest.raises(modules.GeneratorError, match="writes other VBA"):
        modules.with_errors(original.replace(known, other))


@pytest.mark.parametrize("known", modules.IN_XLWINGS)
@pytest.mark.parametrize("times", [0, 2])
def test_another_xlwings_module_is_refused(
    known: str, times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is changed in it must be there, once."""
    package = importlib.util.find_spec("xlwings")
    assert package
    assert package.origin
    text = (Path(package.origin).parent / "xlwings_custom_addin.bas").read_text(encoding="cp1252")
    (tmp_path / "xlwings_custom_addin.bas").write_text(text.replace(known, known * times), encoding="cp1252")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: SimpleNamespace(origin=str(tmp_path / "__init__.py")))
    with pytest.raises(modules.GeneratorError, match="should have"):
        modules.xlwings_module()


def reachable(procedure: str) -> Iterator[str]:
    """The lines of a procedure that Excel compiles, without those that `If False Then` keeps from running."""
    procedure = re.sub(r"^ *#Else\n.*?^ *#End If\n", "", procedure, flags=re.MULTILINE | re.DOTALL)
    conditions: list[str] = []
    for line in procedure.splitlines():
        if re.match(r" *If .* Then(?: *'.*)?$", line):
            conditions.append(line.strip())
        if not any(condition.startswith("If False") for condition in conditions):
            yield line
        if line.strip() == "End If":
            conditions.pop()


def test_no_workbook_can_choose_the_python_that_runs(addin_vba: dict[str, str]) -> None:
    lookup = re.search(r"^Function GetConfig\(.*?^End Function", addin_vba["xlwings"], re.MULTILINE | re.DOTALL)
    assert lookup
    runs = "\n".join(reachable(lookup[0]))
    assert "ThisWorkbook" in runs
    assert "GetConfigFilePath" in runs
    assert "ActiveWorkbook" not in runs
    assert "GetDirectoryConfigFilePath" not in runs


def procedure(module: str, name: str) -> str:
    """A procedure as Excel compiles it."""
    found = re.search(
        rf"^(?:\w+ )?(?:Function|Sub) {name}\(.*?^End (?:Function|Sub)$", module, re.MULTILINE | re.DOTALL
    )
    assert found
    return "\n".join(reachable(found[0]))


def test_no_program_beside_a_workbook_is_started_in_place_of_windows_own_or_of_python(
    addin_vba: dict[str, str],
) -> None:
    """A bare name is looked for in Excel's current folder first."""
    command = procedure(addin_vba["xlwings"], "XLPyCommand")
    started = re.findall(r'PYTHON_WIN = ((?!GetConfig).*?) & " /K " & (.*)', command)
    assert started == [
        (
            'Environ("ComSpec") & " " & ConsoleSwitch',
            'CondaCmd & "set NoDefaultCurrentDirectoryInExePath=1&& python"',
        ),
        ('Environ("ComSpec") & " " & ConsoleSwitch', "Chr(34) & Chr(34) & PYTHON_WIN & Chr(34)"),
    ]
    loading = procedure(addin_vba["xlwings"], "XLPyLoadDLL")
    before, refusal, after = loading.partition('If InStr(PYTHON_WIN, "\\") = 0 Then Err.Raise 1, ')
    assert refusal
    assert "LoadLibrary" not in before
    assert "LoadLibrary" in after
    for user in ("XLPy", "NDims", "KillPy"):
        assert procedure(addin_vba["xlwings"], user).splitlines()[1] == "    XLPyLoadDLL"


def test_code_on_a_sheet_of_a_workbook_is_not_run(addin_vba: dict[str, str]) -> None:
    """What xlwings calls embedded code: whoever sent the workbook would choose what Python does."""
    assert not re.search(r"^ *uses_embedded_code = True$", procedure(addin_vba["xlwings"], "RunPython"), re.MULTILINE)


def test_settings_are_read_whatever_sheet_is_active(addin_vba: dict[str, str]) -> None:
    """A range that names no sheet is one of the active sheet, and there is none on a chart."""
    assert not re.search(r"(?<![.\w])Range\(", procedure(addin_vba["xlwings"], "GetConfigFromSheet"))


def test_all_workbooks_share_one_python(addin_vba: dict[str, str]) -> None:
    """xlwings' DLL keeps a Python for each command line."""
    command = re.search(r"^Function XLPyCommand\(.*?^End Function", addin_vba["xlwings"], re.MULTILINE | re.DOTALL)
    assert command
    assert "FullName" not in command[0].partition("#Else")[0]


def test_the_settings_are_found_where_xlwings_looks(addin: Path, addin_vba: dict[str, str]) -> None:
    assert f'PROJECT_NAME As String = "{PROJECT_NAME}"' in addin_vba["xlwings"]
    assert f'name="{PROJECT_NAME}.conf"' in part(addin, "xl/workbook.xml").decode()
    for name in settings(addin).keys() & {"UDF MODULES", "ADD_WORKBOOK_TO_PYTHONPATH", "USE UDF SERVER"}:
        assert f'GetConfig("{name}"' in addin_vba["xlwings"]
    assert len(settings(addin)) == 5


def test_what_is_called_later_by_its_name_exists(addin_vba: dict[str, str]) -> None:
    """By Workbook_Open, and again by itself as long as there is no workbook."""
    later = [name for text in addin_vba.values() for name in re.findall(r"Application\.OnTime .*'!(\w+)\"", text)]
    assert later == ["DescribeFunctions"] * 2
    assert re.search(r"^Public Sub DescribeFunctions\(\)$", addin_vba["llmcost_help"], re.MULTILINE)


def test_describing_the_functions_leaves_excel_as_it_was(addin_vba: dict[str, str]) -> None:
    describe = procedure(addin_vba["llmcost_help"], "DescribeFunctions")
    before, described, after = describe.partition("DescribeRows ThisWorkbook")
    assert described
    changed = re.findall(r"^ +(\w+\.\w+) = False$", before, re.MULTILINE)
    assert changed == ["Application.ScreenUpdating", "Application.EnableEvents", "ThisWorkbook.IsAddin"]
    restored = dict(re.findall(r"^ +(\w+\.\w+) = (\w+)$", after, re.MULTILINE))
    assert restored == {
        "ThisWorkbook.IsAddin": "True",
        "ThisWorkbook.Saved": "True",  # else Excel asks whether to save the add-in
        "Application.EnableEvents": "formerEvents",
        "Application.ScreenUpdating": "formerUpdating",
    }
    assert describe.index("If formerBook Is Nothing Then") < describe.index("ThisWorkbook.IsAddin = False")


def test_a_button_works_without_a_workbook_and_without_python(addin_vba: dict[str, str]) -> None:
    """With a new workbook, and with a sentence."""
    steps = [line.strip() for line in procedure(addin_vba["llmcost_ribbon"], "RunCommand").splitlines()]
    assert steps[1] == "On Error GoTo NoPython"
    assert steps[2].startswith("If ActiveWorkbook Is Nothing Then Workbooks.Add")
    assert steps[3:6] == ["RunPython COMMANDS & pythonCall", "Exit Sub", "NoPython:"]
    assert "Err.Description" in steps[6]


# -- what VBA would not compile ----------------------------------------------------------------------------------


def test_no_line_is_longer_than_vba_takes(addin_vba: dict[str, str]) -> None:
    for text in addin_vba.values():
        assert max(map(len, text.splitlines())) <= LINE_LIMIT
        assert not re.search(rf"(?:.* _\n){{{CONTINUATION_LIMIT + 1}}}", text)


def test_no_procedure_is_longer_than_vba_takes(addin_vba: dict[str, str]) -> None:
    for text in addin_vba.values():
        procedures = re.split(r"^End (?:Sub|Function)$", text, flags=re.MULTILINE)
        assert max(map(len, procedures)) < PROCEDURE_LIMIT


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_names_of_a_function_mean_nothing_else_to_vba_or_excel(name: str) -> None:
    arguments = [argument.name for argument in FUNCTIONS[name].arguments]
    for word in (name, *arguments):
        assert word.lower() not in [*RESERVED, *USED_BY_WRAPPERS]
        assert re.fullmatch(r"[A-Za-z]\w{0,254}", word)
    assert name.lower() not in map(str.lower, arguments)
    assert len({argument.lower() for argument in arguments}) == len(arguments)
    assert not re.fullmatch(r"[A-Z]{1,3}\d{1,7}|R\d*C\d*", name)  # a cell's address
    assert len(",".join([name, *arguments])) <= WIZARD_ARGUMENT_NAMES_LIMIT


def test_modules_and_procedures_have_names_of_their_own(addin_vba: dict[str, str]) -> None:
    declared = r"^(?:Public |Private )?(?:Function|Sub) (\w+)"
    ours = [
        name
        for module in (*modules.OWN_MODULES, "xlwings_udfs")
        for name in re.findall(declared, addin_vba[module], re.MULTILINE)
    ]
    theirs = re.findall(declared, addin_vba["xlwings"], re.MULTILINE)
    everything = [name.lower() for name in (*ours, *dict.fromkeys(theirs), *addin_vba)]
    assert len(set(everything)) == len(everything)


@pytest.mark.parametrize("module", modules.OWN_MODULES)
def test_our_modules_declare_what_they_use_and_hide_what_is_theirs(module: str, addin_vba: dict[str, str]) -> None:
    assert "\nOption Explicit\n" in addin_vba[module]
    assert ("Option Private Module" in addin_vba[module]) == (module == "llmcost_errors")
    assert "\nOption Private Module\n" in addin_vba["xlwings"]  # else the wizard would list its functions with ours
    assert "Declare " not in addin_vba[module]


def test_every_declared_library_function_is_safe_for_64_bits(addin_vba: dict[str, str]) -> None:
    modern = addin_vba["xlwings"].partition("#If VBA7 Then")[2].partition("Private Const XLPyDLLName")[0]
    assert modern.count("Declare PtrSafe Function") == modern.count("Declare ") > 0


def test_the_modules_of_workbook_and_sheets_have_the_attributes_that_excel_gives_them(
    addin_vba: dict[str, str],
) -> None:
    """As in xlwings' template for add-ins, which Excel wrote."""
    attribute = re.compile(r"^Attribute (?!VB_Name)(VB_\w+) = (.*)$", re.MULTILINE)
    template = read(Path(xlwings.__file__).with_name("quickstart_addin_ribbon.xlam"))
    assert attribute.findall(addin_vba["ThisWorkbook"]) == attribute.findall(template["ThisWorkbook"])
    for sheet in ("SettingsSheet", "HelpSheet"):
        assert attribute.findall(addin_vba[sheet]) == attribute.findall(template["Sheet2"])


def test_blocks_are_closed(addin_vba: dict[str, str]) -> None:
    for text in addin_vba.values():
        for opened, closed in (("Sub", "End Sub"), ("Function", "End Function")):
            begun = re.findall(rf"^ *(?:Public |Private )?{opened} \w+", text, re.MULTILINE)
            conditional = text.count("\n#Else\nFunction ")  # two headings share one body
            ended = re.findall(rf"^ *{closed}$", text, re.MULTILINE)
            assert len(begun) - conditional * (opened == "Function") == len(ended)
        assert len(re.findall(r"^ *#If ", text, re.MULTILINE)) == len(re.findall(r"^ *#End If", text, re.MULTILINE))


# -- errors ------------------------------------------------------------------------------------------------------


def test_every_error_of_ours_has_a_real_one(addin_vba: dict[str, str]) -> None:
    mapped = dict(re.findall(r'Case "(#[^"]+)": ErrorOrSame = CVErr\((\d+)\)', addin_vba["llmcost_errors"]))
    assert set(mapped) == EXCEL_ERRORS
    assert len(set(mapped.values())) == len(mapped)
