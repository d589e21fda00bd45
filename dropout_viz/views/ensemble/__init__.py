"""Every thinned network's answer for one example, and what the several ways of averaging them give."""

KEY = "ensemble"
TITLE = "Ensemble"
ORDER = 100
AREA = "right-bottom"
RATE = 10
HELP = (
    "Dropout trains 2^n thinned networks that share their weights. Here is what each of them answers for one example: "
    "a dot a network, the larger the more probable it is, or their density where there are too many to draw.\n\n"
    "Below, what their averages say: the network that is used after training, with every unit on (weight-scaled, if "
    "the run scales at all); the normalised geometric mean; the arithmetic mean; the mean of k networks drawn at "
    "random (MC-dropout). Where only the last hidden layer drops units, below a sigmoid or softmax output, the scaled "
    "network is the geometric mean exactly (Baldi & Sadowski 2013); where layers below it drop units, it is only "
    "near.\n\n"
    "All networks are counted where at most 20 units can be off, at most 16 of them below the last hidden layer; of "
    "others up to 4,096 are drawn, fewer of large networks, and the sampling error is stated. "
    "Click the lower graph to choose k; choose the example in the header, by up and down, or in any other view; "
    "Shift and these keys choose the output."
)
