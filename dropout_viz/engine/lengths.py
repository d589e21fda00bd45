"""How long a run is to be, in words of the command line."""

from __future__ import annotations

from dropout_viz.errors import UserError


def steps_to_go(text: str, at: int) -> int:
    """Return how many steps ``--steps`` asks for, from step ``at``: ``+N`` more, or up to step N."""
    end = whole(text.removeprefix("+"), "--steps +" if text.startswith("+") else "--steps", 0)
    if text.startswith("+"):
        return end
    if end < at:
        raise UserError(f"--steps {text}: the run is at step {at}; must be at least that, or +N for N more")
    return end - at


def whole(text: str, name: str, least: int) -> int:
    """Return a whole number. Raises ``UserError`` for what is none, or less than ``least``."""
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if value < least:
        raise UserError(f"{name} {text[:40]}: must be a whole number of at least {least}")
    return value
