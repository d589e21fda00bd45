"""One call of the step's program.

A network is compiled once into a flat list of these. The trainer runs them, slow motion walks them and the code pane
prints them, so that what is shown cannot differ from what was trained.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

STAGES = ("mask", "forward", "scale", "loss", "backward", "update")

Call = tuple[Callable[..., Any], tuple[Any, ...]]


class Op(NamedTuple):
    """A NumPy call bound to its buffers.

    Attributes:
        stage: one of ``STAGES``.
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
