"""What the figures were measured on, in one line: without it no figure means anything."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("taco-lsp", "pygls", "lsprotocol", "httpx", "sqlalchemy", "jedi-language-server")


def machine() -> str:
    """Describe the date, the machine, its load and the versions at work."""
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    where = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {load()}"
    versions = ", ".join(f"{package} {_version(package)}" for package in PACKAGES)
    return f"{when}; {where}; {platform.python_implementation()} {platform.python_version()}; {versions}"


def load() -> str:
    """Return the average number of processes that wanted to run in the last minute, where the system counts them."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
