"""Errors outside Python: finds who wrote the message, and crashes that left none.

A first cut for C, C++, Java and JavaScript: where it failed and the message in plain words. The rules are in
`compilers` and `foreign_runtimes`.
"""

from __future__ import annotations

from taco_lsp.tutor.builtin.compilers import find_compiler_error
from taco_lsp.tutor.builtin.failure import Cause, FoundError
from taco_lsp.tutor.builtin.foreign_runtimes import find_crash_text, find_java_exception, find_node_error
from taco_lsp.tutor.builtin.source import Source, split_lines

_SIGNALS = {
    11: (
        "segmentation fault",
        Cause(
            summary="The program touched memory that does not belong to it, and the system stopped it.",
            why="An array index out of range, a pointer that points nowhere, or calls without end do that.",
            look="Which arrays and pointers does the program use, and can an index be wrong the first or the last "
            "time?",
            specific=False,
        ),
    ),
    8: (
        "arithmetic crash",
        Cause(
            summary="The program made a calculation without a result, most likely a whole number divided by zero.",
            why="For whole numbers, `/` and `%` by zero stop the program at once.",
            look="Which divisions does the program hold, and can what stands below become 0?",
            specific=False,
        ),
    ),
    6: (
        "abort",
        Cause(
            summary="The program stopped itself because it noticed that something was badly wrong.",
            why="A failed `assert`, an error that nobody caught, or memory that was freed twice does that.",
            look="What did the program print last, and what does it do right after that?",
            specific=False,
        ),
    ),
    9: (
        "killed",
        Cause(
            summary="The program was stopped from outside, often because it used too much memory or time.",
            why="A collection that keeps growing in a loop uses more memory with each round.",
            look="Which collection grows, and what stops it from growing?",
            specific=False,
        ),
    ),
}
"""By number of the signal that ended a program: SIGSEGV, SIGFPE, SIGABRT, SIGKILL."""

_ACCESS_VIOLATION = 0xC0000005
"""What Windows reports in place of SIGSEGV."""


def find_error(stderr: str, *, language_id: str, filename: str, code: str) -> FoundError | None:
    """Find and explain the first compiler error or the uncaught exception in a text."""
    source = Source(lines=split_lines(code))
    text = stderr.translate({0x2018: "'", 0x2019: "'"})
    for find in (find_compiler_error, find_java_exception, find_node_error, find_crash_text):
        found = find(text, filename, source)
        if found:
            return found
    return None


def crash_cause(exit_code: int | None) -> FoundError | None:
    """Explain a program that ended by a signal, from its exit code (negative, or 128 and more)."""
    if exit_code is None:
        return None
    signal = -exit_code if exit_code < 0 else exit_code - 128
    if exit_code & 0xFFFFFFFF == _ACCESS_VIOLATION:
        signal = 11
    if signal not in _SIGNALS:
        return None
    name, cause = _SIGNALS[signal]
    meaning = f"The run ended with a crash ({name}). The system gives no line number for it."
    return FoundError(error_type=name, line=None, cause=cause, meaning=meaning)
