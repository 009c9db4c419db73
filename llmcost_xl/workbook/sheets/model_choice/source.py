"""The source's three options, from its rounded query costs and from exact ones: what it prints, and what follows."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table

ROUNDED, EXACT = "rounded", "exact"
BASES: Final = {ROUNDED: "as printed", EXACT: "exact"}


def _of(basis: str, words: str) -> tuple[Line, ...]:
    """The figures that follow from the query costs of one basis."""
    small, large = f"{{{basis}_small}}", f"{{{basis}_large}}"

    def line(name: str, formula: str, label: str, unit: str) -> Line:
        return Line(f"{basis}_{name}", formula, f"{label}, {words}", unit)

    return (
        line("small_month", f"={small}*{{source_queries}}", "GPT-4o-mini, a month", "US$ per month"),
        line("large_month", f"={large}*{{source_queries}}", "GPT-4o, a month", "US$ per month"),
        line("times", f"={large}/{small}", "GPT-4o over GPT-4o-mini", "x"),
        line("premium", f"={{{basis}_large_month}}-{{{basis}_small_month}}", "GPT-4o less GPT-4o-mini",
             "US$ per month"),
        line("large_from", f"=({large}-{small})/({{source_small_fails}}-{{source_large_fails}})",
             "GPT-4o beats GPT-4o-mini from", "US$ per failure"),
        line("tuned_small", f"=({{source_tuned}}-{small})/({{source_small_fails}}-{{source_tuned_fails}})",
             "Fine-tuned beats GPT-4o-mini from", "US$ per failure"),
        line("tuned_from", f"=({{source_tuned}}-{large})/({{source_large_fails}}-{{source_tuned_fails}})",
             "Fine-tuned beats GPT-4o from", "US$ per failure"),
        line("tuned_first", f"={{{basis}_tuned_from}}+{{training_per_avoided}}",
             "The same in month 1, with training", "US$ per failure"),
        line("small_failures", f"={{{basis}_tuned_from}}*{{source_queries}}*{{source_small_fails}}",
             "GPT-4o-mini's failures there", "US$ per month"),
        line("large_failures", f"={{{basis}_tuned_from}}*{{source_queries}}*{{source_large_fails}}",
             "GPT-4o's failures there", "US$ per month"),
        line("claimed_cost", f"={{{basis}_premium}}/({{source_queries}}*{{source_small_fails}})",
             "Cost of a failure if GPT-4o-mini's cost that premium", "US$ per failure"),
        line("claimed_small", f"={{{basis}_small_month}}+{{{basis}_claimed_cost}}*{{small_fail_count}}",
             "GPT-4o-mini there, with failures", "US$ per month"),
        line("claimed_large", f"={{{basis}_large_month}}+{{{basis}_claimed_cost}}*{{large_fail_count}}",
             "GPT-4o there, with failures", "US$ per month"),
        line("claimed_tuned", f"={{source_server}}+{{{basis}_claimed_cost}}*{{tuned_fail_count}}",
             "Fine-tuned there, with failures", "US$ per month"),
    )  # fmt: skip


FIGURES: Final = tuple(line.name.removeprefix(f"{ROUNDED}_") for line in _of(ROUNDED, ""))
LABELS: Final = dict(zip(FIGURES, (line.label.removesuffix(", ") for line in _of(ROUNDED, "")), strict=True))
PRINTED: Final = ("small_month", "large_month", "times", "premium")

SOURCE = Sheet(
    "Calc_Source",
    "The source's three options, whatever you enter: its own rounded query costs beside exact ones.",
    (
        Rows("Query costs", (
            Line("rounded_small", "={source_small}+0", "GPT-4o-mini, as printed", "US$ per query"),
            Line("rounded_large", "={source_large}+0", "GPT-4o, as printed", "US$ per query"),
            Line("exact_small", "=({source_input}*{source_small_in}+{source_output}*{source_small_out})"
                                "/{tokens_per_price_unit}", "GPT-4o-mini, exact", "US$ per query"),
            Line("exact_large", "=({source_input}*{source_large_in}+{source_output}*{source_large_out})"
                                "/{tokens_per_price_unit}", "GPT-4o, exact", "US$ per query"),
            Line("source_tuned", "={source_server}/{source_queries}", "Fine-tuned 7B", "US$ per query"),
        )),
        Rows("Failures", (
            Line("small_fail_count", "={source_queries}*{source_small_fails}", "GPT-4o-mini", "queries per month"),
            Line("large_fail_count", "={source_queries}*{source_large_fails}", "GPT-4o", "queries per month"),
            Line("tuned_fail_count", "={source_queries}*{source_tuned_fails}", "Fine-tuned 7B", "queries per month"),
            Line("training_per_avoided", "={source_training}/({large_fail_count}-{tuned_fail_count})",
                 "Training per failure avoided in month 1", "US$ per failure"),
        )),
        Rows("From the printed query costs", _of(ROUNDED, BASES[ROUNDED])),
        Rows("From exact query costs", _of(EXACT, BASES[EXACT])),
        Table(
            "reconciliation",
            "Printed and computed from the printed query costs",
            (
                Field("computed", label="Computed", unit="any", shows=True),
                Field("difference", "={computed}-{printed}", "Difference", "any"),
                Field("differs", "=(ABS({difference})>{printed_within}+{exact})*1", "Differs (flag)", "flag",
                      total=True),
            ),
            tuple((f"={{{ROUNDED}_{name}}}",) for name in PRINTED),
            like="printed",
        ),
    ),
)  # fmt: skip
