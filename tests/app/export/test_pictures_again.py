"""A picture carries all that it was made from: made again from itself, it is the same, pixel for pixel."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.app.export.canvas import FigureCanvas
from dropout_viz.app.export.pictures import frame_of, settled, write_picture
from dropout_viz.app.export.shot import WINDOW, Shot, shot_of
from dropout_viz.app.window import Window
from dropout_viz.cli import main
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.picture_file import ShownRun, read
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.source import Source, open_path
from dropout_viz.engine.timeline import Timeline
from dropout_viz.errors import UserError
from dropout_viz.nn.parts import Unit, Weight

pytestmark = pytest.mark.usefixtures("nothing_painted")

VIEWS = list(registry.entries("views"))


def again(path: Path) -> QImage:
    """Make a picture again from itself, on the command line."""
    other = path.with_name("again.png")
    assert main(["export", str(path), "--out", str(other)]) == 0
    return QImage(str(other))


def exported(window: Window, qtbot: QtBot, what: str, path: Path) -> QImage:
    assert window.workbench is not None
    dialog = window.workbench.export_dialog
    dialog.ask(what)
    dialog.file.setText(str(path))
    dialog.accept()
    qtbot.waitUntil(path.exists)
    dialog.finish()
    return QImage(str(path))


AT_ONCE = ("network", "loss", "landscape", "masks", "plane", WINDOW)
"""Views that owe something to the frames before; that of the others is a study: they are drawn as they are below."""


@pytest.mark.parametrize(
    "view", [view if view in AT_ONCE else pytest.param(view, marks=pytest.mark.slow) for view in [*VIEWS, WINDOW]]
)
def test_every_view_with_changes_on_the_way(qapp: QApplication, tmp_path: Path, view: str) -> None:
    run = Arms.of(load_preset("moons").changed(seed=3, hidden=(6,)))
    run.advance(7)
    run.change({"p_hidden": (0.4,)})
    run.advance(8)
    path = tmp_path / "one.png"
    write_picture(Shot(view, (700, 420), 1.5, "light", {"example": 5, "weight": [0, 1, 2], "off": [[1, 3]]}), run, path)
    image = QImage(str(path))
    assert again(path) == image


def test_what_is_asked_for_goes_before_what_a_picture_says(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "one.png"
    write_picture(Shot("loss", (700, 420), 1.5, "light"), Arms.of(load_preset("three-lines")), path)
    assert main(["export", str(path), "--theme", "dark", "--size", "500x400", "--out", str(tmp_path / "c.png")]) == 0
    other = QImage(str(tmp_path / "c.png"))
    assert (other.width(), other.height()) == (750, 600)


@pytest.mark.parametrize("preset", ["three-lines", pytest.param("digits", marks=pytest.mark.slow)])
def test_what_the_window_shows_and_remembers(window: Window, qtbot: QtBot, tmp_path: Path, preset: str) -> None:
    """Choices in every view, scales and trails that come from the frames before: all of it is in the picture."""
    assert window.workbench is not None and window.session is not None
    session, workbench = window.session, window.workbench
    session.open_preset(preset)
    qtbot.waitUntil(lambda: not session.awaited and session.name == preset)
    session.runner.pause()
    shown = ["network", "landscape", "masks"]
    if preset == "three-lines":
        shown += ["loss", "shared", "plane", "scaling", "ensemble"]
    for key in shown:
        workbench.layout.bring(workbench.panel(key))
        workbench.panel(key).load()
    for step in (3, 9, 14, 30):
        session.run_to(step)
        qtbot.waitUntil(lambda step=step: session.frame().snapshot.step == step)  # type: ignore[misc]
        for key in shown:
            panel = workbench.panel(key)
            assert panel.view is not None
            if not panel.view.reason_not(session.config, session.frame().data):
                panel.view.show_frame(session.frame())
                panel.view.grab()
    session.apply({"learning_rate": 0.3})
    qtbot.waitUntil(lambda: session.config.learning_rate == 0.3)
    session.run_to(44)
    qtbot.waitUntil(lambda: session.frame().snapshot.step == 44)
    session.selection.choose(example=2, weight=Weight(0, 2, 3))
    session.selection.take_away(frozenset({Unit(1, 1)}))
    for key in shown:
        image = exported(window, qtbot, key, tmp_path / f"{key}.png")
        assert again(tmp_path / f"{key}.png") == image, key


@pytest.mark.slow
def test_the_window_itself(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    assert window.workbench is not None and window.session is not None
    workbench, session = window.workbench, window.session
    workbench.layout.bring(workbench.panel("masks"))
    workbench.panel("network").close()
    session.full_speed()
    session.run_to(20)
    qtbot.waitUntil(lambda: session.frame().snapshot.step == 20)
    qtbot.keyClick(window, Qt.Key.Key_Period)  # slow motion
    qtbot.waitUntil(lambda: session.frame().dissection is not None)
    qtbot.keyClick(window, Qt.Key.Key_Period)
    image = exported(window, qtbot, WINDOW, tmp_path / "w.png")
    shot = shot_of(read(tmp_path / "w.png"))
    assert shot.dissected and shot.selection["moment"] == 1 and shot.name == session.name
    assert again(tmp_path / "w.png") == image


def test_it_is_restored_in_the_window(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    assert window.workbench is not None and window.session is not None
    session, workbench = window.session, window.workbench
    run = Arms.of(load_preset("xor").changed(seed=8))
    run.advance(5)
    run.change({"learning_rate": 0.125})
    run.advance(10)
    shot = Shot("map", selection={"example": 2, "weight": [1, 1, 0]}, views={"map": {"mode": "units", "test": True}})
    write_picture(shot, run, tmp_path / "a.png")
    session.open_source(open_path(tmp_path / "a.png"), "a.png")
    qtbot.waitUntil(lambda: session.name == "a.png" and session.frame().snapshot.step == 15)
    assert session.config == run.config and not session.playing
    qtbot.waitUntil(lambda: session.selection.example == 2)
    assert session.selection.weight == Weight(1, 1, 0)
    panel = workbench.panel("map")
    assert panel.on_screen() and panel.view is not None
    assert panel.view.choices()["mode"] == "units"
    session.play_pause()
    qtbot.waitUntil(lambda: session.frame().snapshot.step > 16)


@pytest.mark.parametrize(
    "said",
    [
        {"size": [10**9, 2]},
        {"size": "x"},
        {"scale": "x"},
        {"theme": "pink"},
        {"views": {"loss": [1]}},
        {"selection": {"example": -4, "weight": [9, 9, 9], "off": [[0, 0], [7]], "moment": 10**12}},
        {"layout": "AAAA" * 1000, "views": {"network": {"memory": {"scales": [{"weights": -1e308}, 3]}, "arm": 44}}},
        {"views": {"landscape": {"memory": {"places": [[0, 0, 99]], "trails": [[1], [2, 3]], "ranges": [0, -1]}}}},
        {"views": {"landscape": {"memory": {"places": [[0, 0, 0]], "trails": [[1e299]], "losses": [1], "axis": [1]}}}},
        {"views": {"shared": {"memory": {"ranges": [[2, 1]], "heights": [0, 1, 1e-300], "trails": [[[1]]]}}}},
        {"views": {"plane": {"kind": "x", "pair": [[99, 9, 9], [0, 0, 0]], "memory": {"scale": {"low": 1}}}}},
        {"views": {"sketch": {"points": [[0, 0], [0, 1]], "balls": 10**9, "frame": -1}}},
        {"views": {"masks": {"layer": 60, "row": 10**15, "unit": 10**15, "memory": {"seen": [[1, 0, "0"], 7, [[]]]}}}},
        {"views": {"ensemble": {"k": 10**12, "output": 10**12, "memory": {"range": [1, 1]}}}},
        {"views": {"scaling": {"memory": {"past": [[], [1]]}}, "network": {"memory": 7}}},
        {"views": {"code": {"first": 9999}, "lesions": {"split": 2**31, "panel": "x"}, "loss": {"zoom": [5, 1]}}},
        {"views": {"redundancy": {"layer": 99, "memory": {"seen": [[0, 1, 2]]}}, "activations": {"layer": 12}}},
    ],
)
def test_what_a_picture_says_wrongly_is_passed_over(qapp: QApplication, tmp_path: Path, said: dict[str, Any]) -> None:
    run = Arms.of(load_preset("three-lines"))
    run.advance(3)
    absurd = "size" in said and said["size"] != "x"
    for view in [*said.get("views", {})] or ["network"]:
        told = json.loads(json.dumps({"size": [300, 200], "theme": "light", **said}))
        shot = shot_of(ShownRun(run.config, 3, view, picture=told))
        with pytest.raises(UserError, match="each side must be") if absurd else nullcontext():
            write_picture(shot, run, tmp_path / "a.png")
    assert absurd or QImage(str(tmp_path / "a.png")).width() in (300, 960)


@pytest.mark.slow
def test_a_step_that_is_looked_back_at(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    """The picture shows what is known of the steps after it, and so does the one that is made again."""
    assert window.workbench is not None and window.session is not None
    session = window.session
    session.run_to(40)
    qtbot.waitUntil(lambda: session.frame().snapshot.step == 40)
    session.apply({"learning_rate": 0.7})
    qtbot.waitUntil(lambda: session.config.learning_rate == 0.7)
    session.runner.bookmark(20, "here")
    session.full_speed()  # with few frames on the way
    session.run_to(600)  # beyond the first state that is kept
    qtbot.waitUntil(lambda: session.frame().snapshot.step == 600)
    for step in (100, 30):
        session.run_to(step)
        qtbot.waitUntil(lambda step=step: session.frame().snapshot.step == step)  # type: ignore[misc]
    window.workbench.layout.bring(window.workbench.panel("plane"))  # whose answer comes after the frame
    for what in (WINDOW, "loss", "landscape", "plane"):
        path = tmp_path / f"{what}.png"
        image = exported(window, qtbot, what, path)
        told = read(path)
        assert (told.step, told.newest, told.config.learning_rate) == (30, 600, 0.5)
        assert told.bookmarks == {20: "here"} and [c.step for c in told.later] == [40]
        assert again(path) == image, what
        assert open_path(path).open().step == 30


@pytest.mark.parametrize("view", ["plane", "loss"])
def test_after_a_change_in_the_past_it_is_that_of_a_straight_run(qapp: QApplication, tmp_path: Path, view: str) -> None:
    """What the run did before it was changed there is in no pixel: neither its curves nor how far apart its path is."""
    config = load_preset("moons").changed(hidden=(4,))
    travelled, straight = Timeline(Arms.of(config)), Arms.of(config)
    travelled.advance(600)
    travelled.go(200)
    straight.advance(200)
    for run in (travelled, straight):
        run.change({"learning_rate": 0.003})
        run.advance(60)
    images = []
    for name, run in (("travelled", travelled), ("straight", straight)):
        write_picture(Shot(view, (500, 340), theme="light"), run, tmp_path / f"{name}.png")
        images.append(QImage(str(tmp_path / f"{name}.png")))
    assert images[0] == images[1]


@pytest.mark.slow
def test_the_window_while_it_plays(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    """The bars of the window tell of the newest step: the run waits while it is drawn, and then goes on."""
    assert window.session is not None
    session = window.session
    session.full_speed()
    session.play_pause()
    qtbot.waitUntil(lambda: session.frame().snapshot.step > 200)
    image = exported(window, qtbot, WINDOW, tmp_path / "w.png")
    step = read(tmp_path / "w.png").step
    assert step > 200 and session.speed is None
    qtbot.waitUntil(lambda: session.playing and session.frame().snapshot.step > step)
    session.runner.pause()
    assert again(tmp_path / "w.png") == image


@pytest.mark.slow
def test_a_long_way_can_be_watched_and_stopped(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    assert window.workbench is not None and window.session is not None
    session, card = window.session, window.workbench.data_card
    config = load_preset("moons")
    shown = ShownRun(config, 10_000_000, "loss")
    source = Source(config, shown.state, shown)
    session.open_source(source, "far.png")
    qtbot.waitUntil(lambda: card.isVisible() and card.leave.isVisible(), timeout=10_000)
    assert card.title.text().startswith("Opening") and " of 10,000,000" in card.text.text()
    first = card.bar.value()
    qtbot.waitUntil(lambda: card.bar.value() > first)
    qtbot.mouseClick(card.leave, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not session.awaited and card.isHidden())
    assert session.name == "three-lines" and "given up" in window.workbench.messages.text
    session.open_source(source, "far.png")
    session.open_preset("xor")  # something else is asked for: the way there is given up
    qtbot.waitUntil(lambda: session.name == "xor")


JUNK: list[Any] = [
    None,
    True,
    0,
    -1,
    3,
    1e299,
    -1e299,
    1e-300,
    10**15,
    "",
    "mean",
    [],
    [1],
    [2, 1],
    [[1, 2]],
    [[0, 1, 2]],
    {},
    [None],
    [[]],
    "01" * 9,
]


def spoilt(value: Any, random: Random) -> Any:
    """Return a view's choices with some of them replaced, cut off or of another size."""
    if random.random() < 0.2:
        return random.choice(JUNK)
    if isinstance(value, dict):
        return {key: spoilt(part, random) for key, part in value.items() if random.random() < 0.95}
    if isinstance(value, list) and value:
        parts = [spoilt(part, random) if random.random() < 0.2 else part for part in value]
        return parts[: random.randrange(len(parts) + 1)] if random.random() < 0.2 else parts
    return value * random.choice([-1, 0, 1e6, 1e-6]) if type(value) is float and random.random() < 0.3 else value


@pytest.mark.parametrize("tries", [1, pytest.param(4, marks=pytest.mark.slow)])
@pytest.mark.parametrize("view", VIEWS)
def test_whatever_a_picture_says_of_a_view_it_can_be_drawn(qapp: QApplication, view: str, tries: int) -> None:
    run, random = Arms.of(load_preset("five-valleys" if view == "shared" else "three-lines")), Random(view)
    shot = settled(Shot(view, (300, 220)), run)
    run.advance(3)
    with FigureCanvas(shot, frame_of(run, shot)) as canvas:
        for step in (7, 12):
            run.advance(step - run.step)
            canvas.show(frame_of(run, shot))
            canvas.image()
        if canvas.view is None:
            return
        choices, frame = canvas.view.choices(), canvas.frame
    assert json.loads(json.dumps(choices, allow_nan=False)) is not None
    for _ in range(tries):
        told = {"size": [300, 220], "views": {view: spoilt(json.loads(json.dumps(choices)), random)}}
        with FigureCanvas(shot_of(ShownRun(run.config, 12, view, picture=told)), frame) as canvas:
            assert canvas.view is not None
            canvas.image()
            json.dumps(canvas.view.choices(), allow_nan=False)
