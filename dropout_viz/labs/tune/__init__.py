"""The lab that follows the post's tuning procedure: widen without dropout, then turn dropout on, then off to use it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import model_validator

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.source import load_source
from dropout_viz.errors import UserError
from dropout_viz.labs import options as o
from dropout_viz.labs import runs
from dropout_viz.labs.batch import Trained, data_of
from dropout_viz.labs.cost import ask, seconds
from dropout_viz.labs.keeping import called
from dropout_viz.labs.lab import LabResult, Tell
from dropout_viz.labs.tune.result import Tuning, fits
from dropout_viz.words import many

KEY = "tune"
TITLE = "Hinton's tuning procedure"
ORDER = 20
QUESTION = "How many hidden units does a network need to learn all its examples, and does dropout help it then?"
SOURCE = (
    'A. Trask, "Hinton\'s Dropout in 3 Lines of Python" (2015); n / (1-p) units: Srivastava et al., JMLR 15 (2014), '
    "appendix A.1"
)
HELP = {
    "shows": (
        "First the hidden layers are widened without dropout, twice as wide each time, until the median seed has the "
        "wanted share of the training examples right. Then the same width is trained with dropout, and beside it n / "
        "(1-p) units, which leave n of them on. Last, dropout is turned off to use the network."
    ),
    "read": (
        "The procedure's promise holds if the test error at that width is lower with dropout than without, the 95 % "
        "interval of the difference over the seeds (the wider of Student's and Hall's) below zero; it fails if the "
        "interval lies above zero. To use the network every unit is on; its thinned networks are measured for "
        "comparison."
    ),
    "mind": (
        "It is undecided where the interval holds zero, with fewer than eight seeds, or where no width fits the "
        "training data."
    ),
}
SMALL = {"seeds": 8, "first": 4, "widest": 64}
_THINNED = 20  # thinned networks of each run that are measured


class Options(o.Options):
    """What to tune, and how hard to try."""

    source: str = o.option("few-digits", "Run", "a preset, or a config file: what is tuned", choices="presets")
    p: float = o.option(
        0.5, "Drop probability", "of the hidden units, once dropout is on", takes="p_hidden", gt=0, lt=1
    )
    p_input: float = o.option(
        0.0, "Drop probability, input", "the post advises .25 at most", takes="p_input", ge=0, lt=1
    )
    fit: float = o.option(0.99, "Fits at", "share of the training examples that must be right", gt=0.5, le=1)
    first: int = o.option(1, "First width", "units in each hidden layer", ge=1, le=4096)
    widest: int = o.option(256, "Widest", "units in each hidden layer, at most", ge=1, le=4096)
    seeds: int = o.option(10, "Seeds", "how many, at every width", ge=2, le=4096)
    steps: int | None = o.option(None, "Steps", "of every run; none: the run's own", ge=1, le=100_000_000)
    seed: int = o.option(0, "First seed", "the others follow it", takes="seed", ge=0, lt=2**31)
    jobs: int = o.option(2, "Processes", "on this machine, at most", ge=1, le=64)

    @model_validator(mode="after")
    def _widths(self) -> Options:
        if self.widest < self.first:
            raise ValueError(f"--widest {self.widest}: must be at least --first, {self.first}")
        return self


def base_for(options: Options) -> RunConfig:
    """Return the run without dropout and with all seeds. Raises ``UserError``."""
    config = load_source(options.source).config
    if not data_of(config).classes:
        raise UserError(f"--source {options.source}: its data have no classes; must be a run that sorts into classes")
    settings: dict[str, Any] = {"arms": (), "p_hidden": 0.0, "p_input": 0.0, "twin": ()}
    settings |= {"worlds": options.seeds, "seed": options.seed}
    if options.steps is not None:
        settings["steps"] = options.steps
    return config.changed(**settings)


def of_width(config: RunConfig, units: int) -> RunConfig:
    """Return a run with so many units in each of its hidden layers. Raises ``UserError`` for more than there may be."""
    return config.changed(hidden=(units,) * len(config.hidden))


def widths(options: Options) -> list[int]:
    """Return the widths to try, each twice the one before."""
    found = [options.first]
    while found[-1] * 2 <= options.widest:
        found.append(found[-1] * 2)
    return found


def wider(units: int, p: float) -> int:
    """Return Srivastava's n / (1-p): so many that n of them are on, in the mean."""
    return max(units + 1, round(units / (1 - p)))


def consider(options: Options) -> str:
    """Return what to ask before a very long run."""
    configs = _configs(options)
    what = f"tune on {called(options.source)}: up to {many(len(configs), 'width')} of {many(options.seeds, 'seed')}"
    return ask(configs, options.jobs, what)


def expect(options: Options) -> float:
    """Return about how many seconds it takes, if no width fits before the last."""
    return seconds(_configs(options)) / options.jobs


def _configs(options: Options) -> list[RunConfig]:
    base = base_for(options)
    return [of_width(base, units) for units in widths(options)]


def run(options: Options, tell: Tell) -> LabResult:
    """Widen, turn dropout on, and off again."""
    base = base_for(options)
    tuning = Tuning(base, options.fit)
    for units, trained in _widened(base, options, tell):
        tuning.add_width(units, trained)
        tell.so_far(tuning.result())
    if tuning.chosen is not None:
        config = comparison(of_width(base, tuning.chosen), options)
        part = tell.part(0.5, 1.0, f"{many(tuning.chosen, 'unit')}, with and without dropout")
        ((_, trained),) = runs.trained([config], part, jobs=options.jobs, thinned=_THINNED)
        tuning.compare(config, trained)
    return tuning.result()


def _widened(base: RunConfig, options: Options, tell: Tell) -> Iterator[tuple[int, Trained]]:
    """Yield the runs of each width, until one fits or there is none left."""
    every = widths(options)
    for k, units in enumerate(every):
        part = tell.part(0.5 * k / len(every), 0.5 * (k + 1) / len(every), f"{many(units, 'unit')}, no dropout")
        ((_, trained),) = runs.trained([of_width(base, units)], part, jobs=options.jobs, curves=False)
        yield units, trained
        if fits(trained, options.fit):
            return


def comparison(config: RunConfig, options: Options) -> RunConfig:
    """Return the arms: the width without dropout and with it, then n / (1-p) units with it and without."""
    units, on = config.hidden[0], {"p_hidden": (options.p,), "p_input": options.p_input}
    more = wider(units, options.p)
    wide = {"hidden": (more,) * len(config.hidden)}
    return config.changed(
        arms=(
            {"name": f"{many(units, 'unit')}", "p_hidden": (0.0,)},
            {"name": f"{many(units, 'unit')}, p = {options.p:g}", **on},
            {"name": f"{many(more, 'unit')}, p = {options.p:g}", **on, **wide},
            {"name": f"{many(more, 'unit')}", **wide},
        )
    )
