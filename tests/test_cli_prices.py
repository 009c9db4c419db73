"""`llmcost-xl prices` as a user types it, and prices that are too old or a company's own."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from llmcost_xl.catalogue import listing
from llmcost_xl.catalogue.age import WORTH_A_WARNING
from llmcost_xl.catalogue.bundled import default_book
from llmcost_xl.cli.age import check_age
from llmcost_xl.cli.stop import Stop
from llmcost_xl.errors import NotAvailableError

if TYPE_CHECKING:
    from pathlib import Path

    from commandline import Run


def test_search_finds_models_with_their_prices(run: Run) -> None:
    code, out, _ = run("prices", "search", "openai/gpt-4o-mini")
    lines = [line.split("\t") for line in out.splitlines()]
    assert code == 0
    assert dict(zip(lines[0], lines[1], strict=True))["model"] == "openai/gpt-4o-mini"
    assert lines[1][1:3] == ["0.15", "0.6"]


def test_search_at_a_date_shows_the_prices_of_that_date(run: Run) -> None:
    # o3 went from 10 / 40 to 2 / 8 on 2025-06-10
    for day, prices in (("2025-06-09", ["10", "40"]), ("2025-06-10", ["2", "8"])):
        out = run("prices", "search", "openai/o3", "--as-of", day)[1]
        assert [line.split("\t")[1:3] for line in out.splitlines() if line.startswith("openai/o3\t")] == [prices]


def test_a_model_without_a_price_is_listed_as_such_and_never_as_free(run: Run) -> None:
    found = json.loads(run("prices", "search", "github-copilot/gpt-4o-mini", "--json")[1])
    assert [(one["input"], one["remark"]) for one in found] == [(None, "no price known")]


def test_a_model_without_a_price_is_not_shown_as_free(run: Run) -> None:
    code, out, err = run("prices", "show", "github-copilot/gpt-4o")
    assert (code, out) == (4, "")
    assert "no price of its text tokens is known" in err
    book = default_book()
    unpriced = [key for key in book.models() if not any(history.rows for history in book.histories(key))]
    assert len(unpriced) > 100
    for key in unpriced:
        with pytest.raises(NotAvailableError):
            listing.history(book, str(key), book.as_of)


def test_search_without_a_hit_names_the_nearest(run: Run) -> None:
    code, out, err = run("prices", "search", "gpt-4oo-mini")
    assert (code, out) == (4, "")
    assert "gpt-4o-mini" in err


def test_show_tells_history_and_what_is_in_force(run: Run) -> None:
    rows = json.loads(run("prices", "show", "o3", "--as-of", "2025-06-09", "--json")[1])
    standard = [row for row in rows if (row["service_tier"], row["component"]) == ("standard", "input")]
    assert [(row["from_date"], row["price"], row["in_force"]) for row in standard] == [
        (None, 10, 10), ("2025-06-10", 2, None),
    ]  # fmt: skip
    assert all("genai-prices" in row["source"] for row in rows)


def test_show_tells_thresholds_of_long_prompts(run: Run) -> None:
    rows = json.loads(run("prices", "show", "gemini-2.5-pro", "--json")[1])
    assert 200_000 in {row["above_tokens"] for row in rows}


def test_show_refuses_an_unknown_model_and_a_day_before_any_price(run: Run) -> None:
    assert run("prices", "show", "gpt-4oo")[0] == 4
    assert run("prices", "show", "gpt-4o", "--as-of", "2019-01-01")[0] == 4


def test_diff_picks_up_a_price_announced_for_the_future(run: Run) -> None:
    changed = json.loads(run("prices", "diff", "2026-12-31", "2027-01-01", "google/gemini-3.6-flash", "--json")[1])
    standard = {row["component"]: (row["before"], row["after"]) for row in changed if row["service_tier"] == "standard"}
    assert standard["input"] == (0.75, 1.5)
    assert standard["output"] == (3.75, 7.5)


def test_diff_of_a_day_without_changes_says_so(run: Run) -> None:
    code, out, err = run("prices", "diff", "2020-07-01", "2020-07-02")
    assert (code, out.count("\n")) == (0, 1)
    assert "no price is known to change" in err


def test_diff_wants_the_earlier_date_first_and_real_dates(run: Run) -> None:
    assert run("prices", "diff", "2027-01-01", "2026-01-01")[0] == 2
    assert "both dates are 2026-01-01" in run("prices", "diff", "2026-01-01", "2026-01-01")[2]
    assert run("prices", "diff", "2026-02-30", "2026-03-01")[0] == 2


def test_info_names_date_and_hash(run: Run) -> None:
    facts = json.loads(run("prices", "info", "--json")[1])
    assert facts["as_of"] == str(default_book().as_of)
    assert re.fullmatch("[0-9a-f]{64}", facts["content_hash"])


def test_old_prices_are_worth_a_warning_and_may_stop_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    today = dt.datetime.now(dt.UTC).date()
    check_age(today - dt.timedelta(days=WORTH_A_WARNING), max_age=None)
    assert capsys.readouterr().err == ""
    check_age(today - dt.timedelta(days=WORTH_A_WARNING + 1), max_age=None)
    assert "prices update" in capsys.readouterr().err
    check_age(today - dt.timedelta(days=30), max_age=30)
    with pytest.raises(Stop, match="31 days ago") as stopped:
        check_age(today - dt.timedelta(days=31), max_age=30)
    assert stopped.value.code == 6


def test_a_formula_without_prices_does_not_ask_their_age(run: Run) -> None:
    assert run("calc", "=1+1", "--max-age", "0") == (0, "2\n", "")


def with_company_file(content: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, since prices are read once."""
    own = folder / "own.csv"
    own.write_text(content, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-c", "from llmcost_xl.cli import main; main()", *arguments],
        env=os.environ | {"LLMCOST_XL_PRICES": str(own)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_company_file_lies_over_the_catalogue(tmp_path: Path) -> None:
    own = "provider,model,component,price\nopenai,*,discount,0.2\n"
    done = with_company_file(own, tmp_path, "calc", '=LLM_PRICE("gpt-4o","input")')
    assert (done.returncode, done.stdout) == (0, "2\n")  # 2.50 less 20%


def test_a_free_model_is_said_to_be_free(tmp_path: Path) -> None:
    own = "model,component,price\nours,input,0\nours,output,0\n"
    done = with_company_file(own, tmp_path, "prices", "show", "ours")
    assert (done.returncode, done.stderr) == (0, "llmcost-xl: ours is listed as free of charge\n")
    done = with_company_file(own, tmp_path, "calc", '=QUERY_COST({"ours";"gpt-4o"},{500,0},0)')
    assert (done.returncode, done.stdout) == (0, "0\t0\n0.00125\t0\n")
    assert done.stderr == "llmcost-xl: ours is listed as free of charge\n"


def test_a_missing_company_file_is_a_matter_of_files(tmp_path: Path) -> None:
    for command in (("prices", "info"), ("calc", "=LLM_CATALOGUE()")):
        done = subprocess.run(
            [sys.executable, "-c", "from llmcost_xl.cli import main; main()", *command],
            env=os.environ | {"LLMCOST_XL_PRICES": str(tmp_path / "absent.csv")},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (5, "")
        assert "absent.csv: cannot be read: No such file" in done.stderr


@pytest.mark.parametrize(
    "command", [("prices", "info"), ("calc", '=LLM_PRICE("gpt-4o","input")'), ("calc", "=LLM_CATALOGUE()")]
)
def test_a_company_file_with_doubtful_numbers_is_refused(command: tuple[str, ...], tmp_path: Path) -> None:
    done = with_company_file("model;component;price\ngpt-4o;input;1,25\n", tmp_path, *command)
    assert (done.returncode, done.stdout) == (3, "")
    assert "own.csv: row 2: price '1,25'" in done.stderr
    assert done.stderr.count("\n") == 1
