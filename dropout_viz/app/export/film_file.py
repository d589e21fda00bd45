"""Films as files: GIF with one palette for all frames, MP4 in H.264, or in MPEG-4 where there is no H.264."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from dropout_viz.errors import UserError

Pixels = NDArray[np.uint8]

_SAMPLES = 24  # frames that the palette is made of
_COLOURS = 255  # one is left for "as in the frame before"
_SMALL = 95  # of them, for colours of little area
_FEW = 12  # pixels of a colour in the sample, below which it is an edge's


def pixels_of(image: QImage, size: tuple[int, int]) -> Pixels:
    """Return a picture's pixels, (height, width, 3) red, green, blue, its last row and column repeated up to a size."""
    copy = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(copy.constBits(), np.uint8).reshape(copy.height(), copy.bytesPerLine())
    pixels = rows[:, : 3 * copy.width()].reshape(copy.height(), copy.width(), 3)
    width, height = size
    return np.pad(pixels, ((0, height - len(pixels)), (0, width - pixels.shape[1]), (0, 0)), mode="edge")


def write(path: Path, ending: str, frames: Iterable[Pixels], size: tuple[int, int], fps: int, about: str) -> None:
    """Write frames as a GIF or an MP4. ``about``: what the file says of itself.

    Raises:
        OSError: it cannot be written.
    """
    (_write_gif if ending == ".gif" else _write_mp4)(path, frames, size, fps, about)


def delays(frames: int, fps: int) -> list[int]:
    """Return how many milliseconds each frame of a GIF stands, which counts in hundredths of a second.

    The rounding is spread: each frame begins at the hundredth that is nearest to its time, so that all together take
    what they should.
    """
    begins = [round(100 * frame / fps) for frame in range(frames + 1)]
    return [10 * (end - begin) for begin, end in pairwise(begins)]


def _write_gif(path: Path, frames: Iterable[Pixels], size: tuple[int, int], fps: int, about: str) -> None:
    from PIL import Image

    packed = [zlib.compress(np.ascontiguousarray(frame).tobytes(), 1) for frame in frames]

    def unpacked(number: int) -> Image.Image:
        return Image.frombytes("RGB", size, zlib.decompress(packed[number]))

    chosen = np.unique(np.linspace(0, len(packed) - 1, _SAMPLES).astype(int)).tolist()
    shrink = max(1, round((len(chosen) * size[0] * size[1] / 6e6) ** 0.5))
    samples = [np.asarray(unpacked(number))[::shrink, ::shrink] for number in chosen]
    made = _palette(np.concatenate([sample.reshape(-1, 3) for sample in samples]))
    palette = Image.new("P", (1, 1))
    palette.putpalette(made.tobytes())

    def reduced() -> Iterator[Image.Image]:
        before: Pixels | None = None
        for number in range(len(packed)):
            frame = np.asarray(unpacked(number).quantize(palette=palette, dither=Image.Dither.NONE))
            kept = frame if before is None else np.where(frame == before, np.uint8(_COLOURS), frame)  # half the bytes
            before = frame
            image = Image.fromarray(kept, "P")
            image.putpalette([*colours, 0, 0, 0])
            yield image

    colours = (palette.getpalette() or [])[: 3 * _COLOURS]
    colours += [0] * (3 * _COLOURS - len(colours))
    every = reduced()
    next(every).save(
        path,
        "GIF",
        save_all=True,
        append_images=every,
        duration=delays(len(packed), fps),
        loop=0,
        optimize=False,
        disposal=1,
        transparency=_COLOURS,
        comment=about.encode("utf-8"),
    )


def _palette(pixels: Pixels) -> Pixels:
    """Return the colours of a film, (_COLOURS, 3), from a sample of its pixels, (n, 3).

    By area alone it would have shades of the ground in place of what tells one unit from another: balls and curves.
    So some are kept for those colours of the sample that lie farthest from all others, each found in a few pixels.
    """
    from PIL import Image

    red, green, blue = pixels.astype(np.uint32).T
    codes, counts = np.unique(red << 16 | green << 8 | blue, return_counts=True)
    colours = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1).astype(np.int32)
    ground = Image.fromarray(pixels[None]).quantize(_COLOURS - _SMALL, dither=Image.Dither.NONE)
    made = np.array(ground.getpalette(), np.int32).reshape(-1, 3)[: _COLOURS - _SMALL]
    colours = colours[counts >= _FEW]
    far = np.full(len(colours), np.iinfo(np.int64).max)
    for one in made:
        far = np.minimum(far, np.square(colours - one).sum(axis=1))
    for _ in range(_SMALL if len(colours) else 0):
        found = colours[int(far.argmax())]
        made = np.vstack([made, found])
        far = np.minimum(far, np.square(colours - found).sum(axis=1))
    return made.astype(np.uint8)


def _write_mp4(path: Path, frames: Iterable[Pixels], size: tuple[int, int], fps: int, about: str) -> None:
    import av

    known = av.codecs_available
    options: dict[str, Any] = {"movflags": "use_metadata_tags+faststart"}
    try:
        with av.open(str(path), "w", format="mp4", options=options) as container:
            container.metadata["comment"] = about
            stream: Any = container.add_stream("libx264" if "libx264" in known else "mpeg4", rate=fps)
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
            if "libx264" in known:
                stream.options = {"crf": "18", "preset": "veryfast"}
            else:
                stream.bit_rate = 8_000_000
            for frame in frames:
                for packet in stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")):
                    container.mux(packet)
            for packet in stream.encode():
                container.mux(packet)
    except av.FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise UserError(f"the film could not be encoded: {error}") from None
