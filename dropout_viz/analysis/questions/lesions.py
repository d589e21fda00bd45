"""What the Ablation view shows of a frame, as numbers. NumPy only, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import decision_map, lesion, worth
from dropout_viz.analysis.decision_map import plane_of
from dropout_viz.analysis.lesion import LesionCurve, LesionStopped, Subject
from dropout_viz.analysis.thinned import network_of
from dropout_viz.analysis.worth import Worths
from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.parts import Unit

Array = NDArray[Any]

WORK = (4e7, 1.5e9)  # nanoseconds an arm, as ``Subject.effort`` counts: at first, and when the run stands still
FEWEST, MOST = 40, 400  # examples for curve, worths and halves
DAMAGED, PRODUCTS = 2000, (2e8, 2e9)  # most examples for the damage; multiplications that it may take
POINTS = 20  # of a curve
CHOICES, SETS, UNITS = 100, 512, 32  # most random choices a point; sets of partners; units whose worth is sampled
SPLITS, HALVES = 8, 1.5e8  # cuts into two halves; nanoseconds for them
SIDE = 81  # points of a map


@dataclass(frozen=True, eq=False)
class Request:
    """What to compute.

    Attributes:
        arms: name and snapshot of each. off: units taken away. rescaled: whether what is left is scaled up.
        split: which cut into halves is drawn. finest: whether there is time.
    """

    arms: tuple[tuple[str, Snapshot], ...]
    data: DataSet
    off: frozenset[Unit]
    rescaled: bool
    split: int
    finest: bool

    @property
    def moment(self) -> Hashable:
        """Which step of which runs."""
        return tuple((s.run, s.world, s.step, id(s.config)) for _, s in self.arms), id(self.data)


@dataclass(frozen=True)
class Damage:
    """Loss and accuracy (nan without classes) on some examples: before and after, of how many examples of how many."""

    part: str
    loss: tuple[float, float]
    accuracy: tuple[float, float]
    examples: tuple[int, int]


@dataclass(frozen=True, eq=False)
class HalvesAlone:
    """Two disjoint halves, each alone.

    Attributes:
        agree: how far they agree, of each cut, (splits,). shown: of the cut that is drawn. examples, part: on how many,
            of how many, of the training or of the test set.
        maps: output of each half over the plane, (outputs, n, n), or () where the data are not points of a plane.
        lines: where their decisions change, or () without classes.
    """

    agree: Array
    shown: float
    examples: tuple[int, int]
    part: str
    maps: tuple[Array, ...]
    lines: tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class Depth:
    """What takes longer, of one arm.

    Attributes:
        part, examples: on which examples, how many of how many.
        plain, rescaled: lesion curves, or None where there was no time. worths: likewise.
    """

    part: str
    examples: tuple[int, int]
    plain: LesionCurve | None
    rescaled: LesionCurve | None
    worths: Worths | None


@dataclass(frozen=True, eq=False)
class Scene:
    """The answer, for each arm: the damage on training and test set, what takes longer, and the two halves.

    ``halves`` is None where a layer cannot be halved. ``complete``: more time would change nothing.
    """

    request: Request
    damages: tuple[tuple[Damage, ...], ...]
    depths: tuple[Depth, ...]
    halves: tuple[HalvesAlone | None, ...]
    complete: bool


@dataclass
class Memory:
    """What was computed before, of one moment: by arm, scaling and fineness; by arm and cut."""

    moment: Hashable = None
    depths: dict[tuple[int, bool, bool], Depth] = field(default_factory=dict)
    halves: dict[tuple[int, int], HalvesAlone | None] = field(default_factory=dict)


def answer(request: Request, memory: Memory, going: Callable[[], bool] = lambda: True) -> Scene | None:
    """Compute everything; None where ``going`` said no."""
    try:
        return _answer(request, memory, going)
    except LesionStopped:
        return None


def _answer(request: Request, memory: Memory, going: Callable[[], bool]) -> Scene:
    if memory.moment != request.moment:
        memory.moment, memory.depths, memory.halves = request.moment, {}, {}
    damages, depths, halves = [], [], []
    complete = True
    for k, (_, snapshot) in enumerate(request.arms):
        damages.append(_damages(request, snapshot, going))
        finest, now = (k, request.rescaled, True), (k, request.rescaled, request.finest)
        found = memory.depths.get(finest) or memory.depths.get(now)
        if found is None:
            found, whole = _depth(request, snapshot, WORK[request.finest], going)
            memory.depths[now] = found
            if whole:  # more time would add nothing
                memory.depths[finest] = found
        depths.append(found)
        if (k, request.split) not in memory.halves:
            memory.halves[k, request.split] = _halves(request, snapshot, going)
        halves.append(memory.halves[k, request.split])
        complete = complete and finest in memory.depths
    return Scene(request, tuple(damages), tuple(depths), tuple(halves), complete)


def parts_of(data: DataSet) -> list[tuple[str, Array, Array]]:
    """Return name, inputs and targets of the training set, and of the test set where there is one."""
    parts = [("training", data.x, data.y)]
    if data.x_test is not None and data.y_test is not None:
        parts.append(("test", data.x_test, data.y_test))
    return parts


def subject_of(snapshot: Snapshot, data: DataSet, part: tuple[str, Array, Array], most: int) -> Subject:
    """Return the network with at most so many examples of a part, an even choice."""
    _, x, y = part
    rows = np.linspace(0, len(x) - 1, min(most, len(x))).astype(np.intp)
    y = np.asarray(y[rows], float)
    return Subject(network_of(snapshot), np.asarray(x[rows], float), y, snapshot.config.loss, bool(data.classes))


def left_of(subject: Subject, off: frozenset[Unit]) -> Array:
    """Return the set of the units that are left, (1, units)."""
    left = np.ones((1, subject.units))
    for layer, part in enumerate(subject.split(left), 1):
        for unit in off:
            if unit.layer == layer and unit.index < part.shape[1]:
                part[0, unit.index] = 0
    return left


def _damages(request: Request, snapshot: Snapshot, going: Callable[[], bool]) -> tuple[Damage, ...]:
    found = []
    parts = parts_of(request.data)
    each = sum(w.size for w in snapshot.weights) * 2 * len(parts) * len(request.arms)
    most = int(min(DAMAGED, max(100, PRODUCTS[request.finest] / each)))
    for part in parts:
        subject = subject_of(snapshot, request.data, part, most)
        sets = np.concatenate([np.ones((1, subject.units)), left_of(subject, request.off)])
        # the lesion's own scaling; with every unit on there is nothing to scale
        scores = lesion.scores(subject, sets, request.rescaled, going)
        (l0, l1), (a0, a1) = scores.loss.tolist(), scores.accuracy.tolist()
        found.append(Damage(part[0], (l0, l1), (a0, a1), (len(subject.y), len(part[1]))))
    return tuple(found)


def _depth(request: Request, snapshot: Snapshot, work: float, going: Callable[[], bool]) -> tuple[Depth, bool]:
    """Return what takes longer in about so many nanoseconds, and whether more of them would change nothing."""
    part = parts_of(request.data)[-1]
    effort = subject_of(snapshot, request.data, part, 1).effort
    exact = sum(snapshot.sizes[1:-1]) <= worth.EXACT
    sets = 2 << sum(snapshot.sizes[1:-1]) if exact else 600
    most = int(min(MOST, max(FEWEST, work / (effort * sets))))
    subject = subject_of(snapshot, request.data, part, most)
    whole = len(subject.y) == min(MOST, len(part[1]))
    shares: tuple[LesionCurve | None, LesionCurve | None, Worths | None]
    if exact:
        every = worth.every_set(subject)
        both = [lesion.scores(subject, every, rescaled, going) for rescaled in (False, True)]
        curves = [lesion.curve_of_all(subject, found) for found in both]
        shares = (curves[0], curves[1], worth.of_all(both[request.rescaled].loss))
    else:
        shares, full = _sampled(subject, request.rescaled, work / (effort * len(subject.y)), going)
        whole = whole and full
    return Depth(part[0], (len(subject.y), len(part[1])), *shares), whole


def _sampled(
    subject: Subject, rescaled: bool, lesions: float, going: Callable[[], bool]
) -> tuple[tuple[LesionCurve | None, LesionCurve | None, Worths | None], bool]:
    """Return curves and worths from about so many lesions; None for what there is too little time for."""
    points = POINTS if lesions > 1500 else POINTS // 2
    choices = min(CHOICES, int(0.35 * lesions / (2 * points + 2)))
    curves: list[LesionCurve | None] = [None, None]
    if choices >= 3:
        removed, sets = lesion.curve_sets(subject, points, choices, seed=1)
        curves = [lesion.curve_of(removed, lesion.scores(subject, sets, r, going)) for r in (False, True)]
    units = min(UNITS, subject.units)
    if 0.65 * lesions / (units + 1) < 2 * worth.GROUPS:
        units = min(worth.GROUPS, units)
    n = min(SETS, int(0.65 * lesions / (units + 1)))
    worths = None
    if n >= 2 * worth.GROUPS:
        chosen, sets = worth.sample(subject, units, n, seed=2)
        worths = worth.of_sample(subject, chosen, sets, lesion.scores(subject, sets, rescaled, going).loss)
    return (curves[0], curves[1], worths), choices == CHOICES and n == SETS


def _halves(request: Request, snapshot: Snapshot, going: Callable[[], bool]) -> HalvesAlone | None:
    part = parts_of(request.data)[-1]
    effort = subject_of(snapshot, request.data, part, 1).effort
    n = int(min(MOST, max(FEWEST, HALVES / (effort * 2 * (SPLITS + 1)))))
    subject = subject_of(snapshot, request.data, part, n)
    if min(subject.layers) < 2:
        return None
    one, other = lesion.halves(subject, SPLITS, seed=3)
    agree = lesion.agreement(subject, one, other)
    if not going():
        raise LesionStopped
    pair = (one[:1], other[:1]) if not request.split else lesion.halves(subject, 1, seed=3 + request.split)
    shown = float(lesion.agreement(subject, *pair)[0])
    over, plane = ((len(subject.y), len(part[1])), part[0]), plane_of(request.data)
    if plane is None:
        return HalvesAlone(agree, shown, *over, (), ())
    there = replace(subject, x=plane.points(SIDE))
    act = ACTIVATIONS[subject.network.output]
    with np.errstate(all="ignore"):
        found = [act.value(lesion.answers(there, half, True))[..., 0] for half in pair]
    maps = tuple(a.T.reshape(-1, SIDE, SIDE) for a in found)
    lines = tuple(decision_map.boundary(a) for a in maps) if request.data.classes else ()
    return HalvesAlone(agree, shown, *over, maps, lines)
