"""`llmcost-xl lite`: code goes in, everything else stays as it is, and what went in runs."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import random
import re
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hosts import HostMissingError, skip_or_fail
from libreoffice import LibreOffice, LibreOfficeMissingError
from lite_books import OFFICE, OTHER_ADD_IN, REFUSED, USERS_CODE, USUAL, lite, packed, with_add_in
from lite_host import Lite, embedded_files
from zip_members import contents, members

from llmcost_xl import __version__
from llmcost_xl.calc import evaluate
from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.hosts.lite.archive import RefusedError
from llmcost_xl.hosts.lite.code import BEGIN, main_py, requirements_txt
from llmcost_xl.hosts.lite.embed import embed

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").glob("*.xlsx"))
PASTED = ROOT / "docs" / "lite-main.py.txt"
MAY_CHANGE = {"[Content_Types].xml", "_rels/.rels"}
REPLACED = {
    ("panes of which none is left", "xl/webextensions/taskpanes.xml"),  # an empty element gets a closing tag
    ("a pane that LibreOffice left", "[Content_Types].xml"),  # which called it any XML
}
PANES = {"xl/webextensions/taskpanes.xml", "xl/webextensions/_rels/taskpanes.xml.rels"}
WORKBOOKS = {path.stem: path.read_bytes() for path in TEMPLATES} | USUAL


@cache
def embedded(name: str) -> bytes:
    return embed(WORKBOOKS[name])


# -- what stays ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WORKBOOKS)
def test_every_other_part_keeps_its_bytes_and_place(name: str) -> None:
    before, after = members(WORKBOOKS[name]), members(embedded(name))
    assert list(after)[: len(before)] == list(before)
    changed = {part for part in before if before[part] != after[part]}
    assert changed <= MAY_CHANGE | (PANES if "pane" in name or "add-in" in name else set())
    assert embedded(name).endswith(WORKBOOKS[name][WORKBOOKS[name].rfind(b"PK\5\6") + 20 :])


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_part_that_changes_is_only_added_to(name: str) -> None:
    before, after = contents(WORKBOOKS[name]), contents(embedded(name))
    for part in before:
        if (name, part) in REPLACED:
            continue
        pairs = zip(before[part], after[part], strict=False)
        same = next((at for at, (old, new) in enumerate(pairs) if old != new), len(before[part]))
        assert after[part].endswith(before[part][same:]), part


@pytest.mark.parametrize("name", WORKBOOKS)
def test_every_part_keeps_its_date_and_attributes(name: str) -> None:
    def described(workbook: bytes) -> dict[str, Any]:
        with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
            return {item.filename: (item.date_time, item.external_attr) for item in archive.infolist()}

    before = described(WORKBOOKS[name])
    assert before.items() <= described(embedded(name)).items()


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_second_time_changes_nothing(name: str) -> None:
    once = embedded(name)
    assert once != WORKBOOKS[name]
    assert embed(once) == once
    assert embed(WORKBOOKS[name]) == once


@pytest.mark.parametrize("name", WORKBOOKS)
def test_openpyxl_reads_the_result(name: str) -> None:
    def cells(workbook: bytes) -> list[list[Any]]:
        book = openpyxl.load_workbook(io.BytesIO(workbook))
        return [[cell.value for row in sheet for cell in row if not hasattr(cell.value, "ref")] for sheet in book]

    assert cells(embedded(name)) == cells(WORKBOOKS[name])


@pytest.mark.parametrize("name", ["roi", *USUAL])
def test_libreoffice_opens_and_recalculates_the_result(name: str, office: LibreOffice, tmp_path: Path) -> None:
    cell = "Outputs!F6" if name == "roi" else "Plan!B1"
    values = []
    for number, workbook in enumerate((WORKBOOKS[name], embedded(name))):
        path = tmp_path / f"{number}.{'xlsm' if name == 'macros' else 'xlsx'}"
        path.write_bytes(workbook)
        with office.open(path) as book:
            book.recalculate()
            values.append(book[cell])
    assert values[0] == values[1]
    assert name == "roi" or values == [42, 42]


@pytest.fixture(scope="module")
def office() -> Any:
    try:
        with LibreOffice() as running:
            yield running
    except LibreOfficeMissingError as missing:
        skip_or_fail(str(missing))


# -- what goes in ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WORKBOOKS)
def test_the_files_can_be_found_as_excel_finds_them(name: str) -> None:
    assert followed(embedded(name)) == {"main.py": main_py(), "requirements.txt": requirements_txt()}


def followed(workbook: bytes) -> dict[str, str]:
    """The files of xlwings Lite, found from the workbook's own relationships on, with openpyxl's reading of them."""
    from openpyxl.packaging.relationship import RelationshipList  # noqa: PLC0415
    from openpyxl.xml.functions import fromstring  # noqa: PLC0415

    parts = {name.lower(): content for name, content in contents(workbook).items()}

    def targets(source: str, kind: str) -> list[str]:
        folder, _, name = source.rpartition("/")
        related = RelationshipList.from_tree(fromstring(parts[f"{folder}/_rels/{name}.rels".lstrip("/").lower()]))
        assert len({relation.Id.lower() for relation in related}) == len(list(related))
        within = [relation for relation in related if relation.TargetMode != "External"]
        found = [relation.Target for relation in within if relation.Type.endswith(f"/{kind}")]
        return [target.lstrip("/") if target[0] == "/" else f"{folder}/{target}".lstrip("/") for target in found]

    types = {
        item.get("PartName", "").lower(): item.get("ContentType") for item in fromstring(parts["[content_types].xml"])
    }
    assert any(item.get("Extension") == "rels" for item in fromstring(parts["[content_types].xml"]))
    (panes,) = targets("", "webextensiontaskpanes")
    assert types[f"/{panes.lower()}"] == "application/vnd.ms-office.webextensiontaskpanes+xml"
    extensions = targets(panes, "webextension")
    led = [item[0].get(f"{{{OFFICE}}}id") for item in fromstring(parts[panes.lower()])]
    assert len(set(led)) == len(led) <= len(extensions)
    assert all(types[f"/{part.lower()}"] == "application/vnd.ms-office.webextension+xml" for part in extensions)
    (ours,) = [part for part in extensions if b"wa200008175" in parts[part.lower()]]
    return embedded_files(workbook, next(name for name in contents(workbook) if name.lower() == ours.lower()))


def test_another_add_in_stays() -> None:
    after = contents(embed(packed(OTHER_ADD_IN)))
    assert after["xl/webextensions/webextension1.xml"].decode() == OTHER_ADD_IN["xl/webextensions/webextension1.xml"]
    assert after["xl/webextensions/taskpanes.xml"].count(b"<wetp:taskpane ") == 2
    assert b'row="5"' in after["xl/webextensions/taskpanes.xml"]


@pytest.mark.parametrize("store", ["WA200008175", "0b5e7a11-hosted-by-a-company"])
def test_code_of_the_users_own_stays_above_ours(store: str) -> None:
    workbook = packed(with_add_in(lite(USERS_CODE, store=store)))
    files = embedded_files(embed(workbook))
    assert files["main.py"] == f"{USERS_CODE}\n\n{main_py()}"
    assert files["addinVersion"] == "1.0.0.0-35"
    assert "requirements.txt" not in files, "xlwings Lite would then leave out the packages it usually has"
    assert members(embed(workbook)).keys() == members(workbook).keys()
    assert embed(embed(workbook)) == embed(workbook)


def test_a_part_may_be_called_anything() -> None:
    files = with_add_in(lite(USERS_CODE))
    named = {name.replace("webextension1", "wébextension"): text for name, text in files.items()}
    named = {name: text.replace("webextension1", "wébextension") for name, text in named.items()}
    found = embedded_files(embed(packed(named)), "xl/webextensions/wébextension.xml")
    assert found["main.py"] == f"{USERS_CODE}\n\n{main_py()}"


def test_older_code_of_ours_is_replaced() -> None:
    older = main_py().replace("as_base64", "as_older").replace("Generated by", "Once generated by")
    workbook = packed(with_add_in(lite(f"{USERS_CODE}\n\n{older}\nHELLO.__doc__ = 'last'\n")))
    assert embedded_files(embed(workbook))["main.py"] == f"{USERS_CODE}\n\n{main_py()}\nHELLO.__doc__ = 'last'\n"
    assert main_py().count(BEGIN) == 1


@pytest.mark.parametrize(
    ("existing", "wanted"),
    [
        ("", requirements_txt()),
        ("xlwings==0.33.20  # required\npandas\n", "xlwings==0.33.20  # required\npandas\n"),
        ("pandas\nXLWINGS[all]>=0.34", "pandas\nXLWINGS[all]>=0.34"),
        ("xlwings-utils\n", f"{requirements_txt().splitlines()[0]}\nxlwings-utils\n"),
    ],
)
def test_requirements_of_the_users_own_stay(existing: str, wanted: str) -> None:
    assert requirements_txt(existing) == wanted


def test_excel_learns_of_every_function_and_runs_it_beside_the_users_code() -> None:
    workbook = embed(packed(with_add_in(lite(USERS_CODE))))
    try:
        excel = Lite(embedded_files(workbook)["main.py"])
    except HostMissingError as missing:
        skip_or_fail(str(missing))
    try:
        assert set(excel.described) == {*FUNCTIONS, "HELLO"}
        for name, function in FUNCTIONS.items():
            told = excel.described[name]
            assert told["name"] == name, "a namespace would make the formula read differently elsewhere"
            assert told["description"]
            wanted = [(argument.name, argument.quantity.help_with_unit) for argument in function.arguments]
            assert [(item["name"].lstrip("*"), item["description"]) for item in told["parameters"]] == wanted
        assert excel.call("HELLO", "you") == "Hello you, 1 > 0 & ok"
        assert excel.call("QUERY_COST", "gpt-4o", 500, 200) == pytest.approx(0.00325)
        assert excel.call("QUERY_COST", "gpt-4o", [[500], [1000]], 200) == [
            [pytest.approx(0.00325)],
            [pytest.approx(0.0045)],
        ]
    finally:
        excel.close()


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_code_of_ours_that_was_pasted_twice_is_there_once(ends: str) -> None:
    older = main_py().replace("as_base64", "as_older")
    pasted = f"{USERS_CODE}\n\n{older}\n{older}".replace("\n", ends)
    assert main_py(pasted).count(BEGIN) == 1
    assert "as_older" not in main_py(pasted)
    assert main_py(main_py(pasted)) == main_py(pasted)


# -- what is there to paste ------------------------------------------------------------------------------------

RUN = """
import json, pathlib, sys
import llmcost_xl.udfs  # as another main.py before this one may have
code, formulas = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"), json.loads(sys.argv[2])
names = {}
exec(compile(code, "main.py", "exec"), names)
import llmcost_xl.functions
print(json.dumps({
    "from": llmcost_xl.__file__, "version": llmcost_xl.__version__, "functions": list(llmcost_xl.functions.FUNCTIONS),
    "catalogue": names["LLM_CATALOGUE"](), "answers": [eval(formula[1:], names) for formula in formulas],
}))
"""
"""A Python of its own runs main.py, then formulas: those of README are expressions of Python as well."""


def test_the_code_to_paste_gives_what_this_package_gives(tmp_path: Path) -> None:
    """If this fails: llmcost-xl lite --print > docs/lite-main.py.txt."""
    formulas = re.findall(r"calc '(=[^']+)'", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert formulas
    ran = subprocess.run(
        [sys.executable, "-c", RUN, PASTED, json.dumps(formulas)],
        env=os.environ | {"TMPDIR": str(tmp_path), "TEMP": str(tmp_path)},
        capture_output=True,
        check=True,
    )
    told = json.loads(ran.stdout)
    assert Path(told["from"]).is_relative_to(tmp_path), "it runs what it carries, not what is installed"
    assert told["version"] == __version__
    assert told["functions"] == list(FUNCTIONS)
    assert told["catalogue"] == evaluate("=LLM_CATALOGUE()").value
    assert told["answers"] == [evaluate(formula).value for formula in formulas]


def test_the_code_to_paste_says_what_it_is() -> None:
    code = PASTED.read_text(encoding="utf-8")
    described = re.search(r"Generated by llmcost-xl (\S+) with the prices of (\S+)\. ", code)
    assert described is not None
    assert described.groups() == (__version__, evaluate("=INDEX(LLM_CATALOGUE(),1,2)").value)
    carried = re.search(r'_LLMCOST_XL = """\n(.*?)"""', code, re.DOTALL)
    assert carried is not None
    digest = hashlib.sha256(base64.urlsafe_b64decode(carried[1].replace("\n", ""))).hexdigest()
    assert f"\n# {digest}\n" in code


# -- what is refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_takes_no_code_is_refused_in_one_line(name: str) -> None:
    content, words = REFUSED[name]
    with pytest.raises(RefusedError) as refusal:
        embed(content)
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_no_damage_makes_it_stumble() -> None:
    chance = random.Random(7)  # noqa: S311  # a test that can be repeated
    outcomes = set()
    for base in (USUAL["plain"], USUAL["another add-in"], USUAL["stored without compression"], USUAL["UTF-16"]):
        for _ in range(150):
            spoiled = bytearray(base)
            for _ in range(chance.randint(1, 4)):
                spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
            try:
                embed(bytes(spoiled))
                outcomes.add("taken")  # a date or an attribute changed
            except RefusedError:
                outcomes.add("refused")
    assert outcomes == {"taken", "refused"}
