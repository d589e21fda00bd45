"""The look of the window: one palette and one style sheet from ``draw.style.Style``, dark or light, at a zoom."""

from __future__ import annotations

import re
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from dropout_viz import assets
from dropout_viz.draw import style as look
from dropout_viz.draw.style import Style


class Theme(QObject):
    """Which theme is on, and how large it is. Widgets take their colours from it and follow ``changed``.

    Attributes:
        chosen: whether somebody has chosen it; else it is the desktop's, whenever that becomes another.
    """

    changed = Signal()

    def __init__(self, name: str = "", scale: float = 1.0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._strong = False
        self.chosen = name in look.THEMES
        if not self.chosen:
            QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)
        self.style = replace(look.style(name if name in look.THEMES else preferred()), scale=scale)

    def set(self, name: str) -> None:
        """Turn a theme on by name, see ``draw.style.THEMES``; from now on it is chosen."""
        self.chosen = True
        self._take(self._strong, name, self.style.scale)

    def set_scale(self, scale: float) -> None:
        """Let a unit of all sizes be so many pixels."""
        self._take(self._strong, self.style.name, scale)

    def present(self, scale: float) -> None:
        """Let it be as large as that, and of strong contrast."""
        self._take(True, self.style.name, scale)

    def put_back(self, style: Style) -> None:
        """Turn the style on that was there before ``present``."""
        self._take(False, style.name, style.scale)

    def _take(self, strong: bool, name: str, scale: float) -> None:
        self._strong = strong
        style = look.strong(look.style(name)) if strong else look.style(name)
        style = replace(style, scale=scale)
        if style != self.style:
            self.style = style
            self.changed.emit()

    def toggle(self) -> None:
        """Turn the other theme on."""
        self.set("light" if self.style.name == "dark" else "dark")

    def _follow(self, scheme: Qt.ColorScheme) -> None:
        """The desktop has another theme."""
        if not self.chosen and scheme is not Qt.ColorScheme.Unknown:
            self._take(self._strong, preferred(), self.style.scale)


def preferred() -> str:
    """Return the theme that the desktop asks for; dark where it does not say."""
    scheme = QGuiApplication.styleHints().colorScheme()
    return "light" if scheme is Qt.ColorScheme.Light else "dark"


def prepare(application: QApplication) -> None:
    """Give an application the one widget style and the bundled font, so that it looks the same on every desktop."""
    application.setStyle("Fusion")
    application.setFont(look.font(look.BODY))


def set_tone(widget: QWidget, tone: str) -> None:
    """Give a widget another of the style sheet's tones."""
    if widget.property("tone") != tone:
        widget.setProperty("tone", tone)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def palette(style: Style) -> QPalette:
    """Return the colours that Qt's own drawing uses."""
    made = QPalette()
    role = QPalette.ColorRole
    for which, colour in {
        role.Window: style.window,
        role.WindowText: style.text,
        role.Base: style.raised,
        role.AlternateBase: style.panel,
        role.Text: style.text,
        role.Button: style.raised,
        role.ButtonText: style.text,
        role.BrightText: style.error,
        role.Highlight: style.accent,
        role.HighlightedText: style.accent_text,
        role.ToolTipBase: style.raised,
        role.ToolTipText: style.text,
        role.PlaceholderText: style.dim,
        role.Link: style.accent,
        role.Light: style.raised,
        role.Midlight: style.line,
        role.Mid: style.line,
        role.Dark: style.line,
        role.Shadow: style.window,
        role.Accent: style.accent,
    }.items():
        made.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(style.faint))
    return made


def sheet(style: Style) -> str:
    """Return the style sheet of the window. It names only Qt's own controls and our frames, never a view."""
    return zoomed(_filled(_SHEET, style), style.scale) + _round_parts(style.scale)


def _round_parts(zoom: float) -> str:
    """Return what is round, in pixels. Qt makes a corner square whose radius is more than half of the side, which a
    side and a radius that are rounded each for itself come to."""
    groove, beyond = round(4 * zoom), round(5 * zoom)  # of a slider
    handle = groove + 2 * beyond  # Qt makes it as high as that
    margin = max(1, round(zoom))  # around the handle of a scroll bar
    return f"""
QSlider::groove:horizontal, QSlider::sub-page:horizontal {{ height: {groove}px; border-radius: {groove // 2}px; }}
QSlider::handle:horizontal {{ width: {handle}px; height: {handle}px; margin: -{beyond}px 0;
                              border-radius: {handle // 2}px; }}
QScrollBar::handle {{ border-radius: {(round(10 * zoom) - 2 * margin) // 2}px; margin: {margin}px; }}
"""


