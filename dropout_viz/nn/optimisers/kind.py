"""What one optimiser is: its calls, and its lines where code is shown and written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dropout_viz.nn.optimisers.base import Rule


class ShownLine(NamedTuple):
    """A line of the Code view, inside the loop ``for w, g, <state> in parameters:``.

    Attributes:
        text: the line. ``{over}`` stands for the division by the batch's size, " / 50", or "" where gradients are
            summed; ``{over_squared}`` for that by its square. The names mu, rate, t, beta1, ... are the run's.
        writes: the array of state that it computes, or "" where it computes the weights.
    """

    text: str
    writes: str = ""


@dataclass(frozen=True)
class Script:
    """What the lines of a NumPy script may use; every text is an expression, in the program's own order of operations.

    Attributes:
        steps: how many the run has. rate: the learning rate of a step, and share: the factor 1 / batch that follows it,
            or "". eta: both. mu: the momentum of a step, a number or an expression of ``step``.
        beta1, beta2, epsilon: Adam's.
        cast: wraps an expression so that it does not widen the run's precision. flushed: what is left of an array of
            state where the program sets negligible numbers to 0.
        assign: an indent, names and their values as lines of assignment.
    """

    steps: int
    rate: str
    share: str
    eta: str
    mu: str
    beta1: float
    beta2: float
    epsilon: float
    cast: Callable[[str], str]
    flushed: Callable[[str], str]
    assign: Callable[[str, Sequence[str], Sequence[str]], list[str]]


def _nothing(script: Script) -> list[str]:
    return []


@dataclass(frozen=True)
class Optimiser:
    """One optimiser.

    Attributes:
        name: its key in ``OPTIMISERS``.
        make: its calls.
        shown: its lines in the Code view.
        lines: its lines in a script: the loop over ``parameters`` and ``gradients`` that takes a step.
        torch: what makes it in ``torch.optim``, of ``{of}`` the parameters, ``{mu}``, ``{beta1}``, ``{beta2}``,
            ``{epsilon}`` and ``{decay}``, the argument for L2.
        before: a script's lines before its loop: the arrays of state, of ``parameters``.
        settings: the keys of those settings that it alone, or with others, knows.
    """

    name: str
    make: type[Rule]
    shown: tuple[ShownLine, ...]
    lines: Callable[[Script], list[str]]
    torch: str
    before: Callable[[Script], list[str]] = _nothing
    settings: tuple[str, ...] = ()
