"""Errors in what Qt calls of ours, on Python 3.11: there PySide ends the program where Python itself raised them.

An error that Python raises (``int("x")``, ``math.log10(0)``) is a type and a text until a handler meets it, and an
object only then. PySide takes what it gets of an overridden method for an object. So each such method gets a handler.
"""

from __future__ import annotations

import functools
import inspect
import sys
import types
from collections.abc import Callable
from typing import Any

from shiboken6 import Shiboken

_NEEDED = sys.version_info < (3, 12)  # from there on an error is an object as soon as it is raised


def guard_overrides() -> None:
    """Give a handler to every method of Qt's that a class overrides; to those of classes made from now on."""
    if _NEEDED:
        Shiboken.Object.__init_subclass__ = classmethod(_guard)  # type: ignore[method-assign, assignment, arg-type]


def is_override(cls: type, name: str) -> bool:
    """Return whether a class has a method of its own in the place of one of Qt's."""
    if not isinstance(vars(cls).get(name), types.FunctionType):
        return False
    return any(isinstance(vars(base).get(name), types.MethodDescriptorType) for base in cls.__mro__[1:])


def _guard(cls: type, **options: Any) -> None:
    super(Shiboken.Object, cls).__init_subclass__(**options)  # type: ignore[misc]
    for name, method in list(vars(cls).items()):
        if not name.startswith("__") and is_override(cls, name):
            setattr(cls, name, _with_handler(method))


def _with_handler(method: types.FunctionType) -> Callable[..., Any]:
    code = method.__code__
    most = None if code.co_flags & inspect.CO_VARARGS else code.co_argcount

    @functools.wraps(method)
    def override(*args: Any, **options: Any) -> Any:
        try:
            # A signal's slot gets as many values as it takes, which PySide can no longer see.
            return method(*args[:most], **options)
        except BaseException:
            raise

    return override
