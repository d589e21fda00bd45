"""A Dask cluster of this machine for a test: a scheduler and some workers, each a process of one thread."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple

PATIENCE = 60.0


# A scheduler and workers, forks of a process that has imported what they need: that takes each of them longer than
# its work. Tells their numbers, and of each that ends its number and status.
BEGIN = """
import os, sys
from distributed.cli import dask_scheduler, dask_worker
import dropout_viz.labs.runs
card, folder, workers = sys.argv[1:]
worker = (dask_worker.main, ["--no-nanny", "--nthreads", "1", "--local-directory", folder])
made = []
for run, words in ((dask_scheduler.main, ["--port", "0"]), *int(workers) * [worker]):
    if child := os.fork():
        made.append(child)
    else:
        sys.exit(run([*words, "--host", "127.0.0.1", "--scheduler-file", card, "--no-dashboard"]))
print(*made, flush=True)
for _ in made:
    child, status = os.wait()
    print(child, os.waitstatus_to_exitcode(status), flush=True)
"""


class Running(NamedTuple):
    """A cluster: the address of its scheduler, its workers' numbers, and where each process is told of that ends."""

    address: str
    workers: list[int]
    ended: IO[str]


@contextmanager
def running(folder: Path, workers: int = 2) -> Iterator[Running]:
    """Run a cluster, whose files lie in a folder, until the context ends."""
    card = folder / "scheduler.json"
    root = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}
    line = [sys.executable, "-c", BEGIN, str(card), str(folder), str(workers)]
    parent = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    assert parent.stdout is not None
    made = [int(number) for number in parent.stdout.readline().split()]
    try:
        deadline = time.monotonic() + PATIENCE
        while not (card.exists() and card.read_text().strip()) and time.monotonic() < deadline:
            time.sleep(0.05)
        address = json.loads(card.read_text())["address"].removeprefix("tcp://")
        yield Running(address, made[1:], parent.stdout)
    finally:
        for process in made:
            with suppress(ProcessLookupError):  # killed before
                os.kill(process, signal.SIGKILL)
        parent.communicate()
