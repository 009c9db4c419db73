"""The command line as a user types it: answers, one-line refusals, exit codes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from llmcost_xl import __version__
from llmcost_xl.cli.show import as_table

if TYPE_CHECKING:
    from pathlib import Path

    from commandline import Run

# -- calc ------------------------------------------------------------------------------------------------------


def test_calc_prints_the_number_alone(run: Run) -> None:
    assert run("calc", '=QUERY_COST("gpt-4o",500,200)*30') == (0, "0.0975\n", "")


def test_calc_prints_a_spilled_answer_as_lines(run: Run) -> None:
    code, out, _ = run("calc", "=LLM_BREAKEVEN_RANGES(0.0002,400,0,0,3000000)")
    assert (code, out) == (0, "2000000\t3000000\n4000000\tno limit\n")


def test_calc_prints_15_digits_and_flags_as_excel_does(run: Run) -> None:
    assert run("calc", "=0.1+0.2")[1] == "0.3\n"
    assert run("calc", "=2>1")[1] == "TRUE\n"


@pytest.mark.parametrize(
    ("formula", "shown", "why"),
    [
        ('=QUERY_COST("gpt-4oo",500,200)', "#N/A", "openai/gpt-4o"),
        ('=QUERY_COST("gpt-4o",-1,200)', "#NUM!", "input_tokens"),
        ('=QUERY_COST("gpt-4o",TRUE,200)', "#VALUE!", "input_tokens"),
        ("=LLM_BREAKEVEN(0.0002,400,0.0003)", "#NUM!", "self-hosting is dearer at every volume"),
        ("=1/0", "#DIV/0!", "Excel"),
    ],
)
def test_calc_shows_an_error_says_why_and_leaves_with_4(run: Run, formula: str, shown: str, why: str) -> None:
    code, out, err = run("calc", formula)
    assert (code, out) == (4, f"{shown}\n")
    assert why in err
    assert err.count("\n") == 1


def test_calc_names_the_bad_row_of_a_range(run: Run) -> None:
    code, out, err = run("calc", '=QUERY_COST({"gpt-4o";"no such model"},500,200)')
    assert (code, out) == (4, "0.00325\n#N/A\n")
    assert "row 2" in err


@pytest.mark.parametrize("formula", ["=1+", "=QUERY_CSOT(1)", "=A1", "=QUERY_COST(gpt-4o,500,200)", ""])
def test_a_formula_that_cannot_be_evaluated_is_a_usage_error(run: Run, formula: str) -> None:
    code, out, err = run("calc", formula)
    assert (code, out) == (2, "")
    assert err.startswith("llmcost-xl: ")
    assert err.count("\n") == 1


def test_calc_as_json(run: Run) -> None:
    code, out, _ = run("calc", "=TOKEN_COST({500;-1},200,0.15,0.6)", "--json")
    answer = json.loads(out)
    assert code == 4
    assert answer["formula"] == "=TOKEN_COST({500;-1},200,0.15,0.6)"
    assert answer["value"] == [[pytest.approx(0.000195)], ["#NUM!"]]
    assert [error["error"] for error in answer["errors"]] == ["#NUM!"]


def test_calc_reads_a_formula_from_standard_input() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from llmcost_xl.cli import main; main()", "calc", "-"],
        input='=QUERY_COST("gpt-4o",500,200)\n', capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "0.00325\n"


# -- functions -------------------------------------------------------------------------------------------------


def test_functions_lists_all_for_a_pipe(run: Run) -> None:
    code, out, _ = run("functions")
    lines = [line.split("\t") for line in out.splitlines()]
    assert code == 0
    assert lines[0] == ["function", "group", "purpose"]
    assert {"QUERY_COST", "LLM_BREAKEVEN"} <= {line[0] for line in lines}
    assert {len(line) for line in lines} == {3}


def test_one_function_shows_arguments_and_a_worked_example(run: Run) -> None:
    _, out, _ = run("functions", "query_cost")
    assert "=QUERY_COST(model, input_tokens, output_tokens, [cached_tokens=0]" in out
    assert 'Example: =QUERY_COST("gpt-4o",500,200) gives 0.00325' in out


def test_functions_as_json(run: Run) -> None:
    entry = json.loads(run("functions", "LLM_ROI", "--json")[1])
    assert entry["name"] == "LLM_ROI"
    assert [argument["name"] for argument in entry["arguments"]] == ["total_benefit", "investment"]
    assert entry["value"] == pytest.approx(9.0267, abs=5e-5)  # S0 L185


def test_an_unknown_function_is_answered_with_the_nearest(run: Run) -> None:
    code, _, err = run("functions", "ROI")
    assert code == 2
    assert "LLM_ROI" in err


# -- the command itself ----------------------------------------------------------------------------------------


def test_version_and_help(run: Run) -> None:
    assert run("--version") == (0, f"llmcost-xl {__version__}\n", "")
    for command in ([], ["calc"], ["functions"], ["prices"], ["prices", "update"]):
        code, out, _ = run(*command, "--help")
        assert code == 0
        assert "Usage: llmcost-xl" in out


def test_a_mistyped_command_is_a_usage_error_with_a_suggestion(run: Run) -> None:
    code, _, err = run("clac", "=1")
    assert code == 2
    assert "calc" in err


def test_a_bug_leaves_a_log_and_one_line(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("sys.stdin", None)  # what no real shell does
    code, _, err = run("calc", "-")
    (log,) = tmp_path.iterdir()
    assert code == 1
    assert str(log) in err
    assert "AttributeError" in log.read_text(encoding="utf-8")


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; from llmcost_xl.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('xlwings', 'pandas', 'openpyxl', 'numpy', 'formualizer', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("\n[]\n")


class Terminal(io.StringIO):
    """Standard output that a person looks at."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_drawn_table_that_says_a_repeated_value_once(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", "100")
    as_table(["model", "unit", "price"], [["a", "USD", 1.5], ["b", "USD", None]], "Prices")
    drawn = terminal.getvalue()
    assert "\N{BOX DRAWINGS LIGHT HORIZONTAL}" * 10 in drawn
    assert drawn.count("USD") == 1
    assert "unit: USD" in drawn


def test_what_is_said_beside_a_narrow_table_is_not_broken_into_its_width(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", "100")
    why = "overwritten by hand: no catalogue says so"
    as_table(["cell", "why"], [["A1", why], ["A2", why]], "llm-spend-fy2027.xlsm: prices of 2027-01-01")
    assert f"why: {why}" in terminal.getvalue()
    assert terminal.getvalue().startswith("llm-spend-fy2027.xlsm: prices of 2027-01-01\n")
