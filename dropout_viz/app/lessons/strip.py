"""A lesson's step in place: a strip below the top bar that covers nothing, with its text and Back, Next and Close."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from dropout_viz.app.buttons import IconButton, TextButton
from dropout_viz.app.lessons.code_box import CodeBox
from dropout_viz.app.lessons.prediction_box import PredictionBox
from dropout_viz.app.look.scaling import px
from dropout_viz.app.look.theme import Theme
from dropout_viz.clinic.ward import Patient
from dropout_viz.engine.lesson import Lesson

_SIDE, _EDGE, _GAP = 16, 8, 3
_NARROWEST, _WIDEST = 300, 1080  # of the text, in pixels: longer lines are hard to read


class LessonStrip(QFrame):
    """One step of a lesson.

    Attributes:
        prediction: what the step asks before it shows. code: the lines of code that it ends with, if there are any.

    Signals:
        turned: the user wants the step that lies so many ahead, -1 for the one before. left: the user has had enough.
    """

    turned = Signal(int)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("TopBar")  # it looks like a part of the bar above it
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.place, self.title, self.text, self.look = QLabel(), QLabel(), QLabel(), QLabel()
        self.place.setProperty("tone", "small")
        self.title.setProperty("tone", "title")
        self.look.setProperty("tone", "changed")
        for label in (self.title, self.text, self.look):
            label.setWordWrap(True)
        for label in (self.place, self.title, self.text, self.look):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.prediction = PredictionBox(theme)
        self.code = CodeBox(theme)
        for box in (self.prediction, self.code):
            box.resized.connect(self._fit)
        self.back = TextButton("Back")
        self.back.setToolTip("The step before  (Page up)")
        self.next = TextButton("Next", primary=True)
        self.close_button = IconButton(theme, "close", "Leave the lesson", "Leave the lesson; the run stays as it is")
        self.back.clicked.connect(lambda: self.turned.emit(-1))
        self.next.clicked.connect(lambda: self.turned.emit(1))
        self.close_button.clicked.connect(self.left)
        self._lay_out()

    def _lay_out(self) -> None:
        self._heading = heading = QHBoxLayout()
        heading.setSpacing(10)
        heading.addWidget(self.title, 0, Qt.AlignmentFlag.AlignLeft)  # where it stands alone too
        heading.addWidget(self.place, 1)
        words = QVBoxLayout()
        words.setSpacing(_GAP)
        words.addLayout(heading)
        words.addWidget(self.text)
        words.addWidget(self.look)
        words.addWidget(self.prediction)
        words.addWidget(self.code)
        self._buttons = buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.back)
        buttons.addWidget(self.next)
        buttons.addWidget(self.close_button)
        row = QHBoxLayout(self)
        row.setContentsMargins(_SIDE, _EDGE, _EDGE, _EDGE)
        row.setSpacing(_SIDE)
        row.addLayout(words, 1)
        row.addLayout(buttons)
        row.setAlignment(buttons, Qt.AlignmentFlag.AlignTop)

    def show_step(self, lesson: Lesson, at: int, *, asking: bool = False, note: str = "") -> None:
        """Show a step, counted from 0. ``asking``: its question comes first, without what would tell the answer.
        ``note``: how far the learner has come, behind the step's place."""
        step, last = lesson.steps[at], at == len(lesson.steps) - 1
        self.title.setText(step.title)
        self.place.setText(f"{lesson.title}, {at + 1} of {len(lesson.steps)}{note and f' · {note}'}")
        self.text.setText(step.predict.text if asking and step.predict is not None else step.text)
        self.look.setText(f"Look at {step.look}")
        self.look.setHidden(asking or isinstance(step, Patient))  # of a patient it is told with what there is to see
        code, often = (step.code, step.asked) if isinstance(step, Patient) and not asking else ({}, ())
        self.code.show_code(code, often)
        self.back.setEnabled(at > 0)
        self.next.setText("Done" if last else "Next")
        self.next.setToolTip("Leave the lesson  (Page down)" if last else "The next step  (Page down)")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()  # what is in it has another size: a zoom reaches it after its text does
        return super().event(event)

    def sizeHint(self) -> QSize:
        return QSize(600, self.minimumHeight())

    def _fit(self) -> None:
        """Be as high as the words need at this width; a box layout alone would not know."""
        side, edge, gap = (px(self, units) for units in (_SIDE, _EDGE, _GAP))
        beside = side + edge + side + self._buttons.sizeHint().width()
        room = max(px(self, _NARROWEST), min(px(self, _WIDEST), self.width() - beside))
        words = 0
        for label in (self.title, self.place, self.text, self.look):
            label.ensurePolished()
        name = self.title.fontMetrics().size(0, self.title.text()).width() + 1  # an advance may be rounded down
        beside = self._heading.spacing() + self.place.fontMetrics().horizontalAdvance(self.place.text())
        self.place.setVisible(name + beside <= room)
        self.title.setToolTip("" if name + beside <= room else self.place.text())
        if self.title.wordWrap() != (name > room):  # Qt asks for another layout each time that it is told, and so on
            self.title.setWordWrap(name > room)  # it may break a line that is as wide as its words
        self.title.setFixedWidth(min(name, room))
        for label in (self.text, self.look):
            high = _height(label, room)
            label.setFixedSize(room, high)  # words are not squeezed for what stands below them
            words += 0 if label.isHidden() else gap + high
        self.prediction.setFixedWidth(room)
        words += self.prediction.needed(room) + (0 if self.prediction.isHidden() else gap)
        self.code.setFixedWidth(room)
        words += self.code.needed(room) + (0 if self.code.isHidden() else gap)
        heading = self.title.heightForWidth(room) if name > room else self.title.sizeHint().height()
        self.setFixedHeight(2 * edge + max(heading + words, self.next.sizeHint().height()))


def _height(label: QLabel, width: int) -> int:
    """Return how high a label's words are at a width. ``heightForWidth`` is never less than what was fixed before."""
    room = QRect(0, 0, width, 1 << 15)
    return label.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, label.text()).height()
