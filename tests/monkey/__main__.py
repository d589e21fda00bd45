"""Let the monkey at the window:  python -m tests.monkey --seed 1 --actions 5000. Status 1 where it found a fault."""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import os
import sys
import tempfile
from pathlib import Path


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.monkey", description=__doc__)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--actions", type=int, default=5_000)
    asked.add_argument("--log", type=Path, help="write down every action here")
    given = asked.parse_args()
    faulthandler.enable()
    with tempfile.TemporaryDirectory(prefix="monkey-") as name:
        folder = Path(name)
        _stay_at_home(folder)
        from PySide6.QtWidgets import QApplication

        from tests.monkey.monkey import run

        application = QApplication.instance() or QApplication(["monkey"])
        with (given.log or Path(os.devnull)).open("w", buffering=1) as log, contextlib.chdir(folder):
            outcome = run(given.seed, given.actions, folder, lambda line: print(line, file=log))
        print(outcome)
        print(f"seed {given.seed}, {given.actions} actions: {len(outcome.faults)} faults")
        application.clipboard().clear()  # that of Qt's offscreen plugin outlives Python
        del application
    return 1 if outcome.faults else 0


def _stay_at_home(folder: Path) -> None:
    """Send whatever the program remembers to a folder of the monkey's own, and let it have a small MNIST."""
    from tests.data import small_mnist

    for name in ("CONFIG", "CACHE", "DATA", "STATE"):
        os.environ[f"XDG_{name}_HOME"] = str(folder / name.lower())
    os.environ["DROPOUT_VIZ_DATA"] = str(small_mnist.write(folder / "mnist"))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


if __name__ == "__main__":
    sys.exit(main())
