"""All balls at once: every weight on its own slice of the loss, on one weight axis and one loss axis."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.analysis.balls import Balls, Which
from dropout_viz.analysis.questions import all_weights
from dropout_viz.analysis.questions.all_weights import Request
from dropout_viz.draw import arm_names
from dropout_viz.draw import style as look
from dropout_viz.engine.frame import Frame
from dropout_viz.nn.parts import Weight
from dropout_viz.views.base import Selection
from dropout_viz.views.computed import ComputedView, Question
from dropout_viz.views.landscape import words
from dropout_viz.views.landscape.balls import BallsPicture, OfArm, ShownBalls, places_beside
from dropout_viz.views.weight_names import Names
from dropout_viz.words import of_arm


class AllWeights(ComputedView[Balls]):
    """Shows all balls, or those of one unit, or the strongest.

    Attributes:
        scenes: what is on show, of each arm; ``scene`` of the first. which: which weights, from the next frame on.
    """

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent, "landscape")
        self.scenes: tuple[Balls, ...] = ()
        self.which: Which = "all"
        self._names: Names | None = None
        self._picture = BallsPicture()

    def begin(self, frame: Frame) -> None:
        self._names = Names(frame.snapshot.sizes, frame.data)
        self.scenes = ()

    def run_of(self, frame: Frame) -> object:
        return super().run_of(frame), tuple((arm.name, arm.snapshot.run) for arm in frame.arms)

    def question(self, frame: Frame) -> Question:
        snapshot, data = frame.snapshot, frame.data
        chosen = self.selection.weight.within(snapshot.sizes)
        about = (self.run_of(frame), self.which, chosen)
        request = Request(frame.arms, data, self.which, chosen)
        return Question(about, snapshot.step, partial(all_weights.answer, request))

    def take(self, answer: tuple[Balls, ...]) -> None:
        self.scene, self.scenes = answer[0], answer

    def shown(self) -> ShownBalls | None:
        """Return all that the picture of the first arm depends on."""
        return next(iter(self.all_shown()), None)

    def all_shown(self) -> list[ShownBalls]:
        """Return all that the picture of each arm depends on, from the left."""
        if self._names is None or self.frame_ is None or len(self.scenes) != len(self.frame_.arms):
            return []
        names = [arm.name for arm in self.frame_.arms] if len(self.scenes) > 1 else [""]
        apart = zip(names, arm_names.told_apart(names), self.scenes, strict=True)
        arms = [OfArm(name, short, self.style_.arm(k), one) for k, (name, short, one) in enumerate(apart)]
        lefts = places_beside(len(arms), self.width(), self.height())
        mouse = self.mouse
        under = None if mouse is None else sum(left <= mouse.x() for left in lefts[1:-1])
        return [
            ShownBalls(
                arm.balls,
                self._names,
                left,
                end - left,
                self.height(),
                QPointF(mouse.x() - left, mouse.y()) if mouse is not None and under == k else None,
                self.selection.hover,
                self.style_,
                self.fine,
                arm if len(arms) > 1 else None,
                tuple(other for other in arms if other is not arm),
            )
            for k, (arm, left, end) in enumerate(zip(arms, lefts, lefts[1:], strict=False))
        ]

    def draw(self, p: QPainter) -> None:
        self._picture.paint(p, self.all_shown(), self.style_, self.rect())

    def told(self) -> list[str]:
        if self._names is None:
            return []
        said = []
        for shown in self.all_shown():
            of_one = words.summary_of_all(self._names, shown.balls)
            said += of_one if shown.arm is None else [of_arm(shown.arm.name, sentence) for sentence in of_one]
        return said

    # What the user does

    def point(self, at: QPointF) -> None:
        place = self._place_at(at)
        self.setCursor(Qt.CursorShape.ArrowCursor if place is None else Qt.CursorShape.PointingHandCursor)
        self.selection.point_at(None if place is None else place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton:
            if len(self.scenes) > 1:
                self.selection.choose_arm(sum(shown.left <= event.position().x() for shown in self.all_shown()) - 1)
            if place is not None:
                self.selection.choose(weight=place)
                return
        super().mousePressEvent(event)

    def _place_at(self, at: QPointF) -> Weight | None:
        """Return the weight whose ball, name or curve lies at a point."""
        beneath = [shown for shown in self.all_shown() if shown.left <= at.x()]
        return beneath[-1].place_at(QPointF(at.x() - beneath[-1].left, at.y())) if beneath else None
