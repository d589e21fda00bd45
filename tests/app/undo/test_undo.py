"""Undo and redo, by keys and clicks: what was changed is as it was before, and again as it was after."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from dropout_viz.app.setup.form import SetupForm
from dropout_viz.app.undo import run as undo_run
from dropout_viz.app.undo import stack as undo_module
from dropout_viz.app.undo.menu import StepList
from dropout_viz.app.undo.stack import Step, Undo
from dropout_viz.app.window import Window
from dropout_viz.engine.lesson import titles
from dropout_viz.engine.settings import load_preset
from dropout_viz.errors import UserError
from dropout_viz.nn.parts import Unit
from tests.app.conftest import Open
from tests.app.looking import at_step, workbench
from tests.app.timeline_hands import LEFT, SHIFT, fresh, go_to, same, session_of

pytestmark = pytest.mark.usefixtures("nothing_painted")

CTRL = Qt.KeyboardModifier.ControlModifier


def test_strokes_in_the_map_are_undone_one_by_one(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("points")
    session, begun = session_of(window), len(steps(window))
    at_first = session.frame().data.x.tolist()
    qtbot.keyClick(window, Qt.Key.Key_D)
    view = workbench(window).panel("map").view
    assert view is not None and view.drawing_on
    qtbot.waitUntil(lambda: view.scene is not None and view.hasFocus())  # type: ignore[attr-defined]
    for key in (Qt.Key.Key_3, Qt.Key.Key_Return):
        qtbot.keyClick(view, key)
    qtbot.waitUntil(lambda: len(session.frame().data.x) == 9 and not session.awaited)
    assert session.config.points[-1] == (0.0, 0.0, 3) and session.config.output == "softmax"

    def strokes(*texts: str) -> bool:
        return [text for text in steps(window)[begun:] if " point" in text] == list(texts) and rests(window)

    qtbot.waitUntil(lambda: strokes("Draw points of your own"))
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(session.frame().data.x) == 8 and not session.awaited)
    qtbot.waitUntil(lambda: strokes("Draw points of your own", "Erase 1 point"))
    press(window, qtbot, "z")
    assert len(session.frame().data.x) == 9 and session.config.output == "softmax"
    press(window, qtbot, "z")
    while session.config.points:  # what was chosen in the view is a step of its own
        press(window, qtbot, "z")
    assert session.frame().data.x.tolist() == at_first and session.config.output == "sigmoid"
    press(window, qtbot, "Z")


def test_drawing_begins_with_a_few_points_where_there_is_no_plane(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("digits")
    session = session_of(window)
    qtbot.keyClick(window, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: session.name == "points" and not session.awaited)
    panel = workbench(window).panel("map")
    assert panel.isVisible() and panel.view is not None and panel.view.drawing_on
    qtbot.keyClick(window, Qt.Key.Key_D)
    assert not panel.view.drawing_on


def undo_of(window: Window) -> Undo:
    return workbench(window).undo


def courses_of(window: Window) -> undo_run.Courses:
    courses = undo_of(window).kinds[0]
    assert isinstance(courses, undo_run.Courses)
    return courses


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
    form = workbench(window).setup.findChild(SetupForm)
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
    go_to(window, qtbot, 50)
    enter(window, qtbot, "learning_rate", "0.25")
    done(window, qtbot, "Set learning rate 0.25 at step 50")
    go_to(window, qtbot, 90)
    press(window, qtbot, "z")
    qtbot.waitUntil(lambda: at_step(window, 50))
    assert steps(window) == [] and session.config.learning_rate == config.learning_rate
    assert session.timeline.newest == 50 and not session.timeline.ticks
    qtbot.waitUntil(lambda: same(window, fresh(config, 50)))
    press(window, qtbot, "Z")
    qtbot.waitUntil(lambda: at_step(window, 90))
    qtbot.waitUntil(lambda: same(window, fresh(config, 90, {50: {"learning_rate": 0.25}})))
    assert [tick.step for tick in session.timeline.ticks] == [50] and session.timeline.newest == 90
    press(window, qtbot, "z")
    go_to(window, qtbot, 70)
    qtbot.waitUntil(lambda: same(window, fresh(config, 70)))  # as if nothing had ever been changed


def test_undo_leaves_what_is_wrong_in_setup_with_its_reason(window: Window, qtbot: QtBot) -> None:
    """What cannot be read is no step of its own, and goes with none; what is refused says why while it waits."""
    form = form_of(window)
    form.open_groups(("training",))
    go_to(window, qtbot, 5)
    enter(window, qtbot, "learning_rate", "0,0x")
    unread = form.error_at("learning_rate").text()
    enter(window, qtbot, "seed", "-1")
    qtbot.mouseClick(form.apply_button, LEFT)
    refused = form.error_at("seed").text()
    assert "0,0x" in unread and "seed = -1" in refused
    qtbot.waitUntil(lambda: rests(window))
    enter(window, qtbot, "steps", "77")
    qtbot.waitUntil(lambda: rests(window) and steps(window)[-1] == "Enter Steps 77")

    def both_wait() -> bool:
        texts = [form.error_at(key).text() for key in ("learning_rate", "seed")]
        return texts == [unread, refused] and set(form.pending) >= {"learning_rate", "seed"}

    press(window, qtbot, "z")
    assert both_wait() and "steps" not in form.pending
    assert form.editor("learning_rate").wrong()
    press(window, qtbot, "Z")
    assert both_wait() and form.pending["steps"] == 77
    press(window, qtbot, "z", "z")
    assert set(form.pending) == {"learning_rate"} and not form.error_at("seed").text()
    press(window, qtbot, "Z")
    assert both_wait()


def test_changes_in_a_moment_are_one_step(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_of(window)
    go_to(window, qtbot, 30)
    rate = session.config.learning_rate
    for text in ("0.1", "0.2", "0.3"):
        enter(window, qtbot, "learning_rate", text)
        qtbot.waitUntil(lambda text=text: session.config.learning_rate == float(text))
    done(window, qtbot, "Set learning rate 0.3 at step 30")
    monkeypatch.setattr(undo_module, "_TOGETHER", 0.0)
    enter(window, qtbot, "learning_rate", "0.4")
    done(window, qtbot, "Set learning rate 0.3 at step 30", "Set learning rate 0.4 at step 30")
    press(window, qtbot, "z", "z")
    assert session.config.learning_rate == rate and not session.runner.news.changes and steps(window) == []


def test_a_new_run_gives_the_one_before_back(window: Window, qtbot: QtBot) -> None:
    session, config = session_of(window), load_preset("three-lines")
    go_to(window, qtbot, 40)
    session.timeline.bookmark(30)
    workbench(window).timeline.bookmark.leave()
    done(window, qtbot, "Bookmark step 30")
    enter(window, qtbot, "seed", "7")
    done(window, qtbot, "Bookmark step 30", "Enter Seed 7")
    qtbot.mouseClick(form_of(window).apply_button, LEFT)
    done(window, qtbot, "Bookmark step 30", "Enter Seed 7", "New seed: 7")
    assert session.timeline.newest == 0 and not session.timeline.bookmarks and not form_of(window).pending
    session.open_preset("three-lines-exact")
    qtbot.waitUntil(lambda: session.name == "three-lines-exact")
    other = load_preset("three-lines-exact").title
    done(window, qtbot, "Bookmark step 30", "Enter Seed 7", "New seed: 7", f"Open {other}")
    press(window, qtbot, "z", "z")
    qtbot.waitUntil(lambda: at_step(window, 40))
    assert (session.name, session.timeline.newest, session.timeline.bookmarks) == ("three-lines", 40, {30: "Step 30"})
    assert form_of(window).pending == {"seed": 7}
    qtbot.waitUntil(lambda: same(window, fresh(config, 40)))
    press(window, qtbot, "z", "z")
    assert not form_of(window).pending and not session.timeline.bookmarks
    press(window, qtbot, "Z", "Z", "Z")
    assert (session.config.seed, session.timeline.newest, form_of(window).pending) == (7, 0, {})
    press(window, qtbot, "Z")
    assert session.name == "three-lines-exact"


def test_while_it_plays_undo_goes_back_and_it_plays_on(window: Window, qtbot: QtBot) -> None:
    session, config = session_of(window), load_preset("three-lines")
    go_to(window, qtbot, 20)
    session.set_speed(100.0)
    session.play_pause()
    qtbot.waitUntil(lambda: session.status.step > 22)
    enter(window, qtbot, "p_hidden", "0.5")
    qtbot.waitUntil(lambda: len(steps(window)) == 1)
    (change,) = session.runner.news.changes
    qtbot.waitUntil(lambda: session.status.step > change.step + 10)
    workbench(window).layout.toggle(workbench(window).panel("masks"))
    done(window, qtbot, f"Set drop probability, hidden 0.5 at step {change.step}", "Show Masks")
    press(window, qtbot, "z", "z")
    assert session.playing and not session.runner.news.changes
    assert not workbench(window).panel("masks").isVisible()
    qtbot.waitUntil(lambda: session.status.step > change.step + 3)
    session.play_pause()
    qtbot.waitUntil(lambda: not session.playing and at_step(window, session.timeline.newest))
    qtbot.waitUntil(lambda: same(window, fresh(config, session.timeline.newest)))


def test_what_undo_replaces_is_kept_as_any_run_is(window: Window, qtbot: QtBot) -> None:
    session = session_of(window)
    go_to(window, qtbot, 60)
    session.apply({"learning_rate": 0.2})
    done(window, qtbot, "Set learning rate 0.2 at step 60")
    go_to(window, qtbot, 90)
    left: list[tuple[int, float]] = []
    session.runner.trained = 100.0
    session.runner.leaving = lambda run: left.append((run.present.step, session.runner.trained))
    press(window, qtbot, "z")
    session.runner.leaving = lambda run: None
    assert left == [(90, 100.0)]  # the autosave puts it into File, Open recent


def test_what_waits_for_an_answer_is_taken_back_first(window: Window, qtbot: QtBot) -> None:
    """A question is open: undo answers it with no, and leaves what was done before."""
    session, question = session_of(window), workbench(window).timeline.question
    go_to(window, qtbot, 60)
    go_to(window, qtbot, 24)
    qtbot.keyClick(window, Qt.Key.Key_B)
    qtbot.keyClick(workbench(window).timeline.bookmark.name, Qt.Key.Key_Return)
    done(window, qtbot, "Bookmark step 24")
    enter(window, qtbot, "p_hidden", "0.5")
    qtbot.waitUntil(question.isVisible)
    undo = undo_of(window)
    assert undo.words(-1) == "Undo: enter drop probability, hidden 0.5"
    assert "Nothing has been changed" in undo.meaning(-1)
    press(window, qtbot, "z")
    assert not question.isVisible() and session.timeline.bookmarks == {24: "Step 24"}
    line = form_of(window).editor("p_hidden").lines[0]  # type: ignore[attr-defined]
    assert (line.box.text(), line.slider.value()) == ("0.2", 20) and session.config.p_hidden == (0.2,)
    press(window, qtbot, "z")
    assert not session.timeline.bookmarks and session.timeline.newest == 60


@pytest.mark.slow
def test_a_branch_and_a_comparison(window: Window, qtbot: QtBot) -> None:
    session, config = session_of(window), load_preset("three-lines")
    go_to(window, qtbot, 20)
    session.timeline.branch({"learning_rate": 2.0})
    done(window, qtbot, "Branch: learning rate 2 from step 20")
    go_to(window, qtbot, 30)
    qtbot.keyClick(window, Qt.Key.Key_C)
    done(window, qtbot, "Branch: learning rate 2 from step 20", "Compare with the run without dropout")
    press(window, qtbot, "z")
    assert session.runner.news.names == ("as it was", "learning rate 2 from step 20")
    press(window, qtbot, "z")
    qtbot.waitUntil(lambda: at_step(window, 20))
    assert len(session.frame().arms) == 1
    go_to(window, qtbot, 30)
    qtbot.waitUntil(lambda: same(window, fresh(config, 30)))
    press(window, qtbot, "Z", "Z")
    assert session.comparing and session.timeline.newest == 30
    press(window, qtbot, "z")
    assert session.runner.news.names == ("as it was", "learning rate 2 from step 20")
    session.leave_out()
    done(window, qtbot, "Branch: learning rate 2 from step 20", "Leave out “learning rate 2 from step 20”")
    press(window, qtbot, "z")
    assert len(session.frame().arms) == 2


def test_in_a_field_typing_is_undone_and_nothing_else(window: Window, qtbot: QtBot) -> None:
    session = session_of(window)
    go_to(window, qtbot, 40)
    session.apply({"learning_rate": 0.2})
    done(window, qtbot, "Set learning rate 0.2 at step 40")
    field = form_of(window).editor("seed").box  # type: ignore[attr-defined]
    field.setFocus()
    qtbot.keyClicks(field, "12")
    typed = field.text()
    assert typed != "0"
    for key, modifiers, text in (("Z", CTRL, "0"), ("Y", CTRL, typed), ("Z", CTRL, "0"), ("Z", CTRL | SHIFT, typed)):
        qtbot.keyClick(field, getattr(Qt.Key, f"Key_{key}"), modifiers)
        assert field.text() == text
    qtbot.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert steps(window) == ["Set learning rate 0.2 at step 40"]
    qtbot.keyClick(field, Qt.Key.Key_Z, CTRL)  # nothing is left of the typing: now it is the window's
    qtbot.waitUntil(lambda: steps(window) == [] and rests(window))
    assert not session.runner.news.changes
    qtbot.keyClick(field, Qt.Key.Key_Escape)


@pytest.mark.slow
def test_a_slider_that_is_dragged_is_one_step(window: Window, qtbot: QtBot) -> None:
    session = session_of(window)
    go_to(window, qtbot, 40)
    line = form_of(window).editor("p_hidden").lines[0]  # type: ignore[attr-defined]
    line.slider.setSliderDown(True)
    for value in range(21, 60, 3):
        line.slider.setValue(value)
        if value == 30:  # the hand rests for a moment, and it counts
            qtbot.waitUntil(lambda: session.config.p_hidden == (0.3,))
    line.slider.setSliderDown(False)
    qtbot.waitUntil(lambda: session.config.p_hidden == (0.57,))
    done(window, qtbot, "Set drop probability, hidden 0.57 at step 40")
    press(window, qtbot, "z")
    assert session.config.p_hidden == (0.2,) and line.slider.value() == 20


def test_a_click_in_the_list_goes_to_that_state(window: Window, qtbot: QtBot) -> None:
    parts, session = workbench(window), session_of(window)
    go_to(window, qtbot, 40)
    session.apply({"learning_rate": 0.2})
    done(window, qtbot, "Set learning rate 0.2 at step 40")
    session.selection.take_away(frozenset({Unit(1, 2)}))
    done(window, qtbot, "Set learning rate 0.2 at step 40", "Take away hidden 1, unit 3")
    qtbot.keyClick(window, Qt.Key.Key_U)
    popup = parts.edit_menu.steps
    assert popup is not None and popup.isVisible()
    rows = popup.list
    last = rows.visualRect(rows.model().index(rows.model().rowCount() - 1, 0))
    assert 0 <= rows.viewport().height() - last.bottom() < last.height()  # the list ends with its last line
    assert [rows.model().index(at, 0).data() for at in range(3)] == ["As it was at first", *steps(window)]
    at = rows.visualRect(rows.model().index(0, 0)).center()
    qtbot.mouseClick(rows.viewport(), LEFT, pos=at)
    qtbot.waitUntil(lambda: steps(window) == [] and rests(window))
    assert not session.selection.off and not session.runner.news.changes
    qtbot.mouseClick(rows.viewport(), LEFT, pos=rows.visualRect(rows.model().index(2, 0)).center())
    qtbot.waitUntil(lambda: len(steps(window)) == 2 and rests(window))
    assert session.selection.off == {Unit(1, 2)} and session.config.learning_rate == 0.2
    qtbot.keyClick(rows, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(StepList))


def test_the_menu_and_the_palette_say_what_would_be_undone(window: Window, qtbot: QtBot) -> None:
    parts, session = workbench(window), session_of(window)
    menu = parts.top_bar.edit_menu
    undo, redo = menu.actions()[:2]

    def look() -> None:
        menu.aboutToShow.emit()

    look()
    assert not undo.isEnabled() and not redo.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: parts.messages.text == "There is nothing to undo.")
    go_to(window, qtbot, 40)
    session.apply({"learning_rate": 0.2})
    done(window, qtbot, "Set learning rate 0.2 at step 40")
    go_to(window, qtbot, 70)
    look()
    assert undo.text() == "Undo: set learning rate 0.2 at step 40\tCtrl Z" and undo.isEnabled()
    assert undo.toolTip() == (
        "The run comes back as it was at step 40, with its history. Redo brings back what is on show now."
    )
    texts = [offer.text for offer in parts.offers()]
    assert "Undo: set learning rate 0.2 at step 40" in texts and "Redo" in texts
    undo.trigger()
    qtbot.waitUntil(lambda: steps(window) == [] and rests(window))
    assert parts.messages.text == "The run is as it was at step 40. Redo brings back what came after."
    look()
    assert redo.text() == "Redo: set learning rate 0.2 at step 40\tCtrl Shift Z"
    assert redo.toolTip() == "The run comes back as it was at step 70, with its history."
    qtbot.keyClick(window, Qt.Key.Key_Y, CTRL)
    qtbot.waitUntil(lambda: at_step(window, 70))


def test_undo_leaves_a_lesson_whose_words_would_be_wrong(window: Window, qtbot: QtBot) -> None:
    parts, session = workbench(window), session_of(window)
    go_to(window, qtbot, 40)
    places = [panel.key for panel in parts.layout.panels if panel.isVisible()]
    parts.lessons.open(next(iter(titles())))
    qtbot.waitUntil(lambda: len(steps(window)) == 1 and rests(window) and not session.busy)
    press(window, qtbot, "z")
    qtbot.waitUntil(lambda: at_step(window, 40))
    assert parts.lessons.lesson is None and session.name == "three-lines"
    assert [panel.key for panel in parts.layout.panels if panel.isVisible()] == places
    assert steps(window) == []


def test_a_run_that_has_failed_gives_way_to_the_one_before(window: Window, qtbot: QtBot) -> None:
    session, config = session_of(window), load_preset("three-lines")
    go_to(window, qtbot, 40)
    session.apply({"learning_rate": 0.2})
    done(window, qtbot, "Set learning rate 0.2 at step 40")

    def fail(*_: object) -> None:
        raise FloatingPointError("not today")

    session.runner.between(lambda run: setattr(run.first, "advance", fail))
    session.run_to(60)
    qtbot.waitUntil(lambda: session.status.phase == "failed")
    press(window, qtbot, "z")
    qtbot.waitUntil(lambda: at_step(window, 40))
    assert session.status.phase == "paused" and not session.runner.news.changes
    go_to(window, qtbot, 60)
    qtbot.waitUntil(lambda: same(window, fresh(config, 60)))


@pytest.mark.slow
def test_what_takes_too_much_room_is_done_again(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    session, config = session_of(window), load_preset("three-lines")
    monkeypatch.setattr(undo_run, "BOUND", 0)
    go_to(window, qtbot, 30)
    session.apply({"learning_rate": 0.2})
    done(window, qtbot, "Set learning rate 0.2 at step 30")
    session.open_preset("three-lines-exact")
    qtbot.waitUntil(lambda: len(steps(window)) == 2 and rests(window))
    kept = [step.changes for step in map(undo_of(window).stack.command, range(2)) if isinstance(step, Step)]
    courses = undo_of(window).kinds[0]
    assert all(changes[courses][0].left.state is None for changes in kept)
    press(window, qtbot, "z", "z")
    qtbot.waitUntil(lambda: at_step(window, 30))
    qtbot.waitUntil(lambda: same(window, fresh(config, 30)))


def test_what_does_not_come_back_was_not_undone(window: Window, qtbot: QtBot) -> None:
    session = session_of(window)
    go_to(window, qtbot, 30)
    session.open_preset("three-lines-exact")
    qtbot.waitUntil(lambda: len(steps(window)) == 1 and rests(window))
    step = undo_of(window).stack.command(0)
    assert isinstance(step, Step)
    left = step.changes[undo_of(window).kinds[0]][0].left

    def read(going: object) -> None:
        raise UserError("given up at step 3 of 30")

    left.read = read
    press(window, qtbot, "z")
    qtbot.waitUntil(lambda: len(steps(window)) == 1)
    text = "The run did not come back: given up at step 3 of 30"
    assert session.name == "three-lines-exact" and workbench(window).messages.text == text
    del left.read
    press(window, qtbot, "z")
    assert session.name == "three-lines" and session.timeline.newest == 30


def test_a_run_comes_back_with_the_file_that_it_is_saved_in(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    session, files = session_of(window), workbench(window).files
    go_to(window, qtbot, 30)
    files.save_in(tmp_path / "run.safetensors")
    qtbot.waitUntil(lambda: files.path is not None)
    session.apply({"learning_rate": 0.2})
    done(window, qtbot, "Set learning rate 0.2 at step 30")
    session.open_preset("three-lines-exact")
    qtbot.waitUntil(lambda: len(steps(window)) == 2 and rests(window))
    assert files.path is None
    for key in "zzZ":
        press(window, qtbot, key)
        assert files.path == tmp_path / "run.safetensors"
    press(window, qtbot, "Z")
    assert files.path is None


def test_every_step_says_what_was_done(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    session, files, title = session_of(window), workbench(window).files, load_preset("three-lines").title
    path = tmp_path / "own.safetensors"
    go_to(window, qtbot, 50)
    qtbot.keyClick(window, Qt.Key.Key_C)
    texts = ["Compare with the run without dropout"]
    done(window, qtbot, *texts)
    session.apply({"p_hidden": (0.6,)})
    texts.append("Set drop probability, hidden 0.6 at step 50")
    done(window, qtbot, *texts)
    qtbot.keyClick(window, Qt.Key.Key_C)
    texts.append("End the comparison")
    done(window, qtbot, *texts)
    session.apply({"learning_rate": 0.2})
    texts.append("Set learning rate 0.2 at step 50")
    done(window, qtbot, *texts)
    files.save_in(path)
    qtbot.waitUntil(lambda: files.path is not None)
    session.open_preset("three-lines")
    texts.append(f"Open {title}")
    done(window, qtbot, *texts)
    session.open_preset("three-lines")
    texts.append(f"Open {title}")
    done(window, qtbot, *texts)
    for _ in range(2):
        files.open(path)
        texts.append("Open own.safetensors")
        done(window, qtbot, *texts)
    qtbot.keyClick(window, Qt.Key.Key_C)
    texts.append("Compare with the run without dropout")
    done(window, qtbot, *texts)
    session.leave_out()
    texts.append("Leave out “without dropout”")
    done(window, qtbot, *texts)


def test_a_choice_in_a_view_says_itself_what_it_is_called(window: Window, qtbot: QtBot) -> None:
    view = workbench(window).panel("loss").view
    assert view is not None
    log = next(choice for choice in view.declared if choice.key == "log_y")
    qtbot.mouseClick(log.tool(), LEFT, pos=QPoint(8, log.tool().height() // 2))
    assert log.value is True
    done(window, qtbot, "Loss: log on")
    press(window, qtbot, "z")
    assert log.value is False and not log.tool().isChecked()  # type: ignore[attr-defined]
    press(window, qtbot, "Z")
    assert log.value is True
    go_to(window, qtbot, 20)  # frames that come and go are no steps
    press(window, qtbot, "z")
    assert log.value is False and session_of(window).timeline.newest == 20


@pytest.mark.slow
def test_what_was_done_while_the_other_arm_was_on_its_way_is_a_step_of_its_own(window: Window, qtbot: QtBot) -> None:
    session, undo = session_of(window), undo_of(window)
    go_to(window, qtbot, 60)
    qtbot.waitUntil(lambda: not undo._soon.isActive())
    before = undo.stack.count()
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.keyClick(window, Qt.Key.Key_B)  # nobody has heard of the other arm yet
    qtbot.waitUntil(lambda: undo.stack.count() == before + 2)
    assert [undo.stack.text(before), undo.stack.text(before + 1)] == [
        "Compare with the run without dropout",
        "Bookmark step 60",
    ]
    undo.undo()
    qtbot.waitUntil(lambda: not session.news.bookmarks)
    assert len(session.frame().arms) == 2, "the comparison stays"
    undo.undo()
    qtbot.waitUntil(lambda: len(session.frame().arms) == 1)
    undo.redo()
    undo.redo()
    qtbot.waitUntil(lambda: len(session.frame().arms) == 2 and list(session.news.bookmarks) == [60])
    qtbot.waitUntil(lambda: not undo._aimed and undo.stack.index() == before + 2)


def test_bookmarks_by_their_keys(window: Window, qtbot: QtBot) -> None:
    session, card = session_of(window), workbench(window).timeline.bookmark
    go_to(window, qtbot, 30)
    qtbot.keyClick(window, Qt.Key.Key_B)
    done(window, qtbot, "Bookmark step 30")
    assert card.isVisible()
    qtbot.keyClicks(card.name, "here")
    qtbot.keyClick(card.name, Qt.Key.Key_Return)
    done(window, qtbot, "Bookmark step 30", "Rename a bookmark to “here”")
    qtbot.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(card.isVisible)
    qtbot.mouseClick(card.forget, LEFT)
    done(window, qtbot, "Bookmark step 30", "Rename a bookmark to “here”", "Delete bookmark “here”")
    seen: list[dict[int, str]] = []
    for key in "zzzZZZ":
        press(window, qtbot, key)
        seen.append(dict(session.timeline.bookmarks))
    names: list[dict[int, str]] = [{30: "here"}, {30: "Step 30"}, {}, {30: "Step 30"}, {30: "here"}, {}]
    assert seen == names


@pytest.mark.slow
def test_panels_by_keys_and_buttons(window: Window, qtbot: QtBot) -> None:
    parts = workbench(window)

    def shown() -> list[str]:
        return sorted(panel.key for panel in parts.layout.panels if panel.isVisible())

    first = shown()
    close = parts.panel("loss").header.close_button
    assert close is not None
    qtbot.mouseClick(close, LEFT)
    done(window, qtbot, "Close Loss")
    qtbot.keyClick(window, Qt.Key.Key_M)
    done(window, qtbot, "Close Loss", "Maximise Network")
    qtbot.keyClick(window, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: rests(window))
    count = len(steps(window))
    assert count > 2
    press(window, qtbot, *"z" * (count - 2))
    assert parts.layout.maximised is parts.panel("network") and shown() == ["network"]
    press(window, qtbot, "z")
    assert parts.layout.maximised is None and shown() == sorted({*first} - {"loss"})
    press(window, qtbot, "z")
    assert shown() == first
    press(window, qtbot, "Z")
    assert shown() == sorted({*first} - {"loss"})
    press(window, qtbot, "z")


def test_runs_that_nobody_can_come_back_to_are_forgotten(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo_module, "_TOGETHER", 0.0)
    session, undo, courses = session_of(window), undo_of(window), courses_of(window)
    go_to(window, qtbot, 10)
    for count, rate in enumerate((0.1, 0.2, 0.3), 1):
        session.apply({"learning_rate": rate})
        qtbot.waitUntil(lambda count=count: undo.stack.count() == count and rests(window))
    gc.collect()
    assert len(courses._courses) == 4
    press(window, qtbot, "z", "z")
    session.apply({"learning_rate": 0.4})
    qtbot.waitUntil(lambda: undo.stack.count() == 2 and rests(window))
    gc.collect()
    assert len(courses._courses) == 3
    undo.stack.clear()
    gc.collect()
    assert len(courses._courses) == 1


def test_what_is_one_step_with_another_holds_no_run(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo_module, "_TOGETHER", 60.0)
    session, courses = session_of(window), courses_of(window)
    go_to(window, qtbot, 10)
    for rate in (0.1, 0.2, 0.3):
        session.apply({"learning_rate": rate})
        qtbot.waitUntil(lambda rate=rate: session.config.learning_rate == rate and rests(window))
    done(window, qtbot, "Set learning rate 0.3 at step 10")
    gc.collect()
    assert len(courses._courses) == 2  # as it was before the first, and after the last


def test_what_is_changed_back_at_once_is_no_step(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo_module, "_TOGETHER", 60.0)
    go_to(window, qtbot, 10)
    seed = session_of(window).config.seed
    enter(window, qtbot, "seed", str(seed + 1))
    done(window, qtbot, f"Enter Seed {seed + 1}")
    enter(window, qtbot, "seed", str(seed))
    done(window, qtbot)
    assert undo_of(window).stack.count() == 0


def test_live_changes_that_cancel_one_another_are_no_step(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo_module, "_TOGETHER", 60.0)
    session = session_of(window)
    go_to(window, qtbot, 10)
    session.timeline.bookmark(5)
    workbench(window).timeline.bookmark.leave()
    done(window, qtbot, "Bookmark step 5")
    for p in ("0.5", "0.2"):
        enter(window, qtbot, "p_hidden", p)
        qtbot.waitUntil(lambda p=p: session.config.p_hidden == (float(p),) and rests(window))
    done(window, qtbot, "Bookmark step 5")
    enter(window, qtbot, "p_hidden", "0.5")
    done(window, qtbot, "Bookmark step 5", "Set drop probability, hidden 0.5 at step 10")
    go_to(window, qtbot, 20)
    enter(window, qtbot, "p_hidden", "0.2")  # ten steps were made under another
    done(window, qtbot, "Bookmark step 5", "Set drop probability, hidden 0.2 at step 20")
    press(window, qtbot, "z", "z")
    assert steps(window) == [] and not session.timeline.bookmarks
    qtbot.waitUntil(lambda: same(window, fresh(load_preset("three-lines"), session.status.step)))
