"""Files that are dropped on the window, and what is seen while they are held over it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QDragMoveEvent, QDropEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from dropout_viz.app.look.theme import Theme
from dropout_viz.draw import style as look
from dropout_viz.draw.painting import Painted
from dropout_viz.engine import own_table
from dropout_viz.engine.source import READERS, is_own
from dropout_viz.files import is_folder

_INSET, _DASH = 14, [5.0, 4.0]
_CARD = (520, 84)  # pixels


def dropped(data: QMimeData) -> Path | str:
    """Return the one file that a drop holds, or in one line why it cannot be opened."""
    endings = list(READERS)
    wanted = f"must be one file that ends in {', '.join(endings[:-1])} or {endings[-1]}"
    urls = data.urls()
    if len(urls) != 1:
        return f"{len(urls)} files: only one run is on show; {wanted}"
    if not urls[0].isLocalFile():
        return f"{urls[0].toString()[:80]}: not a file on this computer; {wanted}"
    path = Path(urls[0].toLocalFile())
    if is_own(path):
        return path
    if is_folder(path):
        return f"{path.name or path}: a folder; {wanted}"
    if path.suffix.lower() not in READERS:
        return f"{path.name}: cannot be opened; {wanted}"
    return path


class Drops(QObject):
    """Watches a window for files that are held over it and dropped."""

    def __init__(
        self, window: QWidget, theme: Theme, take: Callable[[Path], object], refuse: Callable[[str], object]
    ) -> None:
        super().__init__(window)
        self._take, self._refuse = take, refuse
        self.hint = DropHint(window, theme)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and event.mimeData().hasUrls():
            if isinstance(event, QDragEnterEvent):
                self.hint.show_for(dropped(event.mimeData()))
            elif not isinstance(event, QDragMoveEvent):
                self.hint.hide()
                self._deal(dropped(event.mimeData()))
            event.setDropAction(Qt.DropAction.CopyAction)  # whoever offers to move a file keeps it
            event.accept()
            return True
        if event.type() == QEvent.Type.DragLeave:
            self.hint.hide()
        return super().eventFilter(watched, event)

    def _deal(self, found: Path | str) -> None:
        if isinstance(found, Path):
            self._take(found)
        else:
            self._refuse(found)


class DropHint(Painted):
    """Covers the window while a file is held over it, and says what dropping it will do."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._theme = window, theme
        self.title, self.text, self.welcome = "", "", True
        self.hide()

    def show_for(self, found: Path | str) -> None:
        """Appear for a file, or for a reason why it cannot be opened."""
        self.welcome = isinstance(found, Path)
        if isinstance(found, Path):
            self.title, self.text = (
                f"Drop to open {found.name}",
                _WHAT.get(found.suffix.lower(), "its pictures are learned, a class for each folder in it"),
            )
        else:
            self.title, _, self.text = found.partition("; ")
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()

    def draw(self, painter: QPainter) -> None:
        style = self._theme.style
        colour = QColor(style.accent if self.welcome else style.error)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = QColor(style.window)
        shade.setAlphaF(0.78)
        painter.fillRect(self.rect(), shade)
        pen = QPen(colour, 2)
        pen.setDashPattern(_DASH)
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(_INSET, _INSET, -_INSET, -_INSET), 12, 12)
        card = QRectF(0, 0, min(_CARD[0], self.width() - 4 * _INSET), _CARD[1])
        card.moveCenter(QRectF(self.rect()).center())
        painter.setPen(QPen(QColor(style.line), 1))
        painter.setBrush(QColor(style.raised))
        painter.drawRoundedRect(card, 10, 10)
        room = card.adjusted(20, 16, -20, -14)
        centred = Qt.AlignmentFlag.AlignHCenter
        painter.setPen(QColor(style.text) if self.welcome else colour)
        painter.setFont(look.font(look.TITLE, bold=True))
        title = painter.fontMetrics().elidedText(self.title, Qt.TextElideMode.ElideMiddle, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignTop | centred, title)
        painter.setPen(QColor(style.dim))
        painter.setFont(look.font(look.BODY))
        text = painter.fontMetrics().elidedText(self.text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignBottom | centred, text)


_WHAT = {
    ".safetensors": "the saved run goes on from where it was",
    ".toml": "a run of its settings begins",
    ".png": "the run that the picture shows",
    ".svg": "the run that the picture shows",
    ".html": "the run that the page plays",
    **dict.fromkeys(own_table.ENDINGS, "you are asked what is to be made of the table"),
}
