"""Worksheet functions: levers, dependence on vendors, and whether to build, borrow or blend."""

from __future__ import annotations

from typing import Any

from llmcost_xl.engine import governance
from llmcost_xl.engine.formula import where
from llmcost_xl.worksheet import worksheet_function


@worksheet_function
def LEVER_SAVING(savings: Any, cost_shares: Any = 1) -> Any:
    """Saving of several levers together, as a fraction of the whole cost: they multiply, they do not add.

    See also: OPTIMISED_COST.
    """
    return governance.lever_saving(savings, cost_shares)


@worksheet_function
def OPTIMISED_COST(
    queries: Any,
    input_tokens: Any,
    output_tokens: Any,
    input_prices: Any,
    output_prices: Any,
    routing_shares: Any,
    response_hit_rate: Any = 0,
    trim_rate: Any = 0,
    cached_share: Any = 0,
    read_multiplier: Any = 0.1,
) -> Any:
    """Cost of a period with all levers pulled, in USD: response cache, prompt trim, prompt cache, routing.

    See also: LEVER_SAVING, ROUTING_COST, QUERY_COST.
    """
    return governance.optimised_cost(
        queries, input_tokens, output_tokens, input_prices, output_prices,
        routing_shares, response_hit_rate, trim_rate, cached_share, read_multiplier,
    )  # fmt: skip


@worksheet_function
def LLM_ELASTICITY(input_old: Any, input_new: Any, output_old: Any, output_new: Any) -> Any:
    """Arc elasticity (x): relative change of the output over relative change of the input, each on its average.

    See also: LLM_BREAKEVEN, COST_BRIDGE.
    """
    return governance.elasticity(input_old, input_new, output_old, output_new)


@worksheet_function
def VENDOR_HHI(shares: Any, effective: Any = False) -> Any:
    """Concentration of vendors (Herfindahl index), 0 to 1; with effective TRUE, the number of equally large vendors it is worth.

    Result: one number from 0 to 1; a number of vendors with effective TRUE.
    See also: SWITCHING_COST.
    """  # noqa: E501  # a wizard shows the first line only
    return where(effective, governance.effective_vendors(shares), governance.vendor_hhi(shares))


@worksheet_function
def SWITCHING_COST(
    reengineering_hours: Any, hourly_rate: Any, dual_running_cost: Any = 0, dual_running_months: Any = 0
) -> Any:
    """Cost of moving to another vendor, in USD: re-engineering, and running both side by side.

    See also: VENDOR_HHI, BUILD_BORROW_BLEND.
    """
    return governance.switching_cost(reengineering_hours, hourly_rate, dual_running_cost, dual_running_months)


@worksheet_function
def BUILD_SCORE(scores: Any, weights: Any, max_score: Any = 3) -> Any:
    """Weighted score of the build criteria, 0 to 1: sum of weight x score over the highest score x sum of weights.

    See also: BUILD_BORROW_BLEND.
    """
    return governance.build_score(scores, weights, max_score)


@worksheet_function
def BUILD_BORROW_BLEND(
    build_score: Any,
    queries_per_month: Any,
    breakeven_volume: Any,
    must_self_host: Any = False,
    validated: Any = True,
    high_threshold: Any = 0.67,
    low_threshold: Any = 0.34,
) -> Any:
    """The decision in one word, Build, Borrow or Blend, from score, queries per month and break-even volume.

    Where self-hosting never breaks even LLM_BREAKEVEN is #NUM!, and so is the decision: give LLM_BREAKEVEN an
    `if_never` of 9.99E+307, larger than any volume.

    Result: one word: Build, Borrow or Blend.
    See also: BUILD_SCORE, LLM_BREAKEVEN, SWITCHING_COST.
    """
    return governance.build_borrow_blend(
        build_score, queries_per_month, breakeven_volume, must_self_host, validated, high_threshold, low_threshold
    )
