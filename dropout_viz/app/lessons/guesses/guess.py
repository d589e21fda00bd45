"""What every way to make a prediction is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from dropout_viz.engine.prediction import Guess, Truth

CLOSE = 0.1
"""The part of the range that is offered within which a guess is called close."""


def judged(off: float, said: str, how: str = "") -> str:
    """Return what was said; with the rule, where it is so little off that it is close. ``off``: as a part of the range
    that is offered. ``how``: how that was measured."""
    return f"Close (within a tenth of the scale{how}): {said}" if off <= CLOSE else said[:1].upper() + said[1:]


class GuessEditor(QWidget):
    """Takes a prediction, and shows it beside the truth when that is known.

    Signals:
        changed: another guess stands in it, or one for the first time. made: that is it: show what comes.
    """

    changed = Signal()
    made = Signal()

    def guess(self) -> Guess | None:
        """Return what stands in it; None where nothing does yet."""
        raise NotImplementedError

    def show_guess(self, guess: Guess) -> None:
        """Show a prediction that was made before."""
        raise NotImplementedError

    def show_truth(self, truth: Truth) -> None:
        """Show the truth beside the guess."""
        raise NotImplementedError

    def stops(self) -> list[QWidget]:
        """Return what takes the keys in it, as it is read."""
        raise NotImplementedError

    def fit(self, width: int) -> None:
        """Find room within a width."""

    def give_way(self, by: int) -> int:
        """Be lower by so many pixels, for which there is no room, as far as it can; higher again where that is less
        than 0, as far as it likes. Return by how many."""
        return 0

    def close_to_others(self) -> None:
        """Let the guess stand as it is: it cannot be changed any more."""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for widget in (self, *self.findChildren(QWidget)):
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            widget.clearFocus()

    def told(self) -> str:
        """Return the guess in words, after "You said"; ``""`` where it can only be seen."""
        raise NotImplementedError

    def said(self, truth: Truth) -> str:
        """Return what was said; of what can only be right or wrong also which of them it is."""
        return f"You said {self.told()}." if self.told() else ""
