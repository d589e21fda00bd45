"""Which class is taken for which: a confusion matrix of the test or the training set, for each arm."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.analysis.questions import confusion as scenes
from dropout_viz.analysis.questions.confusion import Request, Scene
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw import style as look
from dropout_viz.draw.text import text_width
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.views.base import Selection
from dropout_viz.views.choice import OneOf
from dropout_viz.views.computed import ComputedView, Question
from dropout_viz.views.confusion import KEY, words
from dropout_viz.views.confusion.layout import Layout, lay_out
from dropout_viz.views.confusion.picture import paint

_SETS = {"test": "test set", "training": "training set"}


class View(ComputedView[Scene]):
    """Shows the matrices."""

    SIZE, LEAST = (460, 420), (200, 116)
    BESIDE = 130.0
    MAPS = True

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent, KEY)
        about = "Which examples are counted"
        self.of = self.declare(OneOf(self, "of", about, about, _SETS), self.refresh)

    @staticmethod
    def why_not(config: RunConfig, data: DataSet) -> str:
        """Return why there is nothing to be mixed up."""
        if data.classes:
            return ""
        return "This data set has numbers to be learnt, not classes: none can be taken for another."

    # What is computed

    def settle(self, frame: Frame) -> None:
        self.of.possible = frame.data.x_test is not None

    def question(self, frame: Frame) -> Question:
        step = frame.snapshot.step
        if not frame.data.classes:  # another data set has come, and the panel is about to say why it shows nothing
            return Question(None, step)
        several = len(frame.arms) > 1
        arms = tuple((arm.name if several else "", arm.snapshot) for arm in frame.arms)
        test = self.of.value == "test" and frame.data.x_test is not None
        request = Request(arms, frame.data, test)
        return Question((self.run_of(frame), test, len(arms)), step, partial(scenes.answer, request))

    def told_of(self, scene: Scene, step: int) -> list[str]:
        return words.summary(scene, step)

    # What the user does

    def walk(self, by: int) -> bool:
        return self._move(by, 0)

    def walk_second(self, by: int) -> bool:
        return self._move(0, by)

    def _move(self, down: int, across: int) -> bool:
        """Point at the cell so many rows below and columns right of the one that is pointed at."""
        if self.scene is None:
            return False
        layout, n = self.layout_(self.scene), len(self.scene.matrices[0].counts)
        arm, truth, said = (None if self.mouse is None else layout.at(self.mouse)) or (0, -down, -across)
        self.mouse = layout.cell_of(arm, (truth + down) % n, (said + across) % n).center()
        self.update()
        return True

    def press(self) -> bool:
        if self.scene is None or self.mouse is None:
            return False
        example = self._example(self.scene, self.layout_(self.scene).at(self.mouse))
        if example is None:
            return False
        self.selection.choose(example=example)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.mouse = event.position()
            self.press()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        scene = self.scene
        clicks = scene is not None and self._example(scene, self.layout_(scene).at(event.position())) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if clicks else Qt.CursorShape.ArrowCursor)

    def _example(self, scene: Scene, at: tuple[int, int, int] | None) -> int | None:
        """Return the training example that a click on a cell chooses: the next one that is of its kind, or None."""
        if at is None:
            return None
        such = scene.matrices[at[0]].examples(*at[1:])
        if not len(such):
            return None
        later = such[such > self.selection.example]
        return int(later[0] if len(later) else such[0])

    # Drawing

    def layout_(self, scene: Scene) -> Layout:
        """Return where the cells are."""
        n = len(scene.matrices[0].counts)
        names = max(text_width(words.name(scene, k), look.SMALL) for k in range(n))
        return lay_out(self.width(), self.height(), len(scene.matrices), n, names)

    def paint(self, p: QPainter, scene: Scene) -> None:
        layout = self.layout_(scene)
        lit = None if self.mouse is None else layout.at(self.mouse)
        paint(p, scene, self.shown_step or 0, layout, self.style_, lit)
        self.draw_tip(p)

    def said_of(self, scene: Scene, at: QPointF) -> list[str]:
        """Return what is said of the cell under a point."""
        cell = self.layout_(scene).at(at)
        return [] if cell is None else words.cell(scene, cell, self._example(scene, cell))
