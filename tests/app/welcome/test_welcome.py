"""The welcome, by real clicks and keys: it comes when it is asked for, leads everywhere, and leaves all as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from dropout_viz import places
from dropout_viz.app.export.pictures import canvas_of
from dropout_viz.app.export.shot import Shot
from dropout_viz.app.files.menu import MenuEntry
from dropout_viz.app.lessons.answers import Answer, Answers
from dropout_viz.app.welcome import thumbnails, window_welcome
from dropout_viz.app.welcome.arrangement import WelcomeSpot, arrange, step_name
from dropout_viz.app.welcome.messages import Sent, Wanted, asked, asking, packed, unpacked
from dropout_viz.app.welcome.page import WelcomePage, beside
from dropout_viz.app.welcome.process import SIZE, Draughtsman
from dropout_viz.app.welcome.recent_runs import read_recent
from dropout_viz.app.welcome.shelves import Place, Shelf
from dropout_viz.app.welcome.thumbnails import LAST, STEPS, Thumbnails
from dropout_viz.app.welcome.welcome import Welcome
from dropout_viz.app.window import Window
from dropout_viz.data.tables.read import hand_on, read, read_anew
from dropout_viz.draw import style as look
from dropout_viz.draw.contrast import LEAST, contrast
from dropout_viz.engine import run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.lesson import load_lesson, titles
from dropout_viz.engine.settings import load_preset, preset_keys
from tests.app.looking import workbench

_LONG = 120_000  # milliseconds: what draws the pictures lets everything else go first
KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


@pytest.fixture
def unpainted(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thumbnail is asked for: what draws them takes its time."""
    monkeypatch.setattr(Thumbnails, "_ask", lambda self: None)


def opened(window: Window, qtbot: QtBot) -> Welcome:
    """Open the welcome by its key."""
    qtbot.keyClick(window, Qt.Key.Key_F2)
    door = workbench(window).welcome
    qtbot.waitUntil(lambda: door.is_open)
    assert door.welcome is not None and door.welcome.page.hasFocus()
    return door.welcome


def spot(welcome: Welcome, text: str) -> WelcomeSpot:
    return next(each for each in welcome.page.made.spots if each.place.text == text)


def click(welcome: Welcome, text: str, qtbot: QtBot) -> None:
    """Scroll to a place and click on it."""
    rect = spot(welcome, text).rect
    welcome._bring(rect)
    qtbot.mouseClick(welcome.page, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())


# --- coming and going ------------------------------------------------------------------------------------------------


def test_whatever_comes_into_sight_is_painted_though_nothing_else_happens(
    window: Window, qtbot: QtBot, unpainted: None
) -> None:
    """A few places a turn: where one scrolls to the end, its last rows come too."""
    welcome = opened(window, qtbot)
    qtbot.waitUntil(lambda: not welcome.page.not_ready)
    area = welcome.findChild(QScrollArea)
    assert area is not None
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    assert len(welcome.page.not_ready) > 9
    qtbot.waitUntil(lambda: not welcome.page.not_ready)


