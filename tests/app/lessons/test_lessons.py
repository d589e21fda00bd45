"""Lessons in a real window: what a step says is what the run does, and nothing is covered by the words."""

from __future__ import annotations

import json
from itertools import product

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QStyle, QStyleOptionSlider, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz import places, registry
from dropout_viz.analysis.truths import truth
from dropout_viz.app.lessons import player as lessons
from dropout_viz.app.lessons.answers import NAME
from dropout_viz.app.lessons.guesses.choice import ChoiceGuess
from dropout_viz.app.lessons.guesses.curve import CurveCanvas, CurveGuess
from dropout_viz.app.lessons.guesses.number import NumberGuess
from dropout_viz.app.lessons.prediction_box import PredictionBox
from dropout_viz.app.lessons.strip import LessonStrip
from dropout_viz.app.session import Session
from dropout_viz.app.window import Window
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.lesson import Lesson, LessonStep, lesson_keys, load_lesson, titles
from dropout_viz.engine.prediction import STATIONS, Truth
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import load_data
from tests.app.conftest import Open
from tests.app.look.test_zoom import at_rest
from tests.app.looking import at_step, newest, words_of, workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")

FIRST = ("network", "loss", "landscape")
"""What opens where a preset has no stage of its own."""
VARIED = ("the-post", "with-and-without", "balls-and-valleys", "conspiracies")
"""Lessons that have every kind of question between them, play, and arms."""


def strip(window: Window) -> LessonStrip:
    found = workbench(window).lessons.strip
    assert found is not None
    return found


def high(label: QLabel) -> int:
    """Return how high a label's words are, of one that nobody has laid out yet."""
    fresh = QLabel(label.text())
    fresh.setFont(label.font())
    fresh.setWordWrap(True)
    fresh.setTextFormat(Qt.TextFormat.PlainText)
    return fresh.heightForWidth(label.width())


def begin(window: Window, key: str) -> None:
    """Choose a lesson in the menu."""
    actions = {action.text(): action for action in workbench(window).top_bar.lessons_menu.actions()}
    assert list(actions) == [*titles().values(), "", "Fault clinic"]
    actions[titles()[key]].trigger()


def shows(window: Window, config: RunConfig) -> bool:
    session = window.session
    return session is not None and not session.awaited and session.config == config.arm_configs[0]


def short(key: str, most: int = 40) -> Lesson:
    """Return a lesson whose runs are short; where they lead is tested without a window."""
    lesson = load_lesson(key)
    return lesson.model_copy(update={"steps": tuple(shortened(step, most) for step in lesson.steps)})


def shortened(step: LessonStep, most: int) -> LessonStep:
    run_to, asked = min(step.run_to, most), step.predict
    if asked is not None:
        asked = asked.model_copy(update={"start": min(asked.start, run_to)})
    return step.model_copy(update={"run_to": run_to, "told_in": 0, "predict": asked})


def rests(window: Window, step: LessonStep, at: int) -> bool:
    """Whether the run rests at a step, and the first of the lesson's views shows it."""
    shown = workbench(window).panel(step.views[0]).shown
    assert window.session is not None
    return not window.session.playing and shown is not None and newest(window).step == shown.snapshot.step == at


