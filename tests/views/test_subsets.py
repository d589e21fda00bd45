"""Whatever is measured on some of the examples says so where it is shown: of how many, at any size."""

from __future__ import annotations

import functools
import re

import pytest
from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.draw import style as look
from dropout_viz.engine.frame import Frame
from dropout_viz.views.base import Selection
from dropout_viz.views.landscape.all import AllWeights
from dropout_viz.views.landscape.one import OneWeight
from tests.app.painted_texts import painted_texts
from tests.views.hands import frame_of, placed, trainer_of

EXAMPLES = 2600
PARTS = {"one weight": OneWeight, "all weights": AllWeights}
VIEWS = ("activations", "ensemble", "lesions", "plane", "redundancy", "scaling", "shared", *PARTS)


@functools.cache
def frame() -> Frame:
    return frame_of(trainer_of(3, "moons", examples=EXAMPLES, batch_size=None, hidden=(24,)))


@pytest.mark.parametrize("key", VIEWS)
def test_a_part_of_the_examples_is_told_with_the_whole(qtbot: QtBot, key: str) -> None:
    kind = PARTS[key] if key in PARTS else registry.entries("views")[key].load().View
    view = placed(qtbot, kind(Selection(), look.style("dark")), (380, 300))
    view.prepare_export()
    low = 480 if key == "ensemble" else 300  # in a lower one it says nothing of many examples
    for size in ((380, low), (1200, 700))[: 1 if key == "plane" else 2]:  # its finest surface takes long
        view.resize(*size)
        view.present(frame())
        said = [text for _, text in painted_texts(view)]
        part = re.compile(rf"\b[\d,]+ of ({EXAMPLES:,}|{len(frame().data.x_test):,})\b")
        assert any(part.search(text) for text in said), (size, said)
    view.close()


def test_every_line_of_the_ablation_view_says_so(qtbot: QtBot) -> None:
    """The table, the curves, the worths and the halves are of other parts of the data."""
    view = placed(qtbot, registry.entries("views")["lesions"].load().View(Selection(), look.style("dark")), (1200, 700))
    view.prepare_export()
    for size in ((1200, 700), (400, 420)):
        view.resize(*size)
        for panel in ("curve", "worth", "strangers"):
            view.panel.value = panel
            view.present(frame())
            said = [text for _, text in painted_texts(view)]
            tests = f"{len(frame().data.x_test):,}"
            assert any(f"2,000 of {EXAMPLES:,}" in text for text in said), (size, panel, said)
            shown = 3 if size[0] > 1000 else 1
            assert sum(f" of {tests} " in text and "2,000" not in text for text in said) >= shown, (size, panel, said)
    view.close()
