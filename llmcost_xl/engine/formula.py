"""What every engine function shares: bounds by the vocabulary, arithmetic that serves numbers and arrays alike.

A parameter is named for its quantity, so `@formula` can check it without being told. NumPy is imported only when an
array arrives: a scalar call is fast, and runs where NumPy is absent.
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias, TypeVar

from llmcost_xl.errors import LLMCostError, OutOfDomainError, WrongTypeError, in_words
from llmcost_xl.quantities import QUANTITIES, UNITS, Quantity

ROUNDING: Final = 1e-12
"""Relative difference put down to floating-point arithmetic: no reason to refuse an argument or to rent a server."""

TOO_LARGE: Final = "the result is too large to state"

Number: TypeAlias = Any
"""A float, or a NumPy array of float64: the engine treats both alike."""

Series: TypeAlias = Sequence[float] | float
"""One value for each of several items or months; a single one holds for all."""

F = TypeVar("F", bound=Callable[..., Any])


def formula(unit: str, *, elementwise: bool = False, spills: bool = False) -> Callable[[F], F]:
    """Declare an engine function: its answer's unit, and that its arguments obey the vocabulary.

    Numbers outside their quantity's bounds raise `OutOfDomainError`, as does an answer that is not finite; an unknown
    keyword raises `WrongTypeError`. A function marked `elementwise` is written for numbers only and is called once per
    element of an array. One marked `spills` answers with a list, so it refuses arrays. An array where a series is due
    is that series.
    """
    if unit not in UNITS:
        raise ValueError(f"{unit!r} is not a unit of the vocabulary")

    def decorate(function: F) -> F:
        names = tuple(inspect.signature(function).parameters)
        quantities = tuple(QUANTITIES[name] for name in names)

        @functools.wraps(function)
        def checked(*args: Any, **kwargs: Any) -> Any:
            arrays = False
            for quantity, value in zip(quantities, args, strict=False):
                arrays |= _check(quantity, value)
            for name, value in kwargs.items():
                arrays |= _check(QUANTITIES[name], value)
            if arrays:
                given = dict(zip(names, args, strict=False)) | kwargs
                series = _lists_of_series(given)
                if series:
                    return checked(**(given | series))
                refuse(spills, WrongTypeError, f"{function.__name__} answers with a list: give it single numbers")
                return _with_arrays(function, quantities, given, elementwise)
            try:
                answer = function(*args, **kwargs)
            except ArithmeticError:  # a zero divisor is refused by name; what is left is beyond the range of a float
                raise OutOfDomainError(TOO_LARGE) from None
            if type(answer) is float and not math.isfinite(answer):
                raise OutOfDomainError(TOO_LARGE)
            return answer

        checked.unit = unit  # type: ignore[attr-defined]  # read by the reference and the workbooks
        checked.spills = spills  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    return decorate


def refusal(quantity: Quantity, value: object) -> str:
    """The message for a value outside its quantity's bounds."""
    received = in_words(value)
    if quantity.kind == "keyword":
        return f"{quantity.name} ({quantity.label}) must be one of {', '.join(quantity.choices)}; received {received}"
    whole = "a whole number, " if quantity.kind == "whole" else ""
    return f"{quantity.name} ({quantity.label}, {quantity.unit}) must be {whole}{quantity.bounds}; received {received}"


def refuse(bad: Any, error: type[LLMCostError], message: str) -> None:
    """Raise `error` where `bad` is true: a boolean, or an array of them, whose elements become the mask."""
    if bad is False or bad is None:
        return
    if hasattr(bad, "ndim") and bad.ndim:
        if bad.any():
            raise error(message, mask=bad)
    elif bad:
        raise error(message)


def ceil(value: Number) -> Number:
    """Smallest whole number not below `value`, as a float."""
    if hasattr(value, "ndim"):
        return _numpy().ceil(value)
    if math.isnan(value):
        raise OverflowError("the difference or quotient of two infinities")
    return float(math.ceil(value))


def maximum(first: Number, second: Number) -> Number:
    """The larger of two numbers, element by element."""
    if hasattr(first, "ndim") or hasattr(second, "ndim"):
        return _numpy().maximum(first, second)
    return max(first, second)


def minimum(first: Number, second: Number) -> Number:
    """The smaller of two numbers, element by element."""
    if hasattr(first, "ndim") or hasattr(second, "ndim"):
        return _numpy().minimum(first, second)
    return min(first, second)


def where(condition: Any, then: Number, otherwise: Number) -> Number:
    """`then` where the condition holds, else `otherwise`; both are already computed, so neither may fail."""
    if hasattr(condition, "ndim"):
        return _numpy().where(condition, then, otherwise)
    return then if condition else otherwise


def same_length(**series: Sequence[float] | None) -> int:
    """Common length of several series; refuses different or zero lengths."""
    lengths = {name: len(values) for name, values in series.items() if values is not None}
    if len(set(lengths.values())) != 1:
        counted = ", ".join(f"{name} has {count}" for name, count in lengths.items())
        raise WrongTypeError(f"ranges must have the same number of cells: {counted}")
    count = next(iter(lengths.values()))
    if count == 0:
        raise WrongTypeError(f"ranges must not be empty: {', '.join(lengths)}")
    return count


