"""The Loss view draws what the history holds: every step and every peak, and says where numbers end."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.decimate import Pyramid
from dropout_viz.analysis.running_mean import RunningMean
from dropout_viz.draw import style as look
from dropout_viz.draw.curve import BAND
from dropout_viz.draw.plot import Plot
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.history import History, Mark, Series
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.parts import Unit
from dropout_viz.views.loss import overlay
from dropout_viz.views.loss.kinds import ACCURACY, LOSS
from dropout_viz.views.loss.legend import Legend, LegendRow, line_colour, mean_colour
from dropout_viz.views.loss.mean import around, reach
from tests.app.painted_texts import texts_in
from tests.views.loss_case import frame, ink, picture, place, shown, trained, written


def test_a_real_run_is_drawn_step_by_step(qtbot: QtBot) -> None:
    trainer = trained()
    view = shown(qtbot, Frame((Arm("run", trainer.snapshot(), trainer.history),), trainer.data))
    for key in ("loss_under_mask", "loss_train"):
        series = getattr(trainer.history, key)
        line = view.loss.lines[0, key]
        assert line.points == len(series) == len(line.curve.x)
        np.testing.assert_array_equal(line.curve.x, series.steps)
        np.testing.assert_array_equal(line.curve.y, series.values)
    assert [k.key for k in view.loss.legend.kinds] == ["loss_under_mask", "loss_train"], "no test set, no such entry"
    assert ink(picture(view), view.style_.arms[0]) > 200


def test_a_long_run_is_drawn_with_few_points_and_all_its_peaks(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dropout_viz.engine.history.ROOM", 1 << 20)
    history = written(300_000)
    values = history.loss_under_mask.values
    values[[1234, 222_222]] = [3.0, 4.0]  # a single step each
    view = shown(qtbot, frame(history))
    curve = view.loss.lines[0, "loss_under_mask"].curve
    assert len(curve.x) < 5 * view.loss.pixels
    assert {1235.0, 222_223.0} <= set(curve.x.tolist())
    assert curve.y.max() == 4.0 and curve.y.min() == values.min()
    assert view.loss.plot.box.viewRange()[1][1] >= 4.0


def test_noise_leaves_no_gap_between_two_pixels(qtbot: QtBot) -> None:
    view = shown(qtbot, frame(written(57_000, test=False)), theme="light")
    chart, image = view.loss, picture(view).convertToFormat(QImage.Format.Format_RGB32)
    top, low = (chart.plot.mapTo(view, chart.plot.at(57_000, loss).toPoint()) for loss in (0.9, 0.1))
    left = chart.plot.mapTo(view, chart.plot.at(0, 0.1).toPoint())
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    noise = pixels[top.y() : low.y(), left.x() + 2 : low.x() - 1]
    bare = QColor(view.style_.panel).rgb()
    assert not np.flatnonzero((noise == bare).any(axis=0)).size, "every pixel holds some 150 losses from 0 to 1"


def test_rings_lie_on_the_test_line_and_stay_where_they_are_while_it_grows(qtbot: QtBot) -> None:
    history = written(900, spaced=10)
    history.loss_test.values[:] = 0.45  # level: what stands out of it is a ring
    view = shown(qtbot, frame(history), theme="light")
    chart = view.loss
    assert [key for (_, key), line in chart.lines.items() if line.curve.ringed] == ["loss_test"]
    chart.hide_kinds(frozenset(("loss_under_mask", "loss_train")))
    series = history.loss_test
    hue = QColor(view.style_.arms[0])

    def is_line(colour: QColor) -> bool:
        return abs(colour.red() - hue.red()) + abs(colour.green() - hue.green()) < 150

    def ringed() -> list[int]:
        """Return the steps with a ring: the line's colour above it or below."""
        image, found = picture(view), []
        for step in range(50, 860, 50):
            value = float(np.interp(step, series.steps, series.values))
            at = chart.plot.mapTo(view, chart.plot.at(step, value).toPoint())
            beyond = (image.pixelColor(at + QPoint(0, dy)) for dy in (-3, -2, 2, 3))
            if any(map(is_line, beyond)):
                found.append(step)
        return found

    before = ringed()
    assert before == list(range(100, 860, 100))
    series.extend(np.arange(910, 1000, 10), np.full(9, series.values[-1]))
    view.show_frame(frame(history))
    assert ringed() == before


