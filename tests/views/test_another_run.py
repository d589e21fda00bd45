"""Of another run nothing of the one before is left on show in a view that computes: not for a moment, in none."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.draw import style as look
from dropout_viz.draw.units import Measured
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.views import computed
from dropout_viz.views.base import Selection
from dropout_viz.views.computed import ComputedView
from dropout_viz.views.computing import SAID, Computing
from dropout_viz.views.landscape.all import AllWeights
from dropout_viz.views.landscape.one import OneWeight
from tests.app.painted_texts import painted_texts
from tests.views.hands import frame_of, picture, placed, trainer_of

PRESETS: dict[str, tuple[str, dict[str, Any]]] = {
    "features": ("digits", {"hidden": (6,)}),
    "map": ("moons", {"hidden": (5,)}),
    "twins": ("twins", {}),
    "plane": ("five-valleys", {}),
    "fit": ("curve", {"hidden": (6,)}),
}
"""Where the usual run would show nothing."""
PARTS: dict[str, Any] = {"one weight": OneWeight, "all weights": AllWeights}


def kinds() -> dict[str, Any]:
    """Return every view that computes, by name; those of the Landscape view are parts of it."""
    found = {entry.key: entry.load().View for entry in registry.entries("views").values()}
    return {key: kind for key, kind in found.items() if issubclass(kind, ComputedView)} | PARTS


def with_snapshots(frame: Frame, **changed: Any) -> Frame:
    """Return the frame with something else in its arms' snapshots."""

    def other(snapshot: Snapshot) -> Snapshot:
        return replace(snapshot, **changed)

    return replace(frame, arms=tuple(replace(arm, snapshot=other(arm.snapshot)) for arm in frame.arms))


@pytest.mark.parametrize("key", kinds())
def test_the_picture_of_the_run_before_goes_at_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    preset, settings = PRESETS.get(key, ("three-lines", {}))
    frame = frame_of(trainer_of(2, preset, **settings))
    view = placed(qtbot, kinds()[key](Selection(), look.style("dark")), (460, 400))
    view.show()
    view.present(frame)
    qtbot.waitUntil(lambda: view.scene is not None and not view.busy)
    cover = view.findChild(Computing)
    assert cover.isHidden() and len(np.unique(pixels(view))) > 2

    named = replace(frame, arms=(replace(frame.arms[0], name="the other arm"),))
    data = replace(frame, data=replace(frame.data))
    for other in (with_snapshots(frame, run=9), with_snapshots(frame, world=1), named, data):
        assert view.question(other).about != view.question(frame).about  # late answers are told apart, too

    gate, answered = threading.Event(), computed.Question.answered
    monkeypatch.setattr(computed.Question, "answered", lambda asked: gate.wait(30) and answered(asked))
    view.present(with_snapshots(frame, run=9))
    assert view.scene is None and view.shown_step is None and view.summary() == "Computing."
    assert len(np.unique(pixels(view))) == 1  # of the panel's colour all over
    qtbot.waitUntil(lambda: SAID in [text for _, text in painted_texts(cover)])
    gate.set()
    qtbot.waitUntil(lambda: view.shown_step == 2 and not view.busy)
    assert cover.isHidden() and view.summary() != "Computing."
    view.close()


def pixels(view: Measured) -> Any:
    """Return the colour of each pixel of a view's picture."""
    image = picture(view)
    return np.frombuffer(image.constBits(), np.uint32).copy()
