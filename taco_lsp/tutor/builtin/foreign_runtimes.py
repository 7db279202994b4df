"""Uncaught exceptions of Java and of JavaScript under node, and crashes that left a word.

Finds the deepest line in the student's file and says the message in plain words.
"""

from __future__ import annotations

import re
from pathlib import PureWindowsPath

from taco_lsp.tutor.builtin.failure import Failure, FoundError, Frame, Rule, first_cause, rule, say
from taco_lsp.tutor.builtin.source import Source, line_at
from taco_lsp.tutor.builtin.texts import Texts
from taco_lsp.tutor.builtin.wording import quote

_JAVA = re.compile(
    r"^(?:Exception in thread \"[^\"]*\"|Caused by:) (?P<type>[\w.$]+)(?:: (?P<message>.*))?$", re.MULTILINE
)
_JAVA_FRAME = re.compile(r"^\s+at (?P<owner>[\w.$<>/]+)\((?P<file>[\w$]+\.java):(?P<line>\d{1,9})\)", re.MULTILINE)
_NODE = re.compile(r"^(?:Uncaught )?(?P<type>[A-Z]\w*Error)(?: \[\w+\])?: (?P<message>.*)$", re.MULTILINE)
_NODE_FRAME = re.compile(r"^\s+at (?:.*\()?(?:file://)?(?P<file>[^\s()]+?):(?P<line>\d{1,9}):\d+\)?$", re.MULTILINE)
_NODE_HEAD = re.compile(r"^(?:file://)?(?P<file>\S.*?\.[cm]?[jt]sx?):(?P<line>\d{1,9})$", re.MULTILINE)
_CRASH = re.compile(
    r"[Ss]egmentation fault|AddressSanitizer: ([\w-]+)|terminate called after throwing an instance of '([^']+)'|stack "
    r"smashing|double free"
)

_RULES: tuple[Rule, ...] = (
    rule(
        r"IndexOutOfBounds\w*: .*?(-?\d+)(?: out of bounds for length |, Size: |, length:? )(\d+)",
        say("foreign_runtimes.index_and_length", "position", "length"),
    ),
    rule(
        r"IndexOutOfBounds\w*: .*?(-?\d+)",
        say("foreign_runtimes.index", "position"),
    ),
    rule(
        r"NullPointerException: .* because \"(?!<local)([^\"]+)\" is null",
        say("foreign_runtimes.null_named", "name"),
    ),
    rule(
        r"NullPointerException",
        say("foreign_runtimes.null"),
    ),
    rule(
        r"ArithmeticException: / by zero",
        say("foreign_runtimes.zero"),
    ),
    rule(
        r"(?:NumberFormat|InputMismatch)Exception(?:: .*?\"(.*)\")?",
        say("foreign_runtimes.not_a_number", "value"),
    ),
    rule(
        r"ClassCastException",
        say("foreign_runtimes.cast"),
    ),
    rule(
        r"StackOverflowError|Maximum call stack size exceeded",
        say("foreign_runtimes.recursion"),
    ),
    rule(
        r"NoSuchElementException|EOFException",
        say("foreign_runtimes.no_more_input"),
    ),
    rule(
        r"ConcurrentModificationException",
        say("foreign_runtimes.changed_in_loop"),
    ),
    rule(
        r"ReferenceError: (\S+) is not defined",
        say("foreign_runtimes.undefined", "name"),
    ),
    rule(
        r"Cannot access '(\w+)' before initialization",
        say("foreign_runtimes.too_early", "name"),
    ),
    rule(
        r"Cannot (?:read|set) propert(?:y|ies) (?:'[^']*' )?of (undefined|null)(?: \((?:reading|setting) "
        r"'([^']+)'\))?",
        say("foreign_runtimes.no_value", "value", "name"),
    ),
    rule(
        r"TypeError: (\S+) is not a function",
        say("foreign_runtimes.not_a_function", "name"),
    ),
    rule(
        r"TypeError: (\S+) is not iterable",
        say("foreign_runtimes.not_iterable", "name"),
    ),
    rule(
        r"Assignment to constant variable",
        say("foreign_runtimes.constant"),
    ),
    rule(
        r"SyntaxError: (Unexpected .+|missing .+|Invalid .+|.* has already been declared|Illegal .+)",
        say("foreign_runtimes.syntax", "detail"),
    ),
    rule(
        r"Cannot find module '([^']+)'",
        say("foreign_runtimes.no_module", "name"),
    ),
)


def _explain(kind: str, error_type: str, message: str, frame: Frame | None, place: tuple[Source, Texts]) -> FoundError:
    full = f"{error_type}: {message}" if message else error_type
    source, texts = place
    failure = Failure(error_type=error_type, message=full[:500], frames=(), frame=frame, source=source, texts=texts)
    cause = first_cause(_RULES, failure) or failure.cause(
        "foreign_runtimes.unknown", error_type=error_type, message=quote(message, 100), specific=False
    )
    return FoundError(
        error_type=error_type, line=failure.line, cause=cause, meaning=texts.say(f"foreign_runtimes.meanings.{kind}")
    )


def _frame(matches: list[re.Match[str]], filename: str, source: Source) -> Frame | None:
    """Pick the deepest frame in the student's file; both runtimes list the deepest first."""
    wanted = PureWindowsPath(filename).name
    chosen = next((item for item in matches if PureWindowsPath(item["file"]).name == wanted), None)
    chosen = chosen or next((item for item in matches if "node:" not in item["file"]), None)
    if chosen is None:
        return None
    line = int(chosen["line"])
    return Frame(file=chosen["file"], line=line, text=line_at(source, line).strip()[:400])


def find_java_exception(text: str, filename: str, source: Source, texts: Texts) -> FoundError | None:
    """Find the last cause of an uncaught Java exception."""
    matches = list(_JAVA.finditer(text))
    if not matches:
        return None
    match = matches[-1]
    owners = [item for item in _JAVA_FRAME.finditer(text) if not re.match(r"(?:java|jdk|sun)\b", item["owner"])]
    error_type = match["type"].rpartition(".")[2]
    return _explain(
        "java", error_type, (match["message"] or "").strip(), _frame(owners, filename, source), (source, texts)
    )


def find_node_error(text: str, filename: str, source: Source, texts: Texts) -> FoundError | None:
    """Find an uncaught JavaScript error as node prints it."""
    match = _NODE.search(text)
    if match is None:
        return None
    # A syntax error names its line only at the head; its stack lies inside node itself.
    frames = [*_NODE_FRAME.finditer(text)]
    head = _NODE_HEAD.search(text)
    places = [head, *frames] if head and match["type"] == "SyntaxError" else [*frames, *([head] if head else [])]
    return _explain("node", match["type"], match["message"].strip(), _frame(places, filename, source), (source, texts))


def find_crash_text(text: str, filename: str, source: Source, texts: Texts) -> FoundError | None:
    """Find a crash that the shell or the run-time library put into words."""
    match = _CRASH.search(text)
    if match is None:
        return None
    word = next((group for group in match.groups() if group), match[0])
    failure = Failure(error_type="crash", message=word, frames=(), frame=None, source=source, texts=texts)
    cause = failure.cause("foreign_runtimes.crash", word=quote(word), specific=False)
    return FoundError(error_type="crash", line=None, cause=cause, meaning=texts.say("foreign_runtimes.meanings.crash"))
