"""Colours as they appear on the screen, and how well two of them can be told apart."""

from __future__ import annotations

import colorsys
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from defusedxml import ElementTree
from openpyxl.styles.colors import COLOR_INDEX

from llmcost_xl.lint.parts import child, local

if TYPE_CHECKING:
    from llmcost_xl.lint.reading import Book

BLACK, WHITE = "000000", "FFFFFF"
SCHEME: Final = ("lt1", "dk1", "lt2", "dk2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink")
"""The order in which cells count a theme's colours."""

OFFICE_THEME: Final = (
    "FFFFFF", "000000", "E7E6E6", "44546A", "4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47",
    "0563C1", "954F72",
)  # fmt: skip


@lru_cache(maxsize=4)
def theme(book: Book) -> tuple[str, ...]:
    """The colours of a workbook's theme, in the order in which cells count them."""
    content: Any = book.formulas.loaded_theme
    try:
        root = ElementTree.fromstring(content) if content else None
    except (ElementTree.ParseError, ValueError):
        root = None
    scheme = child(root, "themeElements", "clrScheme")
    if scheme is None:
        return OFFICE_THEME
    stated = {}
    for entry in scheme:
        for colour in entry:
            stated[local(entry)] = (colour.get("lastClr") or colour.get("val") or "")[-6:].upper()
    usual = dict(zip(SCHEME, OFFICE_THEME, strict=True))
    return tuple(stated[name] if is_colour(stated.get(name, "")) else usual[name] for name in SCHEME)


def shown(book: Book, colour: Any, otherwise: str) -> str:
    """A colour of a cell as six hexadecimal digits; `otherwise` where it is automatic or none."""
    if colour is None:
        return otherwise
    plain = otherwise
    if colour.type == "rgb" and isinstance(colour.rgb, str) and is_colour(colour.rgb[-6:]):
        plain = colour.rgb[-6:].upper()
    elif colour.type == "theme" and isinstance(colour.theme, int) and 0 <= colour.theme < len(SCHEME):
        plain = theme(book)[colour.theme]
    elif colour.type == "indexed" and isinstance(colour.indexed, int) and 0 <= colour.indexed < len(COLOR_INDEX):
        plain = COLOR_INDEX[colour.indexed][-6:]
    return tinted(plain, float(colour.tint or 0))


def is_colour(text: str) -> bool:
    """Whether a text is six hexadecimal digits."""
    return len(text) == 6 and all(letter in "0123456789abcdefABCDEF" for letter in text)  # noqa: PLR2004


def tinted(colour: str, tint: float) -> str:
    """A colour made darker (tint below 0) or lighter (above), as Excel does."""
    if not tint:
        return colour
    hue, light, saturation = colorsys.rgb_to_hls(*_channels(colour))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    channels = colorsys.hls_to_rgb(hue, min(max(light, 0), 1), saturation)
    return "".join(f"{round(channel * 255):02X}" for channel in channels)


@lru_cache(maxsize=4096)
def contrast(one: str, other: str) -> float:
    """The ratio of two colours' luminances, 1 to 21, as the web's accessibility guidelines define it."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """How light a colour is, from 0 to 1."""
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for channel in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[position : position + 2], 16) / 255 for position in (0, 2, 4))
    return red, green, blue
