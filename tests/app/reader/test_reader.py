"""The guide in the window, through real clicks and keys: opened, searched, read, and what its links show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import cast

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QTextCursor, QTextDocument
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from dropout_viz.app.buttons import TextButton
from dropout_viz.app.look.scaling import rescale
from dropout_viz.app.look.theme import Theme, prepare
from dropout_viz.app.reader.body import ReaderBody
from dropout_viz.app.reader.page_view import PageView
from dropout_viz.app.reader.pages import find_page, pages
from dropout_viz.app.reader.showing import show
from dropout_viz.app.reader.targets import target, told
from dropout_viz.app.window import Window
from dropout_viz.app.workbench import Workbench
from dropout_viz.engine.settings import load_preset
from tests.app.looking import workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")


def opened(window: Window, qtbot: QtBot, key: str = "guide") -> ReaderBody:
    parts = workbench(window)
    if not parts.guide.on_screen():
        qtbot.keyClick(window, Qt.Key.Key_F1)
        qtbot.waitUntil(parts.guide.on_screen)
    body = parts.guide.load()
    page = find_page(key)
    assert page is not None
    body.open(page)
    qtbot.waitUntil(lambda: body.view.isVisible() and body.view.viewport().width() > 100)
    return body


def links(body: ReaderBody) -> Iterator[tuple[str, QTextCursor]]:
    """All links of the page that is shown, each with a place in the midst of it."""
    block = body.view.document().begin()
    while block.isValid():
        at = block.begin()
        while not at.atEnd():
            fragment = at.fragment()
            if fragment.charFormat().isAnchor():
                cursor = QTextCursor(body.view.document())
                cursor.setPosition(fragment.position() + fragment.length() // 2)
                yield fragment.charFormat().anchorHref(), cursor
            at += 1
        block = block.next()


def follow(body: ReaderBody, qtbot: QtBot, href: str) -> None:
    """Click a link."""
    view, cursor = body.view, dict(links(body))[href]
    view.setTextCursor(cursor)
    view.ensureCursorVisible()
    place = view.cursorRect(cursor).center() + QPoint(1, 0)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_its_key_opens_it_beside_the_views_and_closes_it(window: Window, qtbot: QtBot) -> None:
    parts = workbench(window)
    before = [parts.setup.width(), parts.panel("network").width(), parts.panel("loss").width()]
    body = opened(window, qtbot)
    assert body.view.page is pages()[0] and parts.panel("network").on_screen() and not parts.setup.on_screen()
    assert window.focusWidget() is body.view
    parts.stages.reset()  # as another run does
    qtbot.waitUntil(lambda: parts.guide.on_screen() and parts.panel("network").on_screen())
    body.view.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: not parts.guide.isVisible() and parts.setup.on_screen())
    now = (parts.setup, parts.panel("network"), parts.panel("loss"))
    qtbot.waitUntil(lambda: [panel.width() for panel in now] == before)


def test_what_is_typed_is_searched_for_on_all_pages(window: Window, qtbot: QtBot) -> None:
    body = opened(window, qtbot)
    qtbot.keyClick(body.view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(body.search.hasFocus)
    qtbot.keyClicks(body.search, "bright bits")
    assert body.contents.isVisible() and not body.view.isVisible()  # there is room for one of them
    assert len(body.contents.texts) >= 1
    assert body.contents.texts[0].startswith("Masks › How to read it: Bright bits were on")
    assert body.contents.item(0).toolTip() == "Masks › How to read it", "whole, where the guide is narrow"
    qtbot.keyClick(body.search, Qt.Key.Key_Down)
    qtbot.keyClick(body.search, Qt.Key.Key_Up)
    qtbot.keyClick(body.search, Qt.Key.Key_Return)
    assert body.view.page == find_page("view-masks") and body.view.isVisible()
    marked = [mark.cursor.selectedText().lower() for mark in body.view.extraSelections()]
    assert {"bright", "bits"} <= set(marked)
    body.search.selectAll()
    qtbot.keyClicks(body.search, "xylophone")
    assert body.nothing.isVisible() and "xylophone" in body.nothing.text() and body.contents.count() == 0
    qtbot.mouseClick(body.clear_button, Qt.MouseButton.LeftButton)
    assert body.search.text() == "" and not body.clear_button.isVisible()
    qtbot.keyClicks(body.search, "1.25")
    qtbot.keyClick(body.search, Qt.Key.Key_Return)
    top = body.view.document().findBlockByNumber(body.view.top_line()).text()
    assert top == "Why × 1.25?", "what is found is seen with its heading"
    assert 1 / (1 - 0.2) == 1.25 and "= 1.25:" in body.view.toPlainText()
    body.search.selectAll()
    qtbot.keyClicks(body.search, "mask")
    qtbot.keyClick(body.search, Qt.Key.Key_Escape)
    assert body.search.text() == "" and body.view.isVisible() and body.contents.count() > len(pages())


def test_links_lead_to_pages_and_keys_lead_back(window: Window, qtbot: QtBot) -> None:
    body = opened(window, qtbot)
    assert not body.back_button.isEnabled()
    href = next(href for href, _ in links(body) if "view-masks" in href)
    follow(body, qtbot, href)
    assert body.view.page == find_page("view-masks")
    assert body.view.accessibleName() == "Page: Masks"
    qtbot.keyClick(body.view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert body.view.page is pages()[0] and body.forward_button.isEnabled()
    qtbot.mouseClick(body.forward_button, Qt.MouseButton.LeftButton)
    assert body.view.page == find_page("view-masks")


def test_a_link_shows_the_thing_itself_and_the_guide_stays(window: Window, qtbot: QtBot) -> None:
    parts, session = workbench(window), window.session
    assert session is not None
    body = opened(window, qtbot, "view-masks")
    follow(body, qtbot, "show:preset/three-lines?view=masks&step=1")
    qtbot.waitUntil(lambda: session.frame().snapshot.step == 1 and parts.panel("masks").on_screen())
    assert parts.guide.on_screen() and not session.playing
    qtbot.waitUntil(lambda: parts.undo.words(-1) != "")


def test_each_kind_of_link_does_what_its_menu_does() -> None:
    done: list[tuple[object, ...]] = []

    def note(what: str) -> Callable[..., None]:
        return lambda *told: done.append((what, *(value for value in told if value is not None)))

    session = SimpleNamespace(
        playing=True,
        play_pause=lambda: done.append(("pause", "")),
        open_preset=note("preset"),
        open_at=lambda config, name, step: done.append(("preset", name, config.title, step)),
        run_to=note("step"),
    )
    opens = {kind: SimpleNamespace(open=note(kind)) for kind in ("lesson", "lab", "clinic")}
    layout = SimpleNamespace(maximised=None, bring_view=note("view"))
    parts = SimpleNamespace(
        session=session,
        lessons=opens["lesson"],
        labs=opens["lab"],
        clinic=opens["clinic"],
        layout=layout,
        guide=object(),
    )
    for text, expected in {
        "preset/xor?view=map&step=3": [("pause", ""), ("preset", "xor", load_preset("xor").title, 3), ("view", "map")],
        "preset/xor": [("preset", "xor")],
        "view/masks?step=3": [("pause", ""), ("step", 3), ("view", "masks")],
        "view/masks": [("view", "masks")],
        "lesson/genes": [("lesson", "genes")],
        "lesson/genes?step=2": [("lesson", "genes", 1)],
        "lab/paired": [("lab", "paired")],
        "clinic": [("clinic", "")],
        "clinic/3": [("clinic", "3")],
    }.items():
        show(cast(Workbench, parts), target(text))
        assert done == expected, text
        done.clear()


def test_keys_go_from_link_to_link_and_what_is_marked_is_copied(window: Window, qtbot: QtBot) -> None:
    body = opened(window, qtbot)
    view = body.view
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert view.toolTip() == ""
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.page == find_page("tour")
    view.selectAll()
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "The window opens on three-lines" in QApplication.clipboard().text()


def test_a_link_says_what_it_will_do(window: Window, qtbot: QtBot) -> None:
    body = opened(window, qtbot)
    body.view.highlighted.emit(QUrl("show:preset/moons?view=map&step=800"))
    assert body.view.toolTip() == "Opens “Two moons” at step 800, with Map in front. Ctrl+Z brings back what is there"
    body.view.highlighted.emit(QUrl("https://jmlr.org/x"))
    assert body.view.toolTip() == "https://jmlr.org/x"
    body.view.highlighted.emit(QUrl())
    assert body.view.toolTip() == ""
    assert told(target("view/masks")) == "Shows Masks" and told(target("view/code?step=3")) == "Shows Code at step 3"
    assert told(target("lesson/genes")) == "Opens the lesson “Genes, sex and mixability”"
    assert told(target("lab/paired")) == "Opens the lab “With and without dropout”"
    assert told(target("clinic/2")) == "Opens patient 2 of the fault clinic"


def test_what_lies_elsewhere_is_opened_there(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    body, asked = opened(window, qtbot, "sources"), list[str]()
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url.toString()))
    follow(body, qtbot, "https://arxiv.org/abs/1207.0580")
    assert asked == ["https://arxiv.org/abs/1207.0580"] and body.view.page == find_page("sources")


def test_what_there_is_not_is_said(window: Window, qtbot: QtBot) -> None:
    body = opened(window, qtbot)
    body.view.anchorClicked.emit(QUrl("show:preset/mons"))
    assert workbench(window).messages.text == "show:preset/mons: preset 'mons' is unknown (did you mean moons?)"
    body.view.anchorClicked.emit(QUrl("no-such-page.md"))
    assert "no-such-page.md" in workbench(window).messages.text


def test_a_views_help_leads_to_its_page(window: Window, qtbot: QtBot) -> None:
    parts = workbench(window)
    header = parts.panel("masks").header
    parts.layout.bring_view("masks")
    assert header.help_button is not None
    qtbot.mouseClick(header.help_button, Qt.MouseButton.LeftButton)
    assert header.popover is not None
    more = header.popover.findChild(TextButton)
    assert more is not None and more.text() == "More in the guide"
    assert header.popover.findChild(QScrollArea).verticalScrollBar().maximum() == 0
    assert more.geometry().top() > max(label.geometry().bottom() for label in header.popover.findChildren(QLabel))
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(parts.guide.on_screen)
    assert parts.guide.load().view.page == find_page("view-masks")
    parts.labs.header.page_asked.emit()
    assert parts.labs.header.has_page and parts.guide.load().view.page == find_page("labs")


def test_the_key_opens_the_page_of_the_view_that_has_the_focus(window: Window, qtbot: QtBot) -> None:
    parts = workbench(window)
    parts.layout.bring_view("masks")
    panel = parts.panel("masks")
    qtbot.waitUntil(lambda: panel.view is not None and panel.on_screen())
    assert panel.view is not None
    panel.view.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    qtbot.waitUntil(parts.guide.on_screen)
    assert parts.guide.load().view.page == find_page("view-masks")


def test_the_palette_finds_pages(window: Window, qtbot: QtBot) -> None:
    parts = workbench(window)
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(parts.palette.line, "guide masks")
    assert parts.palette.shown[0] == "Guide: Masks"
    parts.palette.line.setText("why is it x 1.25?")
    assert parts.palette.shown == ["Guide: Why × 1.25?"]
    parts.palette.line.setText("guide masks")
    qtbot.keyClick(parts.palette.line, Qt.Key.Key_Return)
    qtbot.waitUntil(parts.guide.on_screen)
    assert parts.guide.load().view.page == find_page("view-masks")


def test_in_a_narrow_window_it_fills_it_and_makes_room_for_what_it_shows(window: Window, qtbot: QtBot) -> None:
    parts = workbench(window)
    window.resize(900, 520)
    qtbot.waitUntil(lambda: window.width() == 900)
    body = opened(window, qtbot, "view-masks")
    assert parts.layout.maximised is parts.guide and body.contents.isVisible() and body.view.isVisible()
    follow(body, qtbot, "show:preset/three-lines?view=masks&step=1")
    qtbot.waitUntil(lambda: parts.panel("masks").on_screen() and not parts.guide.isVisible())


def test_what_filled_the_window_comes_back_after_undo_and_redo(window: Window, qtbot: QtBot) -> None:
    parts = workbench(window)
    window.resize(900, 520)
    qtbot.waitUntil(lambda: window.width() == 900)
    opened(window, qtbot)
    qtbot.waitUntil(lambda: parts.undo.words(-1) == "Undo: maximise Guide")
    parts.undo.undo()
    qtbot.waitUntil(lambda: parts.panel("network").on_screen() and not parts.guide.isVisible())
    parts.undo.redo()
    qtbot.waitUntil(lambda: parts.guide.on_screen() and parts.layout.maximised is parts.guide)


def test_pictures_are_of_the_theme_that_is_on(qtbot: QtBot, qapp: QApplication) -> None:
    prepare(qapp)
    theme = Theme("dark")
    body = ReaderBody(theme)
    qtbot.addWidget(body)
    body.resize(420, 400)
    body.show()
    page = find_page("view-masks")
    assert page is not None
    body.open(page)
    name = QUrl("../pictures/view-masks.png")

    def corner() -> int:
        image = body.view.document().resource(QTextDocument.ResourceType.ImageResource.value, name)
        return image.pixelColor(2, image.height() // 2).lightness() if image is not None and image.height() > 9 else -1

    qtbot.waitUntil(lambda: 0 <= corner() < 60)
    theme.set("light")
    qtbot.waitUntil(lambda: corner() > 200)
    body.view.pictures.close()


def test_a_page_takes_theme_and_zoom_and_stays_where_it_was_read(qtbot: QtBot, qapp: QApplication) -> None:
    prepare(qapp)
    theme = Theme("dark")
    body = ReaderBody(theme)
    qtbot.addWidget(body)
    body.resize(420, 160)
    body.show()
    qtbot.waitUntil(lambda: body.view.viewport().width() > 400)
    page = find_page("view-masks")
    assert page is not None
    body.open(page)
    view = body.view
    view.go_to("how-to-read-it")
    top = view.top_line()
    before = view.document().begin().begin().fragment().charFormat()
    rescale(body, 2.0)
    theme.set("light")
    after = view.document().begin().begin().fragment().charFormat()
    assert after.font().pixelSize() == 2 * before.font().pixelSize() and after.foreground() != before.foreground()
    assert view.top_line() == top > 0
    view.pictures.close()


@pytest.mark.parametrize("width", [480, 520])
def test_no_short_word_of_a_table_is_broken(qtbot: QtBot, qapp: QApplication, width: int) -> None:
    prepare(qapp)
    view = PageView(Theme("dark"))
    qtbot.addWidget(view)
    view.resize(width, 500)
    view.show()
    page = find_page("results")
    assert page is not None
    view.show_page(page)
    block, lines = view.document().begin(), 0
    while block.isValid():
        text, layout = block.text(), block.layout()
        view.document().documentLayout().blockBoundingRect(block)  # has it laid out
        for k in range(1, layout.lineCount()):
            at, lines = layout.lineAt(k).textStart(), lines + 1
            assert not (text[at - 1].isalpha() and text[at].isalpha()), (text[:at], text[at:])
        block = block.next()
    assert lines > 20
    view.pictures.close()