def test_the_range_follows_the_run_in_round_steps(qtbot: QtBot) -> None:
    history = written(90)
    view = shown(qtbot, frame(history))
    ends = set()
    for step in range(93, 400, 3):
        history.loss_under_mask.extend(np.arange(step - 2, step + 1), np.full(3, 0.1))
        view.show_frame(frame(history))
        low, high = view.loss.plot.box.viewRange()[0]
        assert low == 0 and high >= step
        ends.add(high)
    assert ends == {100, 120, 150, 200, 250, 300, 400}, "the axis changes seldom"


def test_two_arms_have_their_own_hue_and_each_kind_its_own_line(qtbot: QtBot) -> None:
    view = shown(qtbot, frame(written(500), written(500, scale=0.4, seed=1)))
    lines = view.loss.lines
    colours = {arm: lines[arm, "loss_train"].curve.ink.name() for arm in (0, 1)}
    assert colours == {0: view.style_.arms[0], 1: view.style_.arms[1]}
    for arm in (0, 1):
        assert lines[arm, "loss_test"].curve.dash and not lines[arm, "loss_train"].curve.dash
        assert lines[arm, "loss_under_mask"].curve.width < lines[arm, "loss_train"].curve.width
    assert [row.name for row in view.loss.legend.rows] == ["with dropout", "without dropout"]
    image = picture(view)
    assert ink(image, view.style_.arms[0]) > 150 and ink(image, view.style_.arms[1]) > 150
    view.show_frame(frame(written(500)))
    assert set(lines) == {(0, k.key) for k in LOSS.kinds}, "an arm that is gone takes its lines along"


def test_a_new_run_takes_the_place_of_the_old_one(qtbot: QtBot) -> None:
    view = shown(qtbot, frame(written(5000)))
    view.show_steps(100, 200)
    view.show_frame(frame(written(40), run=2))
    assert view.window_ == (0, 40)
    assert view.loss.lines[0, "loss_under_mask"].points == 40


def test_the_theme_recolours_everything(qtbot: QtBot) -> None:
    view = shown(qtbot, frame(written(500)))
    view.restyle(look.style("light"))
    image = picture(view)
    assert ink(image, look.style("light").panel) > 0.5 * image.width() * image.height()
    assert ink(image, look.style("light").arms[0]) > 100
    assert ink(image, look.style("dark").panel) < 0.01 * image.width() * image.height(), "only text is as dark"


def test_the_newest_values_stand_in_the_legend(qtbot: QtBot) -> None:
    history = written(100)
    view = shown(qtbot, frame(history))
    history.loss_under_mask.extend(np.array([101]), np.array([0.12345678]))
    view.show_frame(frame(history))
    assert view.loss.legend.rows[0].values[0] == "0.1235"


def test_in_a_narrow_legend_numbers_give_way_to_the_words_that_tell_lines_apart(qtbot: QtBot) -> None:
    legend = Legend("Loss", look.style("light"))
    qtbot.addWidget(legend)
    values = ("0.0007225", "0.0007178", "0.3042")
    legend.tell(LOSS.kinds, [LegendRow("", 0, values)], frozenset())
    for wide, numbers in ((600, values), (320, values[1:]), (230, ())):
        legend.resize(wide, legend.sizeHint().height())
        texts = texts_in(legend)
        written = {found.text for found in texts}
        assert {kind.short for kind in LOSS.kinds} <= written or {kind.name for kind in LOSS.kinds} <= written
        assert {*values} & written == {*numbers} and all(found.box.right() <= wide for found in texts)
        assert len(legend.hits) == 3


