"""What a repricing moved: spend by cause, feature and model, the workbook's own figures, and the prices behind it.

    report = of(before, after, plan, usage, name="plan.xlsx")
    telling.for_terminal(report, 80), telling.in_markdown(report), telling.as_page([report])
    sheet.added(report, after)

Before and after are the files: both are worked out in process (`state`). Usage is what the workbook records (`layouts`,
`recorded`) or what a file says (`usage`), priced by the workbook's tables (`inforce`); `bridge` leads from the spend
before to the one after, `behind` says which price rows did it, `figures` what became of payback and the like. `making`
puts them together into a `Report` (`contents`), which `telling` words and `sheet` writes into the workbook. What cannot
be worked out is said to be unknown.
"""

from __future__ import annotations

from llmcost_xl.reprice.report.contents import Report
from llmcost_xl.reprice.report.making import of

__all__ = ["Report", "of"]
