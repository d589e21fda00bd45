"""What the Ensemble view shows of a snapshot, as numbers. NumPy only, no Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import ensemble
from dropout_viz.analysis.ensemble import Means, Members
from dropout_viz.analysis.thinned import Network, network_of
from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.losses import correct

Array = NDArray[Any]

DOTS = 1 << 10  # most networks that are drawn one by one
BINS = 160
OVERVIEW = 200  # most examples that the overview is taken over
OVERVIEW_SAMPLES = 512  # networks drawn for each of them where not all are counted
CONVERGENCE = 1000  # networks in the longest Monte-Carlo mean
BUDGET = 3e8  # multiplications that one answer may take: of a large net fewer networks are drawn


@dataclass(frozen=True, eq=False)
class Request:
    """What to compute.

    Attributes:
        snapshot, data: of the run. others: name and snapshot of the other arms. name: of the run's own, if there are.
        example: of the training set; output: which output unit.
        k: networks in the Monte-Carlo mean; draw: which draw of them.
    """

    snapshot: Snapshot
    data: DataSet
    others: tuple[tuple[str, Snapshot], ...]
    example: int
    output: int
    k: int
    draw: int
    name: str = ""

    @cached_property
    def network(self) -> Network:
        """The run's network, made when it is first asked for: on the worker's thread."""
        return network_of(self.snapshot)

    @property
    def target(self) -> float:
        """What the output should be."""
        return float(self.data.y[self.example, self.output])


@dataclass(frozen=True, eq=False)
class Overview:
    """The averages compared over many examples.

    Attributes:
        step: of the run, at which it was taken. done, of: examples so far, and in all; whole: whether these are all
            there are.
        geometric_gap, arithmetic_gap: mean distance of the scaled network from the two means.
        right: share of examples classed right by scaled network, geometric, arithmetic and Monte-Carlo mean; empty
            where there are no classes.
    """

    step: int
    done: int
    of: int
    whole: bool
    geometric_gap: float
    arithmetic_gap: float
    right: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Scene:
    """The answer.

    Attributes:
        members: the thinned networks, for the one example and output.
        means: their averages, (1, outputs). scaled: what the weight-scaled network says, (outputs,).
        drawn: what the networks of the longest Monte-Carlo mean say, in the order in which they were drawn, (n,).
        others: what the scaled networks of the other arms say, of the output on show.
        histogram: share of the probability in each of ``BINS`` bins of ``span``, where there are many networks; what is
            no finite number lies in none.
        span: of the prediction axis.
        overview: over many examples, or None as long as there is none.
    """

    request: Request
    members: Members
    means: Means
    scaled: Array
    drawn: Array
    others: tuple[tuple[str, float], ...]
    histogram: Array | None
    span: tuple[float, float]
    overview: Overview | None = None

    @property
    def averages(self) -> tuple[float, float, float, float]:
        """Scaled network, geometric, arithmetic and Monte-Carlo mean of the output on show."""
        k, drawn = self.request.output, self.drawn[: self.request.k]
        return (
            float(self.scaled[k]),
            float(self.means.geometric[0, k]),
            float(self.means.arithmetic[0, k]),
            float(drawn.mean()),
        )

    @property
    def monte_carlo_error(self) -> float:
        """Standard error of the Monte-Carlo mean; nan for a single network."""
        k = self.request.k
        return float(self.drawn[:k].std(ddof=1) / np.sqrt(k)) if k > 1 else float("nan")

    @property
    def spread(self) -> float:
        """Standard deviation of a single network's answer."""
        m = self.members
        mean = float(m.probabilities @ m.outputs)
        return float(np.sqrt(m.probabilities @ (m.outputs - mean) ** 2))


def affordable(snapshot: Snapshot, most: int, least: int = 64) -> int:
    """Return how many networks may be drawn, at most ``most``."""
    return int(min(most, max(least, BUDGET // sum(w.size for w in snapshot.weights))))


def answer(request: Request) -> Scene:
    """Compute everything for the one example."""
    network, x = request.network, request.data.x[request.example : request.example + 1]
    samples = affordable(request.snapshot, ensemble.SAMPLES)
    found = ensemble.members(network, x[0], request.output, samples)
    longest = affordable(request.snapshot, CONVERGENCE)
    drawn = ensemble.monte_carlo(network, x, longest, request.draw)[:, 0, request.output]
    others = tuple((name, float(network_of(s).outputs(x)[0, request.output])) for name, s in request.others)
    low, high = _span(network.output, np.concatenate([found.outputs, [request.target], [v for _, v in others]]))
    histogram = None
    if len(found.outputs) > DOTS:
        known = np.isfinite(found.outputs)
        place = ((found.outputs[known] - low) * (BINS / (high - low))).clip(0, BINS - 1).astype(np.intp)
        histogram = np.bincount(place, found.probabilities[known], BINS)
    return Scene(
        request,
        found,
        ensemble.means(network, x, samples),
        network.outputs(x)[0],
        drawn,
        others,
        histogram,
        (low, high),
    )


def _span(output: str, values: Array) -> tuple[float, float]:
    lowest, highest = ACTIVATIONS[output].bounds
    if lowest is not None and highest is not None:
        return lowest, highest
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    room = 0.06 * (high - low) or 1.0
    return low - room, high + room


def overview(scene: Scene, tell: Callable[[Scene], bool]) -> Scene:
    """Compute the averages over many examples, a part after another.

    ``tell`` is shown the scene as far as it is; it returns whether to go on.
    """
    request, network, data = scene.request, scene.request.network, scene.request.data
    samples = affordable(request.snapshot, OVERVIEW_SAMPLES)
    most = OVERVIEW if ensemble.is_exact(network) else max(10, affordable(request.snapshot, 64 * OVERVIEW, 640) // 64)
    rows = np.unique(np.linspace(0, len(data.x) - 1, min(most, len(data.x))).astype(np.intp))
    x, y = data.x[rows], data.y[rows]
    scaled, done = network.outputs(x), 0
    monte_carlo = ensemble.monte_carlo(network, x, request.k, request.draw).mean(axis=0)
    parts: list[Means] = []
    for part in ensemble.stream(network, x, samples):
        parts.append(part)
        done += len(part.arithmetic)
        geometric = np.concatenate([m.geometric for m in parts])
        arithmetic = np.concatenate([m.arithmetic for m in parts])
        so_far = (scaled[:done], geometric, arithmetic, monte_carlo[:done])
        right = tuple(float(correct(a, y[:done]).mean()) for a in so_far) if data.classes else ()
        near, far = (float(np.abs(scaled[:done] - other).mean()) for other in (geometric, arithmetic))
        step, whole = request.snapshot.step, len(x) == len(data.x)
        scene = replace(scene, overview=Overview(step, done, len(x), whole, near, far, right))
        if done < len(x) and not tell(scene):
            break
    return scene
