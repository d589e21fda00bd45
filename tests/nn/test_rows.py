"""Rows that are bound anew, after the first two, are what they are when they are compiled."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.patients import patients
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.layouts import Layout, OneWorld, WorldsFirst, WorldsLast
from dropout_viz.nn.memory import SharedMemory
from dropout_viz.nn.noise import NOISES
from dropout_viz.nn.optimisers import OPTIMISERS
from dropout_viz.nn.program import Program, bound
from dropout_viz.nn.rows import each_row
from dropout_viz.nn.thread_pair import BoundCall

Array = np.ndarray[Any, Any]
ROWS, EXAMPLES = 5, 12
LAYOUTS = (OneWorld(), WorldsLast(3), WorldsFirst(3))
SQUARED = {"loss": "squared_error"}
KINDS: list[dict[str, Any]] = [
    *({"activation": name} for name, kind in ACTIVATIONS.items() if kind.hidden),
    *({"output": name} | SQUARED for name in ("sigmoid", "tanh", "linear")),
    *({"output": name, "activation": name} | SQUARED for name in ("sigmoid", "tanh")),
    {"output": "softmax", "loss": "softmax_cross_entropy"},
    *({"optimiser": name, "l2": 0.01, "max_norm": 2.0, "learning_rate_decay": 0.9} for name in OPTIMISERS),
    *({"noise": name, "p_input": 0.2} for name in NOISES),
    {"batch_size": None},
    {"batch_size": None, "p_input": 0.2, "bias": False},
    {"p_hidden": 0.0, "dtype": "float32"},
    load_preset("three-lines").model_dump(),
]


@pytest.mark.thinned(3)
@pytest.mark.parametrize("layout", LAYOUTS, ids=[type(layout).__name__ for layout in LAYOUTS])
@pytest.mark.parametrize("settings", KINDS)
def test_every_kind_of_step(settings: dict[str, Any], layout: Layout) -> None:
    config = RunConfig.model_validate({"hidden": (5, 4), "p_hidden": 0.4, "batch_size": 6} | settings)
    outputs = 3 if config.output == "softmax" else 1
    assert_as_compiled(program_for(config, DataSet(np.zeros((EXAMPLES, 3)), np.zeros((EXAMPLES, outputs))), layout))


@pytest.mark.thinned(2)
@pytest.mark.skipif(not SharedMemory.possible(), reason="no such memory here")
@pytest.mark.parametrize("layout", LAYOUTS, ids=[type(layout).__name__ for layout in LAYOUTS])
@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_memory_that_two_processes_share(optimiser: str, layout: Layout) -> None:
    config = RunConfig(hidden=(5, 4), p_input=0.2, p_hidden=(0.4,), batch_size=6, optimiser=optimiser)
    data, memory = DataSet(np.zeros((EXAMPLES, 3)), np.zeros((EXAMPLES, 1))), SharedMemory()
    assert_as_compiled(Program(make_plan(config, data), layout, data.x, data.y, 6, ROWS, memory))
    memory.close()


def test_convolutions() -> None:
    config = RunConfig(maps=(2, 3), hidden=(4,), batch_size=6, p_input=0.2, p_hidden=(0.4,))
    data = DataSet(np.zeros((EXAMPLES, 32)), np.zeros((EXAMPLES, 1)), image=(4, 8))
    assert_as_compiled(program_for(config, data, OneWorld()))


@pytest.mark.parametrize("patient", patients())
def test_hidden_faults(patient: int) -> None:
    facts = patients()[patient].facts
    trainer = Trainer(load_preset(facts["PRESET"]).changed(**facts["SETTINGS"], patient=patient))
    assert_as_compiled(trainer._compiled_runs[0].program)


def program_for(config: RunConfig, data: DataSet, layout: Layout) -> Program:
    batch = config.batch_size or len(data.x)
    return Program(make_plan(config, data), layout, data.x, data.y, batch, ROWS)


def assert_as_compiled(program: Program) -> None:
    """Hold every row's calls against those of a row that was compiled: the same functions, of the same memory."""
    assert program.rows >= ROWS
    parts = (program.record, program.errors, program.chosen, program.logits, program.optimiser._coefficients)
    of_rows = [owner(part) for part in (*parts, *program.masks.values()) if part is not None]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(program, "step", step := Mock(wraps=program.step))
        made = list(program._more)
    assert len(made) == program.rows and step.call_count == 2
    for k, calls in enumerate(made):
        for call, compiled in zip(calls, bound(program.step(k)), strict=True):
            assert_same(call, compiled, of_rows)


