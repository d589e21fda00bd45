"""The one landscape in which all hidden units of a network with one hidden layer move: every unit is a ball on it."""

KEY = "shared"
TITLE = "Shared landscape"
ORDER = 40
AREA = "right-bottom"
RATE = 20
HELP = (
    "With one hidden layer and one output, all hidden units move in one and the same landscape V (Mei, Montanari & "
    "Nguyen 2018): how far a unit with these incoming weights would raise the loss for each bit of vote. Every ball is "
    "a unit, at its incoming weights; plain gradient descent rolls it downhill, the faster the stronger its vote (its "
    "outgoing weight). The lower it lies, the faster its vote grows, and its vote fills the valley in, for itself and "
    "for all others. When a valley is full, nothing is left to learn there. Balls in one place do the same work: they "
    "are redundant.\n\n"
    "The shaded valleys are those of the landscape before any unit votes; a barrier below 8 % of its height parts no "
    "valleys. Units that vote no roll on the same landscape upside down. Hollow balls are idle: their vote is below a "
    "tenth of the strongest. A map shows two coordinates (a bias counts as one); a third is held at that of the chosen "
    "unit, and balls are the fainter the farther off it they lie. Up and down choose the unit.\n\n"
    '"Mean over masks": the landscape that a unit which is on feels on average in training; an arrow is the mean '
    "step over all masks by the run's own rule (where there are too many masks or examples, over some of them; "
    'momentum, L2 and limits left out). The rule as-published is no gradient: its arrows may point uphill. "Every '
    'unit on": the network as it is tested.'
)
