"""Uncaught exceptions of Java and of JavaScript under node, and crashes that left a word.

Finds the deepest line in the student's file and says the message in plain words.
"""

from __future__ import annotations

import re
from pathlib import PureWindowsPath

from taco_lsp.tutor.builtin.failure import Cause, Failure, FoundError, Frame, Rule, first_cause, rule, say
from taco_lsp.tutor.builtin.source import Source, line_at
from taco_lsp.tutor.builtin.wording import on_line, quote

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

_MEANINGS = {
    "java": "An uncaught exception means that a line could not do its work and nothing in the program dealt with that.",
    "node": "An uncaught error means that JavaScript could not carry out a line and nothing in the program dealt with "
    "that.",
    "crash": "The program crashed: the system stopped it while it was running, without a line number.",
}

_RULES: tuple[Rule, ...] = (
    rule(
        r"ArrayIndexOutOfBounds\w*: (?:Index )?(-?\d+)(?: out of bounds for length (\d+))?|IndexOutOfBounds\w*: "
        r"Index:? (-?\d+)(?: out of bounds for length |, Size: )(\d+)|StringIndexOutOfBounds\w*: .*?(-?\d+)",
        say(
            "Position {0}{2}{4} is asked for{on}, outside of what is there (length {1}{3}).",
            "Positions are counted from 0, so the last one is one less than the length.",
            "How is the position in {text} worked out, and how large does it get in the last round?",
        ),
    ),
    rule(
        r"NullPointerException: .* because \"(?!<local)([^\"]+)\" is null",
        say(
            "`{0}`{on} is `null`, so there is no object to work with.",
            "A variable that was never given an object holds `null`, and nothing can be asked of it.",
            "Which line should give `{0}` its object before {text} runs?",
        ),
    ),
    rule(
        r"NullPointerException",
        say(
            "Something used{on} is `null`, so there is no object to work with.",
            "A variable that was never given an object holds `null`, and nothing can be asked of it.",
            "Which variable in {text} may be `null`, and where should it get its object?",
        ),
    ),
    rule(
        r"ArithmeticException: / by zero",
        say(
            "A whole number is divided by zero{on}.",
            "Dividing by zero, also with `%`, has no result.",
            "When does the value below the line in {text} become 0?",
        ),
    ),
    rule(
        r"(?:NumberFormat|InputMismatch)Exception(?:: .*?\"(.*)\")?",
        say(
            "A text that is not written as a number should become one{on}: `{0}`.",
            "The whole text has to be a number of the wanted kind; spaces, letters or a decimal point can spoil it.",
            "Where does the text in {text} come from, and what can it hold?",
        ),
    ),
    rule(
        r"ClassCastException",
        say(
            "A value is treated as a type{on} that it does not have.",
            "A cast changes how a value is looked at, not what it is.",
            "Which kind of object really arrives at {text}?",
        ),
    ),
    rule(
        r"StackOverflowError|Maximum call stack size exceeded",
        say(
            "A function calls itself{on} again and again, and no call ever comes back.",
            "A function that calls itself needs a case in which it stops, and each call must get closer to it.",
            "For which value should the calls in {text} stop?",
        ),
    ),
    rule(
        r"NoSuchElementException|EOFException",
        say(
            "Another value is asked for{on}, but none is left.",
            "The input or the collection was read to its end already.",
            "How many values are there, and how often does {text} run?",
        ),
    ),
    rule(
        r"ConcurrentModificationException",
        say(
            "A collection changes{on} while a loop goes through it.",
            "The loop keeps its place in the collection, and that place is lost when items come or go.",
            "Which line inside the loop adds or removes something?",
        ),
    ),
    rule(
        r"ReferenceError: (\S+) is not defined",
        say(
            "`{0}`{on} is used, but nothing with that name was declared.",
            "JavaScript looks for exactly that name, capitals included, in the block and the blocks around it.",
            "Where should `{0}` be declared, and is it spelled the same there?",
        ),
    ),
    rule(
        r"Cannot access '(\w+)' before initialization",
        say(
            "`{0}`{on} is used before the line that declares it.",
            "A `let` or `const` name exists only after its own line was run.",
            "In which order do {text} and the declaration of `{0}` run?",
        ),
    ),
    rule(
        r"Cannot (?:read|set) propert(?:y|ies) (?:'[^']*' )?of (undefined|null)(?: \((?:reading|setting) "
        r"'([^']+)'\))?",
        say(
            "The value before `.{1}`{on} is `{0}`, and `{0}` has nothing inside it.",
            "A name without a value, a missing item, or a function without `return` gives `{0}`.",
            "Which part of {text} has no value, and which line should give it one?",
        ),
    ),
    rule(
        r"TypeError: (\S+) is not a function",
        say(
            "`{0}`{on} is called with round brackets, but it is not a function.",
            "The name may be misspelled, hold another value, or belong to another kind of object.",
            "What does `{0}` hold when {text} runs? `console.log(typeof …)` shows it.",
        ),
    ),
    rule(
        r"TypeError: (\S+) is not iterable",
        say(
            "`{0}`{on} should be gone through item by item, but it is a single value.",
            "Loops with `of` and spreading need an array, a text, or another collection.",
            "What does `{0}` hold when {text} runs?",
        ),
    ),
    rule(
        r"Assignment to constant variable",
        say(
            "A name declared with `const` is given a new value{on}.",
            "`const` promises that the name keeps its first value.",
            "Is the value in {text} meant to change, and how was its name declared?",
        ),
    ),
    rule(
        r"SyntaxError: (Unexpected .+|missing .+|Invalid .+|.* has already been declared|Illegal .+)",
        say(
            "JavaScript cannot read the code{on}: {0}.",
            "A sign or word is missing, is too many, or stands where it does not belong, often just before the "
            "marked place.",
            "Pair up brackets and quote marks in {text} and in the line above.",
        ),
    ),
    rule(
        r"Cannot find module '([^']+)'",
        say(
            "The module `{0}`{on} was not found.",
            "A name that begins with `./` is a file beside this one; any other name is a package that must be "
            "installed.",
            "Which of the two is `{0}`, and is it there?",
        ),
    ),
)


