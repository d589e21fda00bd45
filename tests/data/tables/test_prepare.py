"""What is made of a table, against numbers written out; and that nothing of the test rows leaks into the training."""

from __future__ import annotations

import csv
import random
import tracemalloc
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dropout_viz.data import load
from dropout_viz.data.dataset import DataSet
from dropout_viz.data.tables.prepare import TableChoices, count, guess_target, guess_task, prepare
from dropout_viz.data.tables.read import read
from dropout_viz.data.tables.table import FileTable
from dropout_viz.errors import OtherFiles, UserError


def table(folder: Path, text: str) -> FileTable:
    (folder / "my.csv").write_text(text, encoding="utf-8")
    return read(folder / "my.csv")


def made(folder: Path, text: str, **choices: Any) -> DataSet:
    return prepare(table(folder, text), TableChoices(**choices))


GAPPY = "n,t,y\n1,a,0\n,b,1\n3,,0\n5,a,1\n7,b,\n9,c,1\n"


def rows_of(data: DataSet) -> list[list[float]]:
    """Inputs and target of all rows, in an order of their own."""
    whole = np.concatenate([data.x, data.y], axis=1)
    if data.x_test is not None:
        whole = np.concatenate([whole, np.concatenate([data.x_test, data.y_test], axis=1)])
    return sorted(whole.tolist())


def test_rows_with_gaps_are_left_out(tmp_path: Path) -> None:
    data = made(tmp_path, GAPPY, target="y", standardise=False, test_share=0)
    assert data.features == ("n", "t = a", "t = c")
    assert rows_of(data) == [[1, 1, 0, 0], [5, 1, 0, 1], [9, 0, 1, 1]]
    assert data.facts == {"rows": 6, "dropped": 3} and data.classes == ("0", "1") and data.x_test is None


def test_gaps_are_filled_with_the_mean(tmp_path: Path) -> None:
    data = made(tmp_path, GAPPY, target="y", missing="mean", standardise=False, test_share=0, texts="number")
    assert data.features == ("n", "t")
    mean = (1 + 3 + 5 + 9) / 4
    assert rows_of(data) == sorted([[1, 1, 0], [mean, 2, 1], [3, 0, 0], [5, 1, 1], [9, 3, 1]])


def test_gaps_have_a_category_of_their_own(tmp_path: Path) -> None:
    data = made(tmp_path, GAPPY, target="y", missing="category", standardise=False, test_share=0)
    assert data.features == ("n", "n is missing", "t = missing", "t = a", "t = b", "t = c")
    assert [4.5, 1, 0, 0, 1, 0, 1] in rows_of(data) and [3, 0, 1, 0, 0, 0, 0] in rows_of(data)


def big(n: int = 300, seed: int = 1) -> str:
    """Rows whose test part has other means: whichever that is."""
    draw = random.Random(seed)
    rows = [f"{draw.gauss(3, 2)},{draw.gauss(0, 1) if k % 7 else ''},{'ab'[k % 2]},{k % 3}" for k in range(n)]
    return "u,v,t,y\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize("task", ["classes", "numbers"])