def test_the_accuracies_of_two_arms_are_whole_in_a_narrow_legend(qtbot: QtBot) -> None:
    legend = Legend("Accuracy", look.style("light"), brief=True)
    qtbot.addWidget(legend)
    legend.tell(ACCURACY.kinds, [LegendRow("", k, ("75.0 %", "88.3 %")) for k in range(2)], frozenset())
    legend.resize(302, legend.sizeHint().height())
    texts = texts_in(legend)
    assert len(texts) == 5 and all(found.box.right() <= 302 for found in texts)


@pytest.mark.parametrize("arms", [1, 2])
def test_accuracy_says_that_every_unit_is_on_where_there_is_room(qtbot: QtBot, arms: int) -> None:
    legend = Legend("Accuracy", look.style("light"), brief=True, condition=ACCURACY.condition)
    qtbot.addWidget(legend)
    legend.tell(ACCURACY.kinds, [LegendRow("", k, ("100 %", "83.2 %")) for k in range(arms)], frozenset())
    for wide, said in ((600, True), (300, False)):
        legend.resize(wide, legend.sizeHint().height())
        texts = texts_in(legend)
        assert ("with every unit on" in {found.text for found in texts}) == said
        assert all(found.box.right() <= wide for found in texts if found.text == ACCURACY.condition)