def assert_same(one: Any, other: Any, of_rows: list[Array]) -> None:
    assert type(one) is type(other)
    if isinstance(one, np.ndarray):
        assert (one.shape, one.strides, one.dtype) == (other.shape, other.strides, other.dtype)
        if one.ctypes.data != other.ctypes.data:  # scratch that a row was compiled with
            assert not any(owner(part) is memory for part in (one, other) for memory in of_rows)
    elif isinstance(one, tuple):
        for part, its in zip(one, other, strict=True):
            assert_same(part, its, of_rows)
    elif isinstance(one, partial):
        assert one.keywords.keys() == other.keywords.keys()
        assert_same(
            (one.func, *one.args, *one.keywords.values()), (other.func, *other.args, *other.keywords.values()), of_rows
        )
    elif isinstance(getattr(one, "__self__", None), np.ndarray):
        assert one.__name__ == other.__name__
        assert_same(one.__self__, other.__self__, of_rows)
    else:
        assert one == other


def owner(array: Array) -> Array:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


# --- rows that the first two do not tell ------------------------------------------------------------------------------

TABLE = np.arange(12.0).reshape(6, 2)
UNLIKE: dict[str, Callable[[int], list[BoundCall]]] = {
    "another number": lambda k: [(np.add, TABLE[k], float(k))],
    "more calls": lambda k: [(np.add, TABLE[k], 1.0)] * (k + 1),
    "more arguments": lambda k: [(np.add, TABLE[k], 1.0, TABLE[5])[: 3 + k % 2]],
    "another function": lambda k: [((np.add, np.subtract)[k % 2], TABLE[k], 1.0)],
    "a function that knows a row": lambda k: [(lambda x: TABLE[k] + x, 1.0)],
    "another shape": lambda k: [(np.add, TABLE[k, : 1 + k % 2], 1.0)],
    "a keyword's array": lambda k: [(partial(np.add, TABLE[k], out=TABLE[k].copy()), 1.0)],
    "memory that is no array's": lambda k: [(np.add, np.frombuffer(TABLE.tobytes(), count=2, offset=16 * k), 1.0)],
    "outside the memory": lambda k: [(np.add, TABLE[(0, 5, 1, 2)[k]], 1.0)],
}


@pytest.mark.parametrize("row", UNLIKE.values(), ids=UNLIKE)
def test_every_row_is_compiled_where_the_first_two_do_not_tell(row: Callable[[int], list[BoundCall]]) -> None:
    made = list(each_row(row, 4))
    for k, calls in enumerate(made):
        assert [value(call) for call in calls] == [value(call) for call in row(k)]
    assert len(made) == 4


def value(call: BoundCall) -> list[float]:
    return list(call[0](*(part.copy() if isinstance(part, np.ndarray) else part for part in call[1:])))


def test_the_others_are_not_compiled() -> None:
    asked: list[int] = []

    def row(k: int) -> list[BoundCall]:
        asked.append(k)
        return [(TABLE[k].dot, TABLE[k + 1]), (np.negative, TABLE[k, 1, ...])]

    made = list(each_row(row, 5))
    assert asked == [0, 1]
    assert [float(product(other)) for (product, other), _ in made] == [3.0, 23.0, 59.0, 111.0, 179.0]
    assert [negative(number) for _, (negative, number) in made] == [-1.0, -3.0, -5.0, -7.0, -9.0]
    assert all(isinstance(number, np.ndarray) for _, (_, number) in made)  # written to by an optimiser: no copy
