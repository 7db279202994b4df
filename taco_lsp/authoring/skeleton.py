"""Writes a challenge folder to start from: a small task that passes `taco challenge check` as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from taco_lsp.authoring.writing import write_new

_TOML = """\
title = {title}
main = "double.py"             # the file that opens first, a path below starter/
difficulty = 1                 # 1 to 10
# prerequisites = ["loops"]    # concepts to know before
# concepts = ["functions"]     # concepts practised

# How the tests are run. Without a command, Python files in tests/ are run by unittest.
# [tests]
# command = ["{{python}}", "-m", "pytest", "-q"]

[[tests.cases]]                # a program that reads and prints needs no test file
stdin = "4\\n"
stdout = "8\\n"

# [policy]                     # what the tutor may do here: docs/policy.md
# hint_ceiling = 4
"""
_FILES: Mapping[str, str] = {
    "statement.md": """\
Write a function `double(number)` that returns twice the number.

The program reads a whole number and prints its double.
""",
    "starter/double.py": '''\
def double(number):
    """Return twice the number."""


print(double(int(input())))
''',
    "solutions/1/double.py": '''\
def double(number):
    """Return twice the number."""
    return 2 * number


print(double(int(input())))
''',
    "tests/test_double.py": """\
import subprocess
import sys
import unittest


class Double(unittest.TestCase):
    def run_with(self, number):
        program = [sys.executable, "double.py"]
        return subprocess.run(program, input=f"{number}\\n", capture_output=True, text=True).stdout.strip()

    def test_a_negative_number(self):
        self.assertEqual(self.run_with(-3), "-6")
""",
    "hints/1.md": "What does your function give back when it has no `return`?\n",
    "hints/2.md": "A function hands its result to whoever called it with `return`.\n",
    "hints/3.md": "Look at the lines below the docstring: what does the function do with `number`?\n",
    "hints/4.md": """\
A function that works out something else:

```python
def half(length):
    return length / 2
```
""",
    "hints/5.md": "1. Work out the result from the parameter. 2. Return it.\n",
    "materials/functions.md": """\
# Functions

A function computes a result from its parameters. `return` ends it and gives the result to the caller; a function
that ends without `return` gives `None`.
""",
}


def write_skeleton(folder: Path) -> tuple[str, ...]:
    """Write the files and give their names.

    Raises:
        InvalidParams: the folder is there and not empty.
        CannotWrite: it cannot be written.
    """
    title = folder.resolve().name.replace("-", " ").replace("_", " ").strip().capitalize() or "A challenge"
    files = {"challenge.toml": _TOML.format(title=json.dumps(title, ensure_ascii=False)), **_FILES}
    write_new(folder, files)
    return tuple(files)
