"""How often every feature calls a model in every month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table
from llmcost_xl.workbook.sheets.llm_budget.inputs import PILOT_HIGH, PILOT_LOW, by_feature, plan_months

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options


def volume(options: Options) -> Sheet:
    """Interactions and calls by feature and month."""
    features = by_feature(options)
    claim = f'({{pilot_case}}="{PILOT_LOW}")*({{claimed_low}}-1)+({{pilot_case}}="{PILOT_HIGH}")*({{claimed_high}}-1)'
    return Sheet(
        "Calc_Volume",
        "Interactions grow, follow the seasons, meet the drivers; background work, retries and automation add calls.",
        (
            Table("season_factors", "Seasonal weights, divided by their mean", (
                Field("season_factor", "={seasonality}*ROWS({seasonality:all})/SUM({seasonality:all})", "Factor", "x"),
            ), like="seasons"),
            Rows("Drivers that every feature shares", (
                Line("season_gap", "=SUM({seasonality:all})/ROWS({seasonality:all})-1", "Mean seasonal weight, less 1",
                     "x", single=True),
                Line("annual_growth", "=(1+{growth})^{months_per_year}-1", single=True,
                     engine="spend.yearly_growth"),
                Line("spike_uplift", "=1+{spike_time}*({spike_factor}-1)", "Uplift by spikes", "x", single=True),
                Line("pilot_multiplier", f"=1+{claim}", "Pilot to production, if chosen", "x", single=True),
                Line("as_entered", "=1", "Multiplier of volumes as entered", "x", single=True),
                Line("plan_length", "=COLUMNS({month:all})", "Length of the plan", "months", single=True),
            )),
            Rows("Months", (
                Line("growth_index", "=(1+{growth})^({month}-1)", "Growth since month 1", "x"),
                Line("season_index", "=INDEX({season_factor:all},MONTH({month_end}))", "Season", "x"),
                Line("in_production", "=({month}>={production_month})*1", "In production (flag)", "flag"),
                Line("claimed_low_index", "=1+({claimed_low}-1)*{in_production}", "Pilot to production, 5x", "x"),
                Line("claimed_high_index", "=1+({claimed_high}-1)*{in_production}", "Pilot to production, 10x", "x"),
                Line("pilot_index", "=1+({pilot_multiplier}-1)*{in_production}", "Pilot to production", "x"),
                Line("driver_index", "={call_frequency}*{spike_uplift}*{pilot_index}", "Frequency, spikes, pilot", "x"),
            )),
            Rows("Features in use", (
                Line("feature_used", "=({interactions}>0)*1", "In use (flag)", "flag", single=True),
                Line("call_factor", "=1+{background_calls}+{retry_calls}+{automation_calls}",
                     "Calls per interaction", "x", single=True),
            ), per=features),
            Rows("Planned interactions, as if live from month 1", (
                Line("planned_interactions", "={interactions}*{growth_index}*{season_index}", "Planned",
                     "queries per month", engine="spend.usage_forecast", renamed={"start_volume": "interactions"},
                     flag="feature_used"),
            ), per=features),
            Rows("Live", (Line("live", "=({month}>={launch_month})*{feature_used}", "Live (flag)", "flag"),),
                 per=features),
            Rows("Interactions, with frequency, spikes and pilot", (
                Line("feature_interactions", "={planned_interactions}*{driver_index}*{live}", "Interactions",
                     "queries per month"),
            ), per=features),
            Rows("Calls to models", (
                Line("feature_calls", "={feature_interactions}*{call_factor}", "Calls", "queries per month",
                     engine="spend.calls_from_interactions", renamed={"interactions": "feature_interactions"},
                     flag="feature_used"),
            ), per=features),
            Rows("All features", (
                Line("all_interactions", "=SUM({feature_interactions:lines})", "Interactions", "queries per month"),
                Line("all_calls", "=SUM({feature_calls:lines})", "Calls", "queries per month"),
            )),
        ),
        plan_months(options),
    )  # fmt: skip
