"""The panel of the setup: a dock around the form, which is made when the views have been painted."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFrame, QStackedLayout, QWidget

from dropout_viz.app.look.scaling import BOUNDED, rescale, zoom_of
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.panels.docks import Panel
from dropout_viz.app.session import Session

if TYPE_CHECKING:
    from dropout_viz.app.setup.form import SetupForm

HELP = {
    "shows": (
        "Everything that decides the run. The drop probability of a layer is the chance that each of its units is off "
        "for one training example; with Gaussian noise no unit is, and p/(1−p) is the variance of its factors."
    ),
    "read": (
        "The learning rate and the drop probabilities change the run that is going on, and the change is marked on "
        "the curves; every other setting starts a new run."
    ),
    "asked": (
        "Is it the chance to keep a unit or to drop it? Here, in PyTorch, in Keras and in TensorFlow 2 it is the "
        "chance that a unit is off; TensorFlow 1's keep_prob and the p of the 2014 paper are the chance that it stays "
        "on. Each is 1 minus the other."
    ),
    "keys": "S folds the setup away. Enter takes what was typed, Esc leaves it as it was.",
}


class SetupPanel(Panel):
    """A dock around the form.

    Attributes:
        form: the form, or None before ``fill``.
    """

    def __init__(self, session: Session, theme: Theme, settings: QSettings | None) -> None:
        super().__init__("setup", "Setup", HELP, theme, is_view=False)
        self._session, self._settings = session, settings
        self.form: SetupForm | None = None
        body = QFrame()
        body.setObjectName("DockBody")
        self._pages = QStackedLayout(body)
        self._pages.setContentsMargins(1, 0, 1, 1)
        self.setWidget(body)
        self.setProperty(BOUNDED, True)
        self.setMinimumWidth(270)
        self.setMaximumWidth(430)
        session.config_changed.connect(self._say_whose)
        self._say_whose()

    def fill(self) -> SetupForm:
        """Make the form, once, and return it."""
        if self.form is None:
            from dropout_viz.app.setup.form import SetupForm  # not before the views have been painted

            self.form = SetupForm(self._session, self._settings)
            self._pages.addWidget(self.form)
            rescale(self, zoom_of(self))
        return self.form

    def _say_whose(self) -> None:
        """Name the arm whose settings are shown, where there are several."""
        arms = self._session.frame().arms
        which = f"“{arms[0].name}”" if len(arms) > 1 else ""
        why = f"Several arms train side by side; where their settings differ, those of {which} stand here"
        self.header.name.show_which(which, why if which else "")

    def stops(self) -> list[QWidget]:
        return [*(self.form.stops() if self.form is not None else ()), *super().stops()]

    @property
    def opened(self) -> list[str]:
        """The groups of settings that are not folded away."""
        return self.form.opened if self.form is not None else []

    def open_groups(self, groups: Collection[str]) -> None:
        """Show these groups of settings, and fold the others away."""
        if self.form is not None:
            self.form.open_groups(groups)
