"""The choice of an arm in the header of a view that shows one, or all of them side by side where there is room."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QComboBox

from dropout_viz.app.look.scaling import px
from dropout_viz.draw import arm_names
from dropout_viz.draw import style as look
from dropout_viz.draw.wheel import Combo
from dropout_viz.engine.frame import Frame
from dropout_viz.views.base import Selection

BESIDE = "side by side"
_AROUND = 47  # units of a box beside its text
_MOST, _WIDEST = 96, 200  # units of a box that is as narrow as it may be, and of one that has room, at most


class ArmBox(Combo):
    """Names the arms on show; hidden where there is one. All such views show the same arm, or all side by side.

    In a narrow header it says what tells an arm from the others: "without" for "without dropout" beside "with dropout",
    and "both" for the two of them side by side.
    """

    def __init__(self, selection: Selection) -> None:
        super().__init__()
        self._selection = selection
        self._names: tuple[str, ...] = ()
        self._room = False  # for all of them side by side
        self._short: dict[str, str] = {}
        self.setFont(look.font(look.SMALL))
        self.setAccessibleName("Arm")
        self.setToolTip("Which of the arms is shown here, or all")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.hide()
        self.activated.connect(self._choose)
        selection.armed.connect(self._show_choice)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._room_for(self._short.values(), _MOST), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(self._room_for(self._short, _WIDEST), super().sizeHint().height())

    def _room_for(self, texts: Iterable[str], most: int) -> int:
        """Return the pixels that the widest of some texts takes here; ``most``: units, at most."""
        widest = max(map(self.fontMetrics().horizontalAdvance, texts), default=0)
        return min(px(self, most), widest + px(self, _AROUND))

    def elided(self, text: str) -> str:
        whole = super().elided(text)
        return whole if whole == text else super().elided(self._short.get(text, text))

    def show_frame(self, frame: Frame, room: bool = False) -> None:
        """Offer the arms of a frame; ``room``: and all of them side by side."""
        names = tuple(arm.name for arm in frame.arms)
        if (names, room) != (self._names, self._room):
            self._names, self._room = names, room
            self._short = {
                BESIDE: "both" if len(names) == 2 else "all",
                **dict(zip(names, arm_names.told_apart(names), strict=True)),
            }
            self.clear()
            self.addItems([*names, *([BESIDE] if room else [])])
            self.setVisible(len(names) > 1 and self.parentWidget() is not None)
            self._show_choice()

    def _show_choice(self) -> None:
        selection = self._selection
        one = selection.alone or not self._room
        self.setCurrentIndex(min(selection.arm, len(self._names) - 1) if one else len(self._names))

    def _choose(self, index: int) -> None:
        arm, alone = self._selection.arm, self._selection.alone
        if index == len(self._names):
            self._selection.choose_arm(arm, False)
        else:
            self._selection.choose_arm(index, alone or self._room)
