"""The setup form, presets and the comparison: what is entered is run, what is refused changes nothing."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QSlider, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.export.canvas import FigureCanvas
from dropout_viz.app.export.shot import WINDOW, shot_of
from dropout_viz.app.session import Session
from dropout_viz.app.setup.editor import Editor
from dropout_viz.app.setup.editors import ChoiceEditor, ListEditor, NumberEditor, SwitchEditor, UnitsEditor
from dropout_viz.app.setup.fold import FoldHeading
from dropout_viz.app.setup.form import GROUPS, SetupForm
from dropout_viz.app.setup.probability_editor import ProbabilityEditor
from dropout_viz.app.window import Window
from dropout_viz.draw.wheel import Slider
from dropout_viz.engine import run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig, facts
from dropout_viz.engine.settings import load_preset, preset_keys
from dropout_viz.engine.source import Source
from dropout_viz.engine.trainer import load_data
from tests.app.conftest import Open

WAITS = "It is not applied, and holds up no other setting."
pytestmark = pytest.mark.usefixtures("nothing_painted")


def form_of(window: Window) -> SetupForm:
    assert window.workbench is not None
    found = window.workbench.setup.findChild(SetupForm)
    assert found is not None
    return found


def session_of(window: Window) -> Session:
    assert window.session is not None
    return window.session


def write(qtbot: QtBot, editor: Editor, text: str) -> None:
    """Type into a field and press Enter."""
    field: QWidget | None = editor.inner
    assert field is not None
    line = field.lineEdit() if hasattr(field, "lineEdit") else field
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def go_to(window: Window, qtbot: QtBot, step: int) -> None:
    session = session_of(window)
    session.set_speed(None)
    session.run_to(step)
    qtbot.waitUntil(lambda: session.frame().snapshot.step == step and not session.playing)


def test_every_setting_has_an_editor_of_its_kind(window: Window) -> None:
    form = form_of(window)
    expected = {k for k in RunConfig.model_fields if facts(k)["group"] not in ("about", "clinic", "arms")}
    assert set(form.keys) == expected - {k for k in expected if _one_word(k)}
    kinds = {
        "data": ChoiceEditor,
        "activation": ChoiceEditor,
        "bias": SwitchEditor,
        "hidden": UnitsEditor,
        "maps": ListEditor,
        "p_input": ProbabilityEditor,
        "p_hidden": ProbabilityEditor,
        "learning_rate": NumberEditor,
        "seed": NumberEditor,
        "batch_size": NumberEditor,
    }
    assert {k: type(form.editor(k)) for k in kinds} == kinds


def _one_word(key: str) -> bool:
    from typing import Literal, get_args, get_origin

    kind = RunConfig.model_fields[key].annotation
    return get_origin(kind) is Literal and len(get_args(kind)) == 1


def test_what_the_editors_show_is_the_config(qtbot: QtBot) -> None:
    session = Session(Arms.of(load_preset("three-lines")), "three-lines")
    form = SetupForm(session)
    qtbot.addWidget(form)
    try:
        for preset in preset_keys():
            session.open_preset(preset)
            qtbot.waitUntil(lambda preset=preset: session.name == preset and not session.awaited)
            config = load_preset(preset)
            for key in form.keys:
                wanted: Any = config.drop_probabilities[1:] if key == "p_hidden" else getattr(config, key)
                assert form.editor(key).value() == wanted, (preset, key)
    finally:
        session.close()


def test_only_what_matters_is_shown(window: Window, qtbot: QtBot) -> None:
    form = form_of(window)
    form.open_groups(("data", "training"))
    assert not form.editor("beta1").isVisibleTo(window)
    assert not form.editor("data_noise").isVisibleTo(window)
    session_of(window).open_preset("digits")
    qtbot.waitUntil(lambda: session_of(window).name == "digits")
    assert form.editor("beta1").isVisibleTo(window)
    session_of(window).open_preset("moons")
    qtbot.waitUntil(lambda: form.editor("data_noise").isVisibleTo(window))


def test_what_waits_decides_what_matters(window: Window, qtbot: QtBot) -> None:
    form = form_of(window)
    go_to(window, qtbot, 20)
    form.open_groups(("training",))
    optimiser = form.editor("optimiser")
    assert isinstance(optimiser, ChoiceEditor) and not form.editor("beta1").isVisibleTo(window)
    at = optimiser.combo.findData("adam")
    optimiser.combo.setCurrentIndex(at)
    optimiser.combo.activated.emit(at)
    assert form.pending == {"optimiser": "adam"} and session_of(window).config.optimiser != "adam"
    assert form.editor("beta1").isVisibleTo(window)


def heading_of(form: SetupForm, group: str) -> FoldHeading:
    return next(h for h in form.findChildren(FoldHeading) if group in h.accessibleName().lower())


def test_what_most_people_change_comes_first_and_the_rest_is_folded(window: Window, qtbot: QtBot) -> None:
    form = form_of(window)
    seen = [key for key in form.keys if form.editor(key).isVisibleTo(window)]
    assert seen == ["data", "hidden", "p_input", "p_hidden", "learning_rate", "seed"]
    training = heading_of(form, "training")
    assert "Update rule: as-published" in training.toolTip()
    qtbot.mouseClick(training, Qt.MouseButton.LeftButton)
    assert form.opened == ["training"] and form.editor("rule").isVisibleTo(window)
    training.setFocus()
    qtbot.keyClick(training, Qt.Key.Key_Return)
    assert form.opened == [] and not form.editor("rule").isVisibleTo(window)


def test_what_waits_is_never_folded_out_of_sight(window: Window, qtbot: QtBot) -> None:
    form = form_of(window)
    go_to(window, qtbot, 20)
    form.open_groups(("training",))
    write(qtbot, form.editor("steps"), "500")
    form.open_groups(())
    assert form.pending == {"steps": 500} and form.editor("steps").isVisibleTo(window)
    assert not form.editor("rule").isVisibleTo(window)
    qtbot.mouseClick(form.undo_button, Qt.MouseButton.LeftButton)
    assert not form.editor("steps").isVisibleTo(window)


def test_open_groups_are_remembered(open_window: Open, qtbot: QtBot) -> None:
    form = form_of(open_window("three-lines"))
    qtbot.mouseClick(heading_of(form, "network"), Qt.MouseButton.LeftButton)
    assert form_of(open_window("three-lines")).opened == ["network"]


def test_a_formula_is_typed_and_what_is_wrong_with_it_is_said_in_place(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("moons")
    form, session = form_of(window), session_of(window)
    assert not form.editor("formula").isVisibleTo(window)
    data = form.editor("data")
    assert isinstance(data, ChoiceEditor)
    data.combo.setCurrentIndex(data.combo.findData("formula"))
    data.combo.activated.emit(data.combo.currentIndex())
    qtbot.waitUntil(lambda: session.config.data == "formula" and form.editor("formula").isVisibleTo(window))
    qtbot.waitUntil(lambda: not session.awaited)  # what is said of a field goes when another run comes
    write(qtbot, form.editor("formula"), "hypot(x,y")
    error = form.error_at("formula")
    assert error.isVisibleTo(window)
    assert error.text() == 'formula = "hypot(x,y": the end: must be a sign, or a bracket that closes. ' + WAITS
    write(qtbot, form.editor("formula"), "x > 9")  # can be read, and parts nothing
    qtbot.waitUntil(lambda: "says the same of all 300 points" in error.text())
    write(qtbot, form.editor("formula"), "hypot(x, y) < 1")
    qtbot.waitUntil(lambda: session.config.formula == "hypot(x, y) < 1" and not session.awaited)
    wanted = load_data(load_preset("moons").changed(data="formula", formula="hypot(x, y) < 1"))
    assert not error.text() and session.frame().data.y.tolist() == wanted.y.tolist()


def test_what_is_typed_while_a_setting_is_on_its_way_is_not_lost(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("three-lines-exact")
    form, session = form_of(window), session_of(window)
    before = session.frame().snapshot.run
    session.apply({"hidden": (6,)})  # the run has been asked for, and is not there
    write(qtbot, form.editor("learning_rate"), "nonsense")
    qtbot.waitUntil(lambda: session.frame().snapshot.run != before and not session.awaited)
    assert "learning_rate" in form.pending and form.error_at("learning_rate").isVisibleTo(window)


def test_one_unit_more_and_one_fewer(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("three-lines-exact")
    form, session = form_of(window), session_of(window)
    units = form.editor("hidden")
    assert isinstance(units, UnitsEditor)
    qtbot.mouseClick(units.more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.frame().snapshot.weights[0].shape == (3, 5))
    write(qtbot, units, "6, 2")
    qtbot.waitUntil(lambda: session.config.hidden == (6, 2))
    units.line.setCursorPosition(1)
    qtbot.mouseClick(units.fewer, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.config.hidden == (5, 2))
    units.line.setCursorPosition(len(units.line.text()))
    for _ in range(3):
        qtbot.mouseClick(units.fewer, Qt.MouseButton.LeftButton)
    assert units.line.text() == "5, 1"  # a layer has one unit at least


def test_at_step_0_a_setting_applies_at_once(window: Window, qtbot: QtBot) -> None:
    write(qtbot, form_of(window).editor("hidden"), "7")
    qtbot.waitUntil(lambda: session_of(window).frame().snapshot.weights[0].shape == (3, 7))
    assert form_of(window).footer.isHidden()


def test_later_it_waits_for_the_button(window: Window, qtbot: QtBot) -> None:
    form, session = form_of(window), session_of(window)
    go_to(window, qtbot, 50)
    write(qtbot, form.editor("hidden"), "7")
    assert form.pending == {"hidden": (7,)}
    assert session.config.hidden == (4,)
    qtbot.mouseClick(form.apply_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.frame().snapshot.weights[0].shape == (3, 7))
    assert session.frame().snapshot.step == 0
    assert form.pending == {}
    assert form.footer.isHidden()


def test_undo_shows_the_run_that_goes_on(window: Window, qtbot: QtBot) -> None:
    form = form_of(window)
    go_to(window, qtbot, 5)
    write(qtbot, form.editor("hidden"), "7")
    qtbot.mouseClick(form.undo_button, Qt.MouseButton.LeftButton)
    assert form.editor("hidden").value() == (4,)
    assert form.footer.isHidden()


def test_what_was_entered_waits_while_one_looks_back(window: Window, qtbot: QtBot) -> None:
    form, session = form_of(window), session_of(window)
    go_to(window, qtbot, 20)
    session.apply({"learning_rate": 0.2})
    qtbot.waitUntil(lambda: session.config.learning_rate == 0.2)
    go_to(window, qtbot, 40)
    write(qtbot, form.editor("hidden"), "7")
    for step in (30, 10, 40):
        go_to(window, qtbot, step)
        assert form.pending == {"hidden": (7,)} and not form.footer.isHidden()
    for on in (True, False):
        session.compare(on)
        qtbot.waitUntil(lambda on=on: session.comparing is on and not session.under_way)
        assert form.pending == {"hidden": (7,)}


def test_what_was_entered_goes_with_the_run_that_it_was_entered_for(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    """Also where the run that comes differs in no more than a seed and a learning rate."""
    form, session = form_of(window), session_of(window)
    run = Arms.of(session.config.changed(learning_rate=0.123))
    run.advance(3)
    run_file.save(run.state(), tmp_path / "run.safetensors")
    go_to(window, qtbot, 5)
    write(qtbot, form.editor("hidden"), "7")
    write(qtbot, form.editor("learning_rate"), "zz")
    assert set(form.pending) == {"hidden", "learning_rate"}
    assert window.workbench is not None
    window.workbench.files.open(tmp_path / "run.safetensors")
    qtbot.waitUntil(lambda: session.frame().snapshot.step == 3)
    assert not form.pending and form.footer.isHidden()


def test_of_many_new_runs_only_the_one_asked_for_last_is_made(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    form, session, made, go_on = form_of(window), session_of(window), list[int](), threading.Event()
    real = Source.open

    def open_told(source: Source, *given: Any) -> Arms:
        made.append(source.config.seed)
        return real(source, *given)

    monkeypatch.setattr(Source, "open", open_told)
    box = form.editor("seed").inner
    assert box is not None
    first = session.config.seed
    session.runner.between(lambda run: go_on.wait(20))  # as a run does that takes long to make
    box.setFocus()
    for _ in range(20):
        qtbot.keyClick(box, Qt.Key.Key_Up)
    go_on.set()
    qtbot.waitUntil(lambda: not session.awaited and session.config.seed == first + 20)
    assert made == [first + 20]


BAD = [
    ("hidden", "0", "hidden"),
    ("hidden", "four", "hidden"),
    ("learning_rate", "-1", "learning_rate = -1"),
    ("learning_rate", "nan", "learning_rate"),
    ("steps", "1.5", "steps"),
    ("batch_size", "9", "batch_size"),
]


def test_a_bad_setting_is_refused_in_place_and_the_run_goes_on(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("three-lines-exact", playing=True)
    form, session = form_of(window), session_of(window)
    session.set_speed(60.0)
    before = session.config
    qtbot.waitUntil(lambda: session.frame().snapshot.step >= 1)
    for key, text, said in BAD:
        write(qtbot, form.editor(key), text)
        if form.apply_button.isEnabled() and form.pending:
            qtbot.mouseClick(form.apply_button, Qt.MouseButton.LeftButton)
        error = form.error_at(key)
        qtbot.waitUntil(error.isVisible)
        assert error.text().startswith(said), (key, text)
        assert "\n" not in error.text()
        step = session.frame().snapshot.step
        qtbot.waitUntil(lambda step=step: session.frame().snapshot.step > step)
        assert session.config == before
        qtbot.mouseClick(form.undo_button, Qt.MouseButton.LeftButton)
        assert not error.isVisible()


def test_a_p_that_is_none_is_refused_in_place(window: Window, qtbot: QtBot) -> None:
    form = form_of(window)
    editor = form.editor("p_hidden")
    assert isinstance(editor, ProbabilityEditor)
    box, error = editor.lines[0].box, form.error_at("p_hidden")
    for text in ("1", "nan", "inf", "-0.5", "half", "1e99"):
        box.lineEdit().setFocus()
        box.lineEdit().selectAll()
        qtbot.keyClicks(box.lineEdit(), text)
        qtbot.keyClick(box, Qt.Key.Key_Return)
        assert error.isVisible(), text
        assert session_of(window).config.p_hidden == (0.2,)
        names = [label for label in form.findChildren(QLabel) if label.text().startswith("Drop probability")]
        assert not names and editor.lines[0].name.property("tone") == "changed"  # one name, and it is marked
        form.undo()
        assert not error.isVisible()


def test_a_live_change_is_a_mark_on_the_curves(window: Window, qtbot: QtBot) -> None:
    form, session = form_of(window), session_of(window)
    go_to(window, qtbot, 30)
    editor = form.editor("p_hidden")
    assert isinstance(editor, ProbabilityEditor)
    slider = editor.lines[0].slider
    start = slider.style().subControlRect(*_handle(slider)).center()
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=start)
    for across in range(10, 60, 10):
        qtbot.mouseMove(slider, start + QPoint(across, 0))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=start + QPoint(50, 0))
    qtbot.waitUntil(lambda: session.config.drop_probabilities[1] == editor.value()[0] != 0.2)
    assert [m.step for m in session.frame().history.marks] == [30]
    assert session.frame().snapshot.step == 30


def test_every_slider_of_the_window_goes_to_where_it_is_clicked(window: Window) -> None:
    there = window.findChildren(QSlider)
    assert len(there) > 1 and all(isinstance(slider, Slider) for slider in there)


def _handle(slider: Any) -> tuple[Any, Any, Any, Any]:
    from PySide6.QtWidgets import QStyle, QStyleOptionSlider

    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    return QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider


def test_the_learning_rate_is_stepped_by_1_2_5_and_changes_the_run(window: Window, qtbot: QtBot) -> None:
    form, session = form_of(window), session_of(window)
    go_to(window, qtbot, 10)
    box = form.editor("learning_rate").inner
    assert box is not None
    box.setFocus()
    for expected in (1.0, 2.0, 5.0):
        qtbot.keyClick(box, Qt.Key.Key_Up)
        qtbot.waitUntil(lambda expected=expected: session.frame().snapshot.config.learning_rate == expected)
    assert session.frame().snapshot.step == 10
    assert [m.text for m in session.frame().history.marks] == [f"learning rate {v}" for v in (1, 2, 5)]


def test_what_is_typed_into_p_is_what_stands_beside_it(window: Window, qtbot: QtBot) -> None:
    """The slider and the line below go with the number as it is typed, and back with Escape."""
    line = form_of(window).editor("p_hidden").lines[0]  # type: ignore[attr-defined]
    field = line.box.lineEdit()
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "0.")
    assert not line.meaning.text().strip() and line.meaning.isVisible()  # of no p, and nothing below has moved
    qtbot.keyClicks(field, "5")
    assert line.meaning.text() == "each unit: off with chance 0.5, on with 0.5" and line.slider.value() == 50
    assert session_of(window).config.p_hidden == (0.2,)
    qtbot.keyClicks(field, "x")
    assert not line.meaning.text().strip()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert line.meaning.text() == "each unit: off with chance 0.2, on with 0.8" and line.slider.value() == 20


def test_advice_stands_where_p_is_unusual(window: Window, qtbot: QtBot) -> None:
    editor = form_of(window).editor("p_hidden")
    assert isinstance(editor, ProbabilityEditor)
    line = editor.lines[0]
    assert not line.advice.isVisible()
    line.slider.setFocus()
    line.slider.setValue(60)
    assert line.advice.isVisible()
    qtbot.waitUntil(lambda: session_of(window).config.p_hidden == (0.6,))
    line.slider.setValue(50)
    assert not line.advice.isVisible()
    qtbot.waitUntil(lambda: session_of(window).config.p_hidden == (0.5,))


def test_one_slider_for_each_layer(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("three-lines-exact")
    form, session = form_of(window), session_of(window)
    editor = form.editor("p_hidden")
    assert isinstance(editor, ProbabilityEditor)
    write(qtbot, form.editor("hidden"), "5, 4, 3")
    qtbot.waitUntil(lambda: len(editor.lines) == 3)
    editor.lines[1].slider.setValue(40)
    qtbot.waitUntil(lambda: session.config.p_hidden == (0.2, 0.4, 0.2))
    write(qtbot, form.editor("hidden"), "5, 4")
    qtbot.waitUntil(lambda: session.config.p_hidden == (0.2, 0.4))
    assert session.config.hidden == (5, 4)


def test_choosing_a_preset_opens_it(window: Window, qtbot: QtBot) -> None:
    assert window.workbench is not None
    chooser, session = window.workbench.top_bar.preset, session_of(window)
    place = preset_keys().index("digits")
    qtbot.waitUntil(lambda: chooser.count() > place)
    chooser.setFocus()
    chooser.setCurrentIndex(place)
    chooser.activated.emit(place)
    qtbot.waitUntil(lambda: session.name == "digits")
    assert session.frame().snapshot.sizes[0] == 64
    assert chooser.currentText() == load_preset("digits").title
    assert load_preset("digits").title in window.windowTitle()


def test_an_unknown_preset_is_a_message_and_changes_nothing(window: Window, qtbot: QtBot) -> None:
    assert window.workbench is not None
    session = session_of(window)
    session.open_preset("thre-lines")
    messages = window.workbench.messages
    assert messages.isVisible()
    assert messages.level == "error"
    assert "did you mean three-lines" in messages.text
    assert session.name == "three-lines"


def test_compare_adds_the_same_run_without_dropout(window: Window, qtbot: QtBot) -> None:
    assert window.workbench is not None
    session, button = session_of(window), window.workbench.top_bar.compare
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(session.frame().arms) == 2)
    assert button.isChecked()
    with_, without = session.frame().arms
    assert (with_.name, without.name) == ("with dropout", "without dropout")
    assert all((a == b).all() for a, b in zip(with_.snapshot.weights, without.snapshot.weights, strict=True))
    assert without.snapshot.config.drop_probabilities == (0.0, 0.0)
    go_to(window, qtbot, 40)
    with_, without = session.frame().arms
    assert with_.snapshot.step == without.snapshot.step == 40
    assert all(m.all() for m in without.snapshot.masks)
    assert not all(m.all() for m in with_.snapshot.masks)
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: len(session.frame().arms) == 1)
    assert not button.isChecked()


def test_there_is_nothing_to_compare_without_dropout(show_run: Open, qtbot: QtBot) -> None:
    window = show_run(config=load_preset("three-lines").changed(p_hidden=[0.0]))
    assert window.workbench is not None
    assert not window.workbench.top_bar.compare.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_C)
    assert "every drop probability is 0" in window.workbench.messages.text


def test_a_run_that_diverges_says_so(show_run: Open, qtbot: QtBot) -> None:
    config = load_preset("three-lines-exact").changed(activation="tanh", output="linear", learning_rate=3.0)
    window = show_run(config=config)
    assert window.workbench is not None
    session_of(window).set_speed(None)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(window.workbench.messages.isVisible)
    assert window.workbench.messages.level == "warning"
    assert "no longer a number" in window.workbench.messages.text


def test_what_is_asked_for_at_once_is_done_in_order(window: Window, qtbot: QtBot) -> None:
    """Each command builds on the one before, although none has been carried out yet."""
    session = session_of(window)
    session.open_preset("moons")
    session.apply({"hidden": [5]})
    session.compare(True)
    session.new_seed()
    qtbot.waitUntil(lambda: session.name == "moons" and len(session.frame().arms) == 2)
    config = session.config
    wanted = load_preset("moons").changed(hidden=[5], seed=config.seed)
    assert config == wanted
    assert config.seed != load_preset("moons").seed
    session.compare(False)
    session.compare(True)
    session.compare(False)
    qtbot.waitUntil(lambda: len(session.frame().arms) == 1)


def test_a_refused_data_setting_leaves_the_name_and_the_run(window: Window, qtbot: QtBot) -> None:
    assert window.workbench is not None
    session, messages = session_of(window), window.workbench.messages
    before = session.frame().snapshot.run
    session.open_config(load_preset("three-lines").changed(data_noise=0.1), "mine.toml")
    qtbot.waitUntil(messages.isVisible)
    assert "noise" in messages.text
    assert session.name == "three-lines"
    session.new_seed()
    qtbot.waitUntil(lambda: session.frame().snapshot.run != before)
    assert session.name == "three-lines"
    assert session.config.data_noise is None


# --- a decimal comma, and what cannot be read ------------------------------------------------------------------------


def test_a_decimal_comma_is_one(window: Window, qtbot: QtBot) -> None:
    for text, value in (("0,01", 0.01), ("0,5", 0.5), ("1,5e-3", 0.0015), (",25", 0.25)):
        write(qtbot, form_of(window).editor("learning_rate"), text)
        qtbot.waitUntil(lambda value=value: session_of(window).config.learning_rate == value)


def test_a_number_is_taken_though_the_one_before_it_is_still_on_its_way(window: Window, qtbot: QtBot) -> None:
    """There and back again before the run has answered: the last word counts."""
    editor, first = form_of(window).editor("learning_rate"), session_of(window).frame().snapshot
    rate = first.config.learning_rate
    for text in ("0.5", "0.25", f"{rate:g}"):
        write(qtbot, editor, text)
    shown = session_of(window).frame
    qtbot.waitUntil(lambda: shown().snapshot.run > first.run and shown().snapshot.config.learning_rate == rate)


def test_a_decimal_comma_in_a_probability(window: Window, qtbot: QtBot) -> None:
    editor = form_of(window).editor("p_hidden")
    assert isinstance(editor, ProbabilityEditor)
    line = editor.lines[0].box.lineEdit()
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "0,5")
    qtbot.keyClick(line, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: session_of(window).config.p_hidden == (0.5,))


def test_whole_numbers_are_typed_as_they_are_shown(window: Window, qtbot: QtBot) -> None:
    form, session = form_of(window), session_of(window)
    write(qtbot, form.editor("steps"), "1,000")
    qtbot.waitUntil(lambda: session.config.steps == 1000)
    for text, said in (("0,5", "steps = 0.5: must be a whole number"), ("1.000", "must be a whole number, written")):
        write(qtbot, form.editor("steps"), text)
        assert said in form.error_at("steps").text()
    assert session.config.steps == 1000


@pytest.mark.parametrize(("key", "text"), [("learning_rate", "0.1"), ("hidden", "9")])
def test_escape_leaves_a_field_as_it_was(window: Window, qtbot: QtBot, key: str, text: str) -> None:
    form, session = form_of(window), session_of(window)
    field: Any = form.editor(key).inner
    line = field if isinstance(field, QLineEdit) else field.lineEdit()
    before, was = session.config, line.text()
    field.setFocus()
    line.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert line.text() == was
    assert not field.hasFocus()
    assert not form.apply_button.isVisible()
    go_to(window, qtbot, 3)
    assert session.config == before


def test_escape_shows_what_is_in_force_by_then(window: Window, qtbot: QtBot) -> None:
    form, session = form_of(window), session_of(window)
    go_to(window, qtbot, 5)
    session.apply({"learning_rate": 2.0})
    qtbot.waitUntil(lambda: session.config.learning_rate == 2.0)
    go_to(window, qtbot, 9)
    field: Any = form.editor("learning_rate").inner
    field.setFocus()
    qtbot.keyClicks(field, "9")
    session.timeline.look_at(3)
    qtbot.waitUntil(lambda: session.config.learning_rate == 0.5)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.lineEdit().text() == "0.5"


@pytest.mark.parametrize(
    ("key", "text", "end"),
    [
        ("learning_rate", "1,000.5", "enter"),
        ("steps", "1.000", "tab"),
        ("seed", "1.2.3", "elsewhere"),
        ("learning_rate", "1 000", "nothing"),
    ],
)
def test_what_cannot_be_read_stays_with_its_reason(window: Window, qtbot: QtBot, key: str, text: str, end: str) -> None:
    """However the field is left, and whatever else happens then: another setting, Apply, Play."""
    form, session = form_of(window), session_of(window)
    go_to(window, qtbot, 3)
    line = form.editor(key).inner.lineEdit()  # type: ignore[union-attr]
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    if end == "enter":
        qtbot.keyClick(line, Qt.Key.Key_Return)
    elif end == "tab":
        qtbot.keyClick(line, Qt.Key.Key_Tab)
    elif end == "elsewhere":
        window.setFocus()
    assert window.workbench is not None
    qtbot.mouseClick(window.workbench.transport.play, Qt.MouseButton.LeftButton)  # which finishes what is being typed
    qtbot.waitUntil(lambda: session.frame().snapshot.step > 3)
    error = form.error_at(key)
    assert error.isVisible()
    assert error.text().startswith(f"{key} = ")
    assert "must be" in error.text()
    session.apply({"p_hidden": [0.4]})
    qtbot.waitUntil(lambda: session.config.p_hidden == (0.4,))
    assert line.text() == text
    assert error.isVisible()
    qtbot.mouseClick(form.apply_button, Qt.MouseButton.LeftButton)
    assert line.text() == text
    assert error.isVisible()
    qtbot.mouseClick(form.undo_button, Qt.MouseButton.LeftButton)
    assert not error.isVisible()
    assert form.editor(key).value() == getattr(session.config, key)


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("p_hidden", "2"),
        ("p_hidden", "half"),
        ("learning_rate", "-1"),
        ("learning_rate", "1.2.3"),
        ("steps", "0"),
        ("hidden", "four"),
        ("batch_size", "9"),
    ],
)
def test_a_wrong_value_holds_up_no_other_setting_and_says_so(
    window: Window, qtbot: QtBot, key: str, text: str, begun: bool
) -> None:
    """Whatever it is that is wrong, and whether the config or the run refuses it: three lines have four rows."""
    form, session = form_of(window), session_of(window)
    before = session.config
    if begun:
        go_to(window, qtbot, 3)
    editor = form.editor(key)
    write(qtbot, editor, text)
    if begun:
        qtbot.mouseClick(form.apply_button, Qt.MouseButton.LeftButton)
    error = form.error_at(key)
    qtbot.waitUntil(error.isVisible)
    write(qtbot, form.editor("seed"), "7")
    if begun:
        qtbot.mouseClick(form.apply_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.frame().snapshot.config.seed == 7)
    other = "p_hidden" if key == "learning_rate" else "learning_rate"
    value = (0.4,) if other == "p_hidden" else 0.02
    box = form.editor(other)
    write(qtbot, box, "0.4" if other == "p_hidden" else "0.02")
    qtbot.waitUntil(lambda: getattr(session.frame().snapshot.config, other) == value)
    assert error.isVisible() and error.text().endswith(WAITS)
    assert list(form.pending) == [key] and form.apply_button.isVisible()
    assert getattr(session.config, key) == getattr(before, key)
    qtbot.mouseClick(form.undo_button, Qt.MouseButton.LeftButton)
    assert not error.isVisible() and session.config.seed == 7


def test_what_is_allowed_with_another_setting_is_applied_along_with_it(window: Window, qtbot: QtBot) -> None:
    form, session = form_of(window), session_of(window)
    write(qtbot, form.editor("steps"), "0")
    editor = form.editor("noise")
    assert isinstance(editor, ChoiceEditor)
    editor.combo.setFocus()
    qtbot.keyClick(editor.combo, Qt.Key.Key_Down)
    qtbot.waitUntil(form.error_at("noise").isVisible)
    rule = form.editor("rule")
    assert isinstance(rule, ChoiceEditor)
    form.show_setting("rule")
    qtbot.keyClick(rule.combo, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: (session.config.noise, session.config.rule) == ("gaussian", "exact"))
    qtbot.waitUntil(lambda: list(form.pending) == ["steps"] and not form.error_at("noise").isVisible())


def test_what_is_being_typed_is_not_written_over(window: Window, qtbot: QtBot) -> None:
    form, session = form_of(window), session_of(window)
    line = form.editor("learning_rate").inner.lineEdit()  # type: ignore[union-attr]
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "0,2")
    session.apply({"p_hidden": [0.4]})
    qtbot.waitUntil(lambda: session.config.p_hidden == (0.4,))
    assert line.text() == "0,2"
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.config.learning_rate == 0.2)


def test_noise_is_chosen_in_its_group_and_what_it_makes_idle_goes(window: Window, qtbot: QtBot) -> None:
    """Scaling is Bernoulli's alone, and the line below a drop probability says what it is to this noise."""
    form, session = form_of(window), session_of(window)
    form.open_groups(("dropout",))
    session.open_config(load_preset("three-lines-exact").changed(scaling="classical"), "mine.toml")
    qtbot.waitUntil(lambda: session.config.scaling == "classical" and form.editor("scaling").isVisibleTo(window))
    editor = form.editor("noise")
    assert isinstance(editor, ChoiceEditor)
    assert [editor.combo.itemText(k) for k in range(2)] == ["Bernoulli", "Gaussian"]
    editor.combo.setFocus()
    qtbot.keyClick(editor.combo, Qt.Key.Key_Down)
    if form.pending:
        qtbot.mouseClick(form.apply_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.config.noise == "gaussian")
    assert session.config.scaling == "inverted"
    qtbot.waitUntil(lambda: not form.editor("scaling").isVisibleTo(window))
    shares = form.editor("p_hidden")
    assert isinstance(shares, ProbabilityEditor)
    qtbot.waitUntil(lambda: "variance 0.25" in shares.lines[0].meaning.text())
    session.open_preset("three-lines")
    qtbot.waitUntil(lambda: session.config.rule == "as-published")
    assert session.apply({"noise": "gaussian"}).startswith("noise: must be bernoulli when rule is as-published")


