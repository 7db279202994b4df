"""Functions named as `module:function`, imported when they are first called.

An editor waits for `initialize`; what is not needed for that reply is not imported before it. The spelling is that
of entry points (Python Packaging User Guide, "Entry points specification"). A test resolves every name in use.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from functools import cache
from typing import Any


@cache
def late(name: str) -> Callable[..., Any]:
    """The function that a name stands for, imported now.

    Raises:
        ImportError, AttributeError: there is no such module or function.
    """
    function: Callable[..., Any] = pkgutil.resolve_name(name)
    return function
