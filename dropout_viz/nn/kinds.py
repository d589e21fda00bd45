"""Discovery of kinds: an activation, an optimiser or a noise is one file in its folder, and nothing else names it."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def modules(package: ModuleType, constant: str) -> list[ModuleType]:
    """Return the package's modules that define ``constant``, ordered by their ``ORDER``, then by name.

    A module without the constant is a helper and is passed over.
    """
    names = [info.name for info in pkgutil.iter_modules(package.__path__)]
    found = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    return sorted(
        (module for module in found if hasattr(module, constant)),
        key=lambda module: (getattr(module, "ORDER", 1000), module.__name__),
    )
