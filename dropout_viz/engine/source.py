"""What a run is opened from: a preset's key, a config file, or a run file or a picture, whose run has begun already.

Another kind of file is another entry in ``READERS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dropout_viz.engine import own_images, own_table, picture_file, run_file
from dropout_viz.engine.arms import Arms, next_run
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.faults import quoted
from dropout_viz.engine.left import Left
from dropout_viz.engine.own_files import beside
from dropout_viz.engine.picture_file import ShownRun
from dropout_viz.engine.replay import Going, always
from dropout_viz.engine.settings import load_preset, preset_keys, read_toml
from dropout_viz.engine.state import RunState
from dropout_viz.errors import OtherFiles, UserError
from dropout_viz.files import exists, is_folder


@dataclass(frozen=True)
class Source:
    """A run to be opened.

    Attributes:
        config: its settings. read: of a run that has begun, reads where it is; it goes on from there. Takes as long
            as loading its data takes, or, of a picture, as doing its steps again.
        picture: what the picture says that it was opened from, if it was one. shown: how a window showed the run of a
            run file, as it says itself; empty where it does not. where: the beginning of an error's line.
        left: the run that is to come back, if it is one. trained: the seconds of training that would be lost with it.
        occasion: what it is opened for, in a few words, where nobody has asked for the run itself.
    """

    config: RunConfig
    read: Callable[[Going], RunState] | None = None
    picture: ShownRun | None = None
    where: str = ""
    left: Left | None = None
    trained: float = 0.0
    occasion: str = ""
    shown: Mapping[str, Any] = field(default_factory=dict)

    def open(self, before: Arms | None = None, going: Going = always) -> Arms:
        """Return the run, with its arms on show, in place of another, whose data it need not load again.

        ``going``: told how far it is where that takes long.

        Raises:
            UserError: what is not possible, or was given up.
        """
        if self.read is not None:
            state = self._state(self.read, going)
            try:
                return Arms.from_state(replace(state, config=self.config), 0 if before is None else next_run())
            except UserError as error:
                raise UserError(f"{self.where}{error}") from None
            except run_file.SPOILT as error:
                raise UserError(f"{self.where}holds no run that can go on ({error}); {run_file.WANTED}") from None
        return Arms.of(self.config) if before is None else before.under(self.config)

    def known(self) -> Source:
        """Return the same source with where its run is read already. Raises ``UserError`` as ``open`` does."""
        if self.read is None:
            return self
        state = self._state(self.read, always)
        return replace(self, read=lambda going: state)

    def _state(self, read: Callable[[Going], RunState], going: Going) -> RunState:
        state = read(going)
        if state.config != self.config:
            raise UserError("the file has changed since it was opened; must be opened again")
        return state


def _read_run(path: Path, file: str = "") -> Source:
    config, shown = run_file.read_settings(path, file)
    return Source(config, lambda going: run_file.read(path, file), where=f"{path}: ", shown=shown)


def _read_picture(path: Path, file: str = "") -> Source:
    shown = picture_file.read(path, file)

    def state(going: Going) -> RunState:
        try:
            return shown.state(going)
        except OtherFiles as error:
            raise OtherFiles(f"{path}: {error}") from None

    return Source(shown.config, state, shown)


def _read_settings(path: Path) -> Source:
    config = read_toml(path)
    return Source(config.changed(**beside({"file": config.file}, path)) if config.file else config)


def _read_table(path: Path) -> Source:
    return Source(own_table.config_of(path, {}))


READERS: dict[str, Callable[[Path], Source]] = {
    ".toml": _read_settings,
    run_file.ENDING: _read_run,
    **dict.fromkeys(picture_file.ENDINGS, _read_picture),
    **dict.fromkeys(own_table.ENDINGS, _read_table),
}
"""How each kind of file is read, by its ending."""


def open_path(path: Path) -> Source:
    """Return what a file holds. Raises ``UserError`` for what cannot be read, and for a kind that is not known."""
    if _is_pictures(path):
        return Source(own_config(path, {}))
    reader = READERS.get(path.suffix.lower())
    if reader is None or is_folder(path):
        raise UserError(f"{path}: cannot be opened, must be a file that ends in {' or '.join(READERS)}")
    return reader(path)


def open_moved(path: Path, file: str) -> Source:
    """Return what a run file or a picture holds, whose table or pictures are now at ``file``. Raises ``UserError``,
    also when it is opened, where they are others than they were."""
    reader = _read_run if path.suffix.lower() == run_file.ENDING else _read_picture
    source = reader(path, file)
    if not source.config.file:
        raise UserError(f"file: nothing in data = {source.config.data}; must be left out")
    return source


def is_table(name: str | Path) -> bool:
    """Whether a file of this name is opened as a table, of which there is something to be chosen."""
    return Path(name).suffix.lower() in own_table.ENDINGS


def is_own(name: str | Path) -> bool:
    """Whether this is a table, or a folder of pictures: no preset, nor a folder that is called as other files are."""
    return is_table(name) or (bool(str(name).strip()) and str(name) not in preset_keys() and _is_pictures(Path(name)))


def own_config(path: Path, given: Mapping[str, Any]) -> RunConfig:
    """Return the config of a run of one's own data; ``given``: settings that have been chosen. Raises ``UserError``."""
    return (own_images if is_folder(path) and not is_table(path) else own_table).config_of(path, given)


def _is_pictures(path: Path) -> bool:
    return path.suffix.lower() not in READERS and is_folder(path)


def load_source(source: str) -> Source:
    """Return what a preset's key or a file's name stands for. Raises ``UserError``."""
    if not source.strip():
        raise UserError(f"source {quoted(source)}: empty, must be a preset's key or a file")
    if source in preset_keys():
        return Source(load_preset(source))  # also where a file or folder of that name lies about
    path = Path(source)
    if _is_pictures(path):
        return open_path(path)
    if path.suffix.lower() in READERS or "/" in source or "\\" in source or exists(path):
        if path.suffix.lower() not in READERS:
            endings, kind = " or ".join(READERS), " a directory," if is_folder(path) else ""
            raise UserError(
                f"{source}:{kind} cannot be opened, must be a preset's key or a file that ends in {endings}"
            )
        return open_path(path)
    return Source(load_preset(source))
