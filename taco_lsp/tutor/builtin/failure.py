"""The data that explainers share: one failure, and the cause found for it.

No text is parsed here (see `traceback_parser`) and no cause is decided here (see `registry`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

import attrs

from taco_lsp.tutor.builtin.source import Source
from taco_lsp.tutor.builtin.texts import Texts
from taco_lsp.tutor.builtin.wording import quote


@attrs.frozen(kw_only=True)
class Frame:
    """One step of a traceback; `caret` is the marked part of `text`, as columns from 0, end excluded."""

    file: str
    line: int
    function: str = ""
    text: str = ""
    caret: tuple[int, int] | None = None


@attrs.frozen(kw_only=True)
class Cause:
    """Why it failed: one sentence, the reason at length, and what to look at. Never the fix."""

    summary: str
    why: str
    look: str
    specific: bool = True


@attrs.frozen(kw_only=True)
class Failure:
    """An error together with the place in the student's file that it leads to, and the words to explain it in."""

    error_type: str
    message: str
    frames: tuple[Frame, ...]
    frame: Frame | None
    source: Source
    texts: Texts
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
        # Before 3.10 Python marked one character only: the word that begins there is meant.
        word = re.match(r"\w+", self.frame.text[start:]) if end - start == 1 else None
        return word[0] if word else self.frame.text[start:end]

    def words(self, key: str, /, **values: object) -> str:
        """Fill a text of the catalogue.

        Without being given, `{line}` is the failing line's number, `{on}` is "on line n", `{text}` is that line and
        `{marked}` the part of it that Python underlined.
        """
        given: dict[str, object] = {
            "line": self.line or "?",
            "on": self.texts.on_line(self.line),
            "text": quote(self.text) if self.text else self.texts.say("common.this_line"),
            "marked": quote(self.marked or self.text) if self.marked or self.text else self.texts.say("common.it"),
        }
        return self.texts.say(key, **(given | values))

    def cause(self, key: str, /, *, specific: bool = True, **values: object) -> Cause:
        """Write the cause of an entry of the catalogue; places as in `words`."""
        return Cause(
            summary=self.words(f"{key}.summary", **values),
            why=self.words(f"{key}.why", **values),
            look=self.words(f"{key}.look", **values),
            specific=specific,
        )


@attrs.frozen(kw_only=True)
class FoundError:
    """An explained error of another language; `meaning` tells what its class means, `title` names it in words."""

    error_type: str
    line: int | None
    cause: Cause
    meaning: str
    title: str = ""


Explainer = Callable[[Failure, re.Match[str]], Cause | None]
"""Explains a failure whose message matched; None leaves it to the next rule."""


def say(key: str, *names: str, specific: bool = True) -> Explainer:
    """Make an explainer from an entry of the catalogue.

    `names` name the groups of the message pattern, in order; of several groups with one name, the first that took
    part in the match counts. A name that ends in `term` marks a word for syntax, such as "literal".
    """

    def explain(failure: Failure, match: re.Match[str]) -> Cause:
        values: dict[str, object] = dict.fromkeys(names, "")
        for name, group in zip(names, match.groups(), strict=False):
            found = (group or "").replace("`", "'").strip()[:60]
            values[name] = values[name] or (failure.texts.term(found) if name.endswith("term") else found)
        return failure.cause(key, specific=specific, **values)

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
