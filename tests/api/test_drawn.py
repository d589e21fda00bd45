"""Figures, films and windows from Python: beside an application and without one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import dropout_viz
from dropout_viz import UserError
from dropout_viz.api import show
from dropout_viz.app.platform import check
from dropout_viz.app.setup.editors import ChoiceEditor, make_editor
from dropout_viz.engine import picture_file


def test_a_figure_is_of_the_moment_at_which_it_was_asked_for(qapp: QApplication, tmp_path: Path) -> None:
    run = dropout_viz.run("xor", seed=8, steps=12)
    figure = run.figure("landscape", size=(320, 240), scale=2)
    run.advance(5)
    content = figure._repr_png_()
    path = figure.save(tmp_path / "a.png")
    assert path.read_bytes() == content and content.startswith(b"\x89PNG")
    shown = picture_file.read(path)
    assert (shown.step, shown.view, shown.config) == (12, "landscape", run.config)
    with Image.open(path) as image:
        assert image.size == (640, 480)
    assert figure._repr_svg_().startswith("<?xml") and "xor" in figure._repr_svg_()
    assert repr(figure) == "<RunFigure landscape, step 12, 320 x 240>"
    assert dropout_viz.open(path).step == 12
    again = dropout_viz.open(figure.save(tmp_path / "a.svg"))
    assert again.step == 12 and again.config == shown.config
    other = tmp_path / "other.svg"
    other.write_text("<svg><metadata>none</metadata></svg>", encoding="utf-8")
    with pytest.raises(UserError, match="a picture without a run"):
        dropout_viz.open(other)


def test_figures_leave_no_widgets_behind(qapp: QApplication) -> None:
    run = dropout_viz.run("xor")
    there = len(qapp.allWidgets())
    for _ in range(3):
        run.figure(size=(160, 120))._repr_png_()
    run.figure("window", size=(900, 600))._repr_png_()
    assert len(qapp.allWidgets()) <= there


def test_a_film_does_the_steps_again(qapp: QApplication, tmp_path: Path) -> None:
    run = dropout_viz.run("xor", steps=6)
    run.change(p_hidden=[0.5])
    run.advance(6)
    before = run.weights[0]
    path = run.film(tmp_path / "a.gif", every=3, size=(160, 120))
    with Image.open(path) as film:
        assert film.n_frames == 5  # type: ignore[attr-defined]
        told = json.loads(film.info["comment"])
    assert told["step"] == "12" and told["changes"] == "6: p_hidden = [0.5]"
    assert run.step == 12 and np.array_equal(run.weights[0], before)
    with Image.open(run.film(tmp_path / "b.gif", every=3, last=5, size=(160, 120))) as film:
        assert "changes" not in json.loads(film.info["comment"])


def test_the_setup_names_arrays(qapp: QApplication, qtbot: QtBot) -> None:
    run = dropout_viz.run(data=([[0.0], [1.0]], [0, 1]))
    editor = make_editor("data")
    qtbot.addWidget(editor)
    editor.show_config(run.config)
    assert isinstance(editor, ChoiceEditor) and editor.combo.currentText() == f"Arrays {run.data.files[:6]}…"
    assert editor.value() == run.config.data


def test_only_the_main_thread_draws(qapp: QApplication) -> None:
    run, said = dropout_viz.run("xor"), []

    def draw() -> None:
        try:
            run.figure()
        except UserError as error:
            said.append(str(error))

    thread = threading.Thread(target=draw)
    thread.start()
    thread.join()
    assert said == ["figures, films and windows: drawn on the main thread only; must be asked for there"]


_ALONE = """
import sys
import dropout_viz
heavy = {"numpy", "pydantic", "PySide6", "joblib", "rich"} & {name.partition(".")[0] for name in sys.modules}
assert not heavy, heavy
assert set(dropout_viz.__all__) <= set(dir(dropout_viz))
run = dropout_viz.run("xor", steps=3)
assert "PySide6" not in sys.modules
assert run.figure(size=(200, 150))._repr_png_().startswith(b"\\x89PNG")
assert run.figure(size=(200, 150))._repr_svg_().startswith("<?xml")
try:
    run.show()
except dropout_viz.UserError as error:
    print(error)
"""


_WINDOW = """
import os
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from dropout_viz.api import show
from dropout_viz.engine.source import Source
take = show._take
def taken(folder):
    source, name, data = take(folder)
    def read(going):
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication
        def close():
            [window] = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.isWindow()]
            print(window.windowTitle(), window.session.frame().snapshot.step, data.features)
            QApplication.closeAllWindows()
        QTimer.singleShot(0, close)
        return source.read(going)
    return Source(source.config, read), name, data
show._take = taken
sys.exit(show.main(sys.argv[1]))
"""


def test_alone_without_a_display_and_the_window_in_a_process_of_its_own(tmp_path: Path) -> None:
    x = np.random.default_rng(1).normal(size=(8, 2))
    run = dropout_viz.run(data=dropout_viz.data_set(x, [0, 1] * 4, features=("up", "down")), steps=9)
    folder = tmp_path / "handed"
    folder.mkdir()
    show._put(folder, run._run.state(), "Own data")
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    command = [sys.executable, "-c", _ALONE + _WINDOW, str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr
    alone, window = done.stdout.splitlines()
    assert alone.startswith("no display: ") and "need none" in alone
    assert "Own data" in window and window.endswith("9 ('up', 'down')")
    assert not folder.exists()


def test_a_script_waits_for_the_window_and_a_notebook_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[list[str]] = []

    class Child:
        def __init__(self, words: list[str]) -> None:
            begun.append(words)
            show._take(Path(words[-1]))

        def wait(self) -> int:
            return 2

    monkeypatch.setattr(show.subprocess, "Popen", Child)
    run = dropout_viz.run("xor")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    with pytest.raises(UserError, match="QT_QPA_PLATFORM = offscreen draws where nobody sees it"):
        run.show()
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setattr(check, "check", lambda: None)
    run.show(wait=False)
    with pytest.raises(UserError, match="could not be opened"):
        run.show()
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    run.show()
    assert len(begun) == 3
