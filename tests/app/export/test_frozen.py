"""What is exported or saved while the run plays is the moment at which that was asked for, with its name."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from dropout_viz.app.export.dialog import ExportDialog
from dropout_viz.app.window import Window
from dropout_viz.engine import picture_file, run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.settings import load_preset, read_toml
from dropout_viz.views.loss.view import View as Loss
from tests.app.conftest import Open
from tests.app.looking import newest, workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")


def playing(show_run: Open, qtbot: QtBot) -> Window:
    """Return a window whose run plays as fast as it goes."""
    window = show_run("moons", load_preset("moons").changed(steps=100_000_000))
    qtbot.keyClick(window, Qt.Key.Key_F)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: newest(window).step > 100)
    return window


def opened(window: Window, qtbot: QtBot, path: Path) -> tuple[ExportDialog, int]:
    """Press E and let the run go on; return the dialog, about to write a file, and the step that it names."""
    qtbot.keyClick(window, Qt.Key.Key_E)
    dialog = workbench(window).export_dialog
    assert dialog.isVisible()
    step = int(dialog.windowTitle().removeprefix("Export step ").replace(",", ""))
    assert f"-step-{step}.png" in dialog.file.text() and dialog.last.value() == step
    qtbot.waitUntil(lambda: newest(window).step > step + 50)
    dialog.file.setText(str(path))
    return dialog, step


def export(dialog: ExportDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=30_000)


def test_an_export_is_of_the_moment_at_which_the_dialog_was_opened(
    show_run: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    """Whatever is written, and whatever is changed meanwhile: settings, choices of views, another run."""
    window = playing(show_run, qtbot)
    session, loss = window.session, workbench(window).panel("loss").view
    assert session is not None and isinstance(loss, Loss)
    before = session.config
    dialog, step = opened(window, qtbot, tmp_path / "a.csv")
    session.apply({"learning_rate": 0.011, "p_hidden": (0.31,)})
    loss.log_y.value = True
    qtbot.waitUntil(lambda: session.config.learning_rate == 0.011)
    export(dialog, qtbot)
    lines = (tmp_path / "a.csv").read_text("utf-8").splitlines()
    assert lines[-1].startswith(f"{step},") and f"# dropout-viz step: {step}" in lines
    for what, ending in (("window", ".png"), ("loss", ".png"), ("window", ".toml"), ("loss", ".gif")):
        path = tmp_path / f"{what}{ending}"
        dialog.show()  # the same moment
        dialog.what.setCurrentIndex(dialog.what.findData(what))
        dialog.width_.setValue(640)
        dialog.height_.setValue(400)
        dialog.file.setText(str(path))
        dialog.every.setValue(max(1, step // 2))
        export(dialog, qtbot)
        if ending == ".toml":
            assert read_toml(path) == before
        if ending == ".png":
            shown = picture_file.read(path)
            assert (shown.step, shown.past, shown.config, shown.changes) == (step, False, before, ())
            assert shown.picture["views"]["loss"]["log_y"] is False
    assert session.playing, "nothing has paused the run"
    session.open_preset("xor")
    qtbot.waitUntil(lambda: session.name == "xor")
    dialog.show()
    dialog.file.setText(str(tmp_path / "b.toml"))
    export(dialog, qtbot)
    assert read_toml(tmp_path / "b.toml") == before
    earliest = newest(window).step
    dialog.ask()
    step = int(dialog.windowTitle().removeprefix("Export step ").replace(",", ""))
    assert earliest <= step <= newest(window).step and "xor" in dialog.file.text()
    dialog.reject()


def test_a_run_is_saved_as_it_was_when_that_was_asked_for(show_run: Open, qtbot: QtBot, tmp_path: Path) -> None:
    window = playing(show_run, qtbot)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: any(d.isVisible() for d in window.findChildren(QFileDialog)))
    dialog = next(d for d in window.findChildren(QFileDialog) if d.isVisible())
    step = int(Path(dialog.selectedFiles()[0]).stem.partition("-step-")[2])
    qtbot.waitUntil(lambda: newest(window).step > step + 50)
    assert window.session is not None
    window.session.apply({"learning_rate": 0.011})
    qtbot.waitUntil(lambda: newest(window).config.learning_rate == 0.011)
    dialog.fileSelected.emit(str(tmp_path / "a.safetensors"))
    dialog.reject()
    text = f"Saved a.safetensors at step {step:,}."
    qtbot.waitUntil(lambda: workbench(window).messages.text == text)
    state = run_file.read(tmp_path / "a.safetensors")
    alone = Arms.of(load_preset("moons").changed(steps=100_000_000))
    alone.advance(step)
    assert state.step == step and state.config == alone.config and not state.changes
    assert (state.trainers[0].cores[0]["parameters"] == alone.state().trainers[0].cores[0]["parameters"]).all()
    for kind in ("loss_under_mask", "loss_test"):
        mine, yours = (one.trainers[0].records[0][f"history.{kind}.values"] for one in (state, alone.state()))
        assert mine.tolist() == yours.tolist()


def test_looking_back_a_run_is_saved_under_the_name_of_its_newest_step(window: Window, qtbot: QtBot) -> None:
    session = window.session
    assert session is not None
    session.run_to(40)
    qtbot.waitUntil(lambda: newest(window).step == 40)
    session.timeline.look_at(10)
    qtbot.waitUntil(lambda: newest(window).step == 10)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: any(d.isVisible() for d in window.findChildren(QFileDialog)))
    dialog = next(d for d in window.findChildren(QFileDialog) if d.isVisible())
    assert Path(dialog.selectedFiles()[0]).name == "three-lines-step-40.safetensors"
    dialog.reject()


@pytest.mark.slow
@pytest.mark.parametrize("what", ["window", pytest.param("network", marks=pytest.mark.slow)])
def test_a_picture_is_copied_while_the_run_plays(show_run: Open, qtbot: QtBot, tmp_path: Path, what: str) -> None:
    window = playing(show_run, qtbot)
    window.resize(window.minimumSize())  # a copy is as large as the window is
    session = window.session
    assert session is not None
    phases: list[str] = []
    session.status_changed.connect(lambda: phases.append(session.status.phase))
    workbench(window).copying.copy(what)
    qtbot.waitUntil(lambda: not workbench(window).copying.busy)
    path = tmp_path / "a.png"
    path.write_bytes(bytes(QGuiApplication.clipboard().mimeData().data("image/png").data()))
    shown = picture_file.read(path)
    assert shown.step > 100 and not shown.past
    assert session.playing and "paused" not in phases
