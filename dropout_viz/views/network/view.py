"""The network itself: the thinned sub-network that one training example saw in the last step."""

from __future__ import annotations

import time
from typing import Any, TypeGuard

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from dropout_viz.analysis.example_shown import follows
from dropout_viz.analysis.questions.network import NetworkReader, Reading, on_one_scale
from dropout_viz.draw.arm_names import told_apart
from dropout_viz.draw.painting import saved
from dropout_viz.draw.style import Style
from dropout_viz.draw.text import text_font
from dropout_viz.draw.unit_marks import draw_struck_ring
from dropout_viz.draw.wheel import Notches
from dropout_viz.draw.whole_box import WholeBox
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.base import BaseView, Selection
from dropout_viz.views.choices import Choices
from dropout_viz.views.network import TITLE
from dropout_viz.views.network.about import about
from dropout_viz.views.network.chooser import Chip
from dropout_viz.views.network.edges import edge_at
from dropout_viz.views.network.layout import SLIM
from dropout_viz.views.network.menu import fill_unit_menu
from dropout_viz.views.network.scene import NetworkStage, Pointer, Scene
from dropout_viz.views.network.stage import draw_moment
from dropout_viz.views.network.summary import summary
from dropout_viz.views.slow_frame import Now, SlowFrame
from dropout_viz.views.steering import to_example, to_unit
from dropout_viz.views.unit_names import unit_name

BESIDE_LARGE = 250.0
"""``BESIDE`` of a network with several outputs, or with convolutions."""
RUSH = 0.07
"""Seconds: frames nearer than this to one another spare smooth lines where there are many."""


