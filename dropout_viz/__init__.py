"""dropout-viz: train a small network with dropout and watch every thinned sub-network it really used.

For scripts and notebooks::

    import dropout_viz

    run = dropout_viz.run("moons", seed=7, steps=300)
    run.scores["loss"]["test"]
    run.figure("landscape")

``run`` begins a run of a preset, of settings, or of your own arrays; ``open`` goes on with one that was saved; ``lab``
answers a question with many runs. What is wrong is told in one line, as a ``UserError``. Importing this imports
nothing else: each name brings what it needs when it is first used, and Qt only comes to draw.
"""

import os

# Before NumPy is imported. With products this small a second thread of OpenBLAS costs more than it brings, and the
# window wants that core; and how a sum is cut between threads changes its last bit, so runs would differ by machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

TYPE_CHECKING = False  # as that of typing, which takes longer to import than all of this
if TYPE_CHECKING:
    from dropout_viz.api.figure import RunFigure
    from dropout_viz.api.lab import LabAnswer, lab
    from dropout_viz.api.run import Run, RunCurve, open, run
    from dropout_viz.api.table import DataTable, listing, presets
    from dropout_viz.data.dataset import DataSet
    from dropout_viz.data.memory import data_set
    from dropout_viz.engine.config import RunConfig
    from dropout_viz.engine.snapshot import Snapshot
    from dropout_viz.errors import MissingData, RunError, UserError

__version__ = "0.1.0"
__all__ = [
    "DataSet",
    "DataTable",
    "LabAnswer",
    "MissingData",
    "Run",
    "RunConfig",
    "RunCurve",
    "RunError",
    "RunFigure",
    "Snapshot",
    "UserError",
    "data_set",
    "lab",
    "listing",
    "open",
    "presets",
    "run",
]

_PLACES = {
    "api.figure": ("RunFigure",),
    "api.lab": ("LabAnswer", "lab"),
    "api.run": ("Run", "RunCurve", "open", "run"),
    "api.table": ("DataTable", "listing", "presets"),
    "data.dataset": ("DataSet",),
    "data.memory": ("data_set",),
    "engine.config": ("RunConfig",),
    "engine.snapshot": ("Snapshot",),
    "errors": ("MissingData", "RunError", "UserError"),
}


def __getattr__(name: str) -> object:
    from importlib import import_module

    for place, names in _PLACES.items():
        if name in names:
            found = globals()[name] = getattr(import_module(f"{__name__}.{place}"), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
