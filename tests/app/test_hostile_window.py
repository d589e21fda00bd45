"""The window, its pictures and films of runs that no view may fail on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.app.export.canvas import FigureCanvas
from dropout_viz.app.export.shot import WINDOW, Shot
from dropout_viz.cli import main
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import to_toml
from tests.app.conftest import Open
from tests.app.looking import panels, workbench
from tests.views.hostile import base, frame, states

pytestmark = pytest.mark.usefixtures("coarse")

VIEWS = list(registry.entries("views"))
WILD = RunConfig(
    data="moons",
    hidden=(8,),
    activation="relu",
    output="linear",
    loss="squared_error",
    learning_rate=1e5,
    p_hidden=(0.5,),
    steps=60,
)


def wrong(window: object) -> list[str]:
    """Return what views of a window say has failed."""
    found = [(panel.key, panel.view.wrong) for panel in panels(window) if panel.view is not None]  # type: ignore[arg-type]
    return [f"{key}: {text}" for key, text in found if text]


@pytest.mark.slow
def test_a_run_that_diverges_in_every_view_and_then_another(open_window: Open, qtbot: QtBot) -> None:
    window = open_window("wild.toml", WILD)
    session, parts = window.session, workbench(window)
    assert session is not None
    session.run_to(60)
    qtbot.waitUntil(lambda: bool(parts.messages.text))
    assert "no longer a number" in parts.messages.text
    end = session.frame().snapshot.step
    for panel in panels(window):
        parts.layout.bring(panel)
        qtbot.waitUntil(lambda panel=panel: panel.shown is not None and panel.shown.snapshot.step == end)
        window.grab()
    assert not wrong(window)
    session.timeline.look_at(1)
    qtbot.waitUntil(lambda: session.frame().snapshot.step == 1)
    session.open_preset("xor")
    qtbot.waitUntil(lambda: session.name == "xor" and not session.awaited)
    on_screen = [panel for panel in panels(window) if panel.on_screen()]
    assert on_screen
    qtbot.waitUntil(lambda: all(p.shown is not None and p.shown.data is session.frame().data for p in on_screen))
    window.grab()
    assert not wrong(window)


def test_a_picture_of_the_window_in_every_state(qapp: QApplication) -> None:
    healthy = frame(base("moons"), 2)
    with FigureCanvas(Shot(WINDOW, (700, 460), theme="light"), healthy) as canvas:
        window = canvas._window
        assert window is not None
        before = canvas.image()
        for name, each in states("moons").items():
            canvas.show(each)
            canvas.image()
            assert not wrong(window), name
        canvas.show(healthy)
        assert canvas.image().size() == before.size() and not wrong(window)


FILMED = ("network", "loss", "plane", WINDOW)
"""What is filmed at once: frames of films of every view in every state are tried below (``views/test_hostile``)."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "view", [view if view in FILMED else pytest.param(view, marks=pytest.mark.slow) for view in [*VIEWS, WINDOW]]
)
def test_a_film_of_a_run_that_diverges(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str], view: str
) -> None:
    (tmp_path / "wild.toml").write_text(to_toml(WILD), encoding="utf-8")
    path, size = tmp_path / "a.gif", "400x260" if view == WINDOW else "160x120"
    drawn = ["--window"] if view == WINDOW else ["--view", view]
    status = main(
        [
            "export",
            str(tmp_path / "wild.toml"),
            "--steps",
            "8",
            "--every",
            "4",
            *drawn,
            "--size",
            size,
            "--out",
            str(path),
        ]
    )
    said = capsys.readouterr().err
    assert status in (0, 1) and "Traceback" not in said, said
    with Image.open(path) as film:
        assert film.n_frames >= 2  # type: ignore[attr-defined]
