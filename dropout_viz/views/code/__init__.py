"""One step in slow motion: the few lines of NumPy that it is, and each line's formula with this step's own numbers."""

KEY = "code"
TITLE = "Code"
ORDER = 90
AREA = "right-top"
RATE = 10
ONE_ARM = True
DISSECTS = True
HELP = (
    "One training step as the few lines of NumPy that it is; the lines marked at their left are there because of "
    "dropout. Take the next step apart and walk through it, forwards and back: the line being computed is lit, and so "
    "is what it touches in the network. Below it stands its formula with the numbers of the chosen example, unit and "
    "weight, exactly those that training computes. Point at any word or number for its values. At the end the run "
    "really does the step. Up and down scroll the code, with Shift they choose the example."
)
