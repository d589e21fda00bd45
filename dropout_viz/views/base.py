"""What the window, the command line and the tests know of a view. They know nothing else.

A view is one file in this folder with the constants

- ``KEY``, ``TITLE``: as in ``dropout-viz list views``;
- ``ORDER``: its place in menus and the digit that toggles it (10 -> key 1, 20 -> key 2, ...);
- ``AREA``: where its dock opens, ``"centre"``, ``"right-top"`` or ``"right-bottom"``;
- ``RATE``: the most frames a second that it wants to be painted;
- ``DISSECTS`` (only where true): it shows the run's next step taken apart, so pictures of it have that;
- ``DRAWS`` (only where true): points of one's own can be drawn in it (see ``drawing_on``);
- ``AT_FIRST`` (only of views that a preset opens): a sentence or two that tell a newcomer what is seen in it;
- ``HELP``: the answer to "what am I looking at?", in the short parts of ``help_parts``;

and a class ``View`` derived from ``BaseView``. ``BESIDE`` says which arms it shows.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.keys import ENTER
from dropout_viz.draw.painting import Notice, Painted, tell
from dropout_viz.draw.style import BODY, Style
from dropout_viz.draw.text import draw_text
from dropout_viz.draw.tip import draw_tip
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.choice import AnyChoice, Choice
from dropout_viz.views.choices import Choices
from dropout_viz.views.slow_motion import SlowMotion
from dropout_viz.views.worker import Worker
from dropout_viz.words import of_arm, sentences

_PASSING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
_BY_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


def first_weight(data: DataSet) -> Weight:
    """Return the weight to begin with: the first input's, or that of the liveliest input where the first never varies
    (the corner of a picture): its landscape would be flat."""
    spread = data.x[:2000].std(axis=0)
    return Weight(0, 0 if spread[0] > 0 else int(spread.argmax()), 0)


class Selection(QObject):
    """What the user has chosen or points at, shared by all views so that each can light up its part of it.

    Attributes:
        example: the training example whose sub-network is shown.
        follow: whether to show an example of each step's batch instead, whichever it holds; None: as the run suggests,
            where a step sees only a part of the examples.
        weight: the weight whose landscape is shown.
        hover: what the mouse is over, in whichever view.
        slow: the moment of slow motion.
        off: hidden units that the user has taken away, to see what is lost. No run knows of it.
        arm: which arm is shown where there is room for one.
        alone: whether it is shown alone where there is room for all, too.

    Signals:
        armed: ``arm`` or ``alone`` has changed.
        lesioned: ``off`` has changed. asked: settings that a view would like a run to have; whoever owns the run
            may start another one.
    """

    changed = Signal()
    hovered = Signal()
    lesioned = Signal()
    armed = Signal()
    asked = Signal(dict)

    def __init__(self) -> None:
        super().__init__()
        self.example = 0
        self.follow: bool | None = None
        self.weight = Weight(0, 0, 0)
        self.hover: Unit | Weight | None = None
        self.slow = SlowMotion(self)
        self.slow.changed.connect(self.hovered)  # what is lit has changed
        self.off: frozenset[Unit] = frozenset()
        self.arm = 0
        self.alone = False

    def choose_arm(self, arm: int, alone: bool = False) -> None:
        """Choose which arm is shown where there is room for one; ``alone``: and everywhere else."""
        if (arm, alone) != (self.arm, self.alone):
            self.arm, self.alone = arm, alone
            self.armed.emit()

    def choose(self, *, example: int | None = None, weight: Weight | None = None) -> None:
        """Choose the training example whose sub-network is shown, or the weight whose landscape is shown."""
        before = (self.example, self.weight, self.follow)
        if example is not None:
            self.example, self.follow = example, False
        self.weight = self.weight if weight is None else weight
        if (self.example, self.weight, self.follow) != before:
            self.changed.emit()

    def follow_batch(self, on: bool | None) -> None:
        """Show an example of each step's batch, or stay with the chosen one; None: as the run suggests."""
        if on != self.follow:
            self.follow = on
            self.changed.emit()

    def fit(self, frame: Frame, *, other_data: bool, other_run: bool = False) -> None:
        """Choose something that exists, before any view looks for what does not. Other data: begin anew. Another run,
        and not the same with another seed or setting: its units are others, and none is taken away."""
        sizes = frame.snapshot.sizes
        left = frozenset(unit for unit in self.off if unit.is_hidden_in(sizes))
        self.point_at(None)
        self.choose_arm(min(self.arm, len(frame.arms) - 1), self.alone and len(frame.arms) > 1)
        self.take_away(frozenset() if other_data or other_run else left)
        self.choose(
            example=0 if other_data or self.example >= len(frame.data.x) else None,
            weight=None if self.weight.is_in(sizes) and not other_data else first_weight(frame.data),
        )
        self.follow_batch(None)

    def choices(self) -> dict[str, Any]:
        """Return what was chosen, as what JSON can hold; where the mouse is is nobody's choice."""
        return {
            "example": self.example,
            "follow": self.follow,
            "weight": list(self.weight),
            "off": sorted([unit.layer, unit.index] for unit in self.off),
            "moment": self.slow.moment,
            "arm": self.arm,
            "alone": self.alone,
        }

    def take_choices(self, choices: Choices, frame: Frame) -> None:
        """Take over what was chosen in another selection, as far as it is there in a frame."""
        sizes = frame.snapshot.sizes
        weight = Weight(*(choices.wholes("weight", 3) or (len(sizes), 0, 0)))
        self.choose(
            example=choices.whole("example", most=len(frame.data.x) - 1),
            weight=weight if weight.is_in(sizes) else first_weight(frame.data),
        )
        self.choose_arm(choices.whole("arm", most=len(frame.arms) - 1), choices.flag("alone"))
        self.follow_batch(choices.flag("follow") if choices.is_flag("follow") else None)
        units = [Unit(*unit) for unit in choices.whole_table("off", 2)]
        self.take_away(frozenset(unit for unit in units if unit.is_hidden_in(sizes)))
        moment = choices.maybe("moment")
        if frame.dissection is not None and moment is not None:
            self.slow.take(frame.dissection)
            self.slow.show_moment(moment)

    def point_at(self, thing: Unit | Weight | None) -> None:
        """Say what the mouse is over, in whichever view."""
        if thing != self.hover:
            self.hover = thing
            self.hovered.emit()

    def take_away(self, units: frozenset[Unit]) -> None:
        """Take these hidden units away in what is evaluated beside the run, and no others."""
        if units != self.off:
            self.off = units
            self.lesioned.emit()

    def ask(self, settings: Mapping[str, Any]) -> None:
        """Ask for a run with other settings."""
        self.asked.emit(dict(settings))