def test_it_comes_when_asked_for_and_leaves_everything_as_it_was(window: Window, qtbot: QtBot, unpainted: None) -> None:
    parts, session = workbench(window), window.session
    assert session is not None
    assert parts.welcome.welcome is None, "nobody has asked for it: it is in nobody's way"
    button = parts.top_bar.welcome
    layout, focus = parts.layout.save(), window.focusWidget()
    session.play_pause()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: parts.welcome.is_open)
    welcome = parts.welcome.welcome
    assert welcome is not None and button.isChecked() and "F2" in button.toolTip()
    step = session.status.step
    qtbot.waitUntil(lambda: session.status.step > step)  # the run goes on
    assert session.playing
    qtbot.waitUntil(lambda: welcome.y() == parts.top_bar.geometry().bottom() + 1)
    covered = welcome.geometry()
    assert not covered.contains(parts.transport.mapTo(window, QPoint(9, 9)))
    assert window.childAt(covered.center()) in (welcome.page, welcome._scroll.viewport())
    session.message.emit("Something is said.", "info")
    qtbot.waitUntil(parts.messages.isVisible)
    card = parts.messages.geometry().center()
    assert covered.contains(card) and not welcome.isAncestorOf(window.childAt(card)), "it lies above"
    parts.top_bar.hide()  # as in a presentation
    qtbot.waitUntil(lambda: welcome.y() == 0)
    parts.top_bar.show()
    qtbot.waitUntil(lambda: welcome.y() > 0)
    session.play_pause()
    qtbot.keyClick(welcome.page, Qt.Key.Key_Escape)
    assert not parts.welcome.is_open and not button.isChecked()
    assert parts.layout.save() == layout and window.focusWidget() is focus
    qtbot.keyClick(window, Qt.Key.Key_F2)
    assert parts.welcome.is_open
    qtbot.keyClick(welcome.page, Qt.Key.Key_F2)
    assert not parts.welcome.is_open
    opened(window, qtbot)
    parts.messages.hide()  # it lies on top, and would go first
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not parts.welcome.is_open, "wherever the focus is"
    parts.palette.open("welcome")
    assert parts.palette.shown.count("Welcome") == 1 and parts.palette.shown[0] == "Welcome"
    assert any(action.text().startswith("Welcome\t") for action in parts.top_bar.view_menu.actions())


def test_keys_lead_to_a_preset_which_is_opened_and_can_be_undone(window: Window, qtbot: QtBot, unpainted: None) -> None:
    parts, session = workbench(window), window.session
    assert session is not None
    session.step()
    qtbot.waitUntil(lambda: session.status.step == 1 and not session.busy)
    page = opened(window, qtbot).page
    assert page.now.kind == "step", "the place to begin"
    qtbot.keyClick(page, Qt.Key.Key_Tab)
    assert page.now.place.preset == preset_keys()[0]
    for key, preset in zip((Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left), (1, 2, 1), strict=True):
        qtbot.keyClick(page, key)
        assert page.now.place.preset == preset_keys()[preset]
    while page.now.place.preset != "moons":
        qtbot.keyClick(page, Qt.Key.Key_Right)
    assert page.accessibleName() == f"Two moons. Presets. {load_preset('moons').about}"
    assert session.status.step == 1, "the arrows are the page's"
    qtbot.keyClick(page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.name == "moons" and not session.awaited)
    assert not parts.welcome.is_open
    qtbot.waitUntil(lambda: parts.undo.stack.canUndo() and not parts.undo._soon.isActive())
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: session.name == "three-lines" and session.frame().snapshot.step == 1)
    page = opened(window, qtbot).page
    seen = page.visibleRegion().boundingRect()
    for _ in range(9):
        qtbot.keyClick(page, Qt.Key.Key_PageDown)
    here = page.now.rect
    column = [s for s in page.made.spots if s.rect.left() < here.right() and s.rect.right() > here.left()]
    assert page.now.shelf > 0 and page.visibleRegion().boundingRect().top() > seen.top()
    assert all(s.rect.top() <= here.top() for s in column), "it is the last of its column"
    assert page.visibleRegion().contains(page.now.rect.center().toPoint())
    qtbot.keyClick(page, Qt.Key.Key_Escape)


