"""The name of an error, from both ends of what a program wrote as errors. Explaining it is the tutor's business."""

from __future__ import annotations

import re
from functools import lru_cache

TIMED_OUT = "Ran out of time"
WITHOUT_WORDS = "Failed without a message"
OTHER = "Other error"
"""The type of a traceback that tells none: what else stands there are the program's own words."""

LONGEST = 80

_NAMED = re.compile(
    r"(?:^|[\s.'\"])([A-Z]\w*(?:Error|Exception|Interrupt|Exit|Iteration|Warning)|panic)(?:: *([^\n]*))?", re.MULTILINE
)
_TRACEBACK = re.compile(r"^Traceback\b", re.MULTILINE)
_TESTS = re.compile(r"^Tests? failed: (.+?)(?: printed .*)?$", re.MULTILINE)
_COMPILER = re.compile(r"\berror(?:\[\w+\]| \w*\d+)?: *([^\n]+)")


@lru_cache(maxsize=4096)
def error_name(words: str, *, timed_out: bool) -> str:
    """Name an error, such as `IndexError: list index out of range`."""
    if timed_out:
        return TIMED_OUT
    named, tests = _last(_NAMED, words), _TESTS.search(words)
    # The values that a test finds differ from try to try, the test does not.
    if tests and (named is None or named.start() < tests.end() or named[1] == "AssertionError"):
        return _short(f"Tests failed: {tests[1]}")
    if named:
        message = (named[2] or "").strip()
        return _short(f"{named[1]}: {message}" if message else named[1])
    last = next((line.strip() for line in reversed(words.splitlines()) if line.strip()), "")
    if _TRACEBACK.search(words):
        return _short(f"{OTHER}: {last}")
    if compiler := _COMPILER.search(words):
        return _short(f"error: {compiler[1].strip()}")
    return _short(last) if last else WITHOUT_WORDS


def error_type(name: str) -> str:
    """The type of a named error: what stands before its message."""
    return name.partition(":")[0]


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for match in pattern.finditer(text):
        found = match
    return found


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
