"""Where there is little room words give way, and what tells things apart does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from dropout_viz.draw import style as look
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.marking import short
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.timeline import Timeline
from dropout_viz.views.base import Selection
from dropout_viz.views.landscape.view import View as Landscape
from dropout_viz.views.weight_chooser import WeightChooser
from dropout_viz.views.weight_names import Names
from tests.app.painted_texts import texts_in

NAME = "p 0.35 from step 20"


def branched() -> Frame:
    run = Timeline(Arms.of(load_preset("moons").changed(batch_size=20)))
    run.advance(20)
    run.branch({"p_hidden": (0.35,)}, ("as it was", NAME))
    run.advance(20)
    return Frame.of(run.look())


def test_settings_are_short_where_marks_and_branches_name_them() -> None:
    assert short("drop probability, hidden 0.35, learning rate 0.1") == "p 0.35, learning rate 0.1"
    assert short("drop probability, input 0.2") == "p input 0.2"


@pytest.mark.parametrize(("width", "said"), [(900, NAME), (500, "p 0.35")])
def test_the_head_of_a_landscape_keeps_the_value_of_its_arm(qtbot: QtBot, width: int, said: str) -> None:
    view = Landscape(Selection(), look.style("dark"))
    for widget in (view, *view.header_tools()):
        qtbot.addWidget(widget)
    view.resize(width, 360)
    view.present(branched())
    found = [text.text for text in texts_in(view.all)]
    assert said in found
    assert not [text for text in found if "…" in text and text.startswith("p")]


def test_the_chooser_of_a_weight_shows_both_ends_of_its_name(qtbot: QtBot) -> None:
    data = replace(branched().data, features=("length", "floors"))
    chooser = WeightChooser()
    qtbot.addWidget(chooser)
    for zoom in (1.0, 1.4):
        font = chooser.font()
        font.setPixelSize(round(12 * zoom))
        chooser.setFont(font)
        chooser.show_network(Names((2, 30 + round(10 * zoom), 16, 1), data))
        chooser.resize(chooser.sizeHint())
        chooser.grab()  # lays it out
        line = chooser.lineEdit()
        assert line.text() == "w1[length → h1.1]"
        assert chooser.fontMetrics().horizontalAdvance("w1[length → h1.40]") <= line.width() - 4
