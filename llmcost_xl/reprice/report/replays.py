"""Three replays of actual usage: as it was billed, at the prices before and at those after.

The target of the repricing is the candidate list. What has no price, or was not billed, is not known: never 0.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from llmcost_xl.reprice.report.bridge import sides
from llmcost_xl.reprice.report.contents import Replay

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmcost_xl.reprice.report.inforce import Priced
    from llmcost_xl.reprice.report.recorded import Key, Recorded


def of_workbook(pairs: list[tuple[Recorded, Recorded]]) -> list[Replay]:
    """The replays of what a workbook records, model by model, the dearest first."""
    return _by_model(
        Replay(key.model, billed, _cost(was, key), _cost(now, key))
        for was, now in pairs
        for key, billed in (now.billed or {}).items()
    )


def of_file(priced: Priced) -> list[Replay]:
    """The replays of a file of usage that says what was billed; none of one that does not."""
    if all(line.billed is None for line, _ in priced.lines):
        return []
    return _by_model(
        Replay(line.model, line.billed, None, None)
        if not items
        else Replay(items[0].model, line.billed, *(math.fsum(map(math.prod, side)) for side in sides(items)))
        for line, items in priced.lines
    )


def total(replays: Iterable[Replay]) -> Replay:
    """All models together; not known where one of them is not."""
    columns = list(zip(*(one[1:] for one in replays), strict=True))
    return Replay("All", *(_sum(column) for column in columns))


def _cost(record: Recorded, key: Key) -> float | None:
    if key in record.unknown:
        return None
    return math.fsum(math.prod(factors) for factors in record.lines.get(key, {}).values())


def _by_model(found: Iterable[Replay]) -> list[Replay]:
    models: dict[str, list[Replay]] = {}
    for one in found:
        models.setdefault(one.model, []).append(one)
    rows = [total(group)._replace(model=model) for model, group in models.items()]
    used = [one for one in rows if None in one[1:] or any(one[1:])]
    return sorted(used, key=lambda one: (-max(amount or 0.0 for amount in one[1:]), one.model))


def _sum(amounts: Iterable[float | None]) -> float | None:
    known = list(amounts)
    return None if None in known else math.fsum(one for one in known if one is not None)
