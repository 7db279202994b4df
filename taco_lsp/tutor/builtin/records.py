"""What the built-in tutor is asked and what it answers: plain frozen data.

Holds no behaviour, and knows nothing of sessions, stores or editors.
"""

from __future__ import annotations

from typing import Literal

import attrs

NAME = "taco-builtin"
"""Name of this tutor in the `models` table."""

VERSION = "3"
"""Raised whenever the same question would get a different answer."""

QuestionKind = Literal["question", "explain", "hint", "review"]


@attrs.frozen(kw_only=True)
class LastRun:
    """How the student's last run ended; `exit_code` is None when it was killed."""

    stdout: str
    stderr: str
    exit_code: int | None
    timed_out: bool
    stdin: str = ""


@attrs.frozen(kw_only=True)
class Hint:
    """A hint the teacher wrote for one rung (1 to 5) of the ladder."""

    rung: int
    text: str


@attrs.frozen(kw_only=True)
class Question:
    """All that the tutor may look at for one answer.

    `text` is the student's own words and may be empty. `selection` is the first and last selected line,
    counted from 1. `passages` are knowledge passages, best first. `hint_level` is the rung to give. `language` is
    the tag of the language to answer in, such as "pt-BR".
    """

    kind: QuestionKind
    text: str = ""
    code: str = ""
    language_id: str = "python"
    filename: str = ""
    selection: tuple[int, int] | None = None
    last_run: LastRun | None = None
    title: str = ""
    statement: str = ""
    hints: tuple[Hint, ...] = ()
    passages: tuple[str, ...] = ()
    hint_level: int | None = None
    language: str = "en"


@attrs.frozen(kw_only=True)
class Explanation:
    """An error in plain words.

    `line` counts from 1 in the student's file. `summary` is one sentence, fit for a diagnostic; `body` is
    Markdown, and `look` is the part of it that says what to look at. `specific` says that the text names this
    error's own cause and not only its class.
    """

    error_type: str
    line: int | None
    summary: str
    body: str
    specific: bool
    look: str = ""
