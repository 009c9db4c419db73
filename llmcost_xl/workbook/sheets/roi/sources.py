"""Where the figures of the ROI workbook come from."""

from __future__ import annotations

from llmcost_xl.workbook.sheets.sources import assumption, economics

SOURCES = (
    economics("44-50", "API prices of 2024"),
    economics("61-67", "the reference query of 500 and 200 tokens, and what it costs"),
    economics("128-137", "hours of data preparation, 47-158 in all"),
    economics("138-146", "hours of evaluation, 22-50 in all"),
    economics("147-154", "hours of set-up, 8-18 once, and of operations, 4-19 a month"),
    economics("155-161", "iteration multiplier, 2-10"),
    economics("164-168", "cost today: formula and example"),
    economics("169-173", "cost after automation: formula and example"),
    economics("174-177", "savings"),
    economics("178-180", "investment"),
    economics("181-182", "payback, printed 1.2 months; exactly 1.197"),
    economics("183-185", "first-year ROI, printed 903%; exactly 902.7%"),
    economics("188-190", "Pitfall 1: 50 to 100 hours of data work"),
    economics("191-193", "Pitfall 2: evaluation left out"),
    economics("194-196", "5-10 training runs for 100-200 USD"),
    economics("197-199", "Pitfall 4: 5 to 10 hours of maintenance a month"),
    economics("205-212", "Task API: investment"),
    economics("213-216", "Task API: operating cost; human oversight is missing"),
    economics("217-221", "Task API: value of 500 hours"),
    economics("222-227", "Task API: payback printed 0.3 months, 9 days (0.291, 8.9); ROI printed 4,000%+ (4,024%)"),
    assumption(1, "Share of the freed hours that becomes money; the source takes all of it"),
    assumption(2, "One model call per task"),
    assumption(3, "An API solution needs integration, evaluation and upkeep too, but no training data and no server"),
    assumption(4, "Cost of capital of 10% a year, effective"),
    assumption(5, "Below three months of payback an internal rate of return is a number without meaning"),
    assumption(6, "Any case can be shown"),
    assumption(7, "The day of the bundled price catalogue; prices older than a year are worth a look"),
    assumption(8, "Tasks move to the model in even monthly steps; the source automates all of them at once"),
)  # fmt: skip
