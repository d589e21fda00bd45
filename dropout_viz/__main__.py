"""``python -m dropout_viz``."""

import sys

from dropout_viz.cli import main

if __name__ == "__main__":
    sys.exit(main())
