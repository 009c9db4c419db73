"""Worksheet functions: what a project is worth."""

from __future__ import annotations

from typing import Any

from llmcost_xl.cells import as_rows
from llmcost_xl.engine import value
from llmcost_xl.errors import WrongTypeError
from llmcost_xl.worksheet import with_cells_checked, worksheet_function

# ruff: noqa: ARG001  # the worksheet boundary itself answers with if_never


def _one_project(monthly_savings: Any, **others: Any) -> None:
    """Refuse a column of savings beside one of projects: it would be taken for the months of each."""
    count = _count(monthly_savings)
    for name, cells in others.items():
        if count > 1 and _count(cells) == count:
            raise WrongTypeError(
                f"monthly_savings is one project's months; fill down for several projects: {name} has {count} cells too"
            )


def _count(cells: Any) -> int:
    return sum(map(len, as_rows(cells))) if isinstance(cells, list) else 1


@worksheet_function
@with_cells_checked(_one_project)
def PAYBACK_MONTHS(investment: Any, monthly_savings: Any, annual_rate: Any = 0, if_never: Any = None) -> Any:
    """Months, with a fraction, until one project's savings have repaid the investment; discounted at annual_rate. Fill down for several projects.

    See also: LLM_NPV, LLM_IRR, AUTOMATION_SAVING.
    """  # noqa: E501  # a wizard shows the first line only
    return value.payback_months(investment, monthly_savings, annual_rate)


@worksheet_function
@with_cells_checked(_one_project)
def LLM_NPV(annual_rate: Any, investment: Any, monthly_savings: Any, months: Any = None) -> Any:
    """Net present value, in USD, of one project's savings at each month's end; months (omitted: 12) goes with a single saving. Fill down for several projects.

    See also: LLM_IRR, PAYBACK_MONTHS, LLM_ROI.
    """  # noqa: E501  # a wizard shows the first line only
    return value.npv(annual_rate, investment, monthly_savings, months)


@worksheet_function
@with_cells_checked(_one_project)
def LLM_IRR(investment: Any, monthly_savings: Any, months: Any = None) -> Any:
    """Internal rate of return of one project, an annual fraction; months (omitted: 12) goes with a single saving. Fill down for several projects.

    See also: LLM_NPV, PAYBACK_MONTHS.
    """  # noqa: E501  # a wizard shows the first line only
    return value.irr(investment, monthly_savings, months)


@worksheet_function
def LLM_ROI(total_benefit: Any, investment: Any) -> Any:
    """Return on investment over the horizon of the benefit, as a fraction: (benefit - investment) / investment.

    See also: LLM_NPV, PAYBACK_MONTHS.
    """
    return value.roi(total_benefit, investment)


@worksheet_function
def AUTOMATION_SAVING(
    hours_per_task: Any, hourly_rate: Any, tasks: Any, future_cost: Any = 0, realisation: Any = 1
) -> Any:
    """What automating a task saves, in USD per month: the realised share of hours x rate x tasks, less future_cost.

    See also: PAYBACK_MONTHS, LLM_NPV, LLM_ROI.
    """
    return value.automation_saving(hours_per_task, hourly_rate, tasks, future_cost, realisation)
