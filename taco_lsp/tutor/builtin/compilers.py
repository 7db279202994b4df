"""Messages of gcc, clang and javac: the first error, where it is, and what it says in plain words.

Knows messages, not languages: nothing here parses C or Java.
"""

from __future__ import annotations

import re
from pathlib import PureWindowsPath

from taco_lsp.tutor.builtin.failure import Cause, Failure, FoundError, Frame, Rule, first_cause, rule, say
from taco_lsp.tutor.builtin.source import Source, line_at
from taco_lsp.tutor.builtin.texts import Texts
from taco_lsp.tutor.builtin.wording import quote

_LOCATED = re.compile(
    r"^(?P<file>(?:[A-Za-z]:)?[^:\n]+):(?P<line>\d+):(?:(?P<column>\d+):)? (?:fatal )?error: (?P<message>.*)$",
    re.MULTILINE,
)
_LINKER = re.compile(
    r"undefined reference to ['`](?P<name>[^'\n]{1,200})'|Undefined symbols[^\n]*\n\s*\"_?(?P<symbol>[^\"\n]{1,200})\""
)
_SYMBOL = re.compile(r"^\s*symbol:\s*(?:variable|method|class)\s+([\w$]+)", re.MULTILINE)
_RULES: tuple[Rule, ...] = (
    rule(
        r"'([^']+)' (?:undeclared|was not declared|does not name a type|is not a member of)|"
        r"use of undeclared identifier '([^']+)'|"
        r"unknown type name '([^']+)'|implicit declaration of function '([^']+)'|undeclared (?:function|library "
        r"function) '([^']+)'",
        say("compilers.undeclared", "name", "name", "name", "name", "name"),
    ),
    rule(r"cannot find symbol: (\S+)", say("compilers.undeclared", "name")),
    rule(r"expected '?[^;]*';'|';' expected|expected ';'", say("compilers.no_semicolon")),
    rule(
        r"incompatible types: (.+)|(?:cannot convert|invalid conversion|incompatible .*? types?|no viable "
        r"conversion)(.*)|(bad operand types .*)|(invalid operands "
        r".*)",
        say("compilers.types_differ", "detail", "detail", "detail", "detail"),
    ),
    rule(
        r"missing return statement|non-void function does not return|control reaches end|no return "
        r"statement",
        say("compilers.no_result"),
    ),
    rule(
        r"'([)\](}>{[])' expected|expected '([)\](}>{[])'|expected '?(\}|declaration or statement)'? at end of input|"
        r"(reached end of file while parsing)",
        say("compilers.bracket"),
    ),
    rule(
        r"(?:missing terminating|unclosed string|unterminated|unclosed character)",
        say("compilers.open_text"),
    ),
    rule(
        r"might not have been initialized|is used uninitialized",
        say("compilers.uninitialized"),
    ),
    rule(
        r"(?:already defined|redefinition of|redeclar|conflicting types for) ?'?(\w*)",
        say("compilers.declared_twice", "name"),
    ),
    rule(
        r"too (few|many) arguments to function(?: call)?(?:.*?'(\w+))?|cannot be applied to given types|no matching "
        r"function for call",
        say("compilers.arguments"),
    ),
    rule(
        r"lvalue required|expression is not assignable|unexpected type|assignment to expression",
        say("compilers.not_assignable"),
    ),
    rule(
        r"'else' without|without a previous 'if'|'else' without 'if'",
        say("compilers.lonely_else"),
    ),
    rule(
        r"([\w./]+): No such file or directory|package ([\w.]+) does not exist|'([\w./]+)' file not found",
        say("compilers.not_found", "name", "name", "name"),
    ),
    rule(
        r"unreachable (?:statement|code)",
        say("compilers.unreachable"),
    ),
    rule(
        r"class (\w+) is public, should be declared in a file named",
        say("compilers.public_class", "name"),
    ),
    rule(
        r"non-static (?:method|variable) (\w+)",
        say("compilers.non_static", "name"),
    ),
    rule(
        r"unreported exception ([\w.]+)",
        say("compilers.unreported", "name"),
    ),
    rule(
        r"(?:expected|illegal start of|not a statement|class, interface, enum)",
        say("compilers.out_of_place"),
    ),
)


def find_compiler_error(text: str, filename: str, source: Source, texts: Texts) -> FoundError | None:
    """Find the first error in the student's file, else the first at all, else a linker error."""
    located = list(_LOCATED.finditer(text))
    if not located:
        return _linker_error(text, texts)
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
        texts=texts,
    )
    return FoundError(
        error_type="compile error",
        line=line,
        cause=first_cause(_RULES, failure) or _in_its_words(failure),
        meaning=texts.say("compilers.meaning"),
    )


def _in_its_words(failure: Failure) -> Cause:
    return failure.cause("compilers.in_its_words", message=quote(failure.message, 100), specific=False)


def _linker_error(text: str, texts: Texts) -> FoundError | None:
    match = _LINKER.search(text)
    if match is None:
        return None
    name = quote(match["name"] or match["symbol"])
    failure = Failure(error_type="link error", message="", frames=(), frame=None, source=Source(), texts=texts)
    cause = failure.cause("compilers.linker_error", name=name)
    return FoundError(error_type="link error", line=None, cause=cause, meaning=texts.say("compilers.meaning"))
