"""What a repricing report says: figures in words, real price cuts, three formats; nothing of a workbook is markup."""

from __future__ import annotations

import io
import math
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from defusedxml import ElementTree
from openpyxl import Workbook
from workbooks import built

from llmcost_xl.dates import date_of_text
from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml import BookFile
from llmcost_xl.reprice import Move, applied, newest, planned, report, telling
from llmcost_xl.reprice.report import usage
from llmcost_xl.reprice.report.wording import figure, pair

if TYPE_CHECKING:
    from pathlib import Path

    from commandline import Run

    from llmcost_xl.reprice.report import Report
    from llmcost_xl.reprice.target import Target

MODELS = ("openai/gpt-4o", "openai/gpt-4o-mini")
HOSTILE = '<script>alert(1)</script> | `a` [b](http://x) & "q" _c_ \x1b[31m'


def to(*moves: str, day: str = "") -> Target:
    """The newest prices, of another day or with changes."""
    target = newest()
    target = replace(target, day=date_of_text(day), moves_back=True) if day else target
    return replace(target, moves=tuple(Move.read(move) for move in moves), label=", ".join(moves) or "a day's prices")


def repriced(content: bytes, target: Target, lines: usage.Usage | None = None, name: str = "plan.xlsx") -> Report:
    book = BookFile.read(content)
    plan = planned(book, target)
    return report.of(content, applied(book, plan).content, plan, lines, name=name)


