"""The command line that opens a state: read back by the program's own parser it gives the same settings and step."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dropout_viz import cli
from dropout_viz.engine.arm_tables import COMPARISON
from dropout_viz.engine.command_line import command_line
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset, preset_keys
from dropout_viz.errors import UserError

MOONS = load_preset("moons")


def opened(text: str) -> tuple[RunConfig, int]:
    """Return what a shell and the program's own command line make of a text."""
    words = shlex.split(text)
    assert words[:2] == ["dropout-viz", "gui"]
    found: list[tuple[RunConfig, int]] = []

    def gui(options: Any) -> int:
        found.append((cli._source(options).config, int(options.steps or 0)))
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli, "_gui", gui)
        assert cli.main(words[1:]) == 0
    return found[0]


def test_the_shortest_form() -> None:
    assert command_line(MOONS, 0, "moons") == "dropout-viz gui moons"
    changed = MOONS.changed(p_hidden=0.3)
    assert command_line(changed, 1200, "moons") == "dropout-viz gui moons --set p_hidden=0.3 --steps 1200"
    assert command_line(changed, 1200, "three-lines") == command_line(changed, 1200, "my.toml")
    assert command_line(MOONS.changed(seed=7), 3) == "dropout-viz gui moons --seed 7 --steps 3"


@pytest.mark.parametrize("key", preset_keys())
def test_every_preset_is_itself(key: str) -> None:
    assert command_line(load_preset(key), 5, key) == f"dropout-viz gui {key} --steps 5"


CHANGES: list[dict[str, Any]] = [
    {"hidden": (3, 4, 5), "p_hidden": (0.1, 0.25, 0.0)},
    {"title": 'it\'s a; $x `y` "z" p_hidden=.3', "about": "two\nlines = {}"},
    {"title": '"quoted"', "views": ("loss", "network")},
    {"title": "", "about": "", "views": ()},
    {"learning_rate": 1e-5, "epsilon": 3e-12, "l2": 0.1 + 0.2},
    {"batch_size": None, "max_norm": 2.5, "stop_loss": 0.0, "examples": None},
    {"bias": False, "init": "zeros"},
    {"arms": COMPARISON, "seed": 12},
    {"arms": ({"name": "a; p_hidden=.3"}, {"name": "b", "max_norm": None, "hidden": (3, 3), "p_hidden": (0.2,)})},
    {"arms": ({"p_hidden": (0.2,)}, {"activation": "tanh", "max_norm": None}, {"name": "x y"})},
    {"rule": "exact", "dtype": "float32", "worlds": 3, "steps": 77},
]


@pytest.mark.thinned(2)
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: ",".join(change))
@pytest.mark.parametrize("key", ["moons", "digits"])
def test_it_opens_the_same_state(key: str, change: dict[str, Any]) -> None:
    config = load_preset(key).changed(**{"p_hidden": 0.25, "hidden": (8,), **change})
    assert opened(command_line(config, 42, key)) == (config, 42)


def test_arms_are_given_up_too() -> None:
    config = MOONS.changed(arms=COMPARISON)
    text = command_line(config, 0, "moons")
    assert "--arm 'name=without dropout" in text and opened(text) == (config, 0)


@settings(max_examples=10, deadline=None)
@given(
    title=st.text(max_size=30),
    p=st.lists(st.floats(0, 0.99), min_size=2, max_size=2),
    rate=st.floats(1e-300, 1e6),
    step=st.integers(0, 10**9),
    name=st.text(min_size=1, max_size=20),
    seed=st.integers(0, 2**32 - 2),
)
def test_whatever_the_settings_are(title: str, p: list[float], rate: float, step: int, name: str, seed: int) -> None:
    try:
        arms = ({"name": name, "p_hidden": p}, {"learning_rate": rate})
        config = MOONS.changed(title=title, hidden=(5, 4), p_hidden=p, learning_rate=rate, seed=seed, arms=arms)
    except UserError:
        return  # no such config
    assert opened(command_line(config, step)) == (config, step)
