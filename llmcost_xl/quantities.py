"""The vocabulary: every quantity of the product, once.

A quantity has one name everywhere: engine parameter, worksheet argument, label and unit in a workbook, data
validation, column of an input file, error message, reference page, random range of the property tests.

Conventions: tokens are counted per call, prices are per 1M tokens, rates are fractions (0.2 is 20%), costs and
benefits are entered positive, a month has 730 hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Final, Literal

HOURS_PER_YEAR: Final = 8760
MONTHS_PER_YEAR: Final = 12
HOURS_PER_MONTH: Final = HOURS_PER_YEAR / MONTHS_PER_YEAR  # 730
SECONDS_PER_HOUR: Final = 3600
MINUTES_PER_MONTH: Final = HOURS_PER_MONTH * 60
SECONDS_PER_MONTH: Final = HOURS_PER_MONTH * SECONDS_PER_HOUR  # 2,628,000
TOKENS_PER_PRICE_UNIT: Final = 1_000_000  # prices are quoted per 1M tokens

UNITS: Final = {
    "USD per 1M tokens": "#,##0.0000",
    "USD per 1k calls": "#,##0.0000",
    "USD per query": "0.000000",
    "USD per attempt": "0.000000",
    "USD per request": "0.000000",
    "USD per step": "0.000000",
    "USD per task": "#,##0.0000",
    "USD per successful task": "0.000000",
    "USD per failure": "#,##0.0000",
    "USD per hour": "#,##0.00",
    "USD per kWh": "0.0000",
    "USD per M-token-hour": "#,##0.0000",
    "USD": "#,##0.00",
    "USD per month": "#,##0.00",
    "USD per period": "#,##0.00",
    "USD per year": "#,##0",
    "USD per item": "0.000000",
    "local currency per USD": "0.0000",
    "local currency": "#,##0.00",
    "fraction": "0.0%",
    "fraction per month": "0.0%",
    "fraction per year": "0.0%",
    "x": '0.00"x"',
    "tokens": "#,##0",
    "tokens per query": "#,##0",
    "tokens per step": "#,##0",
    "tokens per second": "#,##0",
    "tokens per minute": "#,##0",
    "M tokens": "#,##0.0",
    "B parameters": "#,##0.0",
    "TFLOP/s": "#,##0",
    "queries": "#,##0",
    "queries per month": "#,##0",
    "queries per second": "#,##0.00",
    "requests per minute": "#,##0",
    "attempts": "0",
    "steps": "0",
    "tasks per month": "#,##0",
    "hours": "#,##0.0",
    "hours per task": "0.000",
    "hours per month": "#,##0.0",
    "GPU-hours": "#,##0.00",
    "kW": "0.00",
    "months": "0.0",
    "month number": "0",
    "epochs": "0.0",
    "GPUs": "0",
    "runs": "0",
    "servers": "0",
    "vendors": "0.00",
    "points": "0.00",
    "same as the inputs": "#,##0.00",
    "date": "yyyy-mm-dd",
    "flag": "0",
    "text": "@",
    "table": "General",
    "any": "General",
}
"""Every unit of the product and the number format of a cell that holds it."""

Kind = Literal["number", "whole", "series", "model", "keyword", "text", "date", "flag", "table", "any"]
"""What a quantity is. A `number` may be a range of cells, one answer each; a `series` is always taken whole."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity: what it is called, measured in, and allowed to be."""

    name: str
    label: str
    unit: str
    help: str
    kind: Kind = "number"
    low: float = 0.0
    high: float = inf
    open_low: bool = False  # the lower bound itself is excluded
    choices: tuple[str, ...] = ()
    typical: tuple[float, float] = (0.0, 1.0)  # a range of everyday values, for random tests and examples

    @property
    def number_format(self) -> str:
        """Excel number format of a cell holding this quantity."""
        return UNITS[self.unit]

    @property
    def bounds(self) -> str:
        """The allowed range in words, for messages and the reference."""
        if self.low == -inf and self.high == inf:
            return "any number"
        above = f"above {self.low:g}" if self.open_low else f"{self.low:g} or more"
        if self.high == inf:
            return above
        if self.low == -inf:
            return f"at most {self.high:g}"
        return f"above {self.low:g}, at most {self.high:g}" if self.open_low else f"{self.low:g} to {self.high:g}"

    def allows(self, value: float) -> bool:
        """Whether one number lies within the bounds; NaN never does, nor infinity where a number is due."""
        above = value > self.low if self.open_low else value >= self.low
        return above and value <= self.high and value - value == 0


