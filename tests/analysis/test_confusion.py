"""Confusion matrices against a count example by example."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dropout_viz.analysis.questions import confusion
from dropout_viz.analysis.questions.confusion import Request, Scene, answer
from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.measured import measured
from dropout_viz.engine.schedule import scored
from tests import oracle
from tests.views.frames import frame_of


def answered(frame: Frame, test: bool, data: DataSet | None = None) -> Scene:
    return answer(Request(tuple((arm.name, arm.snapshot) for arm in frame.arms), data or frame.data, test))


def said(frame: Frame, arm: int, x: Any) -> Any:
    """What the network says, worked out anew: inverted scaling needs no factor with every unit on."""
    s = frame.arms[arm].snapshot
    none: list[Any] = [None] * len(s.weights)
    biases = [b if len(b) else 0.0 for b in s.biases]
    outputs = oracle.forward(list(s.weights), biases, x, s.config.activation, s.config.output, none)  # type: ignore[arg-type]
    return [int(o[0] > 0.5) if len(o) == 1 else int(np.argmax(o)) for o in outputs]


def truth(y: Any) -> list[int]:
    return [int(row[0]) if len(row) == 1 else int(np.argmax(row)) for row in y]


@pytest.mark.thinned(2)
@pytest.mark.parametrize("test", [True, False])
@pytest.mark.parametrize(("preset", "steps"), [("moons", 60), ("digits", 10)])
def test_every_example_is_counted_where_it_belongs(preset: str, steps: int, test: bool) -> None:
    frame = frame_of(preset, steps, compare=True, hidden=(8,))
    data, scene = frame.data, answered(frame, test)
    x, y = (data.x_test, data.y_test) if test else (data.x, data.y)
    assert len(scene.matrices) == 2 and scene.whole == len(x)
    for arm, found in enumerate(scene.matrices):
        n = max(2, y.shape[1])
        wanted = [[0] * n for _ in range(n)]
        for of, what in zip(truth(y), said(frame, arm, x), strict=True):
            wanted[of][what] += 1
        assert found.counts.tolist() == wanted and found.name == frame.arms[arm].name
        right = sum(wanted[k][k] for k in range(n))
        assert (found.right, found.total) == (right, len(y))
        for k in range(n):
            assert found.recall[k] == wanted[k][k] / sum(wanted[k])
            column = sum(row[k] for row in wanted)
            assert found.precision[k] == wanted[k][k] / column if column else np.isnan(found.precision[k])
        of, what = found.worst()  # type: ignore[misc]
        shares = {(i, j): wanted[i][j] / sum(wanted[i]) for i in range(n) for j in range(n) if i != j}
        assert shares[of, what] == max(shares.values())
        kinds = list(zip(truth(data.y), said(frame, arm, data.x), strict=True))
        such = [k for k, kind in enumerate(kinds) if kind == (of, what)]
        assert found.examples(of, what).tolist() == such


def test_the_diagonal_is_what_the_curves_count() -> None:
    frame = frame_of("digits", 10, compare=True, hidden=(8,))
    found = answered(frame, False).matrices[0]
    series = frame.history.accuracy_train
    assert series.steps[-1] == 10
    assert found.right / found.total == pytest.approx(float(np.ravel(series.values[-1])[0]))


def test_what_is_no_number_is_no_answer() -> None:
    frame = frame_of("moons", 2)
    broken = replace(frame.snapshot, weights=tuple(np.full_like(w, np.nan) for w in frame.snapshot.weights))
    arms = (replace(frame.arms[0], snapshot=broken),)
    found = answered(Frame(arms, frame.data), True).matrices[0]
    assert found.counts.sum() == 0 and found.unknown.tolist() == [500, 500] and found.right == 0
    assert found.recall.tolist() == [0, 0] and np.isnan(found.precision).all() and found.worst() is None


def test_of_many_examples_the_first_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = frame_of("moons", 2)
    whole = answered(frame, True).matrices[0]
    monkeypatch.setattr(confusion, "_PIECE", 7)
    assert np.array_equal(answered(frame, True).matrices[0].counts, whole.counts)
    monkeypatch.setattr(confusion, "MOST", 90)
    monkeypatch.setattr(confusion, "FOUND", 20)
    scene = answered(frame, True)
    assert scene.whole == 1000 and scene.matrices[0].total == 90 and len(scene.matrices[0].kinds) == 20


def test_a_network_that_begins_with_convolutions_is_counted_too() -> None:
    frame = frame_of("digits", 3, maps=(1,), hidden=(4,))
    found, n = answered(frame, False).matrices[0], scored(len(frame.data.x), True)
    assert found.total == len(frame.data.x)
    right = (found.kinds[:n, 0] == found.kinds[:n, 1]).mean()
    assert right == pytest.approx(measured(frame.snapshot, frame.data)["accuracy_train"])
