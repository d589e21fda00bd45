"""What the loss view says of a step is measured at that step, or names the step that it is of."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from dropout_viz.cli import main
from dropout_viz.draw.numbers import number
from dropout_viz.draw.style import THEMES, style
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.measured import lacking, measured
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.timeline import Timeline
from dropout_viz.views.base import Selection
from dropout_viz.views.loss import measuring as loss_measuring
from dropout_viz.views.loss.view import View
from tests.views.loss_case import frame, picture, shown, written

MOONS = load_preset("moons")


def at(config: RunConfig, step: int) -> Timeline:
    run = Timeline(Arms.of(config))
    run.advance(step)
    return run


def told(view: View) -> list[list[str]]:
    """Return the values of the legend of losses, a list for each arm."""
    legend = view.loss.legend
    return [[row.text(i) for i in range(len(legend.kinds))] for row in legend.rows]


def wanted(run: Timeline) -> list[list[str]]:
    """Return what they should be, measured by the trainers themselves."""
    found = []
    for trainer in run.present.trainers:
        loss = trainer.scores()["loss"]
        under = trainer.snapshot().loss_under_mask
        parts = [loss[part] for part in ("train", "test")]
        found.append([number(under, 4), *(number(values[0], 4) for values in parts if values is not None)])
    return found


@pytest.fixture
def view(qtbot: QtBot) -> View:
    made = View(Selection(), style(THEMES[0]))
    qtbot.addWidget(made)
    made.resize(620, 420)
    return made


@pytest.mark.parametrize(
    "config",
    [
        MOONS,
        MOONS.changed(scaling="classical", p_input=0.1),
        MOONS.changed(activation="relu", optimiser="adam", learning_rate=0.01),
        load_preset("digits").changed(hidden=16),
        load_preset("digits").changed(examples=300, maps=(2,), hidden=8, dtype="float32"),
    ],
)
def test_a_state_is_measured_as_its_trainer_measures_itself(config: RunConfig) -> None:
    trainer = at(config, 23).first
    found = measured(trainer.snapshot(), trainer.data)
    for kind, parts in trainer.scores().items():
        for part, values in parts.items():
            if values is not None:
                assert found[f"{kind}_{part}"] == pytest.approx(values[0], rel=2e-5), (kind, part)
    assert measured(trainer.snapshot(), trainer.data, lambda: True) == found


def test_the_legend_tells_the_step_on_show(view: View) -> None:
    """Between two measurements of the curves, and looking back, for two arms too."""
    run = at(MOONS.changed(arms=({"name": "a"}, {"name": "b", "p_hidden": 0.0})), 130)
    frame = Frame.of(run.look())
    assert all(lacking(arm.snapshot, arm.history) for arm in frame.arms)
    view.show_frame(frame)
    assert told(view) == wanted(run)
    run.go(108)
    view.show_frame(Frame.of(run.look()))
    assert told(view) == wanted(at(run.present.config, 108))


def test_what_takes_long_is_measured_beside_the_window_and_names_its_step_until_then(
    view: View, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loss_measuring, "QUICK", 0)
    run = at(MOONS, 1_326)
    view.show_frame(Frame.of(run.look()))
    history = run.first.history
    step, value = int(history.loss_test.steps[-1]), float(history.loss_test.values[-1])
    assert step < 1_326
    assert told(view)[0][2] == f"{number(value, 4)} at {step:,}"
    assert [view.loss.legend.rows[0].is_old(i) for i in range(3)] == [False, True, True]
    qtbot.waitUntil(lambda: told(view) == wanted(run))
    run.advance(1)
    view.show_frame(Frame.of(run.look()))
    assert told(view)[0][2].endswith(f" at {step:,}"), "what was measured at another step is not taken for this one's"


def test_what_comes_after_a_frame_is_not_drawn_until_the_next(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a dot of it nor a reading, where the line ends before it and the legend names the step before."""
    monkeypatch.setattr(loss_measuring, "QUICK", 0)
    history = written(100, spaced=30)
    view = shown(qtbot, frame(history))
    before, said = picture(view), view.told()
    kinds = (history.loss_train, history.loss_test)
    for series in kinds:
        series.extend(np.array([100]), np.array([0.25]))
    assert picture(view) == before and view.told() == said
    assert {r.step for r in view.readings(100) if not r.kind.faint} == {90}
    view.show_frame(frame(history))
    assert picture(view) != before
    assert {r.step for r in view.readings(100) if not r.kind.faint} == {100}


def test_a_picture_is_measured_before_it_is_drawn(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loss_measuring, "QUICK", 0)
    view.prepare_export()
    for step in (77, 78):
        run = at(MOONS, step)
        view.show_frame(Frame.of(run.look()))
        assert told(view) == wanted(run)


def test_the_last_row_of_a_table_is_measured(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert main(["export", "moons", "--steps", "130", "--out", str(path)]) == 0
    rows = list(csv.DictReader(line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")))
    loss = at(MOONS, 130).first.scores()["loss"]
    assert rows[-1]["step"] == "130" and rows[-2]["loss_test"] == ""
    assert loss["train"] and loss["test"]
    last = np.array([float(rows[-1]["loss_train"]), float(rows[-1]["loss_test"])])
    assert np.allclose(last, [loss["train"][0], loss["test"][0]], rtol=1e-9)


def test_numbers_of_somebodys_own_are_told_with_how_well_they_are_met(qtbot: QtBot) -> None:
    y = np.arange(200.0)[:, None] / 100
    of = frame(written(100))
    data = replace(of.data, y=y, x_test=of.data.x, y_test=2 * y, unit=10.0, facts={"rows": 400.0})
    view = shown(qtbot, Frame(of.arms, data))
    history = of.arms[0].history
    train, test = history.loss_train.values[-1], history.loss_test.values[-1]
    wanted = (
        f"{1 - 2 * train / y.var():.2f}, RMSE {10 * np.sqrt(2 * train):.3g}",
        f"{1 - 2 * test / (2 * y).var():.2f}, RMSE {10 * np.sqrt(2 * test):.3g}",
    )
    assert view.fit.isVisible() and view.fit.rows[0].values == wanted
    assert f"R² at step 100: training {wanted[0]}, test {wanted[1]}" in view.told()
    view.show_frame(frame(written(100), run=2))
    assert not view.fit.isVisible() and not any("R²" in line for line in view.told())


def test_a_line_reaches_the_dot_of_the_step_on_show(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    history = written(90, spaced=50, test=False)  # recorded at step 50 last
    made = frame(history, test=False)
    view = shown(qtbot)
    dot = 0.5 * float(history.loss_train.values[-1])
    monkeypatch.setattr(view.measuring, "value", lambda arm, kind: dot if kind == "loss_train" else None)
    view.show_frame(made)
    plot = view.loss.plot
    image = plot.grab().toImage()
    halfway = plot.at(70, 0.75 * float(history.loss_train.values[-1])).toPoint()
    colours = [image.pixelColor(halfway.x(), halfway.y() + by).name() for by in (-1, 0, 1)]
    assert style(THEMES[0]).arm(0).name() in colours
