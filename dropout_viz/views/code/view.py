"""One step in slow motion: the few lines of NumPy that it is, and each line's formula with this step's own numbers."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QMenu, QWidget

from dropout_viz.analysis.example_shown import choose_row, follows
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.numbers import count
from dropout_viz.draw.style import Style
from dropout_viz.draw.wheel import Notches
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.slow_motion import Dissection
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.base import BaseView, Selection
from dropout_viz.views.choices import Choices
from dropout_viz.views.code.layout import Layout, make_layout
from dropout_viz.views.code.lines import CodeLine, lines
from dropout_viz.views.code.numbers import Focus, rows
from dropout_viz.views.code.picture import CodePicture, CodeSpot, mono
from dropout_viz.views.code.plain import plainly
from dropout_viz.views.code.table import table
from dropout_viz.views.code.values import about, thing_of
from dropout_viz.views.slow_frame import SlowFrame
from dropout_viz.views.slow_motion import RATES
from dropout_viz.views.steering import to_example
from dropout_viz.views.unit_names import example_words, unit_name
from dropout_viz.words import many

_REST = "Slow motion goes through the next step line by line: the keys . and , step, / plays, Esc leaves."


class View(BaseView):
    """Paints the code and the moment of slow motion. It asks for slow motion; it never changes the run.

    Attributes:
        spots: what the mouse can meet in what was painted last.
    """

    OPAQUE = True
    BESIDE = math.inf
    STEPS = "The lines here are those of a healthy step; the clinic shows the wrong one when it has been found."
    SIZE, LEAST = (480, 400), (260, 180)

    def __init__(self, selection: Selection, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent)
        self._notches = Notches()
        self.setMouseTracking(True)
        self._lines: list[CodeLine] = []
        self._made_for: tuple[object, ...] = ()
        self._first: int | None = None  # first row on show, if someone scrolled
        self.spots: list[CodeSpot] = []
        self._still = False
        self._slow = SlowFrame()
        selection.slow.changed.connect(self._moved)

    @staticmethod
    def why_not(config: RunConfig, data: DataSet) -> str:
        if config.worlds == 1:
            return ""
        return f"Slow motion takes apart a run of one world; this one trains {config.worlds:,} together."

    def choices(self) -> dict[str, Any]:
        return {"first": self._first}

    def take_choices(self, choices: Choices) -> None:
        self._first = choices.maybe("first", 10_000)
        self.update()

    def prepare_export(self) -> None:
        """Leave the mouse out of the picture, and show the moment of dropout where nobody chose one."""
        super().prepare_export()
        self._still = True

    def _moved(self) -> None:
        self._first = None
        self.update()

    # What is shown

    def moment(self) -> tuple[Dissection, int] | None:
        """Return the step that is taken apart and the moment of it that is on show, or None."""
        taken = self.frame_.dissection if self.frame_ is not None else None
        if taken is None:
            return None
        at = self.selection.slow.moment
        if at is None:
            scale = [k for k, m in enumerate(taken.moments) if m.stage == "scale"]
            return (taken, scale[-1] if scale else 1) if self._still else None
        return taken, min(at, len(taken.moments) - 1)

    def focus(self, frame: Frame, taken: Dissection) -> Focus:
        """Return the example, the weight and the unit that the numbers are of."""
        hover, weight, sizes = self.selection.hover, self.selection.weight, taken.plan.sizes
        if isinstance(hover, Weight) and hover.layer + 1 < len(sizes):
            weight = hover
        unit = hover if isinstance(hover, Unit) and hover.layer < len(sizes) else None
        now = self._slow.frame(frame, 0)[0].snapshot
        follow = follows(now, frame.data, self.selection.follow)
        row = choose_row(now, frame.data, self.selection.example, follow).row or 0  # as the network has it
        weight = Weight(min(weight.layer, len(sizes) - 2), weight.source, weight.target)
        return Focus(row, weight, unit if unit is not None and unit.index < sizes[unit.layer] else None)

    def code_lines(self, frame: Frame) -> list[CodeLine]:
        """Return the lines of this run's step."""
        config, seen = frame.snapshot.config, len(frame.snapshot.examples)
        if self._made_for != (config, seen):
            self._made_for = (config, seen)
            self._lines = lines(config, batches=seen < len(frame.data.x), mean_of=seen)
        return self._lines

    def draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self.style_.panel))
        frame = self.frame_
        if frame is None:
            self.draw_nothing(painter)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        listed = self.code_lines(frame)
        layout = self.layout_of(listed)
        under = self._spot_at(self.mouse)
        picture = CodePicture(painter, layout, Ink(self.style_, layout.ui, 3.0), under, self.selection.hover)
        now = self.moment()
        if now is None:
            picture.plainly(self._at_rest(listed))
            self._rest(picture)
            picture.code(listed, (), self._from(layout, ()), values=False)
            picture.note(_REST)
        else:
            self._paint_moment(picture, frame, listed, *now)
        self.spots = picture.spots
        self.draw_tip(painter, picture.ink)

    def _at_rest(self, listed: list[CodeLine]) -> list[str]:
        """Return what the lines are, the fullest wording first."""
        ours, lines_ = sum(line.dropout for line in listed), many(len(listed), "line")
        marked = f"dropout is {'the one' if ours == 1 else f'the {count(ours)}'} with a mark" if ours else "no dropout"
        return [f"One step of training is these {lines_}: {marked}.", f"{lines_}; {marked}", lines_]

    def _rest(self, picture: CodePicture) -> None:
        picture.button(picture.layout.controls.left, "Take the next step apart  ( . )", "forward", icon="play")

    def _paint_moment(
        self, picture: CodePicture, frame: Frame, listed: list[CodeLine], taken: Dissection, at: int
    ) -> None:
        moment, slow, layout = taken.moments[at], self.selection.slow, picture.layout
        picture.stages(moment.stage, [m.stage for m in taken.moments], taken.plan.noise_kind.thing)
        gap, x = 5 * layout.ui, layout.controls.left
        x = picture.button(x, "", "back", icon="back") + gap
        x = picture.button(x, "", "forward", icon="on") + gap
        x = picture.button(x, "", "auto", icon="pause" if slow.playing else "play", chosen=slow.playing) + gap
        x = picture.button(x, f"{slow.rate:g} a second", "rate") + gap
        x = picture.button(x, "leave", "leave") + 2 * gap
        said = f"step {count(taken.step)}:  {at + 1} of {len(taken.moments)}"
        picture.ink.write(picture.painter, x, layout.controls.middle, said, "dim", live=True)
        lit = [k for k, line in enumerate(listed) if line.computes(moment)]
        picture.code(listed, lit, self._from(layout, lit), values=True)
        focus = self.focus(frame, taken)
        plain, focused = plainly(taken, moment), self._focus_words(frame, taken, focus)
        picture.formula(moment.formula, rows(taken, at, focus), focused, plain)
        if (room := picture.rows_left()) > 1:
            picture.table(table(taken, at, focus, room - bool(taken.exact)))

    def _focus_words(self, frame: Frame, taken: Dissection, focus: Focus) -> str:
        sizes = taken.plan.sizes
        example = int(taken.examples[focus.row])
        unit = focus.unit or Unit(focus.weight.layer + 1, focus.index(focus.weight.layer + 1, sizes))
        words = example_words(frame.data, example)
        way = f"by way of {unit_name(frame.data, sizes, unit)}"
        return f"example {count(example + 1)} ({words}), {way}; point at others for theirs"

    def layout_of(self, listed: list[CodeLine]) -> Layout:
        """Return where everything stands for these lines."""
        return make_layout(self.width(), self.height(), [line.text for line in listed], mono(100)[1] / 100)

    def _from(self, layout: Layout, lit: list[int] | tuple[int, ...]) -> int:
        """Return the first row on show: where the user scrolled to, else so that the lit lines can be seen."""
        most = max(0, len(layout.rows) - layout.most)
        if self._first is not None:
            return min(self._first, most)
        at = next((k for k, row in enumerate(layout.rows) if row.number in lit), 0)
        return min(max(0, at - layout.most // 2), most)

    def told(self) -> list[str]:
        frame, now = self.frame_, self.moment()
        if frame is None:
            return []
        listed = self.code_lines(frame)
        if now is None:
            ours = sum(1 for line in listed if line.dropout)
            said = f"Step {count(frame.snapshot.step)}: {many(len(listed), 'line')} of code are one training step"
            return [f"{said}, {count(ours)} of them there because of dropout", _REST]
        taken, at = now
        moment, focus = taken.moments[at], self.focus(frame, taken)
        lit = [line.text.strip() for line in listed if line.computes(moment)]
        place = f"Slow motion of step {count(taken.step)}, {at + 1} of {len(taken.moments)}"
        return [
            f"{place}: {moment.stage}. {plainly(taken, moment)}",
            moment.formula,
            *([f"Code: {'; '.join(lit)}"] if lit else []),
            f"Numbers of {self._focus_words(frame, taken, focus)}",
            *("; ".join(about(name, taken, at, focus)) for name in moment.writes[:1]),
        ]

    # What keys do

    def walk(self, by: int) -> bool:
        """Scroll the code."""
        self._scroll(by)
        return True

    def walk_second(self, by: int) -> bool:
        return self.frame_ is not None and to_example(self.selection, self.frame_, by)

    def menu(self) -> QMenu:
        """Offer the stages of the step and the pace, which otherwise only a click chooses."""
        menu, slow, now = super().menu(), self.selection.slow, self.moment()
        if now is None:
            return menu
        stages = [moment.stage for moment in now[0].moments]
        for at, stage in enumerate(stages):
            if stage not in stages[:at]:
                to = menu.addAction(f"To {stage}")
                to.triggered.connect(lambda _on, at=at: slow.show_moment(at))
        menu.addSeparator()
        for rate in RATES:
            pace = menu.addAction(f"{rate:g} a second")
            pace.setCheckable(True)
            pace.setChecked(rate == slow.rate)
            pace.triggered.connect(lambda _on, rate=rate: slow.set_rate(rate))
        return menu

    # What the mouse does

    def _spot_at(self, at: QPointF | None) -> CodeSpot | None:
        if at is None:
            return None
        return next((spot for spot in reversed(self.spots) if spot.box.holds(at.x(), at.y())), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        spot, now = self._spot_at(event.position()), self.moment()
        thing = spot.thing if spot is not None else None
        if spot is not None and spot.value and now is not None and self.frame_ is not None:
            thing = thing_of(spot.value, now[0], self.focus(self.frame_, now[0]))
        button = spot is not None and bool(spot.action)
        self.setCursor(Qt.CursorShape.PointingHandCursor if button else Qt.CursorShape.ArrowCursor)
        self.selection.point_at(thing)

    def said(self, at: QPointF) -> list[str]:
        """Return what is said of the word under a point: its values at the moment on show."""
        spot, now = self._spot_at(at), self.moment()
        if spot is None or not spot.value or now is None or self.frame_ is None:
            return []
        return about(spot.value, *now, self.focus(self.frame_, now[0]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot, slow = self._spot_at(event.position()), self.selection.slow
        if event.button() != Qt.MouseButton.LeftButton or spot is None:
            return
        if spot.action.startswith("stage ") and (now := self.moment()) is not None:
            stages = [m.stage for m in now[0].moments]
            slow.show_moment(stages.index(spot.action.removeprefix("stage ")))
        elif spot.action == "rate":
            slow.set_rate(RATES[(RATES.index(slow.rate) + 1) % len(RATES)])
        elif isinstance(spot.thing, Weight):
            self.selection.choose(weight=spot.thing)
        else:
            act = {"forward": slow.forward, "back": slow.back, "auto": slow.toggle, "leave": slow.leave}.get(
                spot.action
            )
            if act is not None:
                act()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.frame_ is None:
            event.ignore()
            return
        if not (notches := self._notches.turn(event)):
            return
        self._scroll(-notches)

    def _scroll(self, rows: int) -> None:
        if self.frame_ is None:
            return
        listed = self.code_lines(self.frame_)
        layout = self.layout_of(listed)
        now = self.moment()
        lit = [k for k, line in enumerate(listed) if now is not None and line.computes(now[0].moments[now[1]])]
        first = self._from(layout, lit) + rows
        self._first = max(0, first)
        self.update()
