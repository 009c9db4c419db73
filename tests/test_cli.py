"""The command line as a user types it: answers, one-line refusals, exit codes."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from llmcost_xl import __version__, cli
from llmcost_xl.catalogue.bundled import default_book
from llmcost_xl.cli.age import WORTH_A_WARNING, check_age
from llmcost_xl.cli.show import as_table
from llmcost_xl.cli.stop import Stop

if TYPE_CHECKING:
    from pathlib import Path

Run = tuple[int, str, str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs one command in this process: exit code, standard output, standard error."""

    def run(*arguments: str) -> Run:
        try:
            cli.main(list(arguments))
        except SystemExit as end:
            code = end.code
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code if isinstance(code, int) else 0, said.out, said.err

    return run


# -- calc ------------------------------------------------------------------------------------------------------


def test_calc_prints_the_number_alone(run: Any) -> None:
    assert run("calc", '=QUERY_COST("gpt-4o",500,200)*30') == (0, "0.0975\n", "")


def test_calc_prints_a_spilled_answer_as_lines(run: Any) -> None:
    code, out, _ = run("calc", "=LLM_BREAKEVEN_RANGES(0.0002,400,0,0,3000000)")
    assert (code, out) == (0, "2000000\t3000000\n4000000\tno limit\n")


def test_calc_prints_15_digits_and_flags_as_excel_does(run: Any) -> None:
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
def test_calc_shows_an_error_says_why_and_leaves_with_4(run: Any, formula: str, shown: str, why: str) -> None:
    code, out, err = run("calc", formula)
    assert (code, out) == (4, f"{shown}\n")
    assert why in err
    assert err.count("\n") == 1


def test_calc_names_the_bad_row_of_a_range(run: Any) -> None:
    code, out, err = run("calc", '=QUERY_COST({"gpt-4o";"no such model"},500,200)')
    assert (code, out) == (4, "0.00325\n#N/A\n")
    assert "row 2" in err


@pytest.mark.parametrize("formula", ["=1+", "=QUERY_CSOT(1)", "=A1", "=QUERY_COST(gpt-4o,500,200)", ""])
def test_a_formula_that_cannot_be_evaluated_is_a_usage_error(run: Any, formula: str) -> None:
    code, out, err = run("calc", formula)
    assert (code, out) == (2, "")
    assert err.startswith("llmcost-xl: ")
    assert err.count("\n") == 1


def test_calc_as_json(run: Any) -> None:
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


def test_functions_lists_all_for_a_pipe(run: Any) -> None:
    code, out, _ = run("functions")
    lines = [line.split("\t") for line in out.splitlines()]
    assert code == 0
    assert lines[0] == ["function", "group", "purpose"]
    assert {"QUERY_COST", "LLM_BREAKEVEN"} <= {line[0] for line in lines}
    assert {len(line) for line in lines} == {3}


def test_one_function_shows_arguments_and_a_worked_example(run: Any) -> None:
    _, out, _ = run("functions", "query_cost")
    assert "=QUERY_COST(model, input_tokens, output_tokens, [cached_tokens=0]" in out
    assert 'Example: =QUERY_COST("gpt-4o",500,200) gives 0.00325' in out


def test_functions_as_json(run: Any) -> None:
    entry = json.loads(run("functions", "LLM_ROI", "--json")[1])
    assert entry["name"] == "LLM_ROI"
    assert [argument["name"] for argument in entry["arguments"]] == ["total_benefit", "investment"]
    assert entry["value"] == pytest.approx(9.0267, abs=5e-5)  # S0 L185


def test_an_unknown_function_is_answered_with_the_nearest(run: Any) -> None:
    code, _, err = run("functions", "ROI")
    assert code == 2
    assert "LLM_ROI" in err


# -- prices ----------------------------------------------------------------------------------------------------


def test_search_finds_models_with_their_prices(run: Any) -> None:
    code, out, _ = run("prices", "search", "openai/gpt-4o-mini")
    lines = [line.split("\t") for line in out.splitlines()]
    assert code == 0
    assert dict(zip(lines[0], lines[1], strict=True))["model"] == "openai/gpt-4o-mini"
    assert lines[1][1:3] == ["0.15", "0.6"]


def test_search_at_a_date_shows_the_prices_of_that_date(run: Any) -> None:
    # o3 went from 10 / 40 to 2 / 8 on 2025-06-10
    for day, prices in (("2025-06-09", ["10", "40"]), ("2025-06-10", ["2", "8"])):
        out = run("prices", "search", "openai/o3", "--as-of", day)[1]
        assert [line.split("\t")[1:3] for line in out.splitlines() if line.startswith("openai/o3\t")] == [prices]


