"""The Plane view's controls: which plane, which two weights, shades by the logarithm, three dimensions."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from dropout_viz.analysis.questions.plane import Kind
from dropout_viz.draw import style as look
from dropout_viz.nn.parts import Weight
from dropout_viz.views.weight_chooser import WeightChooser
from dropout_viz.views.weight_names import Names


class Tools(QObject):
    """Makes the controls that are no choices of their own; what they mean is the view's affair.

    Attributes:
        row: the two weights' steppers, for the body of the view. others: the button, for the dock's header.

    Signals:
        others_asked: two other random directions. weight_chosen: (0 across or 1 upwards, a ``Weight``).
    """

    others_asked = Signal()
    weight_chosen = Signal(int, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.others = QToolButton()
        self.others.setText("others")
        self.others.setToolTip("Draw two other random directions")
        self.others.setProperty("text_button", True)
        self.others.clicked.connect(self.others_asked)
        self.choosers = (WeightChooser(), WeightChooser())
        self.row = self._row(parent)
        for tool in (self.others, *self.choosers):
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

    def _say_across(self) -> None:
        self.weight_chosen.emit(0, self.choosers[0].place())

    def _say_upwards(self) -> None:
        self.weight_chosen.emit(1, self.choosers[1].place())

    def show_network(self, names: Names) -> None:
        """Offer the weights of a network."""
        for chooser in self.choosers:
            chooser.show_network(names)

    def show_choice(self, kind: Kind, pair: tuple[Weight, Weight]) -> None:
        """Show what is chosen, without announcing it."""
        self.others.setVisible(kind == "random" and self.others.parentWidget() is not None)
        for chooser, place in zip(self.choosers, pair, strict=True):
            chooser.show_place(place)


def pair_with(pair: tuple[Weight, Weight], axis: int, place: Weight) -> tuple[Weight, Weight]:
    """Return the two weights with another one on an axis, 0 or 1; where the other axis has it the two change places."""
    if place == pair[1 - axis]:
        return pair[1], pair[0]
    return (place, pair[1]) if axis == 0 else (pair[0], place)


def fit_pair(chosen: Weight, pair: tuple[Weight, Weight], sizes: tuple[int, ...]) -> tuple[Weight, Weight]:
    """Return the two weights for the axes: the one that is chosen now, and the one that was chosen before it.

    Where a network of these sizes does not have one of them, another takes its place.
    """
    first = chosen.within(sizes)
    second = pair[1] if first == pair[0] else pair[0]
    if not second.is_in(sizes) or second == first:
        second = _neighbour(first, sizes)
    return first, second


def _neighbour(place: Weight, sizes: tuple[int, ...]) -> Weight:
    """Return another weight: of the same unit from the next input, or else any other."""
    layer, source, target = place
    if sizes[layer] > 1:
        return Weight(layer, (source + 1) % sizes[layer], target)
    if sizes[layer + 1] > 1:
        return Weight(layer, source, (target + 1) % sizes[layer + 1])
    return Weight(0 if layer else len(sizes) - 2, 0, 0)
