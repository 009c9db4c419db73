"""What a project is worth: savings, payback, net present value, rates of return.

The investment is paid at the start (t = 0), each month's saving arrives at the month's end. Discount rates are annual
and effective: a month costs (1+R)^(1/12) - 1, not R/12. A single saving is the same every month; a series has one
per month, and a series of one is the same as the single saving.
"""

from __future__ import annotations

import math
from itertools import pairwise

from llmcost_xl.engine.formula import ROUNDING, Number, Series, formula, refuse, same_length
from llmcost_xl.engine.numeric import bisect
from llmcost_xl.errors import NeverError, OutOfDomainError, WrongTypeError, ZeroDivisorError
from llmcost_xl.quantities import MONTHS_PER_YEAR

LOG_RATE_SPAN = 3.0  # several rates of return are looked for between -95 % and +1,900 % a month
LOG_RATE_STEP = 0.005


@formula("USD per month")
def current_cost(hours_per_task: Number, hourly_rate: Number, tasks: Number) -> Number:
    """What the task costs today, in USD per month: hours * rate * tasks.

    Examples:
        >>> current_cost(0.5, 50, 1_000)
        25000.0

    Source: "Economics of Custom Models", lines 164-168.
    """
    return hours_per_task * hourly_rate * tasks


@formula("USD per month")
def cost_after_automation(infrastructure_cost: Number, maintenance_cost: Number, oversight_cost: Number) -> Number:
    """What the task costs once automated, in USD per month: infrastructure + maintenance + human oversight.

    Examples:
        >>> cost_after_automation(800, 400, 5_000)
        6200

    Source: "Economics of Custom Models", lines 169-173.
    """
    return infrastructure_cost + maintenance_cost + oversight_cost


@formula("USD per month")
def automation_saving(
    hours_per_task: Number, hourly_rate: Number, tasks: Number, future_cost: Number = 0, realisation: Number = 1
) -> Number:
    """What automating the task saves, in USD per month: realisation * hours * rate * tasks - future cost.

    Only the realised share of the freed time turns into money. A dearer future gives a negative saving.

    Examples:
        >>> automation_saving(0.5, 50, 1_000, future_cost=6_200)
        18800.0

    Source: "Economics of Custom Models", lines 164-177; the realisation rate is ours.
    """
    return realisation * hours_per_task * hourly_rate * tasks - future_cost


@formula("USD")
def total_investment(development_cost: Number, training_cost: Number, setup_cost: Number) -> Number:
    """Everything spent before the first saving, in USD: development + training + set-up.

    Examples:
        >>> total_investment(20_000, 500, 2_000)
        22500

    Source: "Economics of Custom Models", lines 178-180.
    """
    return development_cost + training_cost + setup_cost


@formula("USD", elementwise=True)
def benefit(monthly_savings: Series, months: float | None = None) -> float:
    """Sum of the savings over a horizon, in USD: 12 months by default, or the length of the series.

    Raises:
        WrongTypeError: `months` contradicts the length of the series.

    Examples:
        >>> benefit(18_800)
        225600.0

    Source: "Economics of Custom Models", line 177.
    """
    return math.fsum(_by_month(monthly_savings, months))


@formula("fraction")
def roi(total_benefit: Number, investment: Number) -> Number:
    """Return on investment over the horizon of the benefit, as a fraction: (benefit - investment) / investment.

    Raises:
        OutOfDomainError: a negative investment, that is a grant.
        ZeroDivisorError: nothing was invested.

    Examples:
        >>> round(roi(225_600, 22_500), 4)
        9.0267

    Source: "Economics of Custom Models", lines 183-185.
    """
    refuse(investment < 0, OutOfDomainError, "investment (Investment, USD) is negative: a grant earns no return")
    refuse(investment == 0, ZeroDivisorError, "investment (USD) is 0: a return on nothing has no meaning")
    return (total_benefit - investment) / investment


