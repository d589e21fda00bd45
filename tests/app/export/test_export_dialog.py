"""The export dialog: every kind of file, films with progress that can be stopped, errors in place, the clipboard."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz.app.export.dialog import ExportDialog
from dropout_viz.app.export.fields import FORMATS
from dropout_viz.app.window import Window
from dropout_viz.engine.picture_file import read
from dropout_viz.engine.settings import read_toml

pytestmark = pytest.mark.usefixtures("nothing_painted")


def opened(window: Window, qtbot: QtBot, what: str, path: Path, step: int = 20) -> ExportDialog:
    """Train to a step and open the dialog on a file."""
    assert window.workbench is not None and window.session is not None
    session = window.session
    session.run_to(step)
    qtbot.waitUntil(lambda: session.frame().snapshot.step == step)
    dialog = window.workbench.export_dialog
    dialog.ask(what)
    dialog.file.setText(str(path))
    assert dialog.ending == path.suffix
    return dialog


def export(dialog: ExportDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=30_000)


def test_the_kind_of_file_and_its_name_follow_one_another(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(window, qtbot, "loss", tmp_path / "x.png")
    for ending in FORMATS:
        dialog.kind.setCurrentIndex(dialog.kind.findData(ending))
        assert Path(dialog.file.text()).suffix == ending and Path(dialog.file.text()).parent == tmp_path
        drawn, film = ending in (".png", ".svg", ".gif", ".mp4"), ending in (".gif", ".mp4")
        assert (dialog.what.isVisible(), dialog.fps.isVisible()) == (drawn, film)
        assert dialog.first.isVisible() == (film or ending == ".html")
    assert window.session is not None and window.workbench is not None
    dialog.reject()
    for name in ("a-step-300", "a-window-step-300", "a-network-step-20"):  # what was exported of a before, and opened
        window.session.name = str(tmp_path / f"{name}.png")
        dialog.ask("window")
        dialog.kind.setCurrentIndex(dialog.kind.findData(".png"))
        assert Path(dialog.file.text()).name == "a-window-step-20.png"
        assert window.workbench.files.suggested(7) == "a-step-7.safetensors"
        dialog.reject()
    window.session.name = "my-loss.toml"
    assert window.workbench.files.suggested(7) == "my-loss-step-7.safetensors"
    dialog.ask("loss")
    dialog.file.setText(str(tmp_path / "b.gif"))
    assert dialog.ending == ".gif" and dialog.every.isVisible()
    assert dialog.note.text().startswith("21 frames, 1.1 s. ")


@pytest.mark.parametrize("ending", [".svg", ".csv", ".toml"])
def test_files_of_text(window: Window, qtbot: QtBot, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    export(opened(window, qtbot, "network", path), qtbot)
    text = path.read_text("utf-8")
    assert "dropout-viz" in text or ending == ".toml"
    if ending == ".toml":
        assert window.session is not None and read_toml(path) == window.session.config
    if ending == ".csv":
        rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
        assert [int(row["step"]) for row in rows] == list(range(21))
    assert [p.name for p in tmp_path.iterdir() if p.suffix != ".ini"] == [path.name]


def test_a_page_that_plays_restores_the_run(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    dialog = opened(window, qtbot, "network", path)
    assert dialog.note.text().startswith("21 frames of the network, the loss and the landscape. With")
    dialog.first.setValue(30)
    assert "the last must be at least the first" in dialog.error.text()
    dialog.first.setValue(0)
    export(dialog, qtbot)
    assert window.session is not None
    shown = read(path)
    assert (shown.step, shown.config) == (20, window.session.config)


@pytest.mark.parametrize("what", ["landscape", "window"])
def test_a_film_of_the_steps_while_the_run_goes_on(window: Window, qtbot: QtBot, tmp_path: Path, what: str) -> None:
    assert window.session is not None
    window.session.apply({"seed": 5})
    dialog = opened(window, qtbot, what, tmp_path / "a.gif", 12)
    dialog.width_.setValue(301)
    dialog.height_.setValue(200)
    dialog.every.setValue(4)
    export(dialog, qtbot)
    seen = set()
    with Image.open(tmp_path / "a.gif") as film:
        assert (film.size, film.n_frames, film.info["duration"]) == ((301, 200), 4, 50)  # type: ignore[attr-defined]
        assert b"seed = 5" in film.info["comment"]
        for number in range(4):
            film.seek(number)
            seen.add(film.convert("RGB").tobytes())
    assert len(seen) == 4


def test_the_pixels_that_are_told_are_those_of_the_file(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(window, qtbot, "loss", tmp_path / "a.gif", 12)
    dialog.width_.setValue(301)
    dialog.height_.setValue(200)
    for ending, told in ((".gif", "301 × 200 pixels"), (".mp4", "302 × 200 pixels"), (".png", "301 × 200 pixels")):
        dialog.kind.setCurrentIndex(dialog.kind.findData(ending))
        assert told in dialog.note.text()
    dialog.reject()


@pytest.mark.parametrize(("ending", "every"), [(".mp4", 50), (".html", 1_000)])
def test_a_film_and_a_page_can_be_stopped_and_leave_what_was_there(
    window: Window, qtbot: QtBot, tmp_path: Path, ending: str, every: int
) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(b"older")
    dialog = opened(window, qtbot, "network", path)
    assert dialog.accept_button.text() == "Replace"
    dialog.last.setValue(100_000)
    dialog.every.setValue(every)
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.bar.value() > 2, timeout=20_000)
    assert dialog.cancel.text() == "Stop" and not dialog.accept_button.isEnabled()
    dialog.cancel.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(dialog.cancel, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.accept_button.isEnabled())
    assert dialog.focusWidget() is dialog.accept_button, "Enter begins again, and does not close it"
    assert dialog.error.text() == "given up; nothing was written" and dialog.isVisible()  # and no step of one frame's
    assert path.read_bytes() == b"older" and not list(tmp_path.glob(".a*"))


def test_what_cannot_be_is_said_before_it_is_tried(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(window, qtbot, "network", tmp_path / "a.gif")
    dialog.last.setValue(90_000)
    dialog.every.setValue(1)
    assert "90,001 frames: must be at most 5,000" in dialog.error.text() and dialog.error.isVisible()
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    assert dialog.isVisible() and not (tmp_path / "a.gif").exists()
    for every in (30_000, 40_000):  # with a remainder, the last step has a frame of its own
        dialog.every.setValue(every)
        assert not dialog.error.isVisible() and dialog.note.text().startswith("4 frames, 0.2 s.")
    dialog.kind.setCurrentIndex(dialog.kind.findData(".html"))
    assert dialog.note.text().startswith("4 frames of the network"), "a page has as many"
    dialog.kind.setCurrentIndex(dialog.kind.findData(".gif"))
    dialog.first.setValue(95_000)
    assert "the last must be at least the first" in dialog.error.text()


def test_a_window_that_closes_ends_a_film(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(window, qtbot, "network", tmp_path / "a.mp4")
    dialog.last.setValue(100_000)
    dialog.every.setValue(50)
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.bar.value() > 0, timeout=20_000)
    window.close()
    assert not [p for p in tmp_path.iterdir() if "a.mp4" in p.name]


def test_ctrl_c_copies_the_view_under_the_mouse_or_the_window(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert window.workbench is not None
    workbench, clipboard = window.workbench, QApplication.clipboard()
    panel = workbench.panel("loss")
    for what, widget in (("window", window), ("loss", panel.widget())):
        monkeypatch.setattr(type(panel), "underMouse", lambda self, what=what: self.key == what)
        qtbot.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: not workbench.copying.busy)
        image = clipboard.image()
        assert (image.width(), image.height()) == (2 * widget.width(), 2 * widget.height())
        (tmp_path / "pasted.png").write_bytes(bytes(clipboard.mimeData().data("image/png").data()))
        assert read(tmp_path / "pasted.png").view == what
        assert QImage(str(tmp_path / "pasted.png")).pixel(QPoint(5, 5)) == image.pixel(QPoint(5, 5))
        assert workbench.messages.text.startswith("Copied: ")
    clipboard.clear()
    action = next(a for a in window.workbench.top_bar.export_menu.actions() if a.text().startswith("Copy"))
    action.trigger()
    qtbot.waitUntil(lambda: not workbench.copying.busy)
    assert clipboard.image().width() == 2 * window.width()


def test_the_menu_names_every_kind_of_file_and_greys_what_cannot_be_drawn(window: Window, qtbot: QtBot) -> None:
    assert window.workbench is not None
    menu, dialog = window.workbench.top_bar.export_menu, window.workbench.export_dialog
    menu.popup(QPoint(0, 0))
    action = {a.text().partition("\t")[0]: a for a in menu.actions()}
    qtbot.waitUntil(lambda: not action["Features…"].isEnabled())
    assert "pixels" in action["Features…"].toolTip() and action["Network…"].isEnabled()
    menu.close()
    kinds = set()
    for text in ("The whole window…", "Network…", *(t for t in action if ": " in t)):
        action[text].trigger()
        qtbot.waitUntil(dialog.isVisible)
        kinds.add(dialog.ending)
        assert dialog.file.text().endswith(dialog.ending) and dialog.accept_button.isEnabled(), text
        assert dialog.ending[1:].upper() in text or dialog.ending in (".png", ".py")
        dialog.reject()
    assert kinds == {*FORMATS, ".png"} - {".svg", ".mp4"}  # which are said where the others are chosen
    action["Network…"].trigger()
    assert dialog.what.currentData() == "network" and dialog.ending == ".png"
    dialog.reject()


def test_the_title_names_the_steps_that_are_exported(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(window, qtbot, "network", tmp_path / "one.png")
    assert dialog.windowTitle() == "Export step 20"
    dialog.file.setText(str(tmp_path / "many.gif"))
    dialog.first.setValue(5)
    assert dialog.windowTitle() == "Export steps 5 to 20"
    dialog.reject()
