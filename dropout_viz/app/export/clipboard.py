"""A picture of what is on show, on the clipboard: as an image, and as a PNG file that carries its run."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from dropout_viz.app.export import png
from dropout_viz.app.export.drawing import Drawing
from dropout_viz.app.export.shot import MOST_PIXELS
from dropout_viz.app.export.viewfinder import Viewfinder
from dropout_viz.app.messages.line import MessageCard
from dropout_viz.app.messages.offers import Offer
from dropout_viz.app.session import Session
from dropout_viz.draw.painting import tell
from dropout_viz.errors import UserError
from dropout_viz.views.worker import Worker

SCALE = 2.0
_SILENT_MS = 400  # what is done by then needs no progress


class Copying(QObject):
    """Copies pictures while the window lives on. A newer picture takes the place of one that is not there yet."""

    def __init__(self, session: Session, finder: Viewfinder, messages: MessageCard) -> None:
        super().__init__(finder)
        self._session, self._finder, self._messages = session, finder, messages
        self._drawing: Drawing | None = None
        self._name, self._percent = "", 0
        self._texts: dict[str, str] = {}
        self._encoder = Worker(self, "copy", 0.0)
        self._encoder.done.connect(self._put)
        self._encoder.failed.connect(self._fail)
        self._silence = QTimer(self, singleShot=True, interval=_SILENT_MS)
        self._silence.timeout.connect(self._show_progress)

    @property
    def busy(self) -> bool:
        """Whether a picture is on its way to the clipboard."""
        return self._drawing is not None or self._encoder.busy

    def copy(self, what: str = "") -> None:
        """Put a picture of a view, or of what is meant, on the clipboard, twice as fine as on the screen. Say so."""
        self.stop()
        what = what or self._finder.meant()
        panel = self._finder.panel(what)
        widget: QWidget | None = self._finder.window if panel is None else panel.widget()
        width, height = (widget.width(), widget.height()) if widget is not None else (960, 600)
        scale = SCALE if width * height * SCALE**2 <= MOST_PIXELS else 1.0
        frame = self._session.frame()
        shot = self._finder.shot(frame, what, (max(16, width), max(16, height)), scale)
        self._name, self._percent = "The window" if panel is None else panel.title, 0
        self._texts = png.texts(shot, frame)
        self._drawing = Drawing(shot, self)
        self._drawing.told.connect(self._tell)
        self._drawing.drawn.connect(self._encode)
        self._drawing.failed.connect(self._fail)
        self._silence.start()
        try:
            self._drawing.draw(frame)
        except UserError as error:
            self._fail(error)

    def stop(self) -> None:
        """Leave the clipboard as it is."""
        self._silence.stop()
        self._encoder.close()
        if self._drawing is not None:
            self._drawing.close()
            self._drawing.deleteLater()
            self._drawing = None

    def _tell(self, done: int, of: int) -> None:
        self._percent = 100 * done // of
        if not self._silence.isActive():
            self._show_progress()

    def _show_progress(self) -> None:
        offer = Offer("Stop", "Leave the clipboard as it is", self._give_up)
        self._messages.offer(f"Copying: {self._name}, {self._percent} %", "info", None, offer)

    def _give_up(self) -> None:
        self.stop()
        self._session.message.emit("Nothing was copied.", "info")

    def _encode(self, image: QImage) -> None:
        texts = self._texts
        self.stop()
        self._encoder.ask(lambda: (image, png.encode(image, texts)), now=True)

    def _put(self, made: tuple[QImage, bytes]) -> None:
        image, content = made
        data = QMimeData()
        data.setImageData(image)
        data.setData("image/png", content)
        QGuiApplication.clipboard().setMimeData(data)
        text = f"Copied: {self._name}, {image.width()} × {image.height()} pixels."
        self._session.message.emit(text, "info")

    def _fail(self, wrong: object) -> None:
        self.stop()
        if isinstance(wrong, Exception) and not isinstance(wrong, UserError):
            wrong = tell("This should not have happened", wrong)
        self._session.message.emit(str(wrong), "error")