def theirs(*prices: tuple[str, float, float]) -> bytes:
    """A workbook with a table of prices, as anybody makes one: model, input, output."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Prices"
    sheet.append(["Model", "Input price (USD per 1M tokens)", "Output price (USD per 1M tokens)"])
    for row in prices:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv(*lines: str) -> usage.Usage:
    return usage.parsed("\n".join(lines).encode(), "usage.csv")


def changed(name: str, cells: dict[str, float]) -> bytes:
    """A workbook of ours with other inputs."""
    return BookFile.read(built(name).content).changed({"Inputs": cells}).content


# -- real price changes ----------------------------------------------------------------------------------------------

QUERY = ("model,queries,input_tokens,output_tokens", "{model},1000000,500,200")


@pytest.mark.parametrize(
    ("model", "day", "old", "new", "before", "after"),
    [
        # a million queries of 500 and 200 tokens: 500 * input + 200 * output dollars
        ("openai/o3", "2025-06-10", (10, 40), (2, 8), 13_000, 2_600),
        ("openai/gpt-5.6-luna", "2026-07-30", (1, 6), (0.2, 1.2), 1_700, 340),
    ],
)
def test_price_cuts_that_were(
    model: str, day: str, old: tuple[float, float], new: tuple[float, float], before: float, after: float
) -> None:
    told = repriced(theirs((model, *old)), to(day=day), csv(*(line.format(model=model) for line in QUERY)))
    total = told.bridges[0].total
    assert (total.before, total.after) == pytest.approx((before, after))
    assert total.effects[:5] == pytest.approx((0, 0, 0, after - before, 0))
    assert [(one.row.component, one.row.new) for one in told.prices] == [("output", new[1]), ("input", new[0])]
    assert math.fsum(one.effect or 0 for one in told.prices) == pytest.approx(after - before)


def test_the_day_before_nothing_has_changed() -> None:
    told = repriced(theirs(("openai/o3", 10, 40)), to(day="2025-06-09"), csv(QUERY[0], "openai/o3,1000,500,200"))
    assert (told.prices, told.bridges[0].total.change) == ([], 0)
    assert "as before" in telling.for_terminal(told)


# -- figures in words ------------------------------------------------------------------------------------------------

SOURCE_CASE = {"J12": 1, "K20": 208 + 1 / 3, "K24": 400}
"""Your case as the source reckons: one server of 400 without limit; a query of 0.0002 dollars at list prices."""


@cache
def halved(source_case: bool = True) -> Report:
    name = "api-vs-self-hosting"
    return repriced(changed(name, SOURCE_CASE) if source_case else built(name).content, to("*=-50%"))


def test_half_the_price_doubles_the_break_even_volume() -> None:
    assert (
        "Your case: at the new prices self-hosting now pays from 4.0M queries a month instead of 2.0M."
        in halved().sentences
    )


def test_ranges_of_volume_are_told() -> None:
    assert "Case shown: self-hosting is not dearer from 4.0M on (queries a month); before, from 2.0M on." in (
        halved().sentences
    )


def test_never_is_told_in_words() -> None:
    told = " ".join(halved(source_case=False).sentences)
    assert "Your case: at the new prices self-hosting pays at no volume any more; it did from 10.8M queries" in told
    assert "Your case: the one-off cost is never paid back; it was after 35.8 months." in told


def test_from_never_to_a_figure() -> None:
    told = repriced(changed("api-vs-self-hosting", {"K19": 50, "K20": 20}), to("source-2024/*=+900%"))
    assert any("pays from" in one and "it did at no volume" in one for one in told.sentences)


def test_the_present_value_of_a_project_is_told() -> None:
    told = repriced(built("roi").content, to("*=+900%"))
    assert any("the net present value over the API's is" in one for one in told.sentences)


def test_unchanged_figures_are_named_as_unchanged() -> None:
    text = telling.in_markdown(halved())
    count = sum(not one.is_changed for one in halved().figures)
    assert f"- Unchanged: {count} of {len(halved().figures)} figures." in text
    assert "5 million, as printed: payback: 5.1 months" in text


@pytest.mark.parametrize(
    ("before", "after", "unit", "texts"),
    [
        (2e6, 4e6, "queries per month", ("2.0M", "4.0M")),
        (2_040_000.0, 2_044_000.0, "queries per month", ("2.040M", "2.044M")),
        (5.1, "never", "months", ("5.1", "never")),
        (0.25, 0.2504, "fraction", ("25.00%", "25.04%")),
        (1234.5, -0.0, "USD", ("1,234.50", "0.00")),
        (123_456.7, 99_999.5, "USD", ("123,457", "99,999.50")),
        (None, 1.0, "USD", ("not known", "1.00")),
    ],
)
def test_figures_have_the_digits_that_tell_them_apart(
    before: Any, after: Any, unit: str, texts: tuple[str, str]
) -> None:
    assert pair(before, after, unit) == texts


def test_the_smallest_figures_are_not_zero() -> None:
    assert figure(9.75e-05, "USD per query") == "9.75e-05"


# -- where usage comes from ------------------------------------------------------------------------------------------

PRICES = theirs(("openai/gpt-4o", 2.5, 10.0), ("openai/gpt-4o-mini", 0.15, 0.6))
PAIRS = ("queries", "input_tokens", "output_tokens")
EXAMPLE = (
    ",".join(("feature", "model", *(f"{name}_{side}" for name in PAIRS for side in ("before", "after")))),
    "Chat,gpt-4o,10000,15000,500,500,200,220",
    "Search,gpt-4o-mini,40000,45000,500,450,200,200",
)


def test_usage_before_and_after_gives_all_parts() -> None:
    told = repriced(PRICES, to("openai/gpt-4o=-20%"), csv(*EXAMPLE))
    total = told.bridges[0].total
    assert (round(total.before, 9), round(total.after, 9)) == (40.3, 49.8375)
    assert [round(effect, 9) for effect in total.effects[:5]] == [8.06, 9.165, 2.6625, -10.35, 0]
    assert "Usage is the same" not in telling.for_terminal(told)


def test_in_another_currency_the_rate_has_a_part_of_its_own() -> None:
    head = f"{QUERY[0]},currency,fx_rate_before,fx_rate_after"
    told = repriced(PRICES, to("openai/gpt-4o=-20%"), csv(head, "gpt-4o,1000,500,200,EUR,0.9,0.8"))
    bridge = told.bridges[0]
    # 3.25 dollars at 0.9, then 2.60 dollars at 0.9, then at 0.8
    assert (bridge.currency, bridge.total.before, bridge.total.after) == (
        "EUR",
        pytest.approx(2.925),
        pytest.approx(2.08),
    )
    assert bridge.total.effects[:5] == pytest.approx((0, 0, 0, -0.585, -0.26))
    assert "price makes -0.5850 EUR and the exchange rate -0.2600 EUR" in telling.for_terminal(told, 200)


def test_a_currency_without_a_rate_is_refused() -> None:
    with pytest.raises(RefusedError, match=r"no rate is known for 'EUR'.*fx_rate"):
        repriced(PRICES, to(), csv(f"{QUERY[0]},currency", "gpt-4o,1000,500,200,EUR"))


def test_a_cached_token_is_part_of_the_input() -> None:
    found = csv("model;queries;input_tokens;output_tokens;cached_tokens", "gpt-4o;1;500;200;400").lines[0].before
    assert found.usage == pytest.approx({"input": 0.0001, "cache_read": 0.0004, "output": 0.0002})


def test_a_model_without_a_price_is_left_out_and_named() -> None:
    told = repriced(PRICES, to(), csv(QUERY[0], "gpt-4o,1000,500,200", "claude-haiku-4-5,1000,500,200"))
    assert told.bridges[0].total.before == pytest.approx(3.25)
    assert any("claude-haiku-4-5" in note and "Left out" in note for note in told.notes)


def test_without_usage_spend_is_unknown_and_not_zero() -> None:
    told = repriced(PRICES, to("openai/gpt-4o=-20%"))
    assert told.bridges == ()
    text = telling.for_terminal(told)
    assert "Spend before and after: not known" in text
    assert "--usage" in text
    assert [one.effect for one in told.prices] == [None, None]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((), "is empty"),
        ((QUERY[0],), "no line of usage"),
        (("model,queries,input_tokens", "gpt-4o,1,2"), "'output_tokens' is missing"),
        (("model,queries,input_tokens,output_tokens,price", "gpt-4o,1,2,3,4"), "no column 'price'"),
        ((QUERY[0], "gpt-4o,1.000,5,2,1"), "5 values where there are 4 columns"),
        ((QUERY[0], 'gpt-4o,"1,000",500,200'), "queries is no plain number; .*received '1,000'"),
        ((QUERY[0], "gpt-4o,1.000,500,200"), "queries could mean thousands; write 1.0000 or 1000; received '1.000'"),
        ((QUERY[0], "gpt-4o,1e300,500,200"), "queries must be at most 1,000,000,000,000,000"),
        ((QUERY[0], "gpt-4o,-1,500,200"), "queries is no plain number"),
        ((QUERY[0], "gpt-4o,nan,500,200"), "queries is no plain number"),
        ((QUERY[0], ",1,500,200"), "model is empty"),
        ((QUERY[0], "gpt-4o,1,5e9,200"), "tokens are per query"),
        ((QUERY[0], "gpt-4o,1,5,2", "gpt-4o,1,5,2"), "stands there twice"),
        ((f"{QUERY[0]},cached_tokens", "gpt-4o,1,500,200,501"), "more than input_tokens"),
        ((f"{QUERY[0]},currency", "gpt-4o,1,5,2,EUR", "gpt-4o-mini,1,5,2,USD"), "never added"),
        ((f"{QUERY[0]},fx_rate", "gpt-4o,1,5,2,0.9"), "without a column 'currency'"),
        ((f"{QUERY[0]},currency,fx_rate", "gpt-4o,1,5,2,EUR,0"), "fx_rate is 0"),
        ((f"{QUERY[0]},queries_before", "gpt-4o,1,5,2,1"), "'queries_after' is missing|stated twice"),
    ],
)
def test_a_file_of_usage_is_refused_with_the_line_and_the_reason(lines: tuple[str, ...], message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        csv(*lines)


# -- formats ---------------------------------------------------------------------------------------------------------

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """Reads a page strictly: every element that opens must close in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@cache
def hostile() -> Report:
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    lines = csv("feature,model,queries,input_tokens,output_tokens", f"{quoted},gpt-4o,1000,500,200")
    told = repriced(PRICES, to("openai/gpt-4o=-20%"), lines, HOSTILE)
    return replace(told, title=HOSTILE)


