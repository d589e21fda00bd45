"""How a page looks: Qt reads Markdown, and knows neither our type scale nor our colours."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableCell,
)

from dropout_viz.app.reader.verdicts import letter_verdict
from dropout_viz.draw import style as look
from dropout_viz.draw.style import Style

READING = 14  # units of text that is read for long
_HEADINGS = {1: (23, 4, 10), 2: (17, 22, 6), 3: (READING, 16, 4)}  # size, and room above and below, in units
_CODE = 0.92  # of the size of the text around it: its letters are wide
_LINE, _TIGHT = 142, 124  # percent of a line's own height; the latter in tables
_LONGEST = 60  # characters of a cell beyond which its column is no wider
_UNBROKEN, _A_LETTER = 12, 1.1  # letters of a word that is not broken in a table; what one adds to a column's share
_PICTURE = "\N{OBJECT REPLACEMENT CHARACTER}"  # which stands for one in a text
_Property = QTextFormat.Property


@dataclass(frozen=True)
class Lettering:
    """Gives a document that Qt has made of Markdown the looks of the window.

    Attributes:
        style: its colours. zoom: pixels of a unit.
    """

    style: Style
    zoom: float

    def letter(self, document: QTextDocument) -> None:
        """Give everything in a document its size, room and colour."""
        cursor = QTextCursor(document)
        for block in _blocks(document):
            self._letter_words(cursor, block)
            self._letter_block(cursor, block)
            letter_verdict(cursor, block, self.style)
        self._frame_code(cursor, document)
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                self._rule(frame)
        self._close_gaps(cursor, document)

    def font(self) -> QFont:
        """Return the font of what is read."""
        return look.font(self._px(READING))

    def _px(self, units: float) -> int:
        return max(1, round(units * self.zoom))

    def _letter_block(self, cursor: QTextCursor, block: QTextBlock) -> None:
        made = QTextBlockFormat()
        made.setLineHeight(_LINE, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        level, above, below = block.blockFormat().headingLevel(), 0.0, 9.0
        if level:
            _, above, below = _HEADINGS[min(level, 3)]
            made.setLineHeight(118, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        elif block.textList() is not None:
            below = 4.0
        elif QTextCursor(block).currentTable() is not None or _is_code(block):
            below = 0.0
            made.setLineHeight(_TIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        made.setTopMargin(self._px(above) if above else 0)
        made.setBottomMargin(self._px(below) if below else 0)
        if block.blockFormat().hasProperty(_Property.BlockQuoteLevel):
            made.setLeftMargin(self._px(18))
        if _is_code(block) or any(now.isImageFormat() for _, _, now in _fragments(block)):
            made.setLineHeight(0, QTextBlockFormat.LineHeightTypes.SingleHeight.value)
        made.setNonBreakableLines(False)  # code in a narrow panel
        cursor.setPosition(block.position())
        cursor.mergeBlockFormat(made)
        mark = QTextCharFormat()  # of an item's mark
        mark.setForeground(QColor(self.style.dim))
        mark.setProperty(_Property.FontPixelSize, self._px(READING))
        cursor.mergeBlockCharFormat(mark)

    def _letter_words(self, cursor: QTextCursor, block: QTextBlock) -> None:
        level = block.blockFormat().headingLevel()
        quoted = block.blockFormat().hasProperty(_Property.BlockQuoteLevel)
        for start, length, now in _fragments(block):
            if now.isImageFormat():
                continue
            made = QTextCharFormat(now)
            made.clearProperty(_Property.FontSizeAdjustment)  # else Qt goes by that alone
            size = float(_HEADINGS[min(level, 3)][0] if level else READING)
            colour = self.style.dim if quoted else self.style.text
            family = look.FAMILY
            if now.fontFixedPitch() or _is_code(block):
                family, size = look.MONO, size * _CODE
                if not _is_code(block):
                    made.setBackground(QColor(self.style.raised))
            if now.isAnchor():
                colour = self.style.accent
                made.setFontUnderline(False)
            if now.anchorHref().startswith("show:") or level or now.fontWeight() > QFont.Weight.Normal:
                made.setFontWeight(QFont.Weight.DemiBold)
            made.setForeground(QColor(colour))
            made.setFontFamilies([family])
            made.setProperty(_Property.FontPixelSize, self._px(size))
            cursor.setPosition(start)
            cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(made)

    def _rule(self, table: QTextTable) -> None:
        """Draw a table's lines, and its first row as its head."""
        made = table.format().toTableFormat()
        made.setBorderCollapse(True)
        made.setBorder(1)
        made.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        made.setBorderBrush(QBrush(QColor(self.style.line)))
        made.setCellPadding(self._px(6))
        made.setCellSpacing(0)
        made.setTopMargin(self._px(4))
        made.setBottomMargin(self._px(14))
        made.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        made.setColumnWidthConstraints(_widths(table))
        table.setFormat(made)
        first, last = table.cellAt(0, 0).firstCursorPosition(), table.cellAt(0, 0).lastCursorPosition()
        if first.block().length() == 1 and first.block() != last.block():
            first.deleteChar()  # Qt's reader leaves an empty line there after a block of code
        head = QTextCharFormat()
        head.setFontWeight(QFont.Weight.DemiBold)
        for column in range(table.columns()):
            cell = table.cellAt(0, column)
            shaded = cell.format()
            shaded.setBackground(QColor(self.style.raised))
            cell.setFormat(shaded)
            cursor = cell.firstCursorPosition()
            cursor.setPosition(cell.lastCursorPosition().position(), QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(head)

    def _frame_code(self, cursor: QTextCursor, document: QTextDocument) -> None:
        """Put each run of lines of code into a frame."""
        made = QTextFrameFormat()
        made.setBackground(QColor(self.style.raised))
        made.setBorder(1)
        made.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        made.setBorderBrush(QBrush(QColor(self.style.line)))
        made.setPadding(self._px(10))
        made.setTopMargin(self._px(4))
        made.setBottomMargin(self._px(14))
        runs: list[tuple[int, int]] = []
        before = False
        for block in _blocks(document):
            now = _is_code(block)
            if now and before:
                runs[-1] = runs[-1][0], block.position() + block.length() - 1
            elif now:
                runs.append((block.position(), block.position() + block.length() - 1))
            before = now
        for start, end in reversed(runs):  # what stands before keeps its place
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertFrame(made)

    def _close_gaps(self, cursor: QTextCursor, document: QTextDocument) -> None:
        """Take the height from the empty lines that Qt puts between frames."""
        made = QTextBlockFormat()
        made.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        made.setTopMargin(0)
        made.setBottomMargin(0)
        for block in _blocks(document):
            cursor.setPosition(block.position())
            if block.length() == 1 and cursor.currentFrame() is document.rootFrame():
                cursor.setBlockFormat(made)


def _widths(table: QTextTable) -> list[QTextLength]:
    """Return widths of a table's columns by what stands in them, and at least for its words: Qt makes all alike."""
    columns = range(table.columns())
    cells = [[table.cellAt(row, column) for row in range(table.rows())] for column in columns]
    longest = [max(map(_length, column)) for column in cells]
    words = [max(map(_word, column)) for column in cells]
    shares = [
        max(min(_LONGEST, max(5, length)) ** 0.7, _A_LETTER * (word + 2))
        for length, word in zip(longest, words, strict=True)
    ]
    return [QTextLength(QTextLength.Type.PercentageLength, 100 * share / sum(shares)) for share in shares]


def _length(cell: QTextTableCell) -> int:
    first, last = cell.firstCursorPosition(), cell.lastCursorPosition()
    pictured = _PICTURE in first.block().text()
    return _LONGEST if pictured else last.position() - first.position()


def _word(cell: QTextTableCell) -> int:
    """Return how many letters the longest word of a cell has, as far as it is one that had better not be broken."""
    cursor = cell.firstCursorPosition()
    cursor.setPosition(cell.lastCursorPosition().position(), QTextCursor.MoveMode.KeepAnchor)
    return max((len(word) for word in cursor.selectedText().split() if len(word) <= _UNBROKEN), default=0)


def _is_code(block: QTextBlock) -> bool:
    return block.blockFormat().hasProperty(_Property.BlockCodeLanguage)


def _blocks(document: QTextDocument) -> list[QTextBlock]:
    found, block = [], document.begin()
    while block.isValid():
        found.append(block)
        block = block.next()
    return found


def _fragments(block: QTextBlock) -> list[tuple[int, int, QTextCharFormat]]:
    found, at = [], block.begin()
    while not at.atEnd():
        fragment = at.fragment()
        found.append((fragment.position(), fragment.length(), fragment.charFormat()))
        at += 1
    return found
