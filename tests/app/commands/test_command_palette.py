"""The command palette, through real keys: everything can be found by its name and done by Enter."""

from __future__ import annotations

import gc
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from dropout_viz import clinic, registry
from dropout_viz.app import workbench as workbench_
from dropout_viz.app.commands.offered import menus_in
from dropout_viz.app.commands.palette import _GAP, _GROUP, CommandPalette
from dropout_viz.app.commands.shortcuts import COMMANDS
from dropout_viz.app.setup.form import SetupForm
from dropout_viz.app.window import Window
from dropout_viz.draw import style as look
from dropout_viz.engine.config import make_config
from dropout_viz.engine.lesson import Lesson, titles
from dropout_viz.engine.settings import load_preset, preset_keys
from dropout_viz.views.choice import OneOf
from tests.app.conftest import Open
from tests.app.looking import workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")


def opened(window: Window, qtbot: QtBot) -> CommandPalette:
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = workbench(window).palette
    qtbot.waitUntil(palette.isVisible)
    return palette


@pytest.mark.parametrize("typed", ["-5", "step -5", "99,999,999,999", "5.5", "1e9"])
def test_a_number_that_is_no_step_is_told(open_window: Open, qtbot: QtBot, typed: str) -> None:
    palette = ask(open_window("xor"), qtbot, typed)
    assert palette.shown[0].endswith(": must be a whole number from 0 to 999,999,999")


@pytest.mark.parametrize("typed", ["-", ".", "3-4-1"])
def test_what_is_no_number_is_taken_for_no_step(open_window: Open, qtbot: QtBot, typed: str) -> None:
    assert not any(text.startswith("Step ") for text in ask(open_window("xor"), qtbot, typed).shown)


def ask(window: Window, qtbot: QtBot, text: str) -> CommandPalette:
    palette = opened(window, qtbot)
    qtbot.keyClicks(palette.line, text)
    return palette


