"""The LibreOffice side of `libreoffice.py`: runs under an interpreter that has `uno`, and imports nothing of ours.

Reads one JSON request per line, `{"do": "read", ...}`, and answers each with one line, `{"ok": ...}` or
`{"error": "..."}`. One soffice process with a profile of its own serves all requests; it ends when standard input does.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.document import MacroExecMode
from com.sun.star.uno import RuntimeException

START_SECONDS = 60
STOP_SECONDS = 20
EXCEL_ERRORS = {
    502: "#NUM!",  # an argument outside the function's domain, as SQRT(-1)
    503: "#NUM!",
    504: "#REF!",
    519: "#VALUE!",
    523: "#NUM!",  # no convergence, as IRR without a change of sign
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}
FILTERS = {".pdf": "calc_pdf_Export", ".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8"}


def properties(**values):
    return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())


def url(path):
    return Path(path).resolve().as_uri()


def used_area(sheet):
    """From the first cell to the last one with something in it."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    return sheet.getCellRangeByPosition(0, 0, cursor.RangeAddress.EndColumn, cursor.RangeAddress.EndRow).RangeAddress


def connect(soffice, pipe):
    """The running office's context, once it answers."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if soffice.poll() is not None:
                raise RuntimeError(f"soffice ended with {soffice.returncode}") from None
            if time.monotonic() > deadline:
                raise RuntimeError(f"soffice did not answer within {START_SECONDS} s") from None
            time.sleep(0.05)


class Office:
    """The requests: every public method is one, called with the request's other fields."""

    errors = EXCEL_ERRORS

    def __init__(self, context):
        self.context = context
        self.desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self.documents = {}
        self.numbers = itertools.count(1)
        self.sheet_names = {}
        self.cells = {}
        self.print_areas = {}

    def open(self, path, macros=False):
        run = MacroExecMode.ALWAYS_EXECUTE_NO_WARN if macros else MacroExecMode.NEVER_EXECUTE
        # as a template: never locks or writes the file
        hidden_copy = properties(Hidden=True, ReadOnly=False, AsTemplate=True, MacroExecutionMode=run)
        document = self.desktop.loadComponentFromURL(url(path), "_blank", 0, hidden_copy)
        if document is None:
            raise RuntimeError(f"LibreOffice cannot open {path}")
        for sheet in document.Sheets:
            sheet.unprotect("")  # a test may spoil a formula to see a check turn
        return self._number(document)

    def set(self, document, cells):
        for address, value in cells.items():
            cell = self._cell(document, address)
            if value is None:
                cell.setFormula("")
            elif isinstance(value, bool):
                cell.setFormula(f"={str(value).upper()}()")
            elif isinstance(value, str):
                cell.setFormula(value) if value.startswith("=") else cell.setString(value)
            else:
                cell.setValue(value)

    def recalculate(self, document):
        self.documents[document].calculateAll()  # every formula, whatever value the file brought along

    def read(self, document, addresses):
        """The cells' values, in order. TRUE is 1, an empty cell is "".

        Each sheet's block is fetched at once: a call per cell would take a millisecond each.
        """
        places = [self._place(document, address) for address in addresses]
        blocks = {}
        for number in {sheet for sheet, _, _ in places}:
            columns = [column for sheet, column, _ in places if sheet == number]
            rows = [row for sheet, _, row in places if sheet == number]
            whole = self.documents[document].Sheets.getByIndex(number)
            block = whole.getCellRangeByPosition(min(columns), min(rows), max(columns), max(rows))
            blocks[number] = (min(columns), min(rows), block, block.getDataArray())
        values = []
        for sheet, column, row in places:
            left, top, block, data = blocks[sheet]
            value = data[row - top][column - left]
            if value is None:
                code = block.getCellByPosition(column - left, row - top).getError()
                value = self.errors.get(code, f"Err:{code}")
            values.append(value)
        return values

    def formulas(self, document, addresses):
        """What the cells hold, in LibreOffice's own notation: `set` takes it back."""
        return [self._cell(document, address).getFormula() for address in addresses]

    def sheets(self, document):
        return list(self.sheet_names[document])

    def export(self, document, path, sheet=None):
        """Write the workbook, or one sheet (its print areas, else all of it), in the format of the path's ending."""
        model = self.documents[document]
        if sheet is not None:
            for other in model.Sheets:
                areas = self.print_areas.setdefault((document, other.Name), other.getPrintAreas())
                printed = areas or (used_area(other),)  # where one sheet has areas, only it is printed
                other.setPrintAreas(printed if other.Name == sheet else ())
        model.storeToURL(url(path), properties(FilterName=FILTERS[Path(path).suffix]))

    def close(self, document):
        self.documents.pop(document).close(True)

    def quit(self):
        with contextlib.suppress(RuntimeException):  # the office may be gone, now or before it answers
            for document in list(self.documents):
                self.close(document)
            self.desktop.terminate()

    def _number(self, document):
        """A document's number, by which requests name it."""
        number = next(self.numbers)
        self.documents[number] = document
        self.sheet_names[number] = document.Sheets.ElementNames
        return number

    def _cell(self, document, address):
        if (document, address) not in self.cells:
            sheet, column, row = self._place(document, address)
            cell = self.documents[document].Sheets.getByIndex(sheet).getCellByPosition(column, row)
            self.cells[document, address] = cell
        return self.cells[document, address]

    def _place(self, document, address):
        """Sheet, column and row, counted from 0, of `Sheet!A1` or of a defined name."""
        sheet, mark, cell = address.rpartition("!")
        if mark and sheet in self.sheet_names[document]:
            letters = cell.rstrip("0123456789")
            column = functools.reduce(lambda number, letter: number * 26 + ord(letter) - ord("@"), letters, 0)
            return self.sheet_names[document].index(sheet), column - 1, int(cell[len(letters) :]) - 1
        names = self.documents[document].NamedRanges
        if mark or not names.hasByName(address):
            raise LookupError(f"{address} is not in the workbook")
        found = names.getByName(address).getReferredCells().RangeAddress
        return found.Sheet, found.StartColumn, found.StartRow


def answer(**reply):
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()


def serve(office):
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer(ok=getattr(office, request.pop("do"))(**request))
        except Exception as error:  # noqa: BLE001  # any failure is an answer: the caller shows it, and goes on
            answer(error=f"{type(error).__name__}: {error}")


def main(requests=Office):
    """Serve the requests that are methods of a class."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    pipe = f"llmcost{os.getpid()}"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        soffice = subprocess.Popen(
            [sys.argv[1], "--headless", "--norestore", "--nologo", "--nodefault",
             f"-env:UserInstallation={url(profile)}", f"--accept=pipe,name={pipe};urp;"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            office = requests(connect(soffice, pipe))
            answer(ok="ready")
            serve(office)
            office.quit()
            soffice.wait(STOP_SECONDS)
        finally:
            if soffice.poll() is None:
                os.killpg(soffice.pid, signal.SIGKILL)  # the whole group, as soffice starts children
                soffice.wait()


if __name__ == "__main__":
    main()
