"""Each hidden unit's incoming weights as a picture: what the unit looks for."""

KEY = "features"
TITLE = "Features"
ORDER = 120
AREA = "right-top"
RATE = 10
HELP = {
    "shows": (
        "The weights that lead into each unit of the first hidden layer, as a picture: what the unit looks for. The "
        "units with the longest weight vectors come first. Of a network that begins with convolutions, the pictures "
        "are the kernels of the first one."
    ),
    "read": (
        "Orange where a bright pixel excites the unit, blue where it holds it back. Of an autoencoder of MNIST most "
        "pictures look like noise without dropout, and with it more like strokes and spots. Of small networks that "
        "tell classes apart the two may look much the same."
    ),
    "keys": (
        "Point at a picture to name its unit, in every view; a click chooses the weight of the pixel under the "
        "mouse. Up and down choose the unit, with Shift the pixel."
    ),
    "formula": "pixel i of picture k = w(i, k), the weight from input i to unit k",
    "source": "Srivastava et al., Dropout, JMLR 2014, figure 7",
}
