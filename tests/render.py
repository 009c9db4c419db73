"""Pictures of every sheet of a workbook, as LibreOffice prints it.

    python tests/render.py                              the gallery: all workbooks of `llmcost-xl new`, into docs
    python tests/render.py FOLDER WORKBOOK.xlsx...      these workbooks, into FOLDER

The pictures are called <workbook>-<position>-<sheet>.png, with -2, -3 ... appended where a sheet takes more pages.
"""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from libreoffice import LibreOffice

from llmcost_xl.workbook import available

if TYPE_CHECKING:
    import numpy.typing as npt

ROOT = Path(__file__).parents[1]
DOTS_PER_INCH = 75  # legible
COLOURS = 48  # enough for a sheet; a fifth of the size of true colour
WHITE = 255
LINE, EDGE = 14, 8  # in pixels: a line of small text, and what is left white around a picture
OUTER = 0.1  # of a page's height, in which its header and its footer are

Pixels: TypeAlias = "npt.NDArray[np.int32]"


def render(office: LibreOffice, workbook: Path, folder: Path, *, margins: bool = True) -> list[Path]:
    """Write one PNG per printed page, with its margins or without, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with office.open(workbook) as book, tempfile.TemporaryDirectory() as scratch:
        book.recalculate()
        for position, sheet in enumerate(book.sheets(), 1):
            pdf = Path(scratch, f"{position}.pdf")
            book.export(pdf, sheet)
            subprocess.run(["pdftoppm", "-r", str(DOTS_PER_INCH), pdf, pdf.with_suffix("")], check=True)
            name = f"{workbook.stem}-{position:02}-{re.sub(r'[^a-z0-9]+', '-', sheet.lower())}"
            for number, page in enumerate(sorted(Path(scratch).glob(f"{position}-*.ppm")), 1):
                target = folder / (f"{name}.png" if number == 1 else f"{name}-{number}.png")
                pixels = pixels_of(page.read_bytes())
                target.write_bytes(small_png(pixels if margins else trimmed(pixels)))
                written.append(target)
    return written


def pixels_of(ppm: bytes) -> Pixels:
    """The colours of a binary PPM picture, row by row."""
    header = re.match(rb"P6\s(\d+)\s(\d+)\s255\s", ppm)
    assert header is not None
    width, height = int(header[1]), int(header[2])
    return np.frombuffer(ppm, np.uint8, offset=header.end()).reshape(height, width, 3).astype(np.int32)


def trimmed(pixels: Pixels) -> Pixels:
    """What is on a page but its header and its footer, without white around it."""
    inked = (pixels < WHITE).any(axis=2)
    bands = np.flatnonzero(np.diff(np.pad(inked.any(axis=1), 1).astype(int))).reshape(-1, 2)
    if _is_line(bands[0]) and bands[0, 1] < len(pixels) * OUTER:
        bands = bands[1:]
    if _is_line(bands[-1]) and bands[-1, 0] > len(pixels) * (1 - OUTER):
        bands = bands[:-1]
    top, bottom = bands[0, 0], bands[-1, 1]
    columns = np.flatnonzero(inked[top:bottom].any(axis=0))
    body = pixels[top:bottom, columns[0] : columns[-1] + 1]
    return np.pad(body, ((EDGE, EDGE), (EDGE, EDGE), (0, 0)), constant_values=WHITE)


def _is_line(band: Pixels) -> bool:
    """Whether a band of rows is as high as a line of small text."""
    return bool(band[1] - band[0] <= LINE)


def small_png(picture: Pixels) -> bytes:
    """A picture as a PNG of few colours: each pixel takes the nearest of the most frequent ones."""
    height, width, _ = picture.shape
    pixels = picture.reshape(-1, 3)
    found, where, count = np.unique(pixels @ (65536, 256, 1), return_inverse=True, return_counts=True)
    colours = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1)
    palette = colours[np.argsort(-count, kind="stable")[:COLOURS]]
    nearest = ((colours[:, None] - palette) ** 2).sum(axis=2).argmin(axis=1)
    rows = np.zeros((height, width + 1), np.uint8)  # every row begins with 0: not filtered
    rows[:, 1:] = nearest[where].reshape(height, width)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            (b"PLTE", palette.astype(np.uint8).tobytes()),
            (b"IDAT", zlib.compress(rows.tobytes(), 9)),
            (b"IEND", b""),
        )
    )


def main(folder: Path, workbooks: list[Path]) -> None:
    with LibreOffice() as office:
        for workbook in workbooks:
            for picture in render(office, workbook, folder):
                sys.stdout.write(f"{picture}\n")


def gallery(docs: Path) -> None:
    """The pictures of all workbooks in templates, a page for each workbook, and one that leads to them."""
    pictures, pages = docs / "pictures", docs / "gallery"
    pages.mkdir(exist_ok=True)
    for old in (*(picture for name in available() for picture in pictures.glob(f"{name}-*.png")), *pages.glob("*.md")):
        old.unlink()  # a sheet that is gone leaves no picture behind
    index = ["# Gallery", "", "Every sheet of every workbook, as it prints.", ""]
    with LibreOffice() as office:
        for name, title in available().items():
            written = render(office, ROOT / "templates" / f"{name}.xlsx", pictures)
            (pages / f"{name}.md").write_text(page(name, title, written), encoding="utf-8")
            shown = next(picture for picture in written if "-outputs" in picture.stem)
            index += [f"## [{title}](gallery/{name}.md)", "", f"![Outputs of {name}](pictures/{shown.name})", ""]
            sys.stdout.write(f"{name}: {len(written)} pictures\n")
    (docs / "gallery.md").write_text("\n".join(index), encoding="utf-8")


def page(name: str, title: str, pictures: list[Path]) -> str:
    """The gallery's page of one workbook."""
    lines = [f"# {title}", "", f"`llmcost-xl new {name}`", ""]
    for picture in pictures:
        sheet = picture.stem.removeprefix(f"{name}-")
        lines += [f"![{name}, {sheet}](../pictures/{picture.name})", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
    else:
        gallery(ROOT / "docs")
