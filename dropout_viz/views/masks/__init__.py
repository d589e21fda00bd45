"""The masks themselves: which units each example of the last step was shown to, and how many sub-networks that made."""

KEY = "masks"
TITLE = "Masks"
ORDER = 80
AREA = "right-bottom"
RATE = 20
ONE_ARM = True
HELP = (
    "The masks of the last step: a row for each example, a column for each unit. Bright bits were on, grey ones with "
    "a cross, or a stroke where they are small, were off, drawn anew for every example in every step. Click a row to "
    "see its sub-network; up and down choose the example too, with Shift the layer. The bars count in how many of "
    "all masks each unit was on; the dashed line is what the drop probability leads one to expect. Below: the last "
    "sub-networks, and how many of the 2ⁿ possible ones the run has used, beside the number that chance would make "
    "of as many draws. In slow motion the masks are of the step that is taken apart; counts are of the steps before "
    "it, and say so.\n\n"
    "Gaussian noise drops no unit: the matrix then shows the factor that multiplied each, grey below 1, bright above."
)