SERVICE_TIERS: Final = ("standard", "batch", "flex", "priority", "fast", "off-peak")
COMPONENTS: Final = (
    "input", "output", "cache_read", "cache_write", "cache_write_1h", "reasoning", "web_search", "request",
)  # fmt: skip

_ALL = (
    # -- prices and look-up ------------------------------------------------------------------------------------
    Quantity("model", "Model", "text", "Model name, e.g. gpt-4o or openai/gpt-4o", "model"),
    Quantity("component", "Price component", "text",
             "input, output, cache_read, cache_write, cache_write_1h, reasoning, web_search or request",
             "keyword", choices=COMPONENTS),
    Quantity("service_tier", "Service tier", "text", "standard, batch, flex, priority, fast or off-peak",
             "keyword", choices=SERVICE_TIERS),
    Quantity("as_of", "Price date", "date", "Prices in force on this date; omitted: the catalogue's own date", "date"),
    Quantity("currency_code", "Currency", "text",
             "ISO code of the answer's currency; other than USD it needs a rate in the price table", "text"),
    Quantity("price_table", "Price table", "table",
             "Range with a header row (model, component, price, ...) used before the catalogue", "table"),
    Quantity("search", "Search words", "text", "Words that the model's name or provider contains", "text"),
    Quantity("provider", "Provider", "text", "Provider id, e.g. openai; omitted: all", "text"),
    Quantity("function_name", "Function", "text", "Name of the worksheet function, in quotes", "text"),
    Quantity("arguments", "Arguments", "any", "The same arguments as in the failing cell", "any"),
    Quantity("if_never", "If never", "any", "What to show when there is no finite answer; omitted: #NUM!", "any"),
    # -- one call ----------------------------------------------------------------------------------------------
    Quantity("input_tokens", "Input tokens", "tokens per query",
             "All prompt tokens of the call, cached ones included", typical=(0, 20_000)),
    Quantity("output_tokens", "Output tokens", "tokens per query",
             "Visible answer tokens of the call", typical=(0, 4_000)),
    Quantity("cached_tokens", "Cached tokens", "tokens per query",
             "Part of the input tokens read from the prompt cache", typical=(0, 5_000)),
    Quantity("write_tokens", "Cache-write tokens", "tokens per query",
             "Part of the input tokens written to the 5-minute prompt cache", typical=(0, 5_000)),
    Quantity("write_1h_tokens", "1-hour cache-write tokens", "tokens per query",
             "Part of the input tokens written to the 1-hour prompt cache", typical=(0, 5_000)),
    Quantity("reasoning_tokens", "Reasoning tokens", "tokens per query",
             "Hidden reasoning tokens not already counted in the output tokens", typical=(0, 8_000)),
    Quantity("tokens_per_query", "Tokens per query", "tokens per query",
             "Input and output tokens of one query together", typical=(1, 20_000)),
    Quantity("input_price", "Input price", "USD per 1M tokens", "Price of input tokens", typical=(0.01, 20)),
    Quantity("output_price", "Output price", "USD per 1M tokens", "Price of output tokens", typical=(0.01, 80)),
    Quantity("cached_price", "Cache-read price", "USD per 1M tokens",
             "Price of tokens read from the cache; omitted: the input price", typical=(0.001, 5)),
    Quantity("write_price", "Cache-write price", "USD per 1M tokens",
             "Price of 5-minute cache writes; omitted: the input price", typical=(0.01, 30)),
    Quantity("write_1h_price", "1-hour cache-write price", "USD per 1M tokens",
             "Price of 1-hour cache writes; omitted: the 5-minute price", typical=(0.01, 40)),
    Quantity("reasoning_price", "Reasoning price", "USD per 1M tokens",
             "Price of reasoning tokens; omitted: the output price", typical=(0.01, 80)),
    Quantity("batch_discount", "Batch discount", "fraction",
             "Discount for asynchronous batch processing, usually 0.5", high=1, typical=(0, 0.5)),
    Quantity("service_multiplier", "Service multiplier", "x",
             "Multiplier of a service level or region, e.g. 0.5 flex, 1.1 regional", typical=(0.5, 2)),
    Quantity("discount", "Negotiated discount", "fraction",
             "Contract discount on list prices; multiplies with other discounts", high=1, typical=(0, 0.4)),
    Quantity("fees", "Fees per query", "USD per query",
             "Tool, search, request and cache-storage fees of the call; not discounted", typical=(0, 0.05)),
    Quantity("storage_price", "Cache storage price", "USD per M-token-hour",
             "Price of keeping 1M tokens cached for an hour", typical=(0, 5)),
    Quantity("storage_hours", "Cache storage time", "hours", "Hours the cached tokens are kept", typical=(0, 24)),
    Quantity("input_share", "Input share", "fraction", "Share of input tokens in all tokens", high=1),
    Quantity("hit_rate", "Cache hit rate", "fraction", "Share of calls served from the cache", high=1),
    Quantity("read_multiplier", "Cache-read multiplier", "x",
             "Cache-read price over input price, e.g. 0.1", high=1, typical=(0.05, 0.5)),
    Quantity("write_multiplier", "Cache-write multiplier", "x",
             "Cache-write price over input price, e.g. 1.25 or 2", typical=(1, 2)),
    Quantity("steps", "Agent steps", "steps", "Model calls the agent makes for one task", "whole", low=1,
             typical=(1, 40)),
    Quantity("base_tokens", "Base prompt", "tokens per step",
             "System prompt and tool definitions resent at every step", typical=(0, 8_000)),
    Quantity("user_tokens", "User tokens", "tokens per step", "The user's request, resent at every step",
             typical=(0, 4_000)),
    Quantity("tool_tokens", "Tool result", "tokens per step",
             "Tokens each tool result adds to the conversation", typical=(0, 4_000)),
    Quantity("fee_per_step", "Fee per step", "USD per step", "Tool or search fee of each step", typical=(0, 0.05)),
    Quantity("cost_per_query", "Cost per query", "USD per query", "Cost of one query", typical=(0.00001, 0.1)),
    Quantity("cost_per_attempt", "Cost per attempt", "USD per attempt",
             "Cost of one billed attempt", typical=(0.00001, 0.1)),
    Quantity("success_rate", "Success rate", "fraction",
             "Chance that one attempt succeeds, attempts being independent", high=1, typical=(0.3, 1)),
    Quantity("max_attempts", "Maximum attempts", "attempts", "Attempts made before giving up", "whole", low=1,
             typical=(1, 8)),
    Quantity("failure_rate", "Failure rate", "fraction", "Share of answers that fail", high=1, typical=(0, 0.6)),
    Quantity("failure_cost", "Cost of a failure", "USD per failure",
             "What one failed answer costs the business", typical=(0, 5)),
    Quantity("cost_large", "Large model's cost", "USD per query", "Cost of the query on the large model",
             typical=(0.001, 0.1)),
    Quantity("cost_small", "Small model's cost", "USD per query", "Cost of the query on the small model",
             typical=(0.00001, 0.001)),
    Quantity("small_share", "Share to small model", "fraction", "Share of requests sent to the small model first",
             high=1),
    Quantity("escalation_rate", "Escalation rate", "fraction",
             "Share of the small model's answers sent on to the large one", high=1),
    Quantity("router_cost", "Router cost", "USD per request", "Cost of deciding where a request goes",
             typical=(0, 0.0005)),
    # -- spend over time ---------------------------------------------------------------------------------------
    Quantity("queries", "Queries", "queries", "Number of queries in the period", typical=(1_000, 10_000_000)),
    Quantity("queries_per_month", "Queries per month", "queries per month", "Number of queries in a month",
             typical=(1_000, 10_000_000)),
    Quantity("start_volume", "Volume in month 1", "queries per month", "Queries in the first month",
             typical=(1_000, 1_000_000)),
    Quantity("growth", "Monthly growth", "fraction per month", "Growth of the volume from month to month",
             low=-1, open_low=True, typical=(-0.05, 0.25)),
    Quantity("annual_growth", "Annual growth", "fraction per year", "Growth from year to year",
             low=-1, open_low=True, typical=(-0.3, 2)),
    Quantity("month", "Month", "month number", "Month number, the first being 1", "whole", low=1, typical=(1, 36)),
    Quantity("months", "Months", "months", "Number of months", "whole", low=1, high=1200, typical=(1, 36)),
    Quantity("seasonality", "Seasonality", "x",
             "Weights of the months, repeated; divided by their mean", "series", typical=(0.5, 1.5)),
    Quantity("cap", "Volume cap", "queries per month", "Largest volume the market or the product allows",
             typical=(10_000, 10_000_000)),
    Quantity("price_change", "Monthly price change", "fraction per month",
             "Change of the price from month to month, negative for a decline", low=-1, open_low=True,
             typical=(-0.1, 0.05)),
    Quantity("fixed_cost", "Fixed cost", "USD per month", "Monthly cost that does not depend on volume",
             typical=(0, 5_000)),
    Quantity("min_commit", "Minimum commitment", "USD per month", "Least amount the contract bills each month",
             typical=(0, 5_000)),
    Quantity("interactions", "User interactions", "queries per month", "Interactions that each start a call",
             typical=(1_000, 1_000_000)),
    Quantity("background_calls", "Background calls", "x", "Background calls per interaction", typical=(0, 2)),
    Quantity("retry_calls", "Retry calls", "x", "Retries per interaction", typical=(0, 0.5)),
    Quantity("automation_calls", "Automation calls", "x", "Calls by automation layers per interaction",
             typical=(0, 3)),
    Quantity("actual_to_date", "Actual to date", "USD", "Spend recorded so far", typical=(1_000, 100_000)),
    Quantity("budget_to_date", "Budget to date", "USD", "Spend planned up to the same day", typical=(1_000, 100_000)),
    Quantity("budget_total", "Full-year budget", "USD", "Spend planned for the whole year",
             typical=(10_000, 1_000_000)),
    Quantity("eac_method", "Method", "text", "budget (the rest as planned) or trend (the rest like the past)",
             "keyword", choices=("budget", "trend")),
    Quantity("rpm_limit", "Request limit", "requests per minute", "Provider's limit on requests per minute",
             typical=(50, 10_000)),
    Quantity("tpm_limit", "Token limit", "tokens per minute", "Provider's limit on tokens per minute",
             typical=(10_000, 5_000_000)),
    Quantity("peak_factor", "Peak factor", "x", "Peak traffic over average traffic", low=1, typical=(1, 6)),
    Quantity("hours", "Hours in the month", "hours per month", "Hours over which the volume is spread",
             high=744, open_low=True, typical=(160, 744)),
    Quantity("fx_rate", "Exchange rate", "local currency per USD", "Local currency for one USD", open_low=True,
             typical=(0.5, 2)),
    # -- training ----------------------------------------------------------------------------------------------
    Quantity("train_tokens", "Training tokens", "tokens", "Tokens in the training set", typical=(1e5, 1e9)),
    Quantity("train_tokens_m", "Training tokens", "M tokens", "Tokens in the training set, in millions",
             typical=(0.1, 1_000)),
    Quantity("tokens_per_second", "Training throughput", "tokens per second",
             "Throughput of the whole cluster", typical=(500, 100_000)),
    Quantity("epochs", "Epochs", "epochs", "Passes over the training set", typical=(1, 5)),
    Quantity("gpus", "GPUs", "GPUs", "GPUs in the cluster", "whole", low=1, typical=(1, 64)),
    Quantity("params_b", "Parameters", "B parameters", "Active parameters of the model, in billions", open_low=True,
             typical=(1, 400)),
    Quantity("peak_tflops", "Peak speed", "TFLOP/s", "The GPU's dense peak at the precision used",
             typical=(50, 2_000)),
    Quantity("tuning_method", "Method", "text", "full, lora or qlora", "keyword", choices=("full", "lora", "qlora")),
    Quantity("mfu", "Model FLOPs utilisation", "fraction", "Share of the peak speed that is reached", high=1,
             typical=(0.1, 0.5)),
    Quantity("gpu_hours", "GPU-hours", "GPU-hours", "GPU-hours of one training run", typical=(0.5, 5_000)),
    Quantity("gpu_price", "GPU price", "USD per hour", "Rent of one GPU for an hour", typical=(0.2, 5)),
    Quantity("runs", "Training runs", "runs", "Number of training runs", typical=(1, 20)),
    Quantity("overhead", "Overhead", "fraction", "Idle time, storage and failed runs on top", typical=(0, 0.5)),
    # -- self-hosting ------------------------------------------------------------------------------------------
    Quantity("qps_per_server", "Queries per second per server", "queries per second",
             "Queries a server answers per second when full", typical=(0.5, 50)),
    Quantity("max_utilisation", "Maximum utilisation", "fraction",
             "Utilisation a server may reach at peak", high=1, typical=(0.3, 0.9)),
    Quantity("spare", "Spare servers", "servers", "Servers kept beyond the need, e.g. 1 for N+1", "whole",
             typical=(0, 3)),
    Quantity("minimum", "Minimum servers", "servers", "Fewest servers ever kept", "whole", typical=(0, 4)),
    Quantity("servers", "Servers", "servers", "Servers running", "whole", typical=(1, 10)),
    Quantity("server_availability", "Server availability", "fraction", "Share of time one server is up", high=1,
             typical=(0.95, 0.999)),
    Quantity("target", "Target availability", "fraction", "Share of time the service must be up, below 1", high=1,
             typical=(0.95, 0.9999)),
    Quantity("needed", "Servers needed", "servers", "Servers that must be up at once", "whole", low=1,
             typical=(1, 8)),
    Quantity("server_cost", "Server cost", "USD per month", "Cost of one server a month", typical=(50, 5_000)),
    Quantity("ops_cost", "Operations cost", "USD per month", "People and tools that keep it running",
             typical=(0, 5_000)),
    Quantity("marginal_cost", "Marginal cost", "USD per query",
             "Extra cost of one more query; about 0 on a rented server", typical=(0, 0.00005)),
    Quantity("monthly_cost", "Monthly cost", "USD per month", "Cost of a month", typical=(10, 50_000)),
    Quantity("active_hours", "Active hours", "hours per month", "Hours a month the server is needed", high=744,
             typical=(0, 500)),
    Quantity("cold_start_cost", "Cold-start cost", "USD per month", "Cost of starting up on demand",
             typical=(0, 50)),
    Quantity("purchase_price", "Purchase price", "USD", "Price of owned hardware", typical=(500, 40_000)),
    Quantity("residual_value", "Residual value", "USD", "Value left at the end", typical=(0, 500)),
    Quantity("power_kw", "Power draw", "kW", "Electrical power at full load", typical=(0.1, 10)),
    Quantity("electricity_price", "Electricity price", "USD per kWh", "Price of electricity", typical=(0.05, 0.5)),
    Quantity("power_overhead", "Power overhead (PUE)", "x", "Facility power over server power", low=1,
             typical=(1, 2)),
    # -- break-even and value ----------------------------------------------------------------------------------
    Quantity("upfront", "One-off cost", "USD", "Training, set-up, data and evaluation; no recurring cost",
             typical=(0, 100_000)),
    Quantity("api_cost", "API cost", "USD per query", "What the API charges for a query", typical=(0.0001, 0.05)),
    Quantity("selfhost_cost", "Self-hosted cost", "USD per query", "Cost of a self-hosted query",
             typical=(0.00001, 0.01)),
    Quantity("selfhost_monthly", "Self-hosting cost", "USD per month", "All monthly cost of self-hosting",
             typical=(100, 10_000)),
    Quantity("capacity", "Capacity per server", "queries per month",
             "Queries a server can carry in a month; omitted: no limit", open_low=True, typical=(100_000, 5_000_000)),
    Quantity("api_price_change", "Monthly API price change", "fraction per month",
             "Change of the API price from month to month", low=-1, open_low=True, typical=(-0.1, 0.02)),
    Quantity("max_months", "Horizon", "months", "Months to look ahead", "whole", low=1, high=1200,
             typical=(12, 120)),
    Quantity("investment", "Investment", "USD", "Money spent at the start", typical=(1_000, 200_000)),
    Quantity("monthly_savings", "Monthly saving", "USD per month",
             "One saving for every month, or a range with one per month", "series", low=-inf, typical=(100, 50_000)),
    Quantity("annual_rate", "Discount rate", "fraction per year", "Annual effective discount rate", low=-1,
             open_low=True, typical=(0, 0.3)),
    Quantity("total_benefit", "Total benefit", "USD", "Benefit over the stated horizon", low=-inf,
             typical=(1_000, 500_000)),
    Quantity("hours_per_task", "Hours per task", "hours per task", "Human time one task takes",
             typical=(0.01, 4)),
    Quantity("hourly_rate", "Hourly rate", "USD per hour", "Fully loaded cost of an hour of work",
             typical=(20, 200)),
    Quantity("tasks", "Tasks", "tasks per month", "Tasks done in a month", typical=(100, 50_000)),
    Quantity("future_cost", "Future cost", "USD per month", "Monthly cost after automation", typical=(0, 20_000)),
    Quantity("realisation", "Realisation rate", "fraction", "Share of the freed time that turns into money", high=1,
             typical=(0.3, 1)),
    # -- quality -----------------------------------------------------------------------------------------------
    Quantity("cost_a", "Cost of A", "USD per query", "Cost of a query with option A", typical=(0.0001, 0.01)),
    Quantity("failure_a", "Failure rate of A", "fraction", "Share of A's answers that fail", high=1,
             typical=(0.1, 0.5)),
    Quantity("cost_b", "Cost of B", "USD per query", "Cost of a query with option B", typical=(0.001, 0.05)),
    Quantity("failure_b", "Failure rate of B", "fraction", "Share of B's answers that fail", high=1,
             typical=(0, 0.1)),
    # -- project budget ----------------------------------------------------------------------------------------
    Quantity("low", "Low", "same as the inputs", "Optimistic estimate", low=-inf, typical=(1, 10)),
    Quantity("likely", "Likely", "same as the inputs", "Most likely estimate", low=-inf, typical=(10, 20)),
    Quantity("high", "High", "same as the inputs", "Pessimistic estimate", low=-inf, typical=(20, 50)),
    Quantity("probability", "Probability", "fraction", "Quantile wanted; omitted: the mean", high=1, open_low=True,
             typical=(0.05, 0.95)),
    Quantity("shape", "Shape", "x", "Weight of the likely value; PERT uses 4", open_low=True, typical=(2, 6)),
    Quantity("lows", "Low estimates", "same as the inputs", "Optimistic estimate of every line", "series", low=-inf),
    Quantity("likelies", "Likely estimates", "same as the inputs", "Most likely estimate of every line", "series",
             low=-inf),
    Quantity("highs", "High estimates", "same as the inputs", "Pessimistic estimate of every line", "series",
             low=-inf),
    Quantity("confidence", "Confidence", "fraction", "Chance that the budget suffices", high=1, open_low=True,
             typical=(0.5, 0.95)),
    Quantity("correlation", "Correlation", "fraction", "Correlation between any two lines", high=1),
    Quantity("multiplier", "Iteration multiplier", "x", "Complete cycles the project needs", typical=(1, 10)),
    Quantity("once_cost", "Once-only cost", "USD", "Work done once, whatever the number of iterations",
             typical=(0, 50_000)),
    Quantity("iteration_cost", "Cost per iteration", "USD", "Work repeated at every iteration",
             typical=(0, 20_000)),
    Quantity("visible", "Visible cost", "USD", "Training compute: the part everybody sees", typical=(5, 200)),
    Quantity("hidden", "Hidden cost", "USD", "Data, evaluation, set-up and the rest", typical=(1_000, 30_000)),
    Quantity("complexity", "Complexity", "text", "well-defined, medium or novel", "keyword",
             choices=("well-defined", "medium", "novel")),
    Quantity("estimate_case", "Case", "text", "low, likely or high", "keyword", choices=("low", "likely", "high")),
    # -- variance and governance -------------------------------------------------------------------------------
    Quantity("queries_old", "Queries before", "queries", "Queries of every item before", "series"),
    Quantity("queries_new", "Queries after", "queries", "Queries of every item after", "series"),
    Quantity("cost_old", "Unit cost before", "USD per query", "Cost per query of every item before", "series"),
    Quantity("cost_new", "Unit cost after", "USD per query", "Cost per query of every item after", "series"),
    Quantity("usage_old", "Usage before", "M tokens", "M tokens per query of every item before", "series"),
    Quantity("usage_new", "Usage after", "M tokens", "M tokens per query of every item after", "series"),
    Quantity("price_old", "Price before", "USD per 1M tokens", "Price of every item before", "series"),
    Quantity("price_new", "Price after", "USD per 1M tokens", "Price of every item after", "series"),
    Quantity("fx_old", "Exchange rate before", "local currency per USD", "Exchange rate before", open_low=True,
             typical=(0.5, 2)),
    Quantity("fx_new", "Exchange rate after", "local currency per USD", "Exchange rate after", open_low=True,
             typical=(0.5, 2)),
    Quantity("bridge_method", "Method", "text", "sequential, or midpoint (the average over all orders)", "keyword",
             choices=("sequential", "midpoint")),
    Quantity("savings", "Savings", "fraction", "Saving of every lever on the cost it touches", "series", high=1),
    Quantity("cost_shares", "Cost shares", "fraction", "Share of the cost that every lever touches", "series",
             high=1),
    Quantity("trim_rate", "Prompt trim", "fraction", "Share of the prompt that can go", high=1, typical=(0, 0.6)),
    Quantity("cached_share", "Cached share", "fraction", "Share of the prompt read from the cache", high=1),
    Quantity("input_old", "Input before", "any", "Driver before the change", low=-inf, typical=(0.1, 10)),
    Quantity("input_new", "Input after", "any", "Driver after the change", low=-inf, typical=(0.1, 10)),
    Quantity("output_old", "Output before", "any", "Result before the change", low=-inf, typical=(0.1, 10)),
    Quantity("output_new", "Output after", "any", "Result after the change", low=-inf, typical=(0.1, 10)),
    Quantity("shares", "Vendor shares", "fraction", "Spend or volume by vendor; divided by their sum", "series"),
    Quantity("effective", "Effective number", "flag", "TRUE: the number of equal vendors with the same concentration",
             "flag"),
    Quantity("scores", "Scores", "points", "Score of every criterion", "series"),
    Quantity("weights", "Weights", "points", "Weight of every criterion", "series"),
    Quantity("max_score", "Highest score", "points", "Score of a fully met criterion", open_low=True,
             typical=(3, 10)),
    Quantity("build_score", "Build score", "fraction", "Weighted score of the build criteria, 0 to 1", high=1),
    Quantity("breakeven_volume", "Break-even volume", "queries per month",
             "Volume from which self-hosting pays", typical=(100_000, 5_000_000)),
    Quantity("must_self_host", "Must self-host", "flag", "TRUE where policy rules the API out", "flag"),
    Quantity("validated", "Use case validated", "flag", "TRUE once users have proven the use case", "flag"),
    Quantity("high_threshold", "Build threshold", "fraction", "Score from which building is right", high=1,
             typical=(0.6, 0.8)),
    Quantity("low_threshold", "Borrow threshold", "fraction", "Score up to which borrowing is right", high=1,
             typical=(0.2, 0.4)),
    Quantity("reengineering_hours", "Re-engineering", "hours", "Work to move to another vendor",
             typical=(10, 1_000)),
    Quantity("dual_running_cost", "Dual running", "USD per month", "Cost of running both vendors side by side",
             typical=(0, 10_000)),
    Quantity("dual_running_months", "Months of dual running", "months", "How long both run", typical=(0, 6)),
    Quantity("used_share", "Limit used", "fraction", "Share of the limit used today", open_low=True, typical=(0.1, 1)),
)  # fmt: skip

QUANTITIES: Final = {quantity.name: quantity for quantity in _ALL}
