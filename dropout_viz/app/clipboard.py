"""A picture of what is on show, on the clipboard: as an image, and as a PNG file that carries its run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from dropout_viz.app import png
from dropout_viz.app.pictures import Easel
from dropout_viz.app.shot import MOST_PIXELS, WINDOW
from dropout_viz.app.viewfinder import seen
from dropout_viz.errors import UserError

if TYPE_CHECKING:
    from dropout_viz.app.furniture import Furniture

SCALE = 2.0


def meant(furniture: Furniture) -> str:
    """Return the key of the view that is meant: under the mouse, else with the focus, else the whole window."""
    open_ = [panel for panel in furniture.views if panel.on_screen()]
    focus = QApplication.focusWidget()
    under = next((p for p in open_ if p.underMouse()), None)
    return (under or next((p for p in open_ if focus is not None and p.isAncestorOf(focus)), None) or _Window).key


class _Window:
    key = WINDOW


def copy_picture(furniture: Furniture, what: str = "") -> None:
    """Put a picture of a view, or of what is meant, on the clipboard, twice as fine as on the screen. Say so."""
    what = what or meant(furniture)
    panel = None if what == WINDOW else furniture.panel(what)
    widget: QWidget | None = furniture.window if panel is None else panel.widget()
    width, height = (widget.width(), widget.height()) if widget is not None else (960, 600)
    scale = SCALE if width * height * SCALE**2 <= MOST_PIXELS else 1.0
    try:
        frame = furniture.session.frame()
        shot = seen(furniture, frame, what, (max(16, width), max(16, height)), scale)
        with Easel(shot, frame) as easel:
            image = easel.image()
        content = png.encode(image, png.texts(shot, frame))
    except UserError as error:
        furniture.session.message.emit(str(error), "error")
        return
    data = QMimeData()
    data.setImageData(image)
    data.setData("image/png", content)
    QGuiApplication.clipboard().setMimeData(data)
    name = "The window" if panel is None else panel.title
    furniture.session.message.emit(f"Copied: {name}, {image.width()} × {image.height()} pixels.", "info")
