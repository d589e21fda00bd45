"""A sweep on a real Dask cluster of this machine, one of whose two workers is killed half-way."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import pytest

from dropout_viz.errors import UserError
from dropout_viz.labs import sweep
from dropout_viz.labs.cluster import Cluster
from dropout_viz.labs.lab import Tell
from dropout_viz.labs.options import make
from dropout_viz.labs.store import Store

if find_spec("distributed") is None:  # importing it takes long, in every process that runs any test
    pytest.skip("Dask is not installed", allow_module_level=True)

PATIENCE = 60.0


# A scheduler and two workers, forks of a process that has imported what they need: that takes each of them longer than
# its work. Tells their numbers, and of each that ends its number and status.
BEGIN = """
import os, sys
from distributed.cli import dask_scheduler, dask_worker
import dropout_viz.labs.runs
card, folder = sys.argv[1:]
worker = (dask_worker.main, ["--no-nanny", "--nthreads", "1", "--local-directory", folder])
made = []
for run, words in ((dask_scheduler.main, ["--port", "0"]), worker, worker):
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


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Running]:
    card = tmp_path / "scheduler.json"
    root = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}
    line = [sys.executable, "-c", BEGIN, str(card), str(tmp_path)]
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


class Watched(Store):
    """Counts what is kept, and kills a worker after the second cell."""

    def __init__(self, folder: Path, victim: int | None) -> None:
        super().__init__(folder)
        self.victim, self.causes = victim, []

    def put(self, cause: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
        super().put(cause, arrays)
        self.causes.append(json.dumps(cause, sort_keys=True))
        if len(self.causes) == 2 and self.victim is not None:
            os.kill(self.victim, signal.SIGKILL)


@pytest.mark.slow
def test_a_worker_is_killed_half_way_and_nothing_is_lost_or_counted_twice(cluster: Running, tmp_path: Path) -> None:
    address, workers, ended = cluster
    wait_for_workers(address)
    values = {"grid": ("p_hidden=0,.1,.2,.4", "hidden=8,16"), "seeds": 4, "steps": 200, "jobs": 1}
    store = Watched(tmp_path / "there", workers[0])
    there = sweep.run(make(sweep.Options, {**values, "dask": address}), Tell(store=store))
    assert ended.readline().split() == [str(workers[0]), str(-signal.SIGKILL)]
    os.kill(workers[1], 0)  # it is there
    assert len(store.causes) == len(set(store.causes)) == 8
    here = sweep.run(make(sweep.Options, values), Tell(store=Store(tmp_path / "here")))
    columns = there.tables[0].columns
    assert columns == here.tables[0].columns
    assert [row[:3] for row in there.tables[0].rows] == [row[:3] for row in here.tables[0].rows]
    for one, other in zip(there.tables[0].rows, here.tables[0].rows, strict=True):
        assert np.allclose(one[3:], other[3:], atol=1e-12)
    assert there.verdict == here.verdict and list(there.results) == list(here.results)


def wait_for_workers(address: str) -> None:
    from distributed import Client

    with Client(address, timeout=PATIENCE, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=PATIENCE)


def test_a_cluster_that_is_not_there_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = f"127.0.0.1:{taken.getsockname()[1]}"
    for address in (free, "127.0.0.1:99999"):
        with (
            pytest.raises(UserError, match=f"--dask {address}: no Dask scheduler answers there within 5 s; must be"),
            Cluster(address).executor(),
        ):
            pass


@pytest.mark.parametrize("address", ["", "here", "here:", "a b:1", "127.0.0.1"])
def test_an_address_is_a_host_and_a_port(address: str) -> None:
    with pytest.raises(UserError, match=f"--dask {address}: must be HOST:PORT"):
        Cluster(address)


def test_without_dask_installed_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match="--dask: Dask is not installed; must be: pip install 'dropout-viz\\[dask\\]'"):
        Cluster("127.0.0.1:8786")
