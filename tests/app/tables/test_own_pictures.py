"""A folder of pictures in the window: dropped, looked at in a dialog, and opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dropout_viz.app.setup.editors import NumberEditor
from dropout_viz.app.tables.pictures import PicturesDialog
from dropout_viz.app.window import Window
from tests.app.files.test_files import drop

pytestmark = pytest.mark.usefixtures("nothing_painted")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for name, grey in (("dark", 40), ("light", 200)):
        (tmp_path / "mine" / name).mkdir(parents=True)
        for k in range(10):
            Image.new("L", (20, 20), grey + k).save(tmp_path / "mine" / name / f"{k}.png")
    (tmp_path / "mine" / "notes.txt").write_text("x")
    return tmp_path / "mine"


def asked(window: Window, path: Path) -> PicturesDialog:
    drop(window, path)
    assert window.workbench is not None
    dialog = window.workbench.pictures_dialog
    assert dialog.isVisible()
    return dialog


def test_a_folder_is_dropped_looked_at_and_opened(window: Window, qtbot: QtBot, pictures: Path) -> None:
    session, dialog = window.session, asked(window, pictures)
    assert session is not None and window.workbench is not None
    qtbot.waitUntil(dialog.accept_button.isEnabled)
    assert dialog.about.text() == f"20 pictures, 2 classes, 1 other file passed over · {pictures}"
    assert dialog.samples.accessibleDescription() == "dark: 10 pictures; light: 10 pictures"
    side = dialog.editors["side"]
    assert isinstance(side, NumberEditor) and side.value() == 28
    side.box.setFocus()
    side.box.selectAll()
    qtbot.keyClicks(side.box, "40")
    qtbot.keyClick(side.box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "side = 40: must be less than or equal to 32" in dialog.error.text())
    assert not dialog.accept_button.isEnabled()
    side.box.selectAll()
    qtbot.keyClicks(side.box, "6")
    qtbot.keyClick(side.box, Qt.Key.Key_Return)
    qtbot.waitUntil(dialog.accept_button.isEnabled)
    assert dialog.samples._rows[1][2][0].shape == (6, 6) and dialog.error.text() == ""
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.name == str(pictures) and not session.awaited)
    assert session.frame().data.image == (6, 6) and session.frame().data.classes == ("dark", "light")
    assert session.config.side == 6 and session.config.loss == "binary_cross_entropy" and not dialog.isVisible()
    assert pictures in window.workbench.files.recent.paths
    window.workbench.files.ask_about_data()
    qtbot.waitUntil(dialog.accept_button.isEnabled)
    assert side.value() == 6
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_folder_without_pictures_is_told_in_place(window: Window, qtbot: QtBot, pictures: Path) -> None:
    dialog = asked(window, pictures / "dark")
    qtbot.waitUntil(lambda: "a directory with 0 folders of pictures" in dialog.error.text())
    assert not dialog.accept_button.isEnabled() and not dialog.bar.isVisible()
    (pictures / "light" / "3.png").write_bytes(b"none")
    dialog.ask(pictures, {})
    qtbot.waitUntil(lambda: "3.png: cannot be read as a picture" in dialog.error.text())
    dialog.reject()
