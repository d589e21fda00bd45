"""How one setting of a run is declared: everything that the form, the flags and the files know of it."""

from __future__ import annotations

from typing import Any

from pydantic import Field


def setting(
    default: Any,
    title: str,
    group: str,
    help: str,
    *,
    live: bool = False,
    first: bool = False,
    only_with: dict[str, tuple[str, ...]] | None = None,
    names: dict[str, str] | None = None,
    **limits: Any,
) -> Any:
    """Declare one setting. ``live`` ones may be changed while a run is going on.

    ``first`` ones stand at the top of the form, where the others are folded away under the name of their group.

    ``only_with`` names another setting and the values of it without which this one does nothing; ``names`` tells how to
    write values for people where that is not the value itself.
    """
    extra: dict[str, Any] = {
        "group": group,
        "live": live,
        "first": first,
        "only_with": only_with or {},
        "names": names or {},
    }
    return Field(default, title=title, description=help, json_schema_extra=extra, **limits)