def zoomed(text: str, zoom: float) -> str:
    """Return a style sheet with all its lengths so many times as large; no line of it vanishes."""
    if zoom == 1.0:
        return text

    def larger(found: re.Match[str]) -> str:
        units = int(found[1])
        made = round(units * zoom)
        return f"{made or (1 if units > 0 else -1 if units else 0)}px"

    return re.sub(r"(-?\d+)px", larger, text)


def frames() -> str:
    """Return what is the window's own, for every theme: its property ``theme`` says which is on."""
    return "".join(_filled(_FRAME, look.style(name)) for name in look.THEMES)


def _filled(text: str, style: Style) -> str:
    """Return a style sheet with a theme's values in it."""
    icons = assets.path("icons").as_posix()
    fonts = {"small": look.SMALL, "body": look.BODY, "title": look.TITLE, "mono": look.MONO}
    values = {**vars(style), **fonts, "icons": icons}
    for key in sorted(values, key=len, reverse=True):  # the longest first: @accent_text before @accent
        if isinstance(values[key], str | int):
            text = text.replace(f"@{key}", str(values[key]))
    return text


_FRAME = """
QMainWindow[theme="@name"] { background: @window; }
QMainWindow[theme="@name"]::separator { background: @window; width: 6px; height: 6px; }
QMainWindow[theme="@name"]::separator:hover { background: @accent; }
"""

