"""A waterfall as SVG within a page: bars from the left to the right, each with its figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from llmcost_xl.reprice.telling.document import Step, Waterfall

ROW, BAR = 24, 16  # pixels
LABELS, FIGURES, BARS = 250, 120, 560
LONGEST_LABEL: Final = 40


def drawn(block: Waterfall, text: Callable[[str], str]) -> str:
    """The drawing; `text` escapes."""
    height = ROW * len(block.steps) + 8
    ends = [end for step in block.steps for end in (step.start, step.end)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    scale = BARS / ((high - low) or 1.0)
    told = "; ".join(f"{step.label} {step.figure(block.digits)}" for step in block.steps)
    width = LABELS + BARS + FIGURES
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}"><title>{text(block.caption)}</title><desc>{text(told)} ({text(block.currency)})</desc>'
    )
    bars = (
        line
        for number, step in enumerate(block.steps)
        for line in _bar(step, 4 + number * ROW, low, scale, text, block.digits, is_last=number + 1 == len(block.steps))
    )
    return "\n".join((head, *bars, "</svg>"))


def _bar(
    step: Step, top: int, low: float, scale: float, text: Callable[[str], str], digits: int, *, is_last: bool
) -> Iterator[str]:
    """The label, the bar, its figure beside it, and a thin line down to the next bar."""
    left, right = sorted(LABELS + (end - low) * scale for end in (step.start, step.end))
    kind = "level" if step.is_level else "up" if step.amount > 0 else "down"
    label = step.label if len(step.label) <= LONGEST_LABEL else f"{step.label[: LONGEST_LABEL - 1]}…"
    middle = top + BAR - 4
    yield f'<text x="{LABELS - 8}" y="{middle}" text-anchor="end">{text(label)}</text>'
    yield (
        f'<rect class="{kind}" x="{left:.1f}" y="{top}" width="{max(right - left, 1.0 if step.amount else 0.0):.1f}" '
        f'height="{BAR}"/>'
    )
    yield f'<text x="{right + 6:.1f}" y="{middle}">{text(step.figure(digits))}</text>'
    if not is_last:
        at = LABELS + (step.end - low) * scale
        yield f'<line class="link" x1="{at:.1f}" x2="{at:.1f}" y1="{top + BAR}" y2="{top + ROW}"/>'
