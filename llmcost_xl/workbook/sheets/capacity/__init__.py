"""The capacity workbook: when do a provider's limits give out, what to ask for, and what own servers would take?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Revision, Template, months
from llmcost_xl.workbook.sheets.capacity.demand import demand_sheet, limits_sheet
from llmcost_xl.workbook.sheets.capacity.inputs import SOURCES, inputs, limits_axis
from llmcost_xl.workbook.sheets.capacity.outputs import CHECKS, HEADLINES, outputs
from llmcost_xl.workbook.sheets.capacity.sensitivity import GRID, TORNADO
from llmcost_xl.workbook.sheets.capacity.servers import LATENCY, ONE_SERVER, UPTIME, fleet_sheet

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options

USUAL_MONTHS = 12


def template(options: Options) -> Template:
    """The workbook, made as the options say."""
    limits = limits_axis(options)
    ahead = months(options.horizon(USUAL_MONTHS), first=1)
    return Template(
        name="capacity",
        title="Capacity and limits",
        purpose="When does demand reach the provider's limits, what to ask for, and how many servers would carry it?",
        audience="Engineers who run the service, and those who negotiate limits or buy servers.",
        steps=(
            "On Inputs, enter the queries of month 1, their growth, the peak over the average, and tokens per query.",
            "Enter the limits of your account, one line for each model or tier; mark those in force.",
            "Choose the scenario: Low is the cautious case (more, longer, faster growing), High the calm one.",
            "Enter the servers you consider; compare claims with the ceiling, and choose spare servers for uptime.",
            "Read Outputs and the alerts on Checks; ask for limits before the month in which they are passed.",
        ),
        limits=(
            "Peaks are those of a minute; a provider may enforce a limit by the second, and then refuse earlier.",
            "Input and output tokens share one limit here; where yours are separate, enter a line for each.",
            "The ceiling is arithmetic alone: memory and batching bring real servers below it. Measure yours.",
            "Servers fail independently here; a common cause (a data centre, a release) makes uptime worse.",
            "Latency is that of one stream on an idle server: near the ceiling everything queues.",
        ),
        inputs=inputs(options),
        calculations=(
            demand_sheet(ahead),
            limits_sheet(limits, ahead),
            ONE_SERVER,
            fleet_sheet(ahead),
            UPTIME,
            LATENCY,
            TORNADO.sheet,
            GRID.sheet,
        ),
        outputs=outputs(limits, ahead),
        checks=CHECKS,
        headlines=HEADLINES,
        sources=SOURCES,
        log=(Revision("0.1.0", "2026-11-21", "llmcost-xl", "First version"),),
    )
