"""Errors outside Python: finds who wrote the message, and crashes that left none.

A first cut for C, C++, Java and JavaScript: where it failed and the message in plain words. The rules are in
`compilers` and `foreign_runtimes`.
"""

from __future__ import annotations

from taco_lsp.tutor.builtin.compilers import find_compiler_error
from taco_lsp.tutor.builtin.failure import Failure, FoundError
from taco_lsp.tutor.builtin.foreign_runtimes import find_crash_text, find_java_exception, find_node_error
from taco_lsp.tutor.builtin.source import Source, split_lines
from taco_lsp.tutor.builtin.texts import Texts

_SIGNALS = {11: "segmentation_fault", 8: "arithmetic", 6: "abort", 9: "killed"}
"""By number of the signal that ended a program: SIGSEGV, SIGFPE, SIGABRT, SIGKILL."""

_ACCESS_VIOLATION = 0xC0000005
"""What Windows reports in place of SIGSEGV."""


def find_error(stderr: str, *, filename: str, code: str, texts: Texts) -> FoundError | None:
    """Find and explain the first compiler error or the uncaught exception in a text."""
    source = Source(lines=split_lines(code))
    text = stderr.translate({0x2018: "'", 0x2019: "'"})
    for find in (find_compiler_error, find_java_exception, find_node_error, find_crash_text):
        found = find(text, filename, source, texts)
        if found:
            return found
    return None


def crash_cause(exit_code: int | None, texts: Texts) -> FoundError | None:
    """Explain a program that ended by a signal, from its exit code (negative, or 128 and more)."""
    if exit_code is None:
        return None
    signal = -exit_code if exit_code < 0 else exit_code - 128
    if exit_code & 0xFFFFFFFF == _ACCESS_VIOLATION:
        signal = 11
    if signal not in _SIGNALS:
        return None
    entry = f"other_languages.{_SIGNALS[signal]}"
    name = texts.say(f"{entry}.name")
    error_type = Texts().say(f"{entry}.name")
    failure = Failure(error_type=error_type, message="", frames=(), frame=None, source=Source(), texts=texts)
    return FoundError(
        error_type=error_type,
        title=name,
        line=None,
        cause=failure.cause(entry, specific=False),
        meaning=texts.say("other_languages.meaning", name=name),
    )
