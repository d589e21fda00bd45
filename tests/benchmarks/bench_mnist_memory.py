"""The most memory that ``train`` takes on the real MNIST, and what measuring costs; needs DROPOUT_VIZ_DATA."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time

import pytest

from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from tests.benchmarks.ratios import report

FOLDER = os.environ.get("DROPOUT_VIZ_DATA", "")  # read now: a test sees the small stand-in there
needs_mnist = pytest.mark.skipif(not FOLDER, reason="needs DROPOUT_VIZ_DATA, a folder with the real MNIST")
STEPS = 1200

CHILD = f"""
import json, resource, sys
from dropout_viz import cli
status = cli.main(["train", *sys.argv[1:], "--steps", "{STEPS}", "--json"])
print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
sys.exit(status)
"""


@needs_mnist
@pytest.mark.skipif(sys.platform != "linux", reason="other systems count maxrss in other units")
def test_peak_memory() -> None:
    environment = {**os.environ, "DROPOUT_VIZ_DATA": FOLDER}
    rows: dict[str, float | str] = {}
    for words in (["mnist"], ["mnist", "--set", "optimiser=adam", "--set", "learning_rate=0.001"], ["tutorial-dense"]):
        done = subprocess.run(
            [sys.executable, "-c", CHILD, *words], capture_output=True, text=True, check=True, env=environment
        )
        told, peak = done.stdout.splitlines()
        rows[f"{' '.join(words)}: peak, MiB (at most 1,536)"] = json.loads(peak)
        rows[f"{' '.join(words)}: test accuracy after {STEPS} steps"] = json.loads(told)["accuracy"]["test"]
    report("memory, MNIST from the command line", rows)


@needs_mnist
def test_share_of_time_spent_measuring(monkeypatch: pytest.MonkeyPatch) -> None:
    """A measurement's seconds over a step's, times how often it comes: beyond the first epochs."""
    monkeypatch.setenv("DROPOUT_VIZ_DATA", FOLDER)
    trainer = Trainer(load_preset("mnist"))
    compiled = trainer._compiled_runs[0]
    trainer.advance(50)
    begun = time.perf_counter()
    compiled._measured_by(compiled.evaluators)
    measuring = time.perf_counter() - begun
    compiled._measure_at, compiled._spread = 10**9, None
    begun = time.perf_counter()
    trainer.advance(100)
    step = (time.perf_counter() - begun) / 100
    report(
        "measuring MNIST",
        {
            "a measurement over a training step": measuring / step,
            "steps between two": float(compiled._every),
            "share of the time": measuring / (measuring + compiled._every * step),
            "peak of this process, MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        },
    )
