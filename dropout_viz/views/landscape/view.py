"""The post's drawing, computed: balls in the coloured zones of an error landscape, all weights at once or one large."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from dropout_viz.draw import style as look
from dropout_viz.engine.frame import Frame
from dropout_viz.nn.parts import Weight
from dropout_viz.views.base import BaseView, Selection
from dropout_viz.views.choice import OneOf
from dropout_viz.views.choices import Choices
from dropout_viz.views.landscape.all import AllWeights
from dropout_viz.views.landscape.one import OneWeight
from dropout_viz.views.weight_chooser import WeightChooser
from dropout_viz.views.weight_names import Names

ONE = "one"
"""One weight large, in place of some or all as balls."""
TIP = "All weights as balls on one scale, or those of one unit, or the strongest; or one weight large"
NAMES = {"all": "all weights", "unit": "one unit's", "strongest": "strongest", ONE: "one weight"}


class View(BaseView):
    """Shows all balls at once, or one weight large: two views of the same size, of which one is seen.

    Attributes:
        which: the weights, or ``ONE``.
    """

    BESIDE = 230.0

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent)
        self.all, self.one = AllWeights(selection, style, self), OneWeight(selection, style, self)
        self.one.hide()
        for inner in (self.all, self.one):
            inner.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # a click in it gives the focus to this view around it
        selection.changed.disconnect(self.refresh)  # the one that is seen hears of it
        selection.changed.connect(self._follow)
        for view in (self.all, self.one):
            view.missed.connect(self.missed)
            view.refreshed.connect(self.refreshed)
        self.which = self.declare(OneOf(self, "weights", "Weights", TIP, NAMES, "W"), self._show_which)
        self._chooser = WeightChooser()
        self._chooser.valueChanged.connect(lambda _: selection.choose(weight=Weight(*self._chooser.place())))
        self._chooser.setFont(look.font(look.SMALL))
        self.one.surface.possible = False
        self.setMinimumSize(200, 140)

    @property
    def beside(self) -> float:
        return math.inf if self.which.value == ONE else self.BESIDE

    @property
    def seen(self) -> AllWeights | OneWeight:
        """The one of the two that is seen."""
        return self.all if self.one.isHidden() else self.one

    def sizeHint(self) -> QSize:
        return QSize(460, 400)

    def header_tools(self) -> list[QWidget]:
        """Return the choice of weights, the weight stepper and the choice of surface."""
        return [*super().header_tools(), self._chooser, *self.one.header_tools()]

    def stops(self) -> list[QWidget]:
        return [self, self.one.probes.button]

    def menu(self) -> QMenu:
        menu = super().menu()
        self.one.surface.add_to(menu)
        return menu

    def choices(self) -> dict[str, Any]:
        return {**super().choices(), **self.one.choices()}

    def take_choices(self, choices: Choices) -> None:
        """Take over what was chosen; a picture that does not say which weights is of one, as all once were."""
        self.which.take(Choices({"weights": choices.word("weights", tuple(NAMES), ONE)}))
        self._show_which()
        self.one.take_choices(choices)

    def like(self, other: BaseView) -> None:
        if isinstance(other, View):
            self.which.value = other.which.value
            self.one.like(other.one)

    def restyle(self, style: look.Style) -> None:
        super().restyle(style)
        for view in (self.all, self.one):
            view.restyle(style)

    def prepare_export(self) -> None:
        super().prepare_export()
        for view in (self.all, self.one):
            view.prepare_export()

    # What is shown

    def show_frame(self, frame: Frame) -> None:
        super().show_frame(frame)
        self._follow()
        self.seen.watched = self.watched
        self.seen.setGeometry(self.place(self.rect()))
        self.seen.present(frame)

    @property
    def shown_step(self) -> int | None:
        return self.seen.shown_step

    @property
    def wrong(self) -> str:
        return super().wrong or self.seen.wrong

    def told(self) -> list[str]:
        return self.seen.told()

    def walk(self, by: int) -> bool:
        self._chooser.stepBy(by)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for view in (self.all, self.one):
            view.setGeometry(self.place(self.rect()))

    def closeEvent(self, event: QCloseEvent) -> None:
        for view in (self.all, self.one):
            view.close()
        super().closeEvent(event)

    def _show_which(self) -> None:
        """Show what was chosen; what is not seen forgets its frame, so that it computes nothing."""
        before, one = self.seen, self.which.value == ONE
        self.one.setVisible(one)
        self.all.setVisible(not one)
        self.one.surface.possible = one
        if not one:
            self.all.which = self.which.value
        if self.seen is not before:
            before.frame_ = None
        self.refresh()

    def _follow(self) -> None:
        """Offer the weights of the network on show in the header, and name the chosen one."""
        if self.frame_ is not None:
            sizes = self.frame_.snapshot.sizes
            self._chooser.show_network(Names(sizes, self.frame_.data))
            self._chooser.show_place(self.selection.weight.within(sizes))
