"""How long runs will take: how they compare, by counting, and in seconds, by trying a few steps of some."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.arrange import compiled_runs
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.maps import layer_sizes, map_sizes
from dropout_viz.engine.trainer import Trainer
from dropout_viz.labs.batch import data_of
from dropout_viz.words import many

_CALL, _UNIT, _PRODUCT = 2e-5, 2e-8, 6e-10  # seconds of a step's calls, of a unit, and of a multiplication; about
_TRIED, _SECONDS, _LANES = 5, 0.05, 4  # configs that are tried, how long each, and how many programs at a time
_PIECES = 3  # of each, at least


def cost(config: RunConfig, data: DataSet) -> float:
    """Return about how many seconds a config's runs take, from the sizes of its arrays."""
    batch = config.batch_size or len(data.x)
    one = 0.0
    for arm in config.arm_configs:
        sizes, kernels = layer_sizes(arm, data), sum(map_sizes(arm, data))
        products = sum(i * j for i, j in zip(sizes, sizes[1:], strict=False))
        one += batch * (_UNIT * sum(sizes) + _PRODUCT * products + _UNIT * 25 * kernels)
    return config.steps * (_CALL * len(compiled_runs(config, data)) + config.worlds * one)


def seconds(configs: Sequence[RunConfig]) -> float:
    """Return about how long it takes to train all of them, one after the other, on this machine as busy as it is.

    Raises:
        UserError: one that is tried does not fit its data set.
    """
    if not configs:
        return 0.0
    slow = []  # times as long as counted, of each that is tried
    places = {round(k * (len(configs) - 1) / (_TRIED - 1)) for k in range(_TRIED)}
    for place in sorted(places):
        data = data_of(configs[place])
        config = _few(configs[place], data)
        slow.append(_try(config, data) / cost(config, data))
    return statistics.median(slow) * sum(cost(config, data_of(config)) for config in configs)


def slowness(config: RunConfig) -> float:
    """Return how many times as long a config takes here as ``cost`` counts: what was measured elsewhere takes about
    so many times as long on this machine, as busy as it is. Raises ``UserError``: it does not fit its data set."""
    return seconds([config]) / cost(config, data_of(config))


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds some work keeps a processor of this machine busy: the shorter of two tries."""
    took = []
    for _ in range(2):
        begun = time.thread_time()
        work()
        took.append(time.thread_time() - begun)
    return min(took)


def _few(config: RunConfig, data: DataSet) -> RunConfig:
    """Return a config with fewer seeds where they train one after the other: a few of them tell as much."""
    count = len(compiled_runs(config, data))
    return config if count <= _LANES else config.changed(worlds=max(1, config.worlds * _LANES // count))


def _try(config: RunConfig, data: DataSet) -> float:
    """Return about how long one config takes with a processor of its own: the median of its first pieces."""
    trainer = Trainer(config, data, recording=False)
    trainer.advance(1)
    steps, each, begun = 1, list[float](), time.perf_counter()
    while time.perf_counter() - begun < _SECONDS or len(each) < _PIECES:
        before = time.thread_time()  # another program may have the processor meanwhile
        trainer.advance(steps)
        each.append((time.thread_time() - before) / steps)
        steps = min(2 * steps, config.steps)
    return statistics.median(each) * config.steps


def duration(amount: float) -> str:
    """Return seconds as people say them."""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if amount >= 2 * length:
            return f"{amount / length:,.0f} {unit}"
    return f"{max(1, amount):.0f} s"


def roughly(amount: float) -> str:
    """Return an estimate in words that promise no more than it can hold: it comes from a moment of trying."""
    if amount < 100:
        return f"about {next(round_ for round_ in _SECONDS_SAID if amount <= 1.25 * round_ or round_ == 90)} s"
    return next(said for said, most in _SAID if amount < most)


_SECONDS_SAID = (1, 2, 5, 10, 15, 20, 30, 45, 60, 90)
_SAID = (
    ("about 2 minutes", 165.0),
    ("several minutes", 900.0),
    ("about half an hour", 2_700.0),
    ("about an hour", 5_400.0),
    ("several hours", 43_200.0),
    ("about a day", 129_600.0),
    ("several days", float("inf")),
)

LONG = 3600.0
"""Seconds from which on a run is asked about before it begins."""


def ask(configs: Sequence[RunConfig], jobs: int, what: str) -> str:
    """Return what to ask before so much is begun: what it is, and how long it takes; ``""`` if that is not long."""
    estimate = seconds(configs) / jobs
    return "" if estimate < LONG else f"{what}, {roughly(estimate)} on {many(jobs, 'process', 'processes')}"
