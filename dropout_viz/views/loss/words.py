"""The words of the loss view. No Qt."""

from __future__ import annotations

from dropout_viz.draw.numbers import count


def thinned(exact_from: int, every: int) -> str:
    """Return what is kept of an older part of a curve."""
    return f"before step {count(exact_from)}: the lowest and highest of every {count(every)} steps"


def newest(name: str, value: str, old: int | None) -> str:
    """Return a line's newest value; ``old``: the step that it is of where that is not the one on show."""
    return f"{name} {value}" + (f" at step {count(old)}" if old is not None else "")


def summary(quantity: str, step: int, arms: list[str]) -> str:
    """Return what the legend of a chart says at a step."""
    return f"{quantity} at step {count(step)}: {'; '.join(arms)}"
