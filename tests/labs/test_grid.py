"""Grids: what the words mean, and one line for what they cannot."""

from __future__ import annotations

from itertools import product

import pytest

from dropout_viz.engine.settings import load_preset
from dropout_viz.errors import UserError
from dropout_viz.labs import grid


def test_cells_are_the_product_the_last_axis_first() -> None:
    axes = grid.parse(["p_hidden=0,.1,.2", " hidden = 4,8", "optimiser=sgd,adam"])
    assert [axis.key for axis in axes] == ["p_hidden", "hidden", "optimiser"]
    assert axes[0].numbers == (0.0, 0.1, 0.2) and axes[0].words == ("0", "0.1", "0.2")
    assert axes[1].numbers == (4.0, 8.0) and axes[2].numbers is None
    found = list(grid.cells(load_preset("moons"), axes))
    assert len(found) == grid.size(axes) == 12
    wanted = product((0.0, 0.1, 0.2), (4, 8), ("sgd", "adam"))
    for (place, config), (p, units, optimiser) in zip(found, wanted, strict=True):
        assert (config.p_hidden, config.hidden, config.optimiser) == ((p,), (units,), optimiser)
        assert (axes[0].values[place[0]], axes[1].values[place[1]], axes[2].values[place[2]]) == (p, units, optimiser)


def test_layers_none_and_words() -> None:
    layers, limit = grid.parse(["hidden=[32,16],[8],4", "max_norm=none,1,2.5"])
    assert layers.words == ("[32, 16]", "8", "4") and layers.numbers is None
    assert limit.values == (None, 1, 2.5) and limit.words == ("none", "1", "2.5")
    assert [c.max_norm for _, c in grid.cells(load_preset("moons"), [limit])] == [None, 1.0, 2.5]
    assert grid.parse(["bias=true,false"])[0].numbers is None
    assert list(grid.cells(load_preset("xor"), ())) == [((), load_preset("xor"))]


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        (["p_hidden"], "--grid p_hidden: must be a setting and its values, such as p_hidden=0,.1,.2"),
        (["p_hiden=1"], r"--grid p_hiden: unknown setting \(did you mean p_hidden or hidden\?\); must be one that"),
        (["seed=1,2"], "--grid seed: not for a grid; must be any setting but title, about, "),
        (["title=a,b"], "--grid title: not for a grid"),
        (["p_hidden=0", "p_hidden=.1"], "--grid p_hidden: given twice"),
        (["p_hidden=0,,1"], "--grid p_hidden=0,,1: an empty value"),
        (["p_hidden="], "--grid p_hidden=: an empty value"),
        (["p_hidden=.1,0.1"], "a value comes twice"),
    ],
)
def test_what_is_no_grid(texts: list[str], line: str) -> None:
    with pytest.raises(UserError, match=line):
        grid.parse(texts)


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        (["hidden=4,8", "p_hidden=0,1"], "--grid, at hidden = 4, p_hidden = 1: p_hidden = "),
        (["hidden=4,x"], "--grid, at hidden = x: hidden = "),
        (["batch_size=50,500"], "--grid, at batch_size = 500: batch_size = 500: must be at most 200"),
        (["data=moons,digits"], "--grid, at data = digits: "),
    ],
)
def test_a_cell_that_cannot_be_is_named(texts: list[str], line: str) -> None:
    with pytest.raises(UserError, match=line):
        list(grid.cells(load_preset("moons"), grid.parse(texts)))


def test_a_grid_without_end_is_refused_before_it_is_built() -> None:
    assert [place for place, _ in grid.cells(load_preset("moons"), grid.parse(["hidden=1,2,3,4,5"]), 2)] == [
        (0,),
        (2,),
        (4,),
    ]
    numbers = ",".join(str(k) for k in range(1, 1001))
    axes = grid.parse([f"hidden={numbers}", f"batch_size={numbers}", f"patience={numbers}"])
    with pytest.raises(UserError, match="--grid: 1,000,000,000 cells; must be at most 20,000"):
        next(grid.cells(load_preset("moons"), axes))
