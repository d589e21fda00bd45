"""The lab that trains a grid of settings, each cell with the same seeds, here or on a Dask cluster."""

from __future__ import annotations

from typing import Any

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.source import load_source
from dropout_viz.labs import grid, runs
from dropout_viz.labs import options as o
from dropout_viz.labs.batch import data_of
from dropout_viz.labs.cluster import Cluster
from dropout_viz.labs.cost import LONG, roughly, seconds
from dropout_viz.labs.keeping import called
from dropout_viz.labs.lab import Cancelled, LabResult, Tell
from dropout_viz.labs.measures import Word, chosen, kinds
from dropout_viz.labs.sweep.result import Sweep
from dropout_viz.words import many

KEY = "sweep"
TITLE = "Sweep"
ORDER = 30
QUESTION = "Which value of a setting gives the fewest mistakes, and could that be luck?"
SOURCE = "Srivastava et al., JMLR 15 (2014), section 7.3 and figure 9: the test error as a function of p has a U-shape"
HELP = {
    "shows": (
        "Every combination of the grid's values is a cell, trained with the same seeds, which make one batch. "
        "Finished cells are kept: the same sweep, or a larger one, goes on where the last one ended. What is compared "
        "is a mean over the seeds with every unit on at the end."
    ),
    "read": (
        "A curve over a setting, through the best cell, is called U-shaped if some point inside is lower than both "
        "ends, the intervals of both differences over the seeds below zero, their level raised with the number of "
        "points inside; not U-shaped if one end is lower than every point inside by 95 % intervals."
    ),
    "mind": (
        "Else it is undecided, as with fewer than eight seeds. The best cell is sure if it is lower than the second "
        "best by a 95 % interval. Intervals are the wider of Student's and Hall's. On the whole "
        "the shape of the curves over drop probabilities is told, where there are any, else whether the best cell is "
        "sure."
    ),
}
SMALL = {"seeds": 8}
_GRID = (0.0, 0.2, 0.5, 0.8)  # drop probabilities, beside the run's own
_MANY = 2_000  # cells from which on it is asked first
_SOME = 500  # cells that the estimate looks at
Place = tuple[int, ...]


class Options(o.Options):
    """The grid, what to train, and where."""

    source: str = o.option("moons", "Run", "a preset, or a config file: what the cells share", choices="presets")
    grid: tuple[str, ...] = o.option(
        (), "Grid", "a setting and its values, such as p_hidden=0,.1,.2; once for each axis"
    )
    seeds: int = o.option(10, "Seeds", "how many, in every cell", ge=1, le=4096)
    measure: Word = o.option(
        "best",
        "Measure",
        "what is compared; best: the test error, or what the data have in its place",
        names={"best": "test error, if any"},
    )
    steps: int | None = o.option(None, "Steps", "of every run; none: the run's own", ge=1, le=100_000_000)
    seed: int = o.option(0, "First seed", "the others follow it", takes="seed", ge=0, lt=2**31)
    jobs: int = o.option(2, "Processes", "on this machine, at most", ge=1, le=64)
    dask: str = o.option("", "Dask cluster", "HOST:PORT of a scheduler, to train there instead")


def beside(run: RunConfig) -> dict[str, Any]:
    """Return a grid over the drop probability, the run's own among them."""
    values = sorted({*_GRID, run.p_hidden[0]})
    return {"grid": (f"p_hidden={','.join(f'{p:g}' for p in values)}",)}


def plan(options: Options, most: int = grid.MOST) -> tuple[tuple[grid.Axis, ...], list[Place], list[RunConfig]]:
    """Return the axes, and of each cell (or of about ``most``, evenly spread) the place along them and the config.

    Raises:
        UserError: one of them that cannot be, or too many cells.
    """
    axes = grid.parse(options.grid)
    every = -(-grid.size(axes) // most)
    settings: dict[str, Any] = {"arms": (), "worlds": options.seeds, "seed": options.seed}
    if options.steps is not None:
        settings["steps"] = options.steps
    found = list(grid.cells(load_source(options.source).config.changed(**settings), axes, every))
    for _, config in found:
        chosen(options.measure, kinds(data_of(config)))
    return axes, [place for place, _ in found], [config for _, config in found]


def consider(options: Options) -> str:
    """Return what to ask before a sweep that is empty or enormous."""
    axes, _, _ = plan(options, _SOME)
    count = grid.size(axes)
    took = expect(options)
    if axes and took < LONG and count <= _MANY:
        return ""
    where = "one process; fewer on the cluster" if options.dask else f"up to {options.jobs} processes"
    what = f"sweep of {called(options.source)}: {many(count, 'cell')}"
    empty = "" if axes else " (no --grid: nothing to compare)"
    return f"{what}{empty} of {many(options.seeds, 'seed')}, {roughly(took)} with {where}"


def expect(options: Options) -> float:
    """Return about how many seconds it takes."""
    axes, _, configs = plan(options, _SOME)
    return seconds(configs) * grid.size(axes) / len(configs) / (1 if options.dask else options.jobs)


def run(options: Options, tell: Tell) -> LabResult:
    """Train the cells, in any order, and show what is there from time to time."""
    workers = Cluster(options.dask) if options.dask else None
    axes, places, configs = plan(options)
    sweep = Sweep(options.measure, axes, configs)
    text = f"{many(len(configs), 'cell')} of {many(options.seeds, 'seed')}"
    part, done = tell.part(0.0, 1.0, text), 0
    try:
        for index, trained in runs.trained(configs, part, jobs=options.jobs, workers=workers, curves=False):
            sweep.add(places[index], trained)
            done += 1
            if done & (done - 1) == 0:  # the first, the second, the fourth ...: drawing takes a while
                tell.so_far(sweep.result())
    except (Cancelled, KeyboardInterrupt):
        if done:
            tell.so_far(sweep.result())
        raise
    return sweep.result()
