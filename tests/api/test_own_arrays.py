"""Data that were given from Python: how arrays are read, how a run names them, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dropout_viz
from dropout_viz import UserError, data_set
from dropout_viz.data import memory
from dropout_viz.engine.config import RunConfig

X = np.random.default_rng(0).normal(size=(12, 3))


class Column:
    """What a library's column has that matters here."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values

    def to_numpy(self) -> np.ndarray:
        return np.array(self.values, object)


class Frame(Column):
    columns = ("width", "height")


@pytest.mark.parametrize(
    ("y", "classes", "outputs"),
    [
        (["b", "a"] * 6, ("a", "b"), 1),
        ([True, False] * 6, ("False", "True"), 1),
        ([3, 7, 9] * 4, ("3", "7", "9"), 3),
        ([0.0, 1.0] * 6, ("0", "1"), 1),
        (np.linspace(0, 1, 12), (), 1),
        (np.eye(3)[[0, 1, 2] * 4], ("0", "1", "2"), 3),
        (np.eye(2)[[0, 1] * 6], ("0", "1"), 1),
        (np.ones((12, 2)), (), 2),
        (np.arange(12)[:, None], tuple(map(str, range(12))), 12),
        (Column(["b", "a"] * 6), ("a", "b"), 1),
        (Column([0.5, 2] * 6), (), 1),
    ],
)
def test_what_targets_are(y: Any, classes: tuple[str, ...], outputs: int) -> None:
    data = data_set(X, y)
    assert data.classes == classes and data.y.shape == (12, outputs) and data.y.dtype == np.float64
    assert not data.y.flags.writeable and data.x_test is None and data.features == ("x1", "x2", "x3")


class Table:
    """What a library's table has that matters here."""

    def __init__(self, **columns: list[Any]) -> None:
        self.held, self.columns = columns, list(columns)

    def __getitem__(self, name: str) -> Column:
        return Column(self.held[name])

    def to_numpy(self) -> np.ndarray:
        return np.array([*self.held.values()], object).T


def test_a_table_of_another_library_and_its_target(tmp_path: Path) -> None:
    table = Table(height=[1, 2, 3, 4], kind=["a", "b", "a", "b"], width=[0.5, 0.25, 1, 2])
    run = dropout_viz.run(data=table, target="kind", steps=2)
    assert run.data.features == ("height", "width") and run.data.classes == ("a", "b")
    assert run.data.x.tolist() == [[1, 0.5], [2, 0.25], [3, 1], [4, 2]]
    path = run.save(tmp_path / "a.safetensors")
    assert dropout_viz.open(path, table, target="kind").step == 2
    for target, said in ((None, "target = None: must name"), ("age", "one of height, kind, width")):
        with pytest.raises(UserError, match=said):
            dropout_viz.run(data=table, target=target)
    with pytest.raises(UserError, match="column 'kind' is not of numbers"):
        dropout_viz.run(data=table, target="width")
    with pytest.raises(UserError, match="has no column but kind"):
        dropout_viz.run(data=Table(kind=["a", "b"]), target="kind")


def test_a_table_of_ours_and_a_dictionary_of_columns() -> None:
    rows = [{"a": 1, "t": "no", "b": 0.5}, {"a": 2, "t": "yes", "b": 1.5}]
    columns = {name: [row[name] for row in rows] for name in ("a", "t", "b")}
    for data in (dropout_viz.DataTable(rows), columns):
        run = dropout_viz.run(data=data, target="t")
        assert run.data.features == ("a", "b") and run.data.classes == ("no", "yes")
        assert run.data.x.tolist() == [[1, 0.5], [2, 1.5]]
    for wrong, said in (
        ({**columns, "b": [1.0]}, "data: columns of 1 to 2 values"),
        ({**columns, "b": np.array(["NaT"] * 2, "M8[D]")}, "column 'b' is not of numbers"),
        ({**columns, "b": [[1], [2]]}, "column 'b' has shape"),
    ):
        with pytest.raises(UserError, match=said):
            dropout_viz.run(data=wrong, target="t")
    with pytest.raises(UserError, match="target must name the one that is learned"):
        dropout_viz.run(data=columns)


def test_two_classes_are_one_column_of_the_second() -> None:
    assert data_set(X, ["b", "a"] * 6).y[:2, 0].tolist() == [1, 0]
    assert data_set(X, np.eye(2)[[0, 1] * 6]).y[:2, 0].tolist() == [0, 1]