def test_it_says_where_to_begin_and_marks_what_is_done(window: Window, qtbot: QtBot, unpainted: None) -> None:
    parts = workbench(window)

    def ways(welcome: Welcome) -> list[Place]:
        return [each.place for each in welcome.page.made.spots if each.kind == "step"]

    welcome = opened(window, qtbot)
    first = next(each for each in welcome.page.made.spots if each.shelf >= 0)
    assert first.kind == "step" and first.place.primary and first.place.text == "Balls and valleys"
    assert [place.badge for place in ways(welcome)] == ["1", "2", "3", "4"]
    assert first.place.note.startswith("Start here: ") and not any(place.primary for place in ways(welcome)[1:])
    qtbot.waitUntil(lambda: bool(welcome._progress))  # type: ignore[attr-defined]
    asked = [step.predict for step in load_lesson("balls-and-valleys").steps if step.predict is not None]
    more = next(step.predict for step in load_lesson("three-lines").steps if step.predict is not None)
    answers = Answers(places.state(), lambda write: write())
    for key, question in (*(("balls-and-valleys", one.question) for one in asked), ("three-lines", more.question)):
        answers.keep(Answer(key, question, 2, "so it is", "2026-01-01T00:00:00"))
    welcome.leave()
    welcome = opened(window, qtbot)
    qtbot.waitUntil(lambda: ways(welcome)[0].note == "done")
    assert [place.badge for place in ways(welcome)] == ["✓", "2", "3", "4"]
    assert [place.primary for place in ways(welcome)] == [False, True, False, False]
    assert ways(welcome)[1].note == "Go on here: 1 of 3 answered"
    click(welcome, "The three lines", qtbot)
    assert parts.lessons.lesson is not None and parts.lessons.lesson.key == "three-lines"


def test_enter_opens_the_card_that_looks_chosen(window: Window, qtbot: QtBot, unpainted: None) -> None:
    parts = workbench(window)
    page = opened(window, qtbot).page
    assert page.now.place.primary and page.accessibleName().startswith("Balls and valleys. Start here")
    qtbot.keyClick(page, Qt.Key.Key_Return)
    assert not parts.palette.isVisible()
    assert parts.lessons.lesson is not None and parts.lessons.lesson.key == "balls-and-valleys"


def test_what_is_read_late_moves_the_beginning_and_never_who_has_gone_on(
    window: Window, qtbot: QtBot, unpainted: None
) -> None:
    """What has been done is read beside the window: the place to go on at may be known a moment later."""
    answers = Answers(places.state(), lambda write: write())
    for one in (step.predict for step in load_lesson("balls-and-valleys").steps if step.predict is not None):
        answers.keep(Answer("balls-and-valleys", one.question, 2, "so it is", "2026-01-01T00:00:00"))
    welcome = opened(window, qtbot)
    page = welcome.page
    qtbot.waitUntil(lambda: page.now.place.primary and page.now.place.text == "The three lines")
    row = next(each for each in page.made.spots if each.kind == "row" and each.place.text == "Balls and valleys")
    welcome._bring(row.rect)
    qtbot.mousePress(page, Qt.MouseButton.LeftButton, pos=row.rect.center().toPoint())
    qtbot.mouseRelease(page, Qt.MouseButton.LeftButton, pos=QPoint(0, 0))  # beside it: it is gone to, not opened
    welcome.renew()
    assert (page.now.kind, page.now.place.text) == ("row", "Balls and valleys"), "and not the card of that name"
    welcome.leave()


def test_typing_finds_anything_and_clicks_open_what_there_is(window: Window, qtbot: QtBot, unpainted: None) -> None:
    parts, session = workbench(window), window.session
    assert session is not None
    theme = parts.theme.style.name
    welcome = opened(window, qtbot)
    qtbot.keyClicks(welcome.page, "t")  # which is a key of the window elsewhere
    qtbot.waitUntil(parts.palette.isVisible)
    qtbot.keyClicks(parts.palette.line, "wo spirals")
    assert parts.palette.shown[0] == "Two spirals" and parts.theme.style.name == theme
    qtbot.keyClick(parts.palette.line, Qt.Key.Key_Escape)
    assert parts.welcome.is_open and welcome.page.hasFocus()
    click(welcome, "Find anything", qtbot)
    qtbot.keyClicks(parts.palette.line, "masks")
    qtbot.keyClick(parts.palette.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: parts.panel("masks").on_screen())
    assert not parts.welcome.is_open, "what was found is to be seen"
    said = [each.place.text for each in opened(window, qtbot).page.made.spots]
    menu = [action.text() for action in parts.top_bar.lessons_menu.actions() if action.text()]
    assert set(said) >= {
        *menu,
        *titles().values(),
        "The guide",
        "Sweep",
        *(load_preset(k).title for k in preset_keys()),
    }
    click(welcome, titles()["the-post"], qtbot)
    assert parts.lessons.lesson is not None and not parts.welcome.is_open
    opened(window, qtbot)
    click(welcome, "Back to the run", qtbot)
    assert not parts.welcome.is_open and parts.lessons.lesson is not None


