"""Dropout is left on when the network is tested: every figure is of thinned networks, other ones each time."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.clinic.examined import Examined, Sign
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.measuring import all_on
from dropout_viz.engine.patients import Fault
from dropout_viz.engine.schedule import scored
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.forward import Evaluator
from dropout_viz.nn.losses import LOSSES, correct
from dropout_viz.nn.plan import Plan
from dropout_viz.words import figure

Array = NDArray[Any]

KEY = "left-on"
TITLE = "Left on at test"
MEANS = "Units are still turned off while the network is tested, when all of them should be on."
ORDER = 10
PATIENT = 2
_AGAIN = 20  # times that the same network is tested
_ALIKE = 1e-4  # by so much of a loss two ways to compute it may differ, in either precision
PRESET = "few-digits"
SETTINGS = {"examples": 200, "hidden": [24]}
STEP = 600
REPORT = (
    "“My curves shake from one measurement to the next, though I always measure all 200 training digits and all "
    "360 test digits. And the figures are worse than a friend's, who has the same settings and the same seed.”"
)
VIEW = "loss"
HINT = "Loss: with every unit on a network errs less than under its masks. Does the full line run below the pale one?"
ABOUT = (
    "Dropout was left on when the network was tested. So each measurement was of thinned networks, and of other ones "
    "every time."
)
CODE = {
    "NumPy": ("test = loss(forward(x_test, masks=True), y_test)", "test = loss(forward(x_test, masks=False), y_test)"),
    "PyTorch": (
        "test = criterion(model(x_test), y_test)  # still in training mode",
        "model.eval(); test = criterion(model(x_test), y_test)  # then model.train()",
    ),
    "Keras": ("y = model(x_test, training=True)", "y = model(x_test, training=False)  # as model.predict does"),
}
ASKED = (
    "I called model.eval(): why is dropout still on?",
    "model.eval() turns off every nn.Dropout, and model.train() turns them on again, so each of the two belongs "
    "before its own loop. F.dropout(x, p) knows nothing of it and stays on: it wants training=self.training.",
)


def under_masks(plan: Plan, parameters: Array, x: Array, random: np.random.Generator) -> Array:
    """Return what the loss is taken of, (examples, outputs), each example in a thinned network of its own."""
    h = x.astype(plan.dtype)
    for layer, (w, b) in enumerate(zip(*plan.dense(parameters), strict=True)):
        if p := plan.drop[layer]:
            h = h * (random.random(h.shape) >= p) * np.asarray(plan.train_scales[layer], plan.dtype)
        z = h @ w + b if plan.bias else h @ w
        last = layer == plan.layers - 1
        h = ACTIVATIONS[plan.output if last else plan.activation].value(z)
    return z if LOSSES[plan.loss].of_logits else h


class MaskedEvaluator(Evaluator):
    """Measures under masks. They are drawn from the parameters' own bits: another network meets other masks, and who
    measures the same one again, at whatever place, finds the same."""

    def __init__(self, plan: Plan, x: Array, y: Array, vectors: int) -> None:
        super().__init__(plan, x, y, vectors)
        self._plan, self._inputs, self._targets = plan, x, y.astype(plan.dtype)
        self._given: Array = np.empty(0)

    def begin(self, parameters: Array) -> None:
        super().begin(parameters)
        self._given = parameters.copy()

    def go_on(self) -> tuple[Array, Array]:
        if self._given.ndim == 1:
            return self._measured(self._given)
        both = [self._measured(vector) for vector in self._given.T]
        losses, right = zip(*both, strict=True)
        return np.array(losses), np.array(right)

    def _measured(self, parameters: Array) -> tuple[Array, Array]:
        random = np.random.default_rng(zlib.crc32(parameters.tobytes()))
        return measured(self._plan, parameters, self._inputs, self._targets, random)


def measured(plan: Plan, parameters: Array, x: Array, y: Array, random: np.random.Generator) -> tuple[Array, Array]:
    """Return loss and share of examples classed right, of one measurement under masks."""
    loss = LOSSES[plan.loss]
    output = under_masks(plan, parameters, x, random)
    right = correct(output, y, loss.of_logits).mean()
    return loss.per_unit(output, y).sum(axis=1, dtype=np.float64).mean(), right


class LeftOn(Fault):
    def measuring(self, healthy: type[Evaluator]) -> type[Evaluator]:
        return MaskedEvaluator


def trace(patient: Examined) -> Sign:
    """Return whether what is measured is of thinned networks."""
    told, plan, flat = patient.loss("train"), *_network(patient)
    first = scored(len(patient.data.x), maps=False)
    loss, y = LOSSES[plan.loss], patient.data.y[:first].astype(plan.dtype)
    on = [*all_on(plan, flat, patient.data.x[:first])]
    h = on[-2]
    w, b = (each[-1] for each in plan.dense(flat))
    output = (h @ w + b if plan.bias else h @ w) if loss.of_logits else on[-1]
    real = float(loss.per_unit(output, y).sum(axis=1, dtype=np.float64).mean())
    said = f"Loss: at {patient.at} the training loss is said to be {figure(told, 3)}"
    again = f"computed anew with every unit on it is {figure(real, 3)}"
    return Sign(abs(told - real) > _ALIKE * real, f"{said}; {again}.")


def _network(patient: Examined) -> tuple[Plan, Array]:
    """Return the patient's network, and its parameters as one vector."""
    now = patient.now
    plan = make_plan(now.config, patient.data)
    flat = plan.empty()
    for into, given in zip(plan.dense(flat), (now.weights, now.biases), strict=True):
        for target, values in zip(into, given, strict=True):
            target[...] = values
    return plan, flat


def shown(patient: Examined) -> str:
    """Return what the views show of the fault, with this run's own numbers."""
    data = patient.data
    assert data.x_test is not None and data.y_test is not None
    plan, flat = _network(patient)
    y = data.y_test.astype(plan.dtype)
    random = np.random.default_rng(0)
    losses = [float(measured(plan, flat, data.x_test, y, random)[0]) for _ in range(_AGAIN)]
    return (
        f"Loss: tested {_AGAIN} times at {patient.at}, with nothing learnt in between, the test loss comes out "
        f"anywhere from {figure(min(losses), 3)} to {figure(max(losses), 3)}. With every unit on it is "
        f"{figure(patient.healthy_score('loss', 'test'), 3)} each time: training was sound, and so are the weights."
    )


FAULT = LeftOn()
