"""What every frame takes: on show, and in a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dropout_viz.app.window import Window
from dropout_viz.cli import main
from tests.app.test_start import _START, run


def test_it_is_shown_and_agrees_with_the_clock(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    workbench = window.workbench
    assert workbench is not None
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    card, log = workbench.frames_card, workbench.clock.log
    assert card.isVisible() and log is not None
    log.frames.clear()
    workbench.session.set_speed(200.0)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(log.frames) > 20 and "frames in the last second" in card.text.text())
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not workbench.clock.ticking)
    frames = list(log.frames)
    follow = [(one, two) for one, two in zip(frames, frames[1:], strict=False) if two["interval"] is not None]
    between = [1000 * (two["at"] - one["at"]) for one, two in follow]
    assert len(follow) > 15 and sum(two["interval"] for _, two in follow) == pytest.approx(sum(between), rel=0.1)
    assert [frame["step"] for frame in frames] == sorted(frame["step"] for frame in frames)
    names = {panel.key for panel in workbench.views if panel.on_screen()} | {"transport"}
    assert {name for frame in frames for shown, _, _ in frame["paints"] for name in shown} <= names
    assert sum(frame["training"] for frame in frames) >= sum(frame["evaluation"] for frame in frames) > 0
    assert sum(frame["snapshot"] for frame in frames) > 0
    leases = [frame["lease"] for frame in frames if frame["lease"] is not None]
    assert 0 < max(leases) <= 500, "where steps come at leisure the clock rests until the next one"
    log.save(tmp_path / "frames.json")
    assert json.loads((tmp_path / "frames.json").read_text())["frames"][-1]["step"] == frames[-1]["step"]
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not card.isVisible()
    assert workbench.clock.log is None and not log.frames, "nobody asks for it any more"


def test_one_that_goes_on_is_left_to_go_on(window: Window, qtbot: QtBot) -> None:
    workbench = window.workbench
    assert workbench is not None
    log = workbench.log_frames()
    for shown in (True, False):
        qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        assert workbench.frames_card.isVisible() is shown and workbench.clock.log is log


@pytest.mark.slow
def test_a_window_that_closes_leaves_the_file(tmp_path: Path) -> None:
    place = tmp_path / "frames.json"
    done = run(
        _START
        + f"""
from pathlib import Path
def load():
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication
    from dropout_viz.app import frame_log
    known = frame_log.FrameLog.frame
    def frame(self, *told):
        known(self, *told)
        len(self.frames) == 3 and QTimer.singleShot(0, QApplication.closeAllWindows)
    frame_log.FrameLog.frame = frame
    from dropout_viz.engine.source import load_source
    return load_source("three-lines")
sys.exit(run_window(Asked(load, "three-lines", frames=Path({str(place)!r}))))
"""
    )
    assert done.returncode == 0, done.stderr
    assert len(json.loads(place.read_text())["frames"]) >= 3


def test_a_place_that_cannot_be_written_is_told_before_anything_opens(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["gui", "--profile-frames", str(tmp_path / "nowhere" / "frames.json")]) == 2
    told = capsys.readouterr().err
    assert told.startswith("error: ") and "nowhere" in told and told.count("\n") == 1
