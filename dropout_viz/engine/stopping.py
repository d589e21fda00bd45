"""Rules that end a run early. They look at the record at fixed steps only, so pausing never moves the end."""

from __future__ import annotations

from collections.abc import Sequence

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.history import History
from dropout_viz.words import figure

EVERY = 100
"""Steps between two looks."""


def next_look(config: RunConfig, step: int) -> int | None:
    """Return the next step after ``step`` at which the config's rules look, or None where it has no rule."""
    if config.stop_loss is None and config.patience is None:
        return None
    return (step // EVERY + 1) * EVERY


def reason_to_stop(config: RunConfig, histories: Sequence[History], step: int) -> str:
    """Return why the run should end at ``step``, as a sentence, or ``""``. Every world must have a reason."""
    reasons = [_reached(config, h) or _no_better(config, h, step) for h in histories]
    return reasons[0] if all(reasons) else ""


def _reached(config: RunConfig, history: History) -> str:
    steps, losses = history.loss_train.pair()
    if config.stop_loss is None or not len(losses) or not losses[-1] <= config.stop_loss:
        return ""
    loss, limit = figure(losses[-1]), figure(config.stop_loss, 6)
    return f"Step {steps[-1]:,}: the training loss is {loss}, at or under stop_loss = {limit}."


def _no_better(config: RunConfig, history: History, step: int) -> str:
    which = "test" if len(history.loss_test) else "training"
    steps, losses = (history.loss_test if which == "test" else history.loss_train).pair()
    if config.patience is None or not len(losses):
        return ""
    best = int(losses.argmin())
    if step - steps[best] < config.patience:
        return ""
    return f"Step {step:,}: no better {which} loss since step {steps[best]:,} ({figure(losses[best])})."
