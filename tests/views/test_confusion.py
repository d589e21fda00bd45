"""The Confusion view: what its cells say, what a click and the keys do, what it says in words, and where it fits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.questions.confusion import Confusion, Request, Scene
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw import style as look
from dropout_viz.draw.contrast import luminance
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.trainer import Trainer
from dropout_viz.views.confusion import words
from dropout_viz.views.confusion.layout import lay_out
from dropout_viz.views.confusion.picture import shade
from dropout_viz.views.confusion.view import View
from tests.app.painted_texts import texts_in
from tests.views.frames import frame_of, shown
from tests.views.hands import picture, point

SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_numbers_are_written_in_low_cells_too(qtbot: QtBot) -> None:
    """As in a small panel while presenting: cells are broader than high where there is room beside them."""
    view = shown(qtbot, "confusion", frame_of("pinwheel", 60), size=(380, 150))
    box, counts = view.layout_(view.scene).cell_of(0, 0, 0), view.scene.matrices[0].counts
    assert box.height() < 26 <= box.width() <= 2 * box.height()
    written = [text.text for text in texts_in(view) if box.width() > text.box.width() and text.text.isdigit()]
    assert all(str(n) in written for n in counts.diagonal())
    large = lay_out(1200, 700, arms=1, classes=2, names=10.0).cell_of(0, 0, 0)
    assert large.width() == large.height() > 110


def test_a_cell_is_named_and_a_click_chooses_an_example_of_its_kind(qtbot: QtBot) -> None:
    view = shown(qtbot, "confusion", frame_of("digits", 10, hidden=(8,)), size=(620, 560))
    found = view.scene.matrices[0]
    truth, said = found.worst()
    at = view.layout_(view.scene).cell_of(0, truth, said).center()
    point(view, at)
    such = found.examples(truth, said)
    lines = view.said(at)
    assert lines[0] == f"{truth} said to be {said}"
    assert lines[1].startswith(f"{found.counts[truth, said]} of {found.of[truth]}, ")
    assert lines[2] == f"click: example {such[0] + 1}, of {len(such)} training examples that are such"
    for wanted in such[:2]:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at.toPoint())
        assert view.selection.example == wanted  # one after the other
    view.selection.choose(example=int(such[-1]))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert view.selection.example == such[0]


def test_recall_and_precision_are_named(qtbot: QtBot) -> None:
    view = shown(qtbot, "confusion", frame_of("digits", 10, hidden=(8,)), size=(620, 560))
    layout, found = view.layout_(view.scene), view.scene.matrices[0]
    assert layout.sides
    right = view.said(layout.cell_of(0, 4, 10).center())
    below = view.said(layout.cell_of(0, 10, 4).center())
    assert right == [f"recall of 4: {100 * found.recall[4]:.1f} %", f"{found.counts[4, 4]} of {found.of[4]} are found"]
    assert below[0] == f"precision of 4: {100 * found.precision[4]:.0f} %"
    assert below[1] == f"{found.counts[4, 4]} of {found.said[4]} said to be 4 are"
    assert view.said(layout.cell_of(0, 10, 10).center()) == []


def test_keys_go_through_the_cells(qtbot: QtBot) -> None:
    view = shown(qtbot, "confusion", frame_of("moons", 60, compare=True), size=(700, 420))
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.said(view.mouse)[0] == "0 said to be 0"
    qtbot.keyClick(view, Qt.Key.Key_Down, SHIFT)
    assert view.said(view.mouse)[0] == "0 said to be 1"
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.said(view.mouse)[0] == "1 said to be 1" and view.said(view.mouse)[-1] == "with dropout"
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.selection.example in view.scene.matrices[0].examples(1, 1)


def test_arms_stand_side_by_side_and_the_set_is_chosen(qtbot: QtBot) -> None:
    view = shown(qtbot, "confusion", frame_of("moons", 60, compare=True), size=(700, 420))
    one, other = view.layout_(view.scene).grids
    assert one.top() == other.top() and one.right() < other.left()
    assert view.scene.matrices[0].total == 1000 and "Step 60, test set" in view.summary()
    view.of.value = "training"
    assert view.scene.matrices[0].total == 200 and "Step 60, training set" in view.summary()
    view.show_frame(frame_of("xor", 5))  # has no test set
    assert not view.of.possible and view.scene.matrices[0].total == 4


def test_it_tells_recall_and_precision_of_each_class(qtbot: QtBot) -> None:
    view = shown(qtbot, "confusion", frame_of("moons", 60))
    found = view.scene.matrices[0]
    rates = [f"{k} {100 * value:.1f} %" for values in (found.recall, found.precision) for k, value in enumerate(values)]
    text = view.summary()
    assert f"recall of class {rates[0]}, {rates[1]}." in text
    assert f"precision of class {rates[2]}, {rates[3]}." in text
    assert f"{found.right / 10:.1f} % of 1,000 right" in text and "above 0.5" in text


def test_it_says_why_it_shows_nothing(qtbot: QtBot) -> None:
    numbers = frame_of("five-valleys", 2)
    assert "numbers to be learnt" in View.why_not(numbers.snapshot.config, numbers.data)
    assert View.why_not(RunConfig(), frame_of("xor").data) == ""
    view = shown(qtbot, "confusion", numbers)  # it may be on show when another data set is chosen
    assert view.scene is None
    picture(view)


@pytest.fixture(scope="module")
def letters() -> Frame:
    """A run of 26 classes with long and short names."""
    random = np.random.default_rng(0)
    kinds = np.arange(520) % 26
    x = random.normal(size=(26, 6))[kinds] + 0.4 * random.normal(size=(520, 6))
    y, names = np.eye(26)[kinds], (*tuple("ABCDEFGHIJKLMNOPQRSTUVWXY"), "a very long name of a class")
    data = DataSet(x[:260], y[:260], x[260:], y[260:], classes=names)
    settings = {"output": "softmax", "loss": "softmax_cross_entropy", "optimiser": "adam", "learning_rate": 0.02}
    trainer = Trainer(RunConfig(hidden=(20,), **settings), data)
    trainer.advance(40)
    return Frame((Arm("", trainer.snapshot(), trainer.history),), data)


def test_many_classes_fit(qtbot: QtBot, letters: Frame) -> None:
    view = shown(qtbot, "confusion", letters)
    assert "lowest recall of class" in view.summary()
    for size in ((200, 116), (320, 300), (460, 420), (1100, 700)):
        view.resize(*size)
        picture(view)
        layout = view.layout_(view.scene)
        grid = layout.grids[0]
        assert grid.left() > 0 and grid.right() <= size[0] and grid.top() > 0 and grid.bottom() <= size[1], size
    view.resize(320, 320)
    assert view.layout_(view.scene).cell >= 7
    corner = view.layout_(view.scene).cell_of(0, 25, 24).center()
    assert view.said(corner)[0] == "a very long name of a class said to be Y"


@pytest.mark.parametrize("arms", [1, 2, 3, 6])
@pytest.mark.parametrize("size", [(200, 116), (320, 300), (900, 560)])
@pytest.mark.parametrize("classes", [2, 10, 26])
def test_no_matrix_lies_over_another(arms: int, size: tuple[int, int], classes: int) -> None:
    layout = lay_out(*size, arms, classes, 9.0)
    for k, grid in enumerate(layout.grids):
        assert not any(grid.intersects(other) for other in layout.grids[k + 1 :])
        if 130 * arms <= size[0] or arms == 1:
            assert grid.right() <= size[0] and grid.bottom() <= size[1]


def test_a_diverged_run_has_no_answers(qtbot: QtBot) -> None:
    frame = frame_of("moons", 20)
    broken = replace(frame.snapshot, weights=tuple(np.full_like(w, np.nan) for w in frame.snapshot.weights))
    view = shown(qtbot, "confusion", Frame((replace(frame.arms[0], snapshot=broken),), frame.data))
    picture(view)
    assert "nothing is said of any example" in view.summary() and view.summary().count("nothing is said") == 1
    matrix = view.scene.matrices[0]
    some = replace(matrix, counts=np.array([[200, 0], [200, 0]]), unknown=np.array([300, 300]))
    scene = replace(view.scene, matrices=(some,))
    assert "of 600 examples nothing is said" in " ".join(words.summary(scene, 20))


@pytest.mark.parametrize("theme", [*map(look.style, look.THEMES), *(look.strong(look.style(t)) for t in look.THEMES)])
def test_more_is_farther_from_none(theme: look.Style) -> None:
    for arm in range(6):
        none = luminance(shade(theme, arm, 0.0))
        apart = [abs(luminance(shade(theme, arm, part)) - none) for part in (0.003, 0.01, 0.1, 0.3, 1.0)]
        assert apart[0] > 0 and apart == sorted(apart)


def test_a_tie_of_shares_is_told() -> None:
    """Three of six rare ones are taken for each of the others; more of the common ones are wrong, a smaller share."""
    counts = np.array([[8, 4, 0], [3, 9, 0], [3, 3, 0]])
    one = Confusion("", counts, np.zeros(3, int), np.empty((0, 2), int))
    assert one.worst() == (2, 0)
    assert one.as_large() == 1
    plain = replace(one, name="without dropout", counts=np.array([[9, 3, 0], [1, 11, 0], [1, 0, 5]]))
    data = frame_of("pinwheel", 1).data
    request = Request((), data, True)
    told = words.foot(Scene(request, (replace(one, name="with dropout"), plain), 60))
    first, second = (data.classes[k] for k in (2, 0))
    assert told[1] == (
        f"Largest shares: {first} for {second} and 1 other pair, 50.0 % each (with dropout); "
        f"{second} for {data.classes[1]}, 25.0 % (without dropout)"
    )
    assert told[2].startswith("Largest: ") and told[2].endswith("25.0 % (without)")
