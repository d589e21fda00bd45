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
from importlib.util import find_spec
from pathlib import Path
from typing import Any

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


def begin(what: str, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *words, "--no-dashboard"]
    quiet = subprocess.DEVNULL
    root = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}
    return subprocess.Popen(command, stdout=quiet, stderr=quiet, env=environment)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler, and its two workers' processes."""
    card = tmp_path / "scheduler.json"
    started = [begin("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(card))]
    try:
        deadline = time.monotonic() + PATIENCE
        while not (card.exists() and card.read_text().strip()) and time.monotonic() < deadline:
            time.sleep(0.05)
        address = json.loads(card.read_text())["address"].removeprefix("tcp://")
        common = ("--no-nanny", "--nthreads", "1", "--host", "127.0.0.1", "--local-directory", str(tmp_path))
        started += [begin("worker", address, *common) for _ in range(2)]
        yield address, started[1:]
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.wait()


class Watched(Store):
    """Counts what is kept, and kills a worker after the second cell."""

    def __init__(self, folder: Path, victim: subprocess.Popen[bytes] | None) -> None:
        super().__init__(folder)
        self.victim, self.causes = victim, []

    def put(self, cause: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
        super().put(cause, arrays)
        self.causes.append(json.dumps(cause, sort_keys=True))
        if len(self.causes) == 2 and self.victim is not None:
            os.kill(self.victim.pid, signal.SIGKILL)


def test_a_worker_is_killed_half_way_and_nothing_is_lost_or_counted_twice(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    address, workers = cluster
    wait_for_workers(address)
    values = {"grid": ("p_hidden=0,.1,.2,.4", "hidden=8,16"), "seeds": 4, "steps": 200, "jobs": 1}
    store = Watched(tmp_path / "there", workers[0])
    there = sweep.run(make(sweep.Options, {**values, "dask": address}), Tell(store=store))
    assert workers[0].wait(10) == -signal.SIGKILL
    assert workers[1].poll() is None
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
