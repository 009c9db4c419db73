"""The lists of the self-hosting workbook: servers and rents of the source, and the figures it prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.catalogue.hardware import facts
from llmcost_xl.workbook.layout import Field, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmcost_xl.catalogue.hardware import Fact
    from llmcost_xl.workbook.layout import Value

SERVER, CLAIMED, PEAK, RENT = "server cost", "claimed capacity", "peak speed, dense FP16", "GPU rent"


def _known(fact: str) -> Iterator[Fact]:
    return (one for one in facts() if one.fact == fact)


def _servers() -> Iterator[tuple[Value, ...]]:
    """Every server of the source, with its claimed capacity and the peak speed of its GPU."""
    claimed = {(one.hardware, one.provider): one.high for one in _known(CLAIMED)}
    peaks = {one.hardware: one for one in _known(PEAK)}
    for one in _known(SERVER):
        peak = peaks[one.hardware]
        remark = one.source.partition(": ")[2]
        name = ", ".join(filter(None, (one.provider, remark)))
        yield (f"{one.hardware} ({name})", one.low, one.high, claimed[one.hardware, one.provider], peak.high,
               peak.status, "S0 L53-58")  # fmt: skip


HARDWARE: Final = Table(
    "hardware",
    "Servers to choose from",
    (
        Field("hardware", label="Server", unit="text"),
        Field("monthly_low", label="Cost, low", unit="USD per month", at_least=0),
        Field("monthly_high", label="Cost, high", unit="USD per month", at_least=0),
        Field("claimed_qps", label="Claimed capacity", unit="queries per second", at_least=0),
        Field("list_tflops", label="Peak speed", unit="TFLOP/s", at_least=0),
        Field("tflops_status", label="Peak speed is", unit="text"),
        Field("hardware_source", label="Source", unit="text"),
    ),
    tuple(_servers()),
    spare=4,
    note="Costs and capacities as printed in 2024; the RTX 4090's 15 is electricity only. The empty rows are yours.",
)

RENTS: Final = Table(
    "rents",
    "What GPUs rent for",
    (
        Field("platform", label="Platform", unit="text"),
        Field("rent_low", label="Low", unit="USD per hour", at_least=0),
        Field("rent_high", label="High", unit="USD per hour", at_least=0),
        Field("rent_source", label="Source", unit="text"),
    ),
    tuple((one.provider, one.low, one.high, "S0 L32-38") for one in _known(RENT) if one.high > 0),
)

PRINTED: Final = Table(
    "printed",
    "Figures as the source prints them, in US dollars, for the reconciliation",
    (
        Field("statement", label="Statement", unit="text"),
        Field("printed", label="Printed", unit="any"),
        Field("printed_within", label="Printed to within", unit="any"),
        Field("printed_source", label="Source", unit="text"),
    ),
    (
        ("50,000 queries: API bill, USD a month", 10, 0, "S0 L74-86"),
        ("50,000 queries: server, USD a month", 400, 0, "S0 L74-86"),
        ("50,000 queries: self-hosted cost per query, USD", 0.008, 0, "S0 L74-86"),
        ("50,000 queries: first month of self-hosting, USD", 1_420, 0, "S0 L74-86"),
        ("50,000 queries: saving, USD a month", -390, 0, "S0 L87-88"),
        ("500,000 queries: API bill, USD a month", 100, 0, "S0 L89-94"),
        ("500,000 queries: server, USD a month", 400, 0, "S0 L89-94"),
        ("5 million queries: API bill, USD a month", 1_000, 0, "S0 L95-101"),
        ("5 million queries: server, USD a month", 800, 0, "S0 L95-101"),
        ("5 million queries: saving, USD a month", 200, 0, "S0 L95-101"),
        ("5 million queries: one-off cost, USD", 1_020, 0, "S0 L95-101"),
        ("5 million queries: payback, months", 5.1, 0.05, "S0 L95-101"),
        ("Break-even against GPT-4o-mini, queries a month", 2_000_000, 0, "S0 L248-255"),
        ("GPT-4o-mini, cost per query, USD", 0.0002, 0.000005, "S0 L61-67"),
    ),
)
