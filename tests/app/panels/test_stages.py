"""Each preset brings its stage, what the user arranged is kept for it, and the menu says what cannot be shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.app.panels.docks import Panel
from dropout_viz.app.panels.layout import Layout
from dropout_viz.app.setup.form import SetupForm
from dropout_viz.app.window import Window
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import make_config
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.settings import load_preset, preset_keys
from dropout_viz.errors import UserError
from tests.app.conftest import Open
from tests.app.looking import workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")


def shown(window: Window) -> set[str]:
    return {panel.key for panel in workbench(window).views if panel.on_screen()}


def go(window: Window, qtbot: QtBot, preset: str) -> None:
    assert window.session is not None
    session = window.session
    session.open_preset(preset)
    qtbot.waitUntil(lambda: session.name == preset and not session.awaited)


def sizes(window: Window) -> dict[str, tuple[int, int]]:
    return {
        panel.key: (panel.width(), panel.height()) for panel in workbench(window).layout.panels if panel.on_screen()
    }


@pytest.mark.parametrize("visited", ["a patient", "labs", "a preset"])
def test_what_filled_the_window_elsewhere_leaves_an_arrangement_alone(
    window: Window, qtbot: QtBot, visited: str
) -> None:
    parts = workbench(window)
    qtbot.waitUntil(lambda: not parts.layout.fitting)
    before = sizes(window)
    if visited == "a patient":
        parts.clinic.open("1")
        qtbot.waitUntil(lambda: shown(window) == {"loss", "masks"})
    else:
        go(window, qtbot, "moons")
    if visited == "labs":
        parts.labs.open()
        qtbot.waitUntil(lambda: parts.layout.maximised is parts.labs)
    else:
        qtbot.keyClick(window, Qt.Key.Key_M)
        assert parts.layout.maximised is not None
    if visited == "a patient":
        qtbot.mouseClick(parts.lessons.strip.close_button, Qt.MouseButton.LeftButton)
    go(window, qtbot, "three-lines")
    if parts.labs.isVisible():
        parts.labs.header.close_asked.emit()
    qtbot.waitUntil(lambda: sizes(window) == before and not parts.layout.fitting)
    if visited == "labs":  # it is not open any more: it opens and closes as ever
        parts.labs.open()
        qtbot.waitUntil(lambda: parts.layout.maximised is parts.labs)
        parts.labs.header.close_asked.emit()
    else:
        qtbot.keyClick(window, Qt.Key.Key_M)
        qtbot.keyClick(window, Qt.Key.Key_M)
    qtbot.waitUntil(lambda: sizes(window) == before and not parts.layout.fitting)


@pytest.mark.parametrize("preset", [key for key in preset_keys() if key not in ("mnist", "tutorial", "tutorial-dense")])
def test_a_preset_can_be_shown_by_the_views_of_its_stage(preset: str) -> None:
    config = load_preset(preset)
    data = Frame.of(Arms.of(config).look()).data
    for key in config.stage:
        assert registry.entries("views")[key].load().View.reason_not(config, data) == "", key


def test_the_subject_of_a_preset_stands_large_in_the_centre(window: Window, qtbot: QtBot) -> None:
    assert shown(window) == {"network", "loss", "landscape"}
    go(window, qtbot, "moons")
    qtbot.waitUntil(lambda: shown(window) == {"map", "network", "loss"})
    sizes = {p.key: p.width() * p.height() for p in workbench(window).views if p.on_screen()}
    assert max(sizes, key=sizes.__getitem__) == "map"
    go(window, qtbot, "spiral")  # the same stage: nothing moves
    assert shown(window) == {"map", "network", "loss"}


def test_what_was_arranged_is_kept_for_each_preset_and_can_be_reset(open_window: Open, qtbot: QtBot) -> None:
    window = open_window("moons")
    parts = workbench(window)
    parts.layout.toggle(parts.panel("loss"))
    parts.layout.bring_view("masks")
    mine = shown(window)
    assert "loss" not in mine and "masks" in mine
    go(window, qtbot, "three-lines")
    qtbot.waitUntil(lambda: shown(window) == {"network", "loss", "landscape"})
    go(window, qtbot, "moons")
    qtbot.waitUntil(lambda: shown(window) == mine)
    window.close()
    again = open_window("moons")
    qtbot.waitUntil(lambda: shown(again) == mine)
    workbench(again).stages.reset()
    qtbot.waitUntil(lambda: shown(again) == {"map", "network", "loss"})
    again.close()
    last = open_window("three-lines")
    assert shown(last) == {"network", "loss", "landscape"}


def test_the_one_arrangement_of_earlier_versions_is_taken(open_window: Open, qtbot: QtBot) -> None:
    window = open_window("three-lines")
    parts = workbench(window)
    parts.layout.bring_view("masks")
    arranged, mine = parts.layout.save(), shown(window)
    assert window.settings is not None
    settings = window.settings
    window.close()
    settings.remove("stages")
    settings.setValue("layout", arranged)
    again = open_window("three-lines")
    qtbot.waitUntil(lambda: shown(again) == mine)
    go(again, qtbot, "moons")  # it goes for one preset, not for each that is opened
    qtbot.waitUntil(lambda: shown(again) == {"map", "network", "loss"})
    go(again, qtbot, "three-lines")
    qtbot.waitUntil(lambda: shown(again) == mine)
    again.close()
    assert not settings.contains("layout") and settings.contains("stages/three-lines/layout")


def test_a_settings_file_names_its_panels_and_its_controls(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    """A handout: the views and the settings that it names, and no others."""
    file = tmp_path / "handout.toml"
    file.write_text(
        'data = "xor"\nhidden = [3]\nstage = ["map", "loss"]\ncontrols = ["p_hidden", "batch_size"]\n', encoding="utf-8"
    )
    assert window.session is not None
    session = window.session
    workbench(window).files.open(file)
    qtbot.waitUntil(lambda: session.config.controls == ("p_hidden", "batch_size"))
    qtbot.waitUntil(lambda: shown(window) == {"map", "loss"})
    form = workbench(window).setup.findChild(SetupForm)
    assert form is not None
    assert [key for key in form.keys if form.editor(key).isVisibleTo(window)] == ["batch_size", "p_hidden"][::-1]
    for bad, said in (
        ({"stage": ("nothing",)}, "nothing is no view"),
        ({"controls": ("title",)}, "title is no setting"),
    ):
        with pytest.raises(UserError, match=said):
            make_config(bad)


def test_the_menu_greys_what_cannot_show_the_run_and_says_why(window: Window, qtbot: QtBot) -> None:
    menu: QMenu = workbench(window).top_bar.view_menu
    menu.aboutToShow.emit()
    entries = {action.text().split("\t")[0]: action for action in menu.actions()}
    qtbot.waitUntil(lambda: not entries["Features"].isEnabled())  # its file had to be imported first
    assert "pictures" in entries["Features"].toolTip() or "pixels" in entries["Features"].toolTip()
    assert entries["Network"].isEnabled() and entries["Network"].isChecked()
    go(window, qtbot, "digits")
    menu.aboutToShow.emit()
    assert entries["Features"].isEnabled() and entries["Features"].isChecked()
    entries["Features"].trigger()
    qtbot.waitUntil(lambda: "features" not in shown(window))
    assert menu.actions()[0].text().startswith("Setup")


def test_a_remembered_layout_of_which_a_byte_is_spoilt_is_not_used(open_window: Open, qtbot: QtBot) -> None:
    """Qt's own reader of layouts may crash on one."""
    window = open_window("three-lines")
    workbench(window).layout.bring_view("masks")
    settings = window.settings
    assert settings is not None
    window.close()
    kept = settings.value("stages/three-lines/layout")
    spoilt = bytearray(kept.data())
    spoilt[14] = 158
    settings.setValue("stages/three-lines/layout", QByteArray(bytes(spoilt)))
    again = open_window("three-lines")
    assert shown(again) == {"network", "loss", "landscape"}


