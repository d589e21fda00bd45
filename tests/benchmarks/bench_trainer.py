"""Trainer against the post's own loop: steps a second over steps a second, history on."""

from __future__ import annotations

from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from tests.benchmarks.ratios import rates, report
from tests.oracle import post

STEPS = 2_000


def test_trainer_over_the_post() -> None:
    published, exact = load_preset("three-lines"), load_preset("three-lines-exact")
    trainers = {
        "three-lines, bit for bit": (Trainer(published), 4 * STEPS),
        "three-lines-exact": (Trainer(exact), 4 * STEPS),
        "64 worlds in total": (Trainer(exact.changed(worlds=64)), STEPS),
        "256 worlds in total": (Trainer(exact.changed(worlds=256)), STEPS // 2),
        "256 worlds in total, float32": (Trainer(exact.changed(worlds=256, dtype="float32")), STEPS // 2),
    }

    def turn(name: str) -> int:
        trainer, steps = trainers[name]
        trainer.advance(steps)
        return steps * trainer.config.worlds

    def the_post() -> int:
        post(0, STEPS)
        return STEPS

    found = rates({"the post": the_post, **{name: (lambda n=name: turn(n)) for name in trainers}})
    base = found.pop("the post")
    report("trainer, times the post's loop", {name: rate / base for name, rate in found.items()})


def test_worlds_over_one_world() -> None:
    """World steps a second over those of the run alone."""
    moons = load_preset("moons")
    trainers = {"one": Trainer(moons), "32": Trainer(moons.changed(worlds=32))}

    def turn(name: str) -> int:
        trainers[name].advance(200)
        return 200 * trainers[name].config.worlds

    found = rates({name: (lambda n=name: turn(n)) for name in trainers})
    report("worlds, times one world", {"moons, 32 worlds in total": found["32"] / found["one"]})
