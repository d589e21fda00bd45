"""The fault clinic in a real window: every patient is diagnosed with clicks, and nothing tells its fault before."""

from __future__ import annotations

import json
import time
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from dropout_viz import clinic, places, registry
from dropout_viz.analysis.truths import truth
from dropout_viz.app.commands.offered import matching
from dropout_viz.app.export import code_copies
from dropout_viz.app.lessons.answers import NAME
from dropout_viz.app.lessons.code_box import ASKED
from dropout_viz.app.lessons.guesses.choice import ChoiceGuess
from dropout_viz.app.lessons.strip import LessonStrip
from dropout_viz.app.session import Session
from dropout_viz.app.setup.form import SetupForm
from dropout_viz.app.window import Window
from dropout_viz.clinic import ward
from dropout_viz.engine import patients
from dropout_viz.errors import UserError
from tests.app.lessons.test_lessons import Layouts
from tests.app.looking import newest, panels, words_of, workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")

STEPS = 30
LEFT = Qt.MouseButton.LeftButton
whole = ward.ward


@cache
def short() -> ward.Ward:
    """Return the clinic with runs that are short; where they lead is tested without a window."""

    def shortened(step: ward.Patient) -> ward.Patient:
        asked = step.predict.model_copy(update={"start": STEPS})
        behind = step.behind if step.number == 7 else ()
        return step.model_copy(update={"run_to": STEPS, "predict": asked, "behind": behind})

    return whole().model_copy(update={"steps": tuple(map(shortened, whole().steps))})


@pytest.fixture(autouse=True)
def short_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ward, "ward", short)


def session_of(window: Window) -> Session:
    assert window.session is not None
    return window.session


def strip(window: Window) -> LessonStrip:
    found = workbench(window).lessons.strip
    assert found is not None
    return found


def answers(window: Window) -> list[QPushButton]:
    editor = strip(window).prediction.editor
    assert isinstance(editor, ChoiceGuess)
    return list(editor.buttons)


def here(window: Window, number: int) -> bool:
    """Whether a patient's run rests at its step."""
    session = session_of(window)
    at = not session.awaited and session.config.patient == number and newest(window).step == STEPS
    return at and not session.playing


def diagnose(window: Window, qtbot: QtBot, at: int) -> str:
    """Give a diagnosis; return what is said to it."""
    qtbot.mouseClick(answers(window)[at], LEFT)
    outcome = strip(window).prediction.outcome
    qtbot.waitUntil(outcome.isVisible)
    return words_of(outcome)


def everything_said(window: Window) -> str:
    """Return all that stands in the window outside the strip, and what the run would be called elsewhere."""
    session, config = session_of(window), session_of(window).config
    form = workbench(window).setup.findChild(SetupForm)
    assert form is not None
    labels = [label.text() for label in form.findChildren(QLabel)]
    called = [window.windowTitle(), session.name, config.title, workbench(window).files.suggested(STEPS)]
    return " ".join([*called, *labels]).lower()


@pytest.mark.slow
def test_every_patient_is_walked_from_start_to_end(window: Window, qtbot: QtBot) -> None:
    menu = workbench(window).top_bar.lessons_menu
    next(action for action in menu.actions() if action.text() == clinic.TITLE).trigger()
    for at, step in enumerate(short().steps):
        qtbot.waitUntil(lambda step=step: here(window, step.number))
        shown = strip(window)
        assert shown.title.text() == f"Patient {step.number}"
        assert words_of(shown.text) == step.predict.text
        assert words_of(shown.text).startswith(registry.entries("clinic")[step.fault].facts["REPORT"])
        assert shown.next.text() == "Skip"
        assert shown.look.isHidden() and shown.code.isHidden()
        said = everything_said(window)
        assert f"patient {step.number}" in said
        assert not any(word in said for word in (step.fault, step.predict.options[step.right].lower()))
        names = [button.text() for button in answers(window)]
        assert names == [entry.title for entry in registry.entries("clinic").values()]
        wrong = (step.right + 3) % len(names)
        told = diagnose(window, qtbot, wrong)
        objection = step.objection(session_of(window).frame(), wrong)
        assert told == f"Not “{names[wrong]}”. {objection}" and "Against it, in" in told
        panel = workbench(window).panel(step.view)
        assert workbench(window).lessons.pointed is (panel if panel.isVisible() else None)
        titles = [entry.title for entry in registry.entries("views").values()]
        assert any(step.hint.startswith(f"Look at {title}") for title in titles)
        diagnose(window, qtbot, step.right)
        qtbot.waitUntil(lambda: words_of(strip(window).prediction.outcome).startswith("Right."))
        told = words_of(strip(window).prediction.outcome)
        assert told == f"Right. {step.examine(session_of(window).frame(), truth).told}" and str(STEPS) in told
        assert words_of(shown.text) == step.text and not answers(window)[0].isVisible()
        box = shown.code
        assert list(box.buttons) == ["NumPy", "PyTorch", "Keras", *([ASKED] if step.asked else [])]
        for name, button in box.buttons.items():
            qtbot.mouseClick(button, LEFT)
            lines = (box.wrong.text(), box.right.text())
            wanted = step.asked if name == ASKED else tuple(map("{}  {}".format, "✗✓", step.code[name]))
            assert lines == wanted and button.isChecked()
        assert f"{at + 1} found" in shown.place.text()
        qtbot.mouseClick(shown.next, LEFT)
    assert workbench(window).lessons.strip is None, "the last button ends the clinic"
    qtbot.waitUntil(lambda: not workbench(window).files.tasks.busy)
    folder = places.state()
    assert folder is not None
    kept = [one for one in json.loads((folder / NAME).read_text()) if one["lesson"] == clinic.LESSON]
    assert [one["guess"] for one in kept] == [step.right for step in short().steps]