def test_a_lesson_leaves_every_presets_own_arrangement_alone(window: Window, qtbot: QtBot) -> None:
    parts = workbench(window)
    parts.layout.bring_view("masks")
    mine = shown(window)
    go(window, qtbot, "moons")
    parts.lessons.open("the-post")  # of three-lines
    assert window.session is not None
    session = window.session
    qtbot.waitUntil(lambda: session.name == "three-lines" and not session.awaited)
    parts.lessons.leave()
    qtbot.waitUntil(lambda: shown(window) == mine)
    go(window, qtbot, "moons")
    qtbot.waitUntil(lambda: shown(window) == {"map", "network", "loss"})
    go(window, qtbot, "three-lines")
    qtbot.waitUntil(lambda: shown(window) == mine)


def test_what_a_preset_or_a_patient_is_stands_whole_at_the_top_of_a_window_of_1280(
    window: Window, qtbot: QtBot
) -> None:
    parts = workbench(window)
    about = parts.top_bar.about
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: not parts.layout.fitting)
    for preset in (key for key in preset_keys() if key not in ("mnist", "tutorial", "tutorial-dense")):
        go(window, qtbot, preset)
        qtbot.waitUntil(lambda: about.isVisible() and about.text().endswith("."))
        assert load_preset(preset).about.startswith(about.text().replace("\n", " "))
    parts.clinic.open("1")
    qtbot.waitUntil(lambda: about.text().replace("\n", " ") == "One thing is wrong here.")


