"""What a workbook says: quantities, formulas, checks, charts and sources, and nothing about how they look.

A `Template` describes one workbook. The writer gives every quantity its cells, turns the names in braces into cell
references, adds the link rows between sheets, and dresses it all in one house style.

Formulas name quantities in braces:

    {tasks}             the quantity, in the same column (and in the same record of a table)
    {tasks@task_api}    its value in one column of the axis, by the column's key
    {tasks:all}         its whole row, or its whole column in a table
    {saving:later}      its row without the first column: the months after the investment
    {tasks:prev}        its value one column to the left: the previous month (blank, so 0, before the first)
    {tasks:to_here}     from the first record of a table down to this one
    {spend:lines}       a quantity written per case: all its lines, in the formula's own column
    {hours_low:total}   the total under a table's column
    {hours:low}         the lower end of the range that the source states for an input; {hours:high} the upper end
    {growth:cases}      an input in every scenario, on a sheet whose axis is `with_scenarios(VALUE_ONLY)`
    {hours:less}        by how much a sensitivity lowers an input, as a fraction; {hours:more} by how much it raises it
    {case:labels}       the headings of an axis

A quantity from another sheet is linked in by the writer; the formula does not show where it comes from. Asked for as a
whole, a row of months stands there as a column where the sheet has another axis. Constants
other than 0, 1 and -1 have names too: see `constants`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from llmcost_xl.workbook.beside import SCENARIOS

Value: TypeAlias = float | str | dt.date | None
"""What one input cell holds; None is a cell left empty."""


# -- axes: what the columns of a sheet mean ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an axis: `key` is its name in formulas, `label` its heading."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """What runs across a sheet or down a block of lines: cases, estimates (low, likely, high), months, records.

    A dated axis has the columns of the Timing sheet; its keys are the month numbers from 0, the day of the investment.
    An axis of records (see `records_of`) has one column for each record of a table on an earlier sheet: the table's
    fields can be read by name there, and headings and labels follow the names that the user gives the records.
    """

    name: str
    columns: tuple[Column, ...] = ()
    dated: bool = False
    table: str = ""

    def position(self, key: str) -> int:
        """Where a column stands, from 0."""
        return [column.key for column in self.columns].index(key)

    def continues(self, other: Axis) -> bool:
        """Whether it begins with the columns of the other axis."""
        return self.name == other.name and self.columns[: len(other.columns)] == other.columns


VALUE_ONLY: Final = Axis("value")
"""No columns across: every line has one value."""

ESTIMATES: Final = Axis("estimate", (Column("low", "Low"), Column("likely", "Likely"), Column("high", "High")))


def months(last: int, first: Literal[0, 1] = 0) -> Axis:
    """Months `first` to `last`.

    Month 0 is the day of the investment, and savings arrive at the ends of months 1 to `last`. A budget has no month 0:
    its months are calendar months, and `month_end` is the last day of each.
    """
    numbers = range(first, last + 1)
    return Axis("month", tuple(Column(str(month), f"Month {month}") for month in numbers), dated=True)


def with_scenarios(axis: Axis) -> Axis:
    """The axis of a sheet of inputs, followed by its scenarios: base, low, high, custom.

    A sheet with this axis shows what becomes of every scenario beside the one that is chosen.
    """
    return Axis(axis.name, (*axis.columns, *(Column(scenario.lower(), scenario) for scenario in SCENARIOS)))


def records_of(table: Table) -> Axis:
    """The records of a table as an axis; their keys are r1, r2 ..."""
    count = len(table.records) + table.spare
    columns = tuple(Column(f"r{number}", f"Record {number}") for number in range(1, count + 1))
    return Axis(table.name, columns, table=table.name)


# -- lines: one quantity per row ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """A quantity the user enters. Label, unit, number format, bounds and prompt come from the vocabulary.

    `value` is one value, or a tuple with one per column of the sheet's axis. On a sheet with scenarios it is that of
    the base scenario, `cases` are those of the low, the high and the custom one where they differ (the custom one may
    be left out), and formulas read the value of the scenario chosen; a `fixed` entry is a setting, the same in all of
    them. `swing` is what a sensitivity subtracts and adds, as fractions of the value (0.2, 0.3: from 80% to 130%).
    `low` and `high` state the range that the source reports, for the reader and for alerts. `at_least` and `at_most`
    narrow the vocabulary's bounds; `choices` makes a drop-down list where the vocabulary has none; `label`, and `unit`
    for a quantity that is not in the vocabulary, are for one that plays a part of its own here.
    """

    name: str
    value: Value | tuple[Value, ...]
    source: str = ""
    note: str = ""
    low: float | None = None
    high: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    choices: tuple[str, ...] = ()
    label: str = ""
    unit: str = ""
    cases: tuple[Value, ...] = ()
    fixed: bool = False
    swing: tuple[float, float] | tuple[()] = ()

    def in_scenarios(self, base: Value) -> tuple[Value, Value, Value, Value]:
        """What it is in the base, low, high and custom scenario."""
        low, high, custom = (*self.cases, base, base, base)[:3] if self.cases else (base, base, base)
        return base, low, high, custom


@dataclass(frozen=True, slots=True)
class Line:
    """A quantity the workbook computes, by one formula copied across all columns.

    Without a formula the line shows a quantity computed on another sheet. `label` and `unit` are needed only where the
    vocabulary has no such quantity. `single` lines have one value, in the value column, whatever the sheet's axis.

    `engine` names the engine function ("value.roi") that must give the same number from the quantities its parameters
    are named for; `renamed` maps a parameter to the quantity that plays its part here, or to "" to leave it out. `flag`
    names the 0/1 line that is 0 where the engine refuses to answer.
    """

    name: str
    formula: str = ""
    label: str = ""
    unit: str = ""
    note: str = ""
    single: bool = False
    engine: str = ""
    renamed: dict[str, str] = field(default_factory=dict)
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that never changes, by name: formulas hold no other literal than 0, 1 and -1.

    A tuple states one word for each column of the sheet's axis.
    """

    name: str
    value: float | tuple[str, ...]
    label: str
    unit: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Lines under a heading.

    With `per`, every line is written once for each column of that axis: cases down and months across.
    """

    title: str
    lines: tuple[Entry | Line | Constant, ...]
    note: str = ""
    per: Axis | None = None


# -- tables: one record per row ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table: entered where there is no formula, else computed by one formula for all records.

    `choices` makes a drop-down list, and `choices_of` one of the records of another table on Inputs, by the field that
    names them. `total` adds up the column under the table. `shows` marks a column that each record fills with a formula
    of its own ("={roi@worked}"). `engine` and `renamed` are those of a Line, record by record, `at_least` and `at_most`
    those of an Entry.
    """

    name: str
    formula: str = ""
    label: str = ""
    unit: str = ""
    total: bool = False
    shows: bool = False
    choices: tuple[str, ...] = ()
    choices_of: str = ""
    wide: bool = False
    engine: str = ""
    renamed: dict[str, str] = field(default_factory=dict)
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Records down, fields across. The first field names the record.

    `records` holds the values of the fields without a formula, in their order. A table with `like` continues the
    records of another table (named by it) on a later sheet: the fields it uses, of that table and of all that continue
    it, are linked in, record by record.
    `spare` empty records at the end are for the user.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    records: tuple[tuple[Value, ...], ...] = ()
    like: str = ""
    spare: int = 0
    note: str = ""


