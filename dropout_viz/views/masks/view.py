"""The masks themselves: which units each example of the last step was shown to, and how many sub-networks that made."""

from __future__ import annotations

import math
from collections import deque
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from dropout_viz.analysis.example_shown import ShownExample, choose_row, follows, is_minibatch, thin
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.box import ui_scale
from dropout_viz.draw.factors import draw_scale
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.numbers import count
from dropout_viz.draw.style import Style
from dropout_viz.draw.text import text_width
from dropout_viz.draw.wheel import Notches
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.base import BaseView, Selection
from dropout_viz.views.choice import OneOf
from dropout_viz.views.choices import Choices
from dropout_viz.views.masks.cover import Cover
from dropout_viz.views.masks.layout import Layout, make_layout
from dropout_viz.views.masks.matrix import draw_matrix, draw_shares, label_of, label_width
from dropout_viz.views.masks.past import KEPT, Seen, packed, unpacked
from dropout_viz.views.masks.thumbs import Thumb, draw_thumbs, places
from dropout_viz.views.masks.words import about_cell, about_share, dropping, of_example, summary, used
from dropout_viz.views.slow_frame import SlowFrame

STRIPS = {"auto": "What fits the run", "steps": "Last steps", "rows": "This step's examples"}


class View(BaseView):
    """Paints the masks in one widget. Writes only to the selection.

    Attributes:
        thumbs: the sub-networks in the strip of what was painted last.
    """

    OPAQUE = True
    BESIDE = math.inf
    SIZE, LEAST = (460, 420), (220, 160)

    def __init__(self, selection: Selection, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent)
        self.setMouseTracking(True)
        self._run: int | None = None
        self._past: deque[Seen] = deque(maxlen=KEPT)
        self._layer = 1
        self._first_row = self._first_unit = 0
        self._cover = Cover()
        self._painted: tuple[object, Layout] | None = None  # of a net and rows of that number, where everything stands
        self.thumbs: list[Thumb] = []
        self._slow = SlowFrame()
        self._notches = Notches()
        self.strip = self.declare(
            OneOf(
                self,
                "strip",
                "Sub-networks in the strip",
                "The chosen example's sub-networks in the last steps, or those of this step's examples",
                STRIPS,
            ),
            self.update,
        )

    @staticmethod
    def why_not(config: RunConfig, data: DataSet) -> str:
        if any(config.drop_probabilities):
            return ""
        thing = "masks" if config.noise_kind.on_off else f"{config.noise_kind.thing}s"
        return f"There are no {thing}: every drop probability is 0, so every unit is on for every example."

    def choices(self) -> dict[str, Any]:
        """The steps seen count for the chosen example only: no other's sub-networks are in a picture."""
        example = self.selection.example
        if self.frame_ is not None and (shown := self._shown(self.frame_)).row is not None:
            example = int(self.frame_.snapshot.examples[shown.row])
        return {
            **super().choices(),
            "layer": self._layer,
            "row": self._first_row,
            "unit": self._first_unit,
            "memory": {"seen": packed(self._past, example)},
        }

    def take_choices(self, choices: Choices) -> None:
        super().take_choices(choices)
        self._layer = choices.whole("layer", 1, most=64)
        self._first_row, self._first_unit = choices.whole("row"), choices.whole("unit")
        if self.frame_ is not None:
            seen = choices.part("memory").rows("seen")
            self._run, self._past = self.frame_.snapshot.run, unpacked(seen, self.frame_.snapshot)
        self.update()

    def show_frame(self, frame: Frame) -> None:
        snapshot = frame.snapshot
        noise = snapshot.used.noise_kind
        self.strip.idle = "" if noise.on_off else f"{noise.title} noise drops no unit: there are no sub-networks"
        if self._run != snapshot.run or (self._past and snapshot.step < self._past[-1].step):
            self._run = snapshot.run
            self._past.clear()
            self._first_row = self._first_unit = 0
        if snapshot.step and (not self._past or self._past[-1].step != snapshot.step):
            self._past.append(Seen(snapshot.step, snapshot.examples, snapshot.masks))
        super().show_frame(frame)

    # What is drawn

    def now(self) -> Frame | None:
        """Return the frame on show: in slow motion that of the moment, whose masks are the next step's."""
        return None if self.frame_ is None else self._slow.frame(self.frame_, self.selection.slow.moment)[0]

    @property
    def layout_(self) -> Layout | None:
        """Where everything stands in what was painted last, None where that was another net or other rows."""
        frame = self.now()
        if frame is None or self._painted is None or self._painted[0] != _shape(frame):
            return None
        return self._painted[1]

    def _counted(self, frame: Frame) -> tuple[Snapshot, bool]:
        """Return the state whose counts are shown, and whether it is another step's: one that is taken apart in slow
        motion has not been done, and counts nowhere."""
        assert self.frame_ is not None
        return self.frame_.snapshot, self.frame_.snapshot.step != frame.snapshot.step

    def _shown(self, frame: Frame) -> ShownExample:
        follow = follows(frame.snapshot, frame.data, self.selection.follow)
        return choose_row(frame.snapshot, frame.data, self.selection.example, follow)

    def _strip_kind(self, frame: Frame) -> str:
        if self.strip.value != "auto":
            return str(self.strip.value)
        return "rows" if is_minibatch(frame.snapshot, frame.data) or len(self._past) < 2 else "steps"

    def _make_thumbs(self, frame: Frame, shown: ShownExample, room: int) -> tuple[str, list[Thumb]]:
        """Return the strip's title and at most ``room`` sub-networks."""
        snapshot, data = frame.snapshot, frame.data
        if self._strip_kind(frame) == "rows":
            first = max(0, min(shown.row or 0, len(snapshot.examples) - room))
            rows = range(first, min(first + room, len(snapshot.examples)))
            made = [
                Thumb(
                    label_of(snapshot, data, row),
                    int(snapshot.examples[row]),
                    snapshot.step,
                    thin(snapshot, row)[0],
                    row == shown.row,
                )
                for row in rows
            ]
            some = f", rows {first + 1} to {rows.stop}" if len(rows) < len(snapshot.examples) else ""
            return f"This step's sub-networks{some}", made
        output = np.ones(snapshot.sizes[-1], bool)
        made = [
            Thumb(f"step {count(past.step)}", shown.example, past.step, (*on, output), past.step == snapshot.step)
            for past in reversed(self._past)
            if (on := past.on(shown.example)) is not None
        ][:room]
        return f"Sub-networks of example {count(shown.example + 1)} in the last steps shown", made

    def draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self.style_.panel))
        frame = self.now()
        if frame is None:
            self.draw_nothing(painter)
            return
        layers = dropping(frame.snapshot)
        if not layers:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self._ink()
        layout = self._lay_out(frame, layers, ink, painter.deviceTransform().m11() or 1.0)
        shown = self._shown(frame)
        hover = self._hover(frame.snapshot)
        row = layout.row_at(self.mouse.y()) if self.mouse is not None and self._cell_at(self.mouse) else None
        self._draw_tabs(painter, layout, ink, frame.snapshot)
        draw_matrix(painter, layout, frame.snapshot, frame.data, ink, shown.row, hover, row)
        counted, dated = self._counted(frame)
        draw_shares(painter, layout, counted, ink, hover, dated=dated)
        if layout.thumbs is not None:
            at = places(layout.thumbs, KEPT, ink.ui)
            title, self.thumbs = self._make_thumbs(frame, shown, len(at))
            image = frame.data.image
            draw_thumbs(painter, layout.thumbs, title, self.thumbs, at, self._thumb_at(self.mouse), image, ink)
        if layout.cover is not None and frame.snapshot.factors:
            said = "factor of each unit; σ: their standard deviation"
            x, y = layout.cover.left, layout.cover.top + 8 * ink.ui
            wide = min(150 * ink.ui, 0.3 * layout.cover.width)
            draw_scale(painter, x + 14 * ink.ui, y, wide, ink)
            x += wide + 44 * ink.ui
            ink.write(painter, x, y, said, "dim", room=layout.cover.right - x)
        elif layout.cover is not None:
            self._cover.draw(painter, layout.cover, counted, frame.history, ink, dated=dated)
        self.draw_tip(painter, ink)

    def _ink(self) -> Ink:
        return Ink(self.style_, ui_scale(self.width() * 1.6, self.height() * 1.25), 3.0)

    def _lay_out(self, frame: Frame, layers: list[int], ink: Ink, scale: float) -> Layout:
        snapshot = frame.snapshot
        label = max(label_width(snapshot, frame.data, ink.small), text_width("example", ink.small))
        layout = make_layout(
            self.width(),
            self.height(),
            [(k, snapshot.sizes[k]) for k in layers],
            len(snapshot.examples),
            label=label,
            chosen=self._layer,
            first_row=self._first_row,
            first_unit=self._first_unit,
            curve=snapshot.visited is not None,
            scale=scale,
            strip=not snapshot.factors,
        )
        self._painted = _shape(frame), layout
        return layout

    def _draw_tabs(self, painter: QPainter, layout: Layout, ink: Ink, snapshot: Snapshot) -> None:
        for layer, box in layout.tabs:
            chosen = layer == layout.blocks[0].layer
            ink.plate(painter, box, ink.colour("accent" if chosen else "raised"))
            name = "input" if layer == 0 else f"hidden {layer}"
            ink.write(painter, box.centre, box.middle, name, "accent_text" if chosen else "text", align=0.5)

    def _hover(self, snapshot: Snapshot) -> Unit | None:
        """Return the unit that is pointed at in any view, a weight's source where that is one."""
        thing = self.selection.hover
        if isinstance(thing, Weight):
            return Unit(thing.layer, thing.source) if thing.layer else Unit(1, thing.target)
        return thing

    def said(self, at: QPointF) -> list[str]:
        """Return what is said of the bit at a point, or of the bar that counts."""
        frame, cell, bar = self.now(), self._cell_at(at), self._bar_at(at)
        if frame is None:
            return []
        if cell is not None:
            return about_cell(frame.snapshot, frame.data, cell[0], cell[2], cell[1])
        if bar is None:
            return []
        counted, dated = self._counted(frame)
        return about_share(counted, frame.data, *bar, dated=dated)

    def told(self) -> list[str]:
        frame = self.now()
        if frame is None:
            return []
        snapshot, shown = frame.snapshot, self._shown(frame)
        layers = [block.layer for block in self.layout_.blocks] if self.layout_ is not None else dropping(snapshot)
        counted, dated = self._counted(frame)
        said = summary(snapshot, [k for k in layers if k in dropping(snapshot)])
        if shown.row is not None:
            on = thin(snapshot, shown.row)[0][:-1]
            said.append(of_example(snapshot, frame.data, shown.example, [int(layer.sum()) for layer in on]))
        if not snapshot.factors:
            said.append("; ".join(wordings[0] for wordings in used(counted, dated=dated) if wordings[0]))
        return said

    # What keys do

    def walk(self, by: int) -> bool:
        """Choose the row before or after, and bring it into sight."""
        frame, layout = self.now(), self.layout_
        if frame is None or layout is None or not len(frame.snapshot.examples):
            return False
        row = min(max((self._shown(frame).row or 0) + by, 0), len(frame.snapshot.examples) - 1)
        if not layout.first_row <= row < layout.first_row + layout.shown_rows:
            self._first_row = max(0, row - layout.shown_rows // 2)
        self.selection.choose(example=int(frame.snapshot.examples[row]))
        return True

    def walk_second(self, by: int) -> bool:
        """Choose the layer, where not all are on show."""
        tabs = [layer for layer, _ in self.layout_.tabs] if self.layout_ is not None else []
        if self.layout_ is None or not tabs:
            return False
        at = tabs.index(self.layout_.blocks[0].layer)
        self._layer, self._first_unit = tabs[(at + by) % len(tabs)], 0
        self.update()
        return True

    # What the mouse does

    def _cell_at(self, at: QPointF) -> tuple[int, int, int] | None:
        """Return layer, unit and row of the mask bit at a point."""
        if self.layout_ is None:
            return None
        row, unit = self.layout_.row_at(at.y()), self.layout_.unit_at(at.x())
        return (*unit, row) if row is not None and unit is not None else None

    def _bar_at(self, at: QPointF) -> tuple[int, int] | None:
        layout = self.layout_
        if layout is None or not layout.shares.top <= at.y() < layout.shares.bottom:
            return None
        return layout.unit_at(at.x())

    def _thumb_at(self, at: QPointF | None) -> int | None:
        if at is None or self.layout_ is None or self.layout_.thumbs is None:
            return None
        boxes = places(self.layout_.thumbs, len(self.thumbs), self._ink().ui)
        return next((k for k, box in enumerate(boxes) if box.holds(at.x(), at.y())), None)

    def _label_at(self, at: QPointF) -> int | None:
        """Return the row whose label is at a point."""
        if self.layout_ is None or not at.x() < self.layout_.blocks[0].box.left:
            return None
        return self.layout_.row_at(at.y())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        at = event.position()
        cell, bar = self._cell_at(at), self._bar_at(at)
        thing = cell[:2] if cell is not None else bar
        others = (self._label_at(at), self._thumb_at(at), self._tab_at(at))
        clickable = cell is not None or any(other is not None for other in others)
        self.setCursor(Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor)
        self.selection.point_at(None if thing is None else Unit(*thing))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        frame = self.now()
        if event.button() != Qt.MouseButton.LeftButton or frame is None:
            return
        at = event.position()
        if (layer := self._tab_at(at)) is not None:
            self._layer, self._first_unit = layer, 0
            self.update()
            return
        cell, thumb = self._cell_at(at), self._thumb_at(at)
        row = cell[2] if cell is not None else self._label_at(at)
        if row is not None:
            self.selection.choose(example=int(frame.snapshot.examples[row]))
        elif thumb is not None:
            self.selection.choose(example=self.thumbs[thumb].example)

    def _tab_at(self, at: QPointF) -> int | None:
        tabs = self.layout_.tabs if self.layout_ is not None else ()
        return next((layer for layer, box in tabs if box.holds(at.x(), at.y())), None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        layout = self.layout_
        if layout is None or not event.position().y() < layout.shares.bottom:
            event.ignore()
            return
        across = event.modifiers() & Qt.KeyboardModifier.ShiftModifier or layout.shown_rows == layout.rows
        across = bool(across or event.angleDelta().x() or event.pixelDelta().x())
        by = -self._notches.turn(event, sideways=across)
        if across:
            self._first_unit = layout.blocks[0].first + by * max(1, layout.blocks[0].shown // 8)
        else:
            self._first_row = layout.first_row + by * max(1, layout.shown_rows // 6)
        self._first_row, self._first_unit = max(0, self._first_row), max(0, self._first_unit)
        self.update()


def _shape(frame: Frame) -> object:
    """Return what decides which units and rows there are."""
    return frame.snapshot.sizes, len(frame.snapshot.examples)
