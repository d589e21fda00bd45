"""One page of Markdown, as large as the window's zoom wants it and in the colours of its theme."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QRegularExpression, QSize, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QImage,
    QImageReader,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShowEvent,
    QTextBlock,
    QTextCursor,
    QTextDocument,
    QTextImageFormat,
    QTextTable,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit

from dropout_viz.app.look.theme import Theme
from dropout_viz.app.reader.finding import Passage
from dropout_viz.app.reader.lettering import Lettering
from dropout_viz.app.reader.pages import Page, anchor
from dropout_viz.app.reader.sought import patterns
from dropout_viz.views.worker import Worker

_COLUMN = 720  # units: longer lines are hard to read
_SIDE, _TOP = 22, 14
_OWN_KEYS = {  # that scroll the page, whatever they do elsewhere in the window
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
}
_MARKED = 300  # places of what was searched for that are marked at most


class PageView(QTextBrowser):
    """Shows a page. A link that is clicked, or chosen by Tab and Enter, is told of by ``anchorClicked``.

    Attributes:
        page: the page that is shown, or None. zoom: pixels of a unit. pictures: reads those of the page.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self.zoom = theme, 1.0
        self.page: Page | None = None
        self._stale, self._top = False, 0  # theme or zoom have changed since it was read from this line on
        self._marked = ""
        self.pictures = Worker(self, "pictures", 0.0)
        self.pictures.done.connect(self._take_pictures)
        self.setObjectName("Scroll")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # else lines break anew when it comes
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Page")
        theme.changed.connect(self._restyle)

    def show_page(self, page: Page) -> None:
        """Show a page from its beginning."""
        self.page, self._marked = page, ""
        self.setAccessibleName(f"Page: {page.title}")
        self._write()

    def go_to(self, heading: str) -> None:
        """Scroll to a heading, named as a link does."""
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and anchor(block.text()) == heading:
                self._scroll_to(block)
                return
            block = block.next()

    def go_to_passage(self, passage: Passage, typed: str) -> None:
        """Scroll to what was found, and mark what was searched for. Its heading is seen too where there is room."""
        self._marked = typed
        self._mark()
        below, block, words = False, self.document().begin(), patterns(typed)
        best: QTextBlock | None = None
        heading: QTextBlock | None = None
        while block.isValid():
            said = " ".join(block.text().split())
            if block.blockFormat().headingLevel():
                below = said == passage.heading
                heading = block if below else heading
            if below and said and (said in passage.text or passage.text in said):
                found = any(QRegularExpression(word, _ANY_CASE).match(said).hasMatch() for word in words)
                if found:
                    best = block
                    break
                best = best or block
            block = block.next()
        if best is not None:
            self._scroll_to(heading if heading is not None and self._both_fit(heading, best) else best)

    def top_line(self) -> int:
        """Return which paragraph of the page is at the top of what is seen; 0 at its beginning."""
        below = QPoint(self.viewport().width() // 2, round(_TOP * self.zoom) + 1)
        return self.cursorForPosition(below).blockNumber() if self.verticalScrollBar().value() else 0

    def _put_at_top(self, line: int) -> None:
        if line:
            self._scroll_to(self.document().findBlockByNumber(line))

    def take_zoom(self, zoom: float) -> None:
        """Let a unit be so many pixels."""
        if zoom != self.zoom:
            top, self.zoom = self.top_line(), zoom
            self._become_stale(top)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Return nothing: pictures are put in as large as they are shown."""
        return QImage()

    # --- Qt's ----------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            copies = event.matches(QKeySequence.StandardKey.Copy) and self.textCursor().hasSelection()
            if copies or (plain and event.key() in _OWN_KEYS):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        if event.key() == Qt.Key.Key_Home:
            bar.setValue(bar.minimum())
        elif event.key() == Qt.Key.Key_End:
            bar.setValue(bar.maximum())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines break elsewhere: what stood at the top still does."""
        top = self.top_line()
        super().resizeEvent(event)
        self._fit()
        self._put_at_top(top)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._write()
            self._put_at_top(self._top)

    # --- writing -------------------------------------------------------------------------------------------------

    def _restyle(self) -> None:
        self._become_stale(self.top_line())

    def _become_stale(self, top: int) -> None:
        """Write the page in other colours or another size, when it is seen, and stay where it was read."""
        self._stale, self._top = True, top
        if self.isVisible():
            self._write()
            self._put_at_top(top)

    def _write(self) -> None:
        self._stale = False
        if self.page is None:
            return
        lettering, document = Lettering(self._theme.style, self.zoom), self.document()
        document.clear()
        document.setDefaultFont(lettering.font())
        document.setMarkdown(self.page.markdown, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
        at_once = QTextCursor(document)  # Qt lays all of it out at every change
        at_once.beginEditBlock()
        lettering.letter(document)
        self._column = -1
        self._fit()
        at_once.endEditBlock()
        self._mark()
        self.moveCursor(QTextCursor.MoveOperation.Start)  # Qt scrolls to it
        self.verticalScrollBar().setValue(0)

    @property
    def _text_width(self) -> int:
        room = self.viewport().width() - 2 * round(_SIDE * self.zoom)
        return max(1, min(room, round(_COLUMN * self.zoom)))

    _column = -1  # how wide the text was when pictures and margins were set

    def _fit(self) -> None:
        """Let the text be no wider than can be read, and pictures no wider than the text."""
        wide = self._text_width
        beside = (self.viewport().width() - wide) // 2
        root = self.document().rootFrame()
        shape = root.frameFormat()
        top = round(_TOP * self.zoom)
        if (shape.leftMargin(), shape.topMargin(), self._column) == (beside, top, wide):
            return
        shape.setLeftMargin(beside)
        shape.setRightMargin(beside)
        shape.setTopMargin(top)
        shape.setBottomMargin(3 * top)
        root.setFrameFormat(shape)
        if wide != self._column and self.page is not None:
            self._column = wide
            self._fit_pictures()

    def _fit_pictures(self) -> None:
        """Let pictures have their room, and come when they have been read, as large as they are shown: Qt would read
        them here, and shrink a large one roughly."""
        assert self.page is not None
        document, cursor, sizes = self.document(), QTextCursor(self.document()), dict[str, QSize]()
        for position, picture in _pictures(document):
            file = self.page.picture(picture.name(), self._theme.style.name)
            cursor.setPosition(position)
            room = self._text_width if (table := cursor.currentTable()) is None else self._cell_width(table, cursor)
            size = self._picture_size(QImageReader(str(file)).size(), room)
            if sizes.get(picture.name(), size).width() <= size.width():
                sizes[picture.name()] = size  # the largest of those that are wanted
            made = QTextImageFormat(picture)
            made.setWidth(size.width())
            made.setHeight(size.height())
            cursor.setPosition(position + 1, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(made)
        if sizes:
            ratio = self.devicePixelRatioF()
            pixels = {name: (round(size.width() * ratio), round(size.height() * ratio)) for name, size in sizes.items()}
            self.pictures.ask(partial(_read_pictures, self.page, self._theme.style.name, pixels), now=True)

    def _cell_width(self, table: QTextTable, cursor: QTextCursor) -> int:
        """Return how wide a picture may be in a cell of a table."""
        shape = table.format().toTableFormat()
        share = shape.columnWidthConstraints()[table.cellAt(cursor).column()].rawValue() / 100
        return max(1, round(share * self._text_width - 2 * shape.cellPadding() - 2))

    def _picture_size(self, own: QSize, room: int) -> QSize:
        """Return how large a picture is shown where there is so much room, in pixels of the window."""
        if not own.isValid():
            return QSize(1, 1)
        wide = min(room, round(own.width() * self.zoom))
        return QSize(wide, max(1, round(own.height() * wide / own.width())))

    def _take_pictures(self, read: tuple[Page, dict[str, Picture]]) -> None:
        page, pictures = read
        if page is self.page:
            for name, (wide, high, pixels) in pictures.items():
                image = QImage(pixels, wide, high, 4 * wide, QImage.Format.Format_RGBA8888).copy()  # the bytes go
                image.setDevicePixelRatio(self.devicePixelRatioF())
                self.document().addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name), image)
            self.viewport().update()

    def _mark(self) -> None:
        """Mark what was searched for."""
        marks: list[QTextEdit.ExtraSelection] = []
        for word in patterns(self._marked):
            sought = QRegularExpression(word, _ANY_CASE)
            cursor = self.document().find(sought, 0)
            while not cursor.isNull() and len(marks) < _MARKED:
                mark = QTextEdit.ExtraSelection()
                mark.cursor = cursor
                mark.format.setBackground(QColor(self._theme.style.accent))
                mark.format.setForeground(QColor(self._theme.style.accent_text))
                marks.append(mark)
                cursor = self.document().find(sought, cursor)
        self.setExtraSelections(marks)

    def _both_fit(self, first: QTextBlock, last: QTextBlock) -> bool:
        """Return whether two paragraphs and what stands between them can be seen together."""
        layout = self.document().documentLayout()
        layout.documentSize()  # all of it has its place
        high = layout.blockBoundingRect(last).bottom() - layout.blockBoundingRect(first).top()
        return bool(high + _TOP * self.zoom <= self.viewport().height())

    def _scroll_to(self, block: QTextBlock) -> None:
        layout = self.document().documentLayout()
        layout.documentSize()  # all of it has its place: else Qt does not scroll so far yet
        top = layout.blockBoundingRect(block).top()
        self.verticalScrollBar().setValue(max(0, round(top) - round(_TOP * self.zoom)))


_ANY_CASE = QRegularExpression.PatternOption.CaseInsensitiveOption


Picture = tuple[int, int, bytes]
"""Width and height in pixels, and red, green, blue and opacity of each."""


def _read_pictures(page: Page, theme: str, sizes: dict[str, tuple[int, int]]) -> tuple[Page, dict[str, Picture]]:
    """Return the pictures of a page by their names, of a theme and of the given sizes in pixels; on whatever thread,
    without Qt. What cannot be read is left out."""
    from PIL import Image  # not before somebody reads a page with a picture

    pictures = {}
    for name, size in sizes.items():
        with suppress(OSError), Image.open(page.picture(name, theme)) as image:
            pictures[name] = (*size, image.convert("RGBA").resize(size, Image.Resampling.LANCZOS).tobytes())
    return page, pictures


def _pictures(document: QTextDocument) -> list[tuple[int, QTextImageFormat]]:
    found, block = [], document.begin()
    while block.isValid():
        at = block.begin()
        while not at.atEnd():
            fragment = at.fragment()
            if fragment.charFormat().isImageFormat():
                found.append((fragment.position(), fragment.charFormat().toImageFormat()))
            at += 1
        block = block.next()
    return found
