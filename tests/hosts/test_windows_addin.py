"""The Windows add-in: the file, its ribbon, its help. No Excel runs here; the VBA is in test_windows_vba.py."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from defusedxml.ElementTree import fromstring
from openpyxl import Workbook
from windowsaddin import part

from llmcost_xl import __version__
from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.hosts.windows import commands, package
from llmcost_xl.hosts.windows.addin import FILE_NAME, AddinError, build, dll_version, package_version, settings
from llmcost_xl.workbook import available
from llmcost_xl.workbook.saving import SavingError
from llmcost_xl.worksheet import CATEGORY, wizard_help

if TYPE_CHECKING:
    from pathlib import Path

    from windowsaddin import Imported

WIZARD_LIMIT = 255  # of a description
CUSTOM_UI = "http://schemas.microsoft.com/office/2009/07/customui"
OF_A_CONTROL = {"id", "label", "size", "imageMso", "screentip", "supertip"}
RIBBON_ATTRIBUTES = {
    "customUI": set[str](),
    "ribbon": set[str](),
    "tabs": set[str](),
    "tab": {"id", "label"},
    "group": {"id", "label"},
    "menu": OF_A_CONTROL,
    "button": OF_A_CONTROL | {"onAction", "tag"},
}


# -- the file ----------------------------------------------------------------------------------------------------


def test_the_same_inputs_give_the_same_bytes(addin: Path, tmp_path: Path) -> None:
    assert build(tmp_path / FILE_NAME).read_bytes() == addin.read_bytes()


def test_neither_the_current_folder_nor_the_environment_changes_what_is_built(
    addin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "llmcost_xl.py").write_text("raise RuntimeError('somebody left this here')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XLWINGS_ON_SERVER", "true")
    assert build(tmp_path / FILE_NAME).read_bytes() == addin.read_bytes()


def test_loading_it_does_not_recalculate_what_else_is_open(addin: Path) -> None:
    assert 'fullCalcOnLoad="1"' not in part(addin, "xl/workbook.xml").decode()


def test_an_existing_file_is_replaced_only_on_demand(tmp_path: Path) -> None:
    target = tmp_path / FILE_NAME
    target.write_text("mine")
    with pytest.raises(SavingError, match="exists already"):
        build(target)
    assert target.read_text() == "mine"
    assert dll_version(build(target, force=True))


def test_a_name_that_excel_would_not_load_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SavingError, match=r"\.xlam"):
        build(tmp_path / "llmcost-xl.xlsm")
    assert list(tmp_path.iterdir()) == []


def test_every_part_has_its_content_type_and_relationship(addin: Path) -> None:
    types = part(addin, "[Content_Types].xml").decode()
    assert 'PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.addin.macroEnabled.main+xml"' in types
    assert 'PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"' in types
    with zipfile.ZipFile(addin) as archive:
        assert len(set(archive.namelist())) == len(archive.namelist())
        for name in archive.namelist():
            assert f'PartName="/{name}"' in types or name.endswith((".rels", "Types].xml", "customUI14.xml")), name
            if name.endswith(".rels"):
                folder = name.partition("_rels/")[0]
                for target in re.findall(r'Target="([^"]+)"', archive.read(name).decode()):
                    assert target.lstrip("/") in archive.namelist() or folder + target in archive.namelist(), target


def test_the_code_names_of_the_sheets_are_modules(addin: Path, addin_vba: dict[str, str]) -> None:
    with zipfile.ZipFile(addin) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist() if "worksheets/" in name]
        texts.append(archive.read("xl/workbook.xml").decode())
    named = [name for text in texts for name in re.findall(r'codeName="(\w+)"', text)]
    documents = [name for name, text in addin_vba.items() if "VB_PredeclaredId = True" in text]
    assert sorted(named) == sorted(documents) == ["HelpSheet", "SettingsSheet", "ThisWorkbook"]


def test_it_says_what_it_was_built_with(addin: Path, addin_vba: dict[str, str], tmp_path: Path) -> None:
    assert package_version(addin) == __version__
    assert set(re.findall(r"xlwings(?:32|64)-([\d.]+)\.dll", addin_vba["xlwings"])) == {dll_version(addin)}
    assert "INTERPRETER_WIN" not in settings(addin)  # the user's own settings file decides
    assert {name: settings(addin)[name] for name in ("USE UDF SERVER", "ADD_WORKBOOK_TO_PYTHONPATH")} == {
        "USE UDF SERVER": "True",  # the buttons share the functions' Python
        "ADD_WORKBOOK_TO_PYTHONPATH": "False",
    }
    python = r"%LOCALAPPDATA%\Programs\Python\python.exe"
    assert settings(build(tmp_path / FILE_NAME, interpreter=python))["INTERPRETER_WIN"] == python


@pytest.mark.parametrize("content", [b"", b"PK\5\6" + bytes(18), b"text"])
def test_another_file_is_no_addin(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other.xlam").write_bytes(content)
    with pytest.raises(AddinError, match=r"other\.xlam: is no add-in"):
        dll_version(tmp_path / "other.xlam")


def test_a_workbook_is_no_addin(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "book.xlsx")
    with pytest.raises(AddinError, match="no add-in of llmcost-xl"):
        settings(tmp_path / "book.xlsx")


# -- the ribbon --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def controls(addin: Path) -> list[dict[str, str]]:
    ribbon = fromstring(part(addin, package.RIBBON_PART))
    return [element.attrib for element in ribbon.iter() if "onAction" in element.attrib]


def test_every_button_has_a_callback_and_every_callback_a_python_function(
    controls: list[dict[str, str]], addin_vba: dict[str, str]
) -> None:
    declared = r"^Public Sub (\w+)\(control As IRibbonControl\)\n    RunCommand \"(\w+)\("
    callbacks = dict(re.findall(declared, addin_vba["llmcost_ribbon"], re.MULTILINE))
    assert {control["onAction"] for control in controls} == set(callbacks)
    assert list(callbacks.values()) == [
        "new_workbook", "refresh_prices", "reprice_workbook", "undo_repricing", "explain_cell", "open_help",
    ]  # fmt: skip
    for function in callbacks.values():
        assert callable(getattr(commands, function))
    assert f"import {commands.__name__} as commands; commands." in addin_vba["llmcost_ribbon"]


def test_the_menu_offers_every_workbook(controls: list[dict[str, str]]) -> None:
    offered = {control["tag"]: control["label"].replace("&&", "&") for control in controls if "tag" in control}
    assert offered == available()
    assert all(re.fullmatch("[a-z-]+", name) for name in offered)  # it stands in quotes in a Python call


def test_an_ampersand_in_a_title_is_shown_and_is_no_access_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "available", lambda: {"research": 'R & D, "new"'})
    (button,) = (one for one in fromstring(package.ribbon()).iter() if one.attrib.get("tag") == "research")
    assert button.attrib["label"] == 'R && D, "new"'


def test_excel_finds_the_ribbon_by_the_relationship_of_its_version(addin: Path) -> None:
    """Of Excel 2010 and later; the earlier one names another relationship and another namespace."""
    relationships = fromstring(part(addin, "_rels/.rels"))
    (kind,) = (one.attrib["Type"] for one in relationships if one.attrib["Target"] == package.RIBBON_PART)
    assert kind == "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
    assert fromstring(part(addin, package.RIBBON_PART)).tag == f"{{{CUSTOM_UI}}}customUI"


def test_the_ribbon_has_only_what_its_schema_knows(addin: Path) -> None:
    """Excel leaves out the whole tab for one unknown attribute: [MS-CUSTOMUI2] 2.2."""
    for element in fromstring(part(addin, package.RIBBON_PART)).iter():
        name = element.tag.removeprefix(f"{{{CUSTOM_UI}}}")
        assert set(element.attrib) <= RIBBON_ATTRIBUTES[name], name


def test_ids_are_unique_and_the_tab_is_ours(addin: Path) -> None:
    ribbon = fromstring(part(addin, package.RIBBON_PART))
    ids = [element.attrib["id"] for element in ribbon.iter() if "id" in element.attrib]
    assert len(set(ids)) == len(ids)
    assert ribbon.find(".//{*}tab").attrib["label"] == CATEGORY  # type: ignore[union-attr]


# -- help --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def help_rows(addin: Path) -> dict[str, list[str]]:
    sheet = package.readable(addin.read_bytes())[package.HELP_SHEET]
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert rows.pop(0) == ["FunctionInfo", "1.0"]
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_wizard_explains_the_function_and_its_arguments(
    name: str, help_rows: dict[str, list[str]], imported: Imported, addin_vba: dict[str, str]
) -> None:
    """As many arguments as xlwings describes on import: Excel refuses another number."""
    description, *arguments = help_rows[name]
    assert description == wizard_help(FUNCTIONS[name]) == imported[1][name]["Description"]
    assert arguments[::2] == [argument.name for argument in FUNCTIONS[name].arguments]
    assert len(arguments[1::2]) == len(imported[1][name]["ArgumentDescriptions"] or [])
    for text, told in zip(arguments[1::2], imported[1][name]["ArgumentDescriptions"] or [], strict=True):
        assert text.startswith(told)
    assert max(map(len, [description, *arguments])) <= WIZARD_LIMIT
    quoted = description.replace('"', '""')
    assert re.search(rf'^Function {name}\(.*\)\nAttribute {name}\.VB_Description = "{re.escape(quoted)}"$',
                     addin_vba["xlwings_udfs"], re.MULTILINE)  # fmt: skip


def test_no_other_function_is_described(help_rows: dict[str, list[str]], addin_vba: dict[str, str]) -> None:
    assert list(help_rows) == list(FUNCTIONS)
    assert f'CATEGORY As String = "{CATEGORY}"' in addin_vba["llmcost_help"]
    assert f'HELP_SHEET As String = "{package.HELP_SHEET}"' in addin_vba["llmcost_help"]