@pytest.mark.parametrize("name", ["three-lines-exact", "patient 8"])
def test_in_a_small_window_the_run_s_name_is_whole_and_no_sentence_is_cut(
    window: Window, qtbot: QtBot, name: str
) -> None:
    """The name gives nothing up for two words of what the run is."""
    parts = workbench(window)
    bar = parts.top_bar
    window.resize(900, 520)
    if name == "patient 8":
        parts.clinic.open("8")
        qtbot.waitUntil(lambda: bar.preset.placeholderText().startswith("Patient 8"))
    else:
        go(window, qtbot, name)
    qtbot.waitUntil(lambda: not parts.layout.fitting and bar.preset.width() >= bar.preset.whole_width())
    assert not bar.about.isVisible() or "…" not in bar.about.text()


def test_a_preset_with_other_data_is_not_described_as_it_was(window: Window, qtbot: QtBot) -> None:
    about = workbench(window).top_bar.about
    window.resize(1280, 800)
    go(window, qtbot, "moons")
    qtbot.waitUntil(lambda: about.text().startswith("200 points"))
    session = workbench(window).session
    session.apply({"examples": 400})
    qtbot.waitUntil(lambda: len(session.frame().data.x) == 400)
    qtbot.waitUntil(lambda: about.text().replace("\n", " ") == "With other data than the preset's.")
    session.apply({"examples": None})
    qtbot.waitUntil(lambda: about.text().startswith("200 points"))


def test_a_preset_that_ends_a_lesson_has_its_panels_arranged_once(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = workbench(window)
    parts.layout.bring_view("masks")
    mine = shown(window)
    arranged: list[str] = []
    floated: list[str] = []
    reset, restore = Layout.reset, Layout.restore

    def another(layout: Layout, *stage: object, **others: object) -> None:
        arranged.append("reset")
        reset(layout, *stage, **others)  # type: ignore[arg-type]

    def before(layout: Layout, state: object) -> bool:
        arranged.append("restore")
        return restore(layout, state)

    monkeypatch.setattr(Layout, "reset", another)
    monkeypatch.setattr(Layout, "restore", before)
    monkeypatch.setattr(Panel, "setFloating", lambda panel, on: floated.append(panel.key))
    for preset, way, comes in (
        ("moons", "reset", {"map", "network", "loss"}),
        ("three-lines", "restore", mine),
        ("moons", "restore", {"map", "network", "loss"}),
    ):
        parts.lessons.open("genes")
        assert window.session is not None and parts.lessons.lesson is not None
        session, names = window.session, parts.lessons.names
        qtbot.waitUntil(lambda session=session, names=names: session.name in names and not session.awaited)
        arranged.clear()
        go(window, qtbot, preset)
        assert arranged == [way] and parts.lessons.lesson is None and shown(window) == comes
    assert not floated, "Qt takes what is told so out of its place, and puts it back"
