"""A picture as PNG bytes that say which run it shows."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from dropout_viz import __version__
from dropout_viz.engine.settings import to_toml
from dropout_viz.errors import UserError
from dropout_viz.views.base import Frame

PREFIX = "dropout-viz"


def texts(frame: Frame, what: str) -> dict[str, str]:
    """Return the PNG texts of a picture: version, view, config as TOML, seed, step, changes.

    The config is that in force; where a live setting was changed on the way, the text ``changes`` has a line for each
    change, ``step: setting = value``.
    """
    snapshot = frame.snapshot
    found = {
        "version": __version__, "view": what, "config": to_toml(frame.config or snapshot.config),
        "seed": str(snapshot.config.seed),
        "step": str(snapshot.step),
        "changes": "\n".join(f"{m.step}: {', '.join(m.changes)}" for m in list(frame.history.marks)),
    }  # fmt: skip
    return {f"{PREFIX}:{key}": text for key, text in found.items() if text}


def encode(image: QImage, texts_: Mapping[str, str]) -> bytes:
    """Return the picture as the bytes of a PNG file. Needs no widget: any thread may do it."""
    copy = QImage(image)
    for key, text in texts_.items():
        copy.setText(key, text)
    bytes_ = QByteArray()
    buffer = QBuffer(bytes_)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not copy.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise UserError(f"{image.width()} x {image.height()} pixels: could not be encoded as PNG, must fit into memory")
    buffer.close()
    return bytes(bytes_.data())
