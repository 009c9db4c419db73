"""The priced models whose names are most like one that nothing goes by."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from llmcost_xl.catalogue.names import ModelKey, Names

SHOWN: Final = 5
WEIGHED: Final = 100
LIKE_ENOUGH: Final = 0.5  # of the likeness of the best


class NameIndex:
    """The models of one price book, by the three-letter pieces of their names."""

    def __init__(self, models: Iterable[ModelKey], names: Names) -> None:
        self.makers: set[ModelKey] = set()  # those whose provider claims such names
        self._by_piece: defaultdict[str, list[ModelKey]] = defaultdict(list)
        for key in models:
            if names.claimant(key.model.lower()) == key.provider:
                self.makers.add(key)
            for piece in _pieces(key.model):
                self._by_piece[piece].append(key)

    def like(self, name: str) -> dict[ModelKey, float]:
        """The models that share most pieces with a name, and the share."""
        pieces = _pieces(name)
        shared: Counter[ModelKey] = Counter()
        for piece in pieces:
            shared.update(self._by_piece.get(piece, ()))
        common = shared.most_common(WEIGHED)
        return {key: count / (len(pieces) + len(_pieces(key.model))) for key, count in common}


def nearest(name: str, indexes: Sequence[NameIndex], names: Names) -> list[str]:
    """Of the models much like a name: of the provider it names, the uppermost book, their maker first."""
    prefix, _, rest = name.strip().lower().rpartition("/")
    provider = names.find_provider(prefix)
    found: dict[ModelKey, tuple[float, int, bool]] = {}
    for depth, index in enumerate(indexes):
        for key, likeness in index.like(rest).items():
            found.setdefault(key, (likeness, depth, key in index.makers))
    least = max((likeness for likeness, *_ in found.values()), default=0.0) * LIKE_ENOUGH
    ranked = [
        (key.provider != provider, depth, not is_maker, -likeness, str(key))
        for key, (likeness, depth, is_maker) in found.items()
        if likeness >= least
    ]
    return [key for *_, key in sorted(ranked)[:SHOWN]]


def _pieces(name: str) -> set[str]:
    padded = f"  {name.lower()} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}
