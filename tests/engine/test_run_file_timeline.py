"""A run that has been changed, branched and bookmarked goes back and forth from its file as it did before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dropout_viz.engine import run_file
from dropout_viz.engine.arm_tables import COMPARISON
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.timeline import Timeline
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError
from tests.engine.test_trainer import CONFIGS, MOONS

pytestmark = pytest.mark.usefixtures("short_blocks", "little_measuring")


@pytest.mark.parametrize("name", ["published", "mini-batches", "worlds"])
def test_a_branched_run_comes_back_with_its_past(name: str, tmp_path: Path) -> None:
    config = CONFIGS[name]
    timeline = Timeline(Arms([Trainer(config)]))
    timeline.advance(20)
    timeline.change({"learning_rate": config.learning_rate / 2})
    timeline.advance(20)
    timeline.bookmark(20, "half the rate")
    timeline.branch({"p_hidden": tuple(0.0 for _ in config.p_hidden)}, ("as it was", "none off"))
    timeline.advance(20)
    run_file.save(timeline.state(), tmp_path / "run.safetensors")
    other = Timeline(Arms.from_state(run_file.read(tmp_path / "run.safetensors")))
    for step in (60, 59, 41, 40, 21, 20, 5, 0, 70):
        for each in (timeline, other):
            each.go(step)
            each.advance(step - each.step)
        one, two = timeline.look(), other.look()
        assert one.names == two.names and one.bookmarks == two.bookmarks == {20: "half the rate"}
        for mine, yours in zip(one.snapshots, two.snapshots, strict=True):
            assert mine.step == yours.step == step and mine.config == yours.config
            for part in ("weights", "masks", "activations"):
                pairs = zip(getattr(mine, part), getattr(yours, part), strict=True)
                assert all(np.array_equal(a, b) for a, b in pairs)
        for now, then in zip(one.histories, two.histories, strict=True):
            assert now.marks == then.marks
            assert np.array_equal(now.loss_under_mask.values, then.loss_under_mask.values)


def test_arms_that_one_trainer_has_all_of_do_not_branch() -> None:
    timeline = Timeline(Arms([Trainer(MOONS.changed(arms=COMPARISON))]))
    timeline.advance(20)
    with pytest.raises(UserError, match="branch: this run trains its arms side by side"):
        timeline.branch({"learning_rate": 0.001}, ("a", "b"))
    assert timeline.step == 20 and len(timeline.look().snapshots) == 2
