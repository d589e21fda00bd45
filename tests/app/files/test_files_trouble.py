"""Trouble with files: a full disk, places that cannot be written, what goes away while it is open, data that lack."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dropout_viz.app.window import Window
from dropout_viz.engine import recovery, run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from tests.app.conftest import Open
from tests.app.files.test_files import CONTROL, drop, run, said
from tests.app.looking import at_step, newest, workbench
from tests.data import small_mnist

pytestmark = pytest.mark.usefixtures("nothing_painted")

__all__ = ["run"]  # a fixture
resource = pytest.importorskip("resource")
MOONS = load_preset("moons")


@contextmanager
def room(size: int) -> Iterator[None]:
    """Let no file of this process grow longer than so many bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def opened(window: Window, qtbot: QtBot, path: Path) -> None:
    drop(window, path)
    qtbot.waitUntil(lambda: at_step(window, 120))
    qtbot.waitUntil(lambda: workbench(window).files.path == path)


def test_a_disk_that_is_full_leaves_the_old_file_and_the_run(window: Window, qtbot: QtBot, run: Path) -> None:
    opened(window, qtbot, run)
    before = run.read_bytes()
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, 121))
    with room(len(before) // 2):
        qtbot.keyClick(window, Qt.Key.Key_S, CONTROL)
        said(window, qtbot, "File too large")
    assert run.read_bytes() == before
    assert [p.name for p in run.parent.iterdir() if p.suffix != ".ini"] == [run.name]
    qtbot.keyClick(window, Qt.Key.Key_S, CONTROL)
    said(window, qtbot, "Saved moons.safetensors at step 121")
    assert run_file.read(run).step == 121


def test_saving_as_it_goes_on_a_full_disk(open_window: Open, qtbot: QtBot) -> None:
    window = open_window("moons")
    with room(3000):
        workbench(window).recovery.begin(0.05)
        qtbot.keyClick(window, Qt.Key.Key_Right)
        said(window, qtbot, "The run is not saved as it goes: ")
        assert "File too large" in workbench(window).messages.text
        qtbot.waitUntil(lambda: at_step(window, 1))
    assert list(recovery.folder().glob("*.safetensors*")) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="writes where Linux lets nobody")
def test_a_folder_that_nobody_may_write_in(window: Window, qtbot: QtBot) -> None:
    workbench(window).files.save_in(Path("/proc/self/run.safetensors"))
    said(window, qtbot, "/proc/self/run.safetensors: cannot be written")


def test_a_file_that_goes_away_while_it_is_open(window: Window, qtbot: QtBot, run: Path) -> None:
    folder = run.parent / "runs"  # what is remembered lies beside it
    folder.mkdir()
    run = run.rename(folder / run.name)
    opened(window, qtbot, run)
    run.unlink()
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, 121))
    qtbot.keyClick(window, Qt.Key.Key_S, CONTROL)
    said(window, qtbot, "Saved moons.safetensors at step 121")
    assert run_file.read(run).step == 121
    shutil.rmtree(folder)
    qtbot.keyClick(window, Qt.Key.Key_S, CONTROL)
    said(window, qtbot, "no folder")


def test_the_folder_of_recovery_goes_away(open_window: Open, qtbot: QtBot) -> None:
    window = open_window("moons")
    workbench(window).recovery.begin(0.05)
    qtbot.waitUntil(lambda: not workbench(window).files.tasks.busy)  # it looks for what was left behind, there
    shutil.rmtree(recovery.folder())
    qtbot.keyClick(window, Qt.Key.Key_Right)
    said(window, qtbot, "The run is not saved as it goes: ")
    qtbot.waitUntil(lambda: at_step(window, 1))
    window.close()


def test_a_run_whose_data_lack_goes_on_when_they_are_there(
    open_window: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, small_data: Path
) -> None:
    config = load_preset("mnist").changed(hidden=(12,), examples=200)
    through = Trainer(config)
    through.advance(3)
    path = tmp_path / "digits.safetensors"
    run_file.save(Arms([through]).state(), path)
    small_mnist.publish(monkeypatch)  # none here, only on a mirror
    window = open_window()
    session, card = window.session, workbench(window).data_card
    assert session is not None
    drop(window, path)
    qtbot.waitUntil(card.isVisible)
    assert "is not on this computer" in card.title.text() and session.name == "three-lines"
    monkeypatch.setenv("DROPOUT_VIZ_DATA", str(small_data))
    session.retry()
    qtbot.waitUntil(lambda: newest(window).step == 3)
    qtbot.waitUntil(lambda: workbench(window).files.path == path)
    for one, two in zip(newest(window).weights, through.snapshot().weights, strict=True):
        assert np.array_equal(one, two)
