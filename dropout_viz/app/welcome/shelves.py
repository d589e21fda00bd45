"""What stands on the welcome: shelves of places that lead somewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Something that can be opened.

    Attributes:
        text: what it is called. act: opens it. note: what there is to say of it, or ``""``.
        preset: its key, of a card that has a picture. stays: whether the welcome stays open when it has been opened.
        gone: whether it is not there any more. badge: what it is numbered with, of a way from place to place. primary:
            whether it is the one to go to next.
    """

    text: str
    act: Callable[[], object]
    note: str = ""
    preset: str = ""
    stays: bool = False
    gone: bool = False
    badge: str = ""
    primary: bool = False


@dataclass(frozen=True)
class Shelf:
    """Places of one kind below a heading.

    Attributes:
        note: stands beside the heading. empty: stands where there are no places. aside: whether its place is in the
            narrow column, where there is one.
    """

    title: str
    places: Sequence[Place]
    note: str = ""
    empty: str = ""
    aside: bool = False
