"""Labs in the window: chosen from the menu, run in a process, cancelled, and ended with the window."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QObject, QProcess, Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.app.labs.body import LabsBody, duration
from dropout_viz.app.labs.form import LabForm, PresetEditor, TextEditor
from dropout_viz.app.labs.panel import HELP
from dropout_viz.app.labs.runner import LabRunner
from dropout_viz.app.setup.editors import ChoiceEditor, NumberEditor
from dropout_viz.app.window import Window
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.source import load_source
from dropout_viz.errors import UserError
from dropout_viz.labs import beginning
from dropout_viz.labs.keeping import Kept, keep, last
from dropout_viz.labs.lab import Finding, Lab, LabResult, Progress
from dropout_viz.labs.messages import Message, packed
from dropout_viz.labs.options import Options
from dropout_viz.labs.store import Store
from tests.app.conftest import Open
from tests.app.looking import workbench
from tests.labs.test_files import FIGURES
from tests.labs.test_options import Some

pytestmark = pytest.mark.usefixtures("nothing_painted")

LONG = 120_000  # ms: another process has to start, on a machine that may do much else


@pytest.fixture(autouse=True)
def known_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test find out how fast labs are, but the one on that."""
    monkeypatch.setattr(beginning, "expected", lambda lab, options: 2.0)
    monkeypatch.setattr(beginning, "crowd", lambda: 1.0)


def click(button: QAbstractButton, qtbot: QtBot) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def click_run(body: LabsBody, qtbot: QtBot) -> None:
    """Run the lab that is shown, and wait for what there is to ask before."""
    click(body.page.run_button, qtbot)
    qtbot.waitUntil(lambda: not body.asking)


def open_lab(window: Window, key: str, qtbot: QtBot) -> LabsBody:
    """Choose a lab from the menu, and wait for what shows it."""
    workbench(window).top_bar.labs_menu.aboutToShow.emit()
    titles = {action.text(): action for action in workbench(window).top_bar.labs_menu.actions()}
    titles[registry.entries("labs")[key].title].trigger()
    qtbot.waitUntil(lambda: workbench(window).labs.body is not None)
    return workbench(window).labs.load()


def type_only(body: LabsBody, text: str, qtbot: QtBot) -> None:
    line = body.form.editors["only"].inner
    line.setFocus()
    line.clear()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def test_the_menu_has_every_lab_and_opens_it(window: Window, qtbot: QtBot) -> None:
    panel = workbench(window).labs
    assert panel.body is None  # nothing is imported before it is asked for
    assert not panel.isVisible()
    for entry in registry.entries("labs").values():
        body = open_lab(window, entry.key, qtbot)
        assert panel.isVisible()
        assert body.key == entry.key
        assert body.page.question.text() == entry.facts["QUESTION"]
        assert panel.header.help == entry.facts["HELP"]
        assert body.form.options() is not None
    assert workbench(window).layout.maximised is panel
    click(panel.header.close_button, qtbot)
    assert not panel.isVisible()
    assert workbench(window).panel("network").isVisible()


def open_gallery(window: Window, qtbot: QtBot) -> LabsBody:
    """Choose all labs from the menu, and wait until their cards are whole."""
    workbench(window).top_bar.labs_menu.aboutToShow.emit()
    workbench(window).top_bar.labs_menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: workbench(window).labs.body is not None)
    body = workbench(window).labs.load()
    qtbot.waitUntil(lambda: body.key == "" and all(card.takes for card in body.gallery.cards))
    return body