class BaseView(Painted):
    """A view draws frames. It reads; it never changes the run.

    Attributes:
        MASKS: what it does with thinned networks, as a sentence, of a view that is nothing without: it shows no run
            whose noise turns no unit off.
        BESIDE: pixels of width that each arm has at least where several stand side by side; with less room for each,
            one is shown, which is chosen in the header. 0: all are, in any width; inf: always one.
        SIZE: width and height that it likes, in pixels; None: those of what is in it. LEAST: those that it needs.
        STEPS: what it says of steps, as a sentence, of a view that takes for granted that they are healthy ones: it
            shows no run with a hidden fault; else "".
        MAPS: whether it can show networks that begin with convolutions, whose first unit layer are maps, not inputs.
        given: the frame that it was given. frame_: of that the arms on show. fine: this is the view of a still picture.
        pressable: False in a picture of this view alone: what is there to be pressed is left out.
        mouse: where the mouse is in it, or None.
        declared: what the user may choose in it, in the order of the header's tools.
        watched: whether anybody can see it, of a view that stands in a window: what nobody sees computes nothing.
        give_again: shows the given frame again where other arms of it are to be shown; None: it does so by itself.
        whose: the name of the arm on show, of a view that shows one of several.
        instead: the sentence that its panel shows in its place, because it cannot show the run, or ``""``.

    Signals:
        refreshed: the present frame was drawn again, or a part of an answer.
        drawn: a frame has been painted for the first time.
        missed: something has changed while nobody could see it; it wants a frame when it is seen again.
        focused: it has the focus, and got it by a key; False: it has lost it.
    """

    BESIDE = 0.0
    SIZE: tuple[int, int] | None = None
    LEAST = (0, 0)
    MAPS = False
    MASKS = ""
    STEPS = ""
    refreshed = Signal()
    drawn = Signal()
    missed = Signal()
    focused = Signal(bool)

    def __init__(self, selection: Selection, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.selection = selection
        self.style_ = style
        self.given: Frame | None = None
        self.frame_: Frame | None = None
        self._painted_frame: Frame | None = None  # the one that was painted last
        self.fine, self.pressable = False, True
        self.give_again: Callable[[], object] | None = None
        self._part: Frame | None = None
        self._shown_arms: tuple[bool, list[int]] = (True, [])
        self.whose = self.instead = ""
        self.mouse: QPointF | None = None
        self.watched: Callable[[], bool] | None = None
        self.declared: list[Choice] = []
        self._steered = False  # by keys, since the mouse was moved over it
        self._wrong: dict[str, str] = {}
        self._notice: Notice | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(*self.LEAST)
        selection.changed.connect(self.refresh)
        selection.hovered.connect(self.update)
        selection.armed.connect(self.rearm)

    def sizeHint(self) -> QSize:
        return super().sizeHint() if self.SIZE is None else QSize(*self.SIZE)

    @staticmethod
    def why_not(config: RunConfig, data: DataSet) -> str:
        """Return why the view cannot show such a run, as a sentence for the user, or ``""`` where it can."""
        return ""

    @classmethod
    def reason_not(cls, config: RunConfig, data: DataSet) -> str:
        """Return why such a run must not be shown in this view, or ``""``: ``why_not``, asked only if it may be."""
        if config.maps and not cls.MAPS:
            return (
                "This network begins with convolutions. This view reads networks whose first hidden layer sees the "
                "inputs themselves."
            )
        if cls.MASKS and config.no_masks:
            return f"{config.no_masks} {cls.MASKS}"
        if config.patient is not None and cls.STEPS:
            return f"This run is a patient of the fault clinic, with a hidden fault. {cls.STEPS}"
        return cls.why_not(config, data)

    @property
    def beside(self) -> float:
        """``BESIDE``, of what is on show now."""
        return self.BESIDE

    def has_room(self, frame: Frame) -> bool:
        """Return whether there is room for all arms of a frame."""
        return self.width() >= self.beside * len(frame.arms)

    def part_of(self, frame: Frame) -> Frame:
        """Return what is shown of a frame: all its arms where there is room for them, unless one is to be shown alone;
        else the chosen one."""
        alone = self.selection.alone and self.beside > 0
        return frame if self.has_room(frame) and not alone else frame.alone(self.selection.arm)

    def rearm(self) -> None:
        """Show the given frame again if other arms of it are to be shown than are."""
        if self._shows_others():
            self.refresh()

    def _shows_others(self) -> bool:
        """Whether other arms are to be shown than are, or there is room for all of them now, or no longer."""
        return self.given is not None and len(self.given.arms) > 1 and self._arms_of(self.given) != self._shown_arms

    def _arms_of(self, frame: Frame) -> tuple[bool, list[int]]:
        """Return whether there is room for all arms of a frame, and the places in it of those that are shown."""
        shown = self.part_of(frame).arms
        return self.has_room(frame), [at for at, arm in enumerate(frame.arms) if any(arm is one for one in shown)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rearm()

    def show_frame(self, frame: Frame) -> None:
        """Show a frame with all its arms. Called at most ``RATE`` times a second, and once more for the last frame
        before a pause."""
        self.frame_ = frame
        self.update()

    @property
    def shown_step(self) -> int | None:
        """The step whose numbers are on show, which may be older than the frame's where they take computing; None
        where nothing is, or nothing that any step changes."""
        return None if self.frame_ is None else self.frame_.snapshot.step

    def present(self, frame: Frame) -> None:
        """Show what there is room for of a frame, if anybody can see it; say in its place what goes wrong with that."""
        if self.watched is not None and not self.fine and not self.watched():
            self.missed.emit()
            return
        self.given, part = frame, self.part_of(frame)
        self._part, self._shown_arms = part, self._arms_of(frame)
        self.whose = part.arms[0].name if len(part.arms) < len(frame.arms) else ""
        try:
            with np.errstate(all="ignore"):  # of a run that diverges
                self.show_frame(part)
        except Exception as error:
            self.fail(tell("Cannot be shown", error), "frame")
        else:
            self.fail("", "frame")

    @property
    def drawing_on(self) -> bool:
        """Whether points of one's own can be drawn in it now, where it is a view that ``DRAWS``."""
        return False

    @drawing_on.setter
    def drawing_on(self, on: bool) -> None:
        raise NotImplementedError

    @property
    def at_once(self) -> bool:
        """Whether what it shows is to be there when ``show_frame`` returns: in pictures, and outside of any window."""
        return self.fine or (self.watched is None and not self.isVisible())

    @property
    def busy(self) -> bool:
        """Whether something is being computed for it."""
        return any(worker.busy for worker in self.findChildren(Worker))

    def fail(self, wrong: str, part: str = "answer") -> None:
        """Say in a line what went wrong, in place of all that should be here, until that part is told to be well.

        Args:
            wrong: the line; ``""``: all is well. part: of what: showing the "frame", or the "answer" that it needs.
        """
        if wrong and self.frame_ is not None and not _finite(self.frame_):
            wrong = f"The weights at step {self.frame_.snapshot.step:,} are not all finite. {wrong}"
        self._wrong[part] = wrong
        if self.wrong and self._notice is None:
            self._notice = Notice(self)
        if self._notice is not None:
            self._notice.say(self.wrong)

    @property
    def wrong(self) -> str:
        """What it says in place of its picture, or ``""``."""
        return next(filter(None, self._wrong.values()), "")

    def told(self) -> list[str]:
        """Return what is to be seen in it, a sentence each, without their full stops: numbers with the step that they
        are of, the arms by name. It computes nothing: the numbers are those on show."""
        return []

    def summary(self) -> str:
        """Return what a sighted person sees: ``told``, or what stands in its place; ``""`` before the first frame."""
        parts = [self, *(part for part in self.findChildren(QWidget) if part.isVisibleTo(self))]
        undrawn = next(filter(None, (getattr(part, "undrawn", "") for part in parts)), "")
        instead = self.instead or self.wrong or undrawn
        if instead:
            return sentences([instead])
        if self.frame_ is None:
            return ""
        seed = [f"Shown is {self.frame_.seed}"] * bool(self.frame_.seed)
        return of_arm(self.whose, sentences([*(self.told() or ["Computing"] * self.busy), *seed]))

    def refresh(self) -> None:
        """Draw the present frame again, after a choice or a theme has changed."""
        if self.frame_ is None:
            return
        if self.give_again is not None and self._shows_others():
            self.give_again()
        else:
            self.present(self.given if self.given is not None and self._part is self.frame_ else self.frame_)
        self.refreshed.emit()

    def restyle(self, style: Style) -> None:
        """Take another theme's colours."""
        self.style_ = style
        self.refresh()
        self.update()  # what is to be shown may take computing; what is on show has the other colours meanwhile

    def paintEvent(self, event: QPaintEvent) -> None:
        with np.errstate(all="ignore"):
            super().paintEvent(event)
        if self._painted_frame is not self.frame_ and not self._paint_costs.waits:
            self._painted_frame = self.frame_
            self.drawn.emit()

    def declare(self, choice: AnyChoice, then: Callable[[], object]) -> AnyChoice:
        """Declare something that the user may choose; ``then`` is called when it has changed."""
        choice.changed.connect(then)
        self.declared.append(choice)
        return choice

    def header_tools(self) -> list[QWidget]:
        """Return small widgets of this view for its dock's header: those of what it has declared."""
        return [choice.tool() for choice in self.declared if choice.in_header]

    def stops(self) -> list[QWidget]:
        """Return what Tab stops at in it, as it is read: itself, then what it holds."""
        return [self]

    def menu(self) -> QMenu:
        """Return a menu of all that the user may choose in it."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for choice in self.declared:
            choice.add_to(menu)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        if menu.isEmpty():
            menu.deleteLater()
            event.ignore()
        else:
            menu.popup(event.globalPos())

    # Keys

    def walk(self, by: int) -> bool:
        """Go to the one before (-1) or after (+1) what is chosen in it: an example, a weight, a unit; the keys Up and
        Down. Returns whether there is any."""
        return False

    def walk_second(self, by: int) -> bool:
        """Do the same with the second thing that can be chosen in it; the keys Shift and Up or Down."""
        return False

    def press(self) -> bool:
        """Do what a click on that which is pointed at does; the key Enter. Returns whether there is anything to do."""
        return False

    def _meant(self, event: QKeyEvent) -> list[Choice]:
        """Return the choices that a key stands for."""
        letter = event.text().upper() if event.modifiers() == Qt.KeyboardModifier.NoModifier else ""
        return [choice for choice in self.declared if letter and choice.letter == letter and choice.possible]

    def event(self, event: QEvent) -> bool:
        """A letter of this view is its own while it has the focus, whatever it means in the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._meant(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A letter changes what it stands for; arrows go through what can be chosen."""
        meant = self._meant(event)
        for choice in meant:
            choice.go_on()
        if meant:
            return
        if self.frame_ is not None and not self.instead and self._steer(event):
            self._steered = True
            self.refreshed.emit()
        else:
            super().keyPressEvent(event)

    def _steer(self, event: QKeyEvent) -> bool:
        key = event.key()
        by = (key == Qt.Key.Key_Down) - (key == Qt.Key.Key_Up)
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if by and held == Qt.KeyboardModifier.ShiftModifier:
            return self.walk_second(by)
        if held != Qt.KeyboardModifier.NoModifier:
            return False
        if by:
            return self.walk(by)
        return key in ENTER and self.press()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() not in _PASSING:
            self.focused.emit(event.reason() in _BY_KEYS)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What keys have pointed at is pointed at no longer; a menu and another window are no such change."""
        super().focusOutEvent(event)
        if event.reason() not in _PASSING:
            self.focused.emit(False)
            if self._steered:
                self._steered, self.mouse = False, None
                self.selection.point_at(None)

    def choices(self) -> dict[str, Any]:
        """Return what the user chose to see (a logarithmic axis, a zoom) and what else the picture owes to the frames
        before this one (scales, trails; under ``memory``), as what JSON can hold. A picture carries it."""
        return {choice.key: choice.value for choice in self.declared}

    def take_choices(self, choices: Choices) -> None:
        """Take over what a view of the same class chose to see. What does not fit the frame on show is passed over."""
        for choice in self.declared:
            choice.take(choices)
        self.refresh()

    def like(self, other: BaseView) -> None:
        """Show what a view of the same class shows.

        A picture is drawn by a view of its own, of another size; this makes it a picture of the one on the screen.
        """
        if type(other) is type(self):
            self.take_choices(Choices(other.choices()))

    def prepare_export(self) -> None:
        """Get ready for a still picture: no mouse, fine lines and antialiasing where the live view spares them."""
        self.fine = True
        self.mouse = None

    def draw_nothing(self, painter: QPainter, why: str = "No run yet.") -> None:
        """Say why there is nothing to be seen."""
        middle = self.rect().center()
        draw_text(painter, middle.x(), middle.y(), why, BODY, QColor(self.style_.dim), align=0.5)

    # What the mouse is over

    def said(self, at: QPointF) -> list[str]:
        """Return what is said of the thing at a point, the most important line first; none where there is nothing."""
        return []

    def draw_tip(self, painter: QPainter, ink: Ink | None = None) -> None:
        """Draw what is said of the thing under the mouse, in a box beside it; ``ink``: of the view's own size."""
        if self.mouse is not None and (lines := self.said(self.mouse)):
            ink = ink or Ink(self.style_, 1.0, 1.0)
            draw_tip(painter, self.width(), self.height(), ink, lines, self.mouse.x(), self.mouse.y())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.mouse, self._steered = event.position(), False
        self.point(event.position())
        self.update()

    def point(self, at: QPointF) -> None:
        """Point at the thing at a point, where other views know such things: what is marked is what is told of."""

    def point_again(self) -> None:
        """Point at what lies under a mouse that rests: something else may have come there with what is shown now."""
        if self.mouse is not None and not self._steered:
            self.point(self.mouse)

    def leaveEvent(self, event: QEvent) -> None:
        self.mouse = None
        self.selection.point_at(None)
        self.update()


def answering(take: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Make a view's method that takes a worker's answer say in the view's place what goes wrong with it."""

    @functools.wraps(take)
    def taken(self: Any, answer: Any) -> None:
        try:
            with np.errstate(all="ignore"):
                take(self, answer)
        except Exception as error:
            self.fail(tell("Cannot be shown", error))

    return taken


def _finite(frame: Frame) -> bool:
    parameters = [a for arm in frame.arms for a in (*arm.snapshot.weights, *arm.snapshot.biases)]
    return all(bool(np.isfinite(array).all()) for array in parameters)
