"""The lab that trains the same seeds with and without dropout, from the same starts on the same order of the data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import field_validator

from dropout_viz.engine.arm_tables import WITHOUT
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.source import load_source
from dropout_viz.engine.trainer import load_data
from dropout_viz.errors import UserError
from dropout_viz.labs import options as o
from dropout_viz.labs import runs
from dropout_viz.labs.batch import Trained
from dropout_viz.labs.cost import ask, seconds
from dropout_viz.labs.keeping import called
from dropout_viz.labs.lab import LabResult, Tell
from dropout_viz.labs.paired.result import found
from dropout_viz.words import many

KEY = "paired"
TITLE = "With and without dropout"
ORDER = 10
QUESTION = "Does a network make fewer mistakes on new examples if it learnt with dropout?"
SOURCE = (
    "Srivastava et al., JMLR 15 (2014), sections 1 and 6: less over-fitting on held-out data. For the post's own task: "
    "an earlier run of our own, the shares of 200 seeds that solved it, which nobody has published"
)
HELP = {
    "shows": (
        "Every seed is trained in each arm from the same initial weights and on the same order of the data; only the "
        "drop probabilities differ. Try moons (wrong labels), few-digits (little data) and three-lines-exact, where "
        "dropout hurts its own task."
    ),
    "read": (
        "What decides is the test error with every unit on (the test loss without classes; without a test set the "
        "share of seeds that put every training example on its right side). Dropout helps if the 95 % interval of the "
        "mean difference over the seeds lies below zero, hurts if it lies above, else it is undecided."
    ),
    "mind": (
        "It is undecided, too, with fewer than eight seeds, or sixteen that all came out the same. The interval is "
        "the wider of Student's and Hall's, which wrongly decides in 6 of 100 cases at most unless differences are "
        "extremely skewed. Nothing was published of such runs: only shares of the post's own task agree or disagree, "
        "with ours before."
    ),
}

SMALL = {"seeds": 8}
INSTEAD = "moons"


class Options(o.Options):
    """What to train, how often, and with how much dropout."""

    source: str = o.option(INSTEAD, "Run", "a preset, or a config file: what is trained", choices="presets")
    seeds: int = o.option(200, "Seeds", "how many, in every arm", ge=2, le=4096)
    p: tuple[float, ...] = o.option(
        (), "Drop probabilities", "of the hidden units, an arm each, with commas; none: the run's own"
    )
    steps: int | None = o.option(None, "Steps", "of every run; none: the run's own", ge=1, le=100_000_000)
    seed: int = o.option(0, "First seed", "the others follow it", takes="seed", ge=0, lt=2**31)
    jobs: int = o.option(2, "Processes", "on this machine, at most", ge=1, le=64)

    @field_validator("p")
    @classmethod
    def _probabilities(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if not all(0 < p < 1 for p in value) or len(set(value)) < len(value):
            raise ValueError("every one must be more than 0 and less than 1, and none twice")
        if len(value) > 8:
            raise ValueError("must be at most 8")
        return value


def config_for(options: Options) -> RunConfig:
    """Return the run with its arms: first without dropout, then with. Raises ``UserError``."""
    base = load_source(options.source).config.changed(arms=(), worlds=1)
    if not options.p and not any(base.drop_probabilities):
        raise UserError(f"--source {options.source}: has no dropout of its own; must be given some with --p")
    own: dict[str, Any] = {"p_input": base.p_input, "p_hidden": base.p_hidden}
    arms: list[dict[str, Any]] = [{"name": WITHOUT, "p_input": 0.0, "p_hidden": (0.0,)}]
    if options.p:
        arms += [{"name": f"p = {p:g}", **own, "p_hidden": (p,)} for p in options.p]
    else:
        arms += [{"name": _own_name(base), **own}]
    steps = base.steps if options.steps is None else options.steps
    return base.changed(arms=arms, worlds=options.seeds, seed=options.seed, steps=steps)


def _own_name(config: RunConfig) -> str:
    hidden = ", ".join(f"{p:g}" for p in dict.fromkeys(config.p_hidden))
    return f"p = {hidden}" + (f", input {config.p_input:g}" if config.p_input else "")


def beside(run: RunConfig) -> dict[str, Any]:
    """Return a drop probability for a run that has none."""
    return {} if any(run.drop_probabilities) else {"p": (0.5,)}


def lacks(run: RunConfig) -> str:
    """Return why the question cannot be answered of a run: it has no new examples; ``""``: it can."""
    if load_data(run).x_test is not None:
        return ""
    return (
        "This run has no new examples, so this lab cannot answer its question of it: "
        "it only counts the seeds that learn every example they train on."
    )


def consider(options: Options) -> str:
    """Return what to ask before a very long run."""
    config = config_for(options)
    runs_ = options.seeds * len(config.arms)
    return ask(
        [config],
        options.jobs,
        f"paired on {called(options.source)}: {many(runs_, 'run')} of {many(config.steps, 'step')}",
    )


def expect(options: Options) -> float:
    """Return about how many seconds it takes."""
    return seconds([config_for(options)]) / options.jobs


def run(options: Options, tell: Tell) -> LabResult:
    """Train all arms and compare them."""
    config = config_for(options)
    text = f"{many(options.seeds, 'seed')} in {many(len(config.arms), 'arm')}"

    def show(so_far: Trained) -> None:
        steps = int(so_far.steps[-1])
        result = found(config.changed(steps=steps), so_far)
        said = f"After {steps:,} of {config.steps:,} steps: {result.answer}"
        tell.so_far(replace(result, answer=said))

    ((_, trained),) = runs.trained([config], tell.part(0.0, 1.0, text), jobs=options.jobs, look=show)
    return found(config, trained)
