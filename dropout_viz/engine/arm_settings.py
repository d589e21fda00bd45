"""Arms of a config: the same worlds under other settings. An arm is a table of the settings that it has of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dropout_viz.errors import UserError

if TYPE_CHECKING:
    from dropout_viz.engine.config import RunConfig

Table = dict[str, Any]
MOST = 64
"""Arms that a config may have."""
NAME, LONGEST_NAME = "name", 60
_SHARED_GROUPS, _SHARED = ("about", "data", "arms"), ("batch_size", "steps", "stop_loss", "patience", "seed", "worlds")
# What all arms have in common: the data, its order, the seeds, and where the run ends.
WITH, WITHOUT = "with dropout", "without dropout"
COMPARISON: tuple[Table, ...] = ({NAME: WITH}, {NAME: WITHOUT, "p_input": 0.0, "p_hidden": (0.0,)})
"""A run, and the same without dropout beside it."""


def allowed() -> list[str]:
    """Return the settings that an arm may have of its own."""
    from dropout_viz.engine.config import RunConfig, facts

    fields = RunConfig.model_fields
    return [key for key in fields if key not in _SHARED and facts(key)["group"] not in _SHARED_GROUPS]


def own(arm: Mapping[str, Any]) -> Table:
    """Return an arm's settings, without its name."""
    return {key: value for key, value in arm.items() if key != NAME}


def name_of(arm: Mapping[str, Any]) -> str:
    """Return an arm's name: the one it was given, or its settings."""
    from dropout_viz.engine.settings import toml_value

    shown = {
        key: value[0] if isinstance(value, tuple) and len(value) == 1 else value for key, value in own(arm).items()
    }
    words = [f"{key} = {'none' if value is None else toml_value(value)}" for key, value in shown.items()]
    return str(arm.get(NAME, "")) or ", ".join(words) or "as set"


def told(first: RunConfig, config: RunConfig) -> tuple[str, ...]:
    """Return the names of the arms as people are told them: a name that is not true any more says what is.

    Args:
        first: the settings at step 0, when the arms were named. config: those in force.
    """
    names = []
    for was, arm, settings in zip(first.arms, config.arms, config.arm_configs, strict=False):
        other = {key: value for key, value in own(arm).items() if key in was and value != was[key]}
        note = f"now {name_of(other)}" if other and arm.get(NAME) else ""
        if arm.get(NAME) == WITH and not any(settings.drop_probabilities):
            note = "p = 0"
        names.append(f"{name_of(arm)} ({note})" if note else name_of(arm))
    return tuple(names)


def checked(arms: Sequence[Table], base: Mapping[str, Any]) -> tuple[Table, ...]:
    """Return the arms with their values as the config's fields have them.

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
            config = config_of(arm, base)
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


def config_of(arm: Mapping[str, Any], base: Mapping[str, Any]) -> RunConfig:
    """Return the config of one arm, which has no arms itself. Raises ``UserError``."""
    from dropout_viz.engine.config import RunConfig
    from dropout_viz.engine.settings import make_config, nearest

    settings, known = own(arm), allowed()
    for key in settings:
        if key not in known:
            why = "all arms share it" if key in RunConfig.model_fields else f"unknown setting{nearest(key, known)}"
            raise UserError(f"{key}: {why}; must be one of {', '.join(known)}")
        if settings[key] == "none":  # TOML has no word for it
            settings[key] = None
    return make_config({**base, **settings, "arms": ()})


def with_arm_changed(config: RunConfig, arm: int, settings: Mapping[str, Any]) -> RunConfig:
    """Return a config with other settings of one arm, which has them of its own then. Raises ``UserError``."""
    return config.changed(
        arms=[{**theirs, **settings} if at == arm else theirs for at, theirs in enumerate(config.arms)]
    )


def with_first_changed(config: RunConfig, settings: Mapping[str, Any]) -> RunConfig:
    """Return a config with other settings, as someone means it who looks at the first arm.

    What the first arm has of its own changes there; anything else in every arm that has none of its own.

    Raises:
        UserError: a setting that is not allowed.
    """
    if not config.arms:
        return config.changed(**settings)
    first, *others = config.arms
    here = {key: value for key, value in settings.items() if key in first}
    rest = {key: value for key, value in settings.items() if key not in first}
    return config.changed(**rest, arms=({**first, **here}, *others))
