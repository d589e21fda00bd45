"""Points of one's own as a setting: bounded, rounded, and the same run again from every file that holds them."""

from __future__ import annotations

import io
import shlex
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dropout_viz.app.export.pictures import write_picture
from dropout_viz.app.export.shot import Shot
from dropout_viz.data.code import code
from dropout_viz.data.drawn import MOST, classes, told
from dropout_viz.data.load import load
from dropout_viz.engine import picture_file, run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.command_line import command_line
from dropout_viz.engine.config import RunConfig, make_config
from dropout_viz.engine.settings import load_preset, parse_words, read_toml, to_toml
from dropout_viz.errors import UserError
from dropout_viz.script.recipe import Recipe
from dropout_viz.script.write import write_code

DRAWN = ((0.5, -0.25, 1), (-1.125, 0.3, 2), (0.0, 1.0, 3), (0.7, 0.7, 1))


def many_points(n: int) -> tuple[tuple[float, float, int], ...]:
    random = np.random.default_rng(1)
    places = random.uniform(-9.9, 9.9, (n, 2)).round(3).tolist()
    return tuple((x, y, int(kind)) for (x, y), kind in zip(places, random.integers(1, 6, n), strict=True))


def test_points_are_examples_in_the_order_in_which_they_were_drawn() -> None:
    data = load("points", points=DRAWN)
    np.testing.assert_array_equal(data.x, [point[:2] for point in DRAWN])
    np.testing.assert_array_equal(data.y, np.eye(3)[[0, 1, 2, 0]])
    assert data.classes == ("A", "B", "C") and data.x_test is None and classes(DRAWN) == 3
    two = load("points", points=(DRAWN[0], DRAWN[1]))
    np.testing.assert_array_equal(two.y, [[0], [1]])
    one = load("points", points=DRAWN[:1])
    assert one.y.tolist() == [[0.0]] and one.classes == ("A", "B") and told(DRAWN[:1]) == "1 point of 1 class"
    assert len(load("points").x) == 8 and told(()) == "none"


def test_they_are_rounded_to_what_is_kept() -> None:
    config = RunConfig(data="points", points=[[0.12345, -0.0001, 2.0], (1, 2, 1)])  # type: ignore[list-item]
    assert config.points == ((0.123, 0.0, 2), (1.0, 2.0, 1))
    assert str(config.points[0][1]) == "0.0"


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ("x", "must be a list of points"),
        ([1, 2, 3], "point 1: must be x, y and class, such as [0.5, -0.2, 1]"),
        ([[0, 0, 1], [0, 0]], "point 2: must be x, y and class"),
        ([[0, 0, 0]], "point 1: its class must be a whole number from 1 to 5"),
        ([[0, 0, 6]], "its class must be a whole number from 1 to 5"),
        ([[0, 0, 1.5]], "its class must be a whole number from 1 to 5"),
        ([[0, 11, 1]], "point 1: x and y must be from -10 to 10"),
        ([[0, float("nan"), 1]], "point 1: must be x, y and class"),
        ([[0, True, 1]], "point 1: must be x, y and class"),
        ([[0, "1", 1]], "point 1: must be x, y and class"),
        ([[0, 10**400, 1]], "point 1:"),
        ([[0, 0, 1]] * (MOST + 1), "2,001 points; must be at most 2,000"),
    ],
)
def test_what_is_no_point_is_refused(points: Any, said: str) -> None:
    with pytest.raises(UserError) as error:
        make_config({"data": "points", "points": points})
    assert said in str(error.value) and len(str(error.value)) < 300


def trained(config: RunConfig, steps: int = 5) -> Arms:
    run = Arms.of(config)
    run.advance(steps)
    return run


def same(one: Arms, other: Arms) -> bool:
    pairs = zip(one.first.parameters()[0], other.first.parameters()[0], strict=True)
    return all(a.tobytes() == b.tobytes() for a, b in pairs)


@pytest.mark.parametrize("n", [4, 100, pytest.param(MOST, marks=pytest.mark.slow)])
def test_every_file_repeats_the_run(n: int, tmp_path: Path) -> None:
    points = DRAWN if n == 4 else many_points(n)
    settings = {"output": "softmax", "loss": "softmax_cross_entropy", "hidden": (4,)}
    config = load_preset("points").changed(points=points, **settings)
    run = trained(config)
    (tmp_path / "a.toml").write_text(to_toml(config), encoding="utf-8")
    assert read_toml(tmp_path / "a.toml") == config
    run_file.save(run.state(), tmp_path / "a.safetensors")
    again = Arms.from_state(run_file.read(tmp_path / "a.safetensors"))
    assert again.config.points == points
    again.advance(3), run.advance(3)
    assert same(again, run)
    write_picture(Shot("map", (200, 200)), run, tmp_path / "a.png")
    assert picture_file.read(tmp_path / "a.png").config.points == points
    words = shlex.split(command_line(config))
    assert max(map(len, words)) < 131_072, "what Linux takes of one word"
    given = [word for flag, word in zip(words, words[1:], strict=False) if flag == "--set"]
    assert load_preset(words[2]).changed(**parse_words(given)).points == points
    write_code(Recipe.of(config, run.first.data, 5), tmp_path / "a.py")
    names: dict[str, Any] = {"__name__": "__main__", "__file__": str(tmp_path / "a.py")}
    with redirect_stdout(io.StringIO()):
        exec((tmp_path / "a.py").read_text(encoding="utf-8"), names)
    script = trained(config).first.parameters()[0]
    assert all(names[f"W{k}"].tobytes() == w[0].tobytes() for k, w in enumerate(script, 1))


def test_few_points_stand_in_the_script_itself() -> None:
    for points in (DRAWN, DRAWN[:2], many_points(60)):
        lines = code("points", points=points).lines
        names: dict[str, Any] = {"np": np}
        exec("\n".join(lines), names)
        data = load("points", points=points)
        assert names["X"].tobytes() == data.x.tobytes() and names["Y"].tobytes() == data.y.tobytes()
        assert max(map(len, lines)) <= 110
    assert code("points", points=many_points(61)).examples
