"""The one error type that a user is meant to read."""


class UserError(Exception):
    """A single line that names what is wrong, where, and what is allowed.

    The command line prints it after ``error:`` and exits with status 2; the window shows it in place.
    """


class RunError(Exception):
    """A run that failed although its input was fine (diverged, disk full). Exit status 1."""
