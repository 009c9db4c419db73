"""What the options of `llmcost-xl new` mean; each refusal is one line that names what was received."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from llmcost_xl.cli.stop import Stop
from llmcost_xl.errors import LLMCostError

if TYPE_CHECKING:
    from llmcost_xl.catalogue.book import PriceBook
    from llmcost_xl.workbook.options import Options

START = typer.Option("--start", help="First month, as 2027-01; the day of the investment is its first.")
MONTHS = typer.Option("--months", help="How many months to look ahead, 1 to 60; omitted: the workbook's own.")
CURRENCY = typer.Option("--currency", help="Currency of the workbook, a code such as EUR.")
RATE = typer.Option("--rate", help="What a US dollar costs in that currency; omitted: from your price file.")
DATE = typer.Option("--rate-date", help="Day of that rate, as 2026-11-20; omitted: the price date.")
PRICES = typer.Option(
    "--prices", metavar="DATE|FILE", help="Prices as of a day, or your own from a CSV file; may be given for each."
)
MODELS = typer.Option("--model", help="A model to price, e.g. gpt-4o; repeat it for more, the first is the one chosen.")
FUNCTIONS = typer.Option("--functions", metavar="native|addin", help="Native formulas, or the add-in's functions.")

MONTH: Final = re.compile(r"(\d{4})-(\d{2})(-01)?")
CODE: Final = re.compile(r"[A-Z]{3}")
DOLLAR: Final = "USD"
FIRST_YEAR, LAST_YEAR = 2000, 2099


def options(
    *, start: str, months: int | None, currency: str, rate: float | None, rate_date: str, prices: list[str],
    models: list[str], inputs: Path | None, functions: str,
) -> Options:  # fmt: skip
    """The options of a workbook.

    Raises:
        Stop: one of them cannot be meant, or two contradict each other.
    """
    from llmcost_xl.workbook.options import FEWEST_MONTHS, MOST_MONTHS, Options  # noqa: PLC0415

    if months is not None and not FEWEST_MONTHS <= months <= MOST_MONTHS:
        raise Stop(Stop.USAGE, f"--months must be {FEWEST_MONTHS} to {MOST_MONTHS}; received {months}")
    if functions not in ("native", "addin"):
        raise Stop(Stop.USAGE, f"--functions must be native or addin; received {functions!r}")
    book, as_of = _prices(prices)
    given: dict[str, Any] = {"start": _month(start)} if start else {}
    if inputs is not None:
        given |= {"inputs": _inputs(inputs), "inputs_name": inputs.name}
    made = Options(
        months=months, book=book, as_of=as_of, models=tuple(models),
        functions="addin" if functions == "addin" else "native", **given,
    )  # fmt: skip
    return _with_currency(made, currency, rate, rate_date)


def _month(text: str) -> dt.date:
    found = MONTH.fullmatch(text)
    try:
        day = dt.date(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Stop(Stop.USAGE, f"--start must be a month from 2000 to 2099, as 2027-01; received {text!r}")
    return day


def _day(option: str, text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Stop(Stop.USAGE, f"{option} must be a day, as 2026-11-20; received {text!r}") from None


def _prices(texts: list[str]) -> tuple[PriceBook | None, dt.date | None]:
    """The price book and the price date: a text that is a day is the one, a file the other."""
    from llmcost_xl.catalogue.bundled import company_book, default_book  # noqa: PLC0415

    days = [text for text in texts if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.removeprefix("as-of ").strip())]
    files = [text for text in texts if text not in days]
    if len(days) > 1 or len(files) > 1:
        raise Stop(Stop.USAGE, f"--prices takes one day and one file; received {', '.join(texts)}")
    as_of = _day("--prices", days[0].removeprefix("as-of ").strip()) if days else None
    if not files:
        return default_book(), as_of
    path = Path(files[0])
    if not path.is_file():
        raise Stop(Stop.FILE, f"--prices must be a day, as 2026-11-20, or a file; there is no file {files[0]!r}")
    try:
        return company_book(path), as_of
    except LLMCostError as error:
        raise Stop(Stop.REFUSED, str(error)) from None


def _inputs(path: Path) -> Any:
    from llmcost_xl.workbook.inputsfile import InputsError, read_inputs  # noqa: PLC0415

    if not path.is_file():
        raise Stop(Stop.FILE, f"--inputs: there is no file {str(path)!r}")
    try:
        return tuple(read_inputs(path))
    except InputsError as error:
        raise Stop(Stop.REFUSED, str(error)) from None


def _with_currency(made: Options, code: str, rate: float | None, rate_date: str) -> Options:
    """The options with their currency, whose rate is the one given or one that the price book knows."""
    from dataclasses import replace  # noqa: PLC0415

    from llmcost_xl.workbook.layout import Currency  # noqa: PLC0415

    code = code.upper()
    if not CODE.fullmatch(code):
        raise Stop(Stop.USAGE, f"--currency must be a code of three letters such as EUR; received {code!r}")
    if code == DOLLAR:
        if rate not in (None, 1) or rate_date:
            raise Stop(Stop.USAGE, "--rate and --rate-date go with a --currency other than USD")
        return made
    day = _day("--rate-date", rate_date) if rate_date else made.price_date
    if rate is None:
        try:
            rate = made.prices.per_usd(code, day)
        except LLMCostError:
            raise Stop(
                Stop.USAGE, f"no rate of {code} is known on {day}: add --rate, what a US dollar costs in {code}"
            ) from None
    if not 0 < rate < float("inf"):
        raise Stop(Stop.USAGE, f"--rate must be above 0, in {code} per US dollar; received {rate:g}")
    return replace(made, currency=Currency(code, rate, day))
