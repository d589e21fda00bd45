"""The errors that a user is meant to read."""

from __future__ import annotations

from typing import Any


class UserError(Exception):
    """A single line that names what is wrong, where, and what is allowed.

    The command line prints it after ``error:`` and exits with status 2; the window shows it in place.
    """


class NoRoom(UserError):
    """A file that could not be written although its place is fine: the disk is full. Exit status 1."""


class MissingData(UserError):
    """A data set's files are not on this computer. ``shelf`` (see ``data.shelf``) can get them.

    ``why`` and ``detail`` say what is wrong without saying what to do: "is spoilt", and a sentence or ``""``.
    """

    def __init__(self, message: str, shelf: Any, why: str, detail: str = "") -> None:
        super().__init__(message)
        self.shelf, self.why, self.detail = shelf, why, detail


class RunError(Exception):
    """A run that failed although its input was fine. Exit status 1."""
