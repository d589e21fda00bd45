"""The pictures of a lab as PNG files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from dropout_viz import __version__
from dropout_viz.app.export.pictures import offscreen_application
from dropout_viz.app.export.png import encode
from dropout_viz.app.labs.figures.picture import picture_of
from dropout_viz.draw import style as look
from dropout_viz.engine.picture_file import PREFIX
from dropout_viz.files import write_bytes
from dropout_viz.labs.figures import Figure

SIZE, SCALE = (800, 520), 2.0


def png(figure: Figure, texts: Mapping[str, str], theme: str = "light") -> bytes:
    """Return a figure as the bytes of a PNG file that says where it comes from."""
    known = {"version": __version__, **texts}
    named = {PREFIX + key: text for key, text in known.items() if text}
    return encode(picture_of(figure, SIZE, SCALE, look.style(theme)), named)


def write_pictures(folder: Path, figures: Sequence[Figure], texts: Mapping[str, str]) -> list[Path]:
    """Write one PNG a figure into a folder; return the files. Raises ``UserError`` where that is impossible."""
    application = offscreen_application()
    paths = [folder / f"{figure.name}.png" for figure in figures]
    for path, figure in zip(paths, figures, strict=True):
        write_bytes(path, png(figure, texts))
    del application
    return paths
