"""The mean over masks in the Landscape view, and the probes that are dropped on its curve."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from dropout_viz.draw import style as look
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.parts import Weight
from dropout_viz.views.base import Selection
from dropout_viz.views.landscape import probes as landscape_probes
from dropout_viz.views.landscape import words as landscape_words
from dropout_viz.views.landscape.one import OneWeight
from tests.views.hands import picture
from tests.views.landscape_cases import P, frame_of, moved
from tests.views.landscape_hands import shown


def mean_of(qtbot: QtBot, frame: Frame) -> OneWeight:
    """A view with the mean over masks chosen by the keyboard."""
    view = shown(qtbot, frame)
    surface = view.surface.tool()
    surface.show()
    qtbot.keyClick(surface, Qt.Key.Key_End)
    assert view.scene is not None and view.scene.request.kind == "mean"
    return view


def button(view: OneWeight) -> QToolButton:
    return view.findChildren(QToolButton)[0]


def arrived(view: OneWeight) -> bool:
    """Whether all probes lie where they end."""
    found = view.probes.shown()
    return found is not None and found[2]


def test_the_mean_over_masks_is_the_sum_over_all(qtbot: QtBot) -> None:
    frame = frame_of((3, 4, 1))
    view = mean_of(qtbot, frame)
    assert view.scene is not None
    s, total = frame.snapshot, 0.0
    for bits in itertools.product([0, 1], repeat=4):
        chance = np.where(bits, 1 - P, P).prod()
        h = np.tanh(frame.data.x @ s.weights[0] + s.biases[0]) * bits / (1 - P)
        out = 1 / (1 + np.exp(-(h @ s.weights[1] + s.biases[1])))
        total += chance * float(np.mean(0.5 * (out - frame.data.y) ** 2))
    assert view.scene.loss == pytest.approx(total, rel=1e-10)
    assert view.scene.chosen.loss == pytest.approx(total, rel=1e-10)  # the ball lies on the curve
    assert landscape_words.surface(view.scene)[0] == "mean over all masks"
    assert view.scene.chosen.errors is None


def test_where_masks_are_drawn_a_band_is(qtbot: QtBot) -> None:
    view = mean_of(qtbot, frame_of((2, 20, 1), examples=30))
    assert view.scene is not None and view.scene.chosen.errors is not None
    assert "drawn masks ± 2 standard errors" in landscape_words.surface(view.scene)[0]
    with_band = picture(view)
    object.__setattr__(view.scene.chosen, "errors", None)
    assert picture(view) != with_band


def test_five_valleys_means_are_exact_over_all_examples(qtbot: QtBot) -> None:
    trainer = Trainer(load_preset("five-valleys"))
    trainer.advance(50)
    view = mean_of(qtbot, Frame((Arm("", trainer.snapshot(), trainer.history),), trainer.data))
    assert view.scene is not None and view.scene.chosen.errors is None
    assert landscape_words.surface(view.scene)[0] == "mean over all masks"
    history = trainer.history.loss_under_mask.values
    assert 0.5 * history[-10:].mean() < view.scene.loss < 2 * history[-10:].mean()


def test_probes_roll_down_a_frozen_curve_and_are_counted(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landscape_probes, "SECONDS", 0.3)
    trainer = Trainer(load_preset("five-valleys"))
    trainer.advance(50)

    def frame() -> Frame:
        return Frame((Arm("", trainer.snapshot(), trainer.history),), trainer.data)

    view = shown(qtbot, frame())
    before = picture(view)
    drop = button(view)
    view.show()
    qtbot.mouseClick(drop, Qt.MouseButton.LeftButton)
    rolling = view.probes.rolling
    assert rolling is not None and rolling.counts.sum() == 100 and view.scene is not None
    curve = view.scene.chosen
    assert len(rolling.counts) == len(curve.zones) > 4
    assert picture(view) != before
    trainer.advance(5)
    view.show_frame(frame())
    assert view.scene.request.snapshot.step == 50  # frozen
    qtbot.waitUntil(lambda: arrived(view))
    (clock,) = view.probes.findChildren(QTimer)
    qtbot.waitUntil(lambda: not clock.isActive())  # nothing moves any more
    found = view.probes.shown()
    assert found is not None
    ends = sorted({round(b.bottom, 6) for b, n in zip(curve.zones.basins, rolling.counts, strict=True) if n})
    assert sorted(set(np.round(found[1], 6).tolist())) == ends
    assert landscape_words.caught(rolling.counts.tolist())[1] == f"100 probes in {len(ends)} valleys"
    still = OneWeight(view.selection, look.style("light"))
    qtbot.addWidget(still)
    for tool in still.header_tools():
        qtbot.addWidget(tool)
    still.prepare_export()
    still.show_frame(frame())
    still.like(view)
    assert still.scene is not None and still.scene.request.snapshot.step == 50 and still.probes.rolling is rolling
    picture(still)
    qtbot.mouseClick(drop, Qt.MouseButton.LeftButton)
    assert view.probes.rolling is None
    qtbot.waitUntil(lambda: view.scene is not None and view.scene.request.snapshot.step == 55)
    view.close()


def test_another_weight_takes_the_probes_away(qtbot: QtBot) -> None:
    first = frame_of((3, 4, 1))
    view = shown(qtbot, first)
    view.show()
    qtbot.mouseClick(button(view), Qt.MouseButton.LeftButton)
    assert view.probes.rolling is not None and button(view).isChecked()
    view.selection.choose(weight=Weight(0, 1, 2))
    assert view.probes.rolling is None and not button(view).isChecked()
    view.show_frame(moved(first, 9))
    qtbot.waitUntil(lambda: view.scene.request.snapshot.step == 9)
    assert view.scene.chosen.place == Weight(0, 1, 2)
    view.close()


def test_nothing_is_dropped_where_there_is_no_curve(qtbot: QtBot) -> None:
    view = OneWeight(Selection(), look.style("dark"))
    qtbot.addWidget(view)
    for tool in view.header_tools():
        qtbot.addWidget(tool)
    view.show()
    qtbot.mouseClick(button(view), Qt.MouseButton.LeftButton)
    assert view.probes.rolling is None and not button(view).isChecked()
