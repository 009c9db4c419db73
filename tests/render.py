"""Pictures of every sheet of a workbook, as LibreOffice prints it.

    python tests/render.py                              every template, into docs/pictures
    python tests/render.py FOLDER WORKBOOK.xlsx...      these workbooks, into FOLDER

The pictures are called <workbook>-<position>-<sheet>.png, with -2, -3 ... appended where a sheet takes more pages.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from libreoffice import LibreOffice

ROOT = Path(__file__).parents[1]
DOTS_PER_INCH = 80  # legible, and about 60 kB a page


def render(office: LibreOffice, workbook: Path, folder: Path) -> list[Path]:
    """Write one PNG per printed page, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with office.open(workbook) as book, tempfile.TemporaryDirectory() as scratch:
        book.recalculate()
        for position, sheet in enumerate(book.sheets(), 1):
            pdf = Path(scratch, f"{position}.pdf")
            book.export(pdf, sheet)
            subprocess.run(["pdftoppm", "-r", str(DOTS_PER_INCH), "-png", pdf, pdf.with_suffix("")], check=True)
            name = f"{workbook.stem}-{position:02}-{re.sub(r'[^a-z0-9]+', '-', sheet.lower())}"
            pages = sorted(Path(scratch).glob(f"{position}-*.png"))
            for number, page in enumerate(pages, 1):
                target = folder / (f"{name}.png" if number == 1 else f"{name}-{number}.png")
                target.write_bytes(page.read_bytes())
                written.append(target)
    return written


def main(folder: Path, workbooks: list[Path]) -> None:
    with LibreOffice() as office:
        for workbook in workbooks:
            for picture in render(office, workbook, folder):
                sys.stdout.write(f"{picture}\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
    else:
        main(ROOT / "docs" / "pictures", sorted((ROOT / "templates").glob("*.xlsx")))
