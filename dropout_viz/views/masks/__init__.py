"""The masks themselves: which units each example of the last step was shown to, and how many sub-networks that made."""

KEY = "masks"
TITLE = "Masks"
ORDER = 80
AREA = "right-bottom"
RATE = 20
HELP = {
    "shows": (
        "The masks of the last step: a row for each example, a column for each unit, drawn anew for every example "
        "in every step. Below: the last sub-networks, and how many of the 2ⁿ possible ones the run has used."
    ),
    "read": (
        "Bright bits were on; grey ones with a cross, or a stroke where they are small, were off. The bars count in "
        "how many of all masks each unit was on; the dashed line is what the drop probability leads one to expect. "
        "Gaussian noise drops no unit: the matrix then shows the factors, grey below 1, bright above."
    ),
    "keys": "Click a row to see its sub-network. Up and down choose the example too, with Shift the layer.",
    "formula": (
        "expected on: (1 − p) of all masks\nexpected sub-networks used: Σ 1 − (1 − P(mask))^draws, over all masks"
    ),
    "source": "Srivastava et al., Dropout, JMLR 2014, section 4: a mask of its own for each example",
    "mind": (
        "In slow motion the masks are of the step that is taken apart; counts are of the steps before it, and say so."
    ),
}
