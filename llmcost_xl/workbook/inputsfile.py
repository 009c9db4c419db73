"""Files of figures to fill a workbook with, by quantity name: CSV or YAML.

CSV has a header row with the columns `quantity` and `value`, and where needed `column` (a scenario: base, low, high,
custom; or a column of the workbook's cases) and `record` (the name of a table's record); other columns are for the
reader. YAML says the same with less ink:

    tasks: 5000                        # in every scenario
    hourly_rate: {base: 60, low: 50}   # the others stay as they are
    features:                          # all records of a table
      - {feature: Chat, feature_queries: 100000}
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from llmcost_xl.errors import WrongTypeError
from llmcost_xl.quantities import QUANTITIES
from llmcost_xl.workbook import derive
from llmcost_xl.workbook.beside import SCENARIOS
from llmcost_xl.workbook.layout import Entry, Field, Rows, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from llmcost_xl.workbook.layout import Template

LARGEST_FILE: Final = 5_000_000  # bytes
COLUMNS: Final = ("quantity", "column", "record", "value")
REQUIRED: Final = ("quantity", "value")
NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?(%?)")
PERHAPS_THOUSANDS: Final = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
LIKE_A_NUMBER: Final = re.compile(r"[-+\d.,'\s%$€£]*\d[-+\d.,'\s%$€£]*")


class InputsError(WrongTypeError):
    """Figures that cannot be filled in; `problems` says of each why."""

    def __init__(self, name: str, problems: Sequence[str]) -> None:
        count = f"{len(problems)} problems" if len(problems) > 1 else "1 problem"
        super().__init__(f"{name}: {count}, nothing was filled in\n" + "\n".join(f"  {text}" for text in problems))
        self.problems = tuple(problems)


class Given(NamedTuple):
    """One figure: where the file says it, of which quantity, for which column and record."""

    where: str
    quantity: str
    value: Any
    column: str = ""
    record: str = ""


class Records(NamedTuple):
    """All records of a table, each by field name."""

    where: str
    table: str
    records: list[Mapping[str, Any]]


class Unread(NamedTuple):
    """A figure that cannot be read, and why; it is said together with those that cannot be filled in."""

    where: str
    reason: str


def read_inputs(path: Path) -> list[Given | Records | Unread]:
    """Every figure of a file, as it stands there.

    Raises:
        InputsError: it is neither CSV nor YAML, or not the kind of either that is described above.
        OSError: it cannot be opened.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise InputsError(path.name, [f"is larger than {LARGEST_FILE // 1_000_000} MB"])
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputsError(path.name, ["is not UTF-8 text; save it as CSV UTF-8"]) from None
    if path.suffix.lower() in (".yaml", ".yml"):
        return list(from_mapping(_yaml(path.name, text), path.name))
    if path.suffix.lower() == ".csv":
        return list(_csv(path.name, text))
    raise InputsError(path.name, ["is neither .csv nor .yaml"])


def from_mapping(figures: Any, name: str = "inputs") -> Iterator[Given | Records | Unread]:
    """The figures of a mapping such as YAML gives."""
    if not isinstance(figures, dict):
        raise InputsError(name, ["holds no quantities; write one per line, such as tasks: 5000"])
    for quantity, value in figures.items():
        where = str(quantity)
        if isinstance(value, dict):
            yield from (Given(where, where, _share(one), str(column).lower()) for column, one in value.items())
        elif isinstance(value, list):
            bad = [record for record in value if not isinstance(record, dict)]
            if bad:
                yield Unread(where, f"a record is written {{field: value, ...}}; received {bad[0]!r}")
            else:
                yield Records(where, where, value)
        else:
            yield Given(where, where, _share(value))


def _share(value: Any) -> Any:
    """A percentage as the number it is; YAML knows none."""
    return from_text(value) if isinstance(value, str) and NUMBER.fullmatch(value) else value


