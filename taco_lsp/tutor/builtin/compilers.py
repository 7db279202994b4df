"""Messages of gcc, clang and javac: the first error, where it is, and what it says in plain words.

Knows messages, not languages: nothing here parses C or Java.
"""

from __future__ import annotations

import re
from pathlib import PureWindowsPath

from taco_lsp.tutor.builtin.failure import Cause, Failure, FoundError, Frame, Rule, first_cause, rule, say
from taco_lsp.tutor.builtin.source import Source, line_at
from taco_lsp.tutor.builtin.wording import on_line, quote

_LOCATED = re.compile(
    r"^(?P<file>(?:[A-Za-z]:)?[^:\n]+):(?P<line>\d+):(?:(?P<column>\d+):)? (?:fatal )?error: (?P<message>.*)$",
    re.MULTILINE,
)
_LINKER = re.compile(
    r"undefined reference to ['`](?P<name>[^'\n]{1,200})'|Undefined symbols[^\n]*\n\s*\"_?(?P<symbol>[^\"\n]{1,200})\""
)
_SYMBOL = re.compile(r"^\s*symbol:\s*(?:variable|method|class)\s+([\w$]+)", re.MULTILINE)
_MEANING = (
    "A compile error means that the compiler could not turn the program into something that runs, so nothing was "
    "run yet. The first error is the one to read: later ones often follow from it."
)

_UNDECLARED = say(
    "`{0}`{on} is used, but the compiler does not know that name.",
    "Every variable, function or type must be declared, or brought in, above the first use, with exactly the same "
    "letters.",
    "Where is `{0}` declared, is it spelled the same, and does that place lie in the same block?",
)
_SEMICOLON = say(
    "The statement at or just before the place{on} has no `;` at its end.",
    "A semicolon ends each statement. The compiler only notices when the next thing comes, so the mark may be "
    "missing on the line above.",
    "Look at the end of {text} and of the line above it.",
)
_TYPES = say(
    "Two kinds of value do not fit together{on}: {0}.",
    "Each variable, parameter and result has a fixed type, and only fitting values may go there.",
    "Which type does each part of {text} have, and which one is expected?",
)
_RETURN = say(
    "The function that ends{on} does not give back a value on every path.",
    "Its header promises a result, so every way through it has to end with a `return` of a value.",
    "Which way through the function reaches its end without one?",
)

