"""The environment of a student's program: the user's own, less what is not the program's business.

Left out are secrets (a program that prints its environment must not print the school's key) and what was set
for the server itself. This prevents accidents; it is no sandbox: a program runs with the student's rights.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

_SECRET_NAME = re.compile(
    r"^TACO_|SECRET|TOKEN|PASSW|PASSPHRASE|CREDENTIAL|(API|ACCESS|PRIVATE)_?KEY"
    r"|_(KEY|PASS|PWD|AUTH|DSN|PAT)$"
    r"|^(\w*DATABASE|DB|PG|POSTGRES\w*|MYSQL|MARIADB|MONGO\w*|REDIS|AMQP)_?(URL|URI|DSN)$",
    re.IGNORECASE,
)
_SECRET_VALUE = re.compile(r"://[^\s@/]*:[^\s@]*@|\bpassword=", re.IGNORECASE)
_NOT_OURS_TO_PASS = frozenset(
    {
        # they would lift the memory limit, load a debugger, or colour text that is not for a terminal
        "NODE_OPTIONS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH",
        "ELECTRON_RUN_AS_NODE", "FORCE_COLOR", "CLICOLOR_FORCE",
    }
)  # fmt: skip


def child_environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """Derive a program's environment from the server's.

    Every PYTHON… variable goes: those that reach the server were set for it or for a terminal session. A
    virtual environment stays when it is the student's and goes when it is the server's own.
    """
    env = {name: value for name, value in inherited.items() if not _withheld(name, value)}
    own = _own_environment()
    if own and _same(env.get("VIRTUAL_ENV", ""), own):
        del env["VIRTUAL_ENV"]
    env["PATH"] = os.pathsep.join(_search_folders(env.get("PATH", ""), own))
    env.update(PYTHONUTF8="1", PYTHONUNBUFFERED="1", PYTHONDONTWRITEBYTECODE="1", NO_COLOR="1")
    return _with_utf8_locale(env)


def _withheld(name: str, value: str) -> bool:
    if name in _NOT_OURS_TO_PASS or name.startswith("PYTHON"):
        return True
    return bool(_SECRET_NAME.search(name) or _SECRET_VALUE.search(value))


def _own_environment() -> Path | None:
    """Return the virtual environment the server runs in, if any."""
    return Path(sys.prefix) if sys.prefix != sys.base_prefix else None


def _search_folders(path: str, own: Path | None) -> list[str]:
    """Leave out relative folders (they would mean the student's folder) and the server's own environment."""
    folders = [folder for folder in path.split(os.pathsep) if folder and Path(folder).is_absolute()]
    return [folder for folder in folders if not (own and _same(str(Path(folder).parent), own))]


def _same(path: str, other: Path) -> bool:
    return bool(path) and os.path.realpath(path) == os.path.realpath(other)


def _with_utf8_locale(env: dict[str, str]) -> dict[str, str]:
    """Make sure that programs speak UTF-8; the language of their messages stays the user's."""
    effective = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
    if os.name != "posix" or "utf" in effective.lower():
        return env
    rest = {name: value for name, value in env.items() if name != "LC_ALL"}
    return rest | {"LC_CTYPE": "UTF-8" if sys.platform == "darwin" else "C.UTF-8"}