def test_recent_runs_are_told_of_and_what_is_gone_leaves_the_list(
    window: Window, qtbot: QtBot, tmp_path: Path, unpainted: None
) -> None:
    parts, session = workbench(window), window.session
    assert session is not None
    run = Arms.of(load_preset("moons"))
    run.advance(12)
    kept, gone = tmp_path / "kept.safetensors", tmp_path / "gone.toml"
    run_file.save(run.state(), kept)
    done: list[str] = []
    parts.file_menu.kept = lambda: [MenuEntry("Unsaved run: Twins at step 7, just now", lambda: done.append("twins"))]
    parts.files.recent.add(gone)
    parts.files.recent.add(kept)
    welcome = opened(window, qtbot)
    qtbot.waitUntil(lambda: spot(welcome, kept.name).place.note.startswith("Two moons at step 12, "))
    assert spot(welcome, "Unsaved run").place.note == "Twins at step 7, just now"
    assert spot(welcome, gone.name).place.note == "not there any more"
    click(welcome, gone.name, qtbot)
    assert parts.files.recent.paths == [kept]
    qtbot.waitUntil(lambda: gone.name not in [each.place.text for each in welcome.page.made.spots])
    assert parts.welcome.is_open and "taken off the list" in parts.messages.text
    click(welcome, "Unsaved run", qtbot)
    assert done == ["twins"]
    click(welcome, kept.name, qtbot)
    qtbot.waitUntil(lambda: session.name == str(kept) and not session.awaited)
    assert not parts.welcome.is_open and session.frame().snapshot.step == 12
    parts.file_menu.kept = list


def test_what_a_file_holds_is_told_in_a_line(tmp_path: Path) -> None:
    settings, spoilt, picture = tmp_path / "a.toml", tmp_path / "b.safetensors", tmp_path / "c.png"
    settings.write_text('title = "Mine"\ndata = "xor"\n', encoding="utf-8")
    spoilt.write_bytes(b"nothing")
    with canvas_of(Shot("network", (200, 150)), Arms.of(load_preset("xor"))) as canvas:
        picture.write_bytes(canvas.png())
    told = {run.path: run for run in read_recent([settings, spoilt, picture, tmp_path / "d.toml"])}
    assert told[settings].told.startswith("settings of Mine, ")
    assert told[picture].told.startswith("a picture of Exclusive or at step 0, ")
    assert told[spoilt].there and str(spoilt) not in told[spoilt].told
    assert not told[tmp_path / "d.toml"].there


def test_a_table_and_a_folder_of_pictures_are_told_as_what_they_are(tmp_path: Path) -> None:
    table, empty, pictures, other = (tmp_path / name for name in ("people.csv", "empty.csv", "mine", "notes.doc"))
    rows = [f"{20 + k};1,{k:02};{'yes' if k % 3 else 'no'}" for k in range(60)]
    table.write_text("\n".join(["age;height;owns a bike", *rows]), encoding="utf-8")
    empty.write_text("", encoding="utf-8")
    other.write_text("Dear diary\n", encoding="utf-8")
    for name in ("dark", "light"):
        (pictures / name).mkdir(parents=True)
        for k in range(3):
            (pictures / name / f"{k}.png").write_bytes(b"")
    told = {run.path: run.told for run in read_recent([table, empty, pictures, other])}
    assert told[table].startswith("a table of 60 rows, ")
    assert told[empty].startswith("empty; ")
    assert told[pictures].startswith("6 pictures in 2 classes, ")
    assert told[other].startswith("not TOML")
    handed = read_anew(table)
    hand_on(handed)
    read_recent([table])
    assert read(table) is handed  # what a dialog has handed on is still there for the run
    table.write_text("a,b\n" + "1,2\n" * 100_000, encoding="utf-8")
    assert read_recent([table])[0].told.startswith("a table of 0.4 MB, ")


