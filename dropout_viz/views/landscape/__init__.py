"""The post's drawing, computed: balls in the coloured zones of an error landscape, all weights at once or one large."""

KEY = "landscape"
TITLE = "Landscape"
ORDER = 30
AREA = "right-bottom"
RATE = 30
ONE_ARM = True
HELP = (
    "Every weight is a ball on its own curve: the loss as a function of that weight, with every other weight held "
    "where it is now. At a weight's present value its curve has the present loss, so all balls stand at one height, "
    "sink together as the loss falls, and roll apart. Hovering names a ball; a click chooses it: its zones are "
    "coloured (from anywhere in a zone a ball rolls down to the same lowest point), and the curves of its unit are "
    "strong; of many weights only the strongest others have curves. Balls that would cover one another are stacked; "
    "the ticks below them are where they truly are. Dotted lines show where they have been.\n\n"
    '"One weight" shows one curve large and the others small, each on its own scale. There "this step\'s masks" is '
    'the loss of the thinned networks that the last step drew, and "mean over masks" the loss that the exact rule '
    "makes small on average (the rule as-published is no gradient of it): exact, or over some that are drawn, with a "
    'band of two standard errors. "Drop 100" lets 100 weightless balls roll down the curve, frozen as it is.\n\n'
    "Up and down go through the weights.\n\n"
    "In the post's drawing the curve stands still; here it moves, because every other weight moves too. A barrier "
    "lower than 0.1 % of a curve's height is not counted as a border between zones."
)
