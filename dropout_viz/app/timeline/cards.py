"""What the timeline lays over the window: questions and forms in place. It remembers how much memory it may take."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial

from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QWidget

from dropout_viz.app.look.theme import Theme
from dropout_viz.app.messages.question_card import QuestionCard
from dropout_viz.app.session import Session
from dropout_viz.app.timeline.bookmark_card import BookmarkCard
from dropout_viz.app.timeline.branch_card import BranchCard
from dropout_viz.app.timeline.commands import MEMORIES

_KEY = "timeline_memory"


class TimelineCards(QObject):
    """The cards of the timeline, over a window and above its transport."""

    def __init__(
        self, session: Session, theme: Theme, settings: QSettings | None, window: QWidget, above: QWidget
    ) -> None:
        super().__init__(window)
        self._session, self._settings = session, settings
        self.question = QuestionCard(session.timeline, window, above)
        self.bookmark = BookmarkCard(session.timeline, theme, window, above)
        self._window, self._above = window, above
        remembered = None if settings is None else settings.value(_KEY)
        if str(remembered) in map(str, MEMORIES):
            session.timeline.set_memory(int(str(remembered)) << 20)
        self._remembered = session.timeline.memory
        session.timeline.changed.connect(self._remember)
        session.timeline.branching.connect(self._ask_branch)

    def _ask_branch(self) -> None:
        # A method, not a lambda: a connection that holds this would keep it, and the session, alive for ever.
        self.branch.ask()

    @cached_property
    def branch(self) -> BranchCard:
        """The form of a branch, made when it is first asked for."""
        return BranchCard(self._session, self._window, self._above)

    def leave(self) -> None:
        """Let every card go, as Escape would: something comes that they do not belong to."""
        made = [self.question, self.bookmark, *([self.branch] if "branch" in vars(self) else [])]
        for card in made:
            if card.isVisible():
                card.leave()

    def actions(self) -> dict[str, Callable[[], object]]:
        """Return what the keys of the timeline do, by command."""
        timeline = self._session.timeline
        return {
            "step_back": timeline.step_back,
            "epoch_back": timeline.epoch_back,
            "play_back": timeline.play_back,
            "newest": timeline.to_newest,
            "bookmark": lambda: timeline.bookmark(),
            "branch": timeline.branching.emit,
            "last_bookmark": partial(timeline.to_bookmark, -1),
            "next_bookmark": partial(timeline.to_bookmark, 1),
        }

    def _remember(self) -> None:
        memory = self._session.timeline.memory
        if self._settings is not None and memory != self._remembered:
            self._remembered = memory
            self._settings.setValue(_KEY, memory >> 20)
