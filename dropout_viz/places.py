"""The folders that belong to the user, or none: where nobody knows of a home, nothing is kept."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

_APP = "dropout-viz"


def cache() -> Path | None:
    """Return the folder of what can be made or downloaded again."""
    import platformdirs  # what opens a window has better things to do first

    return _known(platformdirs.user_cache_path)


def config() -> Path | None:
    """Return the folder of what was chosen."""
    import platformdirs

    return _known(platformdirs.user_config_path)


def state() -> Path | None:
    """Return the folder of what was under way."""
    import platformdirs

    return _known(platformdirs.user_state_path)


def home() -> Path:
    """Return where people keep their files; where nobody knows, the current folder."""
    path = Path(os.path.expanduser("~"))
    return path if path.is_absolute() else Path.cwd()


def _known(find: Callable[[str], Path]) -> Path | None:
    try:
        path = find(_APP)
    except (RuntimeError, OSError, KeyError):
        return None
    return path if path.is_absolute() else None  # without a home it begins with "~"
