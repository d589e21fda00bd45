"""``python -m dropout_viz``."""

import sys

if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the current folder: nothing that lies there is meant

    from dropout_viz.cli import main

    sys.exit(main())
