"""A sweep on a real Dask cluster of this machine, one of whose two workers is killed half-way."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
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
from tests.labs.dask_here import PATIENCE, Running, running

if find_spec("distributed") is None:  # importing it takes long, in every process that runs any test
    pytest.skip("Dask is not installed", allow_module_level=True)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as found:
        yield found


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
