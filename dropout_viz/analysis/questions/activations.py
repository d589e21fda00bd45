"""What the Activations view shows of a frame, as numbers. NumPy only, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import activity
from dropout_viz.analysis.activity import Activity
from dropout_viz.analysis.thinned import network_of
from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.snapshot import Snapshot

EXAMPLES = 2000  # at most; of more an even choice
BUDGET = 1e9  # multiplications that an answer may take: a large net is looked at on fewer examples


@dataclass(frozen=True, eq=False)
class Request:
    """What to compute: the arms, and whether over the test set instead of the training set, where there is one."""

    arms: tuple[tuple[str, Snapshot], ...]
    data: DataSet
    test: bool

    @property
    def inputs(self) -> NDArray[Any]:
        """The inputs of the set that is asked for."""
        x_test = self.data.x_test
        return x_test if self.test and x_test is not None else self.data.x


@dataclass(frozen=True, eq=False)
class Scene:
    """The answer: the arms' hidden layers, and over how many examples, of how many."""

    request: Request
    layers: list[list[Activity]]
    examples: int
    of: int

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the arms."""
        return tuple(name for name, _ in self.request.arms)

    @property
    def activation(self) -> str:
        """The activation of the hidden units."""
        return self.request.arms[0][1].config.activation


def answer(request: Request) -> Scene:
    """Run the examples through every arm's network."""
    x, first = request.inputs, request.arms[0][1]
    most = int(min(EXAMPLES, BUDGET // sum(w.size for w in first.weights)))
    part = x[np.linspace(0, len(x) - 1, most).astype(np.intp)] if len(x) > most else x
    networks = [network_of(snapshot) for _, snapshot in request.arms]
    return Scene(request, activity.activity(networks, part), len(part), len(x))
