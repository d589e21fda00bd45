"""The bar at the top: which preset, with or without dropout beside it, what is open, export, theme, keys."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QResizeEvent, QTextLayout
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QWidget,
)

from dropout_viz.app.buttons import IconButton
from dropout_viz.app.commands.shortcuts import COMMANDS, tip
from dropout_viz.app.look.scaling import add_space, in_units, px
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.messages.hints import Hint
from dropout_viz.app.session import Session
from dropout_viz.draw import style as look
from dropout_viz.draw.painting import guarded
from dropout_viz.draw.wheel import Combo
from dropout_viz.engine.settings import load_preset, preset_keys
from dropout_viz.engine.source import READERS
from dropout_viz.words import unbroken

_FILL_MS = 200
_POPUP = 460  # pixels
_PRESET, _PRESET_NARROW, _PRESET_TIGHT, _PRESET_LEAST = 220, 150, 84, 48  # pixels
_WIDEST = 360
_ROOMY = 1640  # units of width from which on the way to the welcome has its word, too
_AROUND = 44  # of the chosen preset's name: its margins and the arrow
_ABOUT_LEAST = 60  # pixels below which a sentence says nothing
_SIDE = 12
_ABOUT_TOP = 27
_TIP = "Choose another preset; it starts at step 0"
_ABOUT = Qt.ItemDataRole.UserRole + 1
_DATA = ("data", "examples", "data_noise", "label_noise")
"""What the sentences of a preset count on: with others they would tell of points that are not there."""


class TopBar(QFrame):
    """Controls of the whole window. Its menus are filled by the window."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("TopBar")
        self._session, self._theme = session, theme
        self.welcome = self._text_button("home", "Welcome", "welcome")
        self.welcome.setCheckable(True)
        self.setup = IconButton(theme, "settings", "Setup", tip("Fold the setup away, or show it", "fold_setup"))
        self.setup.setCheckable(True)
        self.preset = PresetChooser(session, theme)
        self.about = ElidedLabel()
        self.about.setProperty("tone", "dim")
        self.hint = Hint()
        self.hint.clicked.connect(lambda: self.show_hint(False))
        self.compare = self._text_button("compare", "Compare", "compare")
        self.compare.setCheckable(True)
        self.compare.clicked.connect(self._compare)
        self.arms_menu = QMenu(self)
        self.leave_out = self.arms_menu.addAction("", session.leave_out)
        self.file_menu, self.view_menu, self.labs_menu = QMenu(self), QMenu(self), QMenu(self)
        self.lessons_menu, self.export_menu, self.edit_menu = QMenu(self), QMenu(self), QMenu(self)
        self.file = self._menu_button("file", "File", self.file_menu)
        self.edit = self._menu_button("undo", "Edit", self.edit_menu)
        self.view = self._menu_button("layout", "View", self.view_menu)
        self.labs = self._menu_button("labs", "Labs", self.labs_menu)
        self.lessons = self._menu_button("lessons", "Lessons", self.lessons_menu)
        self.export = self._menu_button("export", "Export", self.export_menu)
        self.menus = {
            "File": self.file_menu,
            "Edit": self.edit_menu,
            "View": self.view_menu,
            "Labs": self.labs_menu,
            "Lessons": self.lessons_menu,
            "Export": self.export_menu,
            "Compare": self.arms_menu,
        }
        self.present = IconButton(theme, "present", "Present", tip(COMMANDS["present"].text, "present"))
        self.theme = IconButton(theme, "sun", "Dark or light", tip("Dark or light", "theme"))
        self.theme.clicked.connect(theme.toggle)
        self.search = IconButton(theme, "search", "Find anything", tip(COMMANDS["palette"].text, "palette"))
        self.guide = IconButton(theme, "guide", "Guide", tip("Guide", "guide"))
        self.keys = IconButton(theme, "keys", "All keys", tip("All keys", "show_keys"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(6)
        row.addWidget(self.welcome)
        row.addWidget(self.setup)
        row.addWidget(self.file)
        row.addWidget(self.edit)
        row.addWidget(self.preset)
        add_space(row, 8)
        row.addWidget(self.hint, 1)
        row.addWidget(self.about, 1)
        for widget in (
            self.compare,
            self.view,
            self.labs,
            self.lessons,
            self.export,
            self.present,
            self.search,
            self.theme,
            self.guide,
            self.keys,
        ):
            row.addWidget(widget)
        self._hinting = False
        self._texts = (self.file, self.edit, self.compare, self.view, self.labs, self.lessons, self.export)
        theme.changed.connect(self.repaint_status)
        session.config_changed.connect(self.repaint_status)
        self.repaint_status()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())  # it folds

    def _fit(self) -> None:
        """Where there is no room for words, buttons have their pictures only; the hint comes only where it fits."""
        beside, icon = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        roomy = px(self, _ROOMY) <= self.width()
        for style, preset, whole in (
            (beside, _PRESET, True),
            (beside, _PRESET_NARROW, True),
            (icon, _PRESET_NARROW, True),
            (icon, _PRESET_TIGHT, False),
        ):
            self.welcome.setToolButtonStyle(style if roomy else icon)
            for button in self._texts:
                button.setToolButtonStyle(style)
            for button in (self.edit, self.labs, self.search, self.theme, self.guide):  # the palette has them, and keys
                button.setVisible(whole)
            self.preset.setMinimumWidth(px(self, preset))
            left, least = self.width() - self._needed(), px(self, _ABOUT_LEAST if whole and style == beside else 0)
            if left >= least:
                break
        now, whole_name = self.preset.minimumWidth(), self.preset.whole_width()
        wide = min(max(now, whole_name), now + max(0, left))  # what it says goes before the sentence on it
        if not self.about.fits(left - (wide - now)):
            wide = min(wide, max(px(self, _PRESET_TIGHT), whole_name))  # it needs no more room than that
        if left < 0:  # as little as there is, before a button lies over it
            wide = max(px(self, _PRESET_LEAST), now + left)
        self.preset.setMinimumWidth(wide)
        left -= wide - now
        hints = self._hinting and left >= self.hint.sizeHint().width()
        self.hint.setVisible(hints)
        self.about.setVisible(not hints and left > 0 and self.about.has_room(left))

    def _needed(self) -> int:
        """Return the width of everything but the hint and the preset's sentence."""
        row = self.layout()
        assert row is not None
        fixed = [w for w in self.children() if isinstance(w, QAbstractButton) and not w.isHidden()]
        sides = row.contentsMargins().left() + row.contentsMargins().right()
        gaps = row.spacing() * row.count() + px(self, 8)
        return sides + gaps + self.preset.minimumWidth() + sum(button.sizeHint().width() for button in fixed)

    def repaint_status(self) -> None:
        """Show the session's state."""
        session = self._session
        self.about.setText(_about(session))
        self.compare.setChecked(session.comparing)
        self.compare.setEnabled(session.comparing or session.can_compare or len(session.frame().arms) > 1)
        why = COMMANDS["compare"].text if session.can_compare else session.why_not_compare
        self.compare.setToolTip(tip(why, "compare"))
        self._offer_arms()
        self.theme.show_icon("sun" if self._theme.style.name == "dark" else "moon")
        if self.isVisible():
            self._fit()

    def _compare(self, on: bool) -> None:
        self._session.compare(on)
        self.repaint_status()  # where it was refused, the button is up again

    def _offer_arms(self) -> None:
        """Let arms other than those of a comparison be left out, in a menu of the button beside which they stand."""
        others = [arm.name for arm in self._session.frame().arms[1:]]
        offered = bool(others) and not self._session.comparing
        if offered:
            self.leave_out.setText(
                f"Leave out “{others[0]}”" if len(others) == 1 else "Leave out all but the first arm"
            )
        if offered != (self.compare.menu() is not None):
            self.compare.setMenu(self.arms_menu if offered else None)  # type: ignore[arg-type]
            mode = QToolButton.ToolButtonPopupMode
            self.compare.setPopupMode(mode.MenuButtonPopup if offered else mode.DelayedPopup)
            self._fit()

    def show_hint(self, shown: bool) -> None:
        """Show the hint in the place of the preset's sentence, or that sentence."""
        self._hinting = shown
        self._fit()

    def _text_button(self, icon: str, text: str, command: str) -> IconButton:
        button = IconButton(self._theme, icon, text, tip(COMMANDS[command].text, command))
        button.setText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setProperty("text_button", True)
        return button

    def _menu_button(self, icon: str, text: str, menu: QMenu) -> IconButton:
        button = IconButton(self._theme, icon, text)
        button.setText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setProperty("text_button", True)
        button.setMenu(menu)
        menu.aboutToHide.connect(lambda: QTimer.singleShot(0, button, button.put_out))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button


class PresetChooser(Combo):
    """The presets that ship, each with a sentence on what there is to see. An opened file stands first."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._opened = ""  # the name of a run that is no preset
        self.setAccessibleName("Preset")
        self.setMinimumWidth(_PRESET)
        self.setMaxVisibleItems(14)
        self.setItemDelegate(TwoLines(theme, self))
        self.filling = QTimer(self, singleShot=True, interval=_FILL_MS)
        self.filling.timeout.connect(self.fill)
        self.activated.connect(lambda at: session.open_preset(self.itemData(at)))
        session.config_changed.connect(self.repaint_status)
        self.repaint_status()

    def sizeHint(self) -> QSize:
        """Return the width that the bar gives it: Qt's own depends on what has been in it so far."""
        return QSize(self.minimumWidth(), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def whole_width(self) -> int:
        """Return the width in which what is chosen can be read whole."""
        said = self.fontMetrics().horizontalAdvance(self.currentText() or self._opened) + px(self, _AROUND)
        return min(said, px(self, _WIDEST))

    def fill(self) -> None:
        """Read the presets, once. The window does not wait for that."""
        if not self.count():
            self.view().setMinimumWidth(px(self, _POPUP + 16))
            for key in preset_keys():
                config = load_preset(key)
                self.addItem(config.title or key, key)
                self.setItemData(self.count() - 1, unbroken(config.about), _ABOUT)
            self.repaint_status()

    def showPopup(self) -> None:
        self.fill()
        super().showPopup()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setPlaceholderText(self.elided(self._opened))

    def repaint_status(self) -> None:
        """Show the session's run."""
        name = self._session.name
        at = self.findData(name)
        is_file = at < 0 and Path(name).suffix.lower() in READERS
        self._opened = Path(name).name if is_file else self._session.config.title or name
        self.setPlaceholderText(self.elided(self._opened))
        about = _about(self._session)  # the bar may have no room for it
        self.setToolTip(name if is_file else "\n".join(filter(None, (about, _TIP))))
        self.setCurrentIndex(at)


class TwoLines(QStyledItemDelegate):
    """An item as its title over its sentence."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(_POPUP, _ABOUT_TOP + _about_height(index.data(_ABOUT) or "") + 8) * self._theme.style.scale

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        guarded(painter, lambda: self._draw(painter, option, index))

    def _draw(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        style = self._theme.style
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(option.rect, QColor(style.accent))
        room = in_units(painter, option.rect, style.scale).adjusted(_SIDE, 7, -_SIDE, 0)
        painter.setPen(QColor(style.accent_text if chosen else style.text))
        painter.setFont(look.font(look.BODY, bold=True))
        painter.drawText(room, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, index.data())
        painter.setPen(QColor(style.accent_text if chosen else style.dim))
        painter.setFont(look.font(look.SMALL))
        wrap = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        painter.drawText(room.adjusted(0, _ABOUT_TOP - 7, 0, 0), wrap, index.data(_ABOUT) or "")


def _about(session: Session) -> str:
    """Return what is said of the run: of a preset with other data, to which its numbers do not apply, only that."""
    config = session.config
    preset = load_preset(session.name) if session.name in preset_keys() else config
    other = any(getattr(config, name) != getattr(preset, name) for name in _DATA)
    return "With other data than the preset's." if other else config.about


@lru_cache(maxsize=128)
def _about_height(about: str) -> int:
    """Return how high a sentence is in the list, in units. Qt asks for all of them at every zoom and theme."""
    room = QRect(0, 0, _POPUP - 2 * _SIDE, 1000)
    return QFontMetrics(look.font(look.SMALL)).boundingRect(room, Qt.TextFlag.TextWordWrap, about).height()


class ElidedLabel(QLabel):
    """Small text on two lines at most: whole sentences where some fit, else ending in …; the tooltip has all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._full = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(look.font(look.SMALL))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        self._full = text
        self.setToolTip(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def fits(self, width: int) -> bool:
        """Return whether the whole text can be read in so many pixels."""
        return "…" not in self._in_two(self._full, width)

    def has_room(self, width: int) -> bool:
        """Return whether a whole sentence can be read in so many pixels: two words of one say nothing."""
        return any("…" not in text for text in self._wordings(width))

    def _fit(self) -> None:
        two = self._wordings(self.width())
        super().setText(next((text for text in two if "…" not in text), two[0]))

    def _wordings(self, width: int) -> list[str]:
        """Return all sentences, and fewer and fewer of them, each time in two lines."""
        ends = [at + 1 for at, (one, next_) in enumerate(pairwise(self._full)) if one in ".?!" and next_ == " "]
        said = [self._full, *(self._full[:end] for end in reversed(ends))]
        return [self._in_two(text, width) for text in said]

    def _in_two(self, text: str, width: int) -> str:
        """Return a text in two lines, the second ending in … where there is no room for all of it."""
        layout = QTextLayout(text, self.font())
        layout.beginLayout()
        line = layout.createLine()
        if line.isValid():
            line.setLineWidth(width)
        layout.endLayout()
        whole = len(text) if not line.isValid() else line.textLength()
        first, rest = text[:whole].rstrip(), text[whole:]
        fitted = QFontMetrics(self.font()).elidedText(rest, Qt.TextElideMode.ElideRight, width)
        return f"{first}\n{fitted}" if rest else first
