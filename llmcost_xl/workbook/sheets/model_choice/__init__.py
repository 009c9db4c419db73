"""The model-choice workbook: a cheap model that fails often, a dear one that fails less, or one's own.

Options are records: how often one try fails, how often it is tried again, to which option a failure is handed on, what
it costs by the token and by the month. The cheapest that meets the requirements is recommended, for every cost of a
failure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Revision, Template, months, records_of
from llmcost_xl.workbook.sheets.model_choice.choice import GATES, by_month, choice
from llmcost_xl.workbook.sheets.model_choice.costs import COSTS, FALLBACK, TRIES, prices
from llmcost_xl.workbook.sheets.model_choice.envelope import pairs, points, walk
from llmcost_xl.workbook.sheets.model_choice.inputs import HORIZON, inputs, options_table
from llmcost_xl.workbook.sheets.model_choice.outputs import CHECKS, HEADLINES, outputs
from llmcost_xl.workbook.sheets.model_choice.sensitivity import advantage, cheapest
from llmcost_xl.workbook.sheets.model_choice.source import SOURCE
from llmcost_xl.workbook.sheets.sources import assumption, economics

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options


def template(options: Options) -> Template:
    """The workbook, made as the options say."""
    table = options_table(options)
    across = records_of(table)
    tornado, grid = advantage(across), cheapest()
    return Template(
        name="model-choice",
        title="Choice of a model",
        purpose="Which model is the cheapest that can do the job, once its failures are paid for?",
        audience="Product owners and finance, before a model is chosen or fine-tuned",
        steps=(
            "On Inputs, enter volume, tokens, and what one failed answer costs the business.",
            "Give each option its measured failure rate, tries and fallback; say no to those not considered.",
            "Say which latency is limited, whether data must stay in house, and whether a capability is missing.",
            "Choose a scenario: Low and High set the drivers to low and high values, Custom is yours.",
            "Read Outputs; look at every alert on Checks.",
        ),
        limits=(
            "Failure rates are measured, not known: those of the source are placeholders until you measure yours.",
            "Tries fail independently: measure how often the second fails where the first did, and lower the tries.",
            "A failure that nobody notices is not tried again, and costs what a failure costs.",
            "A fallback makes all of its own tries; its own fallback is not followed.",
            "Charts draw the first five options; the line of the cheapest counts all of them.",
            "Latency is an average over tries; look at the slowest of a hundred before you promise anything.",
            "Volume and prices stay the same over the horizon; the server of the fine-tuned option carries any volume.",
        ),
        inputs=inputs(options, table, grid),
        prices=prices(options),
        calculations=(
            TRIES, FALLBACK, COSTS, GATES, choice(), by_month(months(options.horizon(HORIZON)), across), pairs(across),
            walk(across), points(across), tornado.sheet, grid.sheet, SOURCE,
        ),
        outputs=outputs(across, tornado, options.horizon(HORIZON)),
        checks=(*CHECKS, tornado.check, grid.check),
        headlines=HEADLINES,
        sources=(
            economics("61-67", "the reference query of 500 and 200 tokens, and its rounded cost"),
            economics("105-111", "capability gap: three options, 40%, 5% and 3% failures; $155 is printed as what "
                                 "decides for fine-tuning, and is GPT-4o less GPT-4o-mini"),
            economics("112-117", "latency: less than 200 ms, API 500-2,000 ms, self-hosted 50-150 ms; of the first "
                                 "token, since 200 tokens take seconds"),
            economics("118-121", "data that cannot leave: no API"),
            economics("122-125", "unique capability: build or do not build"),
            assumption(1, "What a failure costs is not in the source; 5 cents, a minute of somebody's time being 80"),
            assumption(2, "A broken format is noticed by a parser; four tries, or a cascade to the large model"),
            assumption(3, "As measured and as listed, 30% better or worse; API prices may halve"),
            assumption(4, "One-off costs are spread over the horizon"),
            assumption(5, "Value of a unique capability: enter yours; cost of capital 10% a year"),
            assumption(6, "The day of the price catalogue; prices older than a year are worth a look"),
            assumption(7, "Reaches beyond the last break-even of the source's options"),
            assumption(8, "Failure rates are not known to better than a few per cent"),
        ),
        log=(Revision("0.1.0", "2026-11-21", "llmcost-xl", "First version"),),
    )  # fmt: skip
