"""What a standardised number of somebody's own table is there stands in the Network's tips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import number
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.own_table import config_of
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.parts import Unit
from dropout_viz.views.base import Selection
from dropout_viz.views.network.about import about_unit
from dropout_viz.views.network.view import View
from tests.views.hands import picture


@pytest.mark.parametrize("p_input", [0.0, 0.25])
def test_an_input_and_an_output_are_told_as_they_are_in_the_table(qtbot: QtBot, tmp_path: Path, p_input: float) -> None:
    """Whatever a mask and its scale make of them."""
    stream = np.random.default_rng(0)
    ages, prices = stream.normal(40, 8, 60).round(1), stream.normal(3e5, 5e4, 60).round()
    rows = [f"{age},{k % 5 + 1},{price}" for k, (age, price) in enumerate(zip(ages, prices, strict=True))]
    path = tmp_path / "houses.csv"
    path.write_text("\n".join(["age,rooms,price", *rows]), encoding="utf-8")
    config = config_of(path, {"hidden": (3,), "target": "price", "task": "numbers", "p_input": p_input})
    trainer = Trainer(config)
    trainer.advance(3)
    data, view = trainer.data, View(Selection(), look.style("dark"))
    (mean, sd), (target_mean, target_sd) = data.scales[0], data.target_scales[0]
    assert np.abs((mean + sd * data.x[:, 0])[:, None] - ages).min(axis=1).max() < 1e-9, "each is one of the table's"
    assert np.abs(target_mean + target_sd * data.y - prices).min(axis=1).max() < 1e-6
    assert data.unit == target_sd
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.show_frame(Frame((Arm("", trainer.snapshot(), trainer.history),), data))
    picture(view)
    assert view.scene is not None
    reading = view.scene.reading
    example, output = reading.shown.example, float(reading.values[2][0])
    told = [about_unit(reading, unit) for unit in (Unit(0, 0), Unit(2, 0))]
    assert f"in the table {number(mean + sd * data.x[example, 0])}" in told[0]
    assert f"in the table {number(target_mean + target_sd * output)}" in told[1]
    assert f"standardised by mean {number(mean)}, deviation {number(sd)}" in told[0]
