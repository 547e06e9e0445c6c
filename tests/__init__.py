"""The suite. What one process of a run compiles the others read, also where PYTHONDONTWRITEBYTECODE is set."""

import os
import sys

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