@pytest.mark.slow
def test_a_picture_of_the_window_has_the_groups_that_are_open(window: Window, qtbot: QtBot) -> None:
    workbench = window.workbench
    assert workbench is not None
    form = form_of(window)
    form.open_groups(("network", "training"))
    shot = workbench.finder.shot(session_of(window).frame(), WINDOW, (900, 600))
    assert shot_of(shot.shown(session_of(window).frame())).opened == ("network", "training")
    pictures = []
    for opened in (shot.opened, ()):
        with FigureCanvas(replace(shot, opened=opened), session_of(window).frame()) as canvas:
            pictures.append(canvas.image())
    assert pictures[0] != pictures[1]


def test_a_number_of_five_thousand_digits_is_refused_in_place(window: Window, qtbot: QtBot) -> None:
    form = form_of(window)
    units = form.editor("hidden")
    assert isinstance(units, UnitsEditor)
    units.line.setText("9" * 5000)
    qtbot.mouseClick(units.more, Qt.MouseButton.LeftButton)
    units.edited.emit()
    assert "hidden" in form.error_at("hidden").text() and len(form.error_at("hidden").text()) < 300
    assert session_of(window).config.hidden == (4,)


def test_a_setting_that_does_nothing_is_said_to_and_stays_away(window: Window, qtbot: QtBot) -> None:
    workbench, said = window.workbench, []
    assert workbench is not None
    session_of(window).remark.connect(lambda text, *_: said.append(text))
    workbench.show_setting("momentum")
    assert said == ["Momentum: does nothing in this run"]
    assert not form_of(window).editor("momentum").isVisibleTo(window)


def test_every_choice_is_written_out(window: Window) -> None:
    form = form_of(window)
    form.open_groups(GROUPS)
    editors = [form.editor(key) for key in form.keys]
    combos = [editor.combo for editor in editors if isinstance(editor, ChoiceEditor)]
    texts = [(combo, combo.itemText(at)) for combo in combos for at in range(combo.count())]
    assert [text for combo, text in texts if combo.isVisible() and combo.elided(text) != text] == []


def test_a_layer_that_comes_and_goes_at_once_is_no_window(window: Window, qtbot: QtBot) -> None:
    """As when undo is held down: what a layout got a moment ago is shown by Qt, wherever it has gone meanwhile."""
    editor = form_of(window).editor("p_hidden")
    before = set(QApplication.topLevelWidgets())
    for preset in ("spiral", "three-lines"):  # two layers, then one
        editor.show_config(load_preset(preset))
    QApplication.processEvents()
    assert [w for w in QApplication.topLevelWidgets() if w.isVisible() and w not in before] == []
