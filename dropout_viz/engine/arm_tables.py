"""Arms of a config: the same worlds under other settings. An arm is a table of the settings that it has of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dropout_viz.engine.toml import toml_value
from dropout_viz.errors import UserError

Table = dict[str, Any]
MOST = 64
"""Arms that a config may have."""
NAME, LONGEST_NAME = "name", 60
SHARED_GROUPS = ("about", "data", "arms")
SHARED = ("batch_size", "steps", "stop_loss", "patience", "seed", "worlds")
"""What all arms have in common: the data, its order, the seeds, and where the run ends."""
WITH, WITHOUT = "with dropout", "without dropout"
COMPARISON: tuple[Table, ...] = ({NAME: WITH}, {NAME: WITHOUT, "p_input": 0.0, "p_hidden": (0.0,)})
"""A run, and the same without dropout beside it."""


def own(arm: Mapping[str, Any]) -> Table:
    """Return an arm's settings, without its name."""
    return {key: value for key, value in arm.items() if key != NAME}


def name_of(arm: Mapping[str, Any]) -> str:
    """Return an arm's name: the one it was given, or its settings."""
    shown = {
        key: value[0] if isinstance(value, tuple) and len(value) == 1 else value for key, value in own(arm).items()
    }
    words = [f"{key} = {'none' if value is None else toml_value(value)}" for key, value in shown.items()]
    return str(arm.get(NAME, "")) or ", ".join(words) or "as set"


def checked(arms: Sequence[Table], config_of: Callable[[Table], object]) -> tuple[Table, ...]:
    """Return the arms with their values as the config's fields have them. ``config_of`` makes an arm's config.

    Raises:
        ValueError: one line that names the arm, the key, the value and what is allowed.
    """
    if len(arms) > MOST:
        raise ValueError(f"arms: {len(arms)} of them; must be at most {MOST}")
    found: list[Table] = []
    for number, arm in enumerate(arms, 1):
        name = arm.get(NAME, "")
        if not isinstance(name, str) or len(name) > LONGEST_NAME or not name.isprintable():
            raise ValueError(
                f"arm {number}: name = {name!r}: must be printable text of at most {LONGEST_NAME} characters"
            )
        try:
            config = config_of(arm)
        except UserError as error:
            which = f"arm {number} '{name}'" if name else f"arm {number}"
            raise ValueError(f"{which}: {error}") from None
        title = {NAME: name} if name else {}
        found.append({**title, **{key: getattr(config, key) for key in own(arm)}})
    names = [name_of(arm) for arm in found]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"arms: {names.count(name)} of them are named '{name}'; must be one name each")
    return tuple(found)
