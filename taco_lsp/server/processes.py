"""Whether a process of this machine still lives."""

from __future__ import annotations

import os
import sys


def is_alive(pid: int) -> bool:
    """Tell whether a process id is in use; in doubt it is, because a living session must not be ended."""
    if pid <= 0:
        return False
    if sys.platform == "win32":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
