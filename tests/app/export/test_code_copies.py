"""The run on show as code: copied from the File menu, or exported by the dialog."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from dropout_viz.app.window import Window
from dropout_viz.engine.settings import load_preset
from tests.app.conftest import Open
from tests.app.looking import at_step, workbench
from tests.engine.code_runs import run_here

pytestmark = pytest.mark.usefixtures("nothing_painted")


def copy(window: Window, qtbot: QtBot, title: str) -> str:
    menu = workbench(window).top_bar.file_menu
    menu.aboutToShow.emit()
    next(a for a in menu.actions() if a.text() == f"Copy as {title} code").trigger()
    messages = workbench(window).messages
    qtbot.waitUntil(lambda: messages.isVisible())
    return messages.text


def test_numpy_code_repeats_the_step_on_show_with_its_live_changes(
    show_run: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    window = show_run("xor")
    session = workbench(window).session
    session.run_to(20)
    qtbot.waitUntil(lambda: at_step(window, 20))
    session.apply({"learning_rate": 0.05})
    session.run_to(32)
    qtbot.waitUntil(lambda: at_step(window, 32))
    assert copy(window, qtbot, "NumPy").startswith("Copied NumPy code of 32 steps, ")
    text = QGuiApplication.clipboard().text()
    assert "if step == 20:" in text and text.startswith("# Exclusive or (xor): seed 0, 32 steps")
    found = run_here(text, tmp_path, tmp_path)
    weights = session.frame().snapshot.weights
    assert [found[f"W{k}"].tobytes() for k in (1, 2)] == [w.tobytes() for w in weights]


def test_at_step_0_it_is_the_whole_run_and_pytorch_has_its_own(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("three-lines")
    assert "PyTorch code of 60,000 steps" in copy(window, qtbot, "PyTorch")
    assert "class Net(nn.Module):" in QGuiApplication.clipboard().text()


def test_data_that_the_code_reads_are_named(show_run: Open, qtbot: QtBot) -> None:
    assert "It reads digits.csv.gz" in copy(show_run("digits"), qtbot, "NumPy")


def test_what_is_too_long_says_so_and_leaves_the_clipboard_alone(show_run: Open, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("mine")
    window = show_run("moons", load_preset("moons").changed(hidden=(9,) * 8))
    assert "lines; must be at most 60" in copy(window, qtbot, "NumPy")
    assert QGuiApplication.clipboard().text() == "mine"


def test_convolutions_grey_the_entries(show_run: Open) -> None:
    window = show_run("digits", load_preset("digits").changed(maps=(2,)))
    menu = workbench(window).top_bar.file_menu
    menu.aboutToShow.emit()
    entries = [a for a in menu.actions() if a.text().endswith(" code")]
    assert len(entries) == 2
    assert all(not a.isEnabled() and "convolutions" in a.toolTip() for a in entries)


@pytest.mark.parametrize("name", ["run.py", "run_torch.py"])
def test_the_dialog_writes_it(name: str, show_run: Open, qtbot: QtBot, tmp_path: Path) -> None:
    window = show_run("digits")
    workbench(window).session.run_to(3)
    qtbot.waitUntil(lambda: at_step(window, 3))
    dialog = workbench(window).export_dialog
    dialog.ask("")
    dialog.file.setText(str(tmp_path / name))
    assert dialog.ending == ".py" and "_torch.py" in dialog.note.text()
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert "3 steps" in text.splitlines()[0] and ("import torch" in text) == ("torch" in name)
    assert (tmp_path / "digits.csv.gz").is_file()
