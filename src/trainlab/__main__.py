"""The command line as a module: `python -m trainlab`."""

from __future__ import annotations

import sys

from trainlab.cli import main

if __name__ == "__main__":
    sys.exit(main())
