"""Which class is taken for which: a confusion matrix of the test or the training set, for each arm."""

KEY = "confusion"
TITLE = "Confusion"
ORDER = 150
AREA = "right-bottom"
RATE = 5
HELP = {
    "shows": (
        "A confusion matrix: how many examples of each class (a row) the network, with every unit on, takes for "
        "which class (a column), at the step that is named. On the diagonal are those that it gets right. The shade "
        "is the share of the row. With a comparison the matrices stand side by side."
    ),
    "read": (
        "Recall is the share of a class that is found; precision the share of what is said to be a class that is. A "
        "dark cell off the diagonal is a pair that is mixed up; a row that is pale everywhere is a class that is "
        "scattered."
    ),
    "keys": (
        "Point at a cell to read it; click it to choose a training example of that kind, and again for the next one. "
        "Up and down go through the classes, with Shift through the answers; Enter does what a click does."
    ),
    "formula": "recall = right / examples of the class\nprecision = right / times the class is said",
    "source": "Counts of the examples themselves; a single output is said to be class 1 above one half",
    "mind": (
        "Outputs that are no numbers are no answer, and count as wrong. Of more than 10,000 examples the first "
        "10,000 are counted."
    ),
}
