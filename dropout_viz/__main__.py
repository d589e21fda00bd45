"""The program: ``dropout-viz``, and ``python -m dropout_viz``."""

import sys


def main() -> int:
    """Run the command line and return its exit status. Ctrl-C is heard while it is still being imported, too."""
    try:
        from dropout_viz import cli
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr, flush=True)
        return 130
    return cli.main()


if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the current folder: nothing that lies there is meant
    sys.exit(main())
