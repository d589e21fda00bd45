"""What is under the mouse is said in a tip, in every view that says anything; no picture has one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.engine.frame import Frame
from dropout_viz.views.base import BaseView
from dropout_viz.views.computed import ComputedView
from tests.views.frames import shown
from tests.views.hands import frame_of, leave, picture, point, trainer_of
from tests.views.hostile import base, frame

PRESETS = {"features": "digits", "twins": "twins", "shared": "five-valleys", "fit": "curve"}
SILENT = (BaseView.said, ComputedView.said_of)
SIZE = (360, 300)


def says(view: type[BaseView]) -> bool:
    """Whether a view says anything of what is under the mouse."""
    own = view.said_of if issubclass(view, ComputedView) and view.said is ComputedView.said else view.said
    return own not in SILENT


SAYING = [key for key, entry in registry.entries("views").items() if says(entry.load().View)]


def frame_with(key: str) -> Frame:
    """Return a frame of a small run, taken apart for the view that shows no other."""
    if key != "code":
        return frame(base(PRESETS.get(key, "moons")), 2)
    trainer = trainer_of(2)
    return replace(frame_of(trainer), dissection=trainer.dissect())


def test_most_views_say_something() -> None:
    assert len(SAYING) >= 11


@pytest.mark.parametrize("key", SAYING)
def test_a_tip_says_what_is_under_the_mouse(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    view = shown(qtbot, key, frame_with(key), SIZE)
    if view.frame_.dissection is not None:
        view.selection.slow.take(view.frame_.dissection)
    plain = picture(view)
    places = (QPointF(x, y) for y in range(8, SIZE[1], 8) for x in range(8, SIZE[0], 8))
    at = next(place for place in places if view.said(place))
    point(view, at)
    said = picture(view)
    with monkeypatch.context() as silent:
        silent.setattr(view, "said", lambda at: [])
        assert picture(view) != said
    leave(view)
    assert picture(view) == plain and view.selection.hover is None
    point(view, at)
    view.selection.point_at(None)
    view.prepare_export()
    still = picture(view)
    leave(view)
    assert picture(view) == still
