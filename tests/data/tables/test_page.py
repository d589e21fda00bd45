"""What the guide's page on own data states of the program is what the program does."""

from __future__ import annotations

from dropout_viz import assets
from dropout_viz.data import pictures
from dropout_viz.data.tables import cells, columns, prepare, read
from dropout_viz.engine import own_images, own_table
from dropout_viz.engine.config import RunConfig


def test_the_numbers_of_the_page() -> None:
    text = " ".join(assets.path("guide", "16_own-data.md").read_text(encoding="utf-8").split())
    for said in (
        f"at most {read.MOST_ROWS:,} rows",
        f"at most {columns.ODD:.0%} of its cells".replace("%", " %"),
        f"whole numbers of at most {prepare.FEW_VALUES} different values",
        f"texts of more than {prepare.FEW_TEXTS} kinds",
        ", ".join(prepare.USUAL[:-1]) + f" or {prepare.USUAL[-1]}, else the last one",
        "two hidden layers of {} and {} units".format(*own_table.NETWORK["hidden"]),
        f"drop {own_table.NETWORK['p_hidden'][0]:.0%} of them".replace("%", " %"),
    ):
        assert said in text, said
    side = RunConfig.model_fields["side"]
    for said in (
        f"at most {pictures.MOST:,}",
        f"a square of {pictures.SIDE} pixels",
        "with {} and {} units".format(*own_images.HIDDEN),
        f", {next(limit.le for limit in side.metadata if hasattr(limit, 'le'))} at most",
    ):
        assert said in text, said
    assert side.default == pictures.SIDE
    assert all(ending in own_table.ENDINGS and f"`{ending}`" in text for ending in read.ENDINGS)
    assert set(own_table.ENDINGS) == set(read.ENDINGS)
    named = text.partition("in any case: ")[2].partition(" Numbers may")[0]
    assert {*named.lower().split(", "), ""} == cells.MISSING