def test_a_lesson_that_has_a_card_stands_in_the_list_as_well_from_the_first(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[str] = []
    drawn = WelcomePage._draw_row

    def draw_row(page: WelcomePage, p: QPainter, spot: WelcomeSpot) -> None:
        rows.append(spot.place.text)
        drawn(page, p, spot)

    monkeypatch.setattr(WelcomePage, "_draw_row", draw_row)
    window.resize(1280, 800)
    page = opened(window, qtbot).page
    qtbot.waitUntil(lambda: not page.not_ready)
    assert {"Balls and valleys", "With and without dropout", "Fault clinic"} <= set(rows)
    assert ("row", "Fault clinic") in page._ready and ("step", "Fault clinic") in page._ready


# --- pictures --------------------------------------------------------------------------------------------------------


def test_pictures_are_trained_here_and_move_under_the_mouse(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DROPOUT_VIZ_DATA")
    monkeypatch.setattr(window_welcome, "preset_keys", lambda: ["mnist", "three-lines", "xor"])
    welcome = opened(window, qtbot)
    kept, seen = welcome.thumbnails, list[tuple[str, int]]()
    assert kept.busy

    def note(preset: str) -> None:
        if (shown := kept.of(preset)) is not None:
            seen.append((preset, shown.step))

    kept.changed.connect(note)
    qtbot.waitUntil(lambda: not kept.busy, timeout=_LONG)
    assert kept.why == {"mnist": "MNIST is not on this computer. Opening this offers the download."}
    assert seen == [("three-lines", LAST), ("xor", LAST)], "each once, one after the other"
    run = Arms.of(load_preset("xor"))
    run.advance(LAST)
    with canvas_of(Shot("network", SIZE, theme=workbench(window).theme.style.name), run) as canvas:
        expected = canvas.image()
    shown = kept.of("xor")
    assert shown is not None and shown.image == expected, "what an export of that step draws"
    seen.clear()
    qtbot.mouseMove(welcome.page, spot(welcome, "Exclusive or").rect.center().toPoint())
    qtbot.waitUntil(lambda: len(seen) > 3, timeout=_LONG)
    assert seen[:4] == [("xor", step) for step in STEPS[:4]]
    qtbot.mouseMove(welcome.page, welcome.page.made.title.center().toPoint())
    qtbot.waitUntil(lambda: not kept.busy, timeout=_LONG)
    again = kept.of("xor")
    assert again is not None and again.image == expected and seen[-1] == ("xor", LAST), "it rests where it was"
    welcome.leave()
    assert kept._process is None and not kept.busy, "nothing goes on that nobody sees"
    opened(window, qtbot)
    assert kept.of("xor") is again
    kept.come("light" if again.look[0] == "dark" else "dark", 1)
    qtbot.waitUntil(lambda: kept._process is not None)
    workbench(window).welcome.close()
    assert kept._process is None, "nor is it left behind by a window that is closed"
    assert kept.of("xor") is again
    workbench(window).motion.reduced = True
    welcome.page.pointed.emit("xor")
    workbench(window).motion.reduced = False
    assert kept.of("xor") is again, "reduced motion: nothing moves"


class _Calm(QObject):
    reduced = False


def test_a_process_that_ends_without_a_word_leaves_a_word(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(thumbnails, "_MODULE", "dropout_viz.nowhere")
    made = Thumbnails(["xor", "moons"], _Calm())  # type: ignore[arg-type]
    made.come("dark", 1)
    qtbot.waitUntil(lambda: not made.busy, timeout=_LONG)
    assert set(made.why) == {"xor", "moons"}
    made.leave()
    monkeypatch.setattr(thumbnails.sys, "executable", "/nowhere")
    made.come("dark", 1)
    qtbot.waitUntil(lambda: not made.busy and len(made.why) == 2)
    made.leave()


def test_what_cannot_be_drawn_says_why(qapp: QApplication) -> None:
    draughtsman = Draughtsman()
    assert "unknown" in draughtsman.draw(Wanted("nothing", 3, "dark", 1)).why
    sent = draughtsman.draw(Wanted("xor", 3, "light", 2))
    assert sent.step == 3 and sent.image is not None
    assert sent.image.size().toTuple() == (2 * SIZE[0], 2 * SIZE[1])
    assert draughtsman.draw(Wanted("xor", 1, "light", 2)).step == 1, "an earlier step: trained anew"
    draughtsman.close()


def test_pictures_arrive_whole_however_they_are_cut(qapp: QApplication) -> None:
    image = QImage(7, 5, QImage.Format.Format_RGB32)
    for at in range(35):
        image.setPixelColor(at % 7, at // 7, QColor(at, 2 * at, 10))  # line feeds among them
    wanted = Wanted("xor", 300, "dark", 1)
    assert asked(asking(wanted).rstrip()) == wanted
    stream = packed(Sent(wanted, 300, image)) + packed(Sent(wanted, why="no reason"))
    buffer, found = bytearray(), list[Sent]()
    for byte in stream:
        buffer.append(byte)
        if (sent := unpacked(buffer)) is not None:
            found.append(sent)
    assert [sent.wanted for sent in found] == [wanted, wanted] and not buffer
    assert found[0].image == image and found[0].step == 300 and found[1].image is None and found[1].why == "no reason"


# --- where everything is ---------------------------------------------------------------------------------------------


def _shelves() -> list[Shelf]:
    def places(n: int, *, note: str = "", preset: str = "") -> list[Place]:
        return [Place(f"{preset or note or 'place'} {k}", str, note, preset and f"{preset}{k}") for k in range(n)]

    return [
        Shelf("Cards", places(7, note="what it is", preset="card")),
        Shelf("Empty", (), empty="Nothing is here, and this says so in some words.", aside=True),
        Shelf("Aside", places(5), aside=True),
        Shelf("Notes", places(5, note="some words on it that need more than a line where there is little room")),
    ]


@pytest.mark.parametrize("width", [420, 640, 679, 680, 852, 1240, 1900])
def test_nothing_lies_over_anything_and_arrows_lead_everywhere(width: int, qapp: QApplication) -> None:
    made = arrange(width, _shelves(), Place("Find", str), Place("Back", str))
    boxes = [each.rect for each in made.spots] + [rect for rect, _ in (*made.heads, *made.words)] + [made.title]
    assert len(made.spots) == 2 + 7 + 5 + 5
    for k, box in enumerate(boxes):
        assert box.left() >= 0 and box.right() <= width and box.bottom() <= made.height
        assert not any(box.intersects(other) for other in boxes[k + 1 :]), box
    reached, new = {0}, {0}
    while new:
        new = {beside(made.spots, at, key) for at in new for key in KEYS} - reached
        reached |= new
    assert reached == set(range(len(made.spots)))


@pytest.mark.parametrize("name", look.THEMES)
@pytest.mark.parametrize("change", [lambda style: style, look.strong], ids=["usual", "strong"])
def test_its_texts_can_be_read(name: str, change: Callable[[look.Style], look.Style]) -> None:
    style = change(look.style(name))
    grounds = {"window": style.window, "panel": style.panel, "raised": style.raised}
    for ground, colour in grounds.items():
        for text in (style.text, style.dim, *([style.warning] if ground == "window" else [])):
            assert contrast(QColor(text), QColor(colour)) >= LEAST, (ground, text)


@pytest.mark.usefixtures("qapp")
def test_the_name_of_a_step_takes_two_lines_rather_than_being_cut() -> None:
    short = Place("Fault clinic", str, "find what is wrong", badge="4")
    long = Place("With and without dropout", str, "learning by heart", badge="3")

    def heights(*places: Place) -> list[float]:
        spots = arrange(446.0, [Shelf("Start here", places)], long, long).spots
        return [spot.rect.height() for spot in spots if spot.kind == "step"]

    assert step_name(long, 196.0) == ("With and without", "dropout")
    both, (alone,) = heights(long, short), heights(short)
    assert both[0] == both[1] > alone
