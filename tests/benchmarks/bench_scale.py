"""A sweep by one worker and by two, joblib's and Dask's: how efficient two are, and what a cell costs beside."""

from __future__ import annotations

import time
from importlib.util import find_spec
from pathlib import Path

from dropout_viz.labs import sweep
from dropout_viz.labs.lab import Tell
from dropout_viz.labs.options import make
from dropout_viz.labs.store import Store
from tests.benchmarks.ratios import report
from tests.labs.dask_here import running

CELLS = 16
SETTINGS = {"source": "moons", "grid": (f"p_hidden={','.join(f'{k / 20:g}' for k in range(CELLS))}",), "seeds": 8}
STEPS = 1_200


def seconds(**where: object) -> float:
    """Return how long the sweep takes, nothing kept; the second of two, when workers have imported what they need."""
    for steps in (STEPS // 10, STEPS):
        options = make(sweep.Options, {**SETTINGS, "steps": steps, "jobs": 1, **where})
        begun = time.perf_counter()
        sweep.run(options, Tell(store=Store(reading=False)))
        took = time.perf_counter() - begun
    return took


def on_dask(workers: int, folder: Path) -> float:
    """Return how long it takes on a cluster of this machine."""
    folder.mkdir()
    with running(folder, workers) as cluster:
        return seconds(dask=cluster.address)


def test_one_worker_and_two(tmp_path: Path) -> None:
    one, two = seconds(), seconds(jobs=2)
    rows: dict[str, float | str] = {"joblib, 2 processes: efficiency": one / (2 * two), "a cell, s": one / CELLS}
    if find_spec("distributed") is not None:
        alone, both = on_dask(1, tmp_path / "one"), on_dask(2, tmp_path / "two")
        rows |= {
            "Dask, 2 workers: efficiency": one / (2 * both),
            "Dask: beside a cell's run, ms": 1000 * max(0.0, alone - one) / CELLS,
        }
    report("scaling out, a sweep over moons", rows)
