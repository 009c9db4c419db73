"""Sensitivity without an add-in: a tornado and a two-way table, computed by formulas on the scenario that is chosen.

A tornado recomputes a short form of the model once as it is, and twice for every driver: the driver's input lowered
and raised by its swing (`Entry(..., swing=(0.2, 0.3))`), all others unchanged. Each of these runs is a column of the
sheet, so the short form is written once, one formula per row:

    runs = tornado(
        drivers=("tasks", "hourly_rate"),
        short_form=(Line("run_saving", "={run_tasks}*{run_hourly_rate}*{hours_per_task}", ..., "USD per month"),),
        result="run_saving", same_as="monthly_savings", unit="USD per month", noun="monthly saving",
    )

A driver `x` is called `run_x` there; whatever is no driver keeps its own name. Of an input with a value per column,
the driver is the one in the column named: "tasks@yours".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from llmcost_xl.quantities import QUANTITIES
from llmcost_xl.workbook.layout import (
    Axis,
    Chart,
    Check,
    Column,
    Constant,
    Field,
    Line,
    Rows,
    Sheet,
    Table,
    records_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

AS_IS, LESS, MORE = "as is", "less", "more"


class Tornado(NamedTuple):
    """The sheet of runs, the chart of what they change, and the check that the short form is the model's own figure."""

    sheet: Sheet
    chart: Chart
    check: Check


def tornado(
    *,
    drivers: tuple[str, ...],
    short_form: tuple[Line | Rows, ...],
    result: str,
    same_as: str,
    unit: str,
    noun: str,
    labels: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
) -> Tornado:
    """Recompute `result` for every driver lowered and raised, and rank the drivers by what that changes.

    `short_form` are lines, or blocks of lines where some are written per month or record. `same_as` is the model's own
    figure that the run as is must equal, e.g. "npv@yours". `labels` and `units` are for drivers that are not in the
    vocabulary.
    """
    places = dict(_name_and_place(driver) for driver in drivers)
    names = {driver: (labels or {}).get(driver) or QUANTITIES[driver].label for driver in places}
    if len(set(names.values())) < len(names):
        raise ValueError(f"tornado: a run tells its driver by label, so each needs its own: {sorted(names.values())}")
    axis = _runs(names)
    lines = tuple(block for block in short_form if isinstance(block, Line))
    blocks = tuple(block for block in short_form if isinstance(block, Rows))
    sheet = Sheet(
        "Calc_Tornado",
        f"One driver at a time, down and up by its swing on Inputs: what becomes of the {noun}?",
        (
            Rows("What changes in each run", (
                Constant("run_driver", tuple(label for label, _ in _order(tuple(names.values()))), "Driver", "text"),
                Constant("run_side", tuple(side for _, side in _order(tuple(names))), "Direction", "text"),
            )),
            Rows("Drivers in each run",
                 tuple(_driver(driver, places[driver], names[driver], (units or {}).get(driver, ""))
                       for driver in names)),
            *((Rows("Short form of the model", lines),) if lines else ()),
            *blocks,
            Rows("Effect", (
                Line("run_effect", f"={{{result}}}-{{{result}@as_is}}", f"Change of the {noun}", unit),
                Line("run_base", f"={{{result}@as_is}}", "Short form, nothing changed", unit, single=True),
                Line("run_model", f"={{{same_as}}}", "The model's own figure", unit, single=True),
            )),
            *ranking(
                ((label, f"={{run_effect@{driver}_{LESS}}}", f"={{run_effect@{driver}_{MORE}}}")
                 for driver, label in names.items()),
                unit,
            ),
        ),
        axis,
    )  # fmt: skip
    chart = tornado_chart(noun, unit)
    check = Check("tornado", f"The sensitivity's short form gives the {noun} of the model", "{run_base}",
                  target="{run_model}", tolerance="{cent}")  # fmt: skip
    return Tornado(sheet, chart, check)


def _order(drivers: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(AS_IS, AS_IS), *((driver, side) for driver in drivers for side in (LESS, MORE))]


def _runs(names: dict[str, str]) -> Axis:
    columns = [Column("as_is", "As is")]
    for driver, label in names.items():
        columns += [Column(f"{driver}_{LESS}", f"{label}: {LESS}"), Column(f"{driver}_{MORE}", f"{label}: {MORE}")]
    return Axis("run", tuple(columns))


def _name_and_place(driver: str) -> tuple[str, str]:
    """The name of an input, and "@column" if one of its columns is meant."""
    name, at, column = driver.partition("@")
    return name, at + column


def _driver(driver: str, at: str, label: str, unit: str) -> Line:
    """The driver's value in every run."""
    change = f'(({{run_side}}="{MORE}")*{{{driver}:more}}-({{run_side}}="{LESS}")*{{{driver}:less}})'
    unit = unit or (QUANTITIES[driver].unit if driver in QUANTITIES else "any")
    return Line(f"run_{driver}", f'={{{driver}{at}}}*(1+({{run_driver}}="{label}")*{change})', label, unit)


def tornado_chart(noun: str, unit: str) -> Chart:
    """The chart of a `ranking`."""
    return Chart(
        f"What moves the {noun} most", "tornado", ("effect_less_ranked", "effect_more_ranked"), "driver_ranked",
        "", f"Change of the {noun}, {unit}",
        alt=f"Tornado: for every driver, by how much the {noun} changes when the driver alone goes down and up by its"
            " swing; the largest change on top.",
    )  # fmt: skip


