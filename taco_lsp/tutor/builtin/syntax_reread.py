"""Reads broken code again with the Python that runs the tutor, whose messages say more than those of old ones.

Looks at the text only; nothing is run.
"""

from __future__ import annotations

import re
import warnings

import attrs

from taco_lsp.tutor.builtin.failure import Failure, Frame
from taco_lsp.tutor.builtin.source import MAX_TREE, split_lines

_OPENS_BLOCK = re.compile(
    r"^(?:async |el)?(?:if|for|while|def|class|with|try|except|finally|else|match|case)\b.*:\s*(?:#.*)?$"
)
_NEEDS_CONTEXT = re.compile(
    r"outside|not properly in loop|expected an indented block|never closed|unterminated triple|expected 'except'|"
    r"unexpected EOF|unindent|unexpected indent"
)
"""Messages that one line alone gets although it may be sound where it stands."""


def reread(failure: Failure) -> Failure | None:
    """Give the same failure with a better message; None if this Python has nothing to add."""
    lines = failure.source.lines
    if lines and sum(map(len, lines)) <= MAX_TREE:
        error = _error_in("\n".join(lines) + "\n")
        if error is not None and error.lineno and error.msg:
            return _retold(failure, error, lines[error.lineno - 1] if error.lineno <= len(lines) else "", error.lineno)
        return None
    error = _error_in(_alone(failure.text))
    if error is None or not error.msg or _NEEDS_CONTEXT.search(error.msg):
        return None
    return _retold(failure, error, failure.text, failure.line)


def stands_alone(line: str) -> bool:
    """Tell whether a line is sound by itself, so that its trouble must come from above."""
    return bool(line.strip()) and not line.rstrip().endswith("\\") and _error_in(_alone(line)) is None


def _alone(line: str) -> str:
    text = line.strip()
    if re.match(r"^(?:elif|else|except|finally|case)\b", text):
        return text
    return f"{text} pass" if _OPENS_BLOCK.match(text) else text


def _error_in(code: str) -> SyntaxError | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(code, "<text>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return None
    return None


def _retold(failure: Failure, error: SyntaxError, text: str, line: int | None) -> Failure:
    indent = len(text) - len(text.lstrip())
    start = max(0, (error.offset or 1) - 1 - indent)
    end = max(start + 1, (error.end_offset or 0) - 1 - indent)
    frame = Frame(
        file=failure.frame.file if failure.frame else "",
        line=line or failure.line or 1,
        function=failure.frame.function if failure.frame else "",
        text=split_lines(text.strip())[0][:400] if text.strip() else "",
        caret=(start, end),
    )
    return attrs.evolve(failure, message=error.msg, frame=frame)
