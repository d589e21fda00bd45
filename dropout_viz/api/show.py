"""The window on a run of a script: in a process of its own, so that neither waits for, nor ends with, the other.

A picture that a script has drawn may have made an application that knows no display, and a notebook has an event loop
of its own or none: a process of its own does with any of them. The run goes there as a run file, which is deleted once
it has been read; arrays that were given from Python go beside it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from dropout_viz.data import memory
from dropout_viz.data.dataset import DataSet
from dropout_viz.engine import run_file
from dropout_viz.engine.source import Source
from dropout_viz.engine.state import RunState
from dropout_viz.errors import UserError
from dropout_viz.files import read_bytes, write_bytes

_RUN, _DATA, _ABOUT = "run.safetensors", "data.npz", "about.json"
_MOST = 1 << 20
_UNSEEN = ("offscreen", "minimal", "minimalegl")
"""Qt's platforms whose windows nobody sees."""


def show(state: RunState, name: str, wait: bool | None) -> None:
    """Open the window on a run. Raises ``UserError`` where there is no display, and for a window that failed."""
    from dropout_viz.app.platform import check

    if not check.has_display():
        raise UserError(
            "no display: DISPLAY and WAYLAND_DISPLAY are not set; must be shown on a desktop, "
            "or with figure or film, which need none"
        )
    if (platform := os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]) in _UNSEEN:
        raise UserError(
            f"no display: QT_QPA_PLATFORM = {platform} draws where nobody sees it, or could close the window; must be "
            "shown on a desktop, or with figure or film, which need none"
        )
    check.check()
    folder = Path(tempfile.mkdtemp(prefix="dropout-viz-"))
    try:
        _put(folder, state, name)
        begun = subprocess.Popen([sys.executable, "-P", "-m", "dropout_viz.api.show", str(folder)])
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if wait if wait is not None else not _interactive():
        status = begun.wait()
        if status == 2:
            raise UserError("the window could not be opened; why stands on standard error")


def _interactive() -> bool:
    """Return whether somebody types and waits for the next prompt: in a notebook, or at Python's own."""
    ipython: Any = sys.modules.get("IPython")
    return hasattr(sys, "ps1") or (ipython is not None and ipython.get_ipython() is not None)


def _put(folder: Path, state: RunState, name: str) -> None:
    run_file.save(state, folder / _RUN)
    data, about = state.data, {"name": name}
    if memory.is_memory(state.config.data):
        arrays = {"x": data.x, "y": data.y, "x_test": data.x_test, "y_test": data.y_test}
        there: dict[str, Any] = {key: array for key, array in arrays.items() if array is not None}
        np.savez(folder / _DATA, **there)
        kept = ("classes", "features", "image", "credit", "files")
        about |= {key: getattr(data, key) for key in kept}
    write_bytes(folder / _ABOUT, json.dumps(about).encode())


def _take(folder: Path) -> tuple[Source, str, DataSet | None]:
    """Return the run that was put into a folder, its name, and its arrays, if they lie there; the folder is deleted."""
    try:
        about = json.loads(read_bytes(folder / _ABOUT, _MOST))
        name, data = about.pop("name"), None
        if about:
            with np.load(folder / _DATA, allow_pickle=False) as arrays:
                facts: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in about.items()}
                data = DataSet(**{key: arrays[key] for key in arrays.files}, **facts)
            memory.remember(data)
        state = run_file.read(folder / _RUN)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Source(state.config, lambda going: state), name, data


def main(folder: str) -> int:
    """Open the window on the run in a folder and return when it has been closed: the exit status."""
    from dropout_viz.app.main import Asked, run_window

    try:
        source, name, data = _take(Path(folder))
        status = run_window(Asked(lambda: source, name))
        del data  # kept until here
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
