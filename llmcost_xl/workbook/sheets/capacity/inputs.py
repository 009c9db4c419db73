"""What the user of the capacity workbook enters: demand, the provider's limits, own servers, latency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import Axis, Constant, Entry, Field, Rows, Sheet, Table, records_of
from llmcost_xl.workbook.sheets.capacity.sensitivity import GRID
from llmcost_xl.workbook.sheets.sources import assumption, economics, renting

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Value
    from llmcost_xl.workbook.options import Options

LOWER, CLAIMED = BASES = ("lower of claim and ceiling", "as claimed")
FIRST_TOKEN, WHOLE_ANSWER = MEASURES = ("time to first token", "end to end")

SERVER_TYPES: Final = Table(
    "server_types",
    "Own servers",
    (
        Field("server_name", label="Server", unit="text"),
        Field("claimed_qps", label="Claimed capacity", unit="queries per second", at_least=0.01),
        Field("peak_tflops", at_least=1),
        Field("server_cost"),
        Field("server_source", label="Source", unit="text"),
    ),
    (
        ("RTX 4090 at home", 20, 165, 15, "S0 L53-58"),
        ("A10G (AWS)", 30, 70, 700, "S0 L53-58"),
        ("A100 (Lambda)", 50, 312, 1_000, "S0 L53-58"),
        ("T4 (GCP)", 10, 65, 250, "S0 L53-58"),
    ),
    note="Claims: a 7B model; cost: middle of the printed range, at home electricity alone. Speeds: A5",
)
SERVERS: Final = records_of(SERVER_TYPES)

LATENCIES: Final = Table(
    "latencies",
    "Latency",
    (
        Field("latency_name", label="Served by", unit="text"),
        Field("claimed_from", label="Claimed, from", unit="milliseconds", at_least=1),
        Field("claimed_to", label="Claimed, to", unit="milliseconds", at_least=1),
        Field("first_token", label="Time to first token", unit="milliseconds", at_least=0),
        Field("token_time", label="Time per token", unit="milliseconds per token", at_least=0),
        Field("latency_source", label="Source", unit="text"),
    ),
    (
        ("API", 500, 2_000, 500, 10, "A6"),
        ("Own server", 50, 150, 100, 13.3, "A6"),
    ),
    note="Claims: S0 L112-117",
)

SOURCES: Final = (
    economics("53-58", "servers, their monthly cost and claimed capacity in queries per second"),
    economics("61-67", "the reference query of 500 and 200 tokens"),
    economics("95-101", "5,000,000 queries a month need a larger instance"),
    economics("112-117", "latency: below 200 ms needed, API 500-2,000 ms, self-hosted 50-150 ms"),
    economics("248-255", "uptime of 99.9%"),
    renting("33-40", "drivers of cost: prompt length, output variability, call frequency, peaks"),
    renting("69-74", "rate limits cap throughput, and make latency vary"),
    assumption(1, "Traffic at its peak is four times the average: 8 hours on 5 days of the week give 4.1"),
    assumption(2, "Growth of the volume from month to month"),
    assumption(3, "Limits as a provider might set them; look yours up in your account"),
    assumption(4, "Requests do not arrive evenly: a fifth of every limit stays free, servers run at 70% at peak"),
    assumption(
        5,
        "Peak speeds at 16 bits are from the makers' data sheets; good software reaches 40% of them. One server"
        " is up 99% of the time",
    ),
    assumption(6, "Time per token: about 75 tokens a second on one own server, 100 from an API"),
)


def limits_table(options: Options) -> Table:
    """The provider's limits: those in force first; one line for each model asked for."""
    models = options.chosen(())
    records: tuple[tuple[Value, ...], ...] = tuple((model, 1, 1 / len(models), 500, 400_000, "A3") for model in models)
    return Table(
        "limits",
        "Limits of the provider",
        (
            Field("limit_name", label="Limits", unit="text"),
            Field("limit_in_force", label="In force (flag)", unit="flag", at_least=0, at_most=1),
            Field("traffic_share", label="Share of the queries", unit="fraction", at_least=0.01, at_most=1),
            Field("rpm_limit", at_least=1),
            Field("tpm_limit", at_least=1),
            Field("limit_source", label="Source", unit="text"),
        ),
        records
        or (
            ("Limits in force", 1, 1, 500, 400_000, "A3"),
            ("Half the token limit", 0, 1, 500, 200_000, "A3"),
            ("A higher tier", 0, 1, 2_000, 1_600_000, "A3"),
        ),
        note="Sensitivities look at the first line; 0 marks limits only considered; a cleared line is left out",
    )


