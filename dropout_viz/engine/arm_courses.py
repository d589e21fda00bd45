"""What an arm has had since it was named, where settings were changed on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from dropout_viz.engine.arm_tables import NAME, WITH, WITHOUT, own
from dropout_viz.engine.config import RunConfig

_DROPPING = ("p_input", "p_hidden")
_FEW = 2  # spans of steps, at most, that a name tells one by one


class ChangeOfArm(Protocol):
    """Settings that were changed after ``step`` steps: as seen from the first arm (None), or of one arm alone."""

    @property
    def step(self) -> int: ...

    @property
    def settings(self) -> Mapping[str, Any]: ...

    @property
    def arm(self) -> int | None: ...


@dataclass(frozen=True)
class ArmCourse:
    """What one arm has of its name's own settings, from which step on.

    Attributes:
        dropout: whether its name says only whether it has dropout. parts: steps done, and the values from there on, in
            order; the first of them are those that the name was given to.
    """

    dropout: bool
    parts: tuple[tuple[int, Mapping[str, Any]], ...]

    def is_named(self, values: Mapping[str, Any]) -> bool:
        """Return whether values are those that the name was given to, as far as it says."""
        named = self.parts[0][1]
        return _drops(values) == _drops(named) if self.dropout else values == named


def courses_of(first: RunConfig, config: RunConfig, changes: Sequence[ChangeOfArm]) -> list[ArmCourse]:
    """Return the course of every arm; arguments as those of ``arm_settings.told``.

    Arms that have nothing of their own at step 0 branched off later: the first change of one of them alone named them.
    """
    keys = sorted({key for arm in (*first.arms, *config.arms) for key in own(arm)})
    branched = [at for at, change in enumerate(changes) if change.arm is not None][:1]
    named = -1 if any(map(own, first.arms)) or not branched else branched[0]
    arms, base = [dict(own(arm)) for arm in first.arms], {key: getattr(first, key) for key in keys}
    parts: list[list[tuple[int, Mapping[str, Any]]]] = [[] for _ in arms]

    def note(step: int) -> None:
        for arm, found in zip(arms, parts, strict=True):
            found.append((step, {key: _value(arm.get(key, base[key])) for key in keys}))

    if named < 0:
        note(0)
    for at, change in enumerate(changes):
        for key, value in change.settings.items():
            if change.arm is not None:
                arms[change.arm][key] = value
            elif key in arms[0]:
                arms[0][key] = value
            else:
                base[key] = value
        if at >= named:
            note(change.step)
    courses = zip(first.arms, parts, strict=True)
    return [ArmCourse(arm.get(NAME) in (WITH, WITHOUT), tuple(found)) for arm, found in courses]


def note_of(course: ArmCourse) -> str:
    """Return what is other than the name was given to, now or for a while, in a few words, or ``""``."""
    (_, named), now = course.parts[0], course.parts[-1][1]
    if not course.is_named(now):
        return f"now {_words(now, named, course.dropout)}"
    spans: list[tuple[int, int, str]] = []  # of steps with something other: before the first, the last, and what
    for (begun, values), (end, _) in pairwise(course.parts):
        if end == begun or course.is_named(values):
            continue
        words = _words(values, named, course.dropout)
        if spans and spans[-1][1:] == (begun, words):
            begun = spans.pop()[0]  # another setting was changed meanwhile, of which this name does not speak
        spans.append((begun, end, words))
    if not spans:
        return ""
    said = {words for *_, words in spans}
    what = said.pop() if len(said) == 1 else "changed"
    joined: list[tuple[int, int]] = []  # spans that meet are one
    for begun, end, _ in spans:
        joined.append((joined.pop()[0] if joined and joined[-1][1] == begun else begun, end))
    if len(joined) <= _FEW:
        return f"{what} {_when(joined)}"
    ends = {at for begun, end, _ in spans for at in (begun, end)}
    return f"changed {len(ends):,} times"


def _when(spans: Sequence[tuple[int, int]]) -> str:
    """Return in words in which steps something was other; a span is steps done before its first, and its last step."""
    told = [f"{end:,}" if begun + 1 == end else f"{begun + 1:,} to {end:,}" for begun, end in spans]
    one = len(spans) == 1 and spans[0][0] + 1 == spans[0][1]
    return f"in {'step' if one else 'steps'} {' and '.join(told)}"


def _drops(values: Mapping[str, Any]) -> bool:
    return any(any(p) for key, p in values.items() if key in _DROPPING)


def _words(values: Mapping[str, Any], named: Mapping[str, Any], dropout: bool) -> str:
    """Return in words what is other."""
    if dropout and not _drops(values):
        return "p = 0"
    if dropout:
        other = {key: value for key, value in values.items() if key in _DROPPING and any(value)}
    else:
        other = {key: value for key, value in values.items() if value != named[key]}
    return ", ".join(f"{key} = {_written(value)}" for key, value in other.items())


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return _written(value[0]) if len(value) == 1 else f"[{', '.join(map(_written, value))}]"
    return f"{value:g}" if isinstance(value, float) else "none" if value is None else str(value)


def _value(value: Any) -> Any:
    """Return a setting's value in one form, however it was given: numbers as tuples of floats."""
    if isinstance(value, list | tuple):
        return tuple(float(p) if isinstance(p, int | float) else p for p in value)
    return (float(value),) if isinstance(value, int | float) and not isinstance(value, bool) else value
