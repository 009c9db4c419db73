"""Where the figures of the self-hosting workbook come from."""

from __future__ import annotations

from llmcost_xl.workbook.sheets.sources import assumption, economics

SOURCES = (
    economics("32-38", "GPU rents of three platforms, 0.30 to 3.29 USD an hour"),
    economics("44-50", "API prices of 2024"),
    economics("53-58", "four servers: cost a month and claimed queries per second"),
    economics("61-67", "the reference query of 500 and 200 tokens, and what it costs; rounded"),
    economics("74-86", "50,000 queries a month: API 10, server 400, one-off 1,020, first month 1,420"),
    economics("87-88", "saving of -390 a month"),
    economics("89-94", "500,000 queries a month: API 100, server 400"),
    economics("95-101", "5 million queries a month: API 1,000, larger server 800, payback 5.1 months"),
    economics("105-111", "failure rates of 40%, 5% and 3%"),
    economics("128-137", "hours of data preparation, 47-158 in all"),
    economics("138-146", "hours of evaluation, 22-50 in all"),
    economics("147-154", "hours of set-up, 8-18 once, and of operations, 4-19 a month"),
    economics("248-255", "prompt 2: break-even at 2 million, and four questions"),
    economics("71-73", "the break-even formula and its fixed costs; never applied to the scenarios"),
    economics("112-117", "latency: API 500-2,000 ms, self-hosted 50-150 ms"),
    assumption(1, "You pay the list price"),
    assumption(2, "Two queries a second on a server of 400 a month, ten on an A100, both below the ceiling of the GPU"),
    assumption(3, "Peak four times the average and 70% utilisation at peak; three times for a service round the clock"),
    assumption(4, "One more query on a rented server costs nothing"),
    assumption(5, "Dense FP16 speed by datasheet, 40% of it in serving; the A10G's 70 TFLOP/s is not verified"),
    assumption(6, "15% growth a month and API prices falling 3% a month, to show a crossover; 5% growth in your case"),
    assumption(7, "A server is up 99% of the time and fails alone; a failed answer costs one cent"),
    assumption(8, "The day of the price catalogue; prices older than a year are worth a look"),
    assumption(9, "Any case and any volume can be shown"),
    assumption(10, "A 4090 for 1,800 USD, worthless after 36 months, 0.45 kW, 0.15 USD per kWh, on 30% of the time"),
)
