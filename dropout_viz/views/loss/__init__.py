"""The curves of a run: its loss as the optimiser sees it and as it really is, and its accuracy."""

KEY = "loss"
TITLE = "Loss"
ORDER = 20
AREA = "right-top"
RATE = 20
HELP = {
    "shows": (
        "How wrong the network is. Pale: the loss under the mask (of Gaussian noise: under its factors), the only one "
        "that the optimiser sees: single steps, or a band from the lowest to the highest of each pixel's steps with "
        "their running mean. The full line: training set, every unit on; dashed with rings: test set. Below: the "
        "accuracy."
    ),
    "read": (
        "Point at a curve to read a step and its exact values. Dashed upright lines mark changes of settings. While "
        "you look back the axis ends a little beyond the step on show; a double click shows all that is known."
    ),
    "keys": (
        "Wheel or drag: closer. Shift and drag: move. Double click: the whole run. A click in the legend hides a "
        "line. L logarithmic loss, X logarithmic steps, A accuracy. Up and down come closer to the step on show or "
        "go away from it, with Shift they move along the steps; the menu key offers the lines."
    ),
    "formula": (
        "under the mask: mean of ℓ(f(x; m), y) over the step's batch\n"
        "every unit on: mean of ℓ(f(x), y) over the training or the test set"
    ),
    "source": "Srivastava et al., Dropout, JMLR 2014, section 4: masks in training, every unit on at test",
    "asked": (
        "Why is validation better than training? Keras and most training loops report training under masks, as a mean "
        "over an epoch that was still learning, and validation with every unit on. Compare both with every unit on, as "
        "the full and the dashed line do here."
    ),
}
