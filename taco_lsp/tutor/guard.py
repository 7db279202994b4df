"""The guard on the stream: holds back code that would hand over the solution. Deterministic and pure.

Prose is released as it arrives; a fenced block is held until it closes, then judged whole. A block is held back
when it is a renaming or reformatting of a reference solution (or of most of one), or when it implements a
function the task asks for and is not the student's own code. It judges code blocks; sentences pass.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs

from taco_lsp.tutor.tokens import contains, is_name, resembles, tokens

_FENCE = re.compile(r"\s*(```+|~~~+)")
_MAY_BE_FENCE = re.compile(r"\s*(`{0,2}|~{0,2}|(`{3,}|~{3,}).*)")
_DEFINES = re.compile(
    r"\b(?:def|function|class)\s+([A-Za-z_]\w*)|\b[A-Za-z_][\w<>\[\]*]*\s+([A-Za-z_]\w*)\s*\([^;{]*\)\s*\{"
)
MIN_TOKENS = 12
"""Shorter code says too little to be a solution."""


@attrs.frozen(kw_only=True)
class Verdict:
    """Whether something was held back, and the rule that fired: "reference" or "implements"."""

    blocked: bool = False
    rule: str | None = None


class Guard:
    """Filters one reply. Feed it deltas, show what it returns, stop when `verdict.blocked`.

    `starter` are the files the student began with.
    """

    def __init__(self, *, references: Sequence[str], student_code: str, starter: Sequence[str] = ()) -> None:
        self.verdict = Verdict()
        given = {line.strip() for text in starter for line in text.splitlines()}
        texts = [*references, *(_essential(text, given) for text in references)]
        self._references = tuple(parts for text in texts if len(parts := tokens(text)) >= MIN_TOKENS)
        self._asked = {name for text in references for name in _defined(text)}
        self._student = tokens(student_code)
        self._held = ""
        self._fence: str | None = None
        self._at_line_start = True

    def feed(self, delta: str) -> str:
        """Take the next piece of the reply; return what may be shown now."""
        if self._is_blocked():
            return ""
        self._held += delta
        shown = []
        while self._held and (piece := self._from_block() if self._fence else self._from_prose()) is not None:
            shown.append(piece)
        return "".join(shown)

    def close(self) -> str:
        """The reply is over; return what was held and may be shown."""
        if self._fence is not None and not self._is_blocked():
            end = self._end_of_block()
            self._judge(self._held[: end.start()] if end else self._held)
        rest, self._held = self._held, ""
        return "" if self._is_blocked() else rest

    def _is_blocked(self) -> bool:
        return self.verdict.blocked

    def _from_prose(self) -> str | None:
        """Release up to the end of a line; None when more must arrive first."""
        line, newline, _ = self._held.partition("\n")
        if self._at_line_start:
            if not newline and _MAY_BE_FENCE.fullmatch(line):
                return None
            if opening := _FENCE.match(line):
                self._fence = opening.group(1)
                return "" if newline else None
        self._at_line_start = bool(newline)
        return self._release(len(line) + len(newline))

    def _from_block(self) -> str | None:
        """Release a closed block that is harmless; None while it is open, or when it is held back."""
        end = self._end_of_block()
        if end is None or not end.group("newline"):  # the line may go on, and then it closes nothing
            return None
        self._judge(self._held[: end.start()])
        if self._is_blocked():
            return None
        self._fence = None
        self._at_line_start = True
        return self._release(end.end())

    def _end_of_block(self) -> re.Match[str] | None:
        """The line that closes the block, as far as it has arrived."""
        return re.search(rf"\n[ \t]*{re.escape(self._fence or '')}[`~]*[ \t\r]*(?P<newline>\n|\Z)", self._held)

    def _release(self, size: int) -> str:
        piece, self._held = self._held[:size], self._held[size:]
        return piece

    def _judge(self, block: str) -> None:
        code = block.partition("\n")[2]
        self.verdict = judge(code, references=self._references, asked=self._asked, student=self._student)


def judge(code: str, *, references: Sequence[Sequence[str]], asked: set[str], student: Sequence[str]) -> Verdict:
    """Judge one block of code against tokenised references, the asked-for names and the student's own tokens."""
    found = tokens(code)
    if len(found) < MIN_TOKENS or contains(student, found):
        return Verdict()
    if any(resembles(found, reference) or _mostly(found, reference) for reference in references):
        return Verdict(blocked=True, rule="reference")
    if asked & set(_defined(code)):
        return Verdict(blocked=True, rule="implements")
    return Verdict()


def _mostly(found: Sequence[str], reference: Sequence[str]) -> bool:
    """Tell whether the block is a stretch of the reference that makes up most of it."""
    return len(found) >= len(reference) * 0.6 and resembles(reference, found)


def _essential(reference: str, given: set[str]) -> str:
    """The lines of a reference that the student was not given: they alone are the solution."""
    return "\n".join(line for line in reference.splitlines() if line.strip() not in given)


def _defined(code: str) -> list[str]:
    """The functions and classes that code defines, without those that every program has."""
    found = (first or second for first, second in _DEFINES.findall(code))
    return [name for name in found if is_name(name) and name.lower() != "main" and not name.startswith("__")]
