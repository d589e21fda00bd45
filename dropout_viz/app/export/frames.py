"""Which steps of a run a film shows, and what it says of the run. No Qt."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from dropout_viz import registry
from dropout_viz.engine.agreement import after
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.picture_file import ShownRun
from dropout_viz.engine.state import Change
from dropout_viz.errors import UserError, nearest

WINDOW = "window"
"""What a picture of the whole window is called, where a view has its key."""
FEW = 120
"""Frames of a film, about, where nobody says how many."""


def check_view(what: str) -> None:
    """Raise ``UserError`` for what is neither a view's key nor ``WINDOW``."""
    known = [*registry.entries("views"), WINDOW]
    if what not in known:
        raise UserError(
            f"view '{str(what)[:40]}': unknown{nearest(str(what), known)}, must be one of {', '.join(known)}"
        )


def every_for(first: int, last: int) -> int:
    """Return a round distance of frames that makes a film of ``FEW`` frames or fewer."""
    least = max(1, math.ceil((last - first) / FEW))
    power = 10 ** int(math.log10(least))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least)


def film_steps(first: int, last: int, every: int | None) -> Sequence[int]:
    """Return the steps that a film or a page shows, the last one always among them.

    ``every``: steps from one frame to the next, None: so that ``FEW`` suffice.

    Raises:
        UserError: the last step comes before the first.
    """
    if last < first:
        raise UserError(f"steps {first} to {last}: the last must be at least the first")
    steps = range(first, last + 1, every or every_for(first, last))
    return steps if steps[-1] == last else [*steps, last]


def shown_until(first: RunConfig, changes: Iterable[Change], last: int, files: str) -> ShownRun:
    """Return what a film says of a run whose last step on show is this one, whatever was changed later.

    ``first``: the settings at step 0; ``changes``: those since then. ``files``: see ``DataSet.files``.
    """
    made, config = tuple(change for change in changes if change.step <= last), first
    for change in made:
        config = after(config, change)
    return ShownRun(config, last, "network", first, made, files=files)