_SHEET = """
QDialog { background: @window; }
QToolBar { border: none; padding: 0; spacing: 0; }
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px 6px; }

#TopBar, #Transport { background: @panel; }
#TopBar { border-bottom: 1px solid @line; }
#Transport { border-top: 1px solid @line; }
#Strip { background: @panel; border-top: 1px solid @line; }
#DockHeader { background: @panel; border: 1px solid @line; border-bottom: none;
              border-top-left-radius: 6px; border-top-right-radius: 6px; }
#DockBody { background: @panel; border: 1px solid @line; border-top: none;
            border-bottom-left-radius: 6px; border-bottom-right-radius: 6px; }
#DockHeader[focused="true"], #DockBody[focused="true"],
#DockHeader[pointed="true"], #DockBody[pointed="true"] { border-color: @accent; }
#Card { background: @raised; border: 1px solid @line; border-radius: 8px; }
#Palette { background: transparent; border: none; }
#Steps { background: transparent; border: none; outline: none; color: @text; }
#Steps::item { padding: 5px 8px; border-radius: 5px; }
#Steps::item:disabled { color: @faint; }
#Steps::item:selected { background: @accent; color: @accent_text; }
#Scroll, #Scroll > QWidget > QWidget { background: transparent; border: none; }

QLabel { background: transparent; color: @text; }
QLabel[tone="dim"] { color: @dim; }
QLabel[tone="changed"] { color: @accent; }
QLabel[tone="small"] { color: @dim; font-size: @smallpx; }
QLabel[tone="title"] { font-size: @titlepx; font-weight: 600; }
QLabel[tone="group"] { color: @dim; font-size: @smallpx; font-weight: 600; }
QLabel[tone="formula"] { background: @panel; border: 1px solid @line; border-radius: 5px; padding: 5px 8px; }
QLabel[tone="advice"] { color: @warning; font-size: @smallpx; }
QLabel[tone="error"] { color: @error; font-size: @smallpx; }
QLabel[tone="wrong-code"] { color: @error; font-family: "@mono"; font-size: @smallpx; }
QLabel[tone="right-code"] { color: @text; font-family: "@mono"; font-size: @smallpx; }
QLabel[tone="plain-line"], QLabel[tone="marked-line"] { font-family: "@mono"; font-size: @bodypx; padding: 3px 10px;
                     background: @raised; border-left: 3px solid @raised; color: @dim; }
QLabel[tone="marked-line"] { border-left-color: @accent; color: @text; font-weight: 600; }
QLabel[tone="key"] { background: @raised; border: 1px solid @line; border-radius: 4px; padding: 1px 6px;
                     font-weight: 600; }

QToolButton, QPushButton { background: transparent; color: @text; border: 1px solid transparent; border-radius: 6px;
                           padding: 4px; }
QPushButton { background: @raised; border-color: @line; padding: 5px 12px; }
QToolButton:hover, QPushButton:hover { background: @raised; border-color: @line; }
QToolButton:pressed, QPushButton:pressed { background: @line; }
QToolButton:checked, QPushButton:checked { background: @raised; border-color: @accent; color: @accent; }
QToolButton:focus, QPushButton:focus { border-color: @accent; }
QToolButton:checked:focus, QPushButton:checked:focus { border-color: @text; }
QToolButton[tone="dim"] { color: @dim; }
QToolButton:disabled, QPushButton:disabled { color: @faint; }
QToolButton::menu-indicator { image: none; }
QToolButton::menu-button { border: none; width: 16px; }
QToolButton[text_button="true"] { padding: 4px 8px; }
QPushButton[primary="true"], QToolButton[primary="true"] { background: @accent; color: @accent_text;
                                                           border-color: @accent; }
QPushButton[primary="true"] { font-weight: 600; }
QPushButton { min-height: 18px; }
QPushButton[primary="true"]:focus, QToolButton[primary="true"]:focus { border: 2px solid @text; }
QPushButton[primary="true"]:disabled { background: @raised; color: @faint; border-color: @line; }
#DockHeader QToolButton { padding: 2px; }
#Fold:checked { background: transparent; border-color: transparent; }
#Fold:checked:hover { background: @raised; }
#Fold:checked:focus { border-color: @accent; }

QLineEdit, QAbstractSpinBox, QComboBox { background: @raised; color: @text; border: 1px solid @line;
    border-radius: 6px; padding: 3px 7px; min-height: 20px; selection-background-color: @accent;
    selection-color: @accent_text; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: @faint; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border-color: @accent; }
QLineEdit[wrong="true"], QAbstractSpinBox[wrong="true"], QComboBox[wrong="true"] {
    border-color: @error; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: @faint; }
QComboBox { combobox-popup: 0; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url("@icons/arrow-down.svg"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @raised; color: @text; border: 1px solid @line; outline: none;
    padding: 4px; selection-background-color: @accent; selection-color: @accent_text; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: 18px; border: none; background: transparent; }
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-arrow { image: url("@icons/arrow-up.svg"); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url("@icons/arrow-down.svg"); width: 10px; height: 10px; }
QCheckBox { color: @text; spacing: 7px; background: transparent; }
QCheckBox::indicator, QTableView::indicator { width: 14px; height: 14px; border: 1px solid @faint; border-radius: 4px;
    background: @raised; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: @accent; }
QCheckBox:focus { color: @accent; }
QCheckBox::indicator:checked, QTableView::indicator:checked { background: @accent;
    border-color: @accent; image: url("@icons/tick-@name.svg"); }
QCheckBox:disabled { color: @faint; }

QSlider { background: transparent; min-height: 22px; }
QSlider::groove:horizontal { background: @line; }
QSlider::sub-page:horizontal { background: @accent; }
QSlider::handle:horizontal { background: @text; }
QSlider::handle:horizontal:hover { background: @accent; }
QSlider[unset="true"]::handle:horizontal { background: transparent; }
QSlider[unset="true"]::sub-page:horizontal { background: @line; }
QSlider:focus { border: 1px solid @accent; border-radius: 6px; }
QSlider::sub-page:horizontal:disabled { background: @faint; }
QSlider::handle:horizontal:disabled { background: @faint; }

QProgressBar { background: @line; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }

QFileDialog QTreeView, QFileDialog QListView { background: @raised; color: @text; border: 1px solid @line;
    border-radius: 6px; outline: none; selection-background-color: @accent; selection-color: @accent_text; }
QFileDialog QHeaderView, QFileDialog QHeaderView::section { background: @panel; color: @dim; border: none;
    padding: 1px 6px; }

QMenu, QToolTip, QComboBox QAbstractItemView { font-size: @bodypx; }
QMenu { background: @raised; color: @text; border: 1px solid @line; border-radius: 8px; padding: 5px; }
QMenu::item { padding: 6px 22px 6px 26px; border-radius: 5px; }
QMenu::item:selected { background: @accent; color: @accent_text; }
QMenu::item:disabled { color: @faint; background: transparent; }
QMenu::separator { height: 1px; background: @line; margin: 5px 8px; }
QMenu::indicator { width: 14px; height: 14px; left: 7px; }
QMenu::indicator:checked { image: url("@icons/tick-menu.svg"); }

QTableView { background: @panel; color: @text; border: none; outline: none; selection-background-color: @raised;
    selection-color: @text; }
QTableView::item { padding: 4px 6px 4px 0; border-bottom: 1px solid @line; }
QTableView::item:selected { background: @raised; }
QHeaderView { background: @panel; border: none; }
QHeaderView::section { background: @panel; color: @dim; border: none; border-bottom: 1px solid @line;
    padding: 3px 6px 3px 0; font-size: @smallpx; }
QSplitter::handle { background: @window; }
QSplitter::handle:hover { background: @accent; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @line; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QTabBar { qproperty-drawBase: 0; qproperty-elideMode: ElideNone; qproperty-usesScrollButtons: 1; }
QTabBar::scroller { width: 44px; }
QTabBar QToolButton { background: @panel; border: 1px solid @line; padding: 0; border-radius: 4px; }
QTabBar::tab { background: @window; color: @dim; padding: 4px 8px; border: 1px solid transparent; border-radius: 6px; }
QTabBar::tab:selected { background: @raised; color: @text; }
QTabBar::tab:selected:focus { border-color: @accent; }
"""