def test_what_it_offers_is_read_on_a_thread_before(
    open_window: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[threading.Thread] = []
    first, load = registry.entries, workbench_.load_lesson
    lessons: list[str] = []

    def heard(key: str) -> Lesson:
        if threading.current_thread() is not threading.main_thread():
            lessons.append(key)
        return load(key)

    def entries(folder: str) -> Mapping[str, registry.Entry]:
        if folder == "labs":
            read.append(threading.current_thread())
        return first(folder)

    monkeypatch.setattr(registry, "entries", entries)
    monkeypatch.setattr(workbench_, "load_lesson", heard)
    monkeypatch.setattr(workbench_, "_AHEAD_MS", 0)
    open_window()
    qtbot.waitUntil(lambda: any(thread is not threading.main_thread() for thread in read))
    qtbot.waitUntil(lambda: {*titles(), clinic.LESSON} <= set(lessons))


def test_everything_that_there_is_stands_in_it(window: Window, qtbot: QtBot) -> None:
    palette = opened(window, qtbot)
    names = [command.text for name, command in COMMANDS.items() if name != "palette"]
    names += [load_preset(key).title for key in preset_keys()]
    names += [entry.title for folder in ("views", "labs") for entry in registry.entries(folder).values()]
    for name in names:
        palette.line.setText(name)
        assert name in palette.shown


@pytest.mark.parametrize("typed", ["overfit", "overfitting", "over-fitting", "over fitting"])
def test_hyphens_spaces_and_endings_make_no_difference(window: Window, qtbot: QtBot, typed: str) -> None:
    shown = ask(window, qtbot, typed).shown
    assert {"Over-fitting real digits, then less", "Guide: Over-fitting"} <= set(shown)


def test_a_word_in_two_pieces_is_found(window: Window, qtbot: QtBot) -> None:
    for typed in ("minibatch", "mini-batch", "mini batch", "minibatches"):
        palette = opened(window, qtbot)
        palette.line.setText(typed)
        assert "Batch size" in palette.shown


@pytest.mark.parametrize("size", [(1280, 800), (900, 520)])
def test_no_row_is_cut_and_no_kind_runs_into_a_name(window: Window, qtbot: QtBot, size: tuple[int, int]) -> None:
    window.resize(*size)
    palette = opened(window, qtbot)
    qtbot.waitUntil(lambda: palette.list.viewport().height() > 200)
    row = palette.list.sizeHintForRow(0)
    assert palette.list.viewport().height() % row == 0
    small = QFontMetrics(look.font(look.SMALL))
    widest = max(small.horizontalAdvance(offer.group) for offer in palette._shown if offer.text.startswith("Guide"))
    assert widest <= _GROUP - _GAP


def test_its_card_is_as_high_as_what_is_listed(window: Window, qtbot: QtBot) -> None:
    palette = opened(window, qtbot)
    every = palette.list.height()
    qtbot.keyClicks(palette.line, "two moons")
    row = palette.list.sizeHintForRow(0)
    qtbot.waitUntil(lambda: row <= palette.list.height() < 3 * row)
    palette.line.clear()
    qtbot.waitUntil(lambda: palette.list.height() == every)


def test_who_scrolls_down_or_presses_keys_comes_to_all_of_it(window: Window, qtbot: QtBot) -> None:
    palette = opened(window, qtbot)
    whole, rows = len(palette.shown), palette.list.count()
    assert 20 < rows < whole, "no more than can be seen, at first"
    while palette.list.count() < whole:
        before = palette.list.count()
        palette.list.scrollToBottom()
        qtbot.waitUntil(lambda before=before: palette.list.count() > before)
    palette.line.setText("")
    palette.line.setText("e")
    for _ in range(40):
        qtbot.keyClick(palette.line, Qt.Key.Key_PageDown)
    assert palette.list.currentRow() == len(palette.shown) - 1 > 30


def test_what_stands_in_a_menu_stands_in_it_once(window: Window, qtbot: QtBot) -> None:
    palette, parts = opened(window, qtbot), workbench(window)
    shown, twice = set(palette.shown), Counter((offer.group, offer.text) for offer in palette._shown)
    assert max(twice.values()) == 1
    for menu in (parts.top_bar.file_menu, parts.top_bar.view_menu, parts.top_bar.export_menu, parts.top_bar.labs_menu):
        for action in menu.actions():
            text = action.text().partition("\t")[0]
            assert not text or action in menus_in(menu) or text in shown, text
    gc.collect()
    assert isValid(parts.file_menu.recent), "looked for, and gone"
    palette.line.setText("export network")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    dialog = parts.export_dialog
    qtbot.waitUntil(dialog.isVisible)
    dialog.reject()


def test_a_lesson_stands_in_it_once(window: Window, qtbot: QtBot) -> None:
    for title in titles().values():
        palette = opened(window, qtbot)
        palette.line.setText(title)
        kinds = [offer.group for offer in palette._shown if offer.text == title]
        assert kinds.count("Lesson") == 1 and "Lessons" not in kinds


@pytest.mark.parametrize("typed", ["p 0.5", "P=0.5", "p = 0.5", "p_hidden 0.5"])
def test_p_is_that_of_the_hidden_units(window: Window, qtbot: QtBot, typed: str) -> None:
    session = workbench(window).session
    qtbot.keyClick(ask(window, qtbot, typed).line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.config.p_hidden == (0.5,))


def test_where_it_is_open_its_key_lets_another_word_be_typed(window: Window, qtbot: QtBot) -> None:
    palette = ask(window, qtbot, "nothing is called so")
    assert palette.shown == []
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    opened(window, qtbot)
    qtbot.keyClicks(palette.line, "plane")
    assert palette.isVisible() and palette.shown[0] == "Plane"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("mas", "Masks"),
        ("moons", "Two moons"),
        ("conspi", "Conspiracies"),
        ("layout", "Reset layout"),
        ("reset", "Reset layout"),
        ("theme", "Dark or light"),
        ("keep_prob", "Drop probability, input"),
    ],
)
def test_what_begins_with_what_was_typed_comes_first(window: Window, qtbot: QtBot, typed: str, first: str) -> None:
    assert ask(window, qtbot, typed).shown[0] == first


def test_a_preset_is_opened_and_the_focus_comes_back(window: Window, qtbot: QtBot) -> None:
    assert window.session is not None
    session, before = window.session, window.focusWidget()
    palette = ask(window, qtbot, "two moons")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.name == "moons" and not session.awaited)
    assert not palette.isVisible() and window.focusWidget() is before


