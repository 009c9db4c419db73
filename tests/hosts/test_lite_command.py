"""`llmcost-xl lite` as it is typed: which file is written, and what is said."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lite_books import PLAIN, REFUSED, USUAL, packed
from zip_members import contents

from llmcost_xl.hosts.lite.code import main_py, requirements_txt
from llmcost_xl.hosts.lite.embed import embed

if TYPE_CHECKING:
    from commandline import Run


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("plan.xlsx")
    path.write_bytes(USUAL["plain"])
    return path


def test_a_workbook_is_replaced_in_its_place(plan: Path, run: Run) -> None:
    code, out, err = run("lite", "plan.xlsx")
    assert (code, err) == (0, "")
    assert out.startswith(f"Written to {plan.resolve()} (+")
    assert plan.read_bytes() == embed(USUAL["plain"])
    code, out, err = run("lite", "plan.xlsx")
    assert (code, out, err) == (0, "plan.xlsx carries this code already; nothing was changed\n", "")


def test_a_link_stays_a_link(plan: Path, run: Run) -> None:
    Path("link.xlsx").symlink_to(plan)
    assert run("lite", "link.xlsx")[0] == 0
    assert Path("link.xlsx").is_symlink()
    assert plan.read_bytes() == embed(USUAL["plain"])


def test_the_result_can_go_elsewhere(plan: Path, run: Run) -> None:
    assert run("lite", "plan.xlsx", "-o", "web.xlsx")[0] == 0
    assert plan.read_bytes() == USUAL["plain"]
    assert Path("web.xlsx").read_bytes() == embed(USUAL["plain"])
    Path("web.xlsx").write_bytes(b"mine")
    code, _, err = run("lite", "plan.xlsx", "-o", "web.xlsx")
    assert (code, Path("web.xlsx").read_bytes()) == (5, b"mine")
    assert "--force" in err
    assert run("lite", "plan.xlsx", "-o", "web.xlsx", "--force")[0] == 0
    assert Path("web.xlsx").read_bytes() == embed(USUAL["plain"])


@pytest.mark.parametrize("lock", ["~$plan.xlsx", ".~lock.plan.xlsx#"])
@pytest.mark.parametrize("output", [(), ("-o", "web.xlsx")])
def test_an_open_workbook_is_left_alone(plan: Path, run: Run, lock: str, output: tuple[str, ...]) -> None:
    Path(lock).touch()
    code, _, err = run("lite", "plan.xlsx", *output)
    assert code == 5
    assert "open in a spreadsheet program" in err
    assert plan.read_bytes() == USUAL["plain"]
    assert not Path("web.xlsx").exists()


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_an_interrupted_save_leaves_the_workbook(
    plan: Path, run: Run, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, call, full)
        code, _, err = run("lite", "plan.xlsx")
    assert code == 5
    assert "No space left" in err
    assert plan.read_bytes() == USUAL["plain"]
    assert [path.name for path in Path.cwd().iterdir()] == ["plan.xlsx"]


def test_a_refused_file_ends_with_exit_code_3_and_its_name(plan: Path, run: Run) -> None:
    plan.write_bytes(REFUSED["an encrypted workbook"][0])
    code, out, err = run("lite", "plan.xlsx")
    assert (code, out) == (3, "")
    assert (
        err == "llmcost-xl: plan.xlsx: is protected with a password; save it without one first; nothing was changed\n"
    )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "which workbook"),
        (("no-such.xlsx",), 5, "no-such.xlsx: there is no such file"),
        (("plan.xlsx", "-o", "plan.xlsm"), 2, "must end in .xlsx"),
        (("plan.xlsx", "-o", "no/such/folder.xlsx"), 5, "there is no folder"),
        (("--print", "--requirements"), 2, "one at a time"),
        (("plan.xlsx", "--print"), 2, "leave the workbook"),
        (("--print", "-o", "main.py"), 2, "leave the workbook"),
        ((".",), 5, ".: is a folder"),
    ],
)
@pytest.mark.usefixtures("plan")
def test_a_wrong_call_says_what_is_wrong(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    ended, out, err = run("lite", *words)
    assert (ended, out) == (code, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_file_too_large_is_refused_before_it_is_read(plan: Path, run: Run) -> None:
    with plan.open("r+b") as file:
        file.truncate(2**28 + 2**20)
    assert run("lite", "plan.xlsx") == (3, "", "llmcost-xl: plan.xlsx: has 257.0 MB; 256 MB are the limit\n")


def test_a_workbook_that_changes_meanwhile_is_left_alone(plan: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(content: bytes) -> bytes:
        plan.write_bytes(USUAL["macros"])  # somebody saves it
        return embed(content)

    monkeypatch.setattr("llmcost_xl.hosts.lite.embed.embed", slow)
    code, out, err = run("lite", "plan.xlsx")
    assert (code, out) == (5, "")
    assert "was changed by somebody else meanwhile; nothing was written" in err
    assert plan.read_bytes() == USUAL["macros"]


def test_a_workbook_with_macros_keeps_its_kind(plan: Path, run: Run) -> None:
    macros = plan.with_suffix(".xlsm")
    macros.write_bytes(USUAL["macros"])
    assert run("lite", "plan.xlsm")[0] == 0
    assert macros.read_bytes() == embed(USUAL["macros"])


def test_the_files_can_be_printed(run: Run) -> None:
    assert run("lite", "--print") == (0, main_py(), "")
    assert run("lite", "--requirements") == (0, requirements_txt(), "")


@pytest.mark.parametrize(
    ("formula", "count"),
    [
        ("QUERY_COST(A1,1,2)", 1),
        ("1+query_cost(A1,1,2)*LLM_ROI(1,2)", 1),
        ("_xldudf_QUERY_COST(A1,1,2)", 0),
        ("MY_QUERY_COST(A1)", 0),
        ("A1*2", 0),
    ],
)
def test_formulas_are_left_alone_and_those_that_may_need_attention_are_counted(
    plan: Path, run: Run, formula: str, count: int
) -> None:
    sheet = PLAIN["xl/worksheets/sheet1.xml"].replace("A1*2", formula)
    plan.write_bytes(packed({**PLAIN, "xl/worksheets/sheet1.xml": sheet}))
    code, _, err = run("lite", "plan.xlsx")
    assert code == 0
    assert contents(plan.read_bytes())["xl/worksheets/sheet1.xml"].decode() == sheet
    assert (f"store: {count};" in err) == bool(count)
    assert bool(err) == bool(count)


def test_formulas_are_counted_across_a_large_sheet(plan: Path, run: Run) -> None:
    cell = "<c><f>QUERY_COST(A1,1,2)</f></c>"
    sheet = PLAIN["xl/worksheets/sheet1.xml"].replace("</row>", f"{cell * 50_000}</row>")
    plan.write_bytes(packed({**PLAIN, "xl/worksheets/sheet1.xml": sheet}))
    assert "store: 50,000;" in run("lite", "plan.xlsx")[2]
