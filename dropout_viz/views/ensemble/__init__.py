"""Every thinned network's answer for one example, and what the several ways of averaging them give."""

KEY = "ensemble"
TITLE = "Ensemble"
ORDER = 100
AREA = "right-bottom"
RATE = 10
HELP = {
    "shows": (
        "Dropout trains 2ⁿ thinned networks that share their weights. Here is what each answers for one example: a "
        "dot a network, the larger the more probable it is, or their density where there are too many. Below: the "
        "network with every unit on, the normalised geometric mean, the arithmetic mean, and the mean of k drawn "
        "ones (MC-dropout)."
    ),
    "read": (
        "Where only the last hidden layer drops units, below a sigmoid or softmax output, the scaled network (if "
        "the run scales at all) is the geometric mean exactly; where layers below it drop units, it is only near."
    ),
    "keys": (
        "Click the lower graph to choose k. Choose the example in the header, by up and down, or in any other view; "
        "Shift and these keys choose the output."
    ),
    "formula": ("geometric mean of a sigmoid: G / (G + G′),\nG = Π a^P(mask),   G′ = Π (1 − a)^P(mask)"),
    "source": (
        "Baldi & Sadowski 2013; Warde-Farley et al. 2014; Monte-Carlo averaging: Srivastava et al., JMLR 2014, "
        "figure 11"
    ),
    "mind": (
        "All networks are counted where at most 20 units can be off, at most 16 of them below the last hidden "
        "layer; of others up to 4,096 are drawn, fewer of large networks, and the sampling error is stated."
    ),
}
