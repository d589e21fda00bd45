"""Sweeps: verdicts on curves that are known, what is asked, what is kept, and workers that die."""

from __future__ import annotations

import csv
import json
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from dropout_viz.cli import main
from dropout_viz.engine.settings import load_preset
from dropout_viz.errors import RunError, UserError
from dropout_viz.labs import pool, runs, sweep
from dropout_viz.labs.batch import Trained
from dropout_viz.labs.intervals import interval
from dropout_viz.labs.lab import Cancelled, LabResult, Tell
from dropout_viz.labs.options import make
from dropout_viz.labs.sweep.result import Sweep, u_shape
from tests.labs import workers

Capture = pytest.CaptureFixture[str]
GRID = ("p_hidden=0,.2,.5", "hidden=4,8")


def options(**values: object) -> sweep.Options:
    return make(sweep.Options, {"grid": GRID, "seeds": 3, "steps": 30, "jobs": 1, **values})


def test_u_shapes_are_told_from_slopes_and_noise() -> None:
    stream = np.random.default_rng(0)
    seeds = stream.normal(0, 1.0, 20)  # what a seed shares over the whole curve cancels
    x = np.linspace(-1, 1, 5)[:, None]

    def curve(values: np.ndarray, noise: float) -> np.ndarray:
        return values + seeds + stream.normal(0, noise, (5, 20))

    assert u_shape(curve(x**2, 0.1)) == "agrees"
    assert u_shape(curve(x, 0.1)) == "disagrees"
    assert u_shape(curve(-x, 0.1)) == "disagrees"
    assert u_shape(curve(0 * x, 0.1)) == "undecided"
    assert u_shape(curve(x**2, 20.0)) == "undecided"
    gone = curve(x**2, 0.1)
    gone[2] = np.nan
    assert u_shape(gone) == "undecided"


@pytest.mark.parametrize(("points", "seeds"), [(3, 8), (8, 10)])
def test_a_flat_curve_is_hardly_ever_u_shaped(points: int, seeds: int) -> None:
    """Of flat curves, and of curves that are flat but for one high end, which is the worse case."""
    stream, tries = np.random.default_rng(points), 300
    for high in (0.0, 5.0):
        curves = stream.normal(0, 1.0, (tries, points, seeds))
        curves[:, 0] += high
        wrong = [u_shape(curve) == "agrees" for curve in curves]
        assert np.mean(wrong) <= 0.05


@pytest.mark.parametrize("cells", [2, 3, 6])
def test_the_best_of_equal_cells_is_seldom_called_sure(cells: int) -> None:
    stream, tries = np.random.default_rng(cells), 400
    wrong = 0
    for _ in range(tries):
        runs = stream.normal(0, 1.0, (cells, 10))
        best, second = np.argsort(runs.mean(axis=1))[:2]
        wrong += interval(runs[best] - runs[second]).side < 0
    assert wrong / tries <= 0.06 + 2.6 * (0.06 * 0.94 / tries) ** 0.5


@pytest.mark.parametrize(
    ("errors", "said", "where"),
    [
        ((0.3, 0.1, 0.3), "U-shaped", "lowest inside"),
        ((0.1, 0.2, 0.3), "not U-shaped", "lowest at its start"),
        ((0.2, 0.2, 0.3), "undecided", "lowest at 2 of 3 points alike"),
    ],
)
def test_a_curve_that_nobody_published_is_told_and_not_judged(errors: tuple[float, ...], said: str, where: str) -> None:
    axes, places, configs = sweep.plan(options(grid=("p_hidden=0,.2,.5",), seeds=20))
    cells = Sweep("best", axes, configs)
    stray = np.linspace(0, 0.01, 20)
    for place, error in zip(places, errors, strict=True):
        right = (1 - error - stray)[None, None]
        cells.add(place, Trained(np.zeros(1), {"accuracy_test": right, "loss_train": 1 - right}, 1.0))
    result = cells.result()
    best, shape = result.results
    assert (result.verdict, shape.verdict, shape.measured) == (said, said, where)
    assert {finding.published for finding in result.results} == {None}
    assert best.verdict == ("undecided" if said == "undecided" else "sure")
    assert best.name.endswith(", and 1 other cell as low") == (said == "undecided")


@pytest.mark.parametrize("error", [0.2, 1.0])
def test_where_all_cells_are_alike_no_best_one_was_chosen_that_new_seeds_would_undo(error: float) -> None:
    axes, places, configs = sweep.plan(options(grid=("p_hidden=0,.2,.5",), seeds=8))
    cells = Sweep("best", axes, configs)
    for place, more in zip(places, (0.0, 0.0, 0.2 - 0.2 * error), strict=True):
        wrong = np.full((1, 1, 8), min(1.0, error + more))
        cells.add(place, Trained(np.zeros(1), {"accuracy_test": 1 - wrong, "loss_train": wrong}, 1.0))
    assert any("less good" in note for note in cells.result().notes) == (error < 1)


