"""The small header that every panel has: title, its own tools, "what am I looking at?", export, maximise, close."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QScrollArea, QVBoxLayout, QWidget

from dropout_viz.app.buttons import IconButton, TextButton
from dropout_viz.app.look.scaling import add_space, px, rescale, zoom_of
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.panels.title import PanelTitle
from dropout_viz.help_parts import Help, as_text, parts

HELP_WIDTH = 440
_AROUND = 4  # pixels of a help's two edges, each with its line
_NARROWEST_TOOL, _TIGHT_TOOL = 110, 64


class _Row(QHBoxLayout):
    """A row that notes when what is in it may need another room: Qt asks how much that is two hundred times a panel
    while a window's layout is made anew."""

    needed: QSize | None = None
    outer: _Row | None = None
    """The row that this one stands in."""

    def invalidate(self) -> None:
        self.needed = None
        if self.outer is not None:
            self.outer.invalidate()
        super().invalidate()


class DockHeader(QFrame):
    """A dock's title bar. Where it has no button it can be dragged; a double click maximises.

    It has only its name until ``fill``: most panels of a window stay closed, and buttons that nobody sees take time
    all the same, when the window opens and when it takes another theme.

    Signals: what was asked for.
    """

    export_asked = Signal()
    maximise_asked = Signal()
    close_asked = Signal()
    page_asked = Signal()

    def __init__(
        self,
        theme: Theme,
        title: str,
        help_: Help,
        *,
        is_view: bool,
        exports: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("DockHeader")
        self.title, self.help = title, help_
        self.popover: HelpPopover | None = None
        self.name = PanelTitle(theme, title)
        self.name.setParent(self)
        self.help_button: IconButton | None = None
        self.maximise_button: IconButton | None = None
        self.close_button: IconButton | None = None
        self._theme, self._is_view, self._exports, self._maximised = theme, is_view, exports, False
        self.has_page = False  # the guide tells more than the help
        self._squeezed: list[QWidget] = []
        self._tools_may_go = False
        self._spare: list[IconButton] = []  # whose acts a menu has where there is no room for them
        self.more_button: IconButton | None = None
        self._all_tools: list[QWidget] = []
        self._buttons: list[IconButton] = []

    def fill(self) -> None:
        """Put everything in, once, before it is seen."""
        if self._buttons:
            return
        title = self.title
        self._shelf = QWidget()
        self._tools = _Row(self._shelf)
        self._tools.setContentsMargins(0, 0, 0, 0)
        self._tools.setSpacing(6)
        self._tools.outer = row = _Row(self)
        row.setContentsMargins(12, 3, 6, 3)
        row.setSpacing(2)
        row.addWidget(self.name, 1)
        row.addWidget(self._shelf)
        add_space(row, 6)
        self.more_button = self._button(row, "more", "Help, export, maximise", f"{title}: more")
        self.more_button.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        self.more_menu = QMenu(self)
        self.more_menu.aboutToShow.connect(self._fill_more)
        self.more_button.setMenu(self.more_menu)
        self.more_button.hide()
        self.help_button = self._button(row, "help", "What am I looking at?", f"{title}: what am I looking at?")
        self.help_button.clicked.connect(self.show_help)
        self._spare = [self.help_button]
        if self._is_view and self._exports:
            export = self._button(row, "export", "Export a picture of this view", f"Export {title}")
            export.clicked.connect(self.export_asked)
            self._spare.append(export)
        if self._is_view:
            self.maximise_button = self._button(row, "maximise", "", "")
            self.maximise_button.clicked.connect(self.maximise_asked)
            self._spare.append(self.maximise_button)
        self.close_button = self._button(row, "close", "Close; the View menu brings it back", f"Close {title}")
        self.close_button.clicked.connect(self.close_asked)
        self._row = row
        self.set_maximised(self._maximised)

    def add_tools(self, tools: list[QWidget]) -> None:
        """Put a view's own small controls into the header."""
        self.fill()
        for tool in tools:
            self._add(tool, len(self._all_tools))

    def let_tools_go(self, may: bool) -> None:
        """Whether a view's controls go where they have no room, so that the view is seen whole."""
        self._tools_may_go = may
        if self._buttons:
            self._row.needed = None
            self._fit()
            self.updateGeometry()

    def stops(self) -> list[QWidget]:
        """Return what Tab stops at in it, as it is read."""
        return [*self._all_tools, *self._buttons]

    def add_first(self, tool: QWidget) -> None:
        """Put a small control before a view's own."""
        self.fill()
        self._add(tool, 0)

    def _add(self, tool: QWidget, at: int) -> None:
        if tool.minimumSizeHint().width() > _NARROWEST_TOOL:
            tool.setMinimumWidth(_NARROWEST_TOOL)  # a tool may be squeezed: the panel decides how wide it is
            self._squeezed.append(tool)
        self._tools.insertWidget(at, tool)
        self._all_tools.insert(at, tool)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()  # a tool has come or gone
        return super().event(event)

    def _fit(self) -> None:
        """In a narrow panel its tools come first: help and export go into a menu of one button, then maximise too, and
        last the tools give way. They are as wide as what they say where there is room."""
        if not self._buttons or self.more_button is None:
            return
        widths = px(self, _NARROWEST_TOOL), px(self, _TIGHT_TOOL)
        tries = [(self._spare[:n], wide) for wide in widths for n in (0, 2, 3)]
        away, wide = next((t for t in tries if self._needed(t[1], t[0]) <= self.width()), tries[-1])
        whole = self._needed(None, away) <= self.width()
        for tool in self._squeezed:
            tool.setMinimumWidth(max(wide, tool.sizeHint().width()) if whole else wide)
        for button in self._spare:
            button.setVisible(button not in away)
        self.more_button.setVisible(bool(away))
        self._shelf.setVisible(not self._tools_may_go or self._needed(wide, away) <= self.width())

    def _fill_more(self) -> None:
        """Offer what the buttons do that have no room."""
        self.more_menu.clear()
        for button in self._spare:
            if button.isHidden():
                self.more_menu.addAction(button.icon(), button.accessibleName(), button.click)

    def minimumSizeHint(self) -> QSize:
        """Return what the title, the squeezed tools, the menu's button and the one to close need."""
        if not self._buttons:
            return super().minimumSizeHint()
        if self._row.needed is None:
            needed = self._needed(px(self, _TIGHT_TOOL), self._spare, tools=not self._tools_may_go)
            self._row.needed = QSize(needed, super().sizeHint().height())
        return QSize(self._row.needed)

    def _needed(self, tool_width: int | None, away: list[IconButton], *, tools: bool = True) -> int:
        """Return the width with all buttons but those, which a menu has, and with squeezed tools as wide as that, or
        as they like to be; or with no ``tools``."""
        seen = [tool for tool in self._all_tools if tools and not tool.isHidden()]
        liked = [t.sizeHint() if tool_width is None else QSize(tool_width, 0) for t in seen]
        widths = [
            size.width() if t in self._squeezed else t.minimumSizeHint().width()
            for t, size in zip(seen, liked, strict=True)
        ]
        sides = self._row.contentsMargins().left() + self._row.contentsMargins().right()
        words = self.name.minimumSizeHint().width() + px(self, 6) + self._row.spacing() * self._row.count()
        inside = sum(widths) + self._tools.spacing() * len(widths)
        there = [b for b in self._buttons if b not in away and (away or b is not self.more_button)]
        return sides + words + inside + sum(button.sizeHint().width() for button in there)

    def set_maximised(self, maximised: bool) -> None:
        """Show whether the panel fills the window."""
        self._maximised = maximised
        if self.maximise_button is not None:
            word = "Restore" if maximised else "Maximise"
            self.maximise_button.show_icon(word.lower())
            self.maximise_button.name(f"{word} {self.title}", f"{word}  (M, or a double click)")

    def show_help(self) -> None:
        """Answer "what am I looking at?" below the button."""
        assert self.help_button is not None
        self.popover = popover = HelpPopover(self.title, self.help, self)
        if self.has_page:
            popover.add_more().clicked.connect(self.page_asked)
        screen = self.screen().availableGeometry()
        popover.fit(zoom_of(self), screen.height() - 16)
        button = self.more_button if self.help_button.isHidden() and self.more_button else self.help_button
        below = button.mapToGlobal(QPoint(button.width(), button.height() + 4))
        left = max(screen.left() + 8, below.x() - popover.width())
        top = max(screen.top() + 8, min(below.y(), screen.bottom() - popover.height() - 8))
        popover.move(left, top)
        popover.show()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._is_view and event.button() == Qt.MouseButton.LeftButton:
            self.maximise_asked.emit()
        else:
            super().mouseDoubleClickEvent(event)

    def _button(self, row: _Row, icon: str, tip: str, name: str) -> IconButton:
        button = IconButton(self._theme, icon, name, tip)
        row.addWidget(button)
        self._buttons.append(button)
        return button


class HelpPopover(QFrame):
    """Short parts below their headings, in a card that any click beside it closes."""

    def __init__(self, title: str, help_: Help, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("Card")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(title)
        self.setAccessibleDescription(as_text(help_))
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(3)
        column.addWidget(_label(title, "title"))
        for key, heading, text in parts(help_):
            add_space(column, 7)
            column.addWidget(_label(heading, "group"))
            column.addWidget(_label(text, "formula" if key == "formula" else "dim" if key == "source" else "body"))
        self._column = column
        self._scroll = QScrollArea(self)  # on a small screen, or with large letters
        self._scroll.setObjectName("Scroll")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._body)
        around = QVBoxLayout(self)
        around.setContentsMargins(1, 1, 1, 1)
        around.addWidget(self._scroll)

    def add_more(self) -> TextButton:
        """Put a button below the parts that leads to the page of the guide, and return it."""
        button = TextButton("More in the guide")
        button.clicked.connect(self.close)
        add_space(self._column, 10)
        self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return button

    def fit(self, zoom: float, most: int) -> None:
        """Take the size that the text needs at a zoom, ``most`` pixels high at most."""
        rescale(self, zoom)
        for widget in (self, *self.findChildren(QLabel), *self.findChildren(TextButton)):
            widget.ensurePolished()  # the height of wrapped text depends on its final font
        wide = round(HELP_WIDTH * zoom)
        high = self._column.totalHeightForWidth(wide)
        self._body.setFixedSize(wide, high)
        over = self._scroll.verticalScrollBar().sizeHint().width() if high + _AROUND > most else 0
        self.setFixedSize(wide + over + _AROUND, min(high + _AROUND, most))
        self._scroll.setFocus()  # arrow keys scroll


def _label(text: str, tone: str) -> QLabel:
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setProperty("tone", tone)
    return made