def test_whoever_is_wrong_may_be_told_and_asked_again(window: Window, qtbot: QtBot) -> None:
    workbench(window).clinic.open("7")
    step = short().steps[6]
    qtbot.waitUntil(lambda: here(window, 7))
    wrong = (step.right + 1) % 8
    diagnose(window, qtbot, wrong)
    box = strip(window).prediction
    qtbot.mouseClick(box.tell_button, LEFT)
    name = f"“{step.predict.options[wrong]}”"
    qtbot.waitUntil(lambda: words_of(box.outcome).startswith(f"Not so: you said {name}. It is “Wrong sign”"))
    known = workbench(window).lessons.answers.find(clinic.LESSON, step.predict.kept_as)
    assert known is not None and known.guess == wrong, "what was diagnosed is kept"
    qtbot.mouseClick(strip(window).code.again_button, LEFT)
    assert workbench(window).lessons.answers.find(clinic.LESSON, step.predict.kept_as) is None
    assert words_of(strip(window).text) == step.predict.text and strip(window).code.isHidden()
    qtbot.waitUntil(lambda: here(window, 7))


def test_a_run_that_was_changed_is_put_back_before_it_is_judged(window: Window, qtbot: QtBot) -> None:
    workbench(window).clinic.open("1")
    qtbot.waitUntil(lambda: here(window, 1))
    session, step = session_of(window), short().steps[0]
    session.apply({"p_hidden": (0.4,)})
    qtbot.waitUntil(lambda: session.config.p_hidden == (0.4,))
    assert session.config.patient == 1 and session.config.drop_probabilities[1] == 0.6, "it is as ill as before"
    diagnose(window, qtbot, step.right)
    qtbot.waitUntil(lambda: words_of(strip(window).prediction.outcome).startswith("Right."))
    assert session.config.p_hidden == (0.2,)


def test_a_healthy_run_comes_beside_it(window: Window, qtbot: QtBot) -> None:
    for number, arms in ((4, 2), (3, 1)):  # the third's fault lies in the data, which all arms share
        workbench(window).clinic.open(str(number))
        qtbot.waitUntil(lambda number=number: here(window, number))
        diagnose(window, qtbot, short().steps[number - 1].right)
        qtbot.waitUntil(strip(window).code.isVisible)
        qtbot.mouseClick(strip(window).code.compare, LEFT)
        session = session_of(window)

        def compared(session: Session = session, arms: int = arms) -> bool:
            frame = session.frame()
            healthy = frame.arms[-1].snapshot.config.patient is None
            return not session.awaited and len(frame.arms) == arms and healthy and frame.snapshot.step == STEPS

        qtbot.waitUntil(compared)
        assert strip(window).code.isVisible(), "the clinic stays open"
    assert session_of(window).config.title == "Without the fault of patient 3"


def test_a_patient_is_found_by_name_and_by_number(window: Window, qtbot: QtBot) -> None:
    parts = workbench(window)
    with pytest.raises(UserError, match="patient '9': unknown, must be one of 1, 2, 3, 4, 5, 6, 7, 8"):
        parts.clinic.open("9")
    found = matching(parts.offers(), "patient 6")
    assert found[0].text == patients.title_of(6)
    found[0].act()
    qtbot.waitUntil(lambda: here(window, 6))
    assert strip(window).title.text() == "Patient 6"
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: here(window, 7))
    session = session_of(window)
    parts.undo.undo()
    qtbot.waitUntil(lambda: not session.awaited and session.config.patient != 7)
    assert parts.lessons.lesson is None, "the run before is no page of it"


def test_a_change_of_a_patient_is_undone_and_the_clinic_stays(window: Window, qtbot: QtBot) -> None:
    parts, session = workbench(window), session_of(window)
    parts.clinic.open("1")
    qtbot.waitUntil(lambda: here(window, 1))
    session.apply({"learning_rate": 0.01})
    qtbot.waitUntil(lambda: session.config.learning_rate == 0.01 and parts.undo.stack.undoText().startswith("set"))
    parts.undo.undo()
    qtbot.waitUntil(lambda: not session.awaited and session.config.learning_rate != 0.01)
    assert session.config.patient == 1 and strip(window).title.text() == "Patient 1"
    parts.undo.redo()
    qtbot.waitUntil(lambda: not session.awaited and session.config.learning_rate == 0.01)
    assert strip(window).title.text() == "Patient 1", "it is the same patient"