def test_a_card_says_why_its_lab_cannot_begin(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the folder of MNIST is named in vain: it is not being measured for ever."""

    def expected(lab: Lab, options: Options) -> float:
        if lab.KEY == "published":
            raise UserError("data = mnist: no such folder")
        return 2.0

    monkeypatch.setattr(beginning, "expected", expected)
    parts = workbench(window)
    parts.labs.open()
    qtbot.waitUntil(lambda: parts.labs.body is not None)
    gallery = parts.labs.load().gallery
    qtbot.waitUntil(lambda: all(card.takes or card.lack for card in gallery.cards))
    at = next(k for k, card in enumerate(gallery.cards) if card.key == "published")
    assert gallery.cards[at].lack == "data = mnist: no such folder" and not gallery.cards[at].takes
    qtbot.mouseMove(gallery, (gallery.place_of(at).center() * gallery.zoom).toPoint())
    qtbot.waitUntil(lambda: gallery.toolTip() == gallery.cards[at].lack)


def test_all_labs_stand_on_cards_that_keys_go_through_and_open(window: Window, qtbot: QtBot) -> None:
    body = open_gallery(window, qtbot)
    entries = list(registry.entries("labs").values())
    cards = body.gallery.cards
    assert [card.question for card in cards] == [entry.facts["QUESTION"] for entry in entries]
    assert cards[0].takes == "First look about 2 s here, in full about 2 s"
    assert cards[0].spoken.endswith("Not run here yet")
    assert body.gallery.hasFocus()
    step = window.session.status.step if window.session is not None else -1
    qtbot.keyClick(body.gallery, Qt.Key.Key_End)
    qtbot.keyClick(body.gallery, Qt.Key.Key_Left)
    assert body.gallery.current == len(entries) - 2
    assert body.gallery.accessibleDescription().startswith(cards[-2].title)
    qtbot.keyClick(body.gallery, Qt.Key.Key_Return)
    assert body.key == entries[-2].key
    assert body.page.isVisible()
    assert workbench(window).labs.header.help == entries[-2].facts["HELP"]
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert (body.key, body.gallery.current, body.gallery.hasFocus()) == ("", len(entries) - 2, True)
    assert workbench(window).labs.header.help == HELP
    qtbot.mouseClick(body.gallery, Qt.MouseButton.LeftButton, pos=body.gallery.place_of(1).center().toPoint())
    assert body.key == entries[1].key
    click(body.page.back, qtbot)
    assert body.key == ""
    assert window.session is not None
    assert window.session.status.step == step  # no key has reached the run


def test_the_last_result_is_on_its_card_another_day(window: Window, qtbot: QtBot) -> None:
    findings = (Finding("a", None, 1.0, "", "undecided"),)
    found = LabResult("undecided", findings, FIGURES, (), answer="Nothing is decided here.")
    options = {"source": "moons", "seeds": 3, "steps": 100}
    for age in (2, 1):
        keep(Store(), Kept("paired", time.time() - 86_400 * age, 4.2, {**options, "seed": age}, True, found))
    body = open_gallery(window, qtbot)
    card = body.gallery.cards[0]
    qtbot.waitUntil(lambda: card.thumb is not None and not card.thumb.isNull())
    said = "3 seeds cannot decide, at least 8 can; here is what they show. Nothing is decided here."
    assert (card.verdict, card.answer) == ("a first look", said)
    assert card.how.endswith(": moons, 3 seeds, 100 steps, first seed 1")
    body.choose("paired")
    page = body.page
    assert (page.result.verdict.text(), page.result.answer.text()) == ("a first look", said)
    assert page.result.how.text().startswith("A first look, not the whole. ")
    assert "took 4 s" in page.result.how.text()
    page.beside.setCurrentIndex(2)
    page.beside.activated.emit(2)
    assert page.other is not None and page.other.isVisible()
    assert page.other.how.text().endswith("Differs (there / here): first seed 1 / 2.")
    assert not page.other.open_button.isVisible()


def test_a_lab_begins_small_with_the_run_on_show_and_is_run_in_full(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, show_run: Open
) -> None:
    show_run("mine.toml", load_preset("moons").changed(p_hidden=(0.35,), seed=12))
    body = open_lab(window, "paired", qtbot)
    qtbot.waitUntil(lambda: body.page.taken.text().startswith("Taken from the run on show: data, network and"))
    small = body.form.options()
    assert small is not None
    source, seeds, seed = (getattr(small, name) for name in ("source", "seeds", "seed"))
    assert (load_source(source).config.p_hidden, seeds, seed) == ((0.35,), 8, 12)
    assert body.page.cost.text() == "A first look: about 2 s here; in full: about 2 s"
    started: list[dict[str, object]] = []
    monkeypatch.setattr(body.runner, "start", lambda key, options: started.append(options))
    monkeypatch.setattr("dropout_viz.app.labs.body.to_ask", lambda lab, options: "")
    click(body.page.whole_button, qtbot)
    qtbot.waitUntil(lambda: bool(started))
    assert started[0] == {**small.model_dump(mode="json"), "seeds": 200}
    assert not body.page.whole_button.isVisible()
    click(body.page.origin_button, qtbot)
    qtbot.waitUntil(lambda: body.page.taken.text().startswith("The lab's own settings."))
    own = body.form.options()
    assert own is not None
    assert getattr(own, "source", "") == "moons"


def test_a_run_without_new_examples_is_told_of_before_and_another_is_offered(window: Window, qtbot: QtBot) -> None:
    body = open_lab(window, "paired", qtbot)  # three-lines is on show
    qtbot.waitUntil(lambda: body.page.lack.text().startswith("This run has no new examples, so this lab cannot"))
    qtbot.waitUntil(body.page.instead_button.isVisible)
    assert body.page.instead_button.text() == "Take “Two moons” instead"
    assert body.page.taken.text().startswith("Taken from the run on show: data, network and training")
    click(body.page.instead_button, qtbot)
    entered = body.form.options()
    assert entered is not None and getattr(entered, "source", "") == "moons"
    assert (getattr(entered, "seeds", 0), getattr(entered, "steps", 0)) == (8, None)
    assert not body.page.lack.isVisible() and not body.page.instead_button.isVisible()
    assert body.page.taken.text() == "Data, network and training are those of “Two moons”."
    click(body.page.origin_button, qtbot)  # the lab's own settings
    qtbot.waitUntil(lambda: body.page.taken.text().startswith("The lab's own settings."))
    click(body.page.origin_button, qtbot)
    qtbot.waitUntil(lambda: body.page.taken.text().startswith("Taken from the run on show: data, network and"))
    card = next(card for card in body.gallery.cards if card.key == "paired")
    body.show_gallery()
    qtbot.waitUntil(lambda: "This run has no new examples" in card.spoken)


def test_what_nobody_typed_is_that_of_the_run_on_show_and_bears_its_name(
    window: Window, qtbot: QtBot, show_run: Open
) -> None:
    show_run("three.csv", load_preset("moons").changed(seed=77))
    body = open_lab(window, "paired", qtbot)
    qtbot.waitUntil(lambda: getattr(body.form.options(), "seed", 0) == 77)
    editor = body.form.editors["source"]
    assert isinstance(editor, PresetEditor) and editor.combo.currentText() == "three.csv"
    editor = body.form.editors["seeds"]
    assert isinstance(editor, NumberEditor)
    editor.box.setFocus()
    editor.box.selectAll()
    qtbot.keyClicks(editor.box, "10")
    qtbot.keyClick(editor.box, Qt.Key.Key_Return)
    assert body.page.taken.text().startswith("Taken from the run on show: data, network and training")
    first = getattr(body.form.options(), "source", "")
    session = window.session
    assert session is not None
    session.open_config(load_preset("moons").changed(seed=78), "num.csv")
    qtbot.waitUntil(lambda: getattr(body.form.options(), "seed", 0) == 78)
    entered = body.form.options()
    assert (load_source(getattr(entered, "source", "")).config.seed, getattr(entered, "seeds", 0)) == (78, 10)
    assert body.page.taken.text().startswith("Taken from the run on show: data, network and training")
    body.form.editors["source"].show_config(type(entered)(source=first))  # type: ignore[call-arg, misc]
    body.form.edited.emit()
    assert body.page.taken.text() == "Data, network and training are those of “three.csv”."


def test_what_is_typed_stays_when_another_run_comes_on_show(window: Window, qtbot: QtBot, show_run: Open) -> None:
    body = open_lab(window, "published", qtbot)
    qtbot.waitUntil(lambda: bool(body.page.taken.text()))
    type_only(body, "3", qtbot)
    workbench(window).labs.close()
    show_run("mine.toml", load_preset("xor").changed(seed=77))
    open_lab(window, "published", qtbot)
    qtbot.waitUntil(lambda: "seed 77" in body.page.taken.text())
    options = body.form.options()
    assert options is not None
    assert getattr(options, "only", None) == (3,)


def test_a_lab_is_run_and_shows_verdict_numbers_and_pictures(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    body = open_lab(window, "published", qtbot)
    type_only(body, "3, 6", qtbot)
    click_run(body, qtbot)
    assert body.runner.running
    assert body.page.cancel_button.isEnabled()
    assert not body.page.run_button.isEnabled()
    qtbot.waitUntil(lambda: not body.runner.running, timeout=LONG)
    result = body.page.result
    assert result.verdict.text() == "agrees"
    assert result.table.rowCount() == 2
    assert body.page.state.text().startswith("Took ")
    qtbot.waitUntil(lambda: bool(last(Store(), "published")))  # it is kept for another day
    figure = result.picture.figure
    assert figure is not None
    assert figure.name == "result-03-fisher"
    result.table.selectRow(1)
    figure = result.picture.figure
    assert figure is not None
    assert figure.name == "result-06-mixability"
    assert "Livnat" in result.note.text()
    body.save_picture(str(tmp_path / "picture"))
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_what_is_not_allowed_is_said_in_the_form(window: Window, qtbot: QtBot) -> None:
    body = open_lab(window, "published", qtbot)
    type_only(body, "99", qtbot)
    click_run(body, qtbot)
    assert not body.runner.running
    assert body.form.error.text().startswith("Only these: must be among 1, 2")
    assert body.form.editors["only"].inner.property("wrong") is True
    type_only(body, "1", qtbot)
    assert not body.form.error.isVisible()


def test_a_click_in_the_preset_s_text_is_for_typing(window: Window, qtbot: QtBot) -> None:
    body = open_lab(window, "sweep", qtbot)
    editor = next(e for e in body.form.editors.values() if isinstance(e, PresetEditor))
    line = editor.combo.lineEdit()
    assert line is not None
    qtbot.waitUntil(line.isVisible)
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert line.hasFocus()
    line.selectAll()
    qtbot.keyClicks(line, "n1")  # keys of the window, where nobody types
    assert line.text() == "n1"


@pytest.mark.slow
def test_cancelling_keeps_what_is_finished(window: Window, qtbot: QtBot) -> None:
    body = open_lab(window, "published", qtbot)
    type_only(body, "1, 9", qtbot)
    click_run(body, qtbot)
    qtbot.waitUntil(lambda: body.page.result.table.rowCount() == 1, timeout=LONG)
    click(body.page.cancel_button, qtbot)
    qtbot.waitUntil(lambda: not body.runner.running, timeout=LONG)
    assert body.page.state.text().startswith("Cancelled after")
    assert body.page.result.table.rowCount() == 1
    assert body.page.run_button.isEnabled()


def in_a_process(window: Window, qtbot: QtBot) -> tuple[LabsBody, QProcess]:
    """Start a row of the published table; return the labs, and the process that computes it."""
    body = open_lab(window, "published", qtbot)
    type_only(body, "9", qtbot)
    click_run(body, qtbot)
    process = body.runner._process
    assert process is not None
    return body, process


@pytest.mark.skipif(not hasattr(os, "kill"), reason="processes are asked after otherwise there")
def test_the_process_ends_with_the_window(window: Window, qtbot: QtBot) -> None:
    body, process = in_a_process(window, qtbot)
    qtbot.waitUntil(lambda: body.page.bar.value() > 0 or bool(body.page.state.text() != "Starting…"), timeout=LONG)
    number = process.processId()
    os.kill(number, 0)  # it is there
    window.close()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_a_process_that_dies_is_told_of(window: Window, qtbot: QtBot) -> None:
    body, process = in_a_process(window, qtbot)
    qtbot.waitUntil(lambda: process.processId() > 0, timeout=LONG)
    process.kill()
    qtbot.waitUntil(lambda: not body.runner.running, timeout=LONG)
    assert body.page.state.text().startswith("Failed: its process ended without a word")


def test_a_very_long_run_is_asked_about_first(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    body = open_lab(window, "published", qtbot)
    started: list[str] = []
    monkeypatch.setattr("dropout_viz.app.labs.body.to_ask", lambda lab, options: "This takes three days")
    monkeypatch.setattr(body.runner, "start", lambda key, options: started.append(key))
    click_run(body, qtbot)
    assert body.page.doubt.text() == "This takes three days."
    assert (body.page.run_button.text(), started) == ("Run all the same", [])
    type_only(body, "1", qtbot)  # another run: asked anew
    assert (body.page.run_button.text(), body.page.doubt.isVisible()) == ("Run", False)
    click_run(body, qtbot)
    click_run(body, qtbot)
    assert started == ["published"]


def test_how_long_it_takes_is_found_out_beside_the_window(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = open_lab(window, "published", qtbot)
    threads: list[str] = []
    started: list[list[int]] = []
    looked = threading.Event()

    def ask(lab: object, options: object) -> str:
        threads.append(threading.current_thread().name)
        looked.wait(60)
        return ""

    monkeypatch.setattr("dropout_viz.app.labs.body.to_ask", ask)
    monkeypatch.setattr(body.runner, "start", lambda key, options: started.append(options["only"]))
    type_only(body, "1", qtbot)
    click(body.page.run_button, qtbot)
    assert (body.asking, body.page.run_button.isEnabled(), started) == (True, False, [])
    type_only(body, "3", qtbot)  # what was asked about is not wanted any more
    looked.set()
    qtbot.waitUntil(lambda: not body.asking)
    assert (threads, body.page.run_button.isEnabled(), started) == (["estimate"], True, [])
    click_run(body, qtbot)
    assert started == [[3]]


def test_the_run_that_shows_it_is_opened(window: Window, qtbot: QtBot) -> None:
    body = open_lab(window, "published", qtbot)
    config = load_preset("xor")
    body._ran = "published"
    body._take_result(LabResult("undecided", (Finding("a", None, 1.0, "", "undecided"),), FIGURES, (), config))
    body._take_end("done", "")
    assert body.page.result.open_button.isVisible()
    click(body.page.result.open_button, qtbot)
    session = window.session
    assert session is not None
    qtbot.waitUntil(lambda: session.config.data == "xor")
    assert workbench(window).layout.maximised is None
    assert workbench(window).panel("network").isVisible()


def test_the_next_window_greets_with_the_network(open_window: Open, qtbot: QtBot) -> None:
    first = open_window()
    open_lab(first, "published", qtbot)
    first.close()
    again = workbench(open_window())
    assert not again.labs.isVisible()
    assert again.panel("network").on_screen()


def test_a_form_has_an_editor_for_each_type(qtbot: QtBot) -> None:
    form = LabForm(Some)
    qtbot.addWidget(form)
    assert form.options() == Some()
    grid = form.editors["grid"]
    assert isinstance(grid, TextEditor)
    grid.line.setText("a=1,2; b=3")
    found = form.options()
    assert isinstance(found, Some)
    assert found.grid == ("a=1,2", "b=3")
    drops = form.editors["drops"].inner
    drops.setText("0.1, x")
    assert form.options() is None
    assert form.error.text().startswith("Drops: must be one number, with a point or one comma before its decimals")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "1 s"), (59, "59 s"), (61, "1 min"), (3_599, "1 h 0 min"), (7_900, "2 h 12 min")]
)
def test_times_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_of_what_a_lab_has_said_meanwhile_the_newest_of_each_kind_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [Message("progress", Progress(0.1 * n, f"{n}")) for n in range(5)]
    said += [Message("result", result=LabResult("undecided", (), FIGURES, answer=f"{n}")) for n in range(5)]
    said.append(Message("failed", text="no more"))
    runner, seen = LabRunner(), list[str]()
    runner.progressed.connect(lambda progress, _: seen.append(f"progress {progress.text}"))
    runner.found.connect(lambda result: seen.append(f"result {result.answer}"))
    monkeypatch.setattr(runner, "_process", _Told(b"".join(map(packed, said))))
    runner._read()
    assert seen == ["progress 4", "result 4"]
    assert runner._told == ("failed", "no more")


class _Told(QObject):
    """A process that has said something."""

    def __init__(self, told: bytes) -> None:
        super().__init__()
        self._told = told

    def readAllStandardOutput(self) -> QByteArray:
        return QByteArray(self._told)


def test_a_sweep_shows_its_rows_whole_and_speaks_of_the_window(window: Window, qtbot: QtBot) -> None:
    """At 1280x800 and no panel of its own size, the two rows of one axis, and the note below them."""
    body = open_lab(window, "sweep", qtbot)
    window.resize(1280, 800)
    measure = body.form.editors["measure"]
    assert isinstance(measure, ChoiceEditor) and measure.combo.currentText() == "test error, if any"
    for key, text in (("grid", "p_hidden=0,.2,.5"), ("seeds", "2"), ("steps", "20")):
        line = body.form.editors[key].inner
        line = line if isinstance(line, QLineEdit) else line.lineEdit()
        line.setFocus()
        line.selectAll()
        qtbot.keyClicks(line, text)
        qtbot.keyClick(line, Qt.Key.Key_Return)
    click_run(body, qtbot)
    result = body.page.result
    assert body.runner.running, body.form.error.text()
    qtbot.waitUntil(lambda: not body.runner.running, timeout=LONG)
    assert result.table.rowCount() == 2, result.note.text()
    table, last = result.table, result.table.item(1, 0)

    def is_whole() -> bool:
        return table.viewport().rect().contains(table.visualItemRect(last))

    qtbot.waitUntil(is_whole)
    assert "--" not in result.note.text() and "another first seed" in result.note.text()
