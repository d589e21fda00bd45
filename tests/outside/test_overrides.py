"""An error in a method that Qt calls is told, and the program goes on, of whatever kind the error is."""

from __future__ import annotations

import subprocess
import sys

import pytest

_RAISES = """
import sys
import dropout_viz.draw
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

application = QApplication([])
sys.excepthook = lambda kind, error, trace: print(kind.__name__)
class Between(QWidget):  # an error that comes back into Python on its way is where it happens
    def event(self, event):
        return super().event(event)

widgets = []
for way in {ways}:
    exec("class Widget(Between):\\n    def keyPressEvent(self, event):\\n        " + way)
    widgets.append(Widget())
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier)
    QCoreApplication.postEvent(widgets[-1], event)
QTimer.singleShot(0, application.quit)
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


def test_it_is_told_and_the_program_goes_on() -> None:
    ways = {
        'int("x")': "ValueError",
        "1e400 // 0": "ZeroDivisionError",
        "{}[1]": "KeyError",
        "None.x": "AttributeError",
        'raise ValueError("with words")': "ValueError",
        "self.keyPressEvent(event)": "RecursionError",
    }
    assert _said(_RAISES.replace("{ways}", repr(list(ways)))).split() == [*ways.values(), "alive"]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="there every error is an object as soon as it is raised")
def test_every_class_is_guarded_whichever_comes_first() -> None:
    assert _said(_ALL) == "True []\n"
