"""What can be done about a message, with a button."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from dropout_viz.app.commands.shortcuts import tip
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.report import tenth


class Offer(NamedTuple):
    """What a message's button says, its tooltip, and what it does; ``other``: a second button beside it."""

    label: str
    tip: str
    act: Callable[[], object]
    other: Offer | None = None


def slower(config: RunConfig) -> RunConfig:
    """Return a config with a tenth of the learning rate, in every arm. Raises ``UserError`` where that is nothing."""
    arms = [{**a, "learning_rate": tenth(a["learning_rate"])} if "learning_rate" in a else a for a in config.arms]
    return config.changed(learning_rate=tenth(config.learning_rate), arms=arms)


def offer_slower(config: RunConfig, act: Callable[[], object]) -> Offer:
    """Return the offer to begin a run of such a config again with a tenth of its learning rate."""
    rates = sorted({tenth(arm.learning_rate) for arm in config.arm_configs})
    shown = " and ".join(f"{rate:g}" for rate in ([rates[0], rates[-1]] if len(rates) > 1 else rates))
    text = f"Begin again at step 0, with learning rate {shown}"
    return Offer("Rewind with a tenth of the rate", tip(text, "rewind_slower"), act)


def offer_compare(act: Callable[[bool], object]) -> Offer:
    """Return the offer to put the same run without dropout beside the run."""
    return Offer("Compare", tip("The same run without dropout beside it", "compare"), lambda: act(True))


def offer_run_before(act: Callable[[], object]) -> Offer:
    """Return the offer to go back to the run that a lesson began from."""
    return Offer("Back to mine", "The run that was there before the lesson, at its step and with its history", act)


def offer_lesson(title: str, act: Callable[[], object], other: Offer | None) -> Offer:
    """Return the offer to go on with another lesson; ``other``: what else can be done."""
    return Offer(f"Next: {title}", "The lesson that follows on the way from Start here", act, other)


def offer_new_seed(act: Callable[[], object]) -> Offer:
    """Return the offer to see a run of another seed."""
    return Offer("New seed", tip("Other weights, other masks", "new_seed"), act)


def offer_moons(act: Callable[[], object]) -> Offer:
    """Return the offer to compare where there is something to learn by heart."""
    return Offer("Compare two moons", "Points with wrong labels, and a test set: there dropout can help", act)