# -- pictures and words ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of quantities by name. Its title is its message; `alt` describes it to those who cannot see it.

    A line over cases makes one series with a point per case; a line over months one series; lines written `per` case
    one series each (`only` chooses among them, by key). Fields of a table make one series each, a point per record.
    `categories` names what the points stand for: a line over months, or a table's field; empty for the axis' labels.
    `hidden` series hold up the others in a stack (a waterfall's steps). `markers` are pairs (x, y) of lines over cases,
    drawn as single points on a scatter chart: the month of payback. `shaded` series are drawn as light columns without
    gaps behind the lines of a "lines" chart: the ranges of volume where self-hosting pays. A "tornado" draws lying bars
    of two series from a common middle, the first category on top. A `logarithmic` scatter chart has both axes so; all
    its figures must be positive. `from_zero` starts the axis of figures that are never negative at 0, so that columns
    are as long as what they stand for. `names` is a text written per case, which names the series of a line written per
    case.
    """

    title: str
    kind: Literal["columns", "stacked", "bars", "tornado", "lines", "scatter"]
    series: tuple[str, ...]
    categories: str = ""
    x_title: str = ""
    y_title: str = ""
    alt: str = ""
    only: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    markers: tuple[tuple[str, str], ...] = ()
    x_max: float | None = None
    y_max: float | None = None
    from_zero: bool = False
    shaded: tuple[str, ...] = ()
    logarithmic: bool = False
    names: str = ""


@dataclass(frozen=True, slots=True)
class Charts:
    """Charts side by side."""

    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A heading and sentences. A sentence that starts with = is a formula, so that it can quote live figures."""

    title: str
    sentences: tuple[str, ...]


Block: TypeAlias = Rows | Table | Charts | Text


# -- the workbook ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a line on what it is for, what runs across it, and its blocks from top to bottom.

    A sheet of inputs with `scenarios` has four columns more, one of which the scenario chosen at its top makes count;
    where entries have a value per column of the axis, it is the value of the column `live` that follows the scenario.
    Such entries can be read on sheets with this axis, and on sheets with the axis `with_scenarios` makes of it.
    """

    name: str
    purpose: str
    blocks: tuple[Block, ...]
    axis: Axis = VALUE_ONLY
    scenarios: bool = False
    live: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A statement that must hold between two quantities of one value each, e.g. "{assets@base}" = "{claims@base}".

    `target` and `tolerance` are 0 when empty. Errors count towards the master check; an alert is a business warning
    and says in `advice` what to do; a sensitivity says that what is shown is not the base case. `assessed` names a 0/1
    figure that is 0 while an alert cannot be judged: it then says "not assessed" instead of "OK".
    """

    key: str
    statement: str
    value: str
    relation: Literal["=", "<=", ">="] = "="
    target: str = ""
    tolerance: str = ""
    kind: Literal["error", "alert", "sensitivity"] = "error"
    advice: str = ""
    assessed: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure comes from; inputs cite it by `key`."""

    key: str
    text: str
    place: str = ""
    status: Literal["source text", "verified", "assumption", "unverified claim"] = "source text"
    retrieved: str = ""
    confidence: Literal["", "low", "medium", "high"] = ""


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure for the cover and the command line: a reference to one cell of Outputs, e.g. "{payback@worked}"."""

    label: str
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Revision:
    """One line of the log."""

    version: str
    day: str
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Currency:
    """The currency of a workbook: units of it per US dollar, on what day, according to whom.

    What users enter and what they read is in this currency; list prices of tokens stay in US dollars (unit "US$ ...")
    and are converted by formulas. Figures of the texts, in dollars, are converted once, when the workbook is made.
    """

    code: str = "USD"
    rate: float = 1.0
    day: dt.date | None = None


DOLLARS: Final = Currency()


@dataclass(frozen=True, slots=True)
class Template:
    """A whole workbook. Cover, Lists, Timing, Checks, Sources and Log follow from what is said here."""

    name: str
    title: str
    purpose: str
    audience: str
    steps: tuple[str, ...]
    limits: tuple[str, ...]
    inputs: Sheet
    calculations: tuple[Sheet, ...]
    outputs: Sheet
    checks: tuple[Check, ...]
    headlines: tuple[Headline, ...]
    sources: tuple[Source, ...]
    log: tuple[Revision, ...]
    prices: Sheet | None = None
    start: dt.date = dt.date(2027, 1, 1)
    currency: Currency = DOLLARS
    scenario: str = "Base"  # the one chosen as delivered
    addin: bool = False  # whether its formulas call worksheet functions of the add-in

    @property
    def time(self) -> Axis | None:
        """The months of the Timing sheet, if any sheet runs over months."""
        dated = [sheet.axis for sheet in (*self.calculations, self.outputs) if sheet.axis.dated]
        return max(dated, key=lambda axis: len(axis.columns), default=None)
