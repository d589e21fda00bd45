"""A saved run comes back as it was shown: what was clicked, what was chosen in views, and the speed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dropout_viz.app.timeline.speeds import FOLLOW
from dropout_viz.app.window import Window
from dropout_viz.engine import recovery, run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.parts import Unit
from dropout_viz.views.network.view import View as Network
from tests.app.conftest import Open
from tests.app.files.test_files import CONTROL, choose, said
from tests.app.files.test_recovery import asked, begin, goes_on
from tests.app.looking import at_step, workbench
from tests.engine.test_run_file import forge
from tests.views.test_network import centre, chip

pytestmark = pytest.mark.usefixtures("nothing_painted")

MOONS = load_preset("moons")
LEFT = Qt.MouseButton.LeftButton


def network(window: Window) -> Network:
    view = workbench(window).panel("network").view
    assert isinstance(view, Network)
    view.grab()  # what has been painted can be clicked
    return view


def click_next_example(window: Window, qtbot: QtBot) -> None:
    view = network(window)
    qtbot.mouseClick(view, LEFT, pos=chip(view, "next"))


def take_away(window: Window, qtbot: QtBot, unit: Unit) -> None:
    view = network(window)
    qtbot.mouseClick(view, LEFT, CONTROL, pos=centre(view, unit))


def shown(window: Window) -> dict[str, Any]:
    """What the window shows of its run."""
    session, loss = window.session, workbench(window).panel("loss").load()
    assert session is not None
    return {**session.selection.choices(), "speed": session.speed, "loss": loss.choices()["log_y"]}


def test_save_and_open_again(open_window: Open, qtbot: QtBot, tmp_path: Path) -> None:
    window, path = open_window("moons"), tmp_path / "mine.safetensors"
    assert window.session is not None
    fresh = shown(window)
    window.session.run_to(50)
    qtbot.waitUntil(lambda: at_step(window, 50))
    for _ in range(3):
        click_next_example(window, qtbot)
    take_away(window, qtbot, Unit(1, 2))
    qtbot.keyClick(window, Qt.Key.Key_Plus)
    loss = workbench(window).panel("loss").load()
    loss.setFocus()
    qtbot.keyClick(loss, Qt.Key.Key_L)
    chosen = shown(window)
    assert not [key for key in ("example", "follow", "off", "speed", "loss") if chosen[key] == fresh[key]]
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_S, CONTROL)
    choose(window, qtbot, str(path))
    said(window, qtbot, "Saved mine.safetensors at step 50")
    window.close()

    other = open_window("three-lines")
    qtbot.keyClick(other, Qt.Key.Key_O, CONTROL)
    choose(other, qtbot, str(path))
    qtbot.waitUntil(lambda: at_step(other, 50))
    qtbot.waitUntil(lambda: shown(other) == chosen)


def test_a_run_that_was_cut_short_comes_back_as_it_was_shown(open_window: Open, qtbot: QtBot) -> None:
    window = open_window("moons")
    begin(window)
    assert window.session is not None
    window.session.run_to(120)
    qtbot.waitUntil(lambda: at_step(window, 120))
    click_next_example(window, qtbot)
    qtbot.keyClick(window, Qt.Key.Key_Plus)
    chosen = shown(window)
    autosave = workbench(window).recovery.autosave
    assert autosave is not None
    path = autosave.place.path
    qtbot.waitUntil(lambda: path.exists() and run_file.read_settings(path)[1].get("speed") == chosen["speed"])
    written = path.read_bytes()
    window.close()
    place = recovery.own_place()
    place.path.write_bytes(written)  # as a program that was killed leaves it
    place.close()

    other = open_window("three-lines")
    begin(other)
    asked(other, qtbot)
    qtbot.mouseClick(workbench(other).messages.button, LEFT)
    goes_on(other, qtbot, MOONS, 120)
    assert shown(other) == chosen


@pytest.mark.parametrize(
    "text",
    [
        *(None, "", "[", "[1]", '{"selection": 3, "speed": "x", "views": {"loss": 7}}', "9" * 5000),
        *(
            f'{{"selection": [], "speed": {speed}, "views": []}}'
            for speed in ("-5", "0", "true", "1e400", "NaN", "[4]")
        ),
        f'{{"speed": {"9" * 400}, "views": {{"loss": null}}}}',
    ],
)
def test_a_file_that_says_no_such_thing_opens_as_before(
    open_window: Open, qtbot: QtBot, tmp_path: Path, text: str | None
) -> None:
    path, made = tmp_path / "run.safetensors", Arms([Trainer(MOONS)])
    made.advance(20)
    run_file.save(made.state(), path)
    if text is not None:
        path.write_bytes(forge(path.read_bytes(), shown=text))
    window = open_window("three-lines")
    assert window.session is not None
    loss = workbench(window).panel("loss").load()
    loss.setFocus()
    qtbot.keyClick(loss, Qt.Key.Key_L)
    qtbot.keyClick(window, Qt.Key.Key_Plus)
    before, log_y = window.session.speed, loss.choices()["log_y"]
    workbench(window).files.open(path)
    qtbot.waitUntil(lambda: at_step(window, 20))
    said(window, qtbot, "Opened run.safetensors at step 20")
    assert window.session.selection.example == 0
    assert window.session.speed == before != FOLLOW and loss.choices()["log_y"] == log_y


def test_what_is_too_long_is_left_out(tmp_path: Path) -> None:
    made = Arms([Trainer(MOONS)])
    state = made.state()
    run_file.save(replace(state, shown={"a": "b" * run_file.LONGEST_SHOWN}), tmp_path / "long.safetensors")
    run_file.save(replace(state, shown={"a": [1]}), tmp_path / "short.safetensors")
    assert run_file.read_settings(tmp_path / "long.safetensors")[1] == {}
    assert run_file.read(tmp_path / "short.safetensors").shown == {"a": [1]}
