"""Pictures are drawn beside the life of the window: the same pixels, nothing computed on its thread; one can stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.questions import all_weights, ensemble, landscape, lesions, redundancy, shared
from dropout_viz.app.export.canvas import FigureCanvas
from dropout_viz.app.export.clipboard import SCALE
from dropout_viz.app.export.drawing import Drawing
from dropout_viz.app.export.pictures import frame_of, settled
from dropout_viz.app.export.shot import WINDOW, Shot
from dropout_viz.app.look.theme import prepare
from dropout_viz.app.window import Window
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.picture_file import read
from dropout_viz.engine.settings import load_preset
from dropout_viz.views.loss import measuring as loss_measuring
from dropout_viz.views.plane import shading as plane_shading
from dropout_viz.views.worker import Worker
from tests.app.looking import workbench
from tests.app.timeline_hands import go_to

COMPUTED = ("landscape", "plane", "ensemble", "lesions", "redundancy", "shared", "loss")
"""Views of what takes long."""
ANALYSES = (
    (ensemble, "answer"),
    (all_weights, "answer"),
    (landscape, "answer"),
    (lesions, "answer"),
    (plane_shading, "picture"),
    (redundancy, "answer"),
    (shared, "answer"),
    (loss_measuring, "measured"),
)
"""What takes long in views: the modules and the functions that their workers call."""


@cache
def moment(key: str) -> tuple[Shot, Frame]:
    """Return a shot of a view, or of the window, and a frame of a run that it can show, at a step of no curve."""
    run = Arms.of(
        load_preset({"shared": "five-valleys", "twins": "twins", "features": "digits"}.get(key, "three-lines"))
    )
    shot = settled(Shot(key, (520, 400) if key != WINDOW else (1100, 700), 2.0), run)
    run.advance(13)
    return shot, frame_of(run, shot)


@pytest.fixture
def computing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Fail whatever is computed on the thread of the test; return the names of the threads that compute."""
    threads: list[str] = []

    def off(real: Callable[..., Any]) -> Callable[..., Any]:
        def found(*given: Any, **named: Any) -> Any:
            threads.append(threading.current_thread().name)
            assert threading.current_thread() is not threading.main_thread()
            return real(*given, **named)

        return found

    for module, name in ANALYSES:
        monkeypatch.setattr(module, name, off(getattr(module, name)))
    monkeypatch.setattr(loss_measuring, "QUICK", 0)
    monkeypatch.setattr(loss_measuring, "lacking", lambda *_: True)
    return threads


def in_turns(qtbot: QtBot, shot: Shot, frame: Frame, *, svg: bool = False) -> Any:
    drawing, drawn, failed = Drawing(shot), [], []
    drawing.drawn.connect(drawn.append)
    drawing.failed.connect(failed.append)
    drawing.draw(frame, svg=svg)
    qtbot.waitUntil(lambda: bool(drawn or failed))
    drawing.close()
    assert not failed
    return drawn[0]


@pytest.mark.thinned(2)
@pytest.mark.parametrize("key", [*COMPUTED, WINDOW])
def test_a_picture_in_turns_is_the_same_pixel_for_pixel(qapp: QApplication, qtbot: QtBot, key: str) -> None:
    prepare(qapp)
    shot, frame = moment(key)
    with FigureCanvas(shot, frame) as canvas:
        whole = canvas.image()
    assert in_turns(qtbot, shot, frame) == whole


def test_a_picture_of_many_choices_is_the_same_in_turns(qapp: QApplication, qtbot: QtBot) -> None:
    """Answers come when choices have been taken: what lies on the curve that comes is there all the same."""
    prepare(qapp)
    shot, frame = moment("landscape")
    with FigureCanvas(shot, frame) as canvas:
        choices = {**canvas.view.choices(), "weights": "one", "probes": 13}  # type: ignore[union-attr]
    chosen = Shot("landscape", shot.size, 2.0, views={"landscape": choices})
    with FigureCanvas(chosen, frame) as canvas:
        whole = canvas.image()
    without = Shot("landscape", shot.size, 2.0, views={"landscape": {**choices, "probes": None}})
    with FigureCanvas(without, frame) as canvas:
        assert canvas.image() != whole
    assert in_turns(qtbot, chosen, frame) == whole


@pytest.mark.parametrize("key", [*COMPUTED, WINDOW])
def test_what_a_picture_takes_is_not_computed_on_the_thread_of_the_window(
    qapp: QApplication, qtbot: QtBot, computing: list[str], key: str
) -> None:
    prepare(qapp)
    in_turns(qtbot, *moment(key))
    assert computing


