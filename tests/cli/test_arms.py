"""Arms on the command line, and what it says of one that diverged."""

from __future__ import annotations

import json

import pytest

from dropout_viz.cli import main

Capture = pytest.CaptureFixture[str]


def test_arms_train_beside_one_another(capsys: Capture) -> None:
    arms = ["--arm", "name=with dropout", "--arm", "p_hidden=0 hidden=[8]", "--worlds", "3"]
    assert main(["train", "moons", "--steps", "50", *arms, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["arms"] == ["with dropout", "p_hidden = 0.0, hidden = 8"] or found["arms"][1].startswith(
        "p_hidden = 0"
    )
    assert found["worlds"] == 3
    assert [one["name"] for one in found["by_arm"]] == found["arms"]
    for kind in ("loss", "accuracy"):
        for part in ("train", "test"):
            assert [value for one in found["by_arm"] for value in one[kind][part]] == found[kind][part]
    for world, settings in ((1, []), (5, ["--set", "p_hidden=0", "--set", "hidden=8"])):
        assert main(["train", "moons", "--steps", "50", "--seed", str(world % 3), *settings, "--json"]) == 0
        alone = json.loads(capsys.readouterr().out)
        for kind in ("loss", "accuracy"):
            for part in ("train", "test"):
                assert found[kind][part][world] == pytest.approx(alone[kind][part], abs=1e-9)
    assert main(["train", "moons", "--steps", "50", *arms]) == 0
    text = capsys.readouterr().out.splitlines()
    assert text[0].startswith("moons, seed 0, 2 arms of 3 worlds: 50 steps, 12.5 epochs in ")
    assert text[1] == "  with dropout"
    assert text[2] == "    loss, train, every unit on: " + ", ".join(f"{v:.4g}" for v in found["loss"]["train"][:3])
    assert text[7] == "    loss, train, every unit on: " + ", ".join(f"{v:.4g}" for v in found["loss"]["train"][3:])


def test_what_is_said_of_a_run_that_diverged(capsys: Capture) -> None:
    words = ["--set", "loss=squared_error", "--set", "output=linear", "--set", "optimiser=sgd"]
    assert main(["train", "moons", *words, "--set", "learning_rate=1e6", "--json"]) == 1
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert found["loss"]["train"] is None and "by_arm" not in found
    assert (
        f"moons: diverged at step {found['steps']}, what {found['steps']} steps have reached is above" in captured.err
    )
    assert captured.err.endswith("a tenth of the learning rate may help, --set learning_rate=100000\n")
    worlds = ["--arm", "name=fast", "--arm", "learning_rate=.01", "--worlds", "2", "--steps", "200"]
    assert main(["train", "moons", *words, "--set", "learning_rate=1e6", *worlds]) == 1
    captured = capsys.readouterr()
    assert "in 2 of 4 worlds (fast), what 200 steps have reached is above; a tenth of the learning rate" in captured.err
    assert "not a number, not a number" in captured.out