@formula("fraction per month", elementwise=True)
def monthly_rate(annual_rate: float) -> float:
    """Monthly rate that compounds to the annual effective rate, as a fraction: (1+R)^(1/12) - 1.

    Examples:
        >>> round(monthly_rate(0.1), 8)
        0.00797414

    Source: specification, part B, conventions.
    """
    return math.expm1(math.log1p(annual_rate) / MONTHS_PER_YEAR)


@formula("months", elementwise=True)
def payback_months(investment: float, monthly_savings: Series, annual_rate: float = 0) -> float:
    """Months until the savings have repaid the investment, a fraction included.

    The same saving s every month repays I after I/s months; discounted, with the monthly rate r, after
    -ln(1 - I*r/s) / ln(1+r). A series is followed month by month; within the month of payback what is still owed is
    treated by the same equation, so a series of equal savings gives the answer of the single saving.

    Payback is the first time the money is back: a later outlay in the series does not undo it. A project without an
    investment, or with a grant (a negative one), is paid back at 0, unless its first saving is negative: then that
    outlay, as far as the grant does not pay for it, is what has to come back.

    Raises:
        NeverError: no saving, or the discounted saving never catches up (I*r >= s), or the series ends before.

    Examples:
        >>> payback_months(1_020, 200)
        5.1
        >>> round(payback_months(22_500, 18_800, annual_rate=0.1), 4)
        1.2073
        >>> payback_months(1_000, [0, 600, 800])
        2.5

    Source: "Economics of Custom Models", lines 101 and 181; specification, B7.
    """
    savings = _series(monthly_savings)
    first = next((saving for saving in savings if saving), 0.0)
    if investment <= 0 <= first:
        return 0.0
    rate = monthly_rate(annual_rate)
    if len(savings) == 1:
        months = _months_to_repay(investment, savings[0], rate)
        refuse(
            months == math.inf, NeverError, f"a saving of {savings[0]:g} USD a month never repays {investment:g} USD"
        )
        return months
    owed, in_debt = investment, investment > 0
    for month, saving in enumerate(savings):
        part = _months_to_repay(owed, saving, rate) if owed > 0 else math.inf
        if part <= 1 + ROUNDING:
            return month + min(part, 1.0)
        owed = owed * (1 + rate) - saving
        in_debt |= owed > 0
    refuse(in_debt, NeverError, f"{len(savings)} months of savings do not repay the investment of {investment:g} USD")
    return 0.0


@formula("USD", elementwise=True)
def npv(annual_rate: float, investment: float, monthly_savings: Series, months: float | None = None) -> float:
    """Net present value, in USD: -I + sum of s_t / (1+R)^(t/12).

    `months` belongs to the single saving (12 by default). A series has its own length; a different `months` beside it
    is refused, since either could be the slip.

    Raises:
        WrongTypeError: `months` contradicts the length of the series.

    Examples:
        >>> round(npv(0.1, 22_500, 18_800), 2)
        191829.17

    Source: specification, B7.
    """
    growth = 1 + annual_rate
    flows = enumerate(_by_month(monthly_savings, months), start=1)
    return math.fsum([-investment, *(saving * growth ** (-month / MONTHS_PER_YEAR) for month, saving in flows)])


