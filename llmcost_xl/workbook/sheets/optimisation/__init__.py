"""The optimisation workbook: from an invoice of $120,000 a month to what it could be, lever by lever.

Every lever works on the part of the cost that it touches, and on what the levers before it left: savings multiply. A
roadmap says when each is live and what it takes, and the source's checklist says what is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Revision, Template, months, records_of
from llmcost_xl.workbook.sheets.optimisation.inputs import HORIZON, LEVERS, inputs
from llmcost_xl.workbook.sheets.optimisation.levers import COMBINED, EFFECT, REVERSE, SEQUENCE
from llmcost_xl.workbook.sheets.optimisation.outputs import CHECKS, HEADLINES, outputs
from llmcost_xl.workbook.sheets.optimisation.pictures import CHECKED, WATERFALL
from llmcost_xl.workbook.sheets.optimisation.roadmap import roadmap
from llmcost_xl.workbook.sheets.optimisation.sensitivity import bill, saving
from llmcost_xl.workbook.sheets.optimisation.source import SOURCE
from llmcost_xl.workbook.sheets.optimisation.today import TODAY, prices
from llmcost_xl.workbook.sheets.sources import assumption, economics, integrating

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options


def template(options: Options) -> Template:
    """The workbook, made as the options say."""
    levers = records_of(LEVERS)
    tornado, grid = saving(levers), bill()
    return Template(
        name="optimisation",
        title="Optimisation roadmap",
        purpose="How far can the bill come down, by which levers, when, and for how much work?",
        audience="Engineering and finance, when the invoice has come; the board reads Outputs.",
        steps=(
            "On Inputs, enter the invoice, the tokens of a typical query, and the models.",
            "Enter what each lever does, measured on a sample of your own queries; say no to those left out.",
            "Say in which month each lever goes live, how long it ramps up, and what it takes.",
            "Score the checklist, with evidence. Choose a scenario: Low is cautious, High what the source hopes for.",
            "Read Outputs; look at every alert on Checks.",
        ),
        limits=(
            "Levers are taken as independent: the queries that are cached are neither simpler nor longer than others.",
            "A smaller model may fail more often, which costs money elsewhere: see the model-choice workbook.",
            "The volume is what the invoice would buy at list prices; discounts and other models are not told apart.",
            "A shorter prompt leaves answers as they are; a shorter answer would be another lever.",
            "Upkeep of the levers is not counted; work is paid in the month a lever goes live.",
            "Savings that the source claims come without evidence: they are drivers to be measured, not promises.",
        ),
        inputs=inputs(options, grid),
        prices=prices(options),
        calculations=(
            TODAY, EFFECT, SEQUENCE, REVERSE, COMBINED, roadmap(months(options.horizon(HORIZON), first=1), levers),
            WATERFALL, CHECKED, tornado.sheet, grid.sheet, SOURCE,
        ),
        outputs=outputs(levers, tornado),
        checks=(*CHECKS, tornado.check, grid.check),
        headlines=HEADLINES,
        sources=(
            economics("61-67", "the reference query of 500 and 200 tokens"),
            integrating("10", "a chatbot on GPT-4 without caching: $120,000 within a month"),
            integrating("35-38", "real time or batch?"),
            integrating("47-52", "40-60% fewer tokens, \"according to OpenAI's own efficiency benchmarks\", which were "
                                 "not found", "unverified claim"),
            integrating("54-59", "model mapping: up to 70% of infrastructure cost", "unverified claim"),
            integrating("75-80", "always on: idle consumption reduced drastically, without a figure"),
            integrating("91-93", "checklist: use-case clarity"),
            integrating("95-97", "checklist: the right model, up to 70% of operational cost", "unverified claim"),
            integrating("99", "checklist, heading lost: caching cuts inference spend in half", "unverified claim"),
            integrating("101-103", "checklist: retrieval before generation, less tokens without a figure"),
            integrating("105-107", "checklist: cost governance"),
            integrating("109-111", "checklist: cloud and edge"),
            integrating("113-115", "checklist: fine-tuning last"),
            integrating("117-119", "checklist: evolution, not perfection"),
            integrating("121", "checklist, heading lost: continuous observation"),
            integrating("123-125", "checklist: innovation with intent"),
            assumption(1, "A server for retrieval, as cheap as the source's; an API has no idle cost"),
            assumption(2, "No growth in the base case: what levers save is not mixed with what growth costs"),
            assumption(3, "A fifth of the queries can wait; batches cost half at most providers"),
            assumption(4, "Servers are needed ten hours on 22 days; starting up costs nothing"),
            assumption(5, "Work at 100 USD an hour; it may take half as much again"),
            assumption(6, "The day of the price catalogue; prices older than a year are worth a look"),
            assumption(7, "Whatever else you do to input and output alike"),
        ),
        log=(Revision("0.1.0", "2026-11-21", "llmcost-xl", "First version"),),
    )  # fmt: skip