def test_means_and_deviations_are_of_the_training_rows_alone(task: str, tmp_path: Path) -> None:
    data = made(tmp_path, big(), target="y", task=task, missing="mean", test_share=0.3)
    np.testing.assert_allclose(data.x.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(data.x.std(axis=0), 1, atol=1e-12)
    assert data.x_test is not None and np.abs(data.x_test.mean(axis=0)).max() > 1e-3
    assert data.targets == (("y",) if task == "numbers" else ())
    if task == "numbers":
        assert abs(data.y.mean()) < 1e-12 and abs(data.y.std() - 1) < 1e-12
        assert data.unit == pytest.approx(np.sqrt(2 / 3), rel=0.1)


def test_what_test_rows_say_changes_no_training_row(tmp_path: Path) -> None:
    """Test rows, found by the seed, are given other numbers: the training rows, filled and scaled, stay bit for bit."""
    text = big()
    choices = TableChoices(target="y", missing="mean", test_share=0.3, seed=5)
    before = prepare(table(tmp_path, text), choices)
    marked = prepare(
        table(tmp_path, text), TableChoices("y", missing="mean", standardise=False, test_share=0.3, seed=5)
    )
    assert marked.x_test is not None
    tests = {round(float(u), 9) for u in marked.x_test[:, 0]}
    rows = list(csv.reader(text.splitlines()))
    other = [[f"{float(r[0]) * 50}", r[1] and "77", *r[2:]] if round(float(r[0]), 9) in tests else r for r in rows[1:]]
    after = prepare(table(tmp_path, "\n".join(map(",".join, [rows[0], *other])) + "\n"), choices)
    assert after.x.tobytes() == before.x.tobytes() and after.y.tobytes() == before.y.tobytes()
    assert after.x_test is not None and before.x_test is not None and not np.array_equal(after.x_test, before.x_test)


def test_the_seed_draws_the_rows_and_classes_keep_their_shares(tmp_path: Path) -> None:
    text = "x,y\n" + "".join(f"{k},{'rare' if k % 10 == 0 else 'common'}\n" for k in range(200))
    own = table(tmp_path, text)
    first, same, other = (prepare(own, TableChoices("y", test_share=0.25, seed=seed)) for seed in (3, 3, 4))
    assert first.x.tobytes() == same.x.tobytes() and first.x.tobytes() != other.x.tobytes()
    assert first.y_test is not None and len(first.y_test) == 50
    assert first.classes == ("common", "rare") and first.y_test.sum() == 5 and first.y.sum() == 15


def test_a_class_of_one_row_is_trained_on(tmp_path: Path) -> None:
    text = "x,y\n" + "".join(f"{k},c{k // 2}\n" for k in range(39)) + "99,alone\n"
    data = made(tmp_path, text, target="y", test_share=0.5)
    assert data.y.shape[1] == 21 and (data.y.sum(axis=0) >= 1).all()


def test_a_thousand_classes_and_no_more(tmp_path: Path) -> None:
    text = "x,y\n" + "".join(f"{k % 7},{k % 1000}\n" for k in range(3000))
    data = made(tmp_path, text, target="y")
    assert data.y.shape == (3000 - 1000 * 1, 1000)
    with pytest.raises(
        UserError, match=r"target = 'y': 1,001 classes in the rows that are used; must be 2 to 1,000, or"
    ):
        made(tmp_path, text + "3,1000\n", target="y")


def test_columns_that_are_of_no_use_are_left_out_and_told(tmp_path: Path) -> None:
    rows = "".join(f"{k},name {k},7,,{'ab'[k % 2]},{k % 2}\n" for k in range(60))
    own = table(tmp_path, f"x,name,same,nothing,t,y\n{rows}")
    counts = count(own, TableChoices("y"))
    assert (counts.features, counts.train, counts.test, counts.classes, counts.dropped) == (3, 48, 12, 2, 0)
    assert dict(counts.left_out) == {
        "name": "60 different texts",
        "nothing": "says nothing",
        "same": "always says the same",
    }
    assert count(own, TableChoices("y", columns=("name",))).features == 60


def test_what_is_guessed(tmp_path: Path) -> None:
    for text, target, task in (
        ("a,b\n1,2\n2,3\n3,5\n", "b", "classes"),
        ("a,b\n" + "".join(f"{k},{k}\n" for k in range(11)), "b", "numbers"),
        ("a,b\n1,2.5\n2,3\n3,5\n", "b", "numbers"),
        ("Class,b\n1,2.5\n2,3\n3,5\n", "Class", "classes"),
        ("a,b\n1,yes\n2,no\n3,yes\n", "b", "classes"),
        ("a,b,c\n1,x,\n2,y,\n3,x,\n", "b", "classes"),
        ("a,b,c\n1,x,7\n2,y,7\n3,x,7\n", "b", "classes"),
        ("a,b\n1,2024-01-01\n2,2024-01-02\n3,2024-01-03\n", "b", "numbers"),
    ):
        own = table(tmp_path, text)
        assert guess_target(own) == target and guess_task(own, target) == task, text


@pytest.mark.parametrize(
    ("text", "choices", "wanted"),
    [
        (GAPPY, {"target": "z"}, r"target = 'z': no column of my\.csv; must be among n, t, y"),
        (GAPPY.replace("n,t,y", "n,town,y"), {"target": "twon"}, r"\(did you mean town\?\)"),
        (GAPPY, {"target": ""}, r"target: empty; must be a column of my\.csv"),
        (GAPPY, {"target": "t", "task": "numbers"}, "task = numbers: the target 't' is of texts; must be classes"),
        (GAPPY, {"target": "y", "columns": ("y",)}, "columns: 'y' is the target; must be left out"),
        (GAPPY, {"target": "y", "columns": ("q",)}, "columns = 'q': no column"),
        ("x,y\n1,a\n2,a\n3,a\n", {"target": "y"}, "only one class, 'a', in the rows that are used"),
        ("x,y\n1,5\n2,5\n3,5\n", {"target": "y", "task": "numbers"}, "always 5 in the rows that are used; must vary"),
        ("x,y\n,1\n,2\n,3\n", {"target": "y"}, "columns: my.csv has none that is of use as an input"),
        ("x,y\n1,\n2,\n3,\n", {"target": "y"}, "target = 'y': the column says nothing"),
        ("x,z,y\n1,,1\n,2,2\n3,,3\n", {"target": "y"}, "missing = drop: leaves 0 of 3 rows"),
        ("x,y\n1,2\n", {"target": "y"}, "my.csv: 1 row; must be 3 or more"),
        ("x,y\n7,1\n7,2\n7,3\n", {"target": "y"}, "none that is of use as an input"),
        ("x,y\n1,0\n2,1\n3,1\n4,0\n5,1\n", {"target": "y", "task": "numbers", "test_share": 0.999}, "leaves 0"),
    ],
)
def test_what_is_refused(text: str, choices: dict[str, Any], wanted: str, tmp_path: Path) -> None:
    if "leaves 0" in wanted and "share" not in wanted and choices.get("test_share"):
        wanted = r"test_share = 0\.999: leaves (0 rows|1 row) of 5 for training; must leave 2 or more"
    with pytest.raises(UserError, match=wanted) as caught:
        made(tmp_path, text, **choices)
    assert "\n" not in str(caught.value)


def test_a_file_that_has_changed_is_told(tmp_path: Path) -> None:
    own = table(tmp_path, "x,y\n1,0\n2,1\n3,1\n4,0\n5,1\n")
    given = {"file": str(own.path), "target": "y", "sha256": own.sha256}
    assert load.load("table", **given).files == own.sha256
    own.path.write_text("x,y\n1,0\n2,1\n3,1\n4,0\n5,0\n", encoding="utf-8")
    with pytest.raises(OtherFiles, match=rf"^file = {own.path}: has changed \(its SHA-256 was {own.sha256[:12]}…"):
        load.load("table", **given)
    assert len(load.load("table", file=str(own.path), target="y").x) == 4
    own.path.unlink()
    with pytest.raises(UserError, match=f"^{own.path}: no such file"):
        load.load("table", **given)


def test_ten_thousand_columns(tmp_path: Path) -> None:
    names = [f"c{k}" for k in range(10_000)]
    rows = [",".join(str((k * r) % 11) for k in range(10_000)) for r in range(1, 7)]
    own = table(tmp_path, "\n".join([",".join(names), *rows]) + "\n")
    assert count(own, TableChoices("c1")).features > 8_000


def test_columns_go_as_examples_are_made_and_only_wanted_ones_are_kept(tmp_path: Path) -> None:
    path, rows, wide = tmp_path / "wide.csv", 300, 40
    names = [f"c{k}" for k in range(wide)]
    line = ",".join(f"{k}.5" for k in range(wide))
    path.write_text(f"{','.join(names)},t,e,y\n" + "".join(f"{k}{line},u{k % 3},,{k % 2}\n" for k in range(rows)))
    for k, table in enumerate((read(path), read(path, only=["c0", "t", "y"]))):
        held = sum(c.values.nbytes for c in table.columns if c.kind != "empty")
        assert held == (8 * rows * (wide + 1) + 4 * rows, 8 * rows * 2 + 4 * rows)[k]
        assert (table.rows, table.column("c3").kind, table.column("t").texts) == (rows, "numbers", ("u0", "u1", "u2"))
    alive: list[int] = []

    def going() -> bool:
        alive.append(sum(one() is not None for one in columns))
        return True

    tables = [read(path, only=["c0", "c1", "t", "y"])]
    columns = [weakref.ref(column) for column in tables[0].columns]
    chosen = TableChoices("y", columns=("c0", "t"))
    part = prepare(tables.pop(), chosen, going)
    assert alive[0] == 2 and alive[-1] == 1, "the others are gone before the first input is made"
    whole = prepare(read(path), chosen)
    assert part.x.tobytes() == whole.x.tobytes() and part.features == whole.features


@pytest.mark.slow
def test_a_million_rows_take_little_beside_themselves(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    draw = random.Random(0)
    block = "".join(f"{draw.random():.6f},{draw.gauss(0, 1):.4f},{'abc'[k % 3]},{k % 2}\n" for k in range(10_000))
    path.write_text("u,v,t,y\n" + block * 100, encoding="utf-8")
    tracemalloc.start()
    try:
        data = prepare(read(path), TableChoices("y"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    arrays = [a for a in (data.x, data.y, data.x_test, data.y_test) if a is not None]
    assert sum(map(len, arrays)) == 2_000_000
    assert peak - sum(a.nbytes for a in arrays) < 256 << 20
    path.write_text("u,v,t,y\n" + block * 100 + block[:40], encoding="utf-8")
    with pytest.raises(UserError, match="more than 1,000,000 rows of 4 columns"):
        read(path)
