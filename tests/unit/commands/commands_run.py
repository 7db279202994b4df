"""How the tests run a command of a sub-app."""

from __future__ import annotations

from collections.abc import Callable

from typer.testing import Result

Run = Callable[..., Result]
"""`run(app, *arguments)`; errors of the command are raised."""
