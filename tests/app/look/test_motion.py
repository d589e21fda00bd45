"""Reduced motion: the system's wish until the user has one; what tells nothing stands still, the run moves on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMainWindow, QProgressBar
from pytestqt.qtbot import QtBot

from dropout_viz.app.look.motion import Motion, system_reduces
from dropout_viz.app.window import Window
from tests.app.looking import at_step, workbench

FADES = Qt.UIEffect.UI_FadeMenu


@pytest.fixture
def fading(qapp: QApplication) -> Iterator[None]:
    """A desktop on which menus fade."""
    effects = (Qt.UIEffect.UI_General, FADES)
    before = [QApplication.isEffectEnabled(effect) for effect in effects]
    for effect in effects:
        QApplication.setEffectEnabled(effect, True)
    yield
    for effect, on in zip(effects, before, strict=True):
        QApplication.setEffectEnabled(effect, on)


def action(window: Window) -> QAction:
    return next(each for each in workbench(window).top_bar.view_menu.actions() if each.text() == "Reduce motion")


def test_the_menu_and_the_palette_stop_what_tells_nothing(window: Window, qtbot: QtBot, fading: None) -> None:
    parts, flash = workbench(window), QApplication.cursorFlashTime()
    steps = parts.undo.stack.count()
    assert QApplication.isEffectEnabled(FADES)
    assert not parts.motion.reduced and window.isAnimated() and flash > 0
    parts.palette.open()
    parts.palette.line.setText("reduce motion")
    assert parts.palette.shown[0] == "Reduce motion"
    qtbot.keyClick(parts.palette.line, Qt.Key.Key_Return)
    assert parts.motion.reduced and action(window).isChecked() and not window.isAnimated()
    assert QApplication.cursorFlashTime() == 0 and not QApplication.isEffectEnabled(FADES)
    assert window.settings is not None and window.settings.value("reduce_motion") == "true"
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, 1))  # the run moves
    action(window).trigger()
    assert not parts.motion.reduced and window.isAnimated()
    assert QApplication.cursorFlashTime() == flash and QApplication.isEffectEnabled(FADES)
    assert parts.undo.stack.count() == steps, "it is no step of a run"


def test_a_bar_of_something_that_goes_on_stands_still(window: Window) -> None:
    bar, parts = QProgressBar(), workbench(window)
    parts.motion.wait_with(bar)
    assert (bar.minimum(), bar.maximum()) == (0, 0), "it runs to and fro"
    action(window).trigger()
    parts.motion.wait_with(bar)
    assert (bar.maximum(), bar.value()) == (1, 0)
    action(window).trigger()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=0\n"),
        ("gtk-4.0/settings.ini", "[Settings]\ngtk-enable-animations=false\n"),
        ("gtk-3.0/settings.ini", "[Settings]\ngtk-enable-animations=0\n"),
    ],
)
def test_it_follows_the_system_until_the_user_decides(
    qtbot: QtBot, settings: QSettings, own_settings: Path, file: str, text: str
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    assert not system_reduces() and not Motion(window, settings).reduced
    told = own_settings / "config" / file
    told.parent.mkdir(parents=True, exist_ok=True)
    told.write_text(text)
    assert system_reduces() and Motion(window, settings).reduced
    assert not Motion(window, None).reduced, "a picture is of no system"
    Motion(window, settings).choose(False)
    assert not Motion(window, settings).reduced, "what the user has said is remembered"
    Motion(window, settings).choose(True)
    told.unlink()
    assert Motion(window, settings).reduced
    for spoilt in ("", "perhaps", "1e9"):
        settings.setValue("reduce_motion", spoilt)
        assert not Motion(window, settings).reduced


def test_gnome_is_asked_without_waiting(
    qtbot: QtBot, settings: QSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "gsettings"
    program.write_text('#!/bin/sh\ntest "$3" = enable-animations && echo false\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "ubuntu:GNOME")
    window = QMainWindow()
    qtbot.addWidget(window)
    motion = Motion(window, settings)
    with qtbot.waitSignal(motion.changed):
        motion.begin()
        assert not motion.reduced
    assert motion.reduced and not window.isAnimated() and settings.value("reduce_motion") is None
    motion.choose(False)
