"""The one landscape in which all hidden units of a network with one hidden layer move: every unit is a ball on it."""

KEY = "shared"
TITLE = "Shared landscape"
ORDER = 40
AREA = "right-bottom"
RATE = 20
AT_FIRST = "A ball is a hidden unit, in the one landscape that all of them share."
HELP = {
    "shows": (
        "With one hidden layer and one output, all hidden units move in one and the same landscape V: how far a "
        "unit with these incoming weights would raise the loss for each bit of vote (its outgoing weight). Every "
        "ball is a unit, at its incoming weights. The shaded valleys are those of the landscape before any unit "
        "votes."
    ),
    "read": (
        "Plain gradient descent rolls a ball downhill, the faster the stronger its vote. The lower it lies, the "
        "faster its vote grows, until votes have filled the valley in. Balls in one place do the same work. Those "
        "that vote no roll on it upside down. Hollow balls are idle: votes below a tenth of the strongest."
    ),
    "keys": (
        'Up and down choose the unit. "Every unit on": the network as it is tested. "Mean over masks": what a unit '
        "that is on feels on average. An arrow is the next step, as many times as long as is said below, or too short "
        "to see: the mean over masks by the run's rule, without momentum, L2 and limits."
    ),
    "formula": (
        "V(w) = mean over the examples of δ(x) · φ(w·x),   δ = ∂L/∂z of the output\n"
        "step of w = −η a ∂V/∂w,   step of the vote a = −η V(w)"
    ),
    "source": "Mei, Montanari & Nguyen 2018, equations 5 to 7",
    "mind": (
        "A map shows two coordinates (a bias counts as one); a third is held at that of the chosen unit, and balls "
        "are the fainter the farther off it they lie. A barrier below 8 % of the landscape's height parts no "
        "valleys. The rule as-published is no gradient: its arrows may point uphill."
    ),
}
