"""What the monkey can do to a window: keys, clicks, drags, the wheel, and whatever else a person does with it."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QFileDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QSlider,
    QTabBar,
    QToolButton,
    QWidget,
)
from shiboken6 import isValid

from dropout_viz import clinic, registry
from dropout_viz.app.commands.offered import menus_in
from dropout_viz.app.commands.shortcuts import COMMANDS, VIEW_KEYS
from dropout_viz.app.panels.floating import Floating
from dropout_viz.app.window import Window
from dropout_viz.engine.lesson import titles
from dropout_viz.engine.settings import load_preset, preset_keys, to_toml
from tests.app.looking import workbench

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier
MODIFIERS = (NONE, NONE, NONE, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier)
SIZES = ((900, 520), (960, 540), (1024, 700), (1280, 800), (1440, 900), (1920, 1080))
WORDS = (
    "0,5",
    "0.5",
    "0,01",
    "1e-3",
    "abc",
    "",
    "-1",
    "0",
    "3",
    "7",
    "16",
    "1,000",
    "1.5",
    "12",
    "0.95",
    "2, 3",
    "8, 4",
    "1,2,3",
    "nan",
    "1e400",
)
PASTED = ("", "seed = 5", "hidden = [3, 2]", "p_hidden = 2", "nonsense", 'data = "xor"', "learning_rate = 1e9")
OTHER_KEYS = ("Tab", "Shift+Tab", "Space", "Return", "Esc", "Up", "Down", "PgUp", "PgDown", "Backspace", "Ctrl+A")
LARGEST_FILM = 4  # frames
_NEVER = ("Quit",)  # what ends it all
_LONGEST_LAB = 40  # actions that a lab may run before it is called off


class Hands:
    """Does actions. Each method says in a few words what it did, "" where there was nothing to do it to."""

    def __init__(self, window: Window, folder: Path) -> None:
        self.window, self.folder = window, folder
        self.workbench = workbench(window)
        assert window.session is not None
        self.session = window.session
        self._files: list[Path] = []
        self._since_lab = 0
        self._asked = QFileDialog.getSaveFileName, QFileDialog.getExistingDirectory
        QFileDialog.getSaveFileName = staticmethod(lambda *_, **__: (str(folder / "asked.png"), ""))
        QFileDialog.getExistingDirectory = staticmethod(lambda *_, **__: "")

        self._boxes = QTimer(window, interval=40)  # Qt's own questions wait in an event loop of theirs
        self._boxes.timeout.connect(_answer_box)
        self._boxes.start()

    def leave(self) -> None:
        """Let dialogs that stop the program be asked again."""
        self._boxes.stop()
        QFileDialog.getSaveFileName, QFileDialog.getExistingDirectory = map(staticmethod, self._asked)

    def do(self, kind: str, dice: random.Random) -> str:
        """Do an action and return what it was, in words."""
        body = self.workbench.labs.body
        if body is not None and body.runner.running:
            self._since_lab += 1
            if self._since_lab > _LONGEST_LAB:
                self._since_lab = 0
                body.runner.cancel()
        said = getattr(self, kind)(dice)
        return f"{kind}: {said}" if said else f"{kind}: nothing to do"

    # --- keys --------------------------------------------------------------------------------------------------------

    def key(self, dice: random.Random) -> str:
        commands = [keys for name, command in COMMANDS.items() if name != "quit" for keys in command.keys]
        keys = dice.choice([*commands, *commands, *VIEW_KEYS, *OTHER_KEYS])
        return self._press(keys)

    def _press(self, keys: str) -> str:
        target = self._top() or QApplication.focusWidget() or self.window
        combination = QKeySequence(keys)[0]
        text = keys if len(keys) == 1 else ""
        QTest.keyEvent(QTest.KeyAction.Click, target, combination.key(), combination.keyboardModifiers()) if not (
            text
        ) else QTest.keyClicks(target, text)
        return f"{keys} at {_name(target)}"

    def type(self, dice: random.Random) -> str:
        fields = self._seen(QLineEdit, lambda line: not line.isReadOnly())
        if not fields:
            return ""
        line, text = dice.choice(fields), dice.choice(WORDS)
        QTest.mouseClick(line, LEFT)
        line.selectAll()
        QTest.keyClick(line, Qt.Key.Key_Delete)
        QTest.keyClicks(line, text)
        end = dice.choice(("Return", "Tab", "Esc", "", "focus"))
        if end == "focus":
            self.window.setFocus()
        elif end:
            QTest.keyClick(line, QKeySequence(end)[0].key())
        return f"{text!r} in {_name(line)}, {end or 'left there'}"

    # --- the mouse ---------------------------------------------------------------------------------------------------

    def click(self, dice: random.Random) -> str:
        buttons = self._seen(QAbstractButton, lambda b: not (isinstance(b, QToolButton) and b.menu()))
        if not buttons:
            return ""
        button = dice.choice(buttons)
        QTest.mouseClick(button, LEFT)
        return _name(button)

    def view_mouse(self, dice: random.Random) -> str:
        """Move, click, drag in a view, or ask for its menu; in whatever widget of it is there."""
        panels = [p for p in self.workbench.views if p.on_screen() and p.view is not None and p.view.isVisible()]
        how = dice.choice(("move", "move", "click", "double", "drag", "menu"))
        at, to = _place(dice), _place(dice)
        if not panels:
            return ""
        panel = dice.choice(panels)
        assert panel.view is not None
        inside = panel.view.childAt(_in(panel.view, at)) or panel.view
        name = _name(inside)
        self._mouse(inside, how, _in(inside, _place(dice)), _in(inside, to), dice.choice(MODIFIERS))
        return f"{how} in {panel.key} ({name})"

    def timeline(self, dice: random.Random) -> str:
        bar = self.workbench.transport.timeline
        how = dice.choice(("move", "click", "double", "drag", "drag", "menu"))
        self._mouse(bar, how, _in(bar, _place(dice)), _in(bar, _place(dice)), NONE)
        return how

    def _mouse(self, widget: QWidget, how: str, at: QPoint, to: QPoint, held: Qt.KeyboardModifier) -> None:
        if how == "click":
            QTest.mouseClick(widget, LEFT, held, at)
        elif how == "double":
            QTest.mouseDClick(widget, LEFT, held, at)
        elif how == "menu":
            where = widget.mapToGlobal(at)
            QApplication.sendEvent(widget, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, where))
        elif how == "drag":
            QTest.mousePress(widget, LEFT, held, at)
            for share in (0.3, 0.7, 1.0):
                if _still_there(widget):
                    self._move(widget, at + (to - at) * share, LEFT)
            if _still_there(widget):
                QTest.mouseRelease(widget, LEFT, held, to)
        else:
            self._move(widget, at, Qt.MouseButton.NoButton)
            self._move(widget, to, Qt.MouseButton.NoButton)
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:  # what was pressed has gone
            QTest.mouseRelease(self.window, LEFT)

    def _move(self, widget: QWidget, at: QPoint, held: Qt.MouseButton) -> None:
        where = QPointF(widget.mapToGlobal(at))
        event = QMouseEvent(QEvent.Type.MouseMove, QPointF(at), where, Qt.MouseButton.NoButton, held, NONE)
        QApplication.sendEvent(widget, event)

    def wheel(self, dice: random.Random) -> str:
        """Turn the wheel: whole notches, a touchpad's small turns, sideways, over anything."""
        turn = dice.choice((120, -120, 12, -12, 600, -7))
        times, sideways, held = dice.choice((1, 3, 10)), dice.random() < 0.2, dice.choice(MODIFIERS)
        kinds = [p.view for p in self.workbench.views if p.view is not None and p.on_screen()]
        widgets: list[QWidget] = [*kinds, *self._seen(QAbstractSpinBox), *self._seen(QSlider), *self._seen(QComboBox)]
        widgets.append(self.workbench.transport.timeline)
        widget = dice.choice(widgets)
        if dice.random() < 0.3:
            widget.setFocus()
        at = _in(widget, _place(dice))
        widget = widget.childAt(at) or widget
        at = _in(widget, _place(dice))
        pixels = QPoint(0, turn // 4) if abs(turn) < 100 else QPoint()
        angle = QPoint(turn, 0) if sideways else QPoint(0, turn)
        for _ in range(times):
            event = QWheelEvent(
                QPointF(at),
                QPointF(widget.mapToGlobal(at)),
                pixels,
                angle,
                Qt.MouseButton.NoButton,
                held,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
            QApplication.sendEvent(widget, event)
            if not _still_there(widget):
                return "until it had gone"
        return f"{times} x {turn}{' sideways' if sideways else ''} over {_name(widget)}"

    def choose(self, dice: random.Random) -> str:
        combos = self._seen(QComboBox, lambda c: c is not self.workbench.top_bar.preset)
        if not combos:
            return ""
        combo, by = dice.choice(combos), dice.choice((-3, -1, 1, 2))
        combo.setFocus()
        for _ in range(abs(by)):
            if not _still_there(combo):
                return "until it had gone"
            QTest.keyClick(combo, Qt.Key.Key_Down if by > 0 else Qt.Key.Key_Up)
        return f"{combo.currentText()!r} in {_name(combo)}"

    def slide(self, dice: random.Random) -> str:
        sliders = self._seen(QSlider)
        if not sliders:
            return ""
        slider = dice.choice(sliders)
        name = _name(slider)
        self._mouse(slider, dice.choice(("click", "drag")), _in(slider, _place(dice)), _in(slider, _place(dice)), NONE)
        return f"{name} to {slider.value()}" if isValid(slider) else f"{name} until it had gone"

    def menu(self, dice: random.Random) -> str:
        """Choose from a menu, or only open it."""
        bar = self.workbench.top_bar
        menu = dice.choice((bar.file_menu, bar.view_menu, bar.lessons_menu, bar.export_menu, bar.labs_menu))
        if self._top() is not None:
            return ""
        if dice.random() < 0.3:
            menu.popup(self.window.mapToGlobal(QPoint(200, 40)))
            return f"open {_name(menu)}"
        menu.aboutToShow.emit()
        actions = [a for a in _all_actions(menu) if a.isEnabled() and not a.text().startswith(_NEVER)]
        if not actions:
            return ""
        action = dice.choice(actions)
        said = action.text()
        action.trigger()
        return repr(said)

    def tab(self, dice: random.Random) -> str:
        bars = [bar for bar in self._seen(QTabBar) if bar.count() > 1]
        if not bars:
            return ""
        bar = dice.choice(bars)
        at = dice.randrange(bar.count())
        QTest.mouseClick(bar, LEFT, NONE, bar.tabRect(at).center())
        return f"to {bar.tabText(at)!r}"

    # --- the window --------------------------------------------------------------------------------------------------

    def resize(self, dice: random.Random) -> str:
        size = dice.choice(SIZES) if dice.random() < 0.5 else (dice.randint(900, 1920), dice.randint(520, 1080))
        self.window.resize(*size)
        return f"{size[0]} x {size[1]}"

    def window_state(self, dice: random.Random) -> str:
        state = dice.choice(("minimised", "normal", "maximised", "inactive"))
        if state == "inactive":
            self.window.clearFocus()
        else:
            {
                "minimised": self.window.showMinimized,
                "normal": self.window.showNormal,
                "maximised": self.window.showMaximized,
            }[state]()
        self.window.showNormal()
        self.window.activateWindow()
        return state

    def dock(self, dice: random.Random) -> str:
        """Float a panel, put it back, close it, drag it by its header, or let it fill the window."""
        panels = [p for p in self.workbench.layout.panels if p.on_screen()]
        how = dice.choice(("float", "close", "maximise", "drag", "help"))
        if not panels:
            return ""
        panel = dice.choice(panels)
        if how == "float":
            panel.setFloating(not panel.isFloating())
        elif how == "close":
            QTest.mouseClick(panel.header.close_button, LEFT)
        elif how == "help" and panel.header.help_button is not None:
            QTest.mouseClick(panel.header.help_button, LEFT)
        elif how == "maximise" and panel.header.maximise_button is not None:
            QTest.mouseClick(panel.header.maximise_button, LEFT)
        else:
            self._mouse(
                panel.header, "drag", QPoint(60, 8), QPoint(dice.randint(-600, 600), dice.randint(0, 500)), NONE
            )
        return f"{how} {panel.key}"

    def split(self, dice: random.Random) -> str:
        docks = [p for p in self.workbench.layout.panels if p.on_screen() and not p.isFloating()]
        share = dice.random()
        direction = dice.choice((Qt.Orientation.Horizontal, Qt.Orientation.Vertical))
        if not docks:
            return ""
        dock: QDockWidget = dice.choice(docks)
        self.window.resizeDocks([dock], [round(share * 1200)], direction)
        return f"{_name(dock)} to {share:.2f}"

    # --- the run -----------------------------------------------------------------------------------------------------

    def preset(self, dice: random.Random) -> str:
        box = self.workbench.top_bar.preset
        key = dice.choice(preset_keys())
        box.fill()
        at = box.findData(key)
        box.setCurrentIndex(at)
        box.activated.emit(at)
        return key

    def lesson(self, dice: random.Random) -> str:
        strip = self.workbench.lessons.strip
        if strip is None:
            key = dice.choice([*titles(), clinic.LESSON])
            self.workbench.lessons.open(key)
            return f"open {key}"
        answers = [b for b in strip.prediction.findChildren(QPushButton) if b.isVisible() and b.isEnabled()]
        code = [b for b in strip.code.findChildren(QPushButton) if b.isVisible()]
        button = dice.choice((strip.next, strip.next, strip.next, strip.back, strip.close_button, *answers, *code))
        QTest.mouseClick(button, LEFT)
        return _name(button)

    def speed(self, dice: random.Random) -> str:
        self.session.set_speed(dice.choice((1, 4, 60, 1_000, 20_000, None)))
        if not self.session.playing:
            self.session.play_pause()
        return f"{self.session.speed}"

    def run_to(self, dice: random.Random) -> str:
        step = dice.choice((1, 10, 100, 500, 2_000))
        field = self.workbench.transport.target.lineEdit()
        if not field.isVisible() or self._top() is not None:
            return ""
        QTest.mouseClick(field, LEFT)
        field.selectAll()
        QTest.keyClicks(field, str(step))
        QTest.keyClick(field, Qt.Key.Key_Return)
        return f"{step}"

    def branch(self, dice: random.Random) -> str:
        """Set up a branch and go through with it, or not."""
        yes = dice.random() < 0.6
        if self._top() is not None:
            return ""
        self.session.timeline.branching.emit()
        card = self.workbench.timeline.branch
        field = card.editors[card.key].findChildren(QLineEdit)
        if field:
            field[0].setText(dice.choice(WORDS))
        QTest.mouseClick(card.go if yes else card.back, LEFT)
        return "yes" if yes else "no"

    def answer(self, dice: random.Random) -> str:
        """Use a button of a card, of a dialog, or choose a file in a dialog that asks for one."""
        top = self._top()
        if isinstance(top, QFileDialog):
            return self._answer_file(top, dice)
        if isinstance(top, QMenu):
            actions = [a for a in top.actions() if a.isEnabled() and not a.text().startswith(_NEVER)]
            if actions and dice.random() < 0.6:
                text = (action := dice.choice(actions)).text()
                top.close()
                action.trigger()
                return repr(text)
            top.close()
            return "closed a menu"
        if top is not None:
            top.close()
            return f"closed {_name(top)}"
        cards = [c for c in self.window.findChildren(Floating) if c.isVisible()]
        dialogs = [d for d in self.window.findChildren(QDialog) if d.isVisible()]
        for card in [*dialogs, *cards]:
            if buttons := self._seen(QAbstractButton, root=card):
                button = dice.choice(buttons)
                QTest.mouseClick(button, LEFT)
                return _name(button)
        return ""

    def _answer_file(self, dialog: QFileDialog, dice: random.Random) -> str:
        saves = dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
        if dice.random() < 0.3 or not (saves or self._files):
            dialog.reject()
            return "no file"
        path = self.folder / f"run{dice.randrange(3)}.safetensors" if saves else dice.choice(self._files)
        self._remember(path) if saves else None
        dialog.close()
        dialog.fileSelected.emit(str(path))
        return path.name

    # --- files -------------------------------------------------------------------------------------------------------

    def save(self, dice: random.Random) -> str:
        path = self.folder / f"run{dice.randrange(3)}.safetensors"
        self._remember(path)
        self.workbench.files.save_in(path)
        return path.name

    def open(self, dice: random.Random) -> str:
        self._write_settings()
        path = dice.choice(self._files)
        self.workbench.files.open(path)
        return path.name

    def drop(self, dice: random.Random) -> str:
        self._write_settings()
        path = dice.choice([*self._files, self.folder, self.folder / "nothing.txt"])
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        copy, at = Qt.DropAction.CopyAction, QPoint(300, 300)
        QApplication.sendEvent(self.window, QDragEnterEvent(at, copy, data, LEFT, NONE))
        QApplication.sendEvent(self.window, QDropEvent(QPointF(at), copy, data, LEFT, NONE))
        return path.name

    def export(self, dice: random.Random) -> str:
        """Export something small through the dialog."""
        if self._top() is not None:
            return ""
        dialog = self.workbench.export_dialog
        dialog.ask(dice.choice(["", *(p.key for p in self.workbench.views)]))
        dialog.kind.setCurrentIndex(dice.randrange(dialog.kind.count()))
        dialog.width_.setValue(dice.choice((300, 640)))
        dialog.height_.setValue(dice.choice((200, 480)))
        dialog.scale.setCurrentIndex(0)
        last = dialog.last.value()
        dialog.first.setValue(max(0, last - 20))
        dialog.every.setValue(max(1, math.ceil((last - dialog.first.value()) / LARGEST_FILM)))
        path = self.folder / f"export{dice.randrange(2)}{dialog.ending}"
        dialog.file.setText(str(path))
        QTest.mouseClick(dialog.accept_button, LEFT)
        if dialog.ending in (".png", ".toml"):
            self._remember(path)
        return f"{dialog.what.currentText()} as {path.name}"

    def paste(self, dice: random.Random) -> str:
        text = dice.choice(PASTED)
        QGuiApplication.clipboard().setText(text)
        return f"{text!r}, {self._press('Ctrl+Shift+V')}"

    def lab(self, dice: random.Random) -> str:
        """Open a lab, and run it for a while."""
        body = self.workbench.labs.load()
        if body.runner.running:
            body.runner.cancel()
            return "cancel"
        if self._top() is not None:
            return ""
        self.workbench.labs.open(dice.choice(list(registry.entries("labs"))))
        for name in ("seeds", "repeats", "runs"):
            if name in body.form.editors and (lines := body.form.editors[name].findChildren(QLineEdit)):
                lines[0].setText("2")
        body.run()
        self._since_lab = 0
        return f"run {body.key}"

    def wait(self, dice: random.Random) -> str:
        QTest.qWait(dice.choice((20, 100, 400)))
        return "a while"

    # --- what there is -----------------------------------------------------------------------------------------------

    def _remember(self, path: Path) -> None:
        if path not in self._files:
            self._files.append(path)

    def _write_settings(self) -> None:
        path = self.folder / "settings.toml"
        if path not in self._files:
            path.write_text(to_toml(load_preset("xor")))
            self._files.append(path)

    def _top(self) -> QWidget | None:
        """Return the popup or the modal dialog that takes everything, if there is one."""
        return QApplication.activePopupWidget() or QApplication.activeModalWidget()

    def _seen(
        self, kind: type[Any], which: Callable[[Any], bool] = lambda _: True, root: QWidget | None = None
    ) -> list[Any]:
        """Return the widgets of a class that can be seen and used now."""
        top = self._top()
        roots = [root or top] if root or top else [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        found = [w for one in roots for w in one.findChildren(kind)]
        return [w for w in found if w.isVisible() and w.isEnabled() and not w.visibleRegion().isEmpty() and which(w)]


def _still_there(widget: QWidget) -> bool:
    """Let the event loop turn between two things that nobody does at once; return whether a widget has outlived it."""
    QApplication.processEvents()
    return isValid(widget)


def _answer_box() -> None:
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox):
        box.reject()


def _all_actions(menu: QMenu) -> list:
    found = []
    inner = menus_in(menu)
    for action in menu.actions():
        if action in inner:
            found += _all_actions(inner[action])
        elif not action.isSeparator():
            found.append(action)
    return found


def _place(dice: random.Random) -> tuple[float, float]:
    return dice.random(), dice.random()


def _in(widget: QWidget, share: tuple[float, float]) -> QPoint:
    return QPoint(int(share[0] * widget.width()), int(share[1] * widget.height()))


def _name(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    words = widget.accessibleName() or widget.objectName() or (text() if callable(text) else "")
    return f"{type(widget).__name__} {words!r}" if words else type(widget).__name__
