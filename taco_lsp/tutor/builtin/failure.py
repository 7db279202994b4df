"""The data that explainers share: one failure, and the cause found for it.

No text is parsed here (see `traceback_parser`) and no cause is decided here (see `registry`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

import attrs

from taco_lsp.tutor.builtin.source import Source
from taco_lsp.tutor.builtin.wording import on_line, quote


@attrs.frozen(kw_only=True)
class Frame:
    """One step of a traceback; `caret` is the marked part of `text`, as columns from 0, end excluded."""

    file: str
    line: int
    function: str = ""
    text: str = ""
    caret: tuple[int, int] | None = None


@attrs.frozen(kw_only=True)
class Failure:
    """A Python error together with the place in the student's file that it leads to."""

    error_type: str
    message: str
    frames: tuple[Frame, ...]
    frame: Frame | None
    source: Source
    filename: str = ""

    @property
    def line(self) -> int | None:
        """The line in the student's file, from 1."""
        return self.frame.line if self.frame else None

    @property
    def text(self) -> str:
        """The failing source line without its indentation; empty when unknown."""
        return self.frame.text if self.frame else ""

    @property
    def marked(self) -> str:
        """The part of the line that Python underlined; empty when it underlined nothing."""
        if self.frame is None or self.frame.caret is None:
            return ""
        start, end = self.frame.caret
        return self.frame.text[start:end]


@attrs.frozen(kw_only=True)
class Cause:
    """Why it failed: one sentence, the reason at length, and what to look at. Never the fix."""

    summary: str
    why: str
    look: str
    specific: bool = True


@attrs.frozen(kw_only=True)
class FoundError:
    """An error of a language other than Python, explained; `meaning` tells what its class means."""

    error_type: str
    line: int | None
    cause: Cause
    meaning: str


Explainer = Callable[[Failure, re.Match[str]], Cause | None]
"""Explains a failure whose message matched; None leaves it to the next rule."""


def say(summary: str, why: str, look: str, *, specific: bool = True) -> Explainer:
    """Make an explainer from three templates.

    In a template `{0}`, `{1}` … are the groups of the message pattern, `{on}` is " on line n", `{text}` the
    failing line and `{marked}` the part of it that Python underlined.
    """

    def explain(failure: Failure, match: re.Match[str]) -> Cause:
        groups = [(group or "").replace("`", "'")[:60] for group in match.groups()]
        named = {
            "on": on_line(failure.line),
            "text": quote(failure.text),
            "marked": quote(failure.marked or failure.text),
        }
        return Cause(
            summary=summary.format(*groups, **named),
            why=why.format(*groups, **named),
            look=look.format(*groups, **named),
            specific=specific,
        )

    return explain


Rule = tuple[re.Pattern[str], Explainer]


def rule(pattern: str, explainer: Explainer) -> Rule:
    """Pair a message pattern (searched, not anchored) with the function that explains it."""
    return re.compile(pattern), explainer


def first_cause(rules: tuple[Rule, ...], failure: Failure, text: str | None = None) -> Cause | None:
    """Give the cause found by the first rule that fits the message, or another text in its place."""
    for pattern, explainer in rules:
        match = pattern.search(failure.message if text is None else text)
        cause = explainer(failure, match) if match else None
        if cause:
            return cause
    return None
