"""Where there is little room words give way, and what tells things apart does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from dropout_viz.draw import style as look
from dropout_viz.draw.text import elided_apart, text_width
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.marking import short
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.timeline import Timeline
from dropout_viz.views.base import Selection
from dropout_viz.views.landscape.view import View as Landscape
from dropout_viz.views.network.view import View as Network
from dropout_viz.views.weight_chooser import WeightChooser
from dropout_viz.views.weight_names import Names
from tests.app.painted_texts import texts_in
from tests.views.landscape_cases import NoHistory
from tests.views.network_cases import case

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
    view.prepare_export()  # a picture that is live keeps its titles as pixels, which say nothing
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


def table(qtbot: QtBot, size: tuple[int, int]) -> Network:
    """Return a network on a table of six columns, written large as on a projector."""
    snapshot, data = case((6, 4, 1))
    values = np.tile([1.01, -1.38, -0.23, 12.5, -0.72, -250.0], (4, 1))
    snapshot = replace(
        snapshot,
        activations=(values, *snapshot.activations[1:]),
        masks=(np.ones((4, 6), bool), *snapshot.masks[1:]),
    )
    names = ("age", "height", "weight", "city = Berlin", "city = Oslo", "city = Rome")
    view = Network(Selection(), look.strong(look.style("light")))
    qtbot.addWidget(view)
    view.resize(*size)
    view.present(Frame((Arm("", snapshot, NoHistory()),), replace(data, features=names)))  # type: ignore[arg-type]
    texts_in(view)
    return view


SHORT = {"−1.4", "−0.2", "−0.7"}
WHOLE = {"−1.38", "−0.23", "−0.72"}


@pytest.mark.parametrize(
    ("width", "there", "missing"),
    [(310, {"1.01", *SHORT}, {"−250", *WHOLE}), (330, {"1.01", "−250", *SHORT}, WHOLE), (350, {"1.01", *WHOLE}, SHORT)],
)
def test_a_number_stays_in_its_circle(qtbot: QtBot, width: int, there: set[str], missing: set[str]) -> None:
    view, seen = table(qtbot, (width, 430)), set()
    assert view.scene is not None
    for column in view.scene.layout.columns:
        for text in texts_in(view):
            if column.unit_at(text.box.center().x(), text.box.center().y()) is not None:
                assert text.box.width() <= 2 * column.radius, text.text
                seen.add(text.text)
    assert there <= seen and not missing & seen
    last = view.scene.layout.columns[0].centre(5)
    assert "value −250" in " ".join(view.said(QPointF(*last)))


def test_names_of_inputs_lose_the_beginning_that_they_share(qtbot: QtBot) -> None:
    said = {text.text for text in texts_in(table(qtbot, (390, 430)))}
    assert {"age", "height", "weight", "…Berlin", "…Oslo", "…Rome"} <= said
    assert "city = Berlin" in {text.text for text in texts_in(table(qtbot, (1400, 700)))}


def test_what_is_cut_off_leaves_no_two_names_alike(qtbot: QtBot) -> None:
    room = text_width("…city = Oslo", 12) + 1
    homes = ["home city = Oslo", "home city = Rome", "work city = Oslo", "work city = Rome"]
    assert not [text for text in elided_apart(homes, 12, room) if text.startswith("…")], "there are two of each end"
    pixels = [f"pixel row {row}, column {column}" for row in (1, 2) for column in (1, 2)]
    assert elided_apart(pixels, 12, text_width("…row 1, column 1", 12) + 1) == [
        text.replace("pixel ", "…") for text in pixels
    ]
    alone = elided_apart(["temperature outside", "wind"], 12, 80.0)
    assert alone[0].startswith("temper") and alone[1] == "wind"
    assert elided_apart(homes, 12, 1000.0) == homes
