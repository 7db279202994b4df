"""How these tests run commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Taco = Callable[..., Any]
"""`taco(url, *words, stdin="")`: the JSON that a command prints on the store at a URL."""
