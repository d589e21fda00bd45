"""dropout-viz: train a small network with dropout and watch every thinned sub-network it really used."""

import os

# Before NumPy is imported. With products this small a second thread of OpenBLAS costs more than it brings, and the
# window wants that core; and how a sum is cut between threads changes its last bit, so runs would differ by machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
