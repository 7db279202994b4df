"""A teacher at the command line, on a store of their own, and students at desks of the same store."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import attrs


@attrs.frozen
class Printed:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The one JSON object on standard output."""
        return json.loads(self.out)


Taco = Callable[..., Printed]
"""`taco("challenge", "list")`."""
