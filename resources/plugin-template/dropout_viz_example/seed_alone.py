"""A lab: how much the seed alone decides."""

from __future__ import annotations

import numpy as np

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.source import load_source
from dropout_viz.labs import options as o
from dropout_viz.labs import runs
from dropout_viz.labs.cost import seconds
from dropout_viz.labs.lab import Finding, LabResult, Tell, verdict

KEY = "seed-alone"
TITLE = "The seed alone"
ORDER = 2000
QUESTION = "How far apart do runs end that differ in nothing but their seed?"
SOURCE = "The template for plug-ins of dropout-viz"
HELP = {
    "shows": "The same settings are trained with many seeds, which decide initial weights, masks and data order.",
    "read": "A single run may lie anywhere in the spread, and says little about another setting by itself.",
}
SMALL = {"seeds": 8, "steps": 300}


class Options(o.Options):
    """What to train, and how often."""

    source: str = o.option("rings", "Run", "a preset, or a config file: what is trained", choices="presets")
    seeds: int = o.option(32, "Seeds", "how many", ge=2, le=1024)
    steps: int = o.option(1000, "Steps", "of every run", ge=1, le=1_000_000)


def _config(options: Options) -> RunConfig:
    return load_source(options.source).config.changed(arms=(), worlds=options.seeds, steps=options.steps)


def expect(options: Options) -> float:
    """Return about how many seconds it takes."""
    return seconds([_config(options)])


def run(options: Options, tell: Tell) -> LabResult:
    """Train all seeds and measure their spread."""
    ((_, trained),) = runs.trained([_config(options)], tell)
    losses = trained.final["loss_train"].ravel()
    spread = float(np.std(losses, ddof=1))
    note = f"standard deviation of the training loss over {len(losses)} seeds, whose mean is {losses.mean():.4g}"
    finding = Finding("spread of the training loss", None, spread, "> 0", verdict(spread > 0), note)
    return LabResult(finding.verdict, [finding], answer=f"They spread by {spread:.2g}.")
