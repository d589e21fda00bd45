"""The Fit view: its lines are the networks', what is pointed at and clicked, what it says, and where it fits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.questions import fit as scenes
from dropout_viz.analysis.thinned import network_of
from dropout_viz.draw.numbers import number
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.own_table import config_of
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.views.fit import words
from dropout_viz.views.fit.view import View
from tests.views.frames import frame_of, shown
from tests.views.hands import picture, point


def curve(**settings: Any) -> Frame:
    """Return a frame of a small network of two layers, whose thinned networks are too many to be counted."""
    return frame_of("curve", 20, hidden=(7, 7), **settings)


def test_the_line_is_the_networks_own(qtbot: QtBot) -> None:
    frame = frame_of("five-valleys", 60)
    view = shown(qtbot, "fit", frame, size=(700, 460))
    (found,) = view.scene.fits
    x = view.scene.x[:, None]
    network = network_of(frame.snapshot)
    np.testing.assert_array_equal(found.whole, network.outputs(x)[:, 0])
    assert len(found.members) == scenes.MEMBERS and found.networks == 0 and found.n == 12
    np.testing.assert_allclose(found.mean, found.whole, atol=1e-12)  # one layer and a linear output
    assert "all 4,096 thinned networks, exact" in view.summary()
    area, plain = view.graph(view.scene).area, picture(view)
    at = QPointF(area.center().x(), area.top() + 4)
    point(view, at)
    k = int(np.abs(view.scene.x - view.graph(view.scene).value_at(at.x())).argmin())
    said = view.said(at)
    assert said[0] == f"x {number(float(view.scene.x[k]), 3)}"
    values = [number(float(v[k]), 3) for v in (found.whole, found.mean, found.deviation)]
    assert said[1] == f"every unit on {values[0]}; thinned {values[1]}, sd {values[2]}"
    assert picture(view) != plain


def test_a_standardised_table_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "my.csv"
    path.write_text("age,pay\n" + "".join(f"{20 + k},{k * 3.5}\n" for k in range(30)), encoding="utf-8")
    for standardise in (True, False):
        trainer = Trainer(config_of(path, {"hidden": (3,), "standardise": standardise}))
        frame = Frame((Arm("", trainer.snapshot(), trainer.history),), trainer.data)
        view, own = shown(qtbot, "fit", frame), " (standardised)" * standardise
        assert f"Step 0: the output{own}, by age{own} from" in view.summary()
        assert words.along(view.scene) == f"age{own}"
        assert f": age{own} " in words.example(trainer.data, 0, 0, 0, False)


def test_what_is_drawn_says_so(qtbot: QtBot) -> None:
    view = shown(qtbot, "fit", curve(), size=(900, 460))
    (found,) = view.scene.fits
    assert found.networks == scenes.DRAWN and found.n == 14
    text = view.summary()
    assert f"{scenes.DRAWN} drawn of 2¹⁴ thinned networks; standard error of the mean up to" in text
    assert number(float(found.error.max()), 2) in text and "24 thinned networks that were drawn" in text


def test_an_example_is_named_and_a_click_chooses_it(qtbot: QtBot) -> None:
    frame = curve()
    view = shown(qtbot, "fit", frame, size=(900, 460))
    graph = view.graph(view.scene)
    at = QPointF(graph.px(frame.data.x[7, 0]), graph.py(frame.data.y[7, 0]))
    point(view, at)
    target = number(float(frame.data.y[7, 0]), 3)
    assert view.said(at)[-1].startswith("training example 8: x ") and view.said(at)[-1].endswith(f"target {target}")
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert view.selection.example == 7 == view.ringed
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.selection.example == 8


def test_arms_lie_over_one_another(qtbot: QtBot) -> None:
    frame = curve(compare=True)
    view = shown(qtbot, "fit", frame, size=(900, 460))
    one, other = view.scene.fits
    assert (one.name, other.name) == ("with dropout", "without dropout") and (one.n, other.n) == (14, 0)
    assert "without dropout: with every unit on it goes from" in view.summary()
    assert "drawn of 2¹⁴" in view.summary() and "One network" not in view.summary()
    view.show_frame(replace(frame, arms=frame.arms[::-1]))  # the first has no band, the other has
    assert "drawn of 2¹⁴" in view.summary()
    view.show_frame(frame)
    said = view.said(view.graph(view.scene).area.center())
    assert said[1].startswith("with dropout: every unit on") and "; thinned " in said[1]
    assert said[2].startswith("without dropout: every unit on") and "thinned" not in said[2]
    picture(view)


def test_the_test_set_may_be_left_out(qtbot: QtBot) -> None:
    view = shown(qtbot, "fit", curve(), size=(900, 460))
    before = picture(view)
    view.test.value = False
    assert picture(view) != before
    view.test.value = True
    assert picture(view) == before


def test_classes_along_one_input(qtbot: QtBot) -> None:
    settings = {"formula": "sin(2x) > 0", "output": "sigmoid", "loss": "binary_cross_entropy"}
    frame = curve(**settings)
    view = shown(qtbot, "fit", frame)
    assert frame.data.classes and 0 <= view.scene.fits[0].whole.min() <= view.scene.fits[0].whole.max() <= 1
    assert ", class " in view.summary()
    picture(view)


def test_it_says_why_there_is_no_line(qtbot: QtBot) -> None:
    moons = frame_of("moons", 2)
    assert View.why_not(moons.snapshot.config, moons.data).endswith("this data set has 2.")
    assert View.why_not(RunConfig(), curve().data) == ""
    view = shown(qtbot, "fit", moons)  # it may be on show when another data set is chosen
    assert view.scene is None
    picture(view)


def test_noise_that_turns_no_unit_off_has_no_band(qtbot: QtBot) -> None:
    view = shown(qtbot, "fit", curve(noise="gaussian"))
    assert view.scene.fits[0].n == 0
    assert "Gaussian noise turns no unit off" in " ".join(view_band(view))


def view_band(view: View) -> list[str]:
    from dropout_viz.views.fit import words

    assert view.scene is not None
    return words.band(view.scene)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e200])
def test_a_diverged_network_is_shown_without_an_exception(qtbot: QtBot, bad: float) -> None:
    frame = curve()
    broken = replace(frame.snapshot, weights=tuple(np.full_like(w, bad) for w in frame.snapshot.weights), step=21)
    view = shown(qtbot, "fit", Frame((replace(frame.arms[0], snapshot=broken),), frame.data))
    picture(view)
    assert view.summary()
    view.said(view.graph(view.scene).area.center())


def test_the_axis_closes_up_when_the_first_steps_are_over(qtbot: QtBot) -> None:
    """Untrained thinned networks reach far; what is drawn later fills its axis all the same."""
    trainer = Trainer(load_preset("curve"))

    def frame(step: int) -> Frame:
        trainer.advance(step - trainer.snapshot().step)
        return Frame((Arm("", trainer.snapshot(), trainer.history),), trainer.data)

    view = shown(qtbot, "fit", frame(10))
    view.show_frame(frame(120))
    qtbot.waitUntil(lambda: view.shown_step == 120)
    (found,) = view.scene.fits
    low, high = (found.mean - found.deviation).min(), (found.mean + found.deviation).max()
    bottom, top = view.graph(view.scene).y
    assert bottom <= low and high <= top
    assert high - low > 0.6 * (top - bottom)
    view.close()


def test_it_fits_at_every_size(qtbot: QtBot) -> None:
    view = shown(qtbot, "fit", curve())
    for size in ((160, 120), (320, 240), (900, 300), (1600, 900)):
        view.resize(*size)
        picture(view)
        area = view.graph(view.scene).area
        assert area.left() > 0 and area.right() <= size[0] and area.top() > 0 and area.bottom() < size[1], size
        assert area.width() > 60 and area.height() > 20, size
