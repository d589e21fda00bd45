"""Of several seeds that train side by side the panels say which one they show."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from dropout_viz.app.panels.arm_box import ArmBox
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.views.base import Selection
from tests.app.conftest import Open
from tests.app.looking import workbench


@pytest.mark.usefixtures("coarse")
def test_of_several_seeds_panels_say_which_one_they_show(show_run: Open, qtbot: QtBot) -> None:
    window = show_run(config=load_preset("moons").changed(worlds=8))
    for key in ("network", "loss"):
        panel = workbench(window).panel(key)
        qtbot.waitUntil(lambda panel=panel: panel.header.name.which == "seed 1 of 8")
        assert "seed 1 of 8" in panel.header.name.toolTip()
        assert panel.load().summary().endswith("Shown is seed 1 of 8.")
    window = show_run("moons")
    panel = workbench(window).panel("loss")
    qtbot.waitUntil(lambda: panel.header.name.which == "")
    assert "seed" not in panel.load().summary() and not panel.header.name.toolTip()


@pytest.mark.usefixtures("coarse")
def test_of_several_arms_the_setup_says_whose_settings_it_shows(show_run: Open, qtbot: QtBot) -> None:
    arms = [{"name": "without dropout", "p_hidden": 0.0}, {"name": "with dropout", "p_hidden": 0.5}]
    window = show_run(config=load_preset("moons").changed(arms=arms))
    title = workbench(window).setup.header.name
    qtbot.waitUntil(lambda: title.which == "“without dropout”")
    assert "those of “without dropout” stand here" in title.toolTip()
    window = show_run("moons")
    title = workbench(window).setup.header.name
    assert not title.which and not title.toolTip()


def test_an_arm_is_named_in_full_where_there_is_room(qtbot: QtBot) -> None:
    run = Arms.of(load_preset("moons").changed(arms=[{"p_hidden": p} for p in (0.0, 0.5)]))
    box = ArmBox(Selection())
    qtbot.addWidget(box)
    box.show_frame(Frame.of(run.look()))
    box.resize(box.sizeHint())
    assert [box.elided(name) for name in run.names] == ["p_hidden = 0.0", "p_hidden = 0.5"]
    box.resize(box.minimumSizeHint())
    assert [box.elided(name) for name in run.names] == ["0.0", "0.5"]
