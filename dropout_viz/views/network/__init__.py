"""The network itself: the thinned sub-network that one training example saw in the last step."""

KEY = "network"
TITLE = "Network"
ORDER = 10
AREA = "centre"
RATE = 60
HELP = (
    "The network as one training example met it in the last step. Each circle is a unit, filled by its activation; "
    "each line is a weight: orange positive, blue negative, wider for stronger on its layer's own scale. Units that "
    "the example's mask dropped are grey and crossed out, and their edges fade: what is left is the thinned network "
    "that this example trained. Gaussian noise drops none: it multiplies each by a factor, which a ring shows, grey "
    "below 1 and bright above. Choose the example at the top. Point at anything for its numbers; click an edge to "
    "see its landscape; Ctrl and a click takes a hidden unit away in the Ablation view, a right click makes a twin "
    "of it. With keys: up and down choose the example, with Shift they point at a hidden unit, Enter takes it away, "
    "the menu key makes a twin. Of wide layers every unit is shown as a cell, but only the strongest edges, and "
    "their number is stated. Where a network begins with convolutions, its pixels and feature maps stand at the "
    "left, as the example made them.\n\n"
    "Arms that are compared stand side by side where there is room for it; else one is shown, and chosen at the top. "
    "Beside an output stands what that thinned, or noisy, network said before the step; losses and accuracies are "
    "those of the network with every unit on, after it, which may say something else."
)
