"""The curves of a run: its loss as the optimiser sees it and as it really is, and its accuracy."""

KEY = "loss"
TITLE = "Loss"
ORDER = 20
AREA = "right-top"
RATE = 20
HELP = (
    "How wrong the network is, step by step. The pale, noisy line is the loss under the mask (of Gaussian noise: "
    "under its factors), the only one that the optimiser sees. The full line is the loss on the training set with "
    "every unit on, the dashed line with rings the same on the test set. Where there are classes, the accuracy stands "
    "below. Dashed upright lines mark changes of settings.\n"
    "Point at a curve to read a step and its exact values. Turn the wheel or drag to come closer, pull with Shift to "
    "move, double-click to see the whole run. While you look back the axis ends a little beyond the step on show; a "
    "double click shows all that is known. A click in the legend hides a line. Keys: L logarithmic loss, X "
    "logarithmic steps, A accuracy; up and down come closer to the step on show or go away from it, with Shift they "
    "move along the steps; the menu key offers the lines."
)
