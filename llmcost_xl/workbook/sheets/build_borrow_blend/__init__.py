"""Build, borrow or blend: gates, score and break-even decide together; the risks of vendors and the migration follow.

Every criterion, signal, mistake and question of the two texts on the choice between an API and models of one's own is
here, to be answered with evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Revision, Template
from llmcost_xl.workbook.layout import months as months_of
from llmcost_xl.workbook.sheets.build_borrow_blend import outputs, ramp
from llmcost_xl.workbook.sheets.build_borrow_blend.decision import BREAKEVEN, RISKS, SCORES
from llmcost_xl.workbook.sheets.build_borrow_blend.inputs import MODELS, inputs
from llmcost_xl.workbook.sheets.prices import price_sheet
from llmcost_xl.workbook.sheets.sources import assumption, economics, integrating, renting

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options

DEFAULT_MONTHS = 24


def template(options: Options) -> Template:
    """The workbook, made as the options say."""
    months, models = options.horizon(DEFAULT_MONTHS), options.chosen(MODELS)
    by_month = months_of(months, 1)
    swings, table = ramp.swings(by_month), ramp.table()
    return Template(
        name="build-borrow-blend",
        title="Build, borrow or blend, and vendor risk",
        purpose="Should models be built, rented through an API, or both, what do vendors put at risk, and what does "
                "the migration cost?",
        audience="Heads of product and engineering, finance, security; the board reads Outputs.",
        steps=(
            "On Inputs, enter volume, API model and the cost of models of your own; Low speaks against building.",
            "Answer the gates: the four questions, what customers and security require; say what you know, not hope.",
            "Score every statement from 0 to 3 and write down the evidence; weights add up to 100%.",
            "Enter vendors, what is tied to them, and the plan of the migration.",
            "On Checks, the master check must say OK; read the alerts, then Outputs.",
        ),
        limits=(
            "Scores and evidence are examples until you replace them: the recommendation is that of the example.",
            "Thresholds of a third and two thirds are assumptions; the texts give none.",
            "Break-even compares all queries on one side with all on the other; the migration moves a share.",
            "Own models are assumed to answer as well as the API; retries and failures are in model-choice.",
            "A server's queries per second come from the texts and exceed what hardware can do: measure yours.",
        ),
        inputs=inputs(options, models, months, table.inputs),
        prices=price_sheet(options, models),
        calculations=(SCORES, RISKS, BREAKEVEN, ramp.ramp(by_month), swings.sheet, table.sheet),
        outputs=outputs.outputs(swings.chart),
        checks=outputs.checks(swings.check, table.check),
        headlines=outputs.HEADLINES,
        sources=SOURCES,
        log=(Revision("0.1.0", "2026-11-21", "llmcost-xl", "First version"),),
    )  # fmt: skip


SOURCES = (
    economics("44-50", "API prices of 2024"),
    economics("53-58", "servers: 10 to 50 queries per second as printed, more than hardware can do"),
    economics("61-67", "the reference query of 500 and 200 tokens"),
    economics("95-101", "5 million queries: servers of 800 a month; 400 in the other scenarios"),
    economics("128-137", "hours of data preparation at $100 an hour"),
    economics("128-154", "data 47-158, evaluation 22-50, set-up 8-18 hours at $100; training $20"),
    economics("147-154", "operations, 4-19 hours a month"),
    renting("10-22", "three advantages of an API: speed, low upfront cost, low operating effort"),
    renting("23-26", "when renting constrains: scale, volatility, external updates, compliance"),
    renting("27", "build in parallel; the in-house system takes over gradually"),
    renting("43-49", "what updates by the vendor change; regression tests"),
    renting("50-52", "prompts are tied to the vendor's behaviour"),
    renting("55-61", "four questions of enterprise customers"),
    renting("62-68", "four requirements of security"),
    renting("69-74", "limits on throughput, latency, agreements for large batches"),
    renting("75-82", "evaluation, human review, drift, audits: overhead without figures"),
    renting("83-88", "portability and concentration of vendors"),
    renting("90-105", "what custom means: fine-tuning, private deployment, open models with retrieval"),
    renting("123-130", "five dimensions of API against custom"),
    renting("131-135", "validate first; calls scale, not capability, the inflection"),
    renting("136-143", "four signals of the build threshold"),
    renting("144-152", "three mistakes of switching too early"),
    integrating("35-38", "four questions before integrating"),
    integrating("127-135", "build, borrow or blend: three rules"),
    assumption(1, "Volume and growth are placeholders between the texts' scenarios"),
    assumption(2, "List prices; half of them as a case against building"),
    assumption(3, "Peak of office hours, servers filled to 70% at peak, none spare"),
    assumption(4, "Three months of dual running, an update every three months: examples"),
    assumption(5, "The day of the bundled price catalogue"),
    assumption(6, "Scores from 0 to 3; thresholds of two thirds and one third"),
    assumption(7, "A third of capacity, and half of full concentration, as limits worth a look"),
)
