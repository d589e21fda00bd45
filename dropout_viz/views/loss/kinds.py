"""The kinds of curves that the loss view draws: which series of a history, its name, its line. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, replace

from dropout_viz.draw.numbers import count, number, share
from dropout_viz.draw.ranges import Range
from dropout_viz.engine.schedule import scored, test_spacing


@dataclass(frozen=True)
class Kind:
    """One kind of curve: which series of a history, what it is called, and how it is drawn.

    Attributes:
        key: the history's attribute.
        name, short: as in the legend, and where that is narrow.
        about: what it is, a sentence for its tooltip.
        tests: measured on the test set, else on the training set.
        faint: drawn thin and pale, behind the others.
        dash: lengths on and off, in widths of the line, or None.
        mean: over what the line in its band is a mean, where it is drawn as a band with a line.
    """

    key: str
    name: str
    short: str
    about: str
    tests: bool = False
    faint: bool = False
    dash: tuple[float, ...] | None = None
    mean: str = ""

    def over(self, mean: str) -> Kind:
        """Return the same where it is drawn as a band with a line, which is such a mean; ``""``: it is not."""
        if not mean:
            return self
        about = "The band reaches from the lowest to the highest of the steps on each pixel;"
        return replace(self, mean=mean, about=f"{self.about} {about} the line is the {mean}.")

    def named(self, noises: Set[str]) -> Kind:
        """Return the same for arms whose steps have "masks", "factors" or, without dropout, "none"."""
        if not self.faint or noises == {"masks"}:
            return self
        if "none" in noises:
            about = (
                "The loss on each step's batch, as the optimiser sees it: under masks or factors where an arm has any"
            )
            return replace(self, name="the step's batch", short="batch", about=about)
        what = " and ".join(sorted(noises))
        about = f"The loss under each step's {what}, as the optimiser sees it."
        return replace(self, name="under the noise", short="noise", about=about)

    def of(self, examples: int, maps: bool) -> Kind:
        """Return the same for so many examples of its set: of a large one only a part is measured.

        ``maps``: of a network that begins with convolutions, less is.
        """
        if self.faint:
            return self
        if self.tests:
            every = test_spacing(examples, maps)
            part, which = f"1 in {every}", f"{count(examples)} test examples, one in {every} is measured."
            whole = every == 1
        else:
            first = scored(examples, maps)
            part = f"first {count(first)}"
            which = f"{count(examples)} training examples, the {part} are measured."
            whole = first == examples
        return self if whole else replace(self, name=f"{self.name}, {part}", about=f"{self.about} Of {which}")


@dataclass(frozen=True)
class Quantity:
    """What a chart shows.

    Attributes:
        name: the chart's title.
        kinds: its kinds of lines.
        write: (value, examples it was measured on, whether all digits count) -> text.
        tick: how a tick is written, or None for a plain number.
        whole: the least and the greatest value that there can be, shown while the whole run is; or None.
        brief: its legend leaves the names of two arms to another one.
        condition: under which all of it is measured, said in the legend where there is room.
    """

    name: str
    kinds: tuple[Kind, ...]
    write: Callable[[float, int, bool], str]
    tick: Callable[[float], str] | None = None
    whole: Range | None = None
    brief: bool = False
    condition: str = ""


_DASH = (4.0, 2.5)
LOSS = Quantity(
    "Loss",
    (
        Kind(
            "loss_under_mask",
            "under the mask",
            "mask",
            "The loss under the masks, or factors, of each step, as the optimiser sees it.",
            faint=True,
        ),
        Kind("loss_train", "training", "train", "The loss on the training set with every unit on."),
        Kind("loss_test", "test", "test", "The loss on the test set with every unit on.", tests=True, dash=_DASH),
    ),
    lambda value, examples, exact: number(value, 6 if exact else 4),
)
ACCURACY = Quantity(
    "Accuracy",
    (
        Kind("accuracy_train", "training", "train", "Training examples classed right, with every unit on."),
        Kind(
            "accuracy_test", "test", "test", "Test examples classed right, with every unit on.", tests=True, dash=_DASH
        ),
    ),
    lambda value, examples, exact: share(value, examples),
    tick=lambda value: f"{100 * value:.4g} %",
    whole=(0.0, 1.0),
    brief=True,
    condition="with every unit on",
)
