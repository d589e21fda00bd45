"""Where things stand in the window: headers keep their names and their buttons, tabs their words; cards and lessons
take nothing away, and what was there comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.labs.result import ResultView
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.panels.header import DockHeader
from dropout_viz.app.panels.title import PanelTitle
from dropout_viz.app.panels.top_bar import ElidedLabel
from dropout_viz.app.setup.form import SetupForm
from dropout_viz.app.window import Window
from dropout_viz.draw.arm_names import told_apart
from dropout_viz.draw.wheel import Combo
from dropout_viz.engine.lesson import titles
from dropout_viz.engine.settings import load_preset
from dropout_viz.labs.lab import Finding, LabResult
from tests.app.conftest import Open
from tests.app.looking import at_step, newest, workbench
from tests.app.painted_texts import texts_in
from tests.app.panels.test_small_windows import rest
from tests.app.timeline_hands import session_of

pytestmark = pytest.mark.usefixtures("nothing_painted")


def place(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def ink(widget: QWidget) -> list[int]:
    """Return how many pixels of each row of a widget are not its ground."""
    image = QImage(widget.size(), QImage.Format.Format_RGB32)
    widget.render(image)
    ground = image.pixel(image.width() - 1, image.height() - 1)
    return [sum(image.pixel(x, y) != ground for x in range(image.width())) for y in range(image.height())]


@pytest.mark.parametrize("room", [0, 30, 120])
def test_a_panel_is_never_without_its_name(qtbot: QtBot, room: int) -> None:
    title = PanelTitle(Theme("dark"), "Landscape")
    qtbot.addWidget(title)
    title.resize(title.sizeHint().width() + room, 34)
    named = sum(ink(title))
    title.show_step(353)
    both = ink(title)
    assert sum(both) > named * 1.1  # the name and the step
    if room < 60:
        assert sum(both[:17]) > 0.4 * named and sum(both[20:]) > 0  # above one another


@pytest.mark.parametrize(("step", "short"), [(7, "step 7"), (999_999, "step 999,999"), (1_999_999, "step 1.9 M")])
def test_a_number_below_the_title_says_that_it_is_a_step(qtbot: QtBot, step: int, short: str) -> None:
    title = PanelTitle(Theme("light"), "Map")
    qtbot.addWidget(title)
    title.resize(title.minimumSizeHint().width(), 34)
    title.show_step(step)
    name, said = texts_in(title)
    assert (name.text, said.text) == ("Map", short)
    assert said.box.top() > name.box.bottom() and said.box.right() <= title.width()


def test_buttons_without_room_are_in_a_menu(qtbot: QtBot) -> None:
    around = QWidget()  # a window of its own would be no narrower than its layout
    qtbot.addWidget(around)
    around.resize(800, 60)
    header = DockHeader(Theme("dark"), "Landscape", "What it is.", is_view=True, parent=around)
    tools = [QWidget(), QWidget()]
    for tool in tools:
        tool.setMinimumSize(130, 20)
    header.add_tools(tools)
    around.show()
    header.resize(700, 34)
    assert header.more_button is not None and header.help_button is not None
    qtbot.waitUntil(lambda: header.help_button.isVisible() and not header.more_button.isVisible())
    asked: list[str] = []
    header.export_asked.connect(lambda: asked.append("export"))
    header.maximise_asked.connect(lambda: asked.append("maximise"))
    header.resize(header.minimumSizeHint().width(), 34)
    qtbot.waitUntil(lambda: header.more_button.isVisible())
    assert not header.help_button.isVisible()
    header.more_menu.aboutToShow.emit()
    actions = header.more_menu.actions()
    assert [action.text() for action in actions] == [
        "Landscape: what am I looking at?",
        "Export Landscape",
        "Maximise Landscape",
    ]
    for action in actions:
        action.trigger()
    assert asked == ["export", "maximise"] and header.popover is not None
    header.popover.close()


def test_arms_are_told_apart_by_what_differs() -> None:
    assert told_apart(["with dropout", "without dropout"]) == ["with", "without"]
    assert told_apart(["p_hidden = 0.1", "p_hidden = 0.25"]) == ["0.1", "0.25"]
    assert told_apart(["arm A", "arm"]) == ["arm A", "arm"]
    assert told_apart(["one"]) == ["one"] and told_apart([]) == [] and told_apart(["a b", "a b"]) == ["b", "b"]


def test_the_arm_on_show_is_named_in_a_narrow_header(window: Window, qtbot: QtBot) -> None:
    session, panel = window.session, workbench(window).panel("landscape")
    assert session is not None
    window.resize(1280, 800)
    session.compare(True)
    qtbot.waitUntil(lambda: panel.arms is not None and panel.arms.isVisible())
    session.selection.choose_arm(0, alone=True)
    rest(window, qtbot)
    assert panel.arms is not None and panel.arms.currentText() == "with dropout"
    assert panel.arms.elided("without dropout") in ("without", "without dropout")
    assert panel.arms.elided("with dropout") in ("with", "with dropout")


def test_tabs_have_their_whole_names(window: Window, qtbot: QtBot) -> None:
    parts = workbench(window)
    window.resize(1280, 800)
    for key in ("shared", "masks", "plane", "map", "ensemble", "lesions", "twins", "scaling"):
        parts.layout.bring(parts.panel(key))
    rest(window, qtbot)
    bars = [bar for bar in window.findChildren(QTabBar) if bar.isVisible() and bar.count() > 1]
    assert bars
    for bar in bars:
        assert bar.elideMode() == Qt.TextElideMode.ElideNone and bar.usesScrollButtons()
        for at in range(bar.count()):
            assert bar.tabRect(at).width() >= bar.fontMetrics().horizontalAdvance(bar.tabText(at)), bar.tabText(at)


@pytest.mark.parametrize("width", [200, 320, 600, 2000])
def test_a_sentence_is_shown_whole_where_it_fits(qtbot: QtBot, width: int) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.resize(width, 40)
    text = "200 points, 15 % with the wrong label. Without dropout the network learns those too, and more. See?"
    label.setText(text)
    shown = label.text().replace("\n", " ")
    assert label.toolTip() == text
    whole = text.split(". ")[0] + "."
    assert shown.endswith(("…", ".", "?")) and text.startswith(shown.rstrip("…").rstrip())
    if label.fontMetrics().horizontalAdvance(whole) <= width:
        assert "…" not in shown


def test_a_message_lies_over_the_setup_and_finds_its_place_again(window: Window, qtbot: QtBot) -> None:
    parts = workbench(window)
    text = "The loss with every unit on fell from 0.125 at step 0 to 0.0048 at step 60,000; " * 2
    parts.messages.say(text)

    def covers() -> list[str]:
        card = place(parts.messages, window)
        return [p.key for p in parts.layout.panels if p.on_screen() and place(p, window).intersects(card)]

    for size in ((1440, 900), (1280, 768), (1920, 1080), (1280, 800)):
        window.resize(*size)
        rest(window, qtbot)
        qtbot.waitUntil(lambda: covers() == ["setup"])
        assert window.rect().contains(place(parts.messages, window))
        qtbot.waitUntil(
            lambda: parts.messages._text.height() >= parts.messages._text.heightForWidth(parts.messages._text.width())
        )
    parts.layout.toggle(parts.setup)
    rest(window, qtbot)
    top = place(parts.transport, window).top()
    qtbot.waitUntil(lambda: 0 < top - place(parts.messages, window).bottom() < 40)
    assert window.rect().contains(place(parts.messages, window))
    parts.layout.toggle(parts.setup)
    qtbot.waitUntil(lambda: covers() == ["setup"])


def test_closing_a_lab_leaves_the_panels_as_they_were(window: Window, qtbot: QtBot) -> None:
    parts = workbench(window)
    window.resize(1280, 768)
    rest(window, qtbot)
    before = {p.key: p.width() for p in parts.layout.panels if p.on_screen()}
    parts.labs.open("conspiracies")
    qtbot.waitUntil(lambda: parts.labs.body is not None and parts.labs.on_screen())
    rest(window, qtbot)
    assert parts.labs.header.close_button is not None
    qtbot.mouseClick(parts.labs.header.close_button, Qt.MouseButton.LeftButton)
    rest(window, qtbot)
    qtbot.waitUntil(lambda: {p.key: p.width() for p in parts.layout.panels if p.on_screen()} == before)
    parts.labs.open("conspiracies")
    rest(window, qtbot)
    assert parts.labs.header.maximise_button is not None
    qtbot.mouseClick(parts.labs.header.maximise_button, Qt.MouseButton.LeftButton)
    rest(window, qtbot)
    assert parts.labs.isVisible() and parts.panel("loss").on_screen()  # restored, it stays open


def test_a_labs_notes_do_not_lie_over_its_numbers(qtbot: QtBot) -> None:
    result = ResultView(Theme("dark"))
    qtbot.addWidget(result)
    result.resize(970, 600)
    result.show()
    note = "Players fail independently here, and no plot gives another away. " * 12
    findings = tuple(Finding(f"finding {k}", 1.0, 1.0, "within 0.1", "agrees", "") for k in range(6))
    result.show_result("x", LabResult("agrees", findings, (), (note, note)))
    qtbot.waitUntil(lambda: result.notes.isVisible() and result.notes.height() > 0)
    assert not place(result.table, result).intersects(place(result.notes, result))
    assert result.table.height() >= 90 and result.notes.height() >= 40
    assert result.note.height() >= result.note.heightForWidth(result.note.width())  # all of it, moved about
    findings = tuple(replace(finding, note="It was cut short.") for finding in findings)
    result.show_result("x", LabResult("agrees", findings, (), (note,)))
    result.table.selectRow(2)
    result.table.chosen.emit(2)
    said = result.note.text()
    assert said.startswith("It was cut short.") and note in said, "what holds of the whole is said of each part too"


def test_a_lesson_brings_its_own_stage_and_puts_back_what_was_there(window: Window, qtbot: QtBot) -> None:
    parts = workbench(window)
    for key in ("twins", "plane"):
        parts.layout.bring(parts.panel(key))
    rest(window, qtbot)
    before = {p.key for p in parts.views if not p.isHidden()}
    parts.lessons.open(next(iter(titles())))
    lesson = parts.lessons.lesson
    assert lesson is not None
    for at, step in enumerate(lesson.steps[:3]):
        parts.lessons.go(at)
        rest(window, qtbot)
        asked = step.predict.views if step.predict is not None else ()
        assert {p.key for p in parts.views if not p.isHidden()} == set(asked or step.views)
    parts.lessons.leave()
    rest(window, qtbot)
    assert {p.key for p in parts.views if not p.isHidden()} == before


def test_past_its_end_the_button_says_what_it_does(show_run: Open, qtbot: QtBot) -> None:
    window = show_run(config=load_preset("three-lines").changed(steps=5))
    session, play = window.session, workbench(window).transport.play
    assert session is not None and play.accessibleName() == "Play"
    session.run_to(5)
    qtbot.waitUntil(lambda: at_step(window, 5))
    qtbot.waitUntil(lambda: play.accessibleName() == "Go on past the end, 5")
    assert "Go on past the end, 5" in play.toolTip()
    session.timeline.look_at(3)
    qtbot.waitUntil(lambda: newest(window).step == 3 and play.accessibleName() == "Play")


def test_what_is_refused_can_be_had_with_one_click(open_window: Open, qtbot: QtBot) -> None:
    window = open_window("three-lines")
    session, form = window.session, workbench(window).setup.findChild(SetupForm)
    assert session is not None and form is not None
    editor = form.editor("noise")
    editor.combo.setFocus()
    qtbot.keyClick(editor.combo, Qt.Key.Key_Down)
    qtbot.waitUntil(form.remedy_button.isVisible)
    assert form.remedy_button.text() == "Set Update rule to exact"
    assert "exact takes others" in form.error_at("noise").text()
    qtbot.mouseClick(form.remedy_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.config.noise == "gaussian" and session.config.rule == "exact")
    qtbot.waitUntil(lambda: not form.remedy_button.isVisible() and not form.pending)


def test_a_button_is_out_when_its_menu_has_gone(window: Window, qtbot: QtBot) -> None:
    button = workbench(window).top_bar.labs
    button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)  # a menu takes the mouse: Qt would not see it leave
    button.setDown(True)
    workbench(window).top_bar.labs_menu.aboutToHide.emit()
    qtbot.waitUntil(lambda: not button.testAttribute(Qt.WidgetAttribute.WA_UnderMouse) and not button.isDown())


def test_a_lesson_over_a_run_that_was_over_goes_to_its_own_step(show_run: Open, qtbot: QtBot) -> None:
    """What plays in place of a run that has ended is told where to stop by the lesson."""
    window = show_run("twins", config=load_preset("twins").changed(steps=30))
    session, parts = window.session, workbench(window)
    assert session is not None
    session.set_speed(None)
    session.play_pause()
    qtbot.waitUntil(lambda: at_step(window, 30))
    parts.lessons.open("the-post")
    lesson = parts.lessons.lesson
    assert lesson is not None
    for at in (0, 2):
        parts.lessons.go(at)
        qtbot.waitUntil(lambda at=at: session.name == lesson.preset and newest(window).step == lesson.steps[at].run_to)
        QApplication.processEvents()
        assert session.playing == lesson.steps[at].play and newest(window).step == lesson.steps[at].run_to


def test_another_preset_ends_a_lesson_and_brings_its_own_stage(window: Window, qtbot: QtBot) -> None:
    parts, session = workbench(window), window.session
    assert session is not None
    parts.lessons.open("the-post")
    qtbot.waitUntil(lambda: not session.awaited)
    session.open_preset("twins")
    qtbot.waitUntil(lambda: session.name == "twins" and parts.lessons.lesson is None)
    rest(window, qtbot)
    assert {p.key for p in parts.views if p.on_screen()} == set(load_preset("twins").stage)


def test_leaving_a_lesson_on_another_run_brings_what_belongs_to_that(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("twins")
    parts, session = workbench(window), window.session
    assert session is not None
    session.set_speed(64)
    parts.lessons.open("the-post")
    qtbot.waitUntil(lambda: session.name == "three-lines" and not session.awaited)
    parts.lessons.leave()
    assert session.speed == 64
    rest(window, qtbot)
    assert {p.key for p in parts.views if p.on_screen()} == {"network", "loss", "landscape"}


def test_a_choice_is_written_out_where_there_is_room_for_it(qtbot: QtBot) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    around.resize(900, 60)
    header = DockHeader(Theme("dark"), "Features", "What it is.", is_view=True, parent=around)
    combo = Combo()
    combo.addItems(["by norm of the weights of a unit", "by number"])
    header.add_tools([combo])
    around.show()
    whole = combo.sizeHint().width()
    for width in range(900, header.minimumSizeHint().width(), -20):
        header.resize(width, 34)
        QApplication.processEvents()
        spare = header.name.width() - header.name.minimumSizeHint().width()
        assert combo.width() >= whole or combo.width() + spare < whole + 8, width


def test_a_preset_s_name_can_be_read_whole_before_the_sentence_on_it(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("digits")
    bar = workbench(window).top_bar
    for size in ((1280, 800), (900, 520)):
        window.resize(*size)
        rest(window, qtbot)
        name = "Handwritten digits"
        qtbot.waitUntil(lambda name=name: bar.preset.elided(name) == name)  # type: ignore[misc]


def test_a_run_that_comes_while_a_panel_is_dragged_waits_with_its_arrangement(window: Window, qtbot: QtBot) -> None:
    """Qt keeps a place open for the panel, and crashes where that goes with the arrangement."""
    bench = workbench(window)
    header = bench.panel("loss").header
    start = QPoint(60, 8)
    QTest.mousePress(header, Qt.MouseButton.LeftButton, pos=start)
    for far in (20, 60, 120):
        QTest.mouseMove(header, start + QPoint(-far, far))
        QApplication.processEvents()
    assert QWidget.mouseGrabber() is bench.panel("loss")
    session = session_of(window)
    session.open_preset("moons")
    qtbot.waitUntil(lambda: session.name == "moons" and session.frame().snapshot.step == 0)
    QApplication.processEvents()
    assert not bench.panel("map").isVisible()
    QTest.mouseRelease(bench.panel("loss"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(bench.panel("map").isVisible)