def test_diagnoses_are_explained_where_they_are_pointed_at(window: Window, qtbot: QtBot) -> None:
    workbench(window).clinic.open("7")
    qtbot.waitUntil(lambda: here(window, 7))
    editor, asked = strip(window).prediction.editor, short().steps[6].predict
    assert isinstance(editor, ChoiceGuess)
    for button, text in zip(editor.buttons, asked.explained, strict=True):
        assert button.accessibleDescription() == text
        assert not button.toolTip(), "the line below says the same, and covers no answer"
    high = strip(window).height()
    for at, text in enumerate(asked.explained):
        editor.buttons[at].setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(lambda text=text: text[1:] in editor.means.text())
        assert editor.means.isVisible() and strip(window).height() == high, "nothing moves"


@pytest.mark.parametrize("right", [False, True])
def test_a_run_that_comes_as_an_answer_is_given_ends_the_clinic_and_nothing_else(
    window: Window, qtbot: QtBot, right: bool
) -> None:
    workbench(window).clinic.open("7")
    qtbot.waitUntil(lambda: here(window, 7))
    session, shown = session_of(window), newest(window).run
    answer = answers(window)[(short().steps[6].right + (not right)) % 8]
    session.open_preset("three-lines")
    end = time.monotonic() + 30
    while session.runner.news.snapshots[0].run == shown and time.monotonic() < end:
        time.sleep(0.001)  # the trainer's thread makes it; the window hears nothing of it meanwhile
    qtbot.mouseClick(answer, LEFT)
    qtbot.waitUntil(lambda: session.name == "three-lines" and not session.awaited)
    assert workbench(window).lessons.lesson is None and session.config.patient is None


def test_keys_that_find_the_strip_come_to_the_answers_before_what_skips_them(window: Window, qtbot: QtBot) -> None:
    workbench(window).clinic.open("7")
    qtbot.waitUntil(lambda: here(window, 7))
    window.activateWindow()
    workbench(window).top_bar.welcome.setFocus()
    qtbot.keyClick(workbench(window).top_bar.welcome, Qt.Key.Key_F6)
    assert answers(window)[0].hasFocus()
    qtbot.keyClick(answers(window)[0], Qt.Key.Key_Space)
    qtbot.waitUntil(strip(window).prediction.outcome.isVisible)
    assert here(window, 7), "it is a diagnosis"


def test_a_saved_patient_is_opened_as_one_and_no_code_is_copied_of_it(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    parts, session = workbench(window), session_of(window)
    parts.clinic.open("8")
    qtbot.waitUntil(lambda: here(window, 8))
    assert parts.files.suggested(30) == "patient-8-step-30.safetensors"
    path = tmp_path / "mine.safetensors"
    parts.files.save_in(path)
    qtbot.waitUntil(path.exists)
    session.open_preset("xor")
    qtbot.waitUntil(lambda: not session.awaited and session.config.patient is None)
    assert parts.lessons.lesson is None, "another run: the clinic is left"
    parts.files.open(path)
    qtbot.waitUntil(lambda: not session.awaited and session.config.patient == 8)
    assert session.config.title == patients.title_of(8) and session.config.title in window.windowTitle()
    assert newest(window).step == STEPS and parts.lessons.strip is None
    copies = code_copies.entries(session)
    assert len(copies) == 2 and all("hidden fault" in entry.why_not() for entry in copies)


def test_the_strip_rests_and_its_words_have_room(window: Window, qtbot: QtBot) -> None:
    window.resize(900, 520)
    workbench(window).clinic.open("7")
    qtbot.waitUntil(lambda: here(window, 7) and not workbench(window).layout.fitting)
    below = workbench(window).transport.mapTo(window, QPoint()).y()
    assert all(panel.geometry().bottom() < below for panel in panels(window) if panel.on_screen()), "nothing is covered"
    diagnose(window, qtbot, (short().steps[6].right + 1) % 8)
    for button in answers(window):
        assert button.width() >= button.sizeHint().width()
    qtbot.mouseClick(strip(window).prediction.tell_button, LEFT)
    qtbot.waitUntil(strip(window).code.isVisible)
    qtbot.waitUntil(lambda: not workbench(window).clock.ticking and not workbench(window).layout.fitting)
    QApplication.processEvents()
    for label in strip(window).findChildren(QLabel):
        assert label.isHidden() or label.height() >= label.heightForWidth(label.width())
    asked = Layouts(strip(window))
    for _ in range(20):
        QApplication.processEvents()
    assert asked.count < 5, "it does not ask for another layout at every layout"
