"""Whether what is told of a run agrees with itself: its settings, their changes, its arms and its bookmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from dropout_viz.engine import toml
from dropout_viz.engine.arm_settings import with_arm_changed, with_first_changed
from dropout_viz.engine.arms import on_show
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.faults import quoted
from dropout_viz.engine.history import Mark
from dropout_viz.engine.marking import mark
from dropout_viz.engine.state import Change, RunState
from dropout_viz.words import many

MOST_BOOKMARKS, LONGEST_NAME = 1000, 60
"""Bookmarks that a file may tell of, and letters of their names."""


def after(config: RunConfig, change: Change) -> RunConfig:
    """Return the settings of a run whose arms are trained one by one, after a change. Raises ``UserError``."""
    if change.arm is None:
        return with_first_changed(config, change.settings)
    return with_arm_changed(config, on_show(config)[change.arm], change.settings)


def bookmarks(rows: Any, last: int) -> dict[int, str]:
    """Return the bookmarks that a file tells of: a step and a name each.

    Raises:
        ValueError: what is none, or names a step after the last; a few words that say why.
    """
    found: dict[int, str] = {}
    for row in rows if isinstance(rows, list) else [rows]:
        step, name = row if isinstance(row, list) and len(row) == 2 else (None, None)
        if type(step) is not int or not 0 <= step <= last or not isinstance(name, str):
            raise ValueError(f"a bookmark that names no step from 0 to {last:,}, or has no name: {quoted(step)}")
        if any("\ud800" <= sign <= "\udfff" for sign in name) or step in found or len(found) == MOST_BOOKMARKS:
            raise ValueError(f"a bookmark at step {step:,}; must be text, one for a step, {MOST_BOOKMARKS:,} at most")
        found[step] = name[:LONGEST_NAME]
    return found


def check(state: RunState, step: int, *, whole_past: bool = True) -> None:
    """Refuse a state, at a step, in which one part says what another denies.

    ``whole_past``: whether its changes are to be all that there were.

    Raises:
        ValueError: what does not agree. UserError: settings that are not allowed, before or after a change.
    """
    _check_steps("change", [change.step for change in state.changes], step)
    for number, trainer in enumerate(state.trainers, 1):
        _check_steps(f"mark of trainer {number}", [mark.step for mark in trainer.marks], step)
    side_by_side = bool(state.trainers[0].config.arms)
    if side_by_side:
        _check_same("trainer 1", [state.trainers[0].config], [state.config])
    places = on_show(state.config)[: len(state.trainers)]
    if len(state.trainers) != (1 if side_by_side else len(places)):
        raise ValueError(f"{many(len(state.trainers), 'trainer')}; must be one for each of the arms on show")
    if not side_by_side:
        arms = state.config.arm_configs
        _check_same("trainer", [trainer.config for trainer in state.trainers], [arms[place] for place in places])
    for change in state.changes:
        if change.arm is not None and (side_by_side or not state.config.arms or change.arm >= len(places)):
            raise ValueError(f"a change of arm {change.arm + 1}; must be one of the arms that are trained one by one")
    if whole_past:
        _check_past(state, step, side_by_side, places)


def with_own_marks(state: RunState) -> RunState:
    """Return a state whose marks are those that its changes leave, in today's words.

    Raises:
        ValueError: it has others. UserError: a change that is not allowed.
    """
    side_by_side, config = bool(state.trainers[0].config.arms), state.first
    left: list[list[Mark]] = [[] for _ in state.trainers]
    for change in state.changes:
        before, config = config, _after(config, change, side_by_side)
        for marks, one, other in zip(left, *(_own(state, each) for each in (before, config)), strict=True):
            if one != other:
                marks.append(mark(change.step, one, other, change.settings))
    for number, (trainer, marks) in enumerate(zip(state.trainers, left, strict=True), 1):
        told, made = ([(each.step, _values(each)) for each in some] for some in (trainer.marks, marks))
        if told != made:
            steps = ", ".join(f"{at:,}" for at, _ in made) or "none"
            raise ValueError(f"marks of trainer {number} that no change has left; must be those of steps {steps}")
    trainers = zip(state.trainers, left, strict=True)
    return replace(state, trainers=tuple(replace(trainer, marks=tuple(marks)) for trainer, marks in trainers))


def _values(one: Mark) -> dict[str, Any]:
    return toml.parsed("\n".join(one.changes))


def _own(state: RunState, config: RunConfig) -> list[RunConfig]:
    """Return the settings of each trainer of a run."""
    if state.trainers[0].config.arms:
        return [config]
    return [config.arm_configs[place] for place in on_show(state.config)[: len(state.trainers)]]


def _after(config: RunConfig, change: Change, side_by_side: bool) -> RunConfig:
    return config.changed(**change.settings) if side_by_side else after(config, change)


def _check_past(state: RunState, step: int, side_by_side: bool, places: Sequence[int]) -> None:
    """Refuse changes that do not lead from the first settings to those in force, by way of those used last."""
    used = config = state.first
    for change in state.changes:
        config = _after(config, change, side_by_side)
        if change.step < step:
            used = config
    _check_same("after the changes of run", [config], [state.config])
    arms = used.arm_configs
    found = [one for trainer in state.trainers for one in trainer.used]
    _check_same("last step of arm", found, arms if side_by_side else [arms[place] for place in places])


def _check_steps(what: str, steps: Sequence[int], last: int) -> None:
    if any(one > other for one, other in pairwise([*steps, last])):
        raise ValueError(f"a {what} after step {last:,}, or out of order")


def _check_same(what: str, found: Sequence[RunConfig], wanted: Sequence[RunConfig]) -> None:
    if len(found) != len(wanted):
        raise ValueError(f"{what}: {len(found)} of them; must be {len(wanted)}")
    for number, (one, other) in enumerate(zip(found, wanted, strict=True), 1):
        for key in RunConfig.model_fields:
            mine, theirs = getattr(one, key), getattr(other, key)
            if mine != theirs:
                raise ValueError(f"{what} {number}: {key} = {quoted(mine)}, where the run has {quoted(theirs)}")
