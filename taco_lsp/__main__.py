"""`python -I -m taco_lsp` and the script `taco-lsp`: the server.

Started with -I (or by the installed script) so that files of the student's folder, such as `random.py`, are never
imported in place of the standard library's.
"""

import sys

from taco_lsp.server.main import main as serve


def main() -> None:
    """Run the server and exit with its code."""
    sys.exit(serve())


if __name__ == "__main__":
    main()
