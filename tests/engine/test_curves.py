"""Curves as CSV: every number of every curve, exact, at its step."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from dropout_viz.engine.arms import Arms
from dropout_viz.engine.curves import curves_of, to_csv
from dropout_viz.engine.history import KINDS
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(line for line in io.StringIO(text) if not line.startswith("#")))


@pytest.mark.parametrize("whole", [False, True])
def test_every_number_of_every_arm_and_world_is_there(whole: bool) -> None:
    config = load_preset("moons").changed(
        hidden=(6,), worlds=2 if whole else 1, arms=({"name": 'a, "b"', "p_hidden": 0.0}, {"p_hidden": 0.5}), seed=4
    )
    run = Arms([Trainer(config)]) if whole else Arms.of(config)
    run.advance(30)
    curves = curves_of(run)
    assert [(c.arm, c.seed) for c in curves] == [
        (arm, 4 + world) for arm in config.arm_names for world in range(config.worlds)
    ]
    rows = rows_of("".join(to_csv(curves)))
    for one in curves:
        mine = [row for row in rows if row["arm"] == one.arm and row.get("seed", "4") == str(one.seed)]
        assert [int(row["step"]) for row in mine] == sorted({int(row["step"]) for row in mine})
        for kind in KINDS:
            steps, values = getattr(one.history, kind).pair()
            told = {int(row["step"]): float(row[kind]) for row in mine if row[kind]}
            assert told == dict(zip(steps.tolist(), values.tolist(), strict=True))
            assert np.isfinite(values).all()


def test_one_run_has_no_column_for_what_there_is_one_of() -> None:
    run = Arms.of(load_preset("three-lines"))
    run.advance(5)
    text = "".join(
        to_csv([replace(one, step=3) for one in curves_of(run)], [("config", "a = 1\nb = 2"), ("step", "5")])
    )
    lines = text.splitlines()
    assert lines[:3] == ["# config: a = 1", "#       : b = 2", "# step: 5"]
    assert lines[3] == "step,loss_under_mask,loss_train,accuracy_train"
    assert [row["step"] for row in rows_of(text)] == ["0", "1", "2", "3"]
    assert rows_of(text)[0]["loss_under_mask"] == ""