def test_arrows_choose_and_escape_does_nothing(window: Window, qtbot: QtBot) -> None:
    palette = ask(window, qtbot, "view")
    assert palette.list.currentRow() == 0
    for key, row in ((Qt.Key.Key_Down, 1), (Qt.Key.Key_PageDown, 9), (Qt.Key.Key_Up, 8), (Qt.Key.Key_PageUp, 0)):
        qtbot.keyClick(palette.line, key)
        assert palette.list.currentRow() == row
    seen = [panel.key for panel in workbench(window).views if panel.on_screen()]
    qtbot.keyClick(palette.line, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert [panel.key for panel in workbench(window).views if panel.on_screen()] == seen


def test_a_step_is_run_to_or_looked_at(window: Window, qtbot: QtBot) -> None:
    assert window.session is not None
    session = window.session
    session.set_speed(None)
    qtbot.keyClick(ask(window, qtbot, "120").line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.frame().snapshot.step == 120 and not session.playing)
    palette = ask(window, qtbot, "step 50")
    assert palette.shown[0] == "Look at step 50"
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.frame().snapshot.step == 50)
    assert session.timeline.newest == 120


def test_a_setting_is_set_or_shown_and_what_is_wrong_is_said(window: Window, qtbot: QtBot) -> None:
    assert window.session is not None
    session = window.session
    palette = ask(window, qtbot, "p_hidden = 1.5")
    assert "p_hidden" in palette.shown[0] and "1.5" in palette.shown[0]
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert session.config.p_hidden == load_preset("three-lines").p_hidden
    qtbot.keyClick(ask(window, qtbot, "p_hidden = 0.4").line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.config.p_hidden == (0.4,))
    qtbot.keyClick(ask(window, qtbot, "learning rate").line, Qt.Key.Key_Return)
    form = workbench(window).setup.findChild(SetupForm)
    assert form is not None
    field = form.editor("learning_rate")
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None and field.isAncestorOf(QApplication.focusWidget()))


@pytest.mark.parametrize("all_", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["one of a kind", "all"])
def test_every_setting_that_matters_is_shown_and_has_the_keys(
    window: Window, qtbot: QtBot, tmp_path: Path, all_: bool
) -> None:
    """Of an editor of each kind: what is typed after the palette is for it, and no key of the window's."""
    assert window.session is not None
    session, found, said = window.session, set[str](), list[str]()
    session.remark.connect(lambda text, *_: said.append(text))
    table = tmp_path / "tall.csv"
    table.write_text("a,b,tall\n" + "".join(f"{n},{n % 7},{'yes' if n > 20 else 'no'}\n" for n in range(40)))
    runs = {
        "plane": {"data": "moons", "p_hidden": (0.5, 0.5), "hidden": (4, 4)},
        "own": {"data": "table", "file": str(table), "target": "tall"},
        "points": {"data": "points", "points": ((0.0, 0.0, 1), (1.0, 1.0, 2), (0.0, 1.0, 2), (1.0, 0.0, 1))},
    }
    for name, given in runs.items():
        session.open_config(make_config(given), name)
        qtbot.waitUntil(lambda name=name: session.name == name and not session.awaited)
        form = workbench(window).setup.fill()
        form.open_groups(())
        tried = set[str]()
        for key in form.keys:
            said.clear()
            kind = type(form.editor(key)).__name__
            if kind in tried and not all_:
                continue
            qtbot.keyClick(ask(window, qtbot, f"{key} =").line, Qt.Key.Key_Return)
            if said:
                assert said[0].endswith("does nothing in this run")
                continue
            tried.add(kind)
            editor, at = form.editor(key), QApplication.focusWidget()
            assert at is not None and at is not editor and editor.isAncestorOf(at), key
            assert not at.visibleRegion().isEmpty(), key
            at.clearFocus()
        found |= tried
    assert found == {type(form.editor(key)).__name__ for key in form.keys}


def test_what_is_typed_after_a_drop_probability_was_looked_for_is_the_number(window: Window, qtbot: QtBot) -> None:
    assert window.session is not None
    session = window.session
    qtbot.keyClick(ask(window, qtbot, "drop probability, hidden").line, Qt.Key.Key_Return)
    field = QApplication.focusWidget()
    assert field is not None
    before = [panel.key for panel in workbench(window).views if panel.isVisible()]
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(field, "0.3")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.config.p_hidden == (0.3,))
    assert [panel.key for panel in workbench(window).views if panel.isVisible()] == before


def test_no_button_gets_the_focus_when_the_palette_closes(window: Window, qtbot: QtBot) -> None:
    focused = window.focusWidget()
    if focused is not None:
        focused.clearFocus()
    qtbot.keyClick(opened(window, qtbot).line, Qt.Key.Key_Escape)
    assert window.focusWidget() is None