def test_what_cannot_be_computed_is_said_in_the_picture(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the same words, whether it is drawn in turns or at once."""
    prepare(qapp)
    monkeypatch.setattr("sys.excepthook", lambda *_: None)

    def fail(*_: Any) -> None:
        raise OverflowError("too large")

    monkeypatch.setattr(ensemble, "answer", fail)
    shot, frame = moment("ensemble")
    with FigureCanvas(shot, frame) as canvas:
        whole = canvas.image()
    assert in_turns(qtbot, shot, frame) == whole


# --- in the window ---------------------------------------------------------------------------------------------------


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Hold up what pictures of Ensemble compute until it is set."""
    open_, real = threading.Event(), ensemble.answer
    monkeypatch.setattr(ensemble, "answer", lambda request: (open_.wait(20), real(request))[1])
    yield open_
    open_.set()


def test_the_clipboard_has_what_an_canvas_draws(window: Window, qtbot: QtBot) -> None:
    go_to(window, qtbot, 3)
    parts = workbench(window)
    shot = parts.finder.shot(parts.session.frame(), WINDOW, (window.width(), window.height()), SCALE)
    parts.copying.copy(WINDOW)
    qtbot.waitUntil(lambda: not parts.copying.busy)
    with FigureCanvas(shot, parts.session.frame()) as canvas:
        assert QGuiApplication.clipboard().image() == canvas.image()


def test_a_copy_tells_how_far_it_is_and_can_be_stopped(window: Window, qtbot: QtBot, gate: threading.Event) -> None:
    go_to(window, qtbot, 3)
    parts, clipboard = workbench(window), QGuiApplication.clipboard()
    clipboard.clear()
    parts.copying.copy("ensemble")
    qtbot.waitUntil(lambda: "Copying: Ensemble, " in parts.messages.text)
    go_to(window, qtbot, 5)  # the window lives
    assert parts.copying.busy and parts.messages.button.text() == "Stop"
    qtbot.mouseClick(parts.messages.button, Qt.MouseButton.LeftButton)
    assert not parts.copying.busy and parts.messages.text == "Nothing was copied."
    parts.copying.copy("ensemble")
    parts.copying.copy("loss")  # takes its place
    qtbot.waitUntil(lambda: not parts.copying.busy)
    assert parts.messages.text.startswith("Copied: Loss, ")
    assert not clipboard.image().isNull()


def test_an_export_can_be_stopped_while_it_computes(
    window: Window, qtbot: QtBot, gate: threading.Event, tmp_path: Path
) -> None:
    go_to(window, qtbot, 3)
    dialog, path = workbench(window).export_dialog, tmp_path / "a.png"
    path.write_bytes(b"older")
    dialog.ask("ensemble")
    dialog.file.setText(str(path))
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.bar.value() > 0)
    assert dialog.cancel.text() == "Stop" and not dialog.accept_button.isEnabled() and dialog.bar.isVisible()
    qtbot.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    assert dialog.isVisible() and "given up" in dialog.error.text() and path.read_bytes() == b"older"
    gate.set()
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert read(path).step == 3


def test_a_window_that_closes_writes_the_picture_that_was_asked_for(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    go_to(window, qtbot, 3)
    dialog, path = workbench(window).export_dialog, tmp_path / "a.png"
    dialog.ask("ensemble")
    dialog.file.setText(str(path))
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    assert not path.exists()
    window.close()
    assert read(path).step == 3


def test_closing_a_view_does_not_wait_for_what_it_computes(qtbot: QtBot) -> None:
    gate, worker, heard = threading.Event(), Worker(), []
    worker.done.connect(heard.append)
    worker.ask(lambda: gate.wait(20))
    worker.close()
    assert not worker.busy and not gate.is_set()
    gate.set()
    worker.ask(lambda: 1)
    qtbot.waitUntil(lambda: heard == [1])
    worker.close()


@pytest.mark.parametrize("at", [0, 2, -1])
def test_it_can_be_closed_in_the_middle_of_a_turn(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """A turn lets events through, and one of them may be the end of the export."""
    shot, frame = moment("network")
    drawing = Drawing(shot)
    told: list[object] = []
    drawing.drawn.connect(told.append)
    drawing.failed.connect(told.append)
    turns = iter(range(100))
    real = FigureCanvas.paint if at < 0 else FigureCanvas.lay_out

    def closing(canvas: FigureCanvas) -> Any:
        inside = real(canvas)
        while True:
            if at < 0 or next(turns) == at:
                drawing.close()
            try:
                yield next(inside)
            except StopIteration as end:
                return end.value

    monkeypatch.setattr(FigureCanvas, real.__name__, closing)
    drawing.draw(frame)
    qtbot.waitUntil(lambda: not drawing.busy)
    QApplication.processEvents()
    assert told == []
