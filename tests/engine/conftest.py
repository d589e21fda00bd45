"""A runner that is closed, and joined, at the end of each test; and what makes runs cheap that say the same so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from threadpoolctl import threadpool_limits

from dropout_viz.data import plane
from dropout_viz.engine import blocks, schedule
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.runner import Runner
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer

CONFIG = load_preset("three-lines")
Make = Callable[..., Runner]


@pytest.fixture
def one_matrix_thread() -> Iterator[None]:
    """The matrix library's, as in the program; here NumPy may be imported before that is settled."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def short_blocks() -> Iterator[None]:
    """Few steps are compiled at once: a short run goes from block to block, and little is compiled in vain."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_MOST", 16)
        yield


@pytest.fixture(scope="module")
def little_measuring() -> Iterator[None]:
    """Runs are measured less often at first, and on fewer test points: that takes most of a short run's time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schedule, "_CLOSE", 0.3)
        patch.setattr(plane, "TEST_EXAMPLES", 60)
        yield


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[Runner] = []

    def build(run: Trainer | Arms | None = None, **options: Any) -> Runner:
        made.append(Runner(run or Trainer(CONFIG), **options))
        return made[-1]

    yield build
    for runner in made:
        runner.close()
        assert runner.status.phase == "closed"
    assert not [t for t in threading.enumerate() if t.name == "trainer"]


def wait(runner: Runner, ready: Callable[[Runner], bool]) -> Runner:
    """Wait, as a window would: asking for news once a frame."""
    end = time.monotonic() + 60
    while not ready(runner):
        assert time.monotonic() < end, runner.status
        runner.lease(0.005)
        threading.Event().wait(0.005)
    return runner
