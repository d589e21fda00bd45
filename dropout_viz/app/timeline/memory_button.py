"""How much memory the timeline takes, and may take: a word at its end, with a menu and the numbers in its tip."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton

from dropout_viz.app.buttons import set_tip
from dropout_viz.app.session import Session
from dropout_viz.app.timeline.commands import MEMORIES
from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import count


class MemoryButton(QToolButton):
    """Says it in its tip. States of the run are kept at spaced steps: with less memory going back takes longer."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setFont(look.font(look.SMALL))
        self.setProperty("tone", "dim")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName("Memory of the timeline")
        self.setText("Memory")
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)
        self.look()

    def look(self) -> None:
        """Note how much it is."""
        status = self._session.status
        kept = status.kept / 2**20
        taken = f"{kept:.{1 if kept >= 1 else 2}f} MiB"
        set_tip(
            self,
            f"The way back takes {taken}, and may take {count(status.memory / 2**20)} MiB. "
            "The run's state is kept at spaced steps, and any other step is computed again from the nearest one: with "
            "less memory that takes longer.",
        )

    def _fill(self) -> None:
        menu, timeline = self.menu(), self._session.timeline
        menu.clear()
        for size in MEMORIES:
            action = menu.addAction(f"{count(size)} MiB", lambda size=size: timeline.set_memory(size << 20))
            action.setCheckable(True)
            action.setChecked(timeline.memory == size << 20)
