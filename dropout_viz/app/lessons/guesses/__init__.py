"""How a prediction is made: one file a way. ``making`` finds the one for a question."""

from __future__ import annotations

from dropout_viz.app.lessons.guesses.choice import ChoiceGuess
from dropout_viz.app.lessons.guesses.curve import CurveGuess
from dropout_viz.app.lessons.guesses.guess import GuessEditor
from dropout_viz.app.lessons.guesses.number import NumberGuess
from dropout_viz.app.look.theme import Theme
from dropout_viz.engine.prediction import Prediction


def making(theme: Theme, asked: Prediction, steps: int, units: int) -> GuessEditor:
    """Return what makes a prediction. ``steps``: those of a curve. ``units``: those that one is chosen of."""
    if asked.kind == "number":
        return NumberGuess(asked)
    if asked.kind == "curve":
        return CurveGuess(theme, asked, steps)
    options = asked.options if asked.kind == "choice" else [f"h{unit}" for unit in range(1, units + 1)]
    return ChoiceGuess(options, asked.explained)