def predict(window: Window, qtbot: QtBot) -> None:
    """Answer the question that is asked, in its own way, and wait for what comes of it."""
    box = strip(window).prediction
    editor = box.editor
    qtbot.waitUntil(box.isVisible)
    if isinstance(editor, ChoiceGuess):
        qtbot.mouseClick(editor.buttons[0], Qt.MouseButton.LeftButton)
    elif isinstance(editor, NumberGuess):
        assert not box.show_button.isEnabled()
        editor.slider.setFocus()
        qtbot.keyClick(editor.slider, Qt.Key.Key_Right)
    elif isinstance(editor, CurveGuess):
        draw(qtbot, editor.canvas)
    if box.show_button.isVisible():
        qtbot.mouseClick(box.show_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(box.outcome.isVisible)


def draw(qtbot: QtBot, canvas: CurveCanvas) -> None:
    """Draw a curve from the upper left to the lower right."""
    left, wide, high = Qt.MouseButton.LeftButton, canvas.width() - 40, canvas.height() - 50
    qtbot.mousePress(canvas, left, pos=QPoint(55, 15))
    for x in range(75, wide, wide // 20):
        at = QPoint(x, 15 + (high - 15) * x // wide)
        qtbot.mouseMove(canvas, at)
        QApplication.sendEvent(canvas, _moved(canvas, at))
    qtbot.mouseRelease(canvas, left, pos=QPoint(wide, high))


def _moved(canvas: CurveCanvas, at: QPoint) -> QMouseEvent:
    left, place = Qt.MouseButton.LeftButton, QPointF(at)
    return QMouseEvent(
        QEvent.Type.MouseMove, place, canvas.mapToGlobal(place), left, left, Qt.KeyboardModifier.NoModifier
    )


@pytest.fixture(autouse=True)
def short_lessons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lessons, "load_lesson", short)


@pytest.mark.parametrize(
    "key", [pytest.param(key, marks=() if key in VARIED else pytest.mark.slow) for key in lesson_keys()]
)
def test_every_lesson_is_walked_from_its_start_to_its_end(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    """Each step's run is the one that it tells of, on the stage that it brings; what was there before comes back."""
    monkeypatch.setattr(lessons, "load_lesson", lambda key: short(key, 3))
    window.setUpdatesEnabled(False)  # what is painted, other tests look at
    walk(window, qtbot, short(key, 3))
    stack = workbench(window).undo.stack
    window.setUpdatesEnabled(True)
    steps = [stack.text(at) for at in range(stack.count())]
    assert len(set(steps)) == len(steps), "each page is another entry of what can be undone"


def walk(window: Window, qtbot: QtBot, lesson: Lesson) -> None:
    """Take each step of a lesson with clicks, answer what is asked, and press the last button."""
    session, parts = window.session, workbench(window)
    assert session is not None
    speed = session.speed
    begin(window, lesson.key)
    for at, step in enumerate(lesson.steps):
        assert strip(window).title.text() == step.title
        if (asked := step.predict) is not None:
            beside = lesson.config(at, asked=True)
            qtbot.waitUntil(lambda beside=beside: shows(window, beside))
            assert words_of(strip(window).text) == asked.text and parts.lessons.pointed is None
            assert on_stage(window) == {*(asked.views or step.views), *step.behind}
            predict(window, qtbot)
        assert words_of(strip(window).text) == step.text
        assert on_stage(window) == {*step.views, *step.behind}
        assert parts.lessons.pointed is parts.panel(step.views[0])
        config = lesson.config(at)
        qtbot.waitUntil(lambda config=config: shows(window, config))
        if step.play:
            qtbot.waitUntil(lambda step=step: session.playing and newest(window).step > step.run_to)
            assert session.speed == step.pace
        else:
            qtbot.waitUntil(lambda step=step: rests(window, step, step.run_to))
            assert_same_run(window, lesson, at)
        assert not any(parts.panel(view).instead for view in step.views), "the views show this run"
        qtbot.mouseClick(strip(window).next, Qt.MouseButton.LeftButton)
    assert parts.lessons.strip is None, "the last button ends the lesson"
    assert session.speed == speed and parts.lessons.pointed is None
    assert on_stage(window) - {"setup"} == set(load_preset(lesson.preset).stage or FIRST), "that of the run on show"


def on_stage(window: Window) -> set[str]:
    """Return the keys of the panels that are open."""
    return {panel.key for panel in workbench(window).layout.panels if panel.isVisible()}


def assert_same_run(window: Window, lesson: Lesson, at: int) -> None:
    """The run on show is the one that a step tells of, with its arms, bit for bit."""
    step, alone = lesson.steps[at], Arms.of(lesson.config(at))
    alone.advance(step.run_to)
    assert window.session is not None
    frame = window.session.frame()
    assert len(frame.arms) == (2 if step.compare else 1)
    for trainer, arm in zip(alone.trainers, frame.arms, strict=True):
        wanted = trainer.snapshot().weights
        assert all(np.array_equal(a, b) for a, b in zip(arm.snapshot.weights, wanted, strict=True))


@pytest.mark.parametrize("key", lesson_keys())
def test_every_view_that_is_brought_can_show_the_run(key: str) -> None:
    lesson = load_lesson(key)
    for number, step in enumerate(lesson.steps):
        for config in lesson.config(number).arm_configs:
            for view in step.views:
                module = registry.entries("views")[view].load()
                assert not module.View.reason_not(config, load_data(config))


def test_pages_turn_and_leaving_leaves_the_run(window: Window, qtbot: QtBot) -> None:
    begin(window, "why-scaling-works")
    assert not strip(window).back.isEnabled()
    qtbot.waitUntil(lambda: strip(window).isVisible() and at_step(window, 40))
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    assert workbench(window).lessons.at == 1
    qtbot.keyClick(window, Qt.Key.Key_PageUp)
    assert workbench(window).lessons.at == 0
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: at_step(window, 40))
    qtbot.mouseClick(strip(window).close_button, Qt.MouseButton.LeftButton)
    assert workbench(window).lessons.strip is None
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    assert at_step(window, 40)
    begin(window, "the-post")
    assert workbench(window).lessons.at == 0


def test_a_prediction_stands_beside_the_truth_and_is_kept(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = short("with-and-without")
    begin(window, lesson.key)
    workbench(window).lessons.turn(1)
    asked = lesson.steps[1].predict
    assert asked is not None and window.session is not None
    assert strip(window).look.isHidden(), "what there is to see is not told before"
    predict(window, qtbot)
    canvas = strip(window).prediction.findChild(CurveCanvas)
    assert canvas is not None and canvas.truth is not None
    told = truth(window.session.frame(), asked)
    assert canvas.truth == told and told.told in words_of(strip(window).prediction.outcome)
    assert len(told.values) > 1 and told.steps[-1] == 40, "of the step that is shown"
    drawn = canvas.drawn()
    assert drawn is not None and len(drawn) == STATIONS and drawn[0] > 0.9 > 0.3 > drawn[-1]
    lessons_ = workbench(window).lessons
    lessons_.turn(1)
    lessons_.turn(-1)  # what has been answered is not asked again: guess and truth are there
    qtbot.waitUntil(lambda: strip(window).prediction.outcome.isVisible())
    assert words_of(strip(window).text) == lesson.steps[1].text
    again = strip(window).prediction.findChild(CurveCanvas)
    assert again is not None and again.drawn() == drawn
    qtbot.waitUntil(lambda: not workbench(window).files.tasks.busy)
    folder = places.state()
    assert folder is not None
    (kept,) = json.loads((folder / NAME).read_text())
    assert kept["lesson"] == lesson.key and kept["guess"] == list(drawn) and kept["truth"] == told.told
    qtbot.mouseClick(strip(window).prediction.again_button, Qt.MouseButton.LeftButton)
    assert words_of(strip(window).text) == asked.text and strip(window).prediction.outcome.isHidden()


@pytest.mark.slow
def test_while_presenting_it_is_asked_anew_and_the_learner_s_own_answer_stays(window: Window, qtbot: QtBot) -> None:
    lessons_ = workbench(window).lessons
    asked = short("balls-and-valleys").steps[1].predict
    assert asked is not None
    begin(window, "balls-and-valleys")
    lessons_.turn(1)
    predict(window, qtbot)
    own = lessons_.answers.find("balls-and-valleys", asked.question)
    assert own is not None and own.guess == 3
    lessons_.turn(-1)
    lessons_.turn(1)
    assert words_of(strip(window).text) == asked.text, "the answer is not told before it has come again"
    qtbot.waitUntil(lambda: strip(window).prediction.outcome.isVisible())
    qtbot.keyClick(window, Qt.Key.Key_F5)
    at_rest(window, qtbot)
    box = strip(window).prediction
    assert isinstance(box.editor, NumberGuess) and box.editor.guess() is None and box.outcome.isHidden()
    assert words_of(strip(window).text) == asked.text
    qtbot.waitUntil(box.editor.slider.isVisible)
    qtbot.keyClick(box.editor.slider, Qt.Key.Key_End)
    qtbot.mouseClick(box.show_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(box.outcome.isVisible)
    assert lessons_.answers.find("balls-and-valleys", asked.question) == own
    qtbot.keyClick(window, Qt.Key.Key_F5)
    at_rest(window, qtbot)
    qtbot.waitUntil(box.outcome.isVisible)
    assert isinstance(box.editor, NumberGuess) and box.editor.guess() == 3, "the learner's own answer is back"


def test_a_curve_can_be_drawn_with_the_keys(window: Window, qtbot: QtBot) -> None:
    begin(window, "with-and-without")
    workbench(window).lessons.turn(1)
    box = strip(window).prediction
    canvas = box.findChild(CurveCanvas)
    assert canvas is not None
    qtbot.waitUntil(canvas.isVisible)
    canvas.setFocus()
    for _ in range(6):
        qtbot.keyClick(canvas, Qt.Key.Key_Right)
        qtbot.keyClick(canvas, Qt.Key.Key_Up)
    drawn = canvas.drawn()
    assert drawn is not None and drawn[0] == 0.5 and drawn[-1] > 0.6
    assert box.show_button.isEnabled()


def test_a_run_that_was_changed_meanwhile_is_put_back_before_it_is_judged(window: Window, qtbot: QtBot) -> None:
    lesson = short("the-post")
    begin(window, "the-post")
    workbench(window).lessons.turn(4)
    session = window.session
    assert session is not None
    qtbot.waitUntil(lambda: not session.awaited and len(session.frame().arms) == 2)
    session.compare(False)  # without the other arm: there would be nothing to choose from
    qtbot.waitUntil(lambda: not session.awaited and len(session.frame().arms) == 1)
    predict(window, qtbot)
    frame = session.frame()
    assert [arm.name for arm in frame.arms] == list(lesson.config(4).arm_names) and frame.snapshot.step == 40
    assert all(name in words_of(strip(window).prediction.outcome) for name in lesson.config(4).arm_names)


def begin_choice(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, steps: int
) -> tuple[Session, PredictionBox, ChoiceGuess]:
    """Turn to the question of "the-post" that is answered by a click, in a run that is so many steps long."""
    monkeypatch.setattr(lessons, "load_lesson", lambda key: short(key, steps))
    begin(window, "the-post")
    workbench(window).lessons.turn(4)
    session, box = window.session, strip(window).prediction
    assert session is not None and isinstance(box.editor, ChoiceGuess)
    qtbot.waitUntil(lambda: not session.awaited and len(session.frame().arms) == 2)
    return session, box, box.editor


def test_a_run_that_was_stopped_on_the_way_can_still_be_judged(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, box, editor = begin_choice(window, qtbot, monkeypatch, 10_000)
    qtbot.mouseClick(editor.buttons[1], Qt.MouseButton.LeftButton)
    assert not box.show_button.isVisible(), "it is on its way"
    qtbot.waitUntil(lambda: session.busy and session.status.step > 20)
    session.runner.pause()
    qtbot.waitUntil(box.show_button.isVisible)
    assert not box.outcome.isVisible()
    asked = short("the-post").steps[4].predict
    assert asked is not None and words_of(strip(window).text) == asked.text, "what tells the answer comes with it"
    workbench(window).lessons.turn(-1)
    workbench(window).lessons.turn(1)  # the guess still stands: it is not asked for again
    qtbot.waitUntil(lambda: session.busy and 20 < session.status.step < 10_000)
    session.runner.pause()
    qtbot.waitUntil(box.show_button.isVisible)
    qtbot.mouseClick(box.show_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(box.outcome.isVisible)
    assert session.frame().snapshot.step == 10_000


def test_while_a_guess_is_played_out_the_strip_says_how_far_and_next_does_not_lose_it(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, box, editor = begin_choice(window, qtbot, monkeypatch, 9_000)
    assert strip(window).next.text() == "Skip" and box.way.isHidden()
    qtbot.mouseClick(editor.buttons[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "of 9,000; the answer comes at the end. Watch Loss." in box.way.text())
    assert box.way.text().startswith("Played out now. The run is at step ")
    session.runner.pause()
    qtbot.waitUntil(lambda: not session.playing)
    qtbot.mouseClick(strip(window).next, Qt.MouseButton.LeftButton)
    assert workbench(window).lessons.at == 4, "its answer has not come"
    assert box.way.text().startswith("The answer has not come yet.") and box.way.text().endswith("to go on.")
    qtbot.mouseClick(strip(window).next, Qt.MouseButton.LeftButton)
    assert workbench(window).lessons.lesson is None, "but whoever insists may go"


def test_a_number_counts_where_the_slider_stands_when_it_has_been_taken_hold_of(window: Window, qtbot: QtBot) -> None:
    begin(window, "balls-and-valleys")
    workbench(window).lessons.turn(1)
    box = strip(window).prediction
    assert isinstance(box.editor, NumberGuess) and not box.show_button.isEnabled()
    slider, option = box.editor.slider, QStyleOptionSlider()
    qtbot.waitUntil(lambda: slider.isVisible() and slider.width() > 100)
    slider.initStyleOption(option)
    control, part = QStyle.ComplexControl.CC_Slider, QStyle.SubControl.SC_SliderHandle
    qtbot.mouseClick(
        slider,
        Qt.MouseButton.LeftButton,
        pos=slider.style().subControlRect(control, option, part, slider).center(),
    )
    assert box.show_button.isEnabled() and box.editor.guess() == 2


def test_code_is_said_in_words_above_it_or_beside_it(window: Window, qtbot: QtBot) -> None:
    begin(window, "three-lines")
    shown = strip(window)
    assert words_of(shown.text).startswith("The three lines in words:")
    for size in ((900, 520), (1280, 800)):
        window.resize(*size)
        narrow = size[0] < 1000

        def lies_so(narrow: bool = narrow) -> bool:
            lines = shown.lines.mapTo(shown, QPoint())
            text = shown.text.mapTo(shown, QPoint())
            return lines.y() > text.y() if narrow else lines.x() > text.x()

        qtbot.waitUntil(lies_so)


def test_a_slider_looks_unanswered_until_it_is_clicked(window: Window, qtbot: QtBot) -> None:
    begin(window, "balls-and-valleys")
    workbench(window).lessons.turn(1)
    editor = strip(window).prediction.editor
    assert isinstance(editor, NumberGuess)
    slider = editor.slider
    qtbot.waitUntil(lambda: slider.isVisible() and slider.width() > 100)

    def colours() -> set[int]:
        image = slider.grab().toImage()
        return {image.pixel(x, image.height() // 2) for x in range(4, image.width() - 4)}

    assert len(colours()) == 1, "a bare groove"
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 2, slider.height() // 2))
    qtbot.mouseMove(slider, QPoint(1, 1))
    assert len(colours()) > 2, "with a handle, and the part before it"


def test_the_slider_goes_where_it_is_clicked_and_the_arrows_are_its_own(window: Window, qtbot: QtBot) -> None:
    begin(window, "balls-and-valleys")
    workbench(window).lessons.turn(1)
    box, left = strip(window).prediction, Qt.MouseButton.LeftButton
    assert isinstance(box.editor, NumberGuess) and window.session is not None
    slider = box.editor.slider
    qtbot.waitUntil(lambda: slider.isVisible() and slider.width() > 100)
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Return)
    assert box.show_button.isEnabled() and box.editor.guess() == 2, "where it rests, without a move"
    handle = slider.height() / 2
    for wanted in (4, 1, 5, 0, 3):  # of 0 to 5
        at = handle + wanted / 5 * (slider.width() - 2 * handle)
        qtbot.mouseClick(slider, left, pos=QPoint(round(at), slider.height() // 2))
        assert box.editor.guess() == wanted
    qtbot.waitUntil(lambda: not window.session.awaited)  # type: ignore[union-attr]
    before = newest(window).step
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert box.editor.guess() == 2 and newest(window).step == before == 0, "they do no step of the run"
    assert window.session.status.step == 0
    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    assert workbench(window).lessons.at == 0, "but the pages are the lesson's"


@pytest.mark.parametrize(
    ("guess", "came", "said"),
    [
        (4, 4, "Right."),
        (3, 4, "Close (within a tenth of the scale): you said 3, it is 4."),
        (6, 4, "You said 6, it is 4."),
    ],
)
def test_a_number_is_told_right_or_close_by_a_rule(guess: int, came: int, said: str, qtbot: QtBot) -> None:
    asked = load_lesson("three-lines").steps[0].predict
    assert asked is not None and (asked.low, asked.high) == (0, 16)
    editor = NumberGuess(asked)
    qtbot.addWidget(editor)
    editor.show_guess(guess)
    assert editor.said(Truth(came, "")) == said


def test_a_curve_is_told_close_by_its_mean_distance(window: Window, qtbot: QtBot) -> None:
    asked = load_lesson("three-lines").steps[1].predict
    assert asked is not None and asked.high == 0.2
    editor = CurveGuess(window.theme, asked, 2_000)
    qtbot.addWidget(editor)
    editor.show_guess((0.1,) * STATIONS)
    for away, said in (
        (0.019, "Close (within a tenth of the scale on average): you said 0.1 at the end."),
        (0.021, "You said 0.1 at "),
    ):
        assert editor.said(Truth((0.1 + away,) * STATIONS, "")).startswith(said)


def test_each_of_the_three_lines_is_marked_in_its_step(window: Window, qtbot: QtBot) -> None:
    lesson = short("three-lines")
    begin(window, "three-lines")
    for at, step in enumerate(lesson.steps):
        workbench(window).lessons.go(at)
        qtbot.waitUntil(lambda: strip(window).lines.isVisible())
        labels = strip(window).lines.labels
        assert [label.text() for label in labels] == list(lesson.code)
        marked = [n for n, label in enumerate(labels, 1) if label.property("tone") == "marked-line"]
        assert marked == list(step.marked) == ([at + 1] if at < 3 else [1, 2, 3])
        said = [label.accessibleName() for label in labels]
        assert all(("the one in question" in text) == (n in marked) for n, text in enumerate(said, 1))
    begin(window, "the-post")
    assert strip(window).lines.isHidden()


def test_a_question_after_a_step_that_plays_finds_a_run_that_has_not_begun(window: Window, qtbot: QtBot) -> None:
    begin(window, "the-post")
    workbench(window).lessons.turn(3)
    session = window.session
    assert session is not None
    qtbot.waitUntil(lambda: session.playing and session.status.step > 40)
    workbench(window).lessons.turn(1)
    qtbot.waitUntil(lambda: not session.awaited and len(session.frame().arms) == 2)
    predict(window, qtbot)
    workbench(window).lessons._ask_again()
    qtbot.waitUntil(lambda: not session.awaited and session.frame().snapshot.step == 0)
    assert session.timeline.newest == 0 and not session.timeline.past


def test_a_change_in_the_past_of_a_lesson_s_run_is_made_without_a_question(window: Window, qtbot: QtBot) -> None:
    """The lesson brings its run back at any time, and so does undo: there is nothing to be afraid for."""
    begin(window, "why-scaling-works")
    session = window.session
    assert session is not None
    qtbot.waitUntil(lambda: at_step(window, 40))
    session.timeline.look_at(20)
    qtbot.waitUntil(lambda: at_step(window, 20))
    assert session.apply({"learning_rate": 0.25}) == ""
    qtbot.waitUntil(lambda: session.config.learning_rate == 0.25 and not session.status.past)
    workbench(window).lessons.leave()
    session.timeline.look_at(10)
    qtbot.waitUntil(lambda: at_step(window, 10))
    with qtbot.waitSignal(session.timeline.asked):
        session.apply({"learning_rate": 0.3})


def test_the_run_of_before_is_offered_when_a_lesson_is_over(window: Window, qtbot: QtBot) -> None:
    session, messages = window.session, workbench(window).messages
    assert session is not None
    session.run_to(30)
    qtbot.waitUntil(lambda: at_step(window, 30))
    begin(window, "with-and-without")
    for _ in range(2):
        qtbot.waitUntil(lambda: session.name == "moons" and not session.awaited)
        qtbot.mouseClick(strip(window).next, Qt.MouseButton.LeftButton)
    stack = workbench(window).undo.stack
    qtbot.waitUntil(lambda: not session.awaited and stack.index() > 0)  # it is noted soon, not at once
    qtbot.mouseClick(strip(window).close_button, Qt.MouseButton.LeftButton)

    def offered() -> list[QAbstractButton]:
        found = messages.findChildren(QAbstractButton)  # of earlier offers, too
        return [button for button in found if button.text() == "Back to mine" and button.isVisible()]

    qtbot.waitUntil(lambda: bool(offered()))
    qtbot.mouseClick(offered()[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.name == "three-lines" and at_step(window, 30))


def test_what_is_offered_of_a_lesson_leaves_when_the_labs_come(window: Window, qtbot: QtBot) -> None:
    """It is not of them, and would lie over their last lines."""
    parts = workbench(window)
    assert window.session is not None
    begin(window, "with-and-without")
    qtbot.waitUntil(lambda: window.session.name == "moons" and not window.session.awaited)
    qtbot.waitUntil(lambda: parts.undo.stack.index() > 0)
    qtbot.mouseClick(strip(window).close_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: parts.messages.isVisible() and parts.messages.button.text() == "Back to mine")
    parts.labs.open("tune")
    qtbot.waitUntil(parts.labs.isVisible)
    qtbot.waitUntil(lambda: not parts.messages.isVisible())


def test_the_next_lesson_of_the_way_is_offered_at_the_end_of_one(window: Window, qtbot: QtBot) -> None:
    lessons_, messages = workbench(window).lessons, workbench(window).messages
    about = workbench(window).top_bar.about
    window.resize(1280, 768)
    qtbot.waitUntil(lambda: about.text().replace("\n", " ") == "It learns whether two inputs differ.")
    begin(window, "balls-and-valleys")
    qtbot.waitUntil(lambda: about.text().replace("\n", " ") == "Twelve balls, five valleys.")
    lessons_.go(4)
    qtbot.mouseClick(strip(window).next, Qt.MouseButton.LeftButton)

    def offered(text: str) -> QAbstractButton | None:
        buttons = messages.findChildren(QAbstractButton)
        return next((button for button in buttons if button.text() == text and button.isVisible()), None)

    label = "Next: The three lines, one by one"
    qtbot.waitUntil(lambda: offered(label) is not None)
    button = offered(label)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert lessons_.lesson is not None and lessons_.lesson.key == "three-lines"
    qtbot.mouseClick(strip(window).close_button, Qt.MouseButton.LeftButton)
    assert offered("Next: With and without dropout") is None, "who leaves one has not done it"


def test_there_is_room_to_draw_in(window: Window, qtbot: QtBot) -> None:
    begin(window, "with-and-without")
    workbench(window).lessons.turn(1)
    canvas = strip(window).prediction.findChild(CurveCanvas)
    assert canvas is not None
    qtbot.waitUntil(lambda: canvas.width() > 600 and canvas.height() >= 200)
    predict(window, qtbot)
    qtbot.waitUntil(lambda: canvas.height() < 145)  # the same curve stands in a view now


def test_a_question_may_be_passed_over(window: Window, qtbot: QtBot) -> None:
    begin(window, "with-and-without")
    workbench(window).lessons.turn(1)
    qtbot.waitUntil(lambda: strip(window)._shown.hasExpired(QApplication.doubleClickInterval()))
    qtbot.mouseClick(strip(window).next, Qt.MouseButton.LeftButton)
    assert workbench(window).lessons.at == 2
    assert workbench(window).lessons.answers.find("with-and-without", "Draw the test loss that you expect.") is None


def test_the_words_have_room_and_cover_nothing(window: Window, qtbot: QtBot) -> None:
    begin(window, "the-post")
    for key in lesson_keys():
        steps = range(len(load_lesson(key).steps))
        for width, number in product((1000, 1920) if key in VARIED else (1000,), steps):
            window.resize(width, 800)
            strip(window).show_step(load_lesson(key), number)
            shown = strip(window)
            qtbot.waitUntil(lambda shown=shown, width=width: shown.width() == width)
            for label in shown.findChildren(QLabel):
                assert label.height() >= label.heightForWidth(label.width())
            assert shown.text.height() == high(shown.text), "no gap is left of a text that was longer"
            network = workbench(window).panel("network")
            bottom = shown.mapTo(window, shown.rect().bottomLeft()).y()
            qtbot.waitUntil(
                lambda bottom=bottom, network=network: network.mapTo(window, network.rect().topLeft()).y() > bottom
            )


@pytest.mark.parametrize("key", ["balls-and-valleys", "three-lines", "with-and-without"])
def test_the_first_step_can_be_read_as_soon_as_a_lesson_opens(key: str, window: Window, qtbot: QtBot) -> None:
    """The strip has had no width before: what it is given first is for a narrow one, and too high."""
    begin(window, key)
    shown = strip(window)
    last = shown.prediction if load_lesson(key).steps[0].predict is not None else shown.look
    qtbot.waitUntil(lambda: last.isVisible() and last.height() > 10)
    QApplication.processEvents()
    for part in (shown.title, shown.text, last):
        assert shown.rect().contains(QRect(part.mapTo(shown, QPoint()), part.size()))
    assert part.visibleRegion().boundingRect() == part.rect()


def test_a_title_stands_above_its_text_where_nothing_is_beside_it(window: Window, qtbot: QtBot) -> None:
    narrow = LessonStrip(window.theme)
    qtbot.addWidget(narrow)
    narrow.resize(380, 200)
    narrow.show()
    narrow.show_step(load_lesson("what-it-does-not-do"), 2)
    qtbot.waitUntil(lambda: narrow.place.isHidden() and narrow.text.width() < 380)
    assert narrow.title.x() == narrow.text.x()


@pytest.mark.parametrize("width", [1440, 900])
def test_the_strip_rests_when_everything_has_its_place(width: int, window: Window, qtbot: QtBot) -> None:
    """A layout that asks for another one each time keeps the window busy as long as the lesson is open."""
    window.resize(width, 800)
    for key in ("why-scaling-works", "with-and-without"):
        begin(window, key)
        workbench(window).lessons.turn(1)
        qtbot.waitUntil(lambda: not window.session.awaited and not workbench(window).clock.ticking)  # type: ignore[union-attr]
        QApplication.processEvents()
        asked = Layouts(strip(window))
        for _ in range(20):
            QApplication.processEvents()
        assert asked.count == 0


class Layouts(QObject):
    """Counts how often a widget is asked to lay itself out."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def test_the_strip_of_a_lesson_that_was_left_is_no_part_of_the_window(window: Window, qtbot: QtBot) -> None:
    begin(window, "conspiracies")
    assert window.findChildren(LessonStrip)
    workbench(window).lessons.leave()
    assert not window.findChildren(LessonStrip), "whoever shows the window's bars again must not find it"


def test_a_lesson_that_was_open_is_not_remembered(open_window: Open, qtbot: QtBot) -> None:
    first = open_window()
    begin(first, "the-post")
    qtbot.waitUntil(lambda: strip(first).isVisible())
    first.close()
    second = open_window()
    assert workbench(second).lessons.strip is None
    begin(second, "the-post")
    qtbot.waitUntil(lambda: strip(second).isVisible())


@pytest.mark.slow
def test_a_step_that_is_to_be_watched_is_told_over_some_seconds(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "balls-and-valleys"
    lesson = load_lesson(key)
    assert [step.told_in for step in lesson.steps[1:3]] == [6, 6]
    steps = tuple(
        shortened(step, 40).model_copy(update={"told_in": 2 * (k == 1)}) for k, step in enumerate(lesson.steps)
    )
    monkeypatch.setattr(lessons, "load_lesson", lambda _: lesson.model_copy(update={"steps": steps}))
    begin(window, key)
    qtbot.waitUntil(lambda: rests(window, steps[0], 0))
    qtbot.mouseClick(strip(window).next, Qt.MouseButton.LeftButton)
    session = window.session
    assert session is not None
    seen: set[int] = set()
    session.frame_ready.connect(lambda: seen.add(session.frame().snapshot.step))
    predict(window, qtbot)
    qtbot.waitUntil(lambda: rests(window, steps[1], 40))
    assert len(seen & set(range(1, 40))) > 10
