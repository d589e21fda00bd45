"""The post's drawing, computed: balls in the coloured zones of an error landscape, all weights at once or one large."""

KEY = "landscape"
TITLE = "Landscape"
ORDER = 30
AREA = "right-bottom"
RATE = 30
AT_FIRST = (
    "A numbered ball is a weight; its curve is the loss if that weight alone were moved. Balls that would hide one "
    "another are stacked."
)
HELP = {
    "shows": (
        "Every weight is a ball on its own curve: the loss as a function of that weight, with every other weight "
        'held where it is now. "One weight" shows one curve large and the others small, each on its own scale. '
        '"Drop 100" lets 100 balls roll down that curve. Arms that are compared share both axes.'
    ),
    "read": (
        "At a weight's present value its curve has the present loss, so all balls stand at one height, sink together "
        "and roll apart. From anywhere in a zone a ball rolls to the same lowest point. Balls that would cover one "
        "another are stacked: ticks below say where they are, dotted lines where they were. The strongest weights have "
        "curves."
    ),
    "keys": (
        "Hovering names a ball; a click chooses it: its zones are coloured, the curves of its unit are strong. Up "
        "and down go through the weights."
    ),
    "formula": (
        "L_w(t) = loss with weight w set to t, all others held\n"
        '"this step\'s masks": of the thinned networks of the last step\n'
        '"mean over masks": E[L_w(t)], exact, or over drawn masks with two standard errors'
    ),
    "source": (
        "The 2015 post's drawing, computed. The mean over masks of a network with linear outputs: Srivastava et "
        "al., JMLR 2014, section 9.1"
    ),
    "mind": (
        "In the post's drawing the curve stands still; here it moves, because every other weight moves too. The "
        "mean over masks is what the exact rule makes small on average; the rule as-published is no gradient of it. "
        "A barrier lower than 0.1 % of a curve's height is not counted as a border between zones."
    ),
}
