"""Where our workbooks keep their usage: by label, so that rows may have moved and months may be many or few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

LISTED: Final = "listed"
REST: Final = "rest"
INVERSE: Final = "inverse"
PLANNED: Final = "planned"
ACTUAL: Final = "actual"
KINDS: Final = ("input", "output")


@dataclass(frozen=True, slots=True)
class Cells:
    """A quantity by its label: on which sheet (that of the usage where none is named), under which heading.

    `how` says what of it counts: the value as it is listed, the rest of it to 1, or its inverse.
    """

    label: str
    sheet: str = ""
    heading: str = ""
    how: Literal["listed", "rest", "inverse"] = "listed"


@dataclass(frozen=True, slots=True)
class UsageLayout:
    """How usage by feature and model stands in a workbook, which is known by its title.

    Records (features, lines) stand down the sheet and months run across it; or the records run across. What a record
    costs in a month is the product of `queries`, tokens, price, `price_factors` and `fx`, over a million, added up over
    input and output. `only` picks one of several records that are alternatives, which nobody adds up: by its name, or
    by the cell that holds its name. The product of `spend` is what the workbook itself
    comes to, and must be the same.
    """

    title: str
    sheet: str
    feature: Cells | str
    model: Cells
    queries: tuple[Cells, ...]
    tokens: dict[str, Cells]
    prices: dict[str, Cells]
    fx: Cells
    spend: tuple[Cells, ...]
    price_factors: tuple[Cells, ...] = ()
    across: Literal["months", "records"] = "months"
    only: Cells | str = ""
    state: Literal["planned", "actual"] = "planned"
    billed: Cells | None = None  # what was billed for each record, where that is recorded
    when: str = "over the plan"


def _tier(name: str, how: Literal["listed", "rest"]) -> UsageLayout:
    """The calls of all features on one of their two models."""
    return UsageLayout(
        title="Annual budget for language models",
        sheet="Calc_Spend",
        feature=Cells("Feature"),
        model=Cells(f"{name} model, as text", "Calc_Prices"),
        queries=(Cells("Calls"), Cells("Model tier: calls on the standard model", how=how)),
        tokens={"input": Cells("Prompt"), "output": Cells("Answer")},
        prices={kind: Cells(f"{name} model, {kind}") for kind in KINDS},
        price_factors=(
            Cells("Exchange rate", how=INVERSE),
            Cells("Further price change"),
            Cells("Negotiated discount", how=REST),
        ),
        fx=Cells("Exchange rate of the month"),
        spend=(Cells(f"{name} model", heading="Spend by tier, after discount"),),
    )


def _lines(of: str, queries: str, rate: str, spend: str, state: Literal["planned", "actual"]) -> UsageLayout:
    """The lines of budget-vs-actual as budgeted, or as used."""
    return UsageLayout(
        title="Budget against actual and price change",
        sheet="Calc_Bridge",
        feature=Cells("Feature", "Calc_Variance"),
        model=Cells("Model", "Calc_Prices"),
        queries=(Cells(queries),),
        tokens={kind: Cells(f"{kind.capitalize()} tokens, {of}") for kind in KINDS},
        prices={kind: Cells(f"{kind.capitalize()} price of the {of}") for kind in KINDS},
        fx=Cells(rate),
        spend=(Cells(spend),),
        across="records",
        state=state,
        billed=Cells("Billed", "Calc_Variance") if state == ACTUAL else None,
        when="to date",
    )


def _one_case(title: str, sheet: str, case: str, **more: str) -> UsageLayout:
    """The user's own case of a workbook that shows cases side by side; prices in its currency stand on Prices."""
    level = (Cells(more["level"]),) if more else ()
    flag = (Cells(more["flag"]),) if more else ()
    return UsageLayout(
        title=title,
        sheet=sheet,
        feature=case,
        model=Cells("Model", "Prices"),
        queries=(Cells("Queries per month"), *flag),
        tokens={kind: Cells(f"{kind.capitalize()} tokens") for kind in KINDS},
        prices={kind: Cells(f"{kind.capitalize()} price") for kind in KINDS},
        price_factors=(Cells("Exchange rate", "Prices", how=INVERSE), *level),
        fx=Cells("Exchange rate", "Prices"),
        spend=(Cells("API bill" if more else "API charges"),),
        across="records",
        only=case,
        when="a month",
    )


LAYOUTS: Final = (
    _tier("Standard", LISTED),
    _tier("Premium", REST),
    _lines("budget", "Budgeted queries to date", "Exchange rate of the budget", "Budget to date", PLANNED),
    _lines("actual", "Actual queries to date", "Exchange rate of the actuals", "Actual usage at list prices", ACTUAL),
    _one_case("API against self-hosting", "Calc_Cost", "Your case", level="API price level",
              flag="Priced by the model chosen (flag)"),
    _one_case("Return on investment of a custom model", "Calc_Alternative", "Your project"),
    UsageLayout(
        title="Price book and cost of a query",
        sheet="Calc_Months",
        feature="Query of the model examined",
        model=Cells("Model"),
        queries=(Cells("Queries"),),
        tokens={kind: Cells(f"{kind.capitalize()}, in tokens at the list price") for kind in KINDS},
        prices={kind: Cells(f"{kind.capitalize()} price") for kind in KINDS},
        price_factors=(
            Cells("Exchange rate", "Prices", how=INVERSE),
            Cells("Level, discounts and retries together"),
        ),
        fx=Cells("Exchange rate", "Prices"),
        spend=(Cells("Bill"),),
        only=Cells("Model examined", "Outputs"),
    ),
    UsageLayout(
        title="Build, borrow or blend, and vendor risk",
        sheet="Calc_Decision",
        feature="All queries on the API",
        model=Cells("Model", "Prices"),
        queries=(Cells("Queries per month"),),
        tokens={kind: Cells(f"{kind.capitalize()} tokens") for kind in KINDS},
        prices={kind: Cells(f"{kind.capitalize()} price") for kind in KINDS},
        price_factors=(Cells("Exchange rate", "Prices", how=INVERSE), Cells("API price against the list")),
        fx=Cells("Exchange rate", "Prices"),
        spend=(Cells("API cost"), Cells("Queries per month")),
        when="a month",
    ),
)  # fmt: skip
