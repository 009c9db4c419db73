"""The LibreOffice side of `libreoffice_host.py`: an office with the extension, and whole sheets at a time.

Runs, as the worker it extends, under an interpreter that has `uno`, and imports nothing of ours.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import uno
import unohelper
from com.sun.star.beans import NamedValue
from com.sun.star.lang import Locale
from com.sun.star.sheet.FillDirection import TO_BOTTOM
from com.sun.star.table import CellAddress
from com.sun.star.task import XInteractionHandler
from com.sun.star.ucb import XCommandEnvironment
from com.sun.star.util import Date
from libreoffice_worker import EXCEL_ERRORS, Office, main, properties, url


class Consent(unohelper.Base, XCommandEnvironment, XInteractionHandler):
    """Whoever installs an extension by hand, and says yes to every question."""

    def getInteractionHandler(self):
        return self

    def getProgressHandler(self):
        return None

    def handle(self, request):
        approve = uno.getTypeByName("com.sun.star.task.XInteractionApprove")
        for answer in request.getContinuations():
            if answer.queryInterface(approve):
                answer.select()
                return


class CalcWithExtension(Office):
    """The requests of `Office`, and more."""

    errors = EXCEL_ERRORS | {504: "#VALUE!", 521: "#NULL!"}  # 504: as LibreOffice itself writes it into an .xlsx

    def install(self, path):
        """Install an extension for this profile, as opening the file does."""
        manager = self.context.getValueByName("/singletons/com.sun.star.deployment.ExtensionManager")
        manager.addExtension(url(path), (NamedValue("SUPPRESS_LICENSE", "1"),), "user", None, Consent())

    def folder(self):
        """Where LibreOffice keeps the extension it has installed."""
        manager = self.context.getValueByName("/singletons/com.sun.star.deployment.ExtensionManager")
        url = manager.getDeployedExtension("user", "llmcost-xl", "", Consent()).getURL()
        expander = self.context.getValueByName("/singletons/com.sun.star.util.theMacroExpander")
        return uno.fileUrlToSystemPath(expander.expandMacros(url.removeprefix("vnd.sun.star.expand:")))

    def create(self):
        """A new spreadsheet with one sheet."""
        document = self.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, properties(Hidden=True))
        return self._number(document)

    def fill(self, document, sheet, row, column, rows):
        """Numbers and text, counted from row and column 0; None leaves a cell empty."""
        data = tuple(tuple("" if cell is None else cell for cell in line) for line in rows)
        self._block(document, sheet, row, column, len(rows), len(rows[0])).setDataArray(data)

    def type_in(self, document, sheet, row, column, rows):
        """Formulas in LibreOffice's notation, as a block; empty text leaves a cell empty."""
        block = self._block(document, sheet, row, column, len(rows), len(rows[0]))
        block.setFormulaArray(tuple(map(tuple, rows)))

    def type_arrays(self, document, sheet, arrays):
        """Array formulas, each behind the row, column, height and width of the block it fills."""
        for *place, formula in arrays:
            self._block(document, sheet, *place).setArrayFormula(formula)

    def fill_down(self, document, sheet, row, column, height):
        """Copy the formula of a cell to the cells below it, as dragging its corner does."""
        self._block(document, sheet, row, column, height, 1).fillAuto(TO_BOTTOM, 1)

    def show_as(self, document, sheet, row, column, number_format):
        """Give a cell a number format, written as in English."""
        model = self.documents[document]
        english = Locale("en", "US", "")
        key = model.NumberFormats.queryKey(number_format, english, False)
        if key < 0:
            key = model.NumberFormats.addNew(number_format, english)
        model.Sheets.getByIndex(sheet).getCellByPosition(column, row).NumberFormat = key

    def count_days_from(self, document, year, month, day):
        """Have the document count its days from a date; day 0 is that date."""
        self.documents[document].NullDate = Date(day, month, year)

    def block(self, document, sheet, row, column, height, width):
        """The values of a block."""
        block = self._block(document, sheet, row, column, height, width)
        rows = [list(line) for line in block.getDataArray()]
        for down, line in enumerate(rows):
            for across, value in enumerate(line):
                if value is None:
                    code = block.getCellByPosition(across, down).getError()
                    line[across] = self.errors.get(code, f"Err:{code}")
        return rows

    def seconds(self, document):
        """How long it takes to recalculate everything."""
        start = time.perf_counter()
        self.documents[document].calculateAll()
        return time.perf_counter() - start

    def name(self, document, name, cell):
        """Give a cell a name."""
        self.documents[document].NamedRanges.addNewByName(name, cell, CellAddress(), 0)

    def empty_cells(self, document):
        """What the menu entry lists for a document; the menu calls a service by its name, too."""
        self.documents[document].CurrentController.Frame.activate()
        self.context.ServiceManager.createInstanceWithContext("llmcost.EmptyCells", self.context).trigger("list")
        listed = self.desktop.getCurrentComponent()
        cursor = listed.Sheets.getByIndex(0).createCursor()
        cursor.gotoEndOfUsedArea(True)
        shown = [list(row) for row in cursor.getDataArray()]
        listed.close(True)
        return shown

    def wizard(self, names):
        """What the function wizard knows of functions: description, category, and its arguments' names and texts."""
        manager = self.context.ServiceManager
        known = manager.createInstanceWithContext("com.sun.star.sheet.FunctionDescriptions", self.context)
        found = {}
        for number in range(known.getCount()):
            about = {one.Name: one.Value for one in known.getByIndex(number)}
            if about["Name"] in names:
                arguments = [[argument.Name, argument.Description] for argument in about["Arguments"] or ()]
                found[about["Name"]] = [about["Description"], about["Category"], arguments]
        return found

    def _block(self, document, sheet, row, column, height, width):
        cells = self.documents[document].Sheets.getByIndex(sheet)
        return cells.getCellRangeByPosition(column, row, column + width - 1, row + height - 1)


if __name__ == "__main__":
    main(CalcWithExtension)
