"""The Plane view's surface in three dimensions, where the machine can draw it; a sentence says why where it cannot."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QOpenGLContext, QVector3D
from PySide6.QtWidgets import QLabel, QStackedLayout, QWidget

from dropout_viz.analysis.questions.plane import Scene
from dropout_viz.draw.style import MARGIN, Style
from dropout_viz.views.plane.colours import Scale, ramp

_SIDE, _HEIGHT = 10.0, 4.0  # of the box that the surface fills
_ABOVE = 0.06  # of the path above the surface, or half of its line would be hidden


def why_not() -> str:
    """Return why nothing can be drawn in three dimensions here, as a sentence, or ``""`` where it can."""
    if importlib.util.find_spec("OpenGL") is None:
        return "The surface in 3-D needs PyOpenGL, which is not installed: pip install PyOpenGL, then start again."
    if QGuiApplication.platformName() in ("offscreen", "minimal", "vnc", "linuxfb"):
        return "The surface in 3-D needs a display with OpenGL; pictures made without one show the map."
    if not QOpenGLContext().create():
        return "The surface in 3-D needs OpenGL, which this display does not offer."
    return ""


class Space(QWidget):
    """Shows a scene as a surface that the mouse turns. OpenGL is touched when it is first asked to.

    Attributes:
        message: why there is no surface, or ``""``.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.style_ = style
        self.message = ""
        self._pages = QStackedLayout(self)
        self._label = QLabel()
        self._label.setProperty("tone", "dim")
        self._label.setWordWrap(True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setMargin(2 * MARGIN)
        self._pages.addWidget(self._label)
        self._canvas: Any = None
        self._surface: Any = None
        self._lines: list[Any] = []

    def restyle(self, style: Style) -> None:
        """Take another theme's colours."""
        self.style_ = style
        if self._canvas is not None:
            self._canvas.setBackgroundColor(QColor(style.panel))

    def take(self, scene: Scene, scale: Scale) -> None:
        """Show a scene, or say why that is impossible."""
        if self._canvas is None:
            self.message = why_not()
            self._label.setText(self.message)
            if self.message:
                return
            self._start()
        import pyqtgraph.opengl as gl

        rows, columns = scene.losses.shape
        colours = ramp(self.style_)[scale.shades(scene.losses)].astype(np.uint32)
        rgba = np.ones((columns, rows, 4), np.float32)
        for k, shift in enumerate((16, 8, 0)):
            rgba[..., k] = ((colours >> shift) & 255).T / 255
        side = np.linspace(-_SIDE / 2, _SIDE / 2, rows)
        self._surface.setData(x=side, y=side, z=self._height(scale, scene.losses).T, colors=rgba.reshape(-1, 4))
        while len(self._lines) < len(scene.paths):
            self._lines.append(gl.GLLinePlotItem(antialias=True, width=3.0))
            self._canvas.addItem(self._lines[-1])
        (left, right), (low, high) = scene.ranges
        for k, line in enumerate(self._lines):
            line.setVisible(k < len(scene.paths))
            if k < len(scene.paths):
                path = scene.paths[k]
                across = ((path.points - (left, low)) / (right - left, high - low) - 0.5) * _SIDE
                z = self._height(scale, path.losses) + _ABOVE
                line.setData(pos=np.column_stack([across, z]).astype(np.float32), color=self.style_.arm(k).getRgbF())
        self._pages.setCurrentWidget(self._canvas)

    @staticmethod
    def _height(scale: Scale, losses: Any) -> Any:
        return (np.clip(np.nan_to_num(scale.share(losses), nan=1.0), 0, 1) * _HEIGHT - _HEIGHT / 2).astype(np.float32)

    def _start(self) -> None:
        import pyqtgraph.opengl as gl

        self._canvas = gl.GLViewWidget(self)
        self._canvas.setBackgroundColor(QColor(self.style_.panel))
        self._canvas.opts["center"] = QVector3D(0, 0, -1.0)
        self._canvas.setCameraPosition(distance=18, elevation=34, azimuth=-62)
        self._surface = gl.GLSurfacePlotItem(smooth=True, computeNormals=False)
        self._canvas.addItem(self._surface)
        self._pages.addWidget(self._canvas)
