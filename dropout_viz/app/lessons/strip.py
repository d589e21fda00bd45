"""A lesson's step in place: a strip that covers nothing, below the top bar or beside the views, with its text and Back,
Next and Close."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from dropout_viz.app.buttons import IconButton, TextButton
from dropout_viz.app.lessons.code_box import CodeBox
from dropout_viz.app.lessons.code_lines import CodeLines
from dropout_viz.app.lessons.prediction_box import PredictionBox
from dropout_viz.app.look.scaling import px
from dropout_viz.app.look.theme import Theme
from dropout_viz.draw.units import UNBOUND
from dropout_viz.engine.lesson import Lesson
from dropout_viz.words import unbroken

_SIDE, _EDGE, _GAP = 16, 8, 3
_BESIDE_CODE = 420  # pixels of the text from which on code stands beside it
_MOST = 0.46  # of the window's height; what needs more is scrolled
_ASIDE = 0.375  # of the window's width, where it stands at the side
_NARROWEST, _WIDEST = 160, 1080  # of the text, in pixels: longer lines are hard to read


class LessonStrip(QFrame):
    """One step of a lesson.

    Attributes:
        prediction: what the step asks before it shows. lines: the code that it is about. code: the code that it ends
            with. Of either there may be none.

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
        self.lines = CodeLines()
        self._scroll, self._inside = QScrollArea(), QWidget()
        self.prediction = PredictionBox(theme)
        self.code = CodeBox(theme)
        for box in (self.prediction, self.code):
            box.resized.connect(self._fit)
        self.prediction.told_more.connect(self._bring)
        self.back = TextButton("Back")
        self.back.setToolTip("The step before  (Page up)")
        self.next = TextButton("Next", primary=True)
        self.close_button = IconButton(theme, "close", "Leave the lesson", "Leave the lesson; the run stays as it is")
        self.back.clicked.connect(lambda: self.turned.emit(-1))
        self.next.clicked.connect(self._go_on)
        self.close_button.clicked.connect(self.left)
        self._asking, self._shown = False, QElapsedTimer()
        self._aside = False
        self.prediction.predicted.connect(self._hear_answer)
        self._lay_out()

    def stops(self) -> list[QWidget]:
        """Return what takes the keys in it: what answers its question, before what would skip it."""
        return [*self.prediction.stops(), self.next, self.close_button]

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
        self._row = row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        row.setContentsMargins(_SIDE, 0, _EDGE, 0)
        row.setSpacing(_SIDE)
        self._body = body = QBoxLayout(QBoxLayout.Direction.RightToLeft)  # or one below the other, where it is narrow
        body.setSpacing(_SIDE)
        body.addWidget(self.lines, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        body.addLayout(words, 1)
        self._inside.setLayout(body)
        body.setContentsMargins(0, _EDGE, 0, _EDGE)
        self._scroll.setObjectName("Scroll")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._scroll.setWidget(self._inside)
        self._inside.installEventFilter(self)
        row.addWidget(self._scroll, 1)
        buttons.setContentsMargins(0, _EDGE, 0, _EDGE)
        row.addLayout(buttons)
        row.setAlignment(buttons, Qt.AlignmentFlag.AlignTop)

    def stand(self, *, aside: bool) -> None:
        """Stand across the window, as high as the words need; or aside, as high as there is room, with the buttons
        below the words."""
        if aside == self._aside:
            return
        self._aside = aside
        ways, sides, policy = QBoxLayout.Direction, Qt.AlignmentFlag, QSizePolicy.Policy
        self._row.setDirection(ways.TopToBottom if aside else ways.LeftToRight)
        self._row.setAlignment(self._buttons, sides.AlignRight if aside else sides.AlignTop)
        side = px(self, _EDGE if aside else _SIDE)
        self._row.setContentsMargins(side, 0, px(self, _EDGE), 0)
        self._row.setSpacing(0 if aside else side)
        self.setSizePolicy(policy.Fixed if aside else policy.Expanding, policy.Expanding if aside else policy.Fixed)
        self.setMinimumSize(0, 0)
        self.setMaximumSize(UNBOUND, UNBOUND)
        self._fit()

    def show_step(self, lesson: Lesson, at: int, *, asking: bool = False, note: str = "") -> None:
        """Show a step, counted from 0. ``asking``: its question comes first, without what would tell the answer.
        ``note``: how far the learner has come, behind the step's place."""
        step, last = lesson.steps[at], at == len(lesson.steps) - 1
        self._asking = asking
        self._shown.start()
        self.title.setText(step.title)
        self.place.setText(f"{lesson.title}, {at + 1} of {len(lesson.steps)}{note and f' · {note}'}")
        self.text.setText(unbroken(step.predict.text if asking and step.predict is not None else step.text))
        self.look.setText(unbroken(step.pointer))
        self.look.setHidden(asking or not step.pointer)
        self.code.show_code(*(({}, ()) if asking else step.ending()))
        self.lines.show_lines(lesson.code if step.marked else (), step.marked)
        self.back.setEnabled(at > 0)
        if self.next.property("primary") == asking:
            self.next.setProperty("primary", not asking)  # what is asked is to be answered first
            self.next.style().unpolish(self.next)
            self.next.style().polish(self.next)
        self.next.setText("Skip" if asking else "Done" if last else "Next")
        to = "Leave the lesson" if last else "The next step"
        self.next.setToolTip(f"{to}{', without the answer' if asking else ''}  (Page down)")
        self._scroll.verticalScrollBar().setValue(0)
        self._fit()

    def _hear_answer(self, _: object) -> None:
        self._asking = False

    def _go_on(self) -> None:
        """Turn; the second click of two on "Next" does not skip the question that has come since."""
        if not self._asking or self._shown.hasExpired(QApplication.doubleClickInterval()):
            self.turned.emit(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()  # what is in it has another size: a zoom reaches it after its text does
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The area that scrolls keeps to itself that what is in it has another size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return False

    def sizeHint(self) -> QSize:
        return self.minimumSize() if self._aside else QSize(600, self.minimumHeight())

    def _fit(self) -> None:
        """Be as high as the words need at this width; a box layout alone would not know."""
        side, edge, gap = (px(self, units) for units in (_SIDE, _EDGE, _GAP))
        if self._aside:
            self.setFixedWidth(round(_ASIDE * self.window().width()))
        beside = (edge if self._aside else side) + edge + self._scroll.verticalScrollBar().sizeHint().width()
        beside += 0 if self._aside else side + self._buttons.sizeHint().width()
        room = max(px(self, _NARROWEST), min(px(self, _WIDEST), self.width() - beside))
        code, words = self.lines.needed(room), 0
        if code.width():
            is_wide = room - side - code.width() >= px(self, _BESIDE_CODE)
            way = QBoxLayout.Direction.RightToLeft if is_wide else QBoxLayout.Direction.BottomToTop
            if self._body.direction() != way:
                self._body.setDirection(way)
            room -= (side + code.width()) * is_wide
            words += 0 if is_wide else side + code.height()
        least = code.height() if code.width() and not words else 0
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
        needed = 2 * edge + max(heading + words, least, self.next.sizeHint().height())
        most = self._scroll.height() if self._aside else round(_MOST * self.window().height())
        needed -= self.prediction.give_way(needed - most)
        if self._inside.minimumHeight() != needed:
            self._inside.setMinimumHeight(needed)
        if not self._aside:
            self.setFixedHeight(min(needed, most))
        self._row.setGeometry(self.rect())  # Qt forgets a size that is set while it tells of the first one

    def _bring(self, part: QWidget) -> None:
        """Have what is to be seen now where it can be seen, once all has its place."""
        QTimer.singleShot(0, part, lambda: self._scroll.ensureWidgetVisible(part, 0, px(self, _EDGE)))


def _height(label: QLabel, width: int) -> int:
    """Return how high a label's words are at a width. ``heightForWidth`` is never less than what was fixed before."""
    room = QRect(0, 0, width, 1 << 15)
    return label.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, label.text()).height()
