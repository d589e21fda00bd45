"""How long a run is to be, in words of the command line."""

from __future__ import annotations

from dropout_viz.digits import MOST, is_count
from dropout_viz.engine.compiled_state import LONGEST
from dropout_viz.errors import UserError


def steps_to_go(text: str, at: int) -> int:
    """Return how many steps ``--steps`` asks for, from step ``at``: ``+N`` more, or up to step N."""
    end = whole(text.removeprefix("+"), "--steps +" if text.startswith("+") else "--steps", 0)
    if text.startswith("+"):
        return end
    if end < at:
        raise UserError(f"--steps {text}: the run is at step {at}; must be at least that, or +N for N more")
    return end - at


def check_length(step: int) -> None:
    """Refuse a last step that no run comes to. Raises ``UserError``."""
    if step > LONGEST:
        raise UserError(f"{step:,} steps: must be at most {LONGEST:,}")


def whole(text: str, name: str, least: int) -> int:
    """Return a whole number. Raises ``UserError`` for what is none, or less than ``least``."""
    if is_count(text) and int(text) >= least:
        return int(text)
    quoted = text if len(text) <= MOST else f"{text[:MOST]}…"
    raise UserError(
        f"{name} {quoted}: must be a whole number of at least {least}: digits alone, no more than {MOST} of them"
    )
