"""What the monkey does, drawn from a seed. Every action has dice of its own, so that what one of them used up in a
busy moment changes nothing for those that follow."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

WEIGHTS = {
    "key": 22,
    "click": 14,
    "view_mouse": 12,
    "wheel": 6,
    "type": 8,
    "choose": 4,
    "slide": 4,
    "menu": 6,
    "tab": 3,
    "resize": 3,
    "dock": 5,
    "split": 2,
    "preset": 3,
    "lesson": 2,
    "lab": 1,
    "export": 1,
    "save": 1,
    "open": 1,
    "drop": 0.5,
    "answer": 4,
    "timeline": 4,
    "speed": 2,
    "run_to": 2,
    "branch": 1,
    "paste": 0.5,
    "window_state": 1,
    "wait": 3,
}
"""How often each kind of action is chosen, by the name of the method of ``Hands`` that does it."""


@dataclass(frozen=True)
class Action:
    """One thing to do: the name of a method of ``Hands``, and the dice that it may throw."""

    number: int
    kind: str
    dice: random.Random


def plan(seed: int, actions: int, weights: Mapping[str, float] = WEIGHTS) -> list[Action]:
    """Return that many actions; the same for the same seed, and the first of a longer plan are those of a shorter."""
    made = []
    for number in range(actions):
        dice = random.Random(f"{seed}/{number}")
        made.append(Action(number, dice.choices(list(weights), list(weights.values()))[0], dice))
    return made
