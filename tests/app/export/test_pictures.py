"""Pictures: the right size, the run's settings inside, and nothing half-written."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QCheckBox, QTabBar
from pytestqt.qtbot import QtBot

from dropout_viz import __version__, registry
from dropout_viz.app.export.pictures import canvas_of, write_picture
from dropout_viz.app.export.shot import WINDOW, WINDOW_SIZE, Shot
from dropout_viz.app.window import Window
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig, make_config
from dropout_viz.engine.settings import load_preset
from dropout_viz.errors import UserError

pytestmark = pytest.mark.usefixtures("nothing_painted")

VIEWS = list(registry.entries("views"))


def export(
    config: RunConfig,
    steps: int,
    view: str | None,
    path: Path,
    size: tuple[int, int],
    scale: float = 1.0,
    theme: str = "dark",
) -> None:
    """Train to a step and write a picture of a view, or of the window where there is none."""
    run = Arms.of(config)
    run.advance(steps)
    write_picture(Shot(view or WINDOW, size, scale, theme), run, path)


def config_in(image: QImage) -> RunConfig:
    return make_config(tomllib.loads(image.text("dropout-viz:config")))


# A view of many inputs or many classes is another drawing in these; the others draw digits as they draw anything.
PAIRS = [(view, "three-lines") for view in [*VIEWS, None]]
PAIRS += [(view, "digits") for view in ("network", "features", "masks", "code", None)]
SLOW = [pytest.param(view, "digits", marks=pytest.mark.slow) for view in ("plane", "lesions")]


@pytest.mark.parametrize(("view", "preset"), [*PAIRS, *SLOW])
def test_a_picture_of_every_view_and_of_the_window(
    qapp: QApplication, tmp_path: Path, preset: str, view: str | None
) -> None:
    path = tmp_path / "picture.png"
    config = load_preset(preset).changed(seed=3)
    size = (1280, 800) if view is None else (640, 400)
    export(config, 12, view, path, size, 1.0, "dark")
    image = QImage(str(path))
    assert (image.width(), image.height()) == size
    assert image.text("dropout-viz:version") == __version__
    assert image.text("dropout-viz:seed") == "3"
    assert image.text("dropout-viz:step") == "12"
    assert image.text("dropout-viz:view") == (view or "window")
    assert config_in(image) == config
    assert len({image.pixel(x, y) for x in range(0, size[0], 7) for y in range(0, size[1], 7)}) > 10
    assert [p.name for p in tmp_path.iterdir()] == ["picture.png"]


def test_a_window_has_no_tabs_of_closed_panels(qapp: QApplication) -> None:
    with canvas_of(Shot(WINDOW, WINDOW_SIZE), Arms.of(load_preset("three-lines"))) as canvas:
        canvas.image()
        window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, Window) and w.isVisible())
        assert not [bar for bar in window.findChildren(QTabBar) if bar.isVisible() and bar.count() > 1]


@pytest.mark.parametrize("scale", [2, 4])
def test_the_scale_makes_the_same_picture_finer(qapp: QApplication, tmp_path: Path, scale: int) -> None:
    path = tmp_path / "picture.png"
    export(load_preset("three-lines"), 5, "network", path, (500, 400), scale, "light")
    image = QImage(str(path))
    assert (image.width(), image.height()) == (500 * scale, 400 * scale)
    small = image.scaled(500, 400, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    export(load_preset("three-lines"), 5, "network", path, (500, 400), 1, "light")
    once = QImage(str(path))
    different = sum(
        abs((small.pixel(x, y) & 0xFF) - (once.pixel(x, y) & 0xFF)) > 60 for x in range(500) for y in range(400)
    )
    assert different < 0.02 * 500 * 400  # the same things in the same places; edges of letters differ


def test_the_same_run_gives_the_same_bytes(qapp: QApplication, tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        export(load_preset("three-lines"), 30, None, tmp_path / name, (900, 520))
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize(
    ("view", "size", "scale", "theme", "said"),
    [
        ("netwrk", (800, 600), 1, "dark", "view 'netwrk': unknown (did you mean network?), must be one of network"),
        ("network", (0, 600), 1, "dark", "size 0x600: each side must be 16 to 16384"),
        ("network", (800, 99_999), 1, "dark", "size 800x99999: each side"),
        ("network", (16_000, 16_000), 4, "dark", "size 16000x16000 at scale 4: must be at most"),
        ("network", (800, 600), 5, "dark", "scale 5: must be 1 to 4"),
        ("network", (800, 600), float("nan"), "dark", "scale nan: must be 1 to 4"),
        ("network", (800, 600), 1, "pink", "theme 'pink': unknown, must be one of dark, light"),
    ],
)
def test_what_cannot_be_drawn_is_one_line(
    tmp_path: Path, view: str, size: tuple[int, int], scale: float, theme: str, said: str
) -> None:
    with pytest.raises(UserError) as error:
        export(load_preset("three-lines"), 1, view, tmp_path / "a.png", size, scale, theme)
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_leaves_what_was_there(qapp: QApplication, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="directory"):
        export(load_preset("three-lines"), 1, "network", tmp_path, (200, 200))
    with pytest.raises(UserError, match="no folder"):
        export(load_preset("three-lines"), 1, "network", tmp_path / "none" / "a.png", (200, 200))
    assert not list(tmp_path.iterdir())


def test_no_space_is_one_line(qapp: QApplication) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full")
    with pytest.raises(UserError) as error:
        export(load_preset("three-lines"), 1, "network", full / "a.png", (200, 200))
    assert "\n" not in str(error.value)


def test_a_view_that_does_not_apply_gives_a_picture_that_says_so(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = registry.entries("views")["landscape"].load().View
    monkeypatch.setattr(view, "why_not", staticmethod(lambda config, data: "There is nothing to see."))
    export(load_preset("three-lines"), 1, "landscape", tmp_path / "a.png", (400, 300))
    image = QImage(str(tmp_path / "a.png"))
    assert len({image.pixel(x, y) for x in range(400) for y in range(300)}) > 5
    assert image.text("dropout-viz:view") == "landscape"


def test_the_key_opens_the_dialog_and_enter_exports_the_window(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    assert window.workbench is not None
    dialog, messages = window.workbench.export_dialog, window.workbench.messages
    qtbot.keyClick(window, Qt.Key.Key_E)
    assert dialog.isVisible()
    assert dialog.what.currentData() == WINDOW
    dialog.file.selectAll()
    qtbot.keyClicks(dialog.file, str(tmp_path / "mine"))
    dialog.scale.setCurrentIndex(1)
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=20_000)
    qtbot.waitUntil(lambda: messages.text.startswith("Exported"), timeout=20_000)
    image = QImage(str(tmp_path / "mine.png"))
    assert (image.width(), image.height()) == (2 * window.width(), 2 * window.height())
    assert config_in(image) == load_preset("three-lines")


def test_a_view_is_exported_from_its_header_while_the_run_goes_on(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    assert window.workbench is not None
    assert window.session is not None
    session, dialog = window.session, window.workbench.export_dialog
    session.play_pause()
    window.workbench.panel("loss").header.export_asked.emit()
    assert dialog.what.currentData() == "loss"
    dialog.file.setText(str(tmp_path / "loss.png"))
    dialog.width_.setValue(640)
    dialog.height_.setValue(360)
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil((tmp_path / "loss.png").exists)
    step = session.frame().snapshot.step
    qtbot.waitUntil(lambda: session.frame().snapshot.step > step)
    assert QImage(str(tmp_path / "loss.png")).width() == 640


def test_a_file_that_cannot_be_written_is_told_in_the_dialog(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    assert window.workbench is not None
    dialog = window.workbench.export_dialog
    dialog.ask("network")
    dialog.file.setText(str(tmp_path / "none" / "a.png"))
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.error.isVisible)
    assert "no folder" in dialog.error.text() and dialog.isVisible() and dialog.accept_button.isEnabled()
    dialog.file.setText(str(tmp_path / "a.png"))
    assert not dialog.error.isVisible()


def test_a_changed_run_says_what_was_changed_and_when(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    assert window.workbench is not None
    assert window.session is not None
    session, dialog = window.session, window.workbench.export_dialog
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: session.frame().snapshot.step == 1)
    session.apply({"learning_rate": 0.25})
    qtbot.waitUntil(lambda: session.config.learning_rate == 0.25)
    dialog.ask("network")
    dialog.file.setText(str(tmp_path / "a.png"))
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil((tmp_path / "a.png").exists)
    image = QImage(str(tmp_path / "a.png"))
    assert image.text("dropout-viz:changes") == "1: learning_rate = 0.25"
    assert config_in(image).learning_rate == 0.25


def test_a_picture_shows_what_the_view_on_the_screen_shows(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    """A logarithmic axis that was chosen in the window is in the picture too."""
    assert window.workbench is not None
    assert window.session is not None
    window.session.set_speed(None)
    window.session.run_to(200)
    qtbot.waitUntil(lambda: not window.session.playing and window.session.frame().snapshot.step == 200)
    panel, dialog = window.workbench.panel("loss"), window.workbench.export_dialog
    assert panel.view is not None

    def exported(name: str) -> QImage:
        dialog.ask("loss")
        dialog.file.setText(str(tmp_path / name))
        qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not dialog.isVisible())
        return QImage(str(tmp_path / name))

    plain, again = exported("plain.png"), exported("again.png")
    assert plain == again
    log = next(box for box in panel.header.findChildren(QCheckBox) if box.text() == "log")
    qtbot.mouseClick(log, Qt.MouseButton.LeftButton, pos=log.rect().center())
    if not log.isChecked():
        log.click()
    assert exported("log.png") != plain


@pytest.mark.parametrize("name", ["a.png", "no/a.png"])
def test_the_run_goes_on_after_a_picture_of_the_whole_window(
    window: Window, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    """The picture is drawn by a second window on the same session, which must outlive it."""
    assert window.workbench is not None
    assert window.session is not None
    session, dialog = window.session, window.workbench.export_dialog
    dialog.ask("")
    dialog.file.setText(str(tmp_path / name))
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    if name == "a.png":
        qtbot.waitUntil((tmp_path / name).exists)
    else:
        qtbot.waitUntil(lambda: "no folder" in dialog.error.text())
    session.step()
    qtbot.waitUntil(lambda: session.frame().snapshot.step == 1)
    session.play_pause()
    qtbot.waitUntil(lambda: session.frame().snapshot.step >= 2)
    assert session.status.phase == "playing"
