"""The tests. Without ``make test``, too, the matrix library has one thread: threads that wait for one another on a busy
machine cost ten times what they gain. It reads this when NumPy is first imported."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
