"""What each colour means: one table. A view draws what it has to say in the colours of that meaning, and in no others.

Two meanings that somebody may take for one another, with whatever eyes, either stand in no view together, or are told
apart by their form as well: ``ALIKE`` says which, and how.
"""

from __future__ import annotations

from dataclasses import dataclass

from dropout_viz.draw.style import Style


@dataclass(frozen=True)
class Meaning:
    """Attributes: colours: of ``Style``, by their names. says: what they mean. form: how what has them is drawn."""

    colours: tuple[str, ...]
    says: str
    form: str

    def hues(self, style: Style) -> list[str]:
        """Return the colours in a theme."""
        found: list[str] = []
        for name in self.colours:
            value = getattr(style, name)
            found += [value] if isinstance(value, str) else value
        return found


MEANINGS = {
    "sign": Meaning(
        ("negative", "positive"),
        "the sign of a number: a weight, a signed activation, a difference; blue below zero, orange above",
        "edges, pixels",
    ),
    "activation": Meaning(("activation_high",), "what units pass on, and the bits of masks that are on", "fills"),
    "off": Meaning(("off_mark",), "dropped, taken away, weakened; a line of code that is there for it", "crossed out"),
    "arms": Meaning(("arms",), "whose: the run, the first of them, or what it is compared with", "lines, squares"),
    "chosen": Meaning(("accent",), "what is chosen, has the focus, or acts", "filled fields, frames, buttons"),
    "zones": Meaning(("basins",), "zones of a landscape from which balls roll to one place", "areas under a curve"),
    "balls": Meaning(("balls",), "which unit a ball belongs to", "numbered balls, and curves"),
    "classes": Meaning(("classes",), "an example's class, and what a network says of it", "discs on pale grounds"),
    "heights": Meaning(("heights",), "how high a loss is, or would be: dark is low", "maps with contours"),
    "warning": Meaning(("warning",), "take care", "sentences and their sign"),
    "error": Meaning(("error",), "wrong, or not a number", "sentences and dotted lines"),
}

APART = 10.0
"""The distance in CIELAB from which two colours are different ones, for the eye that sees least between them."""

ALIKE: dict[frozenset[str], str] = {
    frozenset(pair): how
    for pair, how in (
        (("sign", "chosen"), "an edge's or a pixel's own hue; chips and frames are filled, and hold words"),
        (("sign", "arms"), "labs: a map of differences or lines of arms, never both in one figure"),
        (("activation", "arms"), "filled units, bars and dots; arms are lines, and squares beside a name"),
        (("activation", "off"), "what is off is crossed out, or hollow"),
        (("activation", "heights"), "never in one view"),
        (("off", "arms"), "what is off is crossed out"),
        (("arms", "chosen"), "never in one picture: the run's own hue is that of its controls around it"),
        (("arms", "heights"), "a path with a rim over a map"),
        (("arms", "warning"), "a warning is a sentence"),
        (("arms", "error"), "a mistake is a sentence, or a dotted line"),
        (("arms", "classes"), "discs and pale grounds; arms are squares beside a name"),
        (("arms", "balls"), "the first two runs have hues that no ball has; the others are squares beside a name"),
        (("sign", "balls"), "never in one view"),
        (("sign", "error"), "a weight that is not a number is dotted"),
        (("activation", "balls"), "never in one view"),
        (("off", "balls"), "never in one view"),
        (("balls", "classes"), "never in one view"),
        (("balls", "heights"), "never in one view"),
        (("balls", "warning"), "a warning is a sentence"),
        (("balls", "error"), "a mistake is a sentence"),
        (("zones", "heights"), "a curve has zones, a map has heights: never in one picture"),
        (("classes", "heights"), "never in one view"),
        (("classes", "activation"), "discs and pale grounds of a plane; activations fill units and their cells"),
        (("classes", "off"), "what is off is crossed out"),
        (("classes", "zones"), "never in one view"),
        (("classes", "warning"), "a warning is a sentence"),
        (("heights", "error"), "never in one view"),
        (("warning", "error"), "both are sentences that say what is wrong"),
    )
}
"""Meanings with colours that are nearer than ``APART``, and what tells them apart beside their hue."""
NEVER = "never in one view"
