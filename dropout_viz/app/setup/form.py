"""The setup form, made from the config's own fields: their groups, titles, help, types and limits.

What most people change stands at the top. The rest is folded away under the names of its groups, each of which says how
much of it is out of the ordinary: nothing that matters is hidden without a word.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from dropout_viz.app.buttons import TextButton
from dropout_viz.app.session import Session
from dropout_viz.app.setup.editor import Editor
from dropout_viz.app.setup.fold import FoldHeading
from dropout_viz.app.setup.probability_editor import NAMES
from dropout_viz.app.setup.remedy import remedy
from dropout_viz.app.setup.row import SetupRow
from dropout_viz.data.load import left_out
from dropout_viz.engine.config import RunConfig, facts, live_settings
from dropout_viz.nn.noise import NOISES

GROUPS = ("data", "network", "dropout", "training")
_OPEN = "setup/open"
_WAITS = "It is not applied, and holds up no other setting."
_NAMED = re.compile(r"(\w+)(?: =|:)")


class SetupForm(QWidget):
    """One editor for each setting. Settings that need a new run wait for the button, unless the run is at step 0. What
    is wrong is not applied, and holds up no other setting.

    ``settings`` keep which groups are open.

    Signals:
        entered: what waits to be applied is another.
    """

    entered = Signal()

    def __init__(self, session: Session, settings: QSettings | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        self._opened = 0  # the run that the settings shown are of, see ``Timeline.course``
        self.pending: dict[str, Any] = {}
        self._unread: dict[str, str] = {}  # of those, what cannot be read, and what must be typed instead
        self._refused: set[str] = set()  # of those, what the run that was asked for could not have
        self._rows: dict[str, SetupRow] = {}
        self._groups: dict[str, list[str]] = {}  # what is folded away, by its group
        self._headings: dict[str, FoldHeading] = {}
        self._remedy: Mapping[str, Any] = {}  # what would make what was refused last allowed
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(14, 6, 14, 14)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, NAMES)
        self._grid.setColumnStretch(1, 1)
        keys = {group: _keys_of(group) for group in GROUPS}
        place = self._add_rows([key for group in GROUPS for key in keys[group] if facts(key)["first"]], 0)
        for group in GROUPS:
            place = self._add_group(group, [key for key in keys[group] if not facts(key)["first"]], place)
        self._grid.setRowStretch(place, 1)
        self._scroll = scroll = QScrollArea()
        scroll.setObjectName("Scroll")
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        column.addWidget(self._footer())
        session.config_changed.connect(self.take_config)
        session.message.connect(self._take_message)
        session.remark.connect(self._take_remark)
        self.take_config()

    # --- building ----------------------------------------------------------------------------------------------------

    def _add_rows(self, keys: list[str], place: int) -> int:
        """Reserve places for settings from a row of the grid on; return the next free one."""
        for key in keys:
            self._rows[key] = SetupRow(key, self._grid, place, self._edited, self._left)
            place += 2
        return place

    def _add_group(self, group: str, keys: list[str], place: int) -> int:
        """Put a heading and reserve its rows from a row of the grid on; return the next free one."""
        heading = self._headings[group] = FoldHeading(group)
        heading.setChecked(group in self._remembered())
        heading.toggled.connect(self._fold)
        self._groups[group] = keys
        self._grid.addWidget(heading, place, 0, 1, 2)
        return self._add_rows(keys, place + 1)

    def _remembered(self) -> list[str]:
        kept = None if self._settings is None else self._settings.value(_OPEN)
        return [kept] if isinstance(kept, str) else kept if isinstance(kept, list) else []

    def _fold(self) -> None:
        if self._settings is not None:
            self._settings.setValue(_OPEN, self.opened)
        self._show_rows()

    def _footer(self) -> QWidget:
        self.footer = QFrame()
        self.footer.setObjectName("Strip")
        self.apply_button = TextButton("Apply: new run", primary=True)
        self.apply_button.clicked.connect(self.apply)
        self.undo_button = TextButton("Discard")
        self.undo_button.setToolTip("Back to the settings of the run that is going on")
        self.undo_button.clicked.connect(self.undo)
        self.remedy_button = TextButton("")
        self.remedy_button.setToolTip("What has been entered, with that other setting as well")
        self.remedy_button.clicked.connect(self._take_remedy)
        self.remedy_button.hide()
        row = QHBoxLayout()
        row.addWidget(self.apply_button, 1)
        row.addWidget(self.undo_button)
        column = QVBoxLayout(self.footer)
        column.setContentsMargins(14, 8, 14, 10)
        column.addWidget(self.remedy_button)
        column.addLayout(row)
        self.footer.hide()
        return self.footer

    @property
    def keys(self) -> list[str]:
        """The settings that the form has, in their order."""
        return list(self._rows)

    @property
    def opened(self) -> list[str]:
        """The groups whose rows are shown."""
        return [group for group, heading in self._headings.items() if heading.isChecked()]

    def open_groups(self, groups: Collection[str]) -> None:
        """Show the rows of these groups, and fold the others away."""
        for group, heading in self._headings.items():
            heading.setChecked(group in groups)

    def show_setting(self, key: str) -> None:
        """Bring a setting into sight and give it the focus; of one that does nothing in this run that is said."""
        offered = self._session.config.controls
        if not _mattering([key], self._entered()) or (offered and key not in offered):
            text = f"{RunConfig.model_fields[key].title}: does nothing in this run"
            self._session.remark.emit(text, "info", self._session.this_run)
            return
        for group, keys in self._groups.items():
            if key in keys:
                self._headings[group].setChecked(True)
        editor = self.editor(key)
        self._grid.activate()  # a row that was folded away has no place yet
        self._scroll.ensureWidgetVisible(editor)
        editor.take_keys()

    def editor(self, key: str) -> Editor:
        """Return a setting's editor."""
        return self._rows[key].editor

    # --- the session's state -----------------------------------------------------------------------------------------

    def take_config(self) -> None:
        """Show the settings in force. What was entered and not applied stays, unless another run was opened."""
        config = self._session.config
        opened, opened_before = self._session.news.course[0], self._opened
        self._opened = opened
        if opened != opened_before and not self._session.renewed:  # it was not asked for here
            self._forget()
        self._remedy = {}
        self.pending = {k: v for k, v in self.pending.items() if k in self._unread or v != getattr(config, k)}
        self._refused &= set(self.pending)
        for key, row in self._rows.items():
            if key not in self.pending:
                row.show_config(config)
                row.say_wrong("")
        self._repaint()

    def _show_rows(self) -> None:
        """Hide what does nothing (what this data set does not take, Adam's settings where there is no Adam) and what is
        folded away; but what waits to be applied stays in sight."""
        config = self._session.config
        entered = self._entered()
        mattering = _mattering(self._rows, entered)
        folded = {key for group, keys in self._groups.items() if group not in self.opened for key in keys}
        if config.controls:  # a handout says itself what is offered
            mattering, folded = [key for key in mattering if key in config.controls], set()
        for key, row in self._rows.items():
            row.set_visible(key in mattering and (key not in folded or key in self.pending))
        for group, keys in self._groups.items():
            shown = [key for key in keys if key in mattering]
            self._headings[group].setVisible(bool(shown) and not config.controls)
            self._headings[group].tell(config, shown, sum(key in self.pending for key in shown))

    def _entered(self) -> dict[str, Any]:
        """Return the settings as they have been entered, the others as they are in force."""
        read = {key: value for key, value in self.pending.items() if key not in self._unread}
        return {**dict(self._session.config), **read}

    def stops(self) -> list[QWidget]:
        """Return what Tab stops at, from above: a heading comes before its rows, and the buttons last."""
        made = {key: row.editor.stops() for key, row in self._rows.items() if row.is_made}
        found = [stop for key, stops in made.items() if facts(key)["first"] for stop in stops]
        for group, keys in self._groups.items():
            found += [self._headings[group], *(stop for key in keys for stop in made.get(key, ()))]
        return [*found, self.remedy_button, self.apply_button, self.undo_button]

    @property
    def readable(self) -> dict[str, Any]:
        """What waits to be applied, without what cannot be read."""
        return {key: value for key, value in self.pending.items() if key not in self._unread}

    def enter(self, settings: Mapping[str, Any]) -> None:
        """Let these settings wait to be applied, and no others. What cannot be read stays as it was typed, unless it
        is one of them; what would be refused says why."""
        self._unread = {key: wrong for key, wrong in self._unread.items() if key not in settings}
        same = {key for key, value in settings.items() if key in self.pending and self.pending[key] == value}
        self.pending = {key: value for key, value in self.pending.items() if key in self._unread or key in same}
        self.take_config()
        self.pending |= settings
        shown = self._session.config.model_copy(update=dict(settings))
        allowed = self._allowed(settings)
        for key, value in settings.items():
            self._rows[key].editor.show_config(shown)
            if key not in allowed:
                self._show_error(self._session.refusal(self._with_what_follows({**allowed, key: value})), key)
            elif key not in self._refused:
                self._rows[key].say_wrong("")
        self._repaint()

    def title(self, key: str) -> str:
        """Return a setting's name."""
        return RunConfig.model_fields[key].title or key

    def _repaint(self) -> None:
        self.entered.emit()
        self._show_rows()
        for key, row in self._rows.items():
            row.mark_changed(key in self.pending)
        self.remedy_button.setVisible(bool(self._remedy))
        self.footer.setVisible(bool(self.pending))
        self.apply_button.setEnabled(bool(self.pending))

    # --- what the user does ------------------------------------------------------------------------------------------

    def _left(self, key: str) -> None:
        """Show what is in force now: that may have changed while somebody was typing."""
        if key not in self.pending:
            self._rows[key].show_config(self._session.config)

    def _edited(self, key: str) -> None:
        """Take what has been entered. What is refused stays, with the reason, until it is mended or undone."""
        self._remedy = {}
        value, wrong = self.editor(key).value(), self.editor(key).wrong()
        self._rows[key].say_wrong("")
        self._unread.pop(key, None)
        self._refused.discard(key)
        self.pending.pop(key, None)
        if wrong:
            self.pending[key], self._unread[key] = value, f"{key} = {wrong}"
            self._show_error(self._unread[key], key)
        elif key in live_settings():  # what is in force may not be what was asked for last: the session knows
            if not self._apply({key: value}):
                self.pending[key] = value
            self._repaint()
        elif value == getattr(self._session.config, key):
            self._repaint()
        else:
            self.pending[key] = value
            self._repaint()
            if self._session.status.step == 0 and not self._session.playing:
                self.apply()

    def apply(self) -> None:
        """Start a new run with what has been entered. What is wrong with it waits, and is said once more."""
        for key, wrong in self._unread.items():
            self._show_error(wrong, key)
        untried = {key: value for key, value in self.readable.items() if key not in self._refused}
        self._apply(untried or self.readable)

    def _with_what_follows(self, entered: Mapping[str, Any]) -> dict[str, Any]:
        """Return settings with those that must change along with them."""
        settings = dict(entered)
        layers = settings.get("hidden", ())
        shares = self._session.config.p_hidden
        if len(shares) > 1 and layers and len(layers) != len(shares):  # the new layers take the last one's
            settings["p_hidden"] = (shares + shares[-1:] * len(layers))[: len(layers)]
        config = self._session.config
        scalings = NOISES[settings.get("noise", config.noise)].scalings
        if settings.get("scaling", config.scaling) not in scalings:  # there is nothing to choose, and it is hidden
            settings["scaling"] = scalings[0]
        return settings

    def _allowed(self, entered: Mapping[str, Any]) -> dict[str, Any]:
        """Return those of some settings that can be applied together: all of them, else one after the other, as some
        are allowed with others only."""
        if not self._session.refusal(self._with_what_follows(entered)):
            return dict(entered)
        allowed: dict[str, Any] = {}
        tried = -1
        while len(allowed) > tried:
            tried = len(allowed)
            for key, value in entered.items():
                if not self._session.refusal(self._with_what_follows({**allowed, key: value})):
                    allowed[key] = value
        return allowed

    def _take_remedy(self) -> None:
        """Apply what has been entered, with what it lacks."""
        self.pending |= self._remedy
        for key in self._remedy:
            self._rows[key].editor.show_config(self._session.config.model_copy(update=dict(self._remedy)))
        self.apply()

    def undo(self) -> None:
        """Show the settings of the run that is going on."""
        self._forget()
        self.take_config()

    def _forget(self) -> None:
        self.pending.clear()
        self._unread.clear()
        self._refused.clear()

    def _apply(self, entered: Mapping[str, Any]) -> bool:
        """Ask the session for settings, as far as they are allowed; return whether they all are. Why not is shown."""
        for key in entered:
            self._rows[key].say_wrong("")
        allowed = self._allowed(entered)
        refused = {key: {**allowed, key: value} for key, value in entered.items() if key not in allowed}
        wrong = {key: self._session.refusal(self._with_what_follows(tried)) for key, tried in refused.items()}
        if allowed:
            self._session.apply(self._with_what_follows(allowed))
        self._remedy = next(filter(None, (remedy(self._session.config, tried) for tried in refused.values())), {})
        said = [f"{RunConfig.model_fields[k].title} to {v.replace('_', ' ')}" for k, v in self._remedy.items()]
        self.remedy_button.setText(f"Set {' and '.join(said)}")
        for key, text in wrong.items():
            self._show_error(text, key)
        return not refused

    # --- what is wrong -----------------------------------------------------------------------------------------------

    def error_at(self, key: str) -> QLabel:
        """Return the line below a setting's editor that says what is wrong with it."""
        return self._rows[key].error

    def _take_remark(self, text: str, level: str, _about: object) -> None:
        self._take_message(text, level)

    def _take_message(self, text: str, level: str) -> None:
        found = _NAMED.match(text)
        if level != "info" and found and found.group(1) in self.pending:
            self._refused.add(found.group(1))
            self._show_error(text, found.group(1))

    def _show_error(self, text: str, key: str) -> None:
        """Say beside a setting what is wrong with what has been entered there."""
        self._rows[key].say_wrong(f"{text.rstrip('.')}. {_WAITS}")
        self._repaint()


@cache
def _keys_of(group: str) -> tuple[str, ...]:
    """Return the settings of a group, without those of a single word: there is nothing to choose."""
    fields = RunConfig.model_fields.items()
    return tuple(
        key for key, field in fields if facts(key)["group"] == group and len(typing.get_args(field.annotation)) != 1
    )


def _mattering(keys: Iterable[str], settings: Mapping[str, Any]) -> list[str]:
    """Return those of some settings that do anything beside the others."""
    idle = left_out(settings["data"])
    found = []
    for key in keys:
        needed = facts(key)["only_with"]
        if key not in idle and all(settings[other] in values for other, values in needed.items()):
            found.append(key)
    return found
