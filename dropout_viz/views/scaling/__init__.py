"""Why the scale is needed: the mean activation that layers pass on, in training and with every unit on."""

KEY = "scaling"
TITLE = "Scaling"
ORDER = 85
AREA = "right-bottom"
RATE = 5
ONE_ARM = True
HELP = (
    "What a layer passes on, as the mean size of its activations: in training, under masks that turn some units off, "
    "and at test, with every unit on. Inverted scaling makes kept units larger in training, classical scaling makes "
    "all units smaller at test; both bring the two together, exactly in the first layer that drops, roughly behind it. "
    "Without a scale the next layer meets 1/(1−p) times what it was trained on. The frame marks this run's scaling, "
    "set in the setup; the others show the same activations scaled otherwise. Strokes are steps shown before.\n\n"
    "Gaussian noise has mean 1, so there is nothing to scale: its boxes show the mean, which it leaves alone, and the "
    "variance, to which it adds p/(1−p) times the mean square, as inverted dropout does. A stroke is what that formula "
    "gives."
)
