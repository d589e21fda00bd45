"""Every benchmark, one after another, each in a process of its own: ``python -m tests.benchmarks``.

What they find is kept in ``measured.json`` with the machine that they ran on, and the tables of the README and the
guide are made of that file. ``DROPOUT_VIZ_BUSY=1`` keeps one core busy with something else meanwhile and fills the
other column; ``DROPOUT_VIZ_DATA`` names a folder with the real MNIST; PyTorch and scikit-learn are measured against
where they are installed or lie in ``.oracle``.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

from tests.benchmarks import tables

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
RIVALS = ROOT / ".oracle"
LONGEST = 420.0  # seconds that one file of benchmarks may take: what hangs holds nothing up
ALL = 1200.0  # seconds for all of them


def names() -> list[str]:
    """Return what benchmarks there are, by their files' names."""
    return sorted(file.stem.removeprefix("bench_") for file in HERE.glob("bench_*.py"))


@contextmanager
def busy_core(wanted: bool) -> Iterator[None]:
    """Keep one core busy, if that is wanted."""
    if not wanted:
        yield
        return
    other = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        other.kill()
        other.wait()


def measure(name: str, limit: float) -> tuple[dict[str, Any], str]:
    """Run one file of benchmarks; return its figures by group, and how it ended in one line.

    Args:
        limit: seconds after which it is stopped. What it found until then counts.
    """
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.json"
        environment = {**os.environ, "DROPOUT_VIZ_RESULTS": str(found), "DROPOUT_VIZ_RIVALS": str(RIVALS)}
        words = ["-m", "pytest", str(HERE / f"bench_{name}.py"), "-o", "python_files=bench_*.py"]
        words += ["-m", "slow or not slow", "-q", "-s", "-p", "no:cacheprovider", "-rs"]
        child = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environment, start_new_session=True)
        try:
            status = child.wait(limit)
            ended = "" if status == 0 else "skipped" if status == 5 else f"failed ({status})"
        except subprocess.TimeoutExpired:
            ended = f"stopped after {limit:.0f} s"
        finally:
            _end(child)
        return (json.loads(found.read_text()) if found.exists() else {}), ended


def _end(child: subprocess.Popen[bytes]) -> None:
    """Stop a process with all that it started."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def machine() -> dict[str, Any]:
    """Return what figures hang on: versions, the matrix library's kernel, cores, and how busy the machine is."""
    import numpy  # noqa: F401 - loads the matrix library, so that it can be asked
    from threadpoolctl import threadpool_info

    import dropout_viz

    sys.path.append(str(RIVALS))
    try:
        kernel = next((lib.get("architecture", "") for lib in threadpool_info() if lib["user_api"] == "blas"), "")
        versions = {"Python": platform.python_version(), "dropout-viz": dropout_viz.__version__}
        for package in ("numpy", "PySide6-Essentials", "pyqtgraph", "torch", "scikit-learn"):
            try:
                versions[package] = metadata.version(package)
            except metadata.PackageNotFoundError:
                continue
    finally:
        sys.path.remove(str(RIVALS))
    return {
        "day": datetime.date.today().isoformat(),
        "versions": versions,
        "BLAS kernel": kernel,
        "cores": os.cpu_count(),
        "load before": round(os.getloadavg()[0], 2),
    }


def main() -> int:
    """Measure, keep what was found, write the tables; return 1 where a benchmark failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=names(), metavar="NAME", help=", ".join(names()))
    parser.add_argument("--dry", action="store_true", help="keep nothing and write no table")
    asked = parser.parse_args()
    busy = bool(os.environ.get("DROPOUT_VIZ_BUSY"))
    begun, figures, failed = time.monotonic(), {}, []
    computer = machine()
    with busy_core(busy):
        for name in asked.only or names():
            left = ALL - (time.monotonic() - begun)
            before = time.monotonic()
            found, ended = measure(name, max(1.0, min(LONGEST, left)))
            figures |= found
            print(f"--- {name}: {time.monotonic() - before:.0f} s {ended}", flush=True)
            if ended and ended != "skipped":
                failed.append(f"{name} {ended}")
    computer["load after"] = round(os.getloadavg()[0], 2)
    computer["minutes"] = round((time.monotonic() - begun) / 60, 1)
    if not asked.dry:
        tables.keep("busy" if busy else "quiet", computer, figures)
        tables.write()
    print(f"{len(figures)} groups of figures in {computer['minutes']} minutes", *failed, sep="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
