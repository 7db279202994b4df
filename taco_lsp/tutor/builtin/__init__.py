"""The built-in tutor: explains errors and gives hints without a key, a network or a model.

Pure functions over the arguments they are given. Student code is read, never run; nothing is stored.
"""

from __future__ import annotations

from taco_lsp.tutor.builtin.answer import answer
from taco_lsp.tutor.builtin.explain import explain_error, explain_run
from taco_lsp.tutor.builtin.records import NAME, VERSION, Explanation, Hint, LastRun, Question

__all__ = [
    "NAME",
    "VERSION",
    "Explanation",
    "Hint",
    "LastRun",
    "Question",
    "answer",
    "explain_error",
    "explain_run",
]
