"""The files that were opened and saved last, remembered from one session to the next."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings

from dropout_viz import places
from dropout_viz.files import is_folder

MOST = 10
_KEY, _FOLDER = "recent", "folder"


class Recent:
    """A short list of paths, the newest first. Whether they are still there is seen when one of them is opened."""

    def __init__(self, settings: QSettings | None) -> None:
        """``settings``: where the list is kept; None: it ends with the window."""
        self._settings = settings
        self._paths = self._remembered()

    @property
    def paths(self) -> list[Path]:
        """The files, the newest first."""
        return list(self._paths)

    def add(self, path: Path) -> None:
        """Put a file first."""
        path = path.absolute()
        self._keep([path, *(other for other in self._known() if other != path)][:MOST])
        if self._settings is not None:
            self._settings.setValue(_FOLDER, str(path.parent))

    def drop(self, path: Path) -> None:
        """Take a file off the list."""
        self._keep([other for other in self._known() if other != path.absolute()])

    def clear(self) -> None:
        """Forget all of them."""
        self._keep([])

    @property
    def folder(self) -> Path:
        """Where the last file was, if that is still there; else the user's home."""
        kept = None if self._settings is None else self._settings.value(_FOLDER)
        folder = Path(kept) if isinstance(kept, str) and kept else places.home()
        return folder if is_folder(folder) else places.home()

    def _keep(self, paths: list[Path]) -> None:
        self._paths = paths
        if self._settings is not None:
            self._settings.setValue(_KEY, [str(path) for path in paths])

    def _known(self) -> list[Path]:
        """Return the files, with those that another window has added."""
        return self._paths if self._settings is None else self._remembered()

    def _remembered(self) -> list[Path]:
        """Return what was kept; whatever is no path in it is passed over."""
        kept = None if self._settings is None else self._settings.value(_KEY)
        words = [kept] if isinstance(kept, str) else kept if isinstance(kept, list) else []  # one alone is kept bare
        return [Path(word) for word in words if isinstance(word, str) and word][:MOST]