def limits_axis(options: Options) -> Axis:
    """The limits as lines."""
    return records_of(limits_table(options))


def inputs(options: Options) -> Sheet:
    """Everything a user enters."""
    return Sheet(
        "Inputs",
        "Everything you can change is here and on Timing. Low is the cautious case: more demand, growing faster.",
        (
            Rows(
                "Demand",
                (
                    Entry("queries_per_month", 5_000_000, "S0 L95-101", "In month 1", cases=(6_000_000, 4_000_000),
                          swing=(0.3, 0.3)),
                    Entry("growth", 0.05, "A2", cases=(0.1, 0.02), swing=(0.5, 0.5)),
                    Entry("peak_factor", 4, "A1", "Busiest minute over the average of the month", cases=(6, 3),
                          swing=(0.25, 0.5)),
                    Entry("hours", 730, "S1 L33-40", "730 is round the clock; enter fewer where nobody works at night,"
                          " and a lower peak factor", fixed=True),
                    Entry("input_tokens", 500, "S0 L61-67", cases=(800, 400), swing=(0.5, 0.5), at_least=1),
                    Entry("output_tokens", 200, "S0 L61-67", "Some providers count the longest answer allowed",
                          cases=(300, 150), swing=(0.5, 0.5)),
                ),
            ),
            limits_table(options),
            Rows(
                "What is left free",
                (
                    Entry("target_headroom", 0.2, "S1 L69-74", "Rate limits cap throughput; a fifth is our choice",
                          at_least=0, at_most=0.9, label="Headroom to keep", unit="fraction", fixed=True),
                ),
            ),
            SERVER_TYPES,
            Rows(
                "Own servers: what one can do, and how many",
                (
                    Entry("capacity_basis", LOWER, "A5", "A claim above the ceiling cannot be true", choices=BASES,
                          label="Capacity to count on", unit="text", fixed=True),
                    Entry("params_b", 7, "S0 L53-58", at_least=0.1, cases=(8, 7)),
                    Entry("mfu", 0.4, "A5", at_least=0.01, cases=(0.3, 0.5)),
                    Entry("cached_share", 0, "A5", "Tokens read from a cache need no computing: they raise the ceiling",
                          at_most=0.99, cases=(0, 0.5)),
                    Entry("max_utilisation", 0.7, "A4", at_least=0.01, cases=(0.6, 0.8)),
                    Entry("minimum", 1, "A4", fixed=True),
                    Entry("spare", 1, "S0 L248-255", "1 is N+1", cases=(2, 1)),
                    Entry("server_availability", 0.99, "A5", cases=(0.98, 0.995)),
                    Entry("target", 0.999, "S0 L248-255", "Never 100%: no number of servers reaches it",
                          at_most=0.999999, fixed=True),
                ),
            ),
            LATENCIES,
            Rows(
                "Latency wanted",
                (
                    Entry("latency_limit", 200, "S0 L112-117", at_least=0, label="Latency limit",
                          unit="milliseconds", fixed=True),
                    Entry("latency_measure", WHOLE_ANSWER, "S0 L112-117", "50-150 ms cannot be a whole answer; it is"
                          " the first token", choices=MEASURES, label="Latency that counts",
                          unit="text", fixed=True),
                ),
            ),
            *GRID.inputs,
            Rows(
                "Constants",
                (
                    Constant("flops_per_weight", 2, "Operations per weight and token", "count"),
                    Constant("giga_per_tera", 1_000, "Billions in a trillion", "count"),
                    Constant("most_needed", 10_000, "Most servers whose uptime is reckoned", "servers"),
                    Constant("milliseconds_per_second", 1_000, "Milliseconds in a second", "milliseconds"),
                ),
                note="Operations: one multiplication and one addition for every weight and token",
            ),
        ),
        scenarios=True,
    )  # fmt: skip