def test_a_model_without_a_price_is_listed_as_such_and_never_as_free(run: Any) -> None:
    found = json.loads(run("prices", "search", "github-copilot/gpt-4o-mini", "--json")[1])
    assert [(one["input"], one["remark"]) for one in found] == [(None, "no price known")]


def test_search_without_a_hit_names_the_nearest(run: Any) -> None:
    code, out, err = run("prices", "search", "gpt-4oo-mini")
    assert (code, out) == (4, "")
    assert "gpt-4o-mini" in err


def test_show_tells_history_and_what_is_in_force(run: Any) -> None:
    rows = json.loads(run("prices", "show", "o3", "--as-of", "2025-06-09", "--json")[1])
    standard = [row for row in rows if (row["service_tier"], row["component"]) == ("standard", "input")]
    assert [(row["from_date"], row["price"], row["in_force"]) for row in standard] == [
        (None, 10, 10), ("2025-06-10", 2, None),
    ]  # fmt: skip
    assert all("genai-prices" in row["source"] for row in rows)


def test_show_tells_thresholds_of_long_prompts(run: Any) -> None:
    rows = json.loads(run("prices", "show", "gemini-2.5-pro", "--json")[1])
    assert 200_000 in {row["above_tokens"] for row in rows}


def test_show_refuses_an_unknown_model_and_a_day_before_any_price(run: Any) -> None:
    assert run("prices", "show", "gpt-4oo")[0] == 4
    assert run("prices", "show", "gpt-4o", "--as-of", "2019-01-01")[0] == 4


def test_diff_picks_up_a_price_announced_for_the_future(run: Any) -> None:
    changed = json.loads(run("prices", "diff", "2026-12-31", "2027-01-01", "google/gemini-3.6-flash", "--json")[1])
    standard = {row["component"]: (row["before"], row["after"]) for row in changed if row["service_tier"] == "standard"}
    assert standard["input"] == (0.75, 1.5)
    assert standard["output"] == (3.75, 7.5)


def test_diff_of_a_day_without_changes_says_so(run: Any) -> None:
    code, out, err = run("prices", "diff", "2020-07-01", "2020-07-02")
    assert (code, out.count("\n")) == (0, 1)
    assert "no price is known to change" in err


def test_diff_wants_the_earlier_date_first_and_real_dates(run: Any) -> None:
    assert run("prices", "diff", "2027-01-01", "2026-01-01")[0] == 2
    assert run("prices", "diff", "2026-02-30", "2026-03-01")[0] == 2


def test_info_names_date_and_hash(run: Any) -> None:
    facts = json.loads(run("prices", "info", "--json")[1])
    assert facts["as_of"] == str(default_book().as_of)
    assert re.fullmatch("[0-9a-f]{64}", facts["content_hash"])


def test_old_prices_are_worth_a_warning_and_may_stop_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    today = dt.datetime.now(dt.UTC).date()
    check_age(today - dt.timedelta(days=WORTH_A_WARNING), max_age=None)
    assert capsys.readouterr().err == ""
    check_age(today - dt.timedelta(days=WORTH_A_WARNING + 1), max_age=None)
    assert "prices rebuild" in capsys.readouterr().err
    check_age(today - dt.timedelta(days=30), max_age=30)
    with pytest.raises(Stop, match="31 days ago") as stopped:
        check_age(today - dt.timedelta(days=31), max_age=30)
    assert stopped.value.code == 6


def test_a_formula_without_prices_does_not_ask_their_age(run: Any) -> None:
    assert run("calc", "=1+1", "--max-age", "0") == (0, "2\n", "")


def test_a_company_file_lies_over_the_catalogue(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("provider,model,component,price\nopenai,*,discount,0.2\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "from llmcost_xl.cli import main; main()", "calc", '=LLM_PRICE("gpt-4o","input")'],
        env=os.environ | {"LLMCOST_XL_PRICES": str(own)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "2\n"  # 2.50 less 20%


# -- the command itself ----------------------------------------------------------------------------------------


def test_version_and_help(run: Any) -> None:
    assert run("--version") == (0, f"llmcost-xl {__version__}\n", "")
    for command in ([], ["calc"], ["functions"], ["prices"], ["prices", "rebuild"]):
        code, out, _ = run(*command, "--help")
        assert code == 0
        assert "Usage: llmcost-xl" in out


def test_a_mistyped_command_is_a_usage_error_with_a_suggestion(run: Any) -> None:
    code, _, err = run("clac", "=1")
    assert code == 2
    assert "calc" in err


def test_a_bug_leaves_a_log_and_one_line(run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
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
