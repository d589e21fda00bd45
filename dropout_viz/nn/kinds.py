"""Discovery of kinds: an activation, an optimiser or a noise is one file in its folder, and nothing else names it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

from dropout_viz import plugins
from dropout_viz.errors import UserError


def modules(package: ModuleType, constant: str) -> list[ModuleType]:
    """Return the package's modules that define ``constant``, ordered by their ``ORDER``, then by name.

    A module without the constant is a helper and is passed over. Installed packages add modules of their own; one that
    cannot be used is named and left out.
    """
    names = [info.name for info in pkgutil.iter_modules(package.__path__)]
    found = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    ours = [module for module in found if hasattr(module, constant)]
    added = _added(package.__name__.rpartition(".")[2], constant, [getattr(module, constant) for module in ours])
    return sorted([*ours, *added], key=lambda module: (getattr(module, "ORDER", 1000), module.__name__))


def _added(folder: str, constant: str, known: list[object]) -> Iterator[ModuleType]:
    """Yield the modules that plug-ins add to a folder, beside what is ``known`` there."""
    taken = {getattr(kind, "name", "") for kind in known}
    for plugin in plugins.installed(folder):
        try:
            module = plugin.imported(plugin.module)
            kind = getattr(module, constant, None)
            if not isinstance(kind, type(known[0])):
                raise TypeError(f"{plugin.module} has no {constant}, {type(known[0]).__name__}")
            name = kind.name  # type: ignore[attr-defined]
            if name in taken:
                raise ValueError(f"the name '{name}' is taken; must be another")
        except UserError as error:
            plugins.leave_out(plugin, error)
        except Exception as error:
            plugins.leave_out(plugin, plugins.said(error))
        else:
            taken.add(name)
            yield module