def test_few_seeds_decide_nothing_and_it_is_said() -> None:
    deep = np.array([9.0, 1.0, 9.0])[:, None] + np.random.default_rng(0).uniform(0, 0.1, (3, 7))
    assert u_shape(deep) == "undecided"
    assert u_shape(np.concatenate([deep, deep], axis=1)) == "agrees"
    found = sweep.run(options(), Tell())
    assert {(finding.published, finding.verdict) for finding in found.results} == {(None, "undecided")}
    assert "n = 3, and at least 8 are needed" in found.results[0].note and "n = 3" in found.results[1].note
    assert all("interval, n" not in figure.caption for figure in found.figures)


def test_the_numbers_are_those_of_the_runs(tmp_path: Path, capsys: Capture) -> None:
    words = ["--grid", GRID[0], "--grid", GRID[1], "--seeds", "3", "--steps", "30", "--seed", "4", "--out"]
    assert main(["lab", "sweep", *words, str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"lab", "verdict", "results"}
    rows = list(csv.DictReader((tmp_path / "cells.csv").read_text().splitlines()))
    assert len(rows) == 6 * 3
    assert [row["seed"] for row in rows[:4]] == ["4", "5", "6", "4"]
    for row in (rows[0], rows[-1]):
        settings = ["--set", f"p_hidden={row['p_hidden']}", "--set", f"hidden={row['hidden']}", "--seed", row["seed"]]
        assert main(["train", "moons", "--steps", "30", *settings, "--json"]) == 0
        alone = json.loads(capsys.readouterr().out)
        assert float(row["loss_test"]) == pytest.approx(alone["loss"]["test"], abs=1e-9)
        assert float(row["accuracy_test"]) == pytest.approx(alone["accuracy"]["test"])
    means: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        means.setdefault((row["p_hidden"], row["hidden"]), []).append(1 - float(row["accuracy_test"]))
    best = min(means, key=lambda cell: sum(means[cell]))
    first = found["results"][0]
    assert first["name"] == f"lowest test error: p_hidden = {best[0]}, hidden = {best[1]}"
    assert first["measured"] == f"{100 * sum(means[best]) / 3:.2f} %"
    run = (tmp_path / "run.toml").read_text()
    assert f"p_hidden = [{float(best[0])}]" in run and f"hidden = [{best[1]}]" in run


def test_finished_cells_are_kept_when_it_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    parts: list[LabResult] = []
    calls = [0]

    def enough() -> bool:
        calls[0] += 1
        return calls[0] > 12

    with pytest.raises(Cancelled):
        sweep.run(options(), Tell(cancelled=enough, take=parts.append))
    assert "Finished: " in parts[-1].notes[-1]
    kept = len(parts[-1].tables[0].rows) // 3
    assert 0 < kept < 6
    trained = []
    train = runs.train

    def counted(*arguments: object, **more: object) -> object:
        trained.append(arguments)
        return train(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(runs, "train", counted)
    whole = sweep.run(options(), Tell())
    assert len(trained) == 6 - kept
    assert len(whole.tables[0].rows) == 18
    trained.clear()
    larger = sweep.run(options(grid=("p_hidden=0,.2,.3,.5", GRID[1])), Tell())
    assert len(trained) == 2 and len(larger.tables[0].rows) == 24


def test_a_spoilt_file_is_no_finished_cell() -> None:
    tell = Tell()
    first = sweep.run(options(), tell)
    files = sorted(tell.store.path(runs._cause((config, False, 0))) for config in sweep.plan(options())[2])
    assert all(path.is_file() for path in files)
    files[0].write_bytes(files[0].read_bytes()[:100])
    files[1].write_bytes(b"")
    again = sweep.run(options(), Tell())
    assert again.tables[0].rows == first.tables[0].rows
    assert files[0].stat().st_size > 100


def test_what_is_asked_before_it_begins(capsys: Capture) -> None:
    assert main(["lab", "sweep", "--steps", "20", "--seeds", "2"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: sweep of moons: 1 cell (no --grid: nothing to compare) of 2 seeds, about 1 s with")
    assert error.endswith("must be confirmed with --yes\n")
    assert main(["lab", "sweep", "--steps", "20", "--seeds", "2", "--yes"]) == 0
    assert "no other cell to compare with" in capsys.readouterr().out
    units = ",".join(str(k) for k in range(1, 51))
    assert main(["lab", "sweep", "--grid", f"hidden={units}", "--grid", f"batch_size={units}", "--steps", "9000"]) == 2
    assert "2,500 cells of 10 seeds, " in capsys.readouterr().err
    assert main(["lab", "sweep", "--grid", "hidden=4", "--measure", "unsolved", "--source", "five-valleys"]) == 2
    assert "--measure unsolved: these data do not have it; must be best, test-loss, train-loss, loss-gap" in (
        capsys.readouterr().err
    )


def test_a_run_that_diverges_is_left_out_and_told_of() -> None:
    wild = options(grid=("learning_rate=.01,1e6",), source="xor", steps=60)
    found = sweep.run(
        wild.model_copy(update={"grid": ("learning_rate=.3,1e6", "loss=squared_error", "output=linear")}), Tell()
    )
    assert any("diverged and left out" in note for note in found.notes)
    assert found.config is not None and found.config.learning_rate == 0.3


@pytest.mark.parametrize(
    ("gone", "best", "note", "curve", "told"),
    [
        (
            [(2, 1), (2, 2)],
            "0.2: 0.4",
            "Second best: p_hidden = 0, 0.5; difference −0.1",
            "0.3 at 0, 0.2 at 0.2, 0.1 at 0.5, over the 2 of 4 seeds that ended",
            "in 2 of 3 cells, over the 4 of 4 seeds",
        ),
        (
            [(1, 0), (2, 1)],
            "0: 0.5",
            "More runs diverged in every other cell",
            "0.5 at 0, 0.4 at 0.2, 0.3 at 0.5, over the 2 of 4 seeds",
            "in 1 of 3 cells, over the 4 of 4 seeds",
        ),
        (
            [(0, 0), (1, 1), (2, 1)],
            "0.5: 0.3",
            "Second best: p_hidden = 0.2, 0.4; difference −0.1",
            "0.5 at 0, 0.4 at 0.2, 0.3 at 0.5, over the 2 of 4 seeds",
            "in 3 of 3 cells, over the 2 of 4 seeds",
        ),
        (
            [(0, 0), (1, 0), *((2, k) for k in range(4))],
            "0.2: 0.4667",
            "Second best: p_hidden = 0, 0.5667; difference −0.1",
            "0.5667 at 0, 0.4667 at 0.2, every run diverged at 0.5, over the 3 of 4 seeds",
            "in 2 of 3 cells, over the 3 of 4 seeds",
        ),
    ],
)
def test_cells_are_compared_by_the_same_seeds_where_runs_diverged(
    gone: list[tuple[int, int]], best: str, note: str, curve: str, told: str
) -> None:
    """Every cell is 0.1 better than the one before, and two of the four seeds are far harder than the others."""
    axes, places, configs = sweep.plan(options(grid=("p_hidden=0,.2,.5",), source="five-valleys", seeds=4))
    cells = Sweep("best", axes, configs)
    losses = np.array([0.3, 0.2, 0.1])[:, None] + np.array([0.0, 0.4, 0.4, 0.0])
    for cell, seed in gone:
        losses[cell, seed] = np.nan
    for place, loss in zip(places, losses, strict=True):
        cells.add(place, Trained(np.zeros(1), dict.fromkeys(("loss_train", "loss_test"), loss[None, None]), 1.0))
    result = cells.result()
    lowest, shape = result.results
    assert f"{lowest.name}: {lowest.measured}" == f"lowest test loss: p_hidden = {best}"
    assert note in lowest.note and shape.note.startswith(curve)
    assert any(told in one for one in result.notes)


def test_where_no_seed_ended_in_all_cells_nothing_is_compared() -> None:
    axes, places, configs = sweep.plan(options(grid=("p_hidden=0,.5",), source="five-valleys", seeds=2))
    cells = Sweep("best", axes, configs)
    for place, loss in zip(places, ([0.1, np.nan], [np.nan, 0.2]), strict=True):
        both = {kind: np.array(loss)[None, None] for kind in ("loss_train", "loss_test")}
        cells.add(place, Trained(np.zeros(1), both, 1.0))
    result = cells.result()
    assert result.verdict == "undecided" and not result.results and "nothing can be compared" in result.notes[0]
    assert len(result.tables[0].rows) == 4


def test_what_a_dead_process_had_under_way_is_done_again_and_counted_once(tmp_path: Path) -> None:
    items = [(str(tmp_path), os.getpid(), number) for number in range(4)]
    found = list(pool.each(workers.dies_once, items, Tell(), pool.Processes(2)))
    assert sorted(found) == [(n, n * n) for n in range(4)]
    assert (tmp_path / "died").exists()


def test_what_workers_tell_is_in_no_file_that_a_killed_process_would_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pool._board(3) as board:
        shares = [np.memmap(board, np.float64, "r+") for _ in range(2)]  # type: ignore[type-var]
        shares[0][1] = 0.5
        assert list(shares[1]) == [0, 0.5, 0]
        assert sys.platform != "linux" or list(tmp_path.iterdir()) == []
    assert list(tmp_path.iterdir()) == [] and not os.path.exists(board)  # type: ignore[arg-type]


@pytest.mark.slow
def test_processes_that_die_again_and_again_end_it_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "DEATHS", 2)
    found = []
    with pytest.raises(RunError, match=r"died 2 times without finishing anything, 1 part left; what is finished"):
        found.extend(pool.each(workers.dies, [os.getpid()] * 2, Tell(), pool.Processes(2)))
    assert os.environ.get("DROPOUT_VIZ_THREADS") is None


def test_what_a_process_refuses_is_heard_here() -> None:
    with pytest.raises(UserError, match="item 1: must be another"):
        list(pool.each(workers.refuses, [1, 1], Tell(), pool.Processes(2)))


def test_the_best_run_of_a_grid_opens_with_its_preset_s_own_name() -> None:
    found = sweep.run(options(), Tell())
    assert found.config is not None
    assert found.config.title == load_preset("moons").title and found.config.worlds == 1
