"""Adam (Kingma & Ba 2015)."""

from __future__ import annotations

import numpy as np

from dropout_viz.nn.ops import Op, tag
from dropout_viz.nn.optimisers.base import Array, Rule
from dropout_viz.nn.optimisers.kind import Optimiser, Script, ShownLine

ORDER = 40


class Adam(Rule):
    """Adam with bias correction (Kingma & Ba 2015, algorithm 1).

    m <- b1 m + (1 - b1) g, v <- b2 v + (1 - b2) g², w <- w - rate / (1 - b1^t) m / (sqrt(v / (1 - b2^t)) + eps).

    Here m and v are kept without the factors (1 - b1) and (1 - b2) and of the summed gradient: those factors, 1/N and
    the bias corrections are numbers of a step, which go into one rate and one epsilon. That saves a quarter of the
    passes over memory.
    """

    names = ("m", "v")

    def begin_block(self, done: int, steps: int) -> None:
        super().begin_block(done, steps)
        p, t = self._plan, 1 + self._done_before(done, steps)
        share = 1 / self._batch if p.mean else 1.0
        of_m, of_v = (1 - p.beta1) / (1 - p.beta1**t), np.sqrt((1 - p.beta2) / (1 - p.beta2**t))
        self._coefficients[:steps, 0] = self.rates(done, steps) * of_m / of_v
        self._coefficients[:steps, 1] = p.epsilon / (of_v * share)

    def rule(self, k: int, g: Array, before: Array, after: Array, t: Array, state: dict[str, Array]) -> list[Op]:
        m, v = state["m"], state["v"]
        b1, b2 = (np.array(b, self._plan.dtype) for b in (self._plan.beta1, self._plan.beta2))
        rate, eps = self.coefficient(k, 0), self.coefficient(k, 1)
        ops = tag("update", "m ← β₁ m + g", [(np.multiply, (m, b1, m)), (np.add, (m, g, m))])
        ops += tag(
            "update",
            "v ← β₂ v + g²",
            [(np.multiply, (g, g, g)), (np.multiply, (v, b2, v)), (np.add, (v, g, v))],
        )
        return ops + tag(
            "update",
            "w ← w - η̂ m / (√v + ε̂)",
            [
                (np.sqrt, (v, t)),
                (np.add, (t, eps, t)),
                (np.divide, (m, t, t)),
                (np.multiply, (t, rate, t)),
                (np.subtract, (before, t, after)),
            ],
        )


def _before(script: Script) -> list[str]:
    b1, b2 = script.beta1, script.beta2
    corrections = (f"(1 - {b1}) / (1 - {b1}**t)", f"np.sqrt((1 - {b2}) / (1 - {b2}**t))")
    return [
        "means, squares = ([np.zeros_like(w) for w in parameters] for _ in range(2))",
        f"t = np.arange(1, {f'{script.steps:_}' if script.steps >= 10_000 else script.steps} + 1)",
        *script.assign("", ("to_mean", "to_square"), corrections),
    ]


def _lines(script: Script) -> list[str]:
    eta = script.cast(f"{script.rate} * to_mean[step] / to_square[step]")
    eps = script.cast(f"{script.epsilon} / (to_square[step]{script.share})")
    numbers = script.assign("    ", ("eta", "eps"), (eta, eps))
    if len(numbers) > 1:  # the second is short enough to stand where it is used
        numbers = numbers[:1]
    else:
        eps = "eps"
    return [
        *numbers,
        "    for w, g, m, v in zip(parameters, gradients, means, squares, strict=True):",
        f"        m[:] = {script.beta1} * {script.flushed('m')} + g",
        f"        v[:] = {script.beta2} * {script.flushed('v')} + g * g",
        f"        w -= eta * (m / (np.sqrt(v) + {eps}))",
    ]


OPTIMISER = Optimiser(
    "adam",
    Adam,
    (
        ShownLine("m[:] = beta1 * m + g", "m"),
        ShownLine("v[:] = beta2 * v + g ** 2", "v"),
        ShownLine("m_hat = m{over} * (1 - beta1) / (1 - beta1 ** t)"),
        ShownLine("v_hat = v{over_squared} * (1 - beta2) / (1 - beta2 ** t)"),
        ShownLine("w -= rate * m_hat / (np.sqrt(v_hat) + epsilon)"),
    ),
    _lines,
    "Adam({of}, lr=rate, betas=({beta1}, {beta2}), eps={epsilon}{decay})",
    _before,
    ("beta1", "beta2", "epsilon"),
)
