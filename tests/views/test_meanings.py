"""One meaning a colour: the table is kept by every view, and every eye tells what may stand in one of them apart."""

from __future__ import annotations

import itertools
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from dropout_viz import views
from dropout_viz.draw import style as look
from dropout_viz.draw.meanings import ALIKE, APART, MEANINGS, NEVER
from tests.views.test_many_arms import BLIND, lab, linear

_ROOMS = sorted(path for path in Path(views.__file__).parent.iterdir() if (path / "view.py").exists())
_OF_STYLE = {
    "sign": r"negative|positive|signed\(|edge\(",
    "activation": r"activation_high|activation_low|activation\(",
    "off": r"off_mark|off_edge\(",
    "arms": r"arms\b|arm\(",
    "chosen": r"accent",
    "zones": r"basins|basin\(",
    "balls": r"balls\b|ball\(",
    "classes": r"classes",
    "heights": r"heights|loss_shade\(",
    "warning": r"warning",
    "error": r"error",
}
"""How the source asks a theme for the colours of each meaning."""


@cache
def used_in(room: str) -> set[str]:
    """Return the meanings whose colours a view asks its theme for, in its room or in those that it imports."""
    folder = Path(views.__file__).parent / room
    source = "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.py")))
    found = {
        meaning
        for meaning, names in _OF_STYLE.items()
        if re.search(rf'\b(?:style_?|ink)\.(?:{names})|(?:colour|still)\("(?:{names})', source)
    }
    if re.search(r"arm_names\.(?:dot|paint)\(|arm_names import .*\b(?:dot|paint)\b|import arm_names", source):
        found.add("arms")  # the rest of it is of words
    if "palette(" in source and re.search(r"colours\.(?:under|above|deep|plain)|paint_zones", source):
        found.add("zones")
    if "colours.accent" in source:
        found.add("chosen")
    for other in re.findall(r"from dropout_viz\.views\.(\w+)\.", source):
        if other != room and (Path(views.__file__).parent / other).is_dir():
            found |= used_in(other)
    return found


@cache
def _seen(colour: str) -> np.ndarray:
    return np.array([lab(matrix @ linear(colour)) for matrix in BLIND.values()])


def _apart(one: str, other: str) -> float:
    """Return how far two colours are apart for the eye that sees least between them."""
    return float(np.linalg.norm(_seen(one) - _seen(other), axis=1).min())


def nearest(one: str, other: str) -> float:
    """Return how far two meanings' colours are apart, for the worst eye, in the worse theme."""
    found = []
    for theme in look.THEMES:
        for a, b in itertools.product(*(MEANINGS[meaning].hues(look.style(theme)) for meaning in (one, other))):
            found.append(_apart(a, b))
    return min(found)


PAIRS = [frozenset(pair) for pair in itertools.combinations(MEANINGS, 2)]


def test_the_table_has_every_colour_that_means_something() -> None:
    named = [name for meaning in MEANINGS.values() for name in meaning.colours]
    assert len(named) == len(set(named)), "a colour means one thing"
    neutral = {"window", "panel", "raised", "line", "text", "dim", "faint", "accent_text", "neutral", "off"}
    every = set(look.Style.__dataclass_fields__) - {"name", "scale", "least", "activation_low"} - neutral
    assert set(named) == every
    assert {frozenset(pair) for pair in ALIKE} <= set(PAIRS)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "-".join(sorted(pair)))
def test_two_meanings_differ_for_every_eye_or_are_told_apart_by_more_than_hue(pair: frozenset[str]) -> None:
    one, other = sorted(pair)
    rooms = [room.name for room in _ROOMS if pair <= used_in(room.name)]
    how = ALIKE.get(pair, "")
    if how.startswith(NEVER):
        assert rooms == []
    elif not how:
        assert nearest(one, other) >= APART, rooms
    else:
        assert MEANINGS[one].form != MEANINGS[other].form or "sentences" in MEANINGS[one].form
    if how:
        assert nearest(one, other) < APART, "they differ by now"


def test_blue_and_orange_are_the_sign_of_a_number_and_nothing_else() -> None:
    signed = {room.name for room in _ROOMS if "sign" in used_in(room.name)}
    assert signed == {"network", "features", "map", "lesions"}, "maps are those of activations with a sign"


@pytest.mark.parametrize("theme", look.THEMES)
@pytest.mark.parametrize("kind", BLIND)
def test_two_classes_and_two_signs_are_told_apart_by_every_eye(theme: str, kind: str) -> None:
    style = look.style(theme)
    four = (*style.classes[:2], style.negative, style.positive)
    seen = [lab(BLIND[kind] @ linear(colour)) for colour in four]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 15


@pytest.mark.parametrize("theme", look.THEMES)
@pytest.mark.parametrize("kind", BLIND)
def test_five_classes_and_their_grounds_are_told_apart_by_every_eye(theme: str, kind: str) -> None:
    style = look.style(theme)
    five = style.classes[:5]
    for colours, least in ((five, 20), ([look.mix(style.panel, hue, 0.5).name() for hue in five], 10)):
        seen = [lab(BLIND[kind] @ linear(colour)) for colour in colours]
        assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > least


@pytest.mark.parametrize("theme", look.THEMES)
def test_balls_are_told_from_one_another_and_from_the_hues_of_two_runs_that_are_compared(theme: str) -> None:
    """Balls of both stand in one picture, under the runs' names: no unit's hue is that of a run."""
    style = look.style(theme)
    balls, runs = style.balls, style.arms[:2]
    for some, least in ((balls[:4], 18), (balls, 10)):
        assert min(_apart(a, b) for a, b in itertools.combinations(some, 2)) >= least
    assert min(_apart(ball, run) for ball in balls for run in runs) >= APART
    assert min(float(np.linalg.norm(_seen(b)[0] - _seen(r)[0])) for b in balls for r in runs) >= 28


def test_the_run_s_own_hue_is_in_no_view_that_marks_what_is_chosen_with_it() -> None:
    both = [room.name for room in _ROOMS if {"arms", "chosen"} <= used_in(room.name)]
    assert both == [], both


def test_a_room_that_takes_another_meaning_s_colour_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "spoilt").mkdir()
    (tmp_path / "spoilt" / "view.py").write_text("p.setPen(style.accent)\nq.setBrush(style.arm(0))\n")
    monkeypatch.setattr(views, "__file__", str(tmp_path / "__init__.py"))
    assert used_in("spoilt") == {"arms", "chosen"}
