"""Every command of the pages on repricing is carried out, and prints what they show."""

from __future__ import annotations

import re
import shlex
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from demonstration import COLUMNS, README, REPRICED, ROOT, SECTION, Step, Terminal, section, steps
from openpyxl import load_workbook
from repricing import AUTUMN, LONG, workbook

from llmcost_xl.catalogue.bundled import bundled_book

pytestmark = pytest.mark.filterwarnings("ignore:.*(extension is not supported|Print area)")  # by openpyxl, which looks

if TYPE_CHECKING:
    from pathlib import Path

    from commandline import Run

DEMONSTRATION = section(README.read_text(encoding="utf-8"), SECTION)
STEPS = steps(DEMONSTRATION)
DOCS = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("reprice.md", "reprice-report.md")}
FENCED = re.compile(r"^```\n(.*?)^```$|((?:^ {4}.*\n)+)", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[str]]]:
    """The folder in which somebody followed the README, and what each command printed."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "examples", folder / "examples")
    terminal = Terminal(folder)
    return folder / "examples", [terminal.run(step.command) for step in STEPS]


@pytest.mark.parametrize("number", range(len(STEPS)), ids=lambda number: STEPS[number].command)
def test_the_readme_shows_what_is_printed(number: int, typed: Any) -> None:
    step, printed = STEPS[number], typed[1][number]
    assert step.renewed(printed) == step.shown, "python tests/demonstration.py renews it"


def test_the_readme_shows_every_stage() -> None:
    commands = " ".join(step.command for step in STEPS)
    for option in ("--dry-run", "-o ", "--report text", "--sheet", "--undo"):
        assert option in commands
    assert commands.count("llmcost-xl reprice") == DEMONSTRATION.count("llmcost-xl reprice") >= 4


def test_the_figures_of_its_words_are_those_of_the_workbooks(typed: Any) -> None:
    folder = typed[0]
    before, after = (
        load_workbook(folder / name, data_only=True)["Summary"] for name in ("llm-spend-fy2027.xlsm", REPRICED)
    )
    for figure in (after["B12"], before["B12"], after["B30"], before["B30"]):
        assert f"{figure.value:,.0f}" in DEMONSTRATION
    assert f"{-after['B17'].value:,.0f} USD less than was booked" in DEMONSTRATION
    assert before["A31"].value.startswith("The provider is")
    assert after["A31"].value.startswith("Own servers are")


def test_undoing_leaves_the_workbook_as_it_was(typed: Any) -> None:
    folder = typed[0]
    assert (folder / "llm-spend-fy2027.xlsm").read_bytes() == (ROOT / "examples/llm-spend-fy2027.xlsm").read_bytes()
    kept = {path.name for path in folder.iterdir() if path.is_file()}
    assert kept == {path.name for path in (ROOT / "examples").iterdir() if path.is_file()} | {REPRICED}


def test_lines_fit_the_terminal_but_for_what_was_typed_and_said_at_the_end() -> None:
    long = [
        line for step in STEPS for line in step.shown if len(line) > COLUMNS and "llm-spend-fy2027.xlsm:" not in line
    ]
    assert long == []


def test_a_step_is_compared_from_both_ends() -> None:
    printed = ["a", "b", "c", "d"]
    assert Step("x", ["a", "...", "d"]).renewed(printed) == ["a", "...", "d"]
    assert Step("x", ["a", "..."]).renewed(printed) == ["a", "..."]
    assert Step("x", ["...", "e"]).renewed(printed) == ["...", "d"]
    assert Step("x", ["a"]).renewed(printed) == printed


# -- docs/reprice.md, docs/reprice-report.md --------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workbooks that the pages speak of, at prices that have changed since, and the usage that they show."""
    old = workbook(LONG, ("gpt-5.6-luna", "input", 1.0), ("gpt-5.6-luna", "output", 6.0), ("gpt-4o", "input", 2.5),
                   ("gpt-4o", "output", 10.0), ("gpt-4o", "cached input", 1.25)).content  # fmt: skip
    for name in ("plan.xlsx", "theirs.xlsx", "budgets/2027/emea.xlsx", "budgets/2027/apac.xlsx"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(old)
    [usage] = re.findall(r"^ {4}(feature,model.*\n)((?: {4}\S.*\n)*)", DOCS["reprice-report.md"], re.MULTILINE)
    (tmp_path / "usage.csv").write_text("".join(usage).replace("    ", ""), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert bundled_book().as_of >= AUTUMN
    return tmp_path


def commands(page: str) -> list[str]:
    """The commands of a page's blocks."""
    blocks = ("".join(groups) for groups in FENCED.findall(DOCS[page]))
    return re.findall(r"^ *(llmcost-xl .*)$", "\n".join(blocks), re.MULTILINE)


@pytest.mark.parametrize(("page", "at_least"), [("reprice.md", 4), ("reprice-report.md", 4)])
def test_the_commands_of_the_pages_work(page: str, at_least: int, folder: Path, run: Run) -> None:
    found = commands(page)
    assert len(found) >= at_least
    for command in found:
        words = shlex.split(command.partition(" > ")[0], comments=True)[1:]
        code, said, told = run(*words)
        assert code == 0, (command, told)
        assert said or told
    assert (folder / "plan.xlsx").is_file()


def test_the_table_of_many_files_has_the_columns_that_are_printed(folder: Path, run: Run) -> None:
    _, said, _ = run("reprice", str(folder / "budgets"), "--dry-run")
    [shown] = re.findall(r"^(file +changed .*)$", DOCS["reprice.md"], re.MULTILINE)
    assert shown.split() == said.splitlines()[0].split("\t")
