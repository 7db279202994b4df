"""What the edge relies on inside pygls is still there and still the same."""

from __future__ import annotations

import ast
import hashlib
import importlib
import inspect
import re
from operator import attrgetter
from pathlib import Path

import pytest

import taco_lsp.edge
from taco_lsp.edge.private import PRIVATE_NAMES, RELIED_ON

FOLDER = Path(taco_lsp.edge.__file__).parent


def fingerprint(name: str) -> str:
    """Return a digest of a function's source."""
    module, _, path = name.partition(":")
    source = inspect.getsource(attrgetter(path)(importlib.import_module(module)))
    return hashlib.sha256(source.encode()).hexdigest()[:12]


@pytest.mark.parametrize("name", RELIED_ON)
def test_pygls_is_what_the_edge_was_written_against(name: str) -> None:
    assert fingerprint(name) == RELIED_ON[name], f"{name} has changed: read it again, then update private.py"


def test_no_other_private_name_of_pygls_is_used() -> None:
    ours: set[str] = set()
    used: set[str] = set()
    for file in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                ours.add(node.name)
            elif isinstance(node, ast.Attribute):
                (ours if isinstance(node.ctx, ast.Store) else used).add(node.attr)
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pygls"):
                used.update(alias.name for alias in node.names)
    private = {name for name in used if re.match(r"_[a-z]", name)}
    assert private - ours <= {"_exit", *PRIVATE_NAMES}  # os._exit is public
    assert set(PRIVATE_NAMES) <= private | ours
