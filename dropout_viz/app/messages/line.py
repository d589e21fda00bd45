"""Messages in place: one card over the lower end of the setup, or above the transport, never a dialog."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QGridLayout, QHBoxLayout, QLabel, QWidget

from dropout_viz.app.buttons import IconButton, TextButton
from dropout_viz.app.look.icons import pixmap
from dropout_viz.app.look.scaling import px, zoom_of
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.messages.offers import Offer
from dropout_viz.app.panels.floating import Floating
from dropout_viz.errors import one_line

About = Callable[[], object]
"""What a remark is about."""
STAYS_MS = {"info": 6_000, "warning": 20_000, "error": 20_000}
"""How long a message stays, unless it is closed or something else is said before."""
_WIDEST = 620
_EDGE, _AROUND = 8, 96  # pixels from the setup's edges; of the card beside its text
_BESIDE = 280  # of a card across the window: its edges and two buttons
_ICONS = {"info": "check", "warning": "warning", "error": "warning"}


class MessageCard(Floating):
    """The last message, with its level as a colour and an icon, and a button that closes it.

    Where something can be done about it there is a button for that too, or two, and the card stays until one of them is
    used or it is closed. A question stays in any case: what is said meanwhile covers it only for a while.

    A remark is about something that may change, and goes with it: whoever makes it gives ``about``, which is asked
    again whenever there is news (``look``).

    It lies over the setup, where that is open: what it speaks of is in the views.
    """

    def __init__(self, theme: Theme, window: QWidget, above: QWidget, setup: QDockWidget | None = None) -> None:
        super().__init__(window, above)
        self._setup = setup
        self._laid_out: tuple[object, ...] | None = None
        if setup is not None:
            self.stay_beside(setup)
        self.setObjectName("Card")
        self.level = "info"
        self._theme = theme
        self._sign = QLabel(self)
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._text.setAccessibleName("Message")
        self.button = TextButton("", primary=True)
        self.button.clicked.connect(self._accept)
        self.other = TextButton("")
        self.other.clicked.connect(self._refuse)
        self._offer: Offer | None = None
        self._about: About | None = None
        self._was: object = None  # what it was about when it was made
        self._question: tuple[str, str, Offer] | None = None
        close = IconButton(theme, "close", "Close the message", parent=self)
        close.clicked.connect(self._close)
        self._buttons, self._close_button = QWidget(self), close
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(self.other)
        row.addWidget(self.button)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(14, 8, 8, 8)
        self._grid.setSpacing(10)
        self._grid.setColumnStretch(1, 1)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._fall_back)
        theme.changed.connect(self._draw)

    @property
    def text(self) -> str:
        """The message that is shown, or was last."""
        return self._text.text()

    def say(self, text: str, level: str = "info") -> None:
        """Show a message in place of the last one; ``level`` is "info", "warning" or "error"."""
        self._show(text, level, None)
        self._timer.start(STAYS_MS[level])

    def remark(self, text: str, level: str, about: About) -> None:
        """Show a message that goes when ``about()`` is another than now."""
        self.say(text, level)
        self._keep(about)

    def offer(self, text: str, level: str, about: About | None, offer: Offer) -> None:
        """Show a message, or a remark, with a button that does something about it."""
        self._timer.stop()
        self._show(text, level, offer)
        self._keep(about)

    def ask(self, text: str, level: str, offer: Offer) -> None:
        """Show a message with buttons that comes back after whatever is said meanwhile, until it is answered."""
        self._question = (text, level, offer)
        self.offer(text, level, None, offer)

    def dismiss(self) -> bool:
        self._close()
        return True

    def look(self) -> None:
        """Take a remark away that is not of what is on show any more."""
        if self._about is not None and self._about() != self._was:
            self._fall_back()

    def _keep(self, about: About | None) -> None:
        self._about, self._was = about, None if about is None else about()

    @property
    def _asks(self) -> bool:
        return self._question is not None and self._offer is self._question[2]

    def _fall_back(self) -> None:
        """Hide what was said; a question that it covered comes back."""
        self._keep(None)
        if self._question is None:
            self.hide()
        else:
            text, level, offer = self._question
            self.offer(text, level, None, offer)

    def _close(self) -> None:
        if self._asks:
            self._question = None
        self._fall_back()

    def _accept(self) -> None:
        offer = self._offer
        self._close()
        if offer is not None:
            offer.act()

    def _refuse(self) -> None:
        other = self._offer.other if self._offer is not None else None
        self._close()
        if other is not None:
            other.act()

    def _show(self, text: str, level: str, offer: Offer | None) -> None:
        text = one_line(text)
        self._keep(None)
        self.level, self._offer = level, offer
        for button, what in ((self.button, offer), (self.other, offer.other if offer is not None else None)):
            button.setVisible(what is not None)
            if what is not None:
                button.setText(what.label)
                button.setToolTip(what.tip)
        self._buttons.setVisible(offer is not None)
        self._text.setText(text)
        self._draw()
        self.appear()

    def _place(self) -> None:
        setup = self._setup
        if setup is None or not setup.isVisible() or setup.isFloating() or setup.visibleRegion().isEmpty():
            self._lay_out(min(px(self, _WIDEST), self._window.width() - px(self, _BESIDE)), below=False)
            super()._place()
            return
        column = QRect(setup.mapTo(self._window, QPoint(0, 0)), setup.size())
        edge = px(self, _EDGE)
        self._lay_out(column.width() - 2 * edge - px(self, _AROUND), below=True)
        self.setFixedWidth(column.width() - 2 * edge)
        self.adjustSize()
        self.move(column.left() + edge, column.bottom() - self.height() - edge)

    def _lay_out(self, room: int, *, below: bool) -> None:
        """Put the text, as wide as that at most, and the buttons beside or below it.

        Only where something is to change: it asks for a layout of the window, upon which it is placed again.
        """
        how = (room, below, zoom_of(self), self._text.text(), self._buttons.isHidden())
        if how == self._laid_out:
            return
        self._laid_out = how
        parts = (self._sign, self._text, self._close_button, self._buttons)
        places = ((0, 0, 1), (0, 1, 1), (0, 2, 1), (1, 0, 3)) if below else ((0, 0, 1), (0, 1, 1), (0, 3, 1), (0, 2, 1))
        for part, (line, column, across) in zip(parts, places, strict=True):
            self._grid.removeWidget(part)
            self._grid.addWidget(part, line, column, 1, across)
        self.setMinimumWidth(0)
        self.setMaximumWidth(self._window.width())
        wraps = below or self._text.fontMetrics().horizontalAdvance(self._text.text()) > room
        self._text.setWordWrap(wraps)
        self._text.setMinimumWidth(room if wraps else 0)
        self._text.setMaximumWidth(room if wraps else room + px(self, 40))
        self._text.setMinimumHeight(self._text.heightForWidth(room) if wraps else 0)

    def _draw(self) -> None:
        style = self._theme.style
        colour = {"info": style.accent, "warning": style.warning}.get(self.level, style.error)
        self._sign.setPixmap(pixmap(_ICONS[self.level], colour, self.devicePixelRatioF(), style.scale))
