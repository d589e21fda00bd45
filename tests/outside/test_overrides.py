"""An error in a method that Qt calls is told, and the program goes on, of whatever kind the error is."""

from __future__ import annotations

import subprocess
import sys

import pytest

_RAISES = """
import sys
import dropout_viz.draw
from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

class Widget(QWidget):
    def keyPressEvent(self, event):
        {raising}

application = QApplication([])
sys.excepthook = lambda kind, error, trace: print(kind.__name__)
widget = Widget()
event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier)
QTimer.singleShot(0, lambda: QCoreApplication.postEvent(widget, event))
QTimer.singleShot(50, application.quit)
application.exec()
print("alive")
"""

# Every class of the program and of what it draws with, in the order in which the window brings them.
_ALL = """
import importlib, pkgutil, sys
import dropout_viz.app.main
import dropout_viz
from shiboken6 import Shiboken
for module in pkgutil.walk_packages(dropout_viz.__path__, "dropout_viz."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
from dropout_viz.draw.overrides import is_override

def below(kind):
    for each in kind.__subclasses__():
        yield each
        yield from below(each)

bare, all_of_them = set(), 0
for kind in set(below(Shiboken.Object)):
    for name, method in vars(kind).items():
        if not name.startswith("__") and is_override(kind, name):
            all_of_them += 1
            if not hasattr(method, "__wrapped__"):
                bare.add(f"{kind.__module__}.{kind.__qualname__}.{name}")
print(all_of_them > 200, sorted(bare))
"""


def _said(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("raising", "kind"),
    [
        ('int("x")', "ValueError"),
        ("1e400 // 0", "ZeroDivisionError"),
        ("{}[1]", "KeyError"),
        ("None.x", "AttributeError"),
        ('raise ValueError("with words")', "ValueError"),
        ("self.keyPressEvent(event)", "RecursionError"),
    ],
)
def test_it_is_told_and_the_program_goes_on(raising: str, kind: str) -> None:
    assert _said(_RAISES.format(raising=raising)) == f"{kind}\nalive\n"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="there every error is an object as soon as it is raised")
def test_every_class_is_guarded_whichever_comes_first() -> None:
    assert _said(_ALL) == "True []\n"
