"""Why the scale is needed: the mean activation that layers pass on, in training and with every unit on."""

KEY = "scaling"
TITLE = "Scaling"
ORDER = 85
AREA = "right-bottom"
RATE = 5
HELP = {
    "shows": (
        "What a layer passes on, as the mean size of its activations: in training, under masks that turn some units "
        "off, and at test, with every unit on. The frame marks this run's scaling, set in the setup; the others "
        "show the same weights with every layer scaled otherwise. Strokes are steps shown before."
    ),
    "read": (
        "Inverted scaling makes kept units larger in training, classical all units smaller at test; "
        "both bring the two together exactly in the first layer that drops; without a scale the next one meets 1/(1−p) "
        "times what it was trained on. Behind it they may part: noise from below changes the mean "
        "size. ± is the standard error of many masks."
    ),
    "keys": "There is nothing to choose but the arm, in the header. The scaling is a setting: S opens the setup.",
    "formula": (
        "inverted: h m/(1−p) in training, h at test\n"
        "classical: h m in training, (1−p) h at test\n"
        "Gaussian: factors of mean 1, variance p/(1−p)"
    ),
    "asked": (
        "Do I have to scale the weights at test? Not with PyTorch, Keras or anything else that divides by 1 − p in "
        "training: then nothing is done at test. Only the classical form, which scales nothing in training, multiplies "
        "by 1 − p at test."
    ),
    "source": "Srivastava et al., Dropout, JMLR 2014, section 4 (classical) and section 10 (inverted, Gaussian)",
    "mind": (
        "Gaussian noise has nothing to scale: its boxes show the mean, which it leaves alone, and the variance, to "
        "which it adds p/(1−p) times the mean square, as inverted dropout does. A stroke is what that formula "
        "gives."
    ),
}
