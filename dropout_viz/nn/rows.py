"""The calls of every row of a block, from those of its first two: a tenth of what it takes to compile each.

Rows do the same in other places. What rows 0 and 1 share all share; an array that lies further on in the same memory
lies as much further on in each row; and scratch that was made for one row serves all, as one is done after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice, repeat
from operator import attrgetter
from types import BuiltinMethodType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.nn.thread_pair import BoundCall

Array = NDArray[Any]


class UnlikeError(Exception):
    """Two rows differ in more than where their arrays lie."""


def each_row(compiled: Callable[[int], list[BoundCall]], rows: int) -> Iterator[Sequence[BoundCall]]:
    """Return the calls of ``rows`` rows one after the other, each made when it is asked for.

    ``compiled`` makes those of a row from nothing: of the first two, and of the others where these do not tell them.
    """
    yield (first := compiled(0))
    if rows > 1:
        yield (second := compiled(1))
        try:
            others = _like(first, second, rows)
        except UnlikeError:
            others = map(compiled, range(rows))
        yield from islice(others, 2, None)


def _like(first: list[BoundCall], second: list[BoundCall], rows: int) -> Iterator[Sequence[BoundCall]]:
    """Return the calls of all rows. Raises ``UnlikeError`` where those of rows 0 and 1 do not tell them."""
    if [len(call) for call in first] != [len(call) for call in second]:
        raise UnlikeError
    calls = []
    for one, other in zip(first, second, strict=True):
        parts = [_in_each(a, b, rows) for a, b in zip(one, other, strict=True)]
        calls.append(zip(*parts, strict=True))
    return zip(*calls, strict=True)


def _in_each(one: Any, other: Any, rows: int) -> Iterable[Any]:
    """Return for each row what is a function or an argument of a call in rows 0 and 1."""
    if _serves_all(one, other):
        return repeat(one, rows)
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return _views(one, other, rows)
    if isinstance(one, BuiltinMethodType) and isinstance(other, BuiltinMethodType) and one.__name__ == other.__name__:
        return map(attrgetter(one.__name__), _in_each(one.__self__, other.__self__, rows))  # as a matrix's product
    raise UnlikeError


def _serves_all(one: Any, other: Any) -> bool:
    """Return whether rows 0 and 1 have the same, or each its own scratch."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        if _form(one) != _form(other):
            return False
        mine, its = _owner(one), _owner(other)
        apart = mine is not its and mine.base is None and its.base is None
        return apart or _address(one) == _address(other)
    if isinstance(one, partial) and isinstance(other, partial) and one.keywords.keys() == other.keywords.keys():
        parts = [(part.func, *part.args, *(part.keywords[name] for name in one.keywords)) for part in (one, other)]
        return len(parts[0]) == len(parts[1]) and all(map(_serves_all, *parts))
    return type(one) is type(other) and bool(one == other)


def _views(one: Array, other: Array, rows: int) -> Iterable[Array]:
    """Return for each row the view that lies as far from the last row's as ``other`` lies from ``one``."""
    owner = _owner(one)
    if owner is not _owner(other) or _form(one) != _form(other):
        raise UnlikeError
    strides = (_address(other) - _address(one), *one.strides)
    try:  # refuses what would lie outside the memory
        whole = np.ndarray((rows, *one.shape), one.dtype, owner, _address(one) - _address(owner), strides)
    except (TypeError, ValueError) as outside:
        raise UnlikeError from outside
    return map(whole.__getitem__, zip(range(rows), repeat(...), strict=False))  # ... keeps a single number an array


def _owner(a: Array) -> Array:
    """Return the array that holds a view's memory."""
    while isinstance(a.base, np.ndarray):
        a = a.base
    return a


def _address(a: Array) -> int:
    return int(a.ctypes.data)


def _form(a: Array) -> tuple[Any, ...]:
    return a.shape, a.strides, a.dtype