def test_a_click_in_the_legend_hides_a_line(qtbot: QtBot) -> None:
    view = shown(qtbot, frame(written(300)))
    picture(view)
    legend = view.loss.legend
    box = next(box for box, kind in legend.hits if kind.key == "loss_under_mask")
    qtbot.mouseClick(legend, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    assert not view.loss.lines[0, "loss_under_mask"].curve.visible
    assert "loss_under_mask" not in {r.kind.key for r in view.readings(50)}
    qtbot.mouseClick(legend, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    assert view.loss.lines[0, "loss_under_mask"].curve.visible


def test_marks_are_drawn_at_their_steps(qtbot: QtBot) -> None:
    history = written(1000, test=False)
    view = shown(qtbot, frame(history, test=False), size=(700, 380))
    at = place(view.loss, 640)

    def dashes() -> int:
        return ink(view.loss.plot.grab(QRect(at.x() - 1, 0, 3, view.loss.plot.height())).toImage(), view.style_.dim)

    before = dashes()
    history.marks.append(Mark(640, "p = 0.5"))
    view.show_frame(frame(history, test=False))
    assert dashes() > before + 50


def test_what_a_branch_shares_with_the_run_is_drawn_in_the_run_s_hue_alone(qtbot: QtBot) -> None:
    """In the noise the other arm lies in front: it hid the run where both are the same."""
    arms = Arms.of(load_preset("moons"))
    arms.advance(40)
    branched = arms.fork(("as it was", "p = 0.5 from step 40"))
    branched.change_arm(1, {"p_hidden": 0.5})
    branched.advance(40)
    view = shown(qtbot, Frame.of(branched.look()), size=(700, 420))
    for (arm, key), line in view.loss.lines.items():
        known = [step for step in line.steps.tolist() if not arm or step >= 40 or key != "loss_under_mask"]
        first = max(step for step in known if step <= 40) if arm else known[0]
        assert line._x.tolist() == [step for step in known if step >= first], "what is shared ends where they part"
        assert line.at(20) is not None, "and can be read"
    noise = view.loss.lines[1, "loss_under_mask"]
    colour = line_colour(view.style_, 1, noise.kind)
    image = view.loss.plot.grab().toImage()
    middle = place(view.loss, 40).x()
    before, after = image.copy(0, 0, middle - 3, image.height()), image.copy(middle + 3, 0, 999, image.height())
    assert ink(before, colour.name()) == 0 < ink(after, colour.name())


def test_what_is_written_over_curves_hides_neither_them_nor_one_another(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = written(20_000)
    history.marks.append(Mark(13_000, "learning rate 0.1 → 0.05"))
    view = shown(qtbot, frame(history), (900, 420))
    found = {text.text: text.box for text in texts_in(view, children=True)}
    assert not [text for text in found if "line: mean of" in text], "the band is everywhere: the legend's tip says it"
    mark = next(found[text] for text in found if "0.05" in text)
    with_words = picture(view)
    monkeypatch.setattr("dropout_viz.views.loss.overlay.draw_text", lambda *_, **__: 0.0)
    without = picture(view)
    noisy = line_colour(view.style_, 0, view.loss.legend.kinds[0]).name()
    band = look.mix(view.style_.panel, noisy, BAND).name()
    curves = ink(without.copy(mark.toAlignedRect()), band)
    assert curves > 0.5 * mark.width() * mark.height(), "the band goes to the top"
    assert ink(with_words.copy(mark.toAlignedRect()), band) > 0.5 * curves, "letters alone hide some of it"
    monkeypatch.undo()


def test_the_words_of_the_band_are_read_in_the_past_and_not_cut_by_its_line(qtbot: QtBot) -> None:
    """They lie over what makes the steps to come faint, beside the line at the step on show."""
    history, steps = written(20_000), np.arange(1, 20_001)
    history.loss_under_mask = Series()
    history.loss_under_mask.extend(steps, np.where(steps <= 2_000, 3.0, 0.8) * np.random.default_rng(0).random(20_000))
    view = shown(qtbot, frame(history), (500, 420))

    def caption(step: int) -> QRectF | None:
        past = frame(history)
        arm = replace(past.arms[0], snapshot=replace(past.snapshot, step=step))
        view.show_frame(replace(past, arms=(arm,), newest=20_000))
        return next((text.box for text in texts_in(view, children=True) if "line: mean of" in text.text), None)

    box = caption(20_000)
    assert box is not None
    plain = ink(picture(view).copy(box.toAlignedRect()), view.style_.dim)
    cut = clear = 0
    for step in range(3_000, 20_000, 1_000):
        found = caption(step)
        line = view.loss.plot.mapTo(view, place(view.loss, step)).x()
        if box.left() - 2 <= line <= box.right() + 2:
            cut += 1
            assert found != box
        elif found == box:
            clear += 1
            assert ink(picture(view).copy(box.toAlignedRect()), view.style_.dim) > 0.9 * plain > 20, "faint"
    assert cut and clear


@pytest.mark.parametrize(
    ("size", "said"), [((460, 380), 2), ((460, 100), 1), ((460, 85), 0)], ids=("room", "a line", "no room")
)
def test_that_nothing_has_begun_is_said_whole_or_not(qtbot: QtBot, size: tuple[int, int], said: int) -> None:
    history = History()
    history.loss_train.extend(np.arange(1), np.full(1, 0.13))
    view = shown(qtbot, frame(history, test=False), size)
    area, plot = view.loss.plot.area(), view.loss.plot
    found = [t for t in texts_in(view, children=True) if "No step" in t.text or "The curves" in t.text]
    assert len(found) == said
    top = plot.mapTo(view, area.topLeft().toPoint()).y()
    assert all(top <= t.box.top() and t.box.bottom() <= top + area.height() for t in found)


def test_a_mark_gives_way_in_its_words_and_keeps_its_value(qtbot: QtBot) -> None:
    history = written(20_000)
    history.marks.append(Mark(3_000, "drop probability, hidden 0.35"))
    for width, said in ((900, "drop probability, hidden 0.35"), (300, "p 0.35")):
        view = shown(qtbot, frame(history), (width, 420))
        assert said in [text.text for text in texts_in(view, children=True)]


@pytest.mark.parametrize(
    ("high_until", "marked", "row"), [(2_000, 300, 0), (2_000, 13_000, 0), (19_000, 300, None)], ids=str
)
def test_what_a_band_is_stands_where_no_curve_runs(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, high_until: int, marked: int, row: int | None
) -> None:
    """At the right above the curves, clear of a mark and its text; else it is left to the tip of the legend."""
    history, steps = written(20_000), np.arange(1, 20_001)
    history.loss_under_mask = Series()
    history.loss_under_mask.extend(
        steps, np.where(steps <= high_until, 3.0, 0.8) * np.random.default_rng(0).random(20_000)
    )
    history.marks.append(Mark(marked, "learning rate 0.05"))
    view = shown(qtbot, frame(history), (900, 420))
    found = {text.text: text.box for text in texts_in(view, children=True)}
    caption = [box for text, box in found.items() if "line: mean of" in text]
    if row is None:
        assert not caption
        return
    (box,), mark = caption, next(box for text, box in found.items() if text == "learning rate 0.05")
    assert round(box.top() - mark.top()) == 16 * row and not box.intersects(mark)
    monkeypatch.setattr("dropout_viz.views.loss.overlay.draw_text", lambda *_, **__: 0.0)
    bare = picture(view).copy(box.toAlignedRect())
    noisy = line_colour(view.style_, 0, view.loss.legend.kinds[0]).name()
    assert ink(bare, look.mix(view.style_.panel, noisy, BAND).name()) == 0


def test_texts_of_marks_close_by_stand_in_rows_and_no_line_runs_through_one(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = written(20_000)
    changes = {5_000: "learning rate 0.02", 5_400: "drop probability, hidden 0.3", 5_800: "learning rate 0.05"}
    history.marks.extend(Mark(step, text) for step, text in changes.items())
    lines: list[tuple[float, float]] = []

    def upright(_: object, sight: overlay.Sight, x: float, _pen: object, top: float | None = None) -> None:
        lines.append((x, sight.area.top() if top is None else top))

    monkeypatch.setattr(overlay, "paint_upright", upright)
    view = shown(qtbot, frame(history), (700, 450))
    boxes = {text.text: text.box for text in texts_in(view, children=True) if text.text in changes.values()}
    rows = [boxes[text].top() for text in changes.values()]
    assert rows == sorted(rows) and rows[2] - rows[0] > 30
    tops = dict(lines[-3:])
    assert len(tops) == 3 and sorted(tops) == list(tops)
    first, second, third = tops.values()
    assert first < second < third, "each begins below the texts that it would run through"


def test_a_mark_that_came_after_the_frame_is_not_drawn(qtbot: QtBot) -> None:
    """A picture of a step is drawn while the run goes on, and changes its list of marks."""
    history = written(7, test=False)
    one = frame(history, test=False)
    before = picture(shown(qtbot, one))
    history.marks.append(Mark(9, "p = 0.5"))  # the axis goes to 10
    assert picture(shown(qtbot, one)) == before
    assert picture(shown(qtbot, replace(one, newest=9))) != before


def test_the_accuracy_stands_below_where_there_are_classes(qtbot: QtBot) -> None:
    view = shown(qtbot, frame(written(300)))
    box = view.header_tools()[1]
    assert isinstance(box, QCheckBox)
    header = QWidget()
    qtbot.addWidget(header)
    box.setParent(header)
    assert view.accuracy.isHidden() and box.isHidden()
    view.show_frame(frame(written(300, classes=True), classes=True, run=2))
    assert not view.accuracy.isHidden() and not box.isHidden()
    picture(view)
    left = [chart.plot.area().left() for chart in view.charts]
    assert left[0] == left[1], "steps stand above steps"
    assert view.accuracy.plot.box.viewRange()[0] == view.loss.plot.box.viewRange()[0]
    assert view.accuracy.plot.box.viewRange()[1] == [0, 1.02]
    assert view.accuracy.legend.rows[0].values == ("97.5 %", "87.5 %")
    box.click()
    assert view.accuracy.isHidden()


def test_a_picture_is_like_the_view_on_the_screen(qtbot: QtBot) -> None:
    content = frame(written(5000, classes=True), classes=True)
    live = shown(qtbot, content)
    live.show_steps(1000, 2000)
    live.log_y.value = True
    live.loss.kind_clicked.emit("loss_test")
    made = shown(qtbot, size=(700, 500))
    made.prepare_export()
    made.show_frame(content)
    made.like(live)
    assert made.window_ == live.window_ and made.loss.plot.y_axis.logMode
    assert not made.loss.lines[0, "loss_test"].curve.visible
    assert made.back.isHidden(), "a picture has no buttons"
    assert ink(picture(made), made.style_.arms[0]) > ink(picture(live), live.style_.arms[0])


def test_what_others_point_at_does_not_repaint_the_curves(qtbot: QtBot) -> None:
    view = shown(qtbot, frame(written(100)))
    QApplication.processEvents()
    painted: list[int] = []
    view.loss.plot.overlays.append(lambda painter: painted.append(1))
    view.selection.point_at(Unit(1, 2))
    view.selection.choose(example=3)
    QApplication.processEvents()
    assert not painted
    view.loss.plot.viewport().repaint()
    assert painted


def test_there_is_nothing_of_pyqtgraphs_own_in_sight(qtbot: QtBot) -> None:
    view = shown(qtbot, frame(written(100)))
    items = view.loss.plot.scene().items()
    assert not any(isinstance(item, pg.PlotItem | pg.ButtonItem) for item in items)
    assert not view.loss.plot.box.menuEnabled()
    assert not any(view.loss.plot.box.autoRangeEnabled())
    assert (pg.getConfigOption("background"), pg.getConfigOption("antialias")) == ("k", False), "left as they were"


@pytest.mark.thinned(2)
@pytest.mark.parametrize("size", [(380, 260), (460, 380), (1200, 800), (120, 90)])
@pytest.mark.parametrize("theme", look.THEMES)
def test_every_size_and_theme_is_painted(qtbot: QtBot, size: tuple[int, int], theme: str) -> None:
    view = shown(qtbot, frame(written(3000, classes=True), written(3000, classes=True), classes=True), size, theme)
    view.loss.reading_at, view.loss.panel = 1500, True
    assert ink(picture(view), view.style_.panel) > 100


def test_the_noisy_line_is_named_by_the_noise(qtbot: QtBot) -> None:
    made = frame(written(300))
    view = shown(qtbot, made)
    assert view.loss.legend.kinds[0].name == "under the mask"
    used = replace(made.snapshot, used=made.snapshot.used.changed(rule="exact", noise="gaussian"))
    view.show_frame(replace(made, arms=(replace(made.arms[0], snapshot=replace(used, run=2)),)))
    assert view.loss.legend.kinds[0].name == "under the noise" and "mask" not in view.loss.legend.kinds[0].about
    assert view.loss.readings(100)[0].kind.name == "under the noise"


def test_an_arm_that_drops_nothing_has_no_loss_under_a_mask(qtbot: QtBot) -> None:
    """Beside one that drops both have the loss on the step's batch there, and each its own name at the mouse."""
    made = frame(written(300), written(300, seed=1))
    dropping, plain = made.arms
    used = made.snapshot.used.changed(p_input=0.0, p_hidden=(0.0,))
    plain = replace(plain, snapshot=replace(plain.snapshot, used=used))
    view = shown(qtbot, replace(made, arms=(dropping, plain)))
    kind = view.loss.legend.kinds[0]
    assert (kind.name, kind.short) == ("the step's batch", "batch") and "where an arm has any" in kind.about
    pale = [reading.kind.name for reading in view.loss.readings(100) if reading.kind.faint]
    assert pale == ["under the mask", "the step's batch"]
    view.show_frame(replace(made, arms=(plain,)))
    assert view.loss.legend.kinds[0].name == "the step's batch"
    view.show_frame(replace(made, arms=(dropping,)))
    assert view.loss.legend.kinds[0].name == "under the mask"


@pytest.mark.parametrize("width", [420, 457, 640])
def test_no_tick_touches_the_edge(qtbot: QtBot, width: int) -> None:
    view = shown(qtbot, frame(written(60_000)))
    view.resize(width, 310)
    picture(view)
    chart = view.loss.plot
    canvas = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(canvas)
    specs = chart.x_axis.generateDrawSpecs(painter)
    painter.end()
    ends = [chart.x_axis.mapRectToScene(rect).right() for rect, _, _ in specs[2]]
    assert max(ends) <= chart.viewport().width() - 8


def test_a_low_strip_keeps_its_top_mark(qtbot: QtBot) -> None:
    axis = shown(qtbot, frame(written(300))).accuracy.plot.y_axis
    for room in range(14, 80):
        assert {0.0, 1.0} <= set(axis.tickValues(0.0, 1.02, float(room))[0][1]), room


def test_in_the_lowest_panel_the_curves_have_room_and_the_steps_their_numbers(qtbot: QtBot) -> None:
    view = shown(qtbot, frame(written(300, classes=True), classes=True))
    assert view.minimumSizeHint().height() <= 148  # what a window of 900 x 520 leaves
    for height, named in ((148, ""), (300, "step")):
        view.resize(372, height)
        assert view.accuracy.plot.x_axis.labelText == named
        qtbot.waitUntil(lambda: all(chart.plot.area().height() >= 8 for chart in view.charts))


def test_accuracies_that_have_no_room_are_numbers_and_no_line_at_zero(qtbot: QtBot) -> None:
    view = shown(qtbot, frame(*[written(300, classes=True) for _ in range(3)], classes=True))
    view.resize(372, 165)
    qtbot.waitUntil(lambda: not view.accuracy.plot.isVisible() and view.loss.plot.area().height() >= 20)
    assert view.accuracy.legend.isVisible() and view.loss.plot.x_axis.style["showValues"]
    view.resize(372, 400)
    qtbot.waitUntil(lambda: view.accuracy.plot.isVisible() and not view.loss.plot.x_axis.style["showValues"])


def test_noise_is_a_pale_band_with_its_mean_where_steps_share_a_pixel(qtbot: QtBot) -> None:
    """And every step itself where they lie apart; the legend, and the plot, say what the line is."""
    history = written(20_000)
    values = history.loss_under_mask.values
    values[5_000] = 7.0  # a single step
    view = shown(qtbot, frame(history), (640, 420))
    line = view.loss.lines[0, "loss_under_mask"]
    assert line.mean is not None and line.curve.banded and line.over == "mean of 500 steps"
    noisy = view.loss.legend.kinds[0]
    assert noisy.mean == line.over and line.over in noisy.about and "lowest to the highest" in noisy.about
    assert line.curve.y.max() == 7.0

    def is_mean_of_500(x: float, y: float) -> bool:
        first = round(x) - 249  # of the steps, which are counted from 1
        return bool(y == pytest.approx(values[first - 1 : first + 499].mean(), rel=1e-9))

    drawn = list(zip(line.mean.x, line.mean.y, strict=True))
    assert all(is_mean_of_500(x, y) for x, y in drawn) and 250 <= drawn[0][0] < 500 and 19_500 < drawn[-1][0] <= 19_750
    assert (view.loss.readings(5_001)[0].step, view.loss.readings(5_001)[0].value) == (5_001, 7.0)
    painted, style = picture(view), view.style_
    band = look.mix(style.panel, line_colour(style, 0, noisy).name(), BAND)
    assert ink(painted, band.name()) > 5_000 and ink(painted, mean_colour(style, 0).name()) > 100
    view.show_steps(2_000, 12_000)  # what is known beyond the sight counts as before
    assert line.over == "mean of 500 steps"
    last = (line.mean.x[-1], line.mean.y[-1])
    assert last[0] == 12_000 and is_mean_of_500(*last)
    view.show_steps(5_000, 5_060)
    assert not line.curve.banded and not line.over and not len(line.mean.x) and not view.loss.legend.kinds[0].mean
    assert line.points == 63


@pytest.mark.parametrize("log", [False, True])
def test_the_mean_leaves_out_what_is_no_number_and_what_was_thinned(log: bool) -> None:
    """Of extremes alone, and of what has no value, there is no mean."""
    history = written(4_000, test=False)
    history.loss_under_mask.values[3_000:] = np.nan
    pyramid = Pyramid(history.loss_under_mask)
    pyramid.update()
    sums = RunningMean()
    sums.update(pyramid)
    at = np.array([200.0, 1_000.0, 2_999.0, 3_500.0])
    low, high = around(at, reach(0, 4_000, log))
    found = sums.at(pyramid, 4_000, low, high)
    for k in range(2):
        here = history.loss_under_mask.values[math.ceil(low[k]) - 1 : math.floor(high[k])]
        assert found[k] == pytest.approx(here.mean(), rel=1e-12)
    assert np.isnan(found[2:]).all()
    pyramid.rows = pyramid.rows._replace(exact_from=500)
    assert np.isnan(sums.at(pyramid, 4_000, low, high)).tolist() == [True, False, True, True]


def test_the_strip_of_accuracies_is_as_high_in_every_roomy_panel(qtbot: QtBot) -> None:
    view = shown(qtbot, frame(written(300, classes=True), classes=True), (500, 420))
    heights = []
    for height in (420, 600, 900):
        view.resize(500, height)
        qtbot.waitUntil(lambda: view.accuracy.plot.height() > 80)
        heights.append(view.accuracy.plot.height())
    assert len(set(heights)) == 1 and view.loss.plot.height() > 4 * heights[0]


@pytest.mark.parametrize("arms", [1, 2])
@pytest.mark.parametrize("steps", [40, 290, 5_990])  # dots, then each step; then a band; the axis changes on the way
def test_what_is_kept_of_a_picture_is_what_would_be_drawn_afresh(qtbot: QtBot, steps: int, arms: int) -> None:
    histories = [written(steps, classes=True, spaced=5, seed=arm) for arm in range(arms)]
    view, random = shown(qtbot, frame(*histories, classes=True)), np.random.default_rng(7)
    picture(view)
    for more in (1, 2, 40, 1, 130, 3):
        for history in histories:
            new = int(history.loss_under_mask.steps[-1]) + np.arange(1, more + 1)
            history.loss_under_mask.extend(new, random.random(more))
            for kind in ("loss_train", "loss_test", "accuracy_train", "accuracy_test"):
                getattr(history, kind).extend(new[new % 5 == 0], random.random(int((new % 5 == 0).sum())))
        view.show_frame(frame(*histories, classes=True))
        kept = picture(view)
        for chart in view.charts:
            chart.plot.resetCachedContent()
        assert kept == picture(view)
    for same in (False, True):
        view.loss.kind_clicked.emit("loss_test")
        assert (picture(view) == kept) == same


def test_each_chart_is_painted_once_a_frame(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[object] = []
    paint = Plot.paintEvent

    def noted(plot: Plot, event: QPaintEvent) -> None:
        painted.append(plot)
        paint(plot, event)

    monkeypatch.setattr(Plot, "paintEvent", noted)
    trainer = Trainer(load_preset("digits"))

    def now() -> Frame:
        trainer.advance(5)
        return Frame((Arm("run", trainer.snapshot(), trainer.history),), trainer.data)

    view = shown(qtbot, now())
    qtbot.waitUntil(lambda: {view.loss.plot, view.accuracy.plot} <= set(painted))
    for _ in range(3):
        settle()
        painted.clear()
        view.show_frame(now())
        qtbot.waitUntil(lambda: {view.loss.plot, view.accuracy.plot} <= set(painted))
        settle()
        assert sorted(painted, key=id) == sorted([view.loss.plot, view.accuracy.plot], key=id)


def settle() -> None:
    """Let everything be done that has been asked for."""
    for _ in range(6):
        QApplication.processEvents()