@formula("fraction per year", elementwise=True)
def irr(investment: float, monthly_savings: Series, months: float | None = None) -> float:
    """Internal rate of return, as an annual effective fraction: (1+i)^12 - 1 where the monthly rate i makes NPV 0.

    Where the cash flow changes sign once there is exactly one such rate. Where it changes sign several times, all
    rates are looked for. The only positive one is the answer, or else the only one: a closing cost alone adds a
    meaningless rate near total loss. Several positive rates are refused, since none of them is then the project's
    return. With a payback of a few months the rate says little: use NPV and ROI. For a grant with later outlays it is
    the rate that the money costs.

    Raises:
        NeverError: the cash flow never changes sign, or no rate makes its value 0.
        OutOfDomainError: several rates do.
        WrongTypeError: `months` contradicts the length of the series.

    Examples:
        >>> round(irr(24_000, 2_400), 4)
        0.413

    Source: specification, B7.
    """
    flows = [-investment, *_by_month(monthly_savings, months)]
    signs = [flow > 0 for flow in flows if flow]
    changes = sum(a != b for a, b in pairwise(signs))
    refuse(changes == 0, NeverError, "the cash flow has no change of sign, so no rate of return")
    flows = _without_outer_zeros(flows)
    brackets = [_bracket(flows)] if changes == 1 else _brackets(flows)
    rates = [math.expm1(MONTHS_PER_YEAR * _log_rate(flows, low, high)) for low, high in brackets]
    rates = [rate for rate in rates if rate > -ROUNDING] or rates
    refuse(not rates, NeverError, "no rate makes the net present value of this cash flow 0")
    found = ", ".join(f"{rate:.1%}" for rate in rates)
    refuse(len(rates) > 1, OutOfDomainError, f"this cash flow has several rates of return: {found}")
    return rates[0]


# -- savings by month ------------------------------------------------------------------------------------------


def _series(monthly_savings: Series) -> list[float]:
    savings = [monthly_savings] if isinstance(monthly_savings, int | float) else list(monthly_savings)
    same_length(monthly_savings=savings)
    return savings


def _by_month(monthly_savings: Series, months: float | None) -> list[float]:
    """One saving per month: the single one repeated, or the series."""
    savings = _series(monthly_savings)
    if len(savings) == 1:
        return savings * int(MONTHS_PER_YEAR if months is None else months)
    if months is not None and months != len(savings):
        raise WrongTypeError(f"months is {months:g}, but monthly_savings has {len(savings)} cells: omit months")
    return savings


def _months_to_repay(owed: float, saving: float, rate: float) -> float:
    """Months in which a constant saving clears a debt that bears interest; infinity where it never does."""
    if saving <= 0 or owed * rate >= saving:
        return math.inf
    if rate == 0:
        return owed / saving
    return -math.log1p(-owed * rate / saving) / math.log1p(rate)


# -- rates of return -------------------------------------------------------------------------------------------
# A rate is sought as its logarithm per month, which runs evenly from total loss to any gain.


def _log_rate(flows: list[float], low: float, high: float) -> float:
    """The logarithmic monthly rate between two at which the value has opposite signs."""
    negative_first = _value_at(flows, low) < 0
    return bisect(lambda log_rate: (_value_at(flows, log_rate) < 0) == negative_first, low, high)


def _bracket(flows: list[float]) -> tuple[float, float]:
    """An interval around the only rate of a cash flow with one change of sign."""
    span = 1.0
    while (_value_at(flows, -span) < 0) == (_value_at(flows, span) < 0):
        span *= 2
    return -span, span


def _brackets(flows: list[float]) -> list[tuple[float, float]]:
    """Intervals in which the value changes sign, on a fine grid of rates."""
    steps = round(LOG_RATE_SPAN / LOG_RATE_STEP)
    grid = [step * LOG_RATE_STEP for step in range(-steps, steps + 1)]
    negative = [_value_at(flows, log_rate) < 0 for log_rate in grid]
    return [
        (low, high)
        for (low, high), (before, after) in zip(pairwise(grid), pairwise(negative), strict=True)
        if before != after
    ]


def _value_at(flows: list[float], log_rate: float) -> float:
    """Value of the flows at a rate: today's if the rate is positive, else the last month's, so nothing overflows."""
    factor = math.exp(-abs(log_rate))
    value = 0.0
    for flow in reversed(flows) if log_rate > 0 else flows:
        value = value * factor + flow
    return value


def _without_outer_zeros(flows: list[float]) -> list[float]:
    """The flows from the first payment to the last; idle months around them change no rate of return."""
    paid = [month for month, flow in enumerate(flows) if flow]
    return flows[paid[0] : paid[-1] + 1]
