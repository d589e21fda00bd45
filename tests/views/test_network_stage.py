"""The network at a moment of slow motion: what is computed, what is lit, what is dimmed."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.questions.network import NetworkReader
from dropout_viz.analysis.touched import touch
from dropout_viz.draw import style as look
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.parts import Unit
from dropout_viz.views.base import Selection
from dropout_viz.views.network import view as network
from dropout_viz.views.network.about import about_unit
from dropout_viz.views.network.words import value_words
from dropout_viz.views.slow_frame import SlowFrame


def frame_of(trainer: Trainer) -> Frame:
    return Frame((Arm("", trainer.snapshot(), trainer.history),), trainer.data, dissection=trainer.dissect())


def test_the_moments_values_masks_and_weights_are_the_steps() -> None:
    trainer = Trainer(load_preset("three-lines"))
    trainer.advance(20)
    frame = frame_of(trainer)
    taken, slow = frame.dissection, SlowFrame()
    assert taken is not None
    assert slow.frame(frame, None) == (frame, None)
    first = slow.frame(frame, 0)[0].snapshot
    np.testing.assert_array_equal(first.weights[0], trainer.snapshot().weights[0])
    trainer.advance(1)
    after = trainer.snapshot()
    np.testing.assert_array_equal(first.masks[1], after.masks[1])
    updated = next(k for k, m in enumerate(taken.moments) if m.stage == "update")
    late = slow.frame(frame, updated)[0].snapshot
    for one, other in zip(late.weights, after.weights, strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(late.activations, after.activations, strict=True):
        np.testing.assert_array_equal(one, other)
    assert late.step == after.step == 21
    restored = slow.frame(frame, len(taken.moments) - 1)[0].snapshot
    assert restored.masks[1].all()


def test_what_is_not_computed_yet_has_no_number() -> None:
    trainer = Trainer(load_preset("three-lines"))
    trainer.advance(20)
    frame, slow = frame_of(trainer), SlowFrame()
    assert frame.dissection is not None
    said = []
    for moment in range(len(frame.dissection.moments)):
        now = slow.frame(frame, moment)[0].snapshot
        reading = NetworkReader().read(now, frame.data, 0, follow=True)
        words = value_words(reading, 2, reading.values[2][0])
        tip = about_unit(reading, Unit(2, 0))
        assert ("not computed yet in this step" in " ".join(tip)) == (2 in now.unknown) == (words == "–")
        said.append(words)
    assert said[0] == "–" and said[-1] != "–" and "0.00" not in said


def test_each_stage_touches_what_its_formula_names() -> None:
    taken = Trainer(load_preset("three-lines")).dissect()

    def at(stage: str, formula: str) -> tuple[set[int], set[int], set[int], int]:
        k = next(k for k, m in enumerate(taken.moments) if m.stage == stage and formula in m.formula)
        found = touch(taken, k)
        return set(found.layers), set(found.gaps), set(found.unknown), found.way

    assert at("mask", "P") == ({1}, set(), {2}, 0)
    assert at("forward", "z₁") == ({0, 1}, {0}, {2}, 1)
    assert at("scale", "h₁") == ({1}, set(), {2}, 0)
    assert at("forward", "z₂") == ({1, 2}, {1}, set(), 1)
    assert at("loss", "e") == ({2}, set(), set(), 0)
    assert at("backward", "δ₁ =") == ({1, 2}, {1}, set(), -1)
    assert at("backward", "∂W₁") == ({0, 1}, {0}, set(), -1)
    assert at("update", "w")[1] == {0, 1}
    assert at("restore", "m")[:2] == ({0, 1, 2}, {0, 1})


def test_what_is_not_touched_is_dimmed(qtbot: QtBot) -> None:
    trainer = Trainer(load_preset("three-lines"))
    trainer.advance(50)
    frame, selection = frame_of(trainer), Selection()
    view = network.View(selection, look.style("dark"))
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show_frame(frame)

    def rim(layer: int) -> QColor:
        """Return the brightest pixel across a unit's left rim."""
        image = QImage(900, 600, QImage.Format.Format_RGB32)
        view.render(image)
        assert view.scene is not None
        column = view.scene.layout.columns[layer]
        x, y = round(float(column.x[0] - column.radius)), round(float(column.y[0]))
        return max((image.pixelColor(x + d, y) for d in range(-1, 3)), key=QColor.lightness)

    rest = [rim(layer).lightness() for layer in range(3)]
    selection.slow.take(frame.dissection)
    assert frame.dissection is not None
    stages = [m.formula for m in frame.dissection.moments]
    selection.slow.show_moment(next(k for k, f in enumerate(stages) if f.startswith("z₁")))
    now = [rim(layer).lightness() for layer in range(3)]
    assert now[0] == rest[0] and now[1] > 0.7 * rest[1] and now[2] < 0.5 * rest[2]
    selection.slow.take(None)
    assert [rim(layer).lightness() for layer in range(3)] == rest