def _explain(kind: str, error_type: str, message: str, frame: Frame | None, source: Source) -> FoundError:
    full = f"{error_type}: {message}" if message else error_type
    failure = Failure(error_type=error_type, message=full[:500], frames=(), frame=frame, source=source)
    cause = first_cause(_RULES, failure) or Cause(
        summary=f"The program stopped with `{error_type}`{on_line(failure.line)}: {quote(message, 100)}.",
        why=f"It happened at {quote(failure.text)}." if failure.text else "The message does not say more than that.",
        look="Which values does that line use, and what does each hold? Print them just before it.",
        specific=False,
    )
    return FoundError(error_type=error_type, line=failure.line, cause=cause, meaning=_MEANINGS[kind])


def _frame(matches: list[re.Match[str]], filename: str, source: Source) -> Frame | None:
    """Pick the deepest frame in the student's file; both runtimes list the deepest first."""
    wanted = PureWindowsPath(filename).name
    chosen = next((item for item in matches if PureWindowsPath(item["file"]).name == wanted), None)
    chosen = chosen or next((item for item in matches if "node:" not in item["file"]), None)
    if chosen is None:
        return None
    line = int(chosen["line"])
    return Frame(file=chosen["file"], line=line, text=line_at(source, line).strip()[:400])


def find_java_exception(text: str, filename: str, source: Source) -> FoundError | None:
    """Find the last cause of an uncaught Java exception."""
    matches = list(_JAVA.finditer(text))
    if not matches:
        return None
    match = matches[-1]
    owners = [item for item in _JAVA_FRAME.finditer(text) if not re.match(r"(?:java|jdk|sun)\b", item["owner"])]
    error_type = match["type"].rpartition(".")[2]
    return _explain("java", error_type, (match["message"] or "").strip(), _frame(owners, filename, source), source)


def find_node_error(text: str, filename: str, source: Source) -> FoundError | None:
    """Find an uncaught JavaScript error as node prints it."""
    match = _NODE.search(text)
    if match is None:
        return None
    # A syntax error names its line only at the head; its stack lies inside node itself.
    frames = [*_NODE_FRAME.finditer(text)]
    head = _NODE_HEAD.search(text)
    places = [head, *frames] if head and match["type"] == "SyntaxError" else [*frames, *([head] if head else [])]
    return _explain("node", match["type"], match["message"].strip(), _frame(places, filename, source), source)


def find_crash_text(text: str, filename: str, source: Source) -> FoundError | None:
    """Find a crash that the shell or the run-time library put into words."""
    match = _CRASH.search(text)
    if match is None:
        return None
    word = next((group for group in match.groups() if group), match[0])
    cause = Cause(
        summary=f"The program crashed ({quote(word)}): it used memory that it must not touch, or nobody caught an "
        "error.",
        why="An array index out of range, a pointer that points nowhere, or calls without end usually cause this.",
        look="Which arrays and pointers are used just before the crash? Print the indexes to see the last one that "
        "worked.",
        specific=False,
    )
    return FoundError(error_type="crash", line=None, cause=cause, meaning=_MEANINGS["crash"])
