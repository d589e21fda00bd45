"""The network itself: the thinned sub-network that one training example saw in the last step."""

KEY = "network"
TITLE = "Network"
ORDER = 10
AREA = "centre"
RATE = 60
AT_FIRST = "Grey, crossed units are dropped: off in this step, by chance."
HELP = {
    "shows": (
        "The network, as one training example met it. A circle is a unit and holds a number; a line is a weight: how "
        "much of it is passed on. Crossed out: off in this step, by chance. What is on counts 1/(1 − p) times as much, "
        "1.25 at p = 0.2, so that the average stays."
    ),
    "read": (
        "Fill: activation. Weights are orange if positive, blue if negative, wider if stronger on their layer's own "
        "scale. Gaussian noise drops no unit: a ring shows each one's factor, grey below 1, bright above. Of wide "
        "layers every unit is a cell, but only the strongest edges are drawn; their number is stated. Convolutions' "
        "maps stand at the left."
    ),
    "keys": (
        "Point at anything for its numbers; click an edge to see its landscape. Ctrl and a click takes a hidden "
        "unit away in the Ablation view; a right click makes a twin of it. Up and down choose the example, with "
        "Shift they point at a hidden unit, Enter takes it away, the menu key makes a twin."
    ),
    "formula": ("a = m · s · φ(z),   z = Σ w a + b\nm: 0 or 1, the mask; s: the scale of kept units"),
    "source": "Srivastava et al., Dropout, JMLR 2014, section 4; Gaussian noise: section 10",
    "mind": (
        "Beside an output stands what that thinned, or noisy, network said before the step. Losses and accuracies "
        "are those of the network with every unit on, after the step, which may say something else. Arms that are "
        "compared stand side by side where there is room, else one is chosen at the top."
    ),
}
