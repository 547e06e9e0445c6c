"""`python tunnel.py 8000`: a public https address for any port of this machine."""

from __future__ import annotations

import sys

from anzol.local.tunnel import main

if __name__ == "__main__":
    sys.exit(main())