def test_what_nobody_has_is_said_and_a_click_does_a_line(window: Window, qtbot: QtBot) -> None:
    palette = ask(window, qtbot, "xyzzy")
    assert palette.shown == [] and not palette.list.isVisible()
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)  # nothing is chosen, so nothing is done
    assert palette.isVisible()
    palette.line.setText("masks")
    where = palette.list.visualItemRect(palette.list.item(0)).center()
    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.waitUntil(lambda: workbench(window).panel("masks").on_screen())
    assert not palette.isVisible()


def test_a_setting_by_its_exact_name_comes_first_and_says_whether_the_run_begins_anew(
    window: Window, qtbot: QtBot
) -> None:
    assert window.session is not None
    session, said = window.session, list[str]()
    session.remark.connect(lambda text, *_: said.append(text))
    palette = opened(window, qtbot)
    for typed, first in (
        ("noise", "Noise (dropout)"),
        ("data_noise", "Noise (data)"),
        ("data = ", "Data = …"),
        ("DATA = xor", "Set Data: xor"),
    ):
        palette.line.setText(typed)
        assert palette.shown[0] == first
    palette.leave()
    session.open_config(load_preset("moons").changed(batch_size=None), "moons")  # whose points have a noise
    qtbot.waitUntil(lambda: session.name == "moons" and not session.awaited)
    session.step()
    qtbot.waitUntil(lambda: session.frame().snapshot.step == 1)
    palette = ask(window, qtbot, "title = mine")
    assert palette.shown[0] == "title: stands in a settings file, and is not changed in a run"
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    palette = ask(window, qtbot, 'data = "xor"')
    assert palette.shown[0] == 'New run with Data: "xor"' and session.frame().snapshot.step == 1
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.config.data == "xor" and session.frame().snapshot.step == 0)
    assert session.config.data_noise is None and said == []


def test_what_the_panels_on_show_offer_stands_in_it(window: Window, qtbot: QtBot) -> None:
    parts = workbench(window)
    loss = parts.panel("loss")
    assert loss.view is not None
    before = loss.view.declared[0].value
    ask(window, qtbot, "loss log on")
    assert parts.palette.shown[0] == "Loss: log on"
    qtbot.keyClick(parts.palette.line, Qt.Key.Key_Return)
    assert loss.view.declared[0].value is not before
    palette = ask(window, qtbot, "maximise landscape")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert parts.layout.maximised is parts.panel("landscape")
    palette = ask(window, qtbot, "restore landscape")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: loss.on_screen() and not parts.layout.fitting)
    palette = ask(window, qtbot, "close landscape")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert not parts.panel("landscape").isVisible()
    palette = opened(window, qtbot)
    assert "Close Landscape" not in palette.shown and "Close Network" in palette.shown
    for panel in (p for p in parts.views if p.on_screen() and p.view is not None):
        for choice in (c for c in panel.view.declared if c.possible and isinstance(c, OneOf)):
            others = {f"{panel.title}: {name}" for value, name in choice.values.items() if value != choice.value}
            assert others <= set(palette.shown)


def test_a_setting_of_one_arm_is_found_and_set(show_run: Open, window: Window, qtbot: QtBot) -> None:
    show_run("moons")
    session, parts = window.session, workbench(window)
    assert session is not None
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: len(session.frame().arms) == 2 and not session.awaited)
    palette = ask(window, qtbot, "learning rate of without")
    assert palette.shown[0] == "Learning rate of “without dropout”"
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: palette.isVisible() and palette.line.text() == "without dropout: learning_rate = ")
    qtbot.keyClicks(palette.line, "0.01")
    assert palette.shown[0] == "New run with Learning rate of “without dropout”: 0.01"
    palette.line.setText("without dropout: learning_rate = nothing")
    assert palette.shown[0].startswith("learning_rate")
    palette.line.setText("Without dropout: learning_rate = 0.01")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not session.awaited and session.frame().arms[1].snapshot.config.learning_rate == 0.01)
    assert session.frame().arms[0].snapshot.config.learning_rate == load_preset("moons").learning_rate
    palette.line.setText("arm 3: learning_rate = 0.01")
    assert not parts.palette.shown or "arm" not in parts.palette.shown[0].lower()