_RULES: tuple[Rule, ...] = (
    rule(
        r"'([^']+)' (?:undeclared|was not declared|does not name a type|is not a member of)|"
        r"use of undeclared identifier '([^']+)'|"
        r"unknown type name '([^']+)'|implicit declaration of function '([^']+)'|undeclared (?:function|library "
        r"function) '([^']+)'",
        lambda failure, match: _UNDECLARED(failure, _first_group(match)),
    ),
    rule(r"cannot find symbol: (\S+)", _UNDECLARED),
    rule(r"expected '?[^;]*';'|';' expected|expected ';'", _SEMICOLON),
    rule(
        r"incompatible types: (.+)|(?:cannot convert|invalid conversion|incompatible .*? types?|no viable "
        r"conversion)(.*)|(bad operand types .*)|(invalid operands "
        r".*)",
        lambda failure, match: _TYPES(failure, _first_group(match)),
    ),
    rule(
        r"missing return statement|non-void function does not return|control reaches end|no return "
        r"statement",
        _RETURN,
    ),
    rule(
        r"'([)\](}>{[])' expected|expected '([)\](}>{[])'|expected '?(\}|declaration or statement)'? at end of input|"
        r"(reached end of file while parsing)",
        say(
            "A bracket{on} has no partner.",
            "The compiler waits for a bracket to be closed (or opened) and meets something else, or the end of the "
            "file.",
            "Pair up the brackets from the inside out, starting at {text} and going up.",
        ),
    ),
    rule(
        r"(?:missing terminating|unclosed string|unterminated|unclosed character)",
        say(
            "A text{on} is opened with a quote mark and not closed on the same line.",
            "Everything after an opening quote mark belongs to the text until the same mark comes again.",
            "Count the quote marks in {text}.",
        ),
    ),
    rule(
        r"might not have been initialized|is used uninitialized",
        say(
            "A variable is read{on} before it is sure to have a value.",
            "On at least one way through the code nothing was stored in it.",
            "Which way leads to {text} without giving the variable a value?",
        ),
    ),
    rule(
        r"(?:already defined|redefinition of|redeclar|conflicting types for) ?'?(\w*)",
        say(
            "The name `{0}`{on} is declared a second time in the same block.",
            "One name can stand for only one thing within a block.",
            "Where was it declared first, and should this line declare something new or use the old one?",
        ),
    ),
    rule(
        r"too (few|many) arguments to function(?: call)?(?:.*?'(\w+))?|cannot be applied to given types|no matching "
        r"function for call",
        say(
            "A function is called{on} with values that do not match its parameters.",
            "Number, order and types of the values have to fit the function's header.",
            "Compare {text} with the header of the function, value by value.",
        ),
    ),
    rule(
        r"lvalue required|expression is not assignable|unexpected type|assignment to expression",
        say(
            "The left side of an `=`{on} is something that cannot hold a value.",
            "One `=` stores the right side in the left side, so the left side must be a variable. Comparing uses "
            "another sign.",
            "Do you want to store or to compare in {text}?",
        ),
    ),
    rule(
        r"'else' without|without a previous 'if'|'else' without 'if'",
        say(
            "An `else`{on} has no `if` directly before it.",
            "A semicolon after the condition, or a missing brace, ends the `if` before the `else` comes.",
            "Where does the `if` that belongs to {text} begin and end?",
        ),
    ),
    rule(
        r"([\w./]+): No such file or directory|package ([\w.]+) does not exist|'([\w./]+)' file not found",
        say(
            "Something to be brought in{on} was not found: `{0}{1}{2}`.",
            "An include or import must name a file or package that exists, letter by letter.",
            "How is it spelled, and is it installed where the compiler looks?",
        ),
    ),
    rule(
        r"unreachable (?:statement|code)",
        say(
            "The code{on} can never be reached.",
            "A `return`, `break` or endless loop before it always leaves first.",
            "Which line above {text} leaves the block in every case?",
        ),
    ),
    rule(
        r"class (\w+) is public, should be declared in a file named",
        say(
            "The public class `{0}`{on} sits in a file of another name.",
            "In Java, a public class and its file carry the same name, capitals included.",
            "What is the file called, and what is the class called?",
        ),
    ),
    rule(
        r"non-static (?:method|variable) (\w+)",
        say(
            "`{0}`{on} belongs to an object, but is used without one.",
            "`main` is static: it runs before any object exists.",
            "Should `{0}` belong to the class as a whole, or to an object that you make first?",
        ),
    ),
    rule(
        r"unreported exception ([\w.]+)",
        say(
            "The error `{0}` that may come up{on} is neither caught nor announced.",
            "Java wants each such error to be handled where it can happen, or named in the method's header.",
            "What should happen in {text} when it goes wrong?",
        ),
    ),
    rule(
        r"(?:expected|illegal start of|not a statement|class, interface, enum)",
        say(
            "The compiler met something{on} that cannot stand there.",
            "A sign or word before it is missing or too many: often a bracket, a semicolon, or a type.",
            "Read {text} and the line above it sign by sign.",
        ),
    ),
)


def _first_group(match: re.Match[str]) -> re.Match[str]:
    """Make the one group that took part in a match its first group."""
    value = next((group for group in match.groups() if group), "")
    first = re.match(r"(.*)", value.strip(), re.DOTALL)
    assert first is not None
    return first


def find_compiler_error(text: str, filename: str, source: Source) -> FoundError | None:
    """Find the first error in the student's file, else the first at all, else a linker error."""
    located = list(_LOCATED.finditer(text))
    if not located:
        return _linker_error(text)
    wanted = PureWindowsPath(filename).name
    match = next((item for item in located if PureWindowsPath(item["file"]).name == wanted), located[0])
    message, line = match["message"].strip(), int(match["line"][:9])
    symbol = _SYMBOL.search(text, match.end())
    if message == "cannot find symbol" and symbol:
        message += f": {symbol[1]}"
    # javac puts the source line below the message, gcc puts it after a line number and a bar.
    below = re.sub(r"^\s*\d+ \|", "", text[match.end() + 1 :].partition("\n")[0])
    failure = Failure(
        error_type="compile error",
        message=message,
        frames=(),
        frame=Frame(file=match["file"], line=line, text=(line_at(source, line) or below).strip()[:400]),
        source=source,
    )
    return FoundError(
        error_type="compile error",
        line=line,
        cause=first_cause(_RULES, failure) or _in_its_words(failure),
        meaning=_MEANING,
    )


def _in_its_words(failure: Failure) -> Cause:
    return Cause(
        summary=f"The compiler stopped{on_line(failure.line)}: {quote(failure.message, 100)}.",
        why=f"It could not make sense of {quote(failure.text)}.",
        look="Look up the words of the message that you do not know, and compare the line with a similar one that "
        "works.",
        specific=False,
    )


def _linker_error(text: str) -> FoundError | None:
    match = _LINKER.search(text)
    if match is None:
        return None
    name = quote(match["name"] or match["symbol"])
    cause = Cause(
        summary=f"{name} is called, but no file of the program holds its code.",
        why="Each file was compiled, yet when they were put together this function was declared somewhere and "
        "written nowhere.",
        look=f"Where is the body of {name}, is it spelled the same, and is its file part of the build?",
    )
    return FoundError(error_type="link error", line=None, cause=cause, meaning=_MEANING)
