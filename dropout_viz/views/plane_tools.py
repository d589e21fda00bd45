"""The Plane view's controls: which plane, which two weights, shades by the logarithm, three dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QToolButton, QWidget

from dropout_viz.analysis.slices import Place
from dropout_viz.views import plane_words as words
from dropout_viz.views import style as look
from dropout_viz.views.choices import Choices
from dropout_viz.views.landscape_chooser import WeightChooser
from dropout_viz.views.landscape_names import Names
from dropout_viz.views.plane_scene import Kind
from dropout_viz.views.wheel import Combo


@dataclass
class Choice:
    """What the user has chosen: which plane, the two weights, the seed of the random directions, logarithmic shades."""

    kind: Kind = "path"
    pair: tuple[Place, Place] = (Place(0, 0, 0), Place(0, 0, 0))
    seed: int = 0
    log: bool = False

    def choices(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"kind": self.kind, "pair": [list(p) for p in self.pair], "seed": self.seed, "log": self.log}

    def take_choices(self, choices: Choices) -> None:
        """Take over another's."""
        self.kind = choices.word("kind", get_args(Kind), self.kind)
        self.seed, self.log = choices.whole("seed", most=1 << 31), choices.flag("log")
        pair = choices.whole_table("pair", 3)
        self.pair = (Place(*pair[0]), Place(*pair[1])) if len(pair) == 2 else self.pair


class Tools(QObject):
    """Makes the controls; what they mean is the view's affair.

    Attributes:
        row: the two weights' steppers, for the body of the view. header: the others, for the dock's header.

    Signals:
        kind_chosen: a ``Kind``. others_asked: two other random directions. log_toggled, deep_toggled: on or off.
        weight_chosen: (0 across or 1 upwards, a ``Place``).
    """

    kind_chosen = Signal(str)
    others_asked = Signal()
    log_toggled = Signal(bool)
    deep_toggled = Signal(bool)
    weight_chosen = Signal(int, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.choice, self.others = Combo(), QToolButton()
        self.log, self.deep = QCheckBox("log"), QCheckBox("3-D")
        for kind, text in words.KINDS.items():
            self.choice.addItem(text, kind)
        self.choice.setAccessibleName("Plane")
        self.choice.setToolTip(words.TIPS)
        self.choice.currentIndexChanged.connect(self._say_kind)
        self.others.setText("others")
        self.others.setToolTip("Draw two other random directions")
        self.others.setProperty("text_button", True)
        self.others.clicked.connect(self.others_asked)
        self.log.setToolTip("Shades and contours by the logarithm of the loss")
        self.log.toggled.connect(self.log_toggled)
        self.deep.setToolTip("The same surface in three dimensions")
        self.deep.toggled.connect(self.deep_toggled)
        self.header: list[QWidget] = [self.choice, self.others, self.log, self.deep]
        self.choosers = (WeightChooser(), WeightChooser())
        self.row = self._row(parent)
        for tool in (*self.header, *self.choosers):
            tool.setFont(look.font(look.SMALL))

    def _row(self, parent: QWidget) -> QWidget:
        made = QWidget(parent)
        row = QHBoxLayout(made)
        row.setContentsMargins(look.MARGIN, 0, look.MARGIN, 2)
        self.choosers[0].valueChanged.connect(self._say_across)
        self.choosers[1].valueChanged.connect(self._say_upwards)
        for text, chooser in zip(("across", "upwards"), self.choosers, strict=True):
            chooser.setAccessibleName(f"Weight {text}")
            label = QLabel(text)
            label.setProperty("tone", "small")
            row.addWidget(label)
            row.addWidget(chooser)
        row.addStretch(1)
        made.hide()
        return made

    # No lambdas: Qt would hold them, they would hold these, and a view could never be freed.

    def _say_kind(self) -> None:
        self.kind_chosen.emit(self.choice.currentData())

    def _say_across(self) -> None:
        self.weight_chosen.emit(0, self.choosers[0].place())

    def _say_upwards(self) -> None:
        self.weight_chosen.emit(1, self.choosers[1].place())

    def show_network(self, names: Names) -> None:
        """Offer the weights of a network."""
        for chooser in self.choosers:
            chooser.show_network(names)

    def show_log(self, on: bool) -> None:
        """Show whether shades are logarithmic, without announcing it."""
        self.log.blockSignals(True)
        self.log.setChecked(on)
        self.log.blockSignals(False)

    def show_choice(self, kind: Kind, pair: tuple[Place, Place]) -> None:
        """Show what is chosen, without announcing it."""
        self.choice.blockSignals(True)
        self.choice.setCurrentIndex(self.choice.findData(kind))
        self.choice.blockSignals(False)
        self.others.setVisible(kind == "random" and self.others.parentWidget() is not None)
        for chooser, place in zip(self.choosers, pair, strict=True):
            chooser.show_place(place)


def pair_with(pair: tuple[Place, Place], axis: int, place: Place) -> tuple[Place, Place]:
    """Return the two weights with another one on an axis, 0 or 1; where the other axis has it the two change places."""
    if place == pair[1 - axis]:
        return pair[1], pair[0]
    return (place, pair[1]) if axis == 0 else (pair[0], place)


def fit_pair(chosen: Place, pair: tuple[Place, Place], sizes: tuple[int, ...]) -> tuple[Place, Place]:
    """Return the two weights for the axes: the one that is chosen now, and the one that was chosen before it.

    Where a network of these sizes does not have one of them, another takes its place.
    """
    layer = min(chosen.layer, len(sizes) - 2)
    first = Place(layer, min(chosen.source, sizes[layer] - 1), min(chosen.target, sizes[layer + 1] - 1))
    second = pair[1] if first == pair[0] else pair[0]
    there = second.layer + 1 < len(sizes) and second.source < sizes[second.layer]
    if not there or second.target >= sizes[second.layer + 1] or second == first:
        second = _neighbour(first, sizes)
    return first, second


def _neighbour(place: Place, sizes: tuple[int, ...]) -> Place:
    """Return another weight: of the same unit from the next input, or else any other."""
    layer, source, target = place
    if sizes[layer] > 1:
        return Place(layer, (source + 1) % sizes[layer], target)
    if sizes[layer + 1] > 1:
        return Place(layer, source, (target + 1) % sizes[layer + 1])
    return Place(0 if layer else len(sizes) - 2, 0, 0)