@cache
def actuals() -> Report:
    return repriced(built("budget-vs-actual").content, to())


REPORTS = {"hostile": hostile, "ours": halved, "actuals": actuals}


@pytest.mark.parametrize("name", REPORTS)
def test_the_page_is_whole_and_runs_and_loads_nothing(name: str) -> None:
    html = telling.as_page([REPORTS[name]()])
    page = Page()
    page.feed(html)
    page.close()
    assert page.open == []
    assert not page.seen & {"script", "iframe", "object", "embed", "img", "link", "form"}
    assert not any(attribute.startswith("on") for attribute in page.attributes)
    assert not page.attributes & {"href", "src", "srcset", "action", "style"}
    assert "url(" not in html
    assert "@import" not in html
    assert "\x1b" not in html


@pytest.mark.parametrize("name", REPORTS)
def test_every_drawing_is_well_formed(name: str) -> None:
    drawings = re.findall(r"<svg.*?</svg>", telling.as_page([REPORTS[name]()]), re.DOTALL)
    assert drawings
    for drawing in drawings:
        root = ElementTree.fromstring(drawing)
        bars = [one for one in root.iter() if one.tag.endswith("rect")]
        assert len(bars) >= 2
        assert all(float(bar.get("width")) >= 0 for bar in bars)


def test_hostile_names_are_text_in_the_page() -> None:
    html = telling.as_page([hostile()])
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_hostile_names_are_text_in_markdown() -> None:
    rows = [line for line in telling.in_markdown(hostile()).splitlines() if "alert" in line and line.startswith("|")]
    assert rows
    for row in rows:
        assert "\\<script\\>" in row
        assert "\\`a\\`" in row
        assert not re.search(r"(?<!\\)\]\(", row)


@pytest.mark.parametrize("name", REPORTS)
def test_rows_of_a_markdown_table_have_its_columns(name: str) -> None:
    count = 0
    for line in telling.in_markdown(REPORTS[name]()).splitlines():
        if not line.startswith("|"):
            count = 0
            continue
        cells = len(re.findall(r"(?<!\\)\|", line))
        assert count in (0, cells), line
        count = cells


