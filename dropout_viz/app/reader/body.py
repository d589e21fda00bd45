"""What is in the panel of the guide: a line to search in, contents, and the page."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from dropout_viz.app.buttons import IconButton
from dropout_viz.app.look.scaling import add_space, px
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.reader.contents import Contents
from dropout_viz.app.reader.finding import Passage, passages, search
from dropout_viz.app.reader.page_view import PageView
from dropout_viz.app.reader.pages import Page, linked, pages
from dropout_viz.app.reader.targets import Target, target, told
from dropout_viz.draw.keys import ENTER
from dropout_viz.errors import UserError
from dropout_viz.views.worker import Worker

_BESIDE = 640  # units from which the contents stand beside the page, not in its place
_CONTENTS = 230
_PAGE_OF_LINES = 8
_MOVES = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: _PAGE_OF_LINES,
    Qt.Key.Key_PageUp: -_PAGE_OF_LINES,
}


@dataclass
class _Read:
    """A page that was read, and how far down."""

    page: Page
    scrolled: int = 0


class ReaderBody(QWidget):
    """Shows pages. Where it is narrow, contents and page take turns.

    Attributes:
        view: the page. contents: the list. search: the line to type in.

    Signals:
        shown: what a link wants to be shown. said: (text, level): a message.
    """

    shown = Signal(object)
    said = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._read: list[_Read] = []
        self._at = -1
        self._turning = False  # the list is shown in the page's place
        self.back_button = IconButton(theme, "back", "Back", "Back  (Alt ←)")
        self.forward_button = IconButton(theme, "forward", "Forward", "Forward  (Alt →)")
        self.contents_button = IconButton(theme, "contents", "Contents")
        self.contents_button.setCheckable(True)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search all pages")
        self.search.setAccessibleName("Search all pages")
        self.search.installEventFilter(self)
        self.clear_button = IconButton(theme, "close", "Clear the search", "Clear the search  (Esc)")
        self.contents = Contents(theme)
        self.nothing = QLabel()
        self.nothing.setTextFormat(Qt.TextFormat.PlainText)
        self.nothing.setWordWrap(True)
        self.nothing.setProperty("tone", "dim")
        self.nothing.setContentsMargins(12, 8, 12, 8)
        self.view = PageView(theme)
        self._lay_out()
        self.back_button.clicked.connect(lambda: self.turn(-1))
        self.forward_button.clicked.connect(lambda: self.turn(1))
        self.contents_button.clicked.connect(self._turn_to)
        self.search.textChanged.connect(self._find)
        self.clear_button.clicked.connect(self._clear)
        self.contents.chosen.connect(self._open_chosen)
        self.view.anchorClicked.connect(self._follow)
        self.view.highlighted.connect(self._tell)
        for keys, act in (
            (QKeySequence.StandardKey.Back, self.back_button.click),
            (QKeySequence.StandardKey.Forward, self.forward_button.click),
            (QKeySequence.StandardKey.Find, self.search_now),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self._reader = Worker(self, "passages", 0.0)  # so that the first search need not read all pages
        self._reader.ask(lambda: [passages(page) for page in pages()], now=True)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 6, 8, 6)
        head.setSpacing(2)
        for button in (self.back_button, self.forward_button, self.contents_button):
            head.addWidget(button)
        add_space(head, 6)
        head.addWidget(self.search, 1)
        head.addWidget(self.clear_button)
        side = QVBoxLayout()
        side.setSpacing(0)
        side.addWidget(self.nothing)
        side.addWidget(self.contents, 1)
        self._side = QWidget()
        self._side.setLayout(side)
        side.setContentsMargins(0, 0, 0, 6)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._side)
        row.addWidget(self.view, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(row, 1)

    # --- which page --------------------------------------------------------------------------------------------------

    def begin(self, page: Page | None, heading: str = "") -> None:
        """Open a page; None: the one that was read last, at first the first."""
        if page is None and self._at < 0:
            page = next(iter(pages()), None)
        if page is not None:
            self.open(page, heading)

    def open(self, page: Page, heading: str = "") -> None:
        """Open a page, at a heading if one is named."""
        if self._at < 0 or page is not self._read[self._at].page:
            self._leave()
            del self._read[self._at + 1 :]
            self._read.append(_Read(page))
            self._at += 1
            self.view.show_page(page)
        if heading:
            self.view.go_to(heading)
        self._show_page()

    def turn(self, by: int) -> None:
        """Go back to the page before (-1), or forward again (1)."""
        if 0 <= self._at + by < len(self._read):
            self._leave()
            self._at += by
            read = self._read[self._at]
            self.view.show_page(read.page)
            self.view.verticalScrollBar().setValue(read.scrolled)
            self._show_page()

    def _leave(self) -> None:
        if self._at >= 0:
            self._read[self._at].scrolled = self.view.verticalScrollBar().value()

    def _show_page(self) -> None:
        self._turning = False
        self.back_button.setEnabled(self._at > 0)
        self.forward_button.setEnabled(self._at + 1 < len(self._read))
        if not self.search.text():
            self.contents.show_pages(pages(), self.view.page)
        self._arrange()

    def close_workers(self) -> None:
        """Wait for nothing any more; the window is about to close."""
        self._reader.close()
        self.view.pictures.close()

    # --- searching ---------------------------------------------------------------------------------------------------

    def search_now(self) -> None:
        """Let whatever is typed next be searched for."""
        self.search.setFocus()
        self.search.selectAll()

    def _find(self, typed: str) -> None:
        found = search(pages(), typed)
        if typed.strip():
            self.contents.show_found(found, typed)
        else:
            self.contents.show_pages(pages(), self.view.page)
        self.nothing.setText(f"No page says “{typed.strip()[:60]}”." if typed.strip() and not found else "")
        self._turning = bool(typed.strip())
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the line that move in what was found."""
        if watched is self.search and isinstance(event, QKeyEvent):
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if event.type() == QEvent.Type.ShortcutOverride and plain:
                event.accept()
            elif event.type() == QEvent.Type.KeyPress:
                return self._press(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _clear(self) -> None:
        self.search.clear()
        self._turning = False
        self._arrange()
        self.view.setFocus()

    def _press(self, key: Qt.Key) -> bool:
        if key == Qt.Key.Key_Escape:
            self._clear()
        elif key in ENTER:
            self.contents.choose_current()
        elif key in _MOVES:
            self.contents.step(_MOVES[key])
        else:
            return False
        return True

    # --- links -------------------------------------------------------------------------------------------------------

    def _open_chosen(self, thing: Page | Passage) -> None:
        typed = self.search.text()
        self.open(thing.page if isinstance(thing, Passage) else thing)
        if isinstance(thing, Passage):
            self.view.go_to_passage(thing, typed)

    def _tell(self, url: QUrl) -> None:
        """Say what the link that is pointed at will do, where it does not lead to another page."""
        said = url.toString() if url.scheme() else ""
        if url.scheme() == "show":
            try:
                said = told(target(said.removeprefix("show:")))
            except UserError as error:
                said = str(error)
        self.view.setToolTip(said)

    def _follow(self, url: QUrl) -> None:
        """Go where a link leads: to another page, to the thing itself, or out into the web."""
        href = url.toString()
        if url.scheme() == "show":
            try:
                wanted: Target = target(href.removeprefix("show:"))
            except UserError as error:
                self.said.emit(str(error), "error")
                return
            self.shown.emit(wanted)
        elif url.scheme() in ("http", "https"):
            QDesktopServices.openUrl(url)
        elif self.view.page is not None:
            found = linked(self.view.page, href)
            if found is None:
                self.said.emit(f"{href}: no page of the guide", "warning")
            else:
                self.open(*found)

    # --- room --------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _turn_to(self) -> None:
        self._turning = not self._turning
        self._arrange()

    def _arrange(self) -> None:
        beside = self.width() >= px(self, _BESIDE)
        self.contents_button.setVisible(not beside)
        self.clear_button.setVisible(bool(self.search.text()))
        self.contents_button.setChecked(self._turning)
        self._side.setVisible(beside or self._turning)
        self.view.setVisible(beside or not self._turning)
        if beside:
            self._side.setFixedWidth(px(self, _CONTENTS))
        else:
            self._side.setMinimumWidth(0)
            self._side.setMaximumWidth(16_777_215)
        self.nothing.setVisible(bool(self.nothing.text()))
