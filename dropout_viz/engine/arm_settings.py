"""Other settings of arms, and what people are told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dropout_viz.engine.arm_courses import ChangeOfArm, courses_of, note_of
from dropout_viz.engine.arm_tables import NAME, WITH, WITHOUT, name_of, own
from dropout_viz.engine.config import RunConfig


def told(first: RunConfig, config: RunConfig, changes: Sequence[ChangeOfArm] = ()) -> tuple[str, ...]:
    """Return the names of the arms as people are told them: a name that is not true any more says what is, one that was
    not for a while says what was, and one that never was gives way to that.

    Args:
        first: the settings at step 0, when the arms were named. config: those in force.
        changes: those since then, in order; ``arm``: the place in ``first.arms`` of the one that was changed alone.
    """
    names = _told_now(first, config)
    if not changes or not names:
        return names
    found = zip(names, config.arms, courses_of(first, config, changes), strict=True)
    notes = [note_of(course) if name == name_of(arm) else "" for name, arm, course in found]
    return tuple(f"{name} ({note})" if note else name for name, note in zip(names, notes, strict=True))


def _told_now(first: RunConfig, config: RunConfig) -> tuple[str, ...]:
    """Return the names as what is in force makes them."""
    names = []
    for was, arm in zip(first.arms, config.arms, strict=False):  # asked every frame: no config is made for it
        name = arm.get(NAME)
        other = {key: value for key, value in own(arm).items() if key in was and value != was[key]}
        note = f"now {name_of(other)}" if other and name else ""
        before, now = _dropping(first, was), _dropping(config, arm)
        if name in (WITH, WITHOUT) and (name == WITH) != bool(now):
            true = name_of(now) if now else "p = 0"
            if (name == WITH) != bool(before):
                names.append(f"with {true}")
                continue
            note = f"now {true}"
        names.append(f"{name_of(arm)} ({note})" if note else name_of(arm))
    return tuple(names)


def _dropping(config: RunConfig, arm: Mapping[str, Any]) -> dict[str, Any]:
    """Return the drop probabilities of an arm that are not 0."""
    every = {"p_input": arm.get("p_input", config.p_input), "p_hidden": arm.get("p_hidden", config.p_hidden)}
    return {key: p for key, p in every.items() if (any(p) if isinstance(p, tuple) else p)}


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
