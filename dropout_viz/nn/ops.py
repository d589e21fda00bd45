"""One call of the step's program.

A network is compiled once into a flat list of these, and whoever runs, walks or prints a step reads that list: what is
shown cannot differ from what was trained.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

STAGES = ("mask", "forward", "scale", "loss", "backward", "update")

Call = tuple[Callable[..., Any], tuple[Any, ...]]


class Op(NamedTuple):
    """A NumPy call bound to its buffers.

    Attributes:
        stage: one of ``STAGES``. Masks are drawn ahead, for a block of steps: no call of a step has the stage "mask".
        formula: what it computes, in the field's notation.
        call: the function; its last positional arguments name the buffer it writes.
        args: the arguments.
    """

    stage: str
    formula: str
    call: Callable[..., Any]
    args: tuple[Any, ...]


def tag(stage: str, formula: str, calls: list[Call]) -> list[Op]:
    """Give several calls that belong together one stage and one formula."""
    return [Op(stage, formula, call, args) for call, args in calls]


@cache
def subscript(n: int) -> str:
    """Return a whole number in small lowered digits."""
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(c)] for c in str(n))