def per_item(values: Series, items: int) -> list[float]:
    """One value for each item: the series, or its single value repeated."""
    series = [values] if isinstance(values, int | float) else list(values)
    if len(series) == 1:
        return series * items
    if len(series) != items:
        raise WrongTypeError(f"ranges must have the same number of cells: {len(series)} beside {items}")
    return series


def _numpy() -> Any:
    import numpy as np  # noqa: PLC0415  # only arrays need it

    return np


def _check(quantity: Quantity, value: Any) -> bool:
    """Refuse what the vocabulary does not allow; true for an array, which is looked at later."""
    kind = type(value)
    if kind is float or kind is int:
        if not quantity.allows(value) or (quantity.kind == "whole" and value % 1):
            raise OutOfDomainError(refusal(quantity, value))
        return False
    if kind is str and quantity.choices and value not in quantity.choices:
        raise WrongTypeError(refusal(quantity, value))
    if hasattr(value, "ndim"):
        return True
    if quantity.kind == "series":
        for element in value or ():
            if not quantity.allows(element):
                raise OutOfDomainError(refusal(quantity, element))
        return False
    return kind is list or kind is tuple


def _lists_of_series(given: dict[str, Any]) -> dict[str, list[float]]:
    """Every series that is an array, as a list: the functions take no other."""
    return {
        name: value.ravel().tolist()
        for name, value in given.items()
        if QUANTITIES[name].kind == "series" and hasattr(value, "ndim")
    }


def _with_arrays(
    function: Callable[..., Any], quantities: tuple[Quantity, ...], given: dict[str, Any], elementwise: bool
) -> Any:
    """Call with arrays: convert, check every element, then broadcast or loop."""
    np = _numpy()
    arrays = {}
    for quantity in quantities:
        value = given.get(quantity.name)
        if quantity.kind != "series" and (isinstance(value, list | tuple) or hasattr(value, "ndim")):
            arrays[quantity.name] = np.asarray(
                value, dtype=np.float64 if quantity.kind in ("number", "whole") else object
            )
    try:
        shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        shapes = {name: array.shape for name, array in arrays.items()}
        raise WrongTypeError(f"ranges have different shapes: {shapes}") from None
    for name, array in arrays.items():
        _check_array(QUANTITIES[name], array, shape)
    try:
        with np.errstate(all="ignore"):  # what overflows is refused just below
            answer = _each(function, given, arrays, shape) if elementwise else function(**(given | arrays))
    except ArithmeticError:
        raise OutOfDomainError(TOO_LARGE) from None
    except LLMCostError as error:
        if error.mask is not None:  # it may come from one argument alone, of fewer elements than the answer has
            error.mask = np.broadcast_to(error.mask, shape)
        raise
    if isinstance(answer, np.ndarray) and answer.dtype != object:
        refuse(~np.isfinite(answer), OutOfDomainError, TOO_LARGE)
    return answer


def _check_array(quantity: Quantity, array: Any, shape: tuple[int, ...]) -> None:
    np = _numpy()
    if array.dtype == object:
        _check_keywords(quantity, array, shape)
        return
    good = np.isfinite(array) & (array > quantity.low if quantity.open_low else array >= quantity.low)
    good &= array <= quantity.high
    if quantity.kind == "whole":
        good &= array == np.floor(array)
    if not good.all():
        first = float(array[~good].flat[0])
        raise OutOfDomainError(refusal(quantity, first), mask=np.broadcast_to(~good, shape))


def _check_keywords(quantity: Quantity, array: Any, shape: tuple[int, ...]) -> None:
    np = _numpy()
    bad = np.reshape([bool(quantity.choices) and word not in quantity.choices for word in array.flat], array.shape)
    if bad.any():
        raise WrongTypeError(refusal(quantity, array[bad].flat[0]), mask=np.broadcast_to(bad, shape))


def _each(function: Callable[..., Any], given: dict[str, Any], arrays: dict[str, Any], shape: tuple[int, ...]) -> Any:
    """Call a function of numbers once per element; refusals of the first one's kind are raised together."""
    np = _numpy()
    flat = {name: np.broadcast_to(array, shape).ravel().tolist() for name, array in arrays.items()}
    answers: list[Any] = []
    failures: list[LLMCostError | None] = []
    for position in range(math.prod(shape)):
        try:
            answers.append(function(**(given | {name: values[position] for name, values in flat.items()})))
            failures.append(None)
        except ArithmeticError:
            failures.append(OutOfDomainError(TOO_LARGE))
        except LLMCostError as error:
            failures.append(error)
    first = next((error for error in failures if error is not None), None)
    if first is not None:
        mask = np.reshape([type(error) is type(first) for error in failures], shape)
        raise type(first)(str(first), mask=mask)
    text = any(isinstance(answer, str) for answer in answers)
    return np.reshape(np.array(answers, dtype=object if text else np.float64), shape)
