"""Undo and redo, by keys and clicks: what was changed is as it was before, and again as it was after."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dropout_viz.app import undo as undo_module
from dropout_viz.app.setup_form import SetupForm
from dropout_viz.app.undo import Undo
from dropout_viz.app.window import Window
from dropout_viz.engine.settings import load_preset
from tests.app.looking import at_step, furniture
from tests.app.timeline_hands import LEFT, SHIFT, fresh, go_to, same, session_of

CTRL = Qt.KeyboardModifier.ControlModifier


def undo_of(window: Window) -> Undo:
    return furniture(window).undo


def steps(window: Window) -> list[str]:
    """The steps that were done and not undone."""
    stack = undo_of(window).stack
    return [stack.text(at) for at in range(stack.index())]


def rests(window: Window) -> bool:
    undo = undo_of(window)
    return not (undo._aimed or undo._waiting or undo._soon.isActive() or session_of(window).under_way)


def press(window: Window, qtbot: QtBot, *keys: str) -> None:
    """Press Ctrl+Z ("z") or Ctrl+Shift+Z ("Z"), and wait until all is there."""
    for key in keys:
        qtbot.keyClick(window, Qt.Key.Key_Z, CTRL | SHIFT if key == "Z" else CTRL)
    qtbot.waitUntil(lambda: rests(window))


def done(window: Window, qtbot: QtBot, *texts: str) -> None:
    """Wait until these are the steps."""
    qtbot.waitUntil(lambda: steps(window) == list(texts) and rests(window))


def form_of(window: Window) -> SetupForm:
    form = furniture(window).setup.findChild(SetupForm)
    assert form is not None
    return form


def enter(window: Window, qtbot: QtBot, key: str, text: str, place: int = 0) -> None:
    """Type a number into a field of the setup."""
    editor = form_of(window).editor(key)
    box = editor.lines[place].box if hasattr(editor, "lines") else editor.box  # type: ignore[attr-defined]
    field = box.lineEdit()
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_a_live_change_is_undone_where_it_was_made(window: Window, qtbot: QtBot) -> None:
    session, config = session_of(window), load_preset("three-lines")
    go_to(window, qtbot, 500)
    enter(window, qtbot, "learning_rate", "0.25")
    done(window, qtbot, "Set learning rate 0.25 at step 500")
    go_to(window, qtbot, 900)
    press(window, qtbot, "z")
    qtbot.waitUntil(lambda: at_step(window, 500))
    assert steps(window) == [] and session.config.learning_rate == config.learning_rate
    assert session.travel.newest == 500 and not session.travel.ticks
    qtbot.waitUntil(lambda: same(window, fresh(config, 500)))
    press(window, qtbot, "Z")
    qtbot.waitUntil(lambda: at_step(window, 900))
    qtbot.waitUntil(lambda: same(window, fresh(config, 900, {500: {"learning_rate": 0.25}})))
    assert [tick.step for tick in session.travel.ticks] == [500] and session.travel.newest == 900
    press(window, qtbot, "z")
    go_to(window, qtbot, 700)
    qtbot.waitUntil(lambda: same(window, fresh(config, 700)))  # as if nothing had ever been changed


def test_changes_in_a_moment_are_one_step(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_of(window)
    go_to(window, qtbot, 300)
    rate = session.config.learning_rate
    for text in ("0.1", "0.2", "0.3"):
        enter(window, qtbot, "learning_rate", text)
        qtbot.waitUntil(lambda text=text: session.config.learning_rate == float(text))
    done(window, qtbot, "Set learning rate 0.3 at step 300")
    monkeypatch.setattr(undo_module, "_TOGETHER", 0.0)
    enter(window, qtbot, "learning_rate", "0.4")
    done(window, qtbot, "Set learning rate 0.3 at step 300", "Set learning rate 0.4 at step 300")
    press(window, qtbot, "z", "z")
    assert session.config.learning_rate == rate and not session.runner.news.changes and steps(window) == []


def test_a_new_run_gives_the_one_before_back(window: Window, qtbot: QtBot) -> None:
    session, config = session_of(window), load_preset("three-lines")
    go_to(window, qtbot, 400)
    session.travel.bookmark(300)
    furniture(window).travel.bookmark.leave()
    done(window, qtbot, "Bookmark step 300")
    enter(window, qtbot, "seed", "7")
    done(window, qtbot, "Bookmark step 300", "Enter Seed")
    qtbot.mouseClick(form_of(window).apply_button, LEFT)
    done(window, qtbot, "Bookmark step 300", "Enter Seed", "New seed: 7")
    assert session.travel.newest == 0 and not session.travel.bookmarks and not form_of(window).pending
    session.open_preset("moons")
    qtbot.waitUntil(lambda: session.name == "moons")
    done(window, qtbot, "Bookmark step 300", "Enter Seed", "New seed: 7", f"Open {load_preset('moons').title}")
    press(window, qtbot, "z", "z")
    qtbot.waitUntil(lambda: at_step(window, 400))
    assert (session.name, session.travel.newest, session.travel.bookmarks) == ("three-lines", 400, {300: "Step 300"})
    assert form_of(window).pending == {"seed": 7}
    qtbot.waitUntil(lambda: same(window, fresh(config, 400)))
    press(window, qtbot, "z", "z")
    assert not form_of(window).pending and not session.travel.bookmarks
    press(window, qtbot, "Z", "Z", "Z")
    assert (session.config.seed, session.travel.newest, form_of(window).pending) == (7, 0, {})
    press(window, qtbot, "Z")
    assert session.name == "moons"
