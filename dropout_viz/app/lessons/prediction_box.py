"""A question in the strip of a lesson: what is asked, how it is answered, and then guess and truth together."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from dropout_viz.app.buttons import TextButton
from dropout_viz.app.lessons.guesses import making
from dropout_viz.app.lessons.guesses.guess import GuessEditor
from dropout_viz.app.look.scaling import grow, px
from dropout_viz.app.look.theme import Theme
from dropout_viz.engine.prediction import Guess, Prediction, Truth
from dropout_viz.words import unbroken

_GAP = 5
_NARROW = 280  # units of width below which what answers a question has its row to itself


class PredictionBox(QWidget):
    """Asks, and shows what came of it.

    Attributes:
        editor: how the question is answered, None where nothing is asked. way: how far the run is that plays it out.

    Signals:
        predicted: a guess was made, and is to be compared. again: it is to be asked anew. told: the user, who has been
            wrong, would rather be told.
        resized: it needs another height. told_more: what is to be seen now: a label that says something new.
    """

    predicted = Signal(object)
    again = Signal()
    told = Signal()
    resized = Signal()
    told_more = Signal(QWidget)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.editor: GuessEditor | None = None
        self.question, self.outcome, self.way = QLabel(), QLabel(), QLabel()
        self.question.setProperty("tone", "title")
        self.outcome.setProperty("tone", "changed")
        self.way.setProperty("tone", "dim")
        for label in (self.question, self.outcome, self.way):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.show_button, self.again_button = TextButton("Show me", primary=True), TextButton("Ask me again")
        self.tell_button = TextButton("Tell me")
        self.tell_button.clicked.connect(self.told)
        self.show_button.clicked.connect(self._make)
        self.again_button.clicked.connect(self.again)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.addWidget(self.show_button)
        self._row.addWidget(self.tell_button)
        self._row.addWidget(self.again_button)
        self._row.addStretch(1)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, _GAP, 0, 0)
        column.setSpacing(_GAP)
        column.addWidget(self.question)
        column.addLayout(self._row)
        column.addWidget(self.outcome)
        column.addWidget(self.way)

    def ask(self, asked: Prediction | None, steps: int, units: int) -> None:
        """Ask a question about a run of so many steps whose last hidden layer has so many units; None: nothing."""
        if self.editor is not None:
            self.editor.hide()
            self.editor.deleteLater()
            self.editor = None
        self.setVisible(asked is not None)
        if asked is None:
            return
        self.question.setText(asked.question)
        self.editor = making(self._theme, asked, steps, units)
        self.editor.changed.connect(self._look)
        self.editor.made.connect(self._make)
        self._row.insertWidget(0, self.editor, 0 if asked.options else 2)
        grow(self.editor)
        self.editor.show()  # at once: the strip asks how high it is
        self.show_button.setVisible(asked.kind in ("number", "curve"))
        self.question.show()
        self.again_button.hide()
        self.tell_button.hide()
        self.outcome.hide()
        self.way.hide()
        self._look()
        self.resized.emit()

    def wait(self, guess: Guess) -> None:
        """Show a guess whose truth is on its way."""
        assert self.editor is not None
        self.editor.show_guess(guess)
        self.editor.close_to_others()
        for widget in (self.show_button, self.tell_button, self.outcome):
            widget.hide()

    def tell_way(self, text: str) -> None:
        """Say how far the run is that plays a guess out."""
        self.way.setText(text)
        if self.way.isHidden():
            self.way.show()
            self.resized.emit()
            self.told_more.emit(self.way)

    def offer(self) -> None:
        """Offer to show what comes, once more, of a guess that stands."""
        self.show_button.setEnabled(True)
        self.show_button.show()
        self.resized.emit()

    def refuse(self, hint: str) -> None:
        """Say that it is something else, and where to look; another answer may be given, or asked for."""
        assert self.editor is not None
        self.outcome.setText(unbroken(f"Not {self.editor.told()}. {hint}"))
        self.outcome.show()
        self.tell_button.show()
        self.way.hide()
        self.resized.emit()
        self.told_more.emit(self.outcome)

    def show_outcome(self, truth: Truth, *, alone: bool) -> None:
        """Show guess and truth together; ``alone``: in place of the question and its answers."""
        assert self.editor is not None
        if alone:
            self.editor.hide()
            self.question.hide()
        else:
            self.editor.show_truth(truth)
            self.again_button.show()
        for widget in (self.show_button, self.tell_button, self.way):
            widget.hide()
        self.outcome.setText(unbroken(f"{self.editor.said(truth)} {truth.told}".strip()))
        self.outcome.show()
        self.resized.emit()
        self.told_more.emit(self.outcome)

    def stops(self) -> list[QWidget]:
        """Return what takes the keys in it, as it is read."""
        answers = [] if self.editor is None else self.editor.stops()
        return [*answers, self.show_button, self.tell_button, self.again_button]

    def needed(self, width: int) -> int:
        """Return how high it has to be at a width."""
        if self.isHidden():
            return 0
        if self.editor is not None:
            beside = [button.sizeHint().width() for button in (self.show_button, self.tell_button, self.again_button)]
            across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
            way = across if width >= px(self, _NARROW) else down
            if self._row.direction() != way:
                self._row.setDirection(way)
            # one of them may come
            self.editor.fit(width - (self._row.spacing() + max(beside) if way == across else 0))
        spacing, margins = self._column.spacing(), self._column.contentsMargins()
        high = margins.top()
        if not self.question.isHidden():  # and with it what answers it
            high += self._row.sizeHint().height() + spacing
        for label in (self.question, self.outcome, self.way):
            if not label.isHidden():
                label.ensurePolished()
                high += label.heightForWidth(width) + spacing
        return high

    def give_way(self, by: int) -> int:
        """Let what answers the question be lower by so many pixels, as far as it can; return by how many."""
        return 0 if self.editor is None or self.isHidden() or self.question.isHidden() else self.editor.give_way(by)

    def _look(self) -> None:
        self.show_button.setEnabled(self.editor is not None and self.editor.guess() is not None)

    def _make(self) -> None:
        guess = None if self.editor is None else self.editor.guess()
        if guess is not None:
            self.predicted.emit(guess)
