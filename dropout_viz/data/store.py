"""Where the files of a data set that does not ship are: a folder of the user's, or the cache that a download fills."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dropout_viz import places
from dropout_viz.data.fetch import Download, FetchProgress, RemoteFile
from dropout_viz.errors import MisplacedData, MissingData, UserError
from dropout_viz.files import at_home, closed_folder, is_file, read_bytes, write_text

VARIABLE = "DROPOUT_VIZ_DATA"
"""The environment variable that names a folder with a data set's files."""
_APP = "dropout-viz"
_LONGEST = 1 << 16  # bytes of what was chosen
_WITHIN = ("", "mnist", "raw", "MNIST/raw")  # where other programs put such files below the folder that people name

Paths = Mapping[str, Path]


@dataclass(frozen=True)
class DataStore:
    """A data set's files, and where they may be.

    Attributes:
        key: the data set's. title: its name in a sentence.
        sizes: bytes of each file as it is downloaded, by the file's plain name.
        accept: makes sure that a path holds the published file of that name; raises ``UserError``.
        check: makes sure that a user's own files will do, whatever they hold; raises ``UserError``.
        mirrors: addresses of folders that hold the files, gzip-compressed.
    """

    key: str
    title: str
    sizes: Mapping[str, int]
    accept: Callable[[str, Path], object]
    check: Callable[[Paths], object]
    mirrors: Sequence[str]

    @property
    def bytes(self) -> int:
        """About how much a download is."""
        return sum(self.sizes.values())

    @property
    def cache(self) -> Path:
        """The folder that a download fills. Raises ``UserError`` where there is none."""
        folder = places.cache()
        if folder is None:
            raise UserError(
                f"data = {self.key}: HOME names no folder to keep it in; must be in the folder that {VARIABLE} names, "
                f"as {', '.join(self.sizes)}"
            )
        return folder / self.key

    def find(self) -> tuple[Paths, bool]:
        """Return every file's path by its plain name, and whether they are the user's own, to be taken as they are.

        Looked for in the folder that ``DROPOUT_VIZ_DATA`` names, else in the one that the user chose, else in the
        cache. A folder that somebody has named is never passed over: other files would be taken for those in it.

        Raises:
            MisplacedData: the folder has none of the files. MissingData: there is no folder, and the cache is empty.
            UserError: the folder has only some of them, or there is no place for a download.
        """
        named = os.environ.get(VARIABLE, "")
        folder = at_home(named) if named else self._chosen()
        if folder is None:
            cached = {name: self.cache / f"{name}.gz" for name in self.sizes}
            if all(is_file(path) for path in cached.values()):
                return cached, False
            raise self.missing("is not on this computer")
        if found := self._files_in(folder):
            return found, True
        told, why = (f"{VARIABLE} = {named}", f"{VARIABLE} says") if named else (f"{folder}, chosen before", "it was")
        detail = f"{told}: {closed_folder(folder) or 'holds none of its files'}"
        message = f"data = {self.key}: {detail}; must be a folder that holds {', '.join(self.sizes)}, plain or .gz"
        raise MisplacedData(f"{message}, or not be set" if named else message, self, f"is not where {why}", detail)

    def set_aside(self) -> None:
        """Look no longer, in this process, where ``DROPOUT_VIZ_DATA`` says, nor in a folder that was chosen before.

        Raises:
            UserError: that can be written down nowhere.
        """
        os.environ.pop(VARIABLE, None)
        if self.key in (remembered := _remembered()):
            _remember({key: folder for key, folder in remembered.items() if key != self.key})

    def missing(self, why: str, detail: str = "") -> MissingData:
        """Return the error that says what to do."""
        told = f"{why} ({detail})" if detail else why
        message = (
            f"data = {self.key}: {told}; must be downloaded ({_APP} train {self.key}) or be in the folder that "
            f"{VARIABLE} names, as {', '.join(self.sizes)}"
        )
        return MissingData(message, self, why, detail)

    def choose(self, folder: Path) -> None:
        """Take the files from a folder from now on, here and on the command line (where the variable names no other).

        Raises:
            UserError: it has not all of the files, one of them is spoilt, or the choice cannot be written down.
        """
        found = self._files_in(folder)
        if not found:
            raise UserError(f"{folder}: holds none of the files; must hold {', '.join(self.sizes)}, plain or .gz")
        self.check(found)
        self.set_aside()
        _remember({**_remembered(), self.key: str(folder.resolve())})

    def download(self, report: Callable[[FetchProgress], object]) -> Download:
        """Return a download into the cache, not begun yet."""
        files = [
            RemoteFile(f"{name}.gz", size, lambda path, name=name: self.accept(name, path))  # type: ignore[misc]
            for name, size in self.sizes.items()
        ]
        return Download(self.title, files, self.mirrors, self.cache, report)

    def _chosen(self) -> Path | None:
        folder = _remembered().get(self.key)
        return Path(folder) if folder else None

    def _files_in(self, folder: Path) -> Paths:
        """Return all files of a folder, or none; raises ``UserError`` where there are some."""
        for within in _WITHIN:
            place = folder / within
            found = {name: path for name in self.sizes if (path := _in_any_style(place, name))}
            if lacking := [name for name in self.sizes if name not in found]:
                if found:
                    raise UserError(f"{place}: holds no {lacking[0]}; must hold {', '.join(self.sizes)}, plain or .gz")
            else:
                return found
        return {}


def _in_any_style(folder: Path, name: str) -> Path | None:
    """Return a file by the name it has on the mirrors or the one that some unpackers give it, plain or compressed."""
    for style in (name, name.replace("-idx", ".idx")):
        for ending in ("", ".gz"):
            path = folder / (style + ending)
            if is_file(path):
                return path
    return None


def _notes() -> Path | None:
    folder = places.config()
    return None if folder is None else folder / "folders.json"


def _remembered() -> dict[str, str]:
    """Return the chosen folders by data set; none where they cannot be read."""
    path = _notes()
    try:
        kept = {} if path is None else json.loads(read_bytes(path, _LONGEST))
    except (OSError, ValueError, RecursionError, UserError):
        return {}
    return {k: v for k, v in kept.items() if isinstance(v, str)} if isinstance(kept, dict) else {}


def _remember(folders: dict[str, str]) -> None:
    path = _notes()
    if path is None:
        raise UserError(f"HOME: names no folder to write the choice down in; must name one, or {VARIABLE} the files'")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps(folders, indent=1))
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}; must be a file that can be written") from None
