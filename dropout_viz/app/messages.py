"""Messages in place: one card above the transport, never a dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from dropout_viz.app.buttons import IconButton, TextButton
from dropout_viz.app.floating import Floating
from dropout_viz.app.icons import pixmap
from dropout_viz.app.offers import Offer
from dropout_viz.app.theme import Theme
from dropout_viz.errors import one_line

STAYS_MS = {"info": 6_000, "warning": 20_000, "error": 20_000}
"""How long a message stays, unless it is closed or something else is said before."""
_WIDEST = 620
_ICONS = {"info": "check", "warning": "warning", "error": "warning"}


class MessageCard(Floating):
    """The last message, with its level as a colour and an icon, and a button that closes it.

    Where something can be done about it there is a button for that too, or two, and the card stays until one of them is
    used or it is closed. A question stays in any case: what is said meanwhile covers it only for a while.
    """

    def __init__(self, theme: Theme, window: QWidget, above: QWidget) -> None:
        super().__init__(window, above)
        self.setObjectName("Card")
        self.level = "info"
        self._theme = theme
        self._sign = QLabel()
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._text.setAccessibleName("Message")
        self.button = TextButton("", primary=True)
        self.button.clicked.connect(self._accept)
        self.other = TextButton("")
        self.other.clicked.connect(self._refuse)
        self._offer: Offer | None = None
        self._question: tuple[str, str, Offer] | None = None
        close = IconButton(theme, "close", "Close the message")
        close.clicked.connect(self._close)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        row.addWidget(self.other)
        row.addWidget(self.button)
        row.addWidget(close)
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

    def offer(self, text: str, level: str, offer: Offer) -> None:
        """Show a message with a button that does something about it."""
        self._timer.stop()
        self._show(text, level, offer)

    def ask(self, text: str, level: str, offer: Offer) -> None:
        """Show a message with buttons that comes back after whatever is said meanwhile, until it is answered."""
        self._question = (text, level, offer)
        self.offer(text, level, offer)

    def dismiss(self) -> bool:
        self._close()
        return True

    def withdraw(self) -> None:
        """Take back what was offered, where that is still to be seen."""
        if self._offer is not None and not self._asks:
            self._fall_back()

    @property
    def _asks(self) -> bool:
        return self._question is not None and self._offer is self._question[2]

    def _fall_back(self) -> None:
        """Hide what was said; a question that it covered comes back."""
        if self._question is None:
            self.hide()
        else:
            self.offer(*self._question)

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
        self.level, self._offer = level, offer
        for button, what in ((self.button, offer), (self.other, offer.other if offer is not None else None)):
            button.setVisible(what is not None)
            if what is not None:
                button.setText(what.label)
                button.setToolTip(what.tip)
        wraps = self._text.fontMetrics().horizontalAdvance(text) > _WIDEST
        self._text.setWordWrap(wraps)
        self._text.setFixedWidth(_WIDEST) if wraps else self._text.setMinimumWidth(0)
        if not wraps:
            self._text.setMaximumWidth(_WIDEST + 40)
        self._text.setText(text)
        self._draw()
        self.appear()

    def _draw(self) -> None:
        style = self._theme.style
        colour = {"info": style.accent, "warning": style.warning}.get(self.level, style.error)
        self._sign.setPixmap(pixmap(_ICONS[self.level], colour, self.devicePixelRatioF()))
