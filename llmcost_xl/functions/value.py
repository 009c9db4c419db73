"""Worksheet functions: what a project is worth."""

from __future__ import annotations

from typing import Any

from llmcost_xl.engine import value
from llmcost_xl.worksheet import worksheet_function

# ruff: noqa: ARG001  # the worksheet boundary itself answers with if_never


@worksheet_function
def PAYBACK_MONTHS(investment: Any, monthly_savings: Any, annual_rate: Any = 0, if_never: Any = None) -> Any:
    """Months, with a fraction, until the savings have repaid the investment; discounted at annual_rate."""
    return value.payback_months(investment, monthly_savings, annual_rate)


@worksheet_function
def LLM_NPV(annual_rate: Any, investment: Any, monthly_savings: Any, months: Any = None) -> Any:
    """Net present value, in USD, of savings at each month's end; months (omitted: 12) goes with a single saving."""
    return value.npv(annual_rate, investment, monthly_savings, months)


@worksheet_function
def LLM_IRR(investment: Any, monthly_savings: Any, months: Any = None) -> Any:
    """Internal rate of return, an annual fraction; months (omitted: 12) goes with a single saving."""
    return value.irr(investment, monthly_savings, months)


@worksheet_function
def LLM_ROI(total_benefit: Any, investment: Any) -> Any:
    """Return on investment over the horizon of the benefit, as a fraction: (benefit - investment) / investment."""
    return value.roi(total_benefit, investment)


@worksheet_function
def AUTOMATION_SAVING(
    hours_per_task: Any, hourly_rate: Any, tasks: Any, future_cost: Any = 0, realisation: Any = 1
) -> Any:
    """What automating a task saves, in USD per month: the realised share of hours x rate x tasks, less future_cost."""
    return value.automation_saving(hours_per_task, hourly_rate, tasks, future_cost, realisation)