@pytest.mark.parametrize("classes", [("b", "a"), ["b", "a"], np.array(["b", "a"])])
def test_the_same_texts_say_the_order_of_the_classes(classes: Any) -> None:
    data = data_set(X, ["b", "a"] * 6, X[:1], ["a"], classes=classes)
    assert data.classes == ("b", "a") and data.y[:2, 0].tolist() == [0, 1]
    assert data.y_test is not None and data.y_test.tolist() == [[1]]
    three = data_set(X, ["b", "a", "c"] * 4, classes=("c", "b", "a"))
    assert three.y[:3].tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]


def test_other_names_are_for_the_values_in_order() -> None:
    data = data_set(X, ["b", "a"] * 6, classes=("first", "second"))
    assert data.classes == ("first", "second") and data.y[:2, 0].tolist() == [1, 0]
    assert data_set(X, [7, 3] * 6, classes=("7", "3")).y[:2, 0].tolist() == [1, 0], "3, the lowest, is called 7"


def test_tables_name_their_columns_and_pictures_their_size() -> None:
    frame = data_set(Frame([[1, 2], [3, 4]]), [0, 1])
    assert frame.features == ("width", "height") and frame.x.tolist() == [[1, 2], [3, 4]]
    pictures = data_set(np.zeros((4, 5, 6), np.float32), [0, 1, 1, 0])
    assert pictures.image == (5, 6) and pictures.x.shape == (4, 30) and pictures.x.dtype == np.float32
    assert data_set([1, 2, 3], [0.1, 0.2, 0.3]).x.shape == (3, 1)
    named = data_set(X, [0, 1] * 6, classes=("no", "yes"), features=("a", "b", "c"))
    assert named.classes == ("no", "yes") and named.features == ("a", "b", "c")
    assert data_set(X, [0, 1] * 6, task="numbers").classes == ()
    assert data_set(X, [0.5, 1.5] * 6, task="classes").classes == ("0.5", "1.5")


def test_a_test_set_has_the_classes_of_both() -> None:
    data = data_set(X, ["a", "b"] * 6, X[:3], ["c", "a", "b"])
    assert data.classes == ("a", "b", "c") and data.y_test is not None
    assert data.y_test.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((X, [0, 1]), r"y: shape \(2,\); must be \(12,\) or \(12, outputs\)"),
        (([["a", "b"]] * 12, [0, 1] * 6), "x: .*must be numbers"),
        (([[1, 2], [3]], [0, 1]), "x: .*must be numbers, a row for each"),
        (([], []), r"x: shape \(0,\)"),
        ((np.where(X > 2, np.nan, X) * [1, np.nan, 1], [0, 1] * 6), r"x: row 0, column 1 \(from 0\) is nan"),
        ((X, ["a"] * 12), "y: 1 class; must be at least two"),
        ((X, [str(k) for k in range(12)], X[:2]), "x_test, y_test: one without the other"),
        ((X, [0, 1] * 6, X[:2, :2], [0, 1]), "x_test: 2 columns; must be 3"),
        ((X, [0, 1] * 6, X[:2], ["a", "b"]), "one is text"),
        ((X, np.eye(3)[[0] * 12], X[:2], [0, 1]), "y_test: shape"),
        ((X, [None, 1] * 6), "y: something is missing"),
        ((X, [np.nan, 1.5] * 6), "y: not all are finite"),
        ((X, [1j] * 12), r"y: complex numbers \(of type complex128\); must be real"),
        ((X * 1j, [0, 1] * 6), "x: complex numbers"),
        ((X, [b"a", b"b"] * 6), "y: bytes .*; must be numbers or text"),
        ((np.full((12, 1), "NaT", "M8[D]"), [0, 1] * 6), "x: times .*; must be numbers"),
        ((np.ma.masked_greater(X, 1), [0, 1] * 6), r"x: \[2, 0\] is masked; must be values throughout"),
        ((X, np.ma.masked_equal([0, 1] * 6, 1)), r"y: \[1\] is masked"),
    ],
)
def test_bad_arrays_are_one_line(arguments: tuple[Any, ...], said: str) -> None:
    with pytest.raises(UserError, match=said) as caught:
        data_set(*arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"task": "both"}, "task = 'both'"),
        ({"classes": ("a",)}, "classes: 1 names; must be 2"),
        ({"classes": "ab"}, "classes = 'ab': must be a list of names"),
        ({"classes": ("a", "a")}, "classes: 'a' stands there twice"),
        ({"features": ("a",)}, "features: 1 names; must be 3"),
    ],
)
def test_bad_options_are_one_line(options: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said):
        data_set(X, [0, 1] * 6, **options)


