"""The lines on show, run by Python, are the trainer's step; and every value of the step has its line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.trainer import Trainer
from dropout_viz.views.code.lines import lines
from tests.engine.test_slow_motion import CONFIGS, value


def softmax(z: Any) -> Any:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@pytest.mark.thinned(2)
@pytest.mark.parametrize("name", [n for n in CONFIGS if n != "in pieces"])
@pytest.mark.parametrize("steps", [0, 4])
def test_the_lines_are_the_step(name: str, steps: int) -> None:
    config = CONFIGS[name].changed(dtype="float64")
    trainer = Trainer(config)
    trainer.advance(steps)
    found = trainer.dissect()
    last = len(config.hidden) + 1
    space: dict[str, Any] = {key: array.copy() for key, array in found.before.items()}
    space |= {
        "np": np,
        "softmax": softmax,
        "X": trainer.data.x,
        "Y": trainer.data.y,
        "batch": found.examples,
        "rate": found.rate,
        "alpha": config.learning_rate,
        "dropout_percent": config.drop_probabilities[1],
        "l2": config.l2,
        "max_norm": config.max_norm,
        "beta1": config.beta1,
        "beta2": config.beta2,
        "t": steps + 1,
        "epsilon": config.epsilon,
    }
    start = config.momentum if config.momentum_start is None else config.momentum_start
    share = min(1.0, steps / config.momentum_ramp) if config.momentum_ramp else 1.0
    space["mu"] = start + (config.momentum - start) * share
    for layer, p in enumerate(config.drop_probabilities):
        drawn = value(found, f"m{layer}")
        space |= {f"p{layer}": p, f"m{layer}": None if drawn is None else (drawn != 0)}
    space["mask"] = space["m1"]
    if config.rule == "as-published":
        space |= {"synapse_0": space["W1"], "synapse_1": space["W2"]}
    listed = lines(config, batches=config.batch_size is not None, mean_of=len(found.examples))
    code = [line.text for line in listed if not any(w[0] == "m" and w[1:].isdigit() for w in line.writes)]
    head = next((k for k, text in enumerate(code) if text.startswith("for ")), len(code))
    with np.errstate(all="ignore"):
        exec("\n".join(code[:head]), space)
        if head < len(code):
            at, rows = 0, []
            plan = make_plan(config, trainer.data)
            state = {key[6:]: plan.views(space[key]) for key in space if key.startswith("state.")}
            for n in range(last):
                for kind, (w, g) in enumerate((("W", "g"), ("b", "gb"))):
                    if f"{w}{n + 1}" in space:
                        own = [state[key][kind][n] for key in sorted(state)]
                        rows.append((space[f"{w}{n + 1}"], space[f"{g}{n + 1}"], *own))
                        at += 1
            exec("\n".join(code[head:]), {**space, "parameters": rows})
    for n in range(1, last + 1):
        for kind in "Wb":
            if f"{kind}{n}" in space:
                np.testing.assert_allclose(space[f"{kind}{n}"], found.final(f"{kind}{n}"), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", CONFIGS)
def test_every_moment_has_a_line(name: str) -> None:
    config = CONFIGS[name]
    found = Trainer(config).dissect()
    listed = lines(config, batches=config.batch_size is not None, mean_of=len(found.examples))
    for moment in found.moments[1:-1]:
        assert any(line.computes(moment) for line in listed), moment.formula
    dropping = [line for line in listed if line.dropout]
    assert len(dropping) == 2 * sum(p > 0 for p in config.drop_probabilities) or config.rule == "as-published"


def test_words_stand_for_values() -> None:
    config = CONFIGS["three-lines"]
    listed = lines(config, batches=False, mean_of=4)
    assert ("".join(text for _, text, _ in listed[2].pieces())) == listed[2].text
    assert {word for _, _, word in listed[2].pieces()} - {None} == {"h1", "m1"}
    assert listed[2].dropout and not listed[0].dropout
