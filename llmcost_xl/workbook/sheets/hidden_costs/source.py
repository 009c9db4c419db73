"""The printed tables added up again, in the dollars of the print."""

from __future__ import annotations

from llmcost_xl.workbook.layout import Field, Sheet, Table
from llmcost_xl.workbook.sheets.hidden_costs.parts import PART_KEYS

SOURCE = Sheet(
    "Calc_Source",
    "The printed tables added up again: what the source prints must reproduce, whatever you enter.",
    (
        Table(
            "printed_build",
            "Printed hours by part",
            (
                *(
                    Field(f"printed_{key}_{case}", f'=({{part}}="{PART_KEYS[key]}")*{{printed_{case}}}',
                          f"{PART_KEYS[key]}, {case}", "hours", total=True)
                    for key in ("data", "evaluation")
                    for case in ("low", "high")
                ),
            ),
            like="activities",
        ),
        Table(
            "printed_run",
            "Printed hours of operation",
            tuple(
                Field(f"printed_run_{case}", f"={{printed_monthly_{case}}}", f"Operation, {case}", "hours per month",
                      total=True)
                for case in ("low", "high")
            ),
            like="operations",
        ),
        Table(
            "reproduced",
            "Printed and computed",
            (
                Field("computed", label="Computed", unit="any", shows=True),
                Field("difference", "=ABS({computed}-{printed})", "Difference", "any"),
                Field("not_reproduced", "=({difference}>{exact})*1", "Differs (flag)", "flag", total=True),
            ),
            (
                ("={printed_data_low:total}",),
                ("={printed_data_high:total}",),
                ("={printed_data_low:total}*{printed_rate}/{source_rate}",),
                ("={printed_data_high:total}*{printed_rate}/{source_rate}",),
                ("={printed_evaluation_low:total}",),
                ("={printed_evaluation_high:total}",),
                ("={printed_evaluation_low:total}*{printed_rate}/{source_rate}",),
                ("={printed_evaluation_high:total}*{printed_rate}/{source_rate}",),
                ("={printed_run_low:total}*{printed_rate}/{source_rate}",),
                ("={printed_run_high:total}*{printed_rate}/{source_rate}",),
                ("={source_training}+{months_per_year}*{source_infrastructure}",),
            ),
            like="printed",
        ),
    ),
)  # fmt: skip
