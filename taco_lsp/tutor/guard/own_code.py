"""Tells the student's own code, quoted in whatever form, from code that is new to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from taco_lsp.tutor.guard.listing import is_hole
from taco_lsp.tutor.guard.task import Own, Task, numbered_lines
from taco_lsp.tutor.guard.tokens import contains, tokens

_SAYS_NOTHING_LIST = (
    "else : | else | pass | try : | try | break | continue | return | end | finally : | begin | do | ) | "
    "] | ... | return 0"
)
_SAYS_NOTHING = frozenset(_SAYS_NOTHING_LIST.split(" | "))
_LOOKS_ON = re.compile(
    r"(?:print|println|printf|puts|echo|console \. (?:log|debug|error)|System \. out \. print\w*|fmt \. Print\w*"
    r"|std :: cout|cout|assert\w*|breakpoint|pdb|import|from|using|# include|include|package|log|dbg)\b"
)
_PRINTS = re.compile(
    r"(?:print|println|printf|puts|echo|console \. log|System \. out|fmt \. Print\w*|std :: cout|cout)\b"
)
_HEADER = re.compile(r"(?:(?:async|export|default|public|private|static) )*(?:def|function|func|fn|fun|class|sub)\b")
_C_HEADER = re.compile(r"(?!(?:if|while|for|switch|return|else|catch) )[\w<>\[\] *&:,]+ \w+ \([^()]*\)$")
_STUB = re.compile(
    r"(?:import|from|using|# include|include|package|@|raise NotImplementedError|throw new) ?\b"
    r"|return (?:None|null|'')$|.*=>$"
)
"""Lines of a program that nobody has begun to write."""
_ONE_LINE = re.compile(r"(?:async )?def \w+ \(.*?\) (?:-> [^:]*)?: (.+)$")
_TRIES = 20
"""Places in the student's code that a quoted text is held against, at most."""


def is_quoted(code: str, own: Own) -> bool:
    """Tell whether code is a stretch of the student's own, unmoved; its ends may be cut anywhere."""
    squeezed = "".join(code.split())
    if not squeezed:
        return True
    lines = numbered_lines(code)
    wanted = "\n" + "\n".join(key for _, key in lines)
    at, first = own.listing.find(wanted), 0
    texts = {part for part in tokens(code) if own.braced and part[0] == "'" and part[-1] == "'"}
    if not lines or at < 0 or len(lines) == 1:
        return (squeezed in own.squeezed and texts <= own.texts) or bool(lines and at >= 0)
    indents, counted = [indent for indent, _ in lines], 0
    for _ in range(_TRIES):
        first += own.listing.count("\n", counted, at)
        counted = at
        original = own.lines[first : first + len(lines)]
        if own.braced:
            return (squeezed in own.squeezed and texts <= own.texts) or contains(own.parts, tokens(code)[1:-1])
        if _same_layout(indents, [indent for indent, _ in original]) or _is_flat(lines):
            return True
        at = own.listing.find(wanted, at + 1)
        if at < 0:
            break
    return False


def _same_layout(found: Sequence[int], original: Sequence[int]) -> bool:
    """Tell whether indents go in and out at the same lines."""
    return _steps(found) == _steps(original)


def _is_flat(lines: Sequence[tuple[int, str]]) -> bool:
    """Tell whether a listing has lost its indents, as in a table: a body that is not indented is none."""
    return any(key.endswith(":") and after <= indent for (indent, key), (after, _) in pairwise(lines))


def _steps(indents: Sequence[int]) -> list[int]:
    return [(after > before) - (after < before) for before, after in pairwise(indents)]


def is_print(key: str) -> bool:
    """Tell whether a line prints."""
    return bool(_PRINTS.match(key))


def new_lines(lines: Sequence[tuple[int, str]], task: Task) -> list[str]:
    """Give the lines of code that are neither the student's nor given nor without a say in what a program does."""
    found = (key for _, key in lines if key not in task.own.keys and key not in task.given)
    return [key for key in found if key not in _SAYS_NOTHING and not _LOOKS_ON.match(key) and not is_hole(key)]


def body_of(key: str) -> str:
    """What a line does beside opening a definition: `def f(x): return x` does `return x`."""
    one_line = _ONE_LINE.match(key)
    if one_line:
        return one_line.group(1)
    return "" if is_header(key) else key


def is_begun(task: Task) -> bool:
    """Tell whether the student's program does something yet, so that there is something to mend.

    Of an empty one it is not known whether there is more.
    """
    keys = task.own.keys
    return not keys or any(key not in _SAYS_NOTHING and not _STUB.match(key) and body_of(key) for key in keys)


def is_header(key: str) -> bool:
    """Tell whether a line only opens a definition."""
    if _HEADER.match(key):
        return "=> " not in key and " return " not in key
    return bool(_C_HEADER.match(key))
