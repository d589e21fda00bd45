"""Two arms over one of as many worlds, and worlds side by side over worlds one after the other."""

from __future__ import annotations

import pytest

from dropout_viz.engine import arrange
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from tests.benchmarks.ratios import rates, report


def test_two_arms_over_one() -> None:
    exact = load_preset("three-lines-exact")
    trainers = {
        "one": Trainer(exact.changed(worlds=400)),
        "with and without dropout": Trainer(exact.changed(worlds=200, arms=({}, {"p_hidden": 0.0}))),
        "two learning rates": Trainer(exact.changed(worlds=200, arms=({}, {"learning_rate": 0.1}))),
    }

    def turn(name: str) -> int:
        trainers[name].advance(1000)
        return 1000

    found = rates({name: (lambda n=name: turn(n)) for name in trainers})
    base = found.pop("one")
    report("400 worlds as two arms, over 400 worlds of one", {name: rate / base for name, rate in found.items()})


def test_side_by_side_over_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def trainer(config: RunConfig, together: bool) -> Trainer:
        with monkeypatch.context() as patched:
            patched.setattr(arrange, "TINY", 10**12 if together else 0)
            patched.setattr(arrange, "_SMALL", 0)
            return Trainer(config)

    found = {}
    for preset, worlds, steps in (
        ("three-lines-exact", 2, 4000),
        ("moons", 2, 400),
        ("moons", 32, 40),
        ("digits", 3, 20),
    ):
        config = load_preset(preset).changed(worlds=worlds)
        pair = {together: trainer(config, together) for together in (True, False)}

        def turn(together: bool, pair: dict[bool, Trainer] = pair, steps: int = steps) -> int:
            pair[together].advance(steps)
            return steps

        speed = rates({"side by side": lambda: turn(True), "apart": lambda: turn(False)})
        chosen = (
            "side by side" if len(arrange.compiled_runs(config, pair[True].data)) < worlds else "one after the other"
        )
        found[f"{preset}, {worlds} worlds (chosen: {chosen})"] = speed["side by side"] / speed["apart"]
    report("worlds side by side, over one after the other", found)
