"""A frozen state measured with every unit on: what the curves hold at some steps only, at whichever step is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from numpy.typing import NDArray

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.history import History
from dropout_viz.engine.measuring import by_kind, evaluators
from dropout_viz.engine.schedule import scored, test_spacing
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.nn.plan import Plan

Array = NDArray[Any]

MEASURED = ("loss_train", "loss_test", "accuracy_train", "accuracy_test")
"""The kinds of a history that are measured with every unit on."""
QUICK = 10_000_000
"""Products (``work``) that take a millisecond or two: so much is measured at once, wherever that is."""


class Gauge:
    """Measures states of one configuration with every unit on, on the examples that the curves are of."""

    def __init__(self, config: RunConfig, data: DataSet) -> None:
        self.config, self.data = config, data
        self._plan = make_plan(config, data)
        self._evaluators = evaluators(self._plan, data, 1)

    def measured(self, snapshot: Snapshot, wanted: Callable[[], bool] = lambda: True) -> dict[str, float]:
        """Return loss and accuracy of a state by the kinds of a history; ``{}`` where it is not ``wanted`` any more,
        which is asked piece by piece."""
        flat, found = parameters(snapshot, self._plan), {}
        for part, evaluator in self._evaluators.items():
            evaluator.begin(flat)
            while (result := evaluator.go_on()) is None:
                if not wanted():
                    return {}
            found[part] = result
        return {kind: float(values[0]) for kind, values in by_kind(found, 1, self.data).items()}


def measured(snapshot: Snapshot, data: DataSet, wanted: Callable[[], bool] = lambda: True) -> dict[str, float]:
    """Return what a ``Gauge`` of its own measures of a state."""
    return Gauge(snapshot.config, data).measured(snapshot, wanted)


def parameters(snapshot: Snapshot, plan: Plan) -> Array:
    """Return a state's weights and biases as one flat vector, (parameters,), as its plan lays them out."""
    flat, maps = plan.empty(), snapshot.maps
    given = (
        (*(() if maps is None else maps.kernels), *snapshot.weights),
        (*(() if maps is None else maps.biases), *snapshot.biases),
    )
    for into, values in zip(plan.views(flat), given, strict=True):
        for target, array in zip(into, values, strict=True):
            target[...] = array
    return flat


def work(snapshot: Snapshot, data: DataSet) -> int:
    """Return how many products measuring a state takes, about; of convolutions, which use a weight many times, more."""
    maps, tests = bool(snapshot.config.maps), 0 if data.x_test is None else len(data.x_test)
    weights = sum(w.size for w in snapshot.weights) * (100 if maps else 1)
    return weights * (scored(len(data.x), maps) + tests // max(1, test_spacing(tests, maps)))


def lacking(snapshot: Snapshot, history: History) -> bool:
    """Return whether a history, which may go on beyond it, has not measured the very step of a state."""
    at = history.loss_train.until(snapshot.step).steps[-1:]
    return not (at.size and int(at[0]) == snapshot.step)


def at_step(snapshot: Snapshot, history: History, data: DataSet) -> Mapping[str, float]:
    """Return what there is to be known of a state beyond its history: what that lacks at its step, measured now."""
    return measured(snapshot, data) if lacking(snapshot, history) else {}