def test_too_many_classes() -> None:
    with pytest.raises(UserError, match="101 classes; must be at most 100"):
        data_set(np.arange(101), [f"{k}" for k in range(101)])
    assert data_set(np.arange(101), np.arange(101)).classes == ()


@pytest.mark.parametrize("data", [(X,), X, {"x": X}, {"x": X, "y": X, "z": X}, "nothing"])
def test_what_is_no_data(data: Any) -> None:
    with pytest.raises(UserError, match="data"):
        dropout_viz.run("xor", data=data)


def test_settings_name_arrays_by_what_they_hold() -> None:
    y = [0, 1] * 6
    run = dropout_viz.run(data=(X, y), steps=3)
    assert run.config.data == f"memory:{run.data.files[:12]}" and run.config.title == "Own data"
    assert dropout_viz.run(data={"x": X.copy(), "y": y}).config.data == run.config.data
    others = [(X + 1e-9, y), (X, [1, 0] * 6), (X.astype(np.float32), y)]
    keys = {dropout_viz.run(data=other).config.data for other in others}
    keys |= {memory.remember(data_set(X, y, classes=("no", "yes"))), memory.remember(data_set(X, y, X, y))}
    assert len(keys) == 5 and run.config.data not in keys
    assert RunConfig(data=run.config.data).data == run.config.data
    for wrong in ("memory:", "memory:xyz", "memory:0123456789AB"):
        with pytest.raises(UserError, match="data"):
            dropout_viz.run({"data": wrong})


def test_a_network_that_suits_them_learns_them() -> None:
    inside = (X**2).sum(axis=1) < 2.5
    run = dropout_viz.run(data=(X, inside, X[:4], inside[:4]), steps=400, p_hidden=[0.0])
    assert run.scores["accuracy"] == {"train": 1.0, "test": 1.0}
    assert (run.config.output, run.config.loss) == ("sigmoid", "binary_cross_entropy")
    numbers = dropout_viz.run(data=(X, X @ [1.0, -2, 0.5]), steps=800, p_hidden=[0.0])
    assert (numbers.config.output, numbers.config.loss) == ("linear", "squared_error")
    assert numbers.scores["loss"]["train"] < 0.01 and numbers.scores["accuracy"]["train"] is None


def test_a_preset_takes_its_last_layer_from_them() -> None:
    run = dropout_viz.run("moons", data=(X, ["a", "b", "c"] * 4), steps=2)
    assert (run.config.output, run.config.loss, run.config.batch_size) == ("softmax", "softmax_cross_entropy", None)
    assert run.config.hidden == (32,) and run.config.title == "Own data" and run.config.examples is None
    given = dropout_viz.run("moons", data=(X, [0, 1] * 6), output="tanh", loss="squared_error", batch_size=4)
    assert (given.config.output, given.config.batch_size) == ("tanh", 4)


def test_a_saved_run_wants_the_same_arrays_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    y = ["a", "b", "c"] * 4
    run = dropout_viz.run(data=(X, y), steps=20)
    path = run.save(tmp_path / "own.safetensors")
    picture = run.figure("loss", size=(200, 150)).save(tmp_path / "own.png")
    weights = run.weights[0]
    monkeypatch.setattr(memory, "_given", {})  # as in another process
    for file in (path, picture):
        with pytest.raises(UserError, match=r"no file holds; must be given again: dropout_viz\.open") as caught:
            dropout_viz.open(file)
        assert "\n" not in str(caught.value)
        with pytest.raises(UserError, match="was trained on other arrays"):
            dropout_viz.open(file, data=(X + 1, y))
        again = dropout_viz.open(file, data=(X, y))
        assert again.step == 20 and np.array_equal(again.weights[0], weights)
        memory._given.clear()
    xor = dropout_viz.run("xor").save(tmp_path / "xor.safetensors")
    with pytest.raises(UserError, match="is a run of the data set xor; must be left out"):
        dropout_viz.open(xor, data=(X, y))


def test_what_has_no_arrays_says_so() -> None:
    run = dropout_viz.run(data=(X, [0, 1] * 6))
    with pytest.raises(UserError, match="which no script makes"):
        run.code()
    with pytest.raises(UserError, match=r"examples: the data set 'memory:.*' has no such setting"):
        dropout_viz.run(data=(X, [0, 1] * 6), examples=5)


def test_nobody_keeps_arrays_that_nobody_has() -> None:
    key = memory.remember(data_set(X, [0, 1] * 6))
    with pytest.raises(UserError, match="must be given again"):
        memory.recall(key)
