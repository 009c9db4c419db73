"""The bars of the waterfall from the bill before to the bill after, and the checklist's score."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table
from llmcost_xl.workbook.sheets.optimisation.inputs import LEVERS

STEPS: Final = len(LEVERS.records)

WATERFALL = Sheet(
    "Calc_Waterfall",
    "From the bill before to the bill after, in the order chosen; the chart draws these bars.",
    (
        Table(
            "ordered",
            "Levers in their order",
            (
                Field("drop", "=-{added}", "Change", "USD per month"),
            ),
            like="levers",
        ),
        Table(
            "bars",
            "Bars",
            (
                Field("bar_kind", label="Bar", unit="text"),
                Field("bar_no", "=ROWS({bar_kind:to_here})-1", "Place", "count"),
                Field("stands_on_zero", '=1-({bar_kind}="Step")', "Bar from zero (flag)", "flag"),
                Field("bar_record", "=SUMPRODUCT(({place:all}={bar_no})*{lever_no:all})", "Lever", "count"),
                Field("bar_name", "=IF({stands_on_zero}=1,{bar_kind},INDEX({lever:all},MAX(1,{bar_record})))",
                      "Step", "text", wide=True),
                Field("bar_change", "=(1-{stands_on_zero})*INDEX({drop:all},MAX(1,{bar_record}))"
                                    '+({bar_kind}="Before")*{cost_before}', "Change", "USD per month"),
                Field("level_after", "=SUM({bar_change:to_here})", "Level after", "USD per month"),
                Field("level_before", "=({level_after}-{bar_change})*(1-{stands_on_zero})", "Level before",
                      "USD per month"),
                Field("gap", "=MIN({level_before},{level_after})", "Gap below", "USD per month"),
                Field("bar", "=MAX({level_before},{level_after})-{gap}", "Bar", "USD per month"),
                Field("amount", "={bar}*{stands_on_zero}", "Bill", "USD per month"),
                Field("dearer", "=({bar_change}>0)*(1-{stands_on_zero})", "Makes it dearer (flag)", "flag"),
                Field("saved_bar", "={bar}*(1-{stands_on_zero})*(1-{dearer})", "Saved", "USD per month"),
                Field("dearer_bar", "={bar}*{dearer}", "Made dearer", "USD per month"),
            ),
            (("Before",), *(("Step",) for _ in range(STEPS)), ("After",)),
        ),
        Rows("For the checks", (
            Line("waterfall_end", "=INDEX({level_after:all},ROWS({level_after:all}))", "Last level", "USD per month"),
        )),
    ),
)  # fmt: skip

CHECKED = Sheet(
    "Calc_Checklist",
    "The checklist's score: weighted, of the highest that can be reached.",
    (
        Table("scored", "Items", (
            Field("points_missed", "={item_weight}*({max_score}-{score})", "Points missed", "points", total=True),
            Field("is_gap", "=({score}<{max_score})*1", "Gap (flag)", "flag"),
            Field("no_evidence", "=({evidence}=0)*1", "No evidence (flag)", "flag"),
        ), like="checklist"),
        Rows("The score", (
            Line("weight_sum", "=SUM({item_weight:all})", "Weights", "points"),
            Line("weighed", "=({weight_sum}>0)*1", "Something is weighed (flag)", "flag"),
            Line("checklist_score",
                 "={weighed}*SUMPRODUCT({item_weight:all}*{score:all})/({max_score}*({weight_sum}+1-{weighed}))",
                 "Score of the checklist", "fraction", engine="governance.build_score",
                 renamed={"scores": "score", "weights": "item_weight"}, flag="weighed"),
            Line("gaps", "=SUM({is_gap:all})", "Items not in place", "count"),
            Line("without_evidence", "=SUM({no_evidence:all})", "Items without evidence", "count"),
        )),
    ),
)  # fmt: skip