def _yaml(name: str, text: str) -> Any:
    from ruamel.yaml import YAML  # noqa: PLC0415  # few have such a file
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        raise InputsError(name, [f"{line}is not YAML: {getattr(error, 'problem', None) or error}"]) from None


def _csv(name: str, text: str) -> Iterator[Given | Unread]:
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise InputsError(name, [f"is not CSV: {error}"]) from None
    header = [cell.strip().lower() for cell in lines[0]] if lines else []
    missing = [column for column in REQUIRED if column not in header]
    if missing:
        raise InputsError(name, [f"the header row has no column {', '.join(missing)}; it has {', '.join(header)}"])
    at = {column: header.index(column) for column in COLUMNS if column in header}
    for number, line in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in line):
            continue
        if len(line) != len(header):
            yield Unread(f"row {number}", f"{len(line)} fields instead of {len(header)}")
            continue
        found = {column: line[position].strip() for column, position in at.items()}
        where = f"row {number}: {found['quantity']}"
        try:
            value = from_text(found["value"], decimal_comma=delimiter == ";")
        except ValueError as reason:
            yield Unread(where, str(reason))
            continue
        column = found.get("column", "").lower()
        yield Given(where, found["quantity"], value, column, found.get("record", ""))


def from_text(text: str, *, decimal_comma: bool = False) -> float | str | dt.date | None:
    """What a text means: a number (12% is 0.12), an ISO date, nothing, or itself.

    With `decimal_comma`, where commas are likely meant as decimal points, 1.234 is asked about.

    Raises:
        ValueError: it looks like a number and could be read in two ways, or like a date that there is not.
    """
    if not text:
        return None
    number = NUMBER.fullmatch(text)
    if number and not (decimal_comma and PERHAPS_THOUSANDS.fullmatch(text)):
        value = float(text.removesuffix("%"))
        return value / 100 if number[3] else value
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"there is no such day; received {text!r}") from None
    if LIKE_A_NUMBER.fullmatch(text):
        raise ValueError(f"write a number as 1234.5, without separators, and a date as 2027-01-31; received {text!r}")
    return text


def written(template: Template) -> bytes:
    """A CSV file with every input of a workbook as it is prefilled, ready to be edited and read again."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow((*COLUMNS, "unit", "label"))
    for given, described in _prefilled(template):
        quantity = QUANTITIES.get(given.quantity)
        unit = described.unit or (quantity.unit if quantity else "")
        value = "" if given.value is None else given.value
        rows.writerow((given.quantity, given.column, given.record, value, unit, given.where))
    return text.getvalue().encode()


def _prefilled(template: Template) -> Iterator[tuple[Given, Entry | Field]]:
    for block in derive.inputs(template).blocks:
        if isinstance(block, Rows):
            for line in block.lines:
                if isinstance(line, Entry):
                    yield from ((given, line) for given in _of_entry(template, line))
        elif isinstance(block, Table):
            fields = [field for field in block.fields if not field.formula and not field.shows]
            for record in block.records:
                for field, value in zip(fields, record, strict=True):
                    label = field.label or QUANTITIES[field.name].label
                    yield Given(label, field.name, value, "", str(record[0])), field


def _of_entry(template: Template, entry: Entry) -> Iterator[Given]:
    sheet = template.inputs
    label = entry.label or QUANTITIES[entry.name].label
    live = sheet.scenarios and not entry.fixed
    values = entry.value if isinstance(entry.value, tuple) else (entry.value,)
    base = values[0]
    if isinstance(entry.value, tuple):
        for column, value in zip(sheet.axis.columns, values, strict=True):
            if live and column.key == sheet.live:
                base = value
            else:
                yield Given(label, entry.name, value, column.key)
    elif not live:
        yield Given(label, entry.name, base)
    if live:
        for name, value in zip(SCENARIOS, entry.in_scenarios(base), strict=True):
            yield Given(label, entry.name, value, name.lower())
