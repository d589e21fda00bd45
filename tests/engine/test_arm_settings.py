"""Arms as settings: tables in a file, words on the command line, and one clear line for what is not allowed."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from dropout_viz.engine.arm_settings import told, with_arm_changed, with_first_changed
from dropout_viz.engine.arm_tables import COMPARISON, MOST
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig, make_config
from dropout_viz.engine.settings import load_preset, parse_arm, read_toml, to_toml
from dropout_viz.engine.timeline import Timeline
from dropout_viz.errors import UserError

MOONS = load_preset("moons")


def test_a_file_with_arms(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'data = "moons"\nmax_norm = 3\n\n[[arms]]\nname = "with"\n\n[[arms]]\np_hidden = 0.5\nmax_norm = "none"\n'
    )
    config = read_toml(file)
    assert config.arm_names == ("with", "p_hidden = 0.5, max_norm = none")
    assert [arm.p_hidden for arm in config.arm_configs] == [(0.0,), (0.5,)]
    assert [arm.max_norm for arm in config.arm_configs] == [3, None]
    assert all(arm.arms == () for arm in config.arm_configs)
    assert make_config(tomllib.loads(to_toml(config))) == config


def test_without_arms_a_config_is_its_own_arm() -> None:
    assert MOONS.arm_configs == (MOONS,)
    assert MOONS.arm_names == ()
    assert "arms" not in to_toml(MOONS)


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("p_hidden=0", {"p_hidden": 0}),
        (
            "name=without any dropout p_hidden=0 learning_rate = .1",
            {"name": "without any dropout", "p_hidden": 0, "learning_rate": 0.1},
        ),
        ("hidden=[8, 4]; p_hidden=[.1, .2]", {"hidden": [8, 4], "p_hidden": [0.1, 0.2]}),
        ("activation=relu;name=a; b", None),
        ("max_norm=", {"max_norm": None}),
        ("", {}),
    ],
)
def test_words(text: str, table: dict[str, Any] | None) -> None:
    if table is None:
        with pytest.raises(UserError, match="--arm b: must be key=value"):
            parse_arm(text)
    else:
        assert parse_arm(text) == table


@pytest.mark.parametrize(
    ("arms", "said"),
    [
        ("x", "arms: must be a list of tables, one for each arm"),
        ([3], "arms: must be a list of tables, one for each arm"),
        (
            [{}, {"p_hiden": 1}],
            r"arm 2: p_hiden: unknown setting \(did you mean p_hidden or hidden\?\); must be one that",
        ),
        (
            [{"name": "a b", "p_hidden": 1}],
            "arm 1 'a b': p_hidden = 1: every drop probability must be at least 0 and less",
        ),
        (
            [{"p_hidden": [0.1, 0.2]}],
            "arm 1: p_hidden: must hold one drop probability: there is 1 hidden layer",
        ),
        ([{"learning_rate": "fast"}], 'arm 1: learning_rate = "fast": must be a number'),
        ([{"learning_rate": "none"}], "arm 1: learning_rate = empty: must be a number"),
        ([{"data": "xor"}], "arm 1: data: all arms share it; must be set for the whole run"),
        ([{"seed": 3}], "arm 1: seed: all arms share it"),
        ([{"arms": []}], "arm 1: arms: all arms share it"),
        ([{"name": 3}], "arm 1: name = 3: must be printable text of at most 60 characters"),
        ([{"name": "a\nb"}], r"arm 1: name = 'a\\nb': must be printable text"),
        ([{"name": "x" * 61}], "must be printable text of at most 60 characters"),
        ([{}, {"name": "as set"}], "arms: 2 of them are named 'as set'; must be one name each"),
        ([{"name": f"{i}"} for i in range(MOST + 1)], f"arms: {MOST + 1} of them; must be at most {MOST}"),
    ],
)
def test_what_is_not_allowed_is_one_line(arms: Any, said: str) -> None:
    with pytest.raises(UserError, match=said) as raised:
        MOONS.changed(arms=arms)
    assert "\n" not in str(raised.value)


def test_a_fault_of_the_config_itself_is_not_blamed_on_an_arm() -> None:
    with pytest.raises(UserError, match=r"^learning_rate = -1"):
        MOONS.changed(learning_rate=-1, arms=({"p_hidden": 0.0},))


def test_what_the_first_arm_has_of_its_own_changes_there() -> None:
    config = MOONS.changed(arms=COMPARISON)
    changed = with_first_changed(config, {"p_hidden": 0.7, "l2": 0.1})
    assert [(a.p_hidden, a.l2) for a in changed.arm_configs] == [((0.7,), 0.1), ((0.0,), 0.1)]
    assert changed.arms == COMPARISON  # it is still that: what all share is not the first arm's own
    config = MOONS.changed(arms=({"name": "a", "p_hidden": 0.1}, {"p_input": 0.3}))
    changed = with_first_changed(config, {"p_hidden": 0.7, "p_input": 0.2})
    assert [(a.p_input, a.p_hidden) for a in changed.arm_configs] == [(0.2, (0.7,)), (0.3, MOONS.p_hidden)]
    assert with_first_changed(MOONS, {"p_hidden": 0.7}) == MOONS.changed(p_hidden=0.7)


def test_a_name_that_is_not_true_any_more_says_what_is() -> None:
    config = MOONS.changed(arms=COMPARISON)
    assert told(config, config) == config.arm_names
    assert told(config, with_first_changed(config, {"p_hidden": 0.1})) == ("with dropout", "without dropout")
    assert told(config, with_first_changed(config, {"p_hidden": 0.0})) == (
        "with dropout (now p = 0)",
        "without dropout",
    )
    named = MOONS.changed(arms=({"name": "p = .5", "p_hidden": 0.5}, {"p_hidden": 0.3}))
    changed = with_first_changed(named, {"p_hidden": 0.1})
    assert told(named, changed) == ("p = .5 (now p_hidden = 0.1)", "p_hidden = 0.3")
    assert told(MOONS, MOONS) == ()


@pytest.mark.parametrize(
    ("place", "settings", "now", "from_the_start"),
    [
        (1, {"p_hidden": 0.4}, "without dropout (now p_hidden = 0.4)", "with p_hidden = 0.4"),
        (1, {"p_input": 0.2}, "without dropout (now p_input = 0.2)", "with p_input = 0.2"),
        (0, {"p_input": 0.0, "p_hidden": 0.0}, "with dropout (now p = 0)", "with p = 0"),
        (0, {"learning_rate": 0.1}, "with dropout", "with dropout"),
    ],
)
def test_no_arm_is_told_as_with_or_without_dropout_where_it_is_not(
    place: int, settings: dict[str, Any], now: str, from_the_start: str
) -> None:
    config = MOONS.changed(arms=COMPARISON)
    changed = with_arm_changed(config, place, settings)
    assert told(config, changed)[place] == now
    assert told(changed, changed)[place] == from_the_start


def test_what_an_arm_had_for_a_while_is_told_with_its_steps() -> None:
    run = Arms.of(MOONS.changed(arms=COMPARISON))
    run.advance(5)
    run.change({"p_hidden": 0.0})
    run.change({"p_hidden": MOONS.p_hidden})  # no step has been done with it
    assert run.told == ("with dropout", "without dropout")
    run.change({"p_hidden": 0})
    run.advance(2)
    assert run.told[0] == "with dropout (now p = 0)"
    run.change({"p_hidden": list(MOONS.p_hidden)})
    assert run.told == ("with dropout (p = 0 in steps 6 to 7)", "without dropout")
    run.advance(1)
    run.change_arm(1, {"p_hidden": 0.3})
    run.advance(1)
    assert run.told[1] == "without dropout (now p_hidden = 0.3)"
    run.change_arm(1, {"p_hidden": 0.0})
    run.advance(1)
    assert run.told == ("with dropout (p = 0 in steps 6 to 7)", "without dropout (p_hidden = 0.3 in step 9)")
    assert Arms.from_state(run.state()).told == run.told
    run.change_arm(1, {"p_hidden": 0.4})
    run.advance(1)
    run.change_arm(1, {"p_hidden": 0.0})
    assert run.told[1] == "without dropout (changed in steps 9 and 11)"


def test_spans_that_are_apart_are_not_told_as_one() -> None:
    run = Arms.of(MOONS.changed(arms=COMPARISON))
    for _ in range(2):
        run.advance(10)
        run.change({"p_hidden": 0.0})
        run.advance(10)
        run.change({"p_hidden": list(MOONS.p_hidden)})
    assert run.told[0] == "with dropout (p = 0 in steps 11 to 20 and 31 to 40)"
    run.advance(9)
    run.change({"p_hidden": 0.0})
    run.advance(1)
    run.change({"p_hidden": list(MOONS.p_hidden)})
    assert run.told[0] == "with dropout (changed 6 times)"


def test_spans_of_other_values_are_told_each_and_so_of_any_setting() -> None:
    rates = ({"name": "a", "learning_rate": 0.1}, {"name": "b", "learning_rate": 0.2})
    run = Arms.of(MOONS.changed(arms=rates))
    for rate in (0.3, 0.1, 0.4, 0.1):
        run.advance(1)
        run.change_arm(0, {"learning_rate": rate})
    assert run.told[0] == "a (changed in steps 2 and 4)"
    for rate in (0.3, 0.4, 0.1):
        run.advance(1)
        run.change_arm(0, {"learning_rate": rate})
    assert run.told[0] == "a (changed 7 times)"


def test_after_a_branch_both_names_say_what_they_had_since() -> None:
    branch = Timeline(Arms.of(MOONS))
    branch.advance(5)
    branch.change({"p_hidden": 0.4})  # before there were two: no name speaks of it
    branch.advance(5)
    branch.branch({"p_hidden": (0.3,)}, ("as it was", "p 0.4 → 0.3"))
    assert branch.look().names == ("as it was", "p 0.4 → 0.3")
    branch.advance(2)
    branch.change({"p_hidden": (0.3,)})  # as the other arm has it
    assert branch.look().names == ("as it was (now p_hidden = 0.3)", "p 0.4 → 0.3")
    branch.change({"learning_rate": 0.05})  # in both
    branch.change({"p_hidden": (0.0,)})
    branch.advance(3)
    assert branch.look().names == ("as it was (now p_hidden = 0)", "p 0.4 → 0.3")
    branch.change({"p_hidden": (0.4,)})
    assert branch.look().names == ("as it was (p_hidden = 0 in steps 13 to 15)", "p 0.4 → 0.3")
    branch.go(14)
    assert branch.look().names == ("as it was (now p_hidden = 0)", "p 0.4 → 0.3")


def test_arms_are_values_of_the_fields_own_types() -> None:
    one = RunConfig(arms=({"p_hidden": 0.5, "hidden": 3},))
    assert one.arms == ({"p_hidden": (0.5,), "hidden": (3,)},)
    assert one == RunConfig(arms=[{"p_hidden": [0.5], "hidden": [3]}])
