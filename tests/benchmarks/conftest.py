"""Rivals that lie in a folder of their own are found after everything of the environment's."""

import os
import sys

if _folder := os.environ.get("DROPOUT_VIZ_RIVALS"):
    sys.path.append(_folder)