@pytest.mark.parametrize("name", REPORTS)
def test_the_text_has_no_control_characters_and_shows_every_amount(name: str) -> None:
    told = REPORTS[name]()
    text = telling.for_terminal(told, 80)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)
    assert "…" not in text
    for bridge in told.bridges:
        assert f"{bridge.total.before:,.2f}"[:-1] in text


def test_the_same_report_twice_is_the_same() -> None:
    first, second = (repriced(PRICES, to("openai/gpt-4o=-20%"), csv(*EXAMPLE)) for _ in range(2))
    assert telling.for_terminal(first) == telling.for_terminal(second)
    assert telling.in_markdown(first) == telling.in_markdown(second)
    assert telling.as_page([first]) == telling.as_page([second])


def test_the_residual_is_stated() -> None:
    assert re.search(r"^\| Not explained \(must be 0\) \| 0\.00 \|$", telling.in_markdown(halved()), re.MULTILINE)
    assert "Check: OK. Nothing is left unexplained, in all, by feature and by model" in telling.for_terminal(
        halved(), 200
    )


def test_a_workbook_that_disagrees_is_not_passed_over() -> None:
    told = halved()
    wrong = replace(told, ties=(replace_tie(told.ties[0]), *told.ties[1:]))
    assert "DIFFERENT" in telling.for_terminal(wrong)
    assert "DIFFERENT" not in telling.for_terminal(told)


def replace_tie(tie: Any) -> Any:
    return tie._replace(theirs=tie.theirs + 1)


# -- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "theirs.xlsx").write_bytes(PRICES)
    (tmp_path / "usage.csv").write_text("\n".join(EXAMPLE), encoding="utf-8")
    return tmp_path


def words(folder: Path, *more: str) -> tuple[str, ...]:
    return ("reprice", str(folder / "theirs.xlsx"), "--change", "openai/gpt-4o=-20%", "--usage",
            str(folder / "usage.csv"), *more)  # fmt: skip


@pytest.mark.parametrize(
    ("form", "start"), [("text", "Price change: "), ("md", "# Price change: "), ("html", "<!DOCTYPE html>")]
)
def test_the_report_goes_to_standard_output(run: Run, folder: Path, form: str, start: str) -> None:
    code, out, err = run(*words(folder, "--report", form, "--dry-run"))
    assert (code, out.startswith(start)) == (0, True)
    assert "9.165" in out
    assert "theirs.xlsx" in err
    assert (folder / "theirs.xlsx").read_bytes() == PRICES


def test_the_midpoint_can_be_asked_for(run: Run, folder: Path) -> None:
    _, out, _ = run(*words(folder, "--report", "text", "--dry-run", "--method", "midpoint"))
    assert "-8.3917" in out
    assert "By cause, midpoint" in out


def test_the_sheet_is_added_and_undone(run: Run, folder: Path) -> None:
    code, _, _ = run(*words(folder, "--sheet"))
    path = folder / "theirs.xlsx"
    assert (code, [sheet.name for sheet in BookFile.read(path).sheets]) == (0, ["Prices", "Price change"])
    once = path.read_bytes()
    assert run(*words(folder, "--sheet"))[0] == 0  # the tables of the sheet are no tables of prices
    assert path.read_bytes() == once
    assert run("reprice", str(path), "--undo")[0] == 0
    assert path.read_bytes() == PRICES


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        (("--report", "pdf"), 2, "--report is text, md, html; received 'pdf'"),
        (("--report", "md", "--json"), 2, "both write to standard output"),
        (("--report", "md", "--method", "average"), 2, "--method is sequential or midpoint"),
        ((), 2, "--usage and --method go with --report or --sheet"),
    ],
)
def test_options_that_cannot_be_meant(run: Run, folder: Path, more: tuple[str, ...], code: int, message: str) -> None:
    ended, _, err = run(*words(folder, *more))
    assert ended == code
    assert message in err


def test_a_file_of_usage_that_cannot_be_read(run: Run, folder: Path) -> None:
    path = str(folder / "theirs.xlsx")
    assert run("reprice", path, "--report", "md", "--usage", str(folder / "none.csv"))[0] == 5
    assert run("reprice", path, "--report", "md", "--usage", path)[0] == 3


def test_several_reports_are_one_page(run: Run, folder: Path) -> None:
    (folder / "other.xlsx").write_bytes(PRICES)
    code, out, _ = run(*words(folder, str(folder / "other.xlsx"), "--report", "html", "--dry-run"))
    page = Page()
    page.feed(out)
    assert (code, page.open, out.count("<article>"), out.count("<h1>")) == (0, [], 2, 2)
    assert "Price change: other.xlsx" in out