class View(BaseView):
    """Paints the network in one widget. Writes only to the selection: example, weight and what the mouse is over.

    Attributes:
        scenes: what was painted last, by where it begins: the network of the chosen arm, or of all side by side.
    """

    OPAQUE = True
    BESIDE = 180.0
    MAPS = True

    def __init__(self, selection: Selection, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent)
        self.setMouseTracking(True)
        self.setMinimumSize(260, 140)
        self.setAccessibleName(TITLE)
        self._readers: dict[str, NetworkReader] = {}  # by the arm's name
        self._stages: dict[int, NetworkStage] = {}  # by place
        self.scenes: dict[float, Scene] = {}
        self._last_frame = -RUSH
        self._rushing = False  # frames follow one another faster than an eye can rest on one
        self._rest = QTimer(self, singleShot=True, interval=round(2000 * RUSH))
        self._rest.timeout.connect(self._settle)
        self._slow = SlowFrame()
        self._chip: tuple[float, Chip] | None = None  # under the mouse, and where its network begins
        self._before: Unit | None = None  # what is pointed at left of the unit layers, which no other view knows
        self._editor: WholeBox | None = None
        self._notches = Notches()
        selection.lesioned.connect(self.update)
        selection.slow.changed.connect(self.rearm)

    def part_of(self, frame: Frame) -> Frame:
        """Of a step that is taken apart, the first arm is shown alone: it is the one that takes it."""
        return super().part_of(frame) if self._now(frame)[1] is None else frame.alone(0)

    def _now(self, frame: Frame) -> tuple[Frame, Now | None]:
        """Return a frame as it is on show: in slow motion that of the moment, and the moment."""
        return self._slow.frame(frame, self.selection.slow.moment)

    def has_room(self, frame: Frame) -> bool:
        """Return whether there is room for all arms: of a large network each needs more."""
        snapshot = frame.snapshot
        several = snapshot.sizes[-1] > 1 or snapshot.config.maps
        return self.width() >= (BESIDE_LARGE if several else self.BESIDE) * len(frame.arms)

    def sizeHint(self) -> QSize:
        return QSize(900, 600)

    def show_frame(self, frame: Frame) -> None:
        now = time.monotonic()
        self._rushing = now - self._last_frame < RUSH and not self.fine
        self._last_frame = now
        if self._rushing:
            self._rest.start()
        super().show_frame(frame)

    def restyle(self, style: Style) -> None:
        super().restyle(style)
        self.update()  # without a frame there was nothing to show again

    def choices(self) -> dict[str, Any]:
        return {"arm": self.selection.arm}

    def take_choices(self, choices: Choices) -> None:
        if "arm" in choices and self.given is not None:
            arm = choices.whole("arm", most=len(self.given.arms) - 1)
            self.selection.choose_arm(arm, self.selection.alone)
        self.update()

    def prepare_export(self) -> None:
        """Leave the mouse out of the picture."""
        super().prepare_export()
        self._chip = self._before = None
        self._close_editor()
        self._settle()

    def _settle(self) -> None:
        """Paint the last frame once more, with smooth lines and the scales that are its own."""
        self._rushing = False
        self._last_frame = -RUSH
        self._rest.stop()
        self.update()

    def draw(self, painter: QPainter) -> None:
        if self.frame_ is None:
            painter.fillRect(self.rect(), self.style_.panel)
            self.draw_nothing(painter)
            return
        frame, moment = self._now(self.frame_)
        wide = self.width() / len(frame.arms)
        readings = on_one_scale([self._read(frame, arm) for arm in frame.arms])
        self.scenes = {}
        for place, reading in enumerate(readings):
            with saved(painter):
                painter.translate(place * wide, 0)
                self._draw_arm(painter, frame, place, reading, wide)
        self._stages = {place: self._stages[place] for place in range(len(readings))}  # each keeps a picture
        for left in list(self.scenes)[1:]:
            painter.setPen(QColor(self.style_.line))
            painter.drawLine(QPointF(left, 0), QPointF(left, self.height()))
        if moment is not None:
            draw_moment(painter, self.scenes[0.0], *moment)
        self.draw_tip(painter, self.scenes[0.0].ink)

    def _read(self, frame: Frame, arm: Arm) -> Reading:
        snapshot = arm.snapshot
        return self._readers.setdefault(arm.name, NetworkReader()).read(
            snapshot,
            frame.data,
            self.selection.example,
            follows(snapshot, frame.data, self.selection.follow),
            moving=self._rushing or self.fine,  # a film is in motion too; a picture has nothing before it
            rushing=self._rushing,
        )

    def _draw_arm(self, painter: QPainter, frame: Frame, place: int, reading: Reading, wide: float) -> None:
        """Draw an arm's network at the painter's origin, so many pixels wide."""
        stage = self._stages.setdefault(place, NetworkStage())
        names = [arm.name for arm in frame.arms]
        names = told_apart(names) if wide < SLIM else names
        scene = stage.scene(
            names[place] if len(names) > 1 else "",
            reading,
            wide,
            self.height(),
            self.style_,
            painter.deviceTransform().m11() or 1.0,
            pressable=self.pressable,
        )
        self.scenes[place * wide] = scene
        chip = self._chip[1] if self._chip is not None and self._chip[0] == place * wide else None
        pointer = Pointer(self.selection.weight, self._hover(scene.reading), chip)
        stage.paint(painter, scene, pointer, fine=not self._rushing)
        for unit in self.selection.off:
            if unit.is_hidden_in(scene.reading.sizes):
                draw_struck_ring(painter, scene.layout.column(unit.layer), unit.index, scene.ink)

    def told(self) -> list[str]:
        if self.frame_ is None:
            return []
        said = []
        if (moment := self._now(self.frame_)[1]) is not None:
            said.append(f"Slow motion: {moment[0].moments[moment[1]].stage}")
        arms = self.frame_.arms  # fewer than have been drawn, where the others have just been left out
        for place, (arm, scene) in enumerate(zip(arms, self.scenes.values(), strict=False)):
            said += summary(arm.name if len(arms) > 1 else "", scene.reading)
            if place == 0 and (thing := self._hover(scene.reading)) is not None:
                said.append("; ".join(about(scene.reading, thing)))
        away = [unit_name(self.frame_.data, self.frame_.snapshot.sizes, unit) for unit in sorted(self.selection.off)]
        return [*said, *([f"Taken away in the Ablation view: {', '.join(away)}"] if away else [])]

    # What keys do

    def walk(self, by: int) -> bool:
        return self.frame_ is not None and to_example(self.selection, self._now(self.frame_)[0], by)

    def walk_second(self, by: int) -> bool:
        return self.scene is not None and to_unit(self.selection, self.scene.reading.sizes, by)

    def press(self) -> bool:
        thing = self.selection.hover
        if self._is_hidden(thing):
            self.selection.take_away(self.selection.off ^ {thing})
        return self._is_hidden(thing)

    @property
    def scene(self) -> Scene | None:
        """The first network that was painted, or None before the first frame."""
        return next(iter(self.scenes.values()), None)

    def _place(self, x: float) -> tuple[float, Scene | None]:
        """Return where the network begins that is painted at a point, and that network."""
        left = max((left for left in self.scenes if left <= x), default=0.0)
        return left, self.scenes.get(left)

    def said(self, at: QPointF) -> list[str]:
        """Return what is said of the unit or the edge at a point."""
        _, scene = self._place(at.x())
        thing = None if self._chip_at(at.x(), at.y()) else self._pointed(at)
        away = ["taken away in the Ablation view, not in the run"] if thing in self.selection.off else []
        return [] if scene is None or thing is None else [*about(scene.reading, thing), *away]

    def _hover(self, reading: Reading) -> Unit | Weight | None:
        """Return what is pointed at in any view, if this network has it."""
        return next((thing for thing in (self.selection.hover, self._before) if reading.has(thing)), None)

    # What the mouse does

    def _chip_at(self, x: float, y: float) -> tuple[float, Chip] | None:
        """Return the button at a point, and where its network begins."""
        left, scene = self._place(x)
        chips = scene.chips if scene else []
        return next(((left, c) for c in chips if c.is_button and c.box.holds(x - left, y)), None)

    def _pointed(self, at: QPointF) -> Unit | Weight | None:
        """Return the thing at a point: where the mouse has rested what is marked, though by now another edge may be the
        strongest one there."""
        scene = self._place(at.x())[1]
        if scene is not None and at == self.mouse and (marked := self._hover(scene.reading)) is not None:
            return marked
        return self._thing_at(at.x(), at.y())

    def _thing_at(self, x: float, y: float) -> Unit | Weight | None:
        """Return the unit under a point, else the nearest drawn edge within reach."""
        left, scene = self._place(x)
        if scene is None:
            return None
        unit = scene.layout.unit_at(x - left, y)
        if unit is not None or not scene.layout.area.top - 8 <= y <= scene.layout.area.bottom + 8:
            return unit
        return edge_at(scene.layout, scene.reading, x - left, y, 6.0 * scene.ink.ui)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        x, y = event.position().x(), event.position().y()
        self._chip = self._chip_at(x, y)
        thing = None if self._chip else self._thing_at(x, y)
        clickable = self._chip is not None or isinstance(thing, Weight)
        self.setCursor(Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor)
        self._before = thing if isinstance(thing, Unit) and thing.layer < 0 else None
        self.selection.point_at(None if self._before else thing)

    def leaveEvent(self, event: QEvent) -> None:
        self._chip = self._before = None
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._close_editor()
        x, y = event.position().x(), event.position().y()
        if len(self.scenes) > 1:
            self.selection.choose_arm(list(self.scenes).index(self._place(x)[0]))
        chip = self._chip_at(x, y)
        if chip is not None:
            self._press(*chip)
            return
        thing = self._pointed(event.position())
        if isinstance(thing, Weight):
            self.selection.choose(weight=thing)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier and self._is_hidden(thing):
            self.selection.take_away(self.selection.off ^ {thing})

    def _is_hidden(self, thing: Unit | Weight | None) -> TypeGuard[Unit]:
        sizes = self.scene.reading.sizes if self.scene else ()
        return isinstance(thing, Unit) and 0 < thing.layer < len(sizes) - 1

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with a hidden unit; by its key and with none pointed at, the row at the top."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        thing = self.selection.hover if by_key else self._pointed(QPointF(event.pos()))
        menu, frame, scene = self.menu(), self.frame_, self.scene
        if frame is not None and self._is_hidden(thing):
            fill_unit_menu(menu, frame.snapshot.config, self.selection, thing)
        elif by_key and scene is not None and scene.reading.of_part:
            follow = menu.addAction("Follow the batch")
            follow.setCheckable(True)
            follow.setChecked(scene.reading.follow)
            follow.triggered.connect(lambda: self._toggle_follow(scene.reading.follow))
        if menu.isEmpty():
            menu.deleteLater()
        else:
            menu.popup(event.globalPos())

    def _toggle_follow(self, follows: bool) -> None:
        """Stay with the example on show where the batch is followed, else follow it."""
        if self.scene is not None and follows:
            self._show_example(self.scene.reading.shown.example)
        else:
            self.selection.follow_batch(True)

    def wheelEvent(self, event: QWheelEvent) -> None:
        chip = self._chip_at(event.position().x(), event.position().y())
        if chip is not None and chip[1].kind in ("previous", "number", "next"):
            if notches := self._notches.turn(event):
                self.walk(-notches)
        else:
            event.ignore()

    def _press(self, left: float, chip: Chip) -> None:
        if chip.kind == "example":
            self._show_example(chip.value)
        elif chip.kind in ("previous", "next"):
            self.walk(1 if chip.kind == "next" else -1)
        elif chip.kind == "follow":
            self._toggle_follow(chip.selected)
        elif chip.kind == "number":
            self._open_editor(left, chip)
        self.update()

    def _show_example(self, example: int) -> None:
        if self.frame_ is not None:
            self.selection.choose(example=min(max(example, 0), len(self.frame_.data.x) - 1))

    # Typing an example's number

    def _open_editor(self, left: float, chip: Chip) -> None:
        """Put a spin box over the number. It exists only while someone types: a child would be painted every frame."""
        if self.frame_ is None or self.scene is None:
            return
        editor = WholeBox(1, len(self.frame_.data.x), "Number of the training example", self)
        editor.setFont(text_font(round(self.scene.ink.body * self.zoom)))
        editor.setValue(self.scene.reading.pointed + 1)
        box = chip.box
        place = QRect(round(left + box.left), round(box.top), round(box.width), round(box.height))
        editor.setGeometry(self.place(place))
        editor.valueChanged.connect(lambda value: self._show_example(value - 1))
        editor.editingFinished.connect(self._close_editor)
        self._editor = editor
        editor.show()
        editor.setFocus(Qt.FocusReason.MouseFocusReason)
        editor.selectAll()

    def _close_editor(self) -> None:
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.hide()
            editor.deleteLater()
