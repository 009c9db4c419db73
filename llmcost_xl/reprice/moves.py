"""Changes of prices that might come, as an option of the command line states them."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.catalogue.rows import DEAREST
from llmcost_xl.errors import OutOfDomainError, WrongTypeError
from llmcost_xl.quantities import COMPONENTS

if TYPE_CHECKING:
    from llmcost_xl.reprice.target import Series

_MOVE: Final = re.compile(r"(?P<models>[^:=]+(?::(?!\w+=)[^:=]+)*)(?::(?P<component>\w+))?=(?P<value>.+)")
_PERCENT: Final = re.compile(r"([+-]\d+(?:\.\d+)?)%")
_AMOUNT: Final = re.compile(r"\d+(?:\.\d+)?")


class Move(NamedTuple):
    """A change that might come: `openai/*=-50%`, `openai/gpt-4o:output=8`."""

    text: str
    models: str
    component: str
    factor: float | None
    amount: float | None

    @classmethod
    def read(cls, text: str) -> Move:
        """The change that an option states.

        Raises:
            WrongTypeError: it is written otherwise.
            OutOfDomainError: it makes a price negative, or dearer than any.
        """
        found = _MOVE.fullmatch("".join(text.split()))
        percent = _PERCENT.fullmatch(found["value"]) if found else None
        amount = _AMOUNT.fullmatch(found["value"]) if found else None
        if found is None or not (percent or amount):
            raise WrongTypeError(
                f"a change is written like 'openai/*=-50%' or 'openai/gpt-4o:output=8' (US$ per 1M tokens);"
                f" received {text!r}"
            )
        component = (found["component"] or "").lower()
        if component and component not in COMPONENTS:
            raise WrongTypeError(f"there is no component {component!r} in {text!r}; there are {', '.join(COMPONENTS)}")
        if amount and not component:
            raise WrongTypeError(f"{text!r} would make every price the same; say which, as in openai/gpt-4o:output=8")
        factor = 1 + float(percent[1]) / 100 if percent else None
        if (factor is not None and not 0 <= factor <= DEAREST) or (amount and float(amount[0]) > DEAREST):
            raise OutOfDomainError(f"{text!r}: a price falls by 100% at most, and is US$ {DEAREST:,} at most")
        return cls("".join(text.split()), found["models"].lower(), component, factor,
                   float(amount[0]) if amount else None)  # fmt: skip

    def is_about(self, series: Series) -> bool:
        """Whether it moves this price."""
        return self.component in ("", series.component) and fnmatch.fnmatchcase(str(series.key).lower(), self.models)

    def of(self, price: float, per_usd: float) -> float:
        """What a price becomes, to 12 digits."""
        moved = price * self.factor if self.factor is not None else (self.amount or 0.0) * per_usd
        return float(f"{moved:.12g}")