def ranking(effects: Iterable[tuple[str, str, str]], unit: str) -> tuple[Table, Table]:
    """Drivers with what becomes of the result when each is lowered and raised, as formulas; and the same by rank."""
    records = tuple(effects)
    return _effects(records, unit), _ranked(unit, len(records))


def _effects(records: tuple[tuple[str, str, str], ...], unit: str) -> Table:
    return Table(
        "effects",
        "Effect of each driver",
        (
            Field("effect_driver", label="Driver", unit="text"),
            Field("effect_less", label="When lowered", unit=unit, shows=True),
            Field("effect_more", label="When raised", unit=unit, shows=True),
            Field("effect_swing", "=ABS({effect_more}-{effect_less})", "Swing", unit),
            Field("effect_rank",
                  "=SUMPRODUCT(({effect_swing:all}>{effect_swing})*1)"
                  "+SUMPRODUCT(({effect_swing:to_here}={effect_swing})*1)",
                  "Rank", "count"),
            Field("rank", "=ROWS({effect_driver:to_here})", "Place", "count"),
        ),
        records,
    )  # fmt: skip


def _ranked(unit: str, count: int) -> Table:
    place = "MATCH({rank},{effect_rank:all},0)"
    return Table(
        "ranked",
        "Ranked by swing, for the chart",
        (
            Field("driver_ranked", f"=INDEX({{effect_driver:all}},{place})", "Driver", "text"),
            Field("effect_less_ranked", f"=INDEX({{effect_less:all}},{place})", "When lowered", unit),
            Field("effect_more_ranked", f"=INDEX({{effect_more:all}},{place})", "When raised", unit),
        ),
        tuple(() for _ in range(count)),
    )


class Grid(NamedTuple):
    """The steps to enter on Inputs, and the sheet with the two-way table."""

    inputs: tuple[Table, Table]
    sheet: Sheet
    check: Check


def grid(
    *,
    across: str,
    down: str,
    short_form: tuple[Line, ...],
    result: str,
    same_as: str,
    unit: str,
    noun: str,
    steps_across: tuple[float, ...] = (-0.5, -0.25, 0, 0.25, 0.5, 1.0),
    steps_down: tuple[float, ...] = (-0.5, -0.25, 0, 0.25, 0.5, 1.0),
    labels: Mapping[str, str] | None = None,
) -> Grid:
    """A two-way table: `result` for one input changed across the columns and another down the rows.

    The short form calls the two inputs `grid_<name>`; its lines are written once for each step down. Both lists of
    steps hold 0, where the table must show the model's own figure `same_as`.
    """
    known = labels or {}
    (across, across_at), (down, down_at) = _name_and_place(across), _name_and_place(down)
    across_label, down_label = (known.get(name) or QUANTITIES[name].label for name in (across, down))
    columns = _steps("grid_across", f"Two-way table, across: {across_label}", "across_step", "across_change",
                     steps_across)  # fmt: skip
    rows = _steps("grid_down", f"Two-way table, down: {down_label}", "down_step", "down_change", steps_down)
    x, y = records_of(columns), records_of(rows)
    middle = "=SUMPRODUCT(({down_change:all}=0)*{grid_row_as_is:all})"
    units = [QUANTITIES[name].unit if name in QUANTITIES else "any" for name in (across, down)]
    sheet = Sheet(
        "Calc_Grid",
        f"The {noun} in the scenario chosen. Across: {across_label}. Down: {down_label}.",
        (
            Rows("Across", (
                Line(f"grid_{across}", f"={{{across}{across_at}}}*(1+{{across_change}})", across_label, units[0]),
            )),
            Rows("Down", (
                Line(f"grid_{down}", f"={{{down}{down_at}}}*(1+{{down_change}})", down_label, units[1], single=True),
            ), per=y),
            *(Rows(line.label, (line,), per=y) for line in short_form),
            Rows("For the checks", (
                Line("grid_row_as_is", f"=SUMPRODUCT(({{across_change:all}}=0)*{{{result}:all}})",
                     "Nothing changed across", unit, single=True),
            ), per=y),
            Rows("The table against the model", (
                Line("grid_as_is", middle, "Table, nothing changed", unit, single=True),
                Line("grid_model", f"={{{same_as}}}", "The model's own figure", unit, single=True),
            )),
        ),
        x,
    )  # fmt: skip
    check = Check("grid", f"The two-way table gives the {noun} of the model where nothing is changed", "{grid_as_is}",
                  target="{grid_model}", tolerance="{cent}")  # fmt: skip
    return Grid((columns, rows), sheet, check)


def _steps(name: str, title: str, step: str, change: str, steps: tuple[float, ...]) -> Table:
    fields = (Field(step, label="Step", unit="text"), Field(change, label="Change", unit="fraction", at_least=-1))
    return Table(name, title, fields, tuple((_words(value), value) for value in steps),
                 note="Exactly one of the steps must be 0")  # fmt: skip


def _words(step: float) -> str:
    """A step in words; no text that a reader of inputs could take for a number."""
    return f"{abs(step):.0%} {'more' if step > 0 else 'less'}" if step else AS_IS
