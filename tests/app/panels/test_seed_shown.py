"""Of several seeds that train side by side the panels say which one they show."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from dropout_viz.engine.settings import load_preset
from tests.app.conftest import Open
from tests.app.looking import workbench


@pytest.mark.usefixtures("coarse")
def test_of_several_seeds_panels_say_which_one_they_show(show_run: Open, qtbot: QtBot) -> None:
    window = show_run(config=load_preset("moons").changed(worlds=8))
    for key in ("network", "loss"):
        panel = workbench(window).panel(key)
        qtbot.waitUntil(lambda panel=panel: panel.header.name.seed == "seed 1 of 8")
        assert "seed 1 of 8" in panel.header.name.toolTip()
        assert panel.load().summary().endswith("Shown is seed 1 of 8.")
    window = show_run("moons")
    panel = workbench(window).panel("loss")
    qtbot.waitUntil(lambda: panel.header.name.seed == "")
    assert "seed" not in panel.load().summary() and not panel.header.name.toolTip()
