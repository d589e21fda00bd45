"""How many threads a step of a large net may use."""

from __future__ import annotations

import os

from dropout_viz.errors import UserError

VARIABLE = "DROPOUT_VIZ_THREADS"


def threads() -> int:
    """Return 1 or 2: what the environment variable says, else 2 where there are two cores. No result depends on it.

    Beside a window it is 1, unless the variable says otherwise: the window needs the other core to be smooth.

    Raises:
        UserError: the variable holds something else.
    """
    given = os.environ.get(VARIABLE)
    if given is None:
        return min(2, os.cpu_count() or 1)
    if given not in ("1", "2"):
        raise UserError(f"{VARIABLE}={given}: must be 1 or 2, the threads that a step of a large network may use")
    return int(given)
