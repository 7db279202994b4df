"""The table: which rules explain which Python error, and what is said when none fits.

To explain a new error, add a rule to its family; to cover a new class, add a row here.
"""

from __future__ import annotations

from taco_lsp.tutor.builtin import (
    attribute_errors,
    generic_messages,
    import_file_errors,
    indentation_errors,
    library_errors,
    lookup_errors,
    name_errors,
    runtime_limits,
    syntax_blocks,
    syntax_clues,
    syntax_places,
    syntax_reread,
    syntax_statements,
    syntax_tokens,
    type_errors,
    value_errors,
)
from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, first_cause
from taco_lsp.tutor.builtin.wording import quote

_SYNTAX = (
    *indentation_errors.RULES,
    *syntax_tokens.RULES,
    *syntax_blocks.RULES,
    *syntax_statements.RULES,
    *syntax_clues.RULES,
)

SYNTAX_CLASSES = frozenset({"SyntaxError", "IndentationError", "TabError"})

RULES: dict[str, tuple[Rule, ...]] = {
    "SyntaxError": _SYNTAX,
    "IndentationError": _SYNTAX,
    "TabError": _SYNTAX,
    "NameError": name_errors.NAME_RULES,
    "UnboundLocalError": name_errors.NAME_RULES,
    "TypeError": type_errors.RULES,
    "AttributeError": attribute_errors.RULES,
    "FrozenInstanceError": attribute_errors.RULES,
    "IndexError": lookup_errors.INDEX_RULES,
    "KeyError": lookup_errors.KEY_RULES,
    "ValueError": value_errors.VALUE_RULES,
    "JSONDecodeError": value_errors.JSON_RULES,
    "UnicodeDecodeError": import_file_errors.UNICODE_RULES,
    "LookupError": import_file_errors.LOOKUP_RULES,
    "UnicodeEncodeError": import_file_errors.UNICODE_RULES,
    "ZeroDivisionError": value_errors.ZERO_RULES,
    "OverflowError": value_errors.OVERFLOW_RULES,
    "ModuleNotFoundError": import_file_errors.IMPORT_RULES,
    "ImportError": import_file_errors.IMPORT_RULES,
    "RecursionError": runtime_limits.RECURSION_RULES,
    "KeyboardInterrupt": runtime_limits.INTERRUPT_RULES,
    "EOFError": runtime_limits.EOF_RULES,
    "AssertionError": runtime_limits.ASSERTION_RULES,
    "RuntimeError": runtime_limits.RUNTIME_RULES,
    "StopIteration": runtime_limits.STOP_RULES,
    "StopAsyncIteration": runtime_limits.STOP_RULES,
    "Empty": runtime_limits.QUEUE_RULES,
    "Full": runtime_limits.QUEUE_RULES,
    "InvalidOperation": value_errors.DECIMAL_RULES,
}

_FILE_ERRORS = frozenset(
    {
        "OSError",
        "FileNotFoundError",
        "FileExistsError",
        "PermissionError",
        "IsADirectoryError",
        "NotADirectoryError",
        "gaierror",
        "URLError",
        "ConnectionError",
        "ConnectionRefusedError",
        "ConnectionResetError",
        "TimeoutError",
        "UnsupportedOperation",
    }
)


def cause_of(failure: Failure) -> Cause:
    """Find the cause of a Python error; the last resort is honest about knowing only its class."""
    rules = import_file_errors.FILE_RULES if failure.error_type in _FILE_ERRORS else RULES.get(failure.error_type, ())
    if rules is _SYNTAX:
        return _syntax_cause(failure)
    raised = runtime_limits.raised_on_purpose(failure)
    if raised:
        return raised
    libraries = (*library_errors.RULES, *generic_messages.RULES)
    return first_cause(rules, failure) or first_cause(libraries, failure) or _only_the_class(failure)


def _syntax_cause(failure: Failure) -> Cause:
    """Find the cause of a syntax error; when the message says too little, with the words of this Python."""
    cause = first_cause(_SYNTAX, failure)
    if cause and cause.specific:
        return cause
    better = syntax_reread.reread(failure)
    retold = first_cause(_SYNTAX, better) if better else None
    if retold and retold.specific:
        return retold
    return first_cause(syntax_places.RULES, failure) or cause or _only_the_class(failure)


def _only_the_class(failure: Failure) -> Cause:
    told = failure.words("registry.told", message=quote(failure.message, 100)) if failure.message else ""
    why = failure.words("registry.happened_at" if failure.text else "registry.no_more_said")
    return failure.cause("registry.only_the_class", error_type=failure.error_type, told=told, why=why, specific=False)
