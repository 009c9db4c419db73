"""The columns as printed against the source's print, and where the source contradicts itself or physics."""

from __future__ import annotations

from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table

MONTHLY, PER_QUERY = "US$ per month", "US$ per query"

RECONCILIATION = Sheet(
    "Calc_Source",
    "In US dollars. Figures of the columns as printed agree if they round to the print; below, what does not agree.",
    (
        Table(
            "reconciliation",
            "As printed",
            (
                Field("exact_value", label="Here", unit="any", shows=True),
                Field("difference", "={exact_value}-{printed}", label="Difference", unit="any"),
                Field("differs", "=(ABS({difference})>{printed_within}+{exact}*ABS({printed}))*1",
                      label="Differs (flag)", unit="flag", total=True),
            ),
            (
                *((f"={{{figure}}}/{{source_rate}}",) for figure in (
                    "api_bill@p50", "selfhost_monthly@p50", "unit_cost@p50", "first_month@p50", "monthly_savings@p50",
                    "api_bill@p500", "selfhost_monthly@p500", "api_bill@p5m", "selfhost_monthly@p5m",
                    "monthly_savings@p5m", "upfront@p5m")),
                ("={payback@p5m}",),
                ("={breakeven_volume@p50}",),
                ("={source_query_cost}",),
            ),
            like="printed",
        ),
        Rows("Figures of the columns as printed, in US dollars", (
            Line("printed_once", "={upfront@p5m}/{source_rate}", "One-off cost", "US$"),
            Line("printed_api", "={api_bill@p5m}/{source_rate}", "API bill", MONTHLY),
            Line("printed_large", "={selfhost_monthly@p5m}/{source_rate}", "Server, 5 million", MONTHLY),
            Line("printed_small", "={selfhost_monthly@p50}/{source_rate}", "Server, 50,000", MONTHLY),
            Line("printed_saving", "={printed_api}-{printed_large}", "Saving", MONTHLY),
            Line("printed_training", "={training_cost@p5m}/{source_rate}", "Training", "US$"),
            Line("printed_rate", "={build_rate@p5m}/{source_rate}", "Builders' rate", "US$ per hour"),
            Line("built_low", "={setup_hours:low}+{data_hours:low}+{evaluation_hours:low}", "Work before launch, low",
                 "hours"),
            Line("built_high", "={setup_hours:high}+{data_hours:high}+{evaluation_hours:high}",
                 "Work before launch, high", "hours"),
        )),
        Rows("Self-hosted cost per query: two averages, no marginal cost (I4)", (
            Line("average_at_5m", "={server_cost@p50}/{queries_per_month@p5m}/{source_rate}",
                 "Server of 400 at 5 million a month", PER_QUERY),
            Line("average_at_50k", "={unit_cost@p50}/{source_rate}", "Server of 400 at 50,000 a month", PER_QUERY),
        )),
        Rows("The source's formula on the source's scenario (I5)", (
            Line("formula_fixed", "={first_month@p50}/{source_rate}", "Fixed costs, a month of server included", "US$"),
            Line("formula_saving", "={printed_query_cost}-{average_at_50k}", "API less self-hosted, at 0.008",
                 PER_QUERY),
            Line("formula_result", "={formula_fixed}/{formula_saving}", "Break-even by the formula", "queries"),
            Line("formula_other", "={formula_fixed}/({printed_query_cost}-{printed_selfhost_cost})",
                 "The same at 0.00008", "queries", engine="breakeven.breakeven_queries",
                 renamed={"upfront": "formula_fixed", "api_cost": "printed_query_cost",
                          "selfhost_cost": "printed_selfhost_cost"}),
            Line("formula_exact", "={formula_fixed}/({source_query_cost}-{printed_selfhost_cost})",
                 "The same, API price not rounded", "queries"),
            Line("formula_months", "={formula_other}/{queries_per_month@p50}", "Months at 50,000 a month", "months"),
        ), note="A number of queries in all, not a month; a negative one means never"),
        Rows("One month of server among the fixed costs (I6)", (
            Line("payback_fixed", "={formula_fixed}/{printed_saving}", "Payback with that month, server of 400",
                 "months"),
            Line("payback_large", "=({printed_once}+{printed_large})/{printed_saving}",
                 "Payback with that month, server of 800", "months"),
        ), note="The saving is already net of the server, so it counts twice"),
        Rows("The 5 million scenario with what the source itself says (I7)", (
            Line("payback_400", "={printed_once}/({printed_api}-{printed_small})", "Payback with the server of 400",
                 "months"),
            Line("saving_ops_low", "={printed_saving}-{maintenance_hours:low}*{printed_rate}",
                 "Saving after 4 h of operations", MONTHLY),
            Line("saving_ops_high", "={printed_saving}-{maintenance_hours:high}*{printed_rate}",
                 "Saving after 19 h of operations", MONTHLY),
            Line("payback_built_low", "=({printed_training}+{built_low}*{printed_rate})/{printed_saving}",
                 "Payback with all work before launch, low", "months"),
            Line("payback_built_high", "=({printed_training}+{built_high}*{printed_rate})/{printed_saving}",
                 "Payback with all work before launch, high", "months"),
        )),
        Rows("Owned hardware (I9)", (
            Line("owned_dollars", "={owned_cost}/{source_rate}", "RTX 4090 at home, a month", MONTHLY),
            Line("power_full_dollars", "={power_cost_full}/{source_rate}", "Electricity under full load", MONTHLY),
        )),
        Rows("Latency of a self-hosted answer (I14)", (
            Line("speed_slow", "={source_output_tokens}/{printed_answer_slow}", "Speed that 150 ms takes",
                 "tokens per second"),
            Line("speed_fast", "={source_output_tokens}/{printed_answer_fast}", "Speed that 50 ms takes",
                 "tokens per second"),
        ), note="One stream on an A100 gives about 75: 50-150 ms is the time to the first token, not to the answer"),
    ),
)  # fmt: skip
