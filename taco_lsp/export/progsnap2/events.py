"""Stored rows as ProgSnap2 events. Pure; writing and ordering files is done elsewhere.

session         Session.Start, Session.End
saved version   File.Save
run             Run.Program, or Run.Test for the challenge's tests; after Compile and Compile.Error when the program
                could not be read at all
question        X-Tutor.Question
answer, hint    Intervention, with rung and model in its type
note            Intervention by the instructor
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import attrs

from storage.exporting import AnswerRow, ExportRows, NoteRow, RunRow, SaveRow, SessionRow
from taco_lsp.export.progsnap2.csv_text import LINE_END, field
from taco_lsp.export.progsnap2.pseudonyms import Pseudonyms
from taco_lsp.export.progsnap2.schema import QUESTION, SOME

COMPILER_ERRORS = frozenset({"SyntaxError", "IndentationError", "TabError"})

_TEST_FAILED = frozenset({"", "AssertionError"})
"""What a test ends with that found another value than it expects; anything else kept it from looking."""

_PYTHON_ERROR = re.compile(r"(?:\w+\.)*([A-Z]\w*(?:Error|Exception|Interrupt|Exit|Iteration)): ?([^\n]*)").match
_COMPILER_ERROR = re.compile(r"^(\S+?\.\w+):(\d+)(?::\d+)?: (?:fatal )?error: ?([^\n]*)", re.MULTILINE)
_PYTHON_LINE = re.compile(r' *File "[^"\n]*", line (\d+)').match
_PARTS = {"question": ":question", "close": ":end"}

TAIL = 2_000
"""Characters at either end of the errors of a run in which the reason is looked for."""


class Event(NamedTuple):
    """One event; in the order of these fields events are in order.

    `id` is the row it comes from and `name` the pseudonym of the event, `parent` that of another one. `code` is the
    program at that moment, None when it is not on record. `rest` are the columns that depend on the type and `link` a
    link table with a row for it, both as the text that is written.
    """

    user: str
    at: str
    rank: int
    id: str
    challenge: str
    type: str
    session: str
    name: str
    parent: str = ""
    code: str | None = None
    rest: str = "," * (len(SOME) - 1)
    link: tuple[str, str] | None = None


Words = Callable[[str], str]
"""What is left of a text that a person wrote, or a program for a person."""


@attrs.frozen(kw_only=True)
class Telling:
    """How rows are told as events.

    Attributes:
        words: applied to every text that is not a program.
        main: the name of a challenge's main file.
        models: name and version of each model by id, without dashes.
    """

    names: Pseudonyms
    words: Words
    main: Callable[[str], str]
    models: Mapping[str, tuple[str, str]]


def events(rows: ExportRows, by: Telling) -> Iterator[Event]:
    """Every event of a portion, in no order."""
    for session in rows.sessions:
        yield from _session(session, by)
    for save in rows.saves:
        yield _save(save, by)
    for answer in rows.answers:
        yield from _answer(answer, by)
    for run in rows.runs:
        yield from _run(run, by)
    for note in rows.notes:
        yield _note(note, by)


def _columns(*names: str) -> Callable[..., str]:
    """Give a function that puts values, in the order of `SOME`, into some columns and leaves the others empty."""
    assert list(names) == [name for name in SOME if name in names]
    return ",".join("{}" if name in names else "" for name in SOME).format


_STARTED = _columns("EventInitiator")("UserDirectAction")
_saved = _columns("EventInitiator", "CodeStateSection")
_compiled = _columns("EventInitiator", "CodeStateSection", "CompileResult")
_refused = _columns("CodeStateSection", "SourceLocation", "CompileMessageType", "CompileMessageData")
_ran = _columns("ExecutionID", "ExecutionResult")
_tested = _columns("ExecutionID", "TestID", "ExecutionResult", "Score")
_intervened = _columns("EventInitiator", "InterventionCategory", "InterventionType", "InterventionMessage")


def _session(row: SessionRow, by: Telling) -> Iterator[Event]:
    name = by.names.event
    yield Event(row.user, row.at, 0, row.id, row.challenge, "Session.Start", row.id, name(row.id))
    if row.ended_at is not None:
        yield Event(row.user, row.ended_at, 9, row.id, row.challenge, "Session.End", row.id, name(row.id, ":end"))


def _save(row: SaveRow, by: Telling) -> Event:
    at, user, challenge, id_, session, code = row
    rest = _saved("UserDirectAction", field(by.main(challenge)))
    return Event(user, at, 1, id_, challenge, "File.Save", session, by.names.event(id_), "", code, rest)


def _answer(row: AnswerRow, by: Telling) -> Iterator[Event]:
    (
        at, user, challenge, id_, session, kind, hint_level, question, answer, code, model_id, prompt_version,
        prompt_tokens, completion_tokens, latency_ms, finish_reason, guard, feedback,
    ) = row  # fmt: skip
    name, parent = by.names.event(id_), ""
    if kind != "hint":
        parent = by.names.event(id_, ":question")
        sent = (datetime.fromisoformat(at) - timedelta(milliseconds=latency_ms)).isoformat(timespec="microseconds")
        asked = f"{parent},{kind},{field(by.words(question))}{LINE_END}"
        yield Event(
            user, sent, 2, id_, challenge, QUESTION, session, parent, "", code, _STARTED, ("LinkQuestion", asked)
        )
    model = by.models.get(model_id.replace("-", ""), ("unknown", ""))
    type_, category, origin = _intervention(kind, hint_level, *model, prompt_version)
    about = (
        f"{name},{origin},{_number(prompt_tokens)},{_number(completion_tokens)},{latency_ms},{finish_reason},"
        f"{_verdict(guard)},{_judged(feedback, by.words)}{LINE_END}"
    )
    rest = _intervened("UserDirectAction", category, type_, field(by.words(answer)))
    link = ("LinkIntervention", about)
    yield Event(user, at, 3, id_, challenge, "Intervention", session, name, parent, code, rest, link)


@lru_cache(maxsize=256)
def _intervention(kind: str, hint_level: int | None, model: str, version: str, prompt_version: str) -> tuple[str, ...]:
    """The type and the category of an intervention, and where it comes from; a class has few different ones."""
    rung = f"rung={hint_level}; " if hint_level is not None else ""
    type_ = field(f"{kind}; {rung}model={f'{model} {version}'.strip()}")
    origin = f"{kind},{_number(hint_level)},{field(model)},{field(version)},{field(prompt_version)}"
    return type_, "Hint" if kind == "hint" else "Feedback", origin


@lru_cache(maxsize=1_000)  # most are the same
def _verdict(guard: str | None) -> str:
    found = _object(guard)
    return f"{_bool(found.get('blocked'))},{field(found.get('rule'))}" if found else ","


def _judged(feedback: str | None, words: Words) -> str:
    if feedback is None:
        return ","
    found = _object(feedback)
    comment = found.get("comment")
    return f"{_bool(found.get('helpful'))},{field(words(str(comment))) if comment else ''}"


def _object(text: str | None) -> Mapping[str, Any]:
    found = None if text is None else json.loads(text)
    return found if isinstance(found, dict) else {}


def _run(row: RunRow, by: Telling) -> Iterator[Event]:
    at, user, challenge, id_, session, code, stdin, stdout, stderr, exit_code, timed_out, duration_ms, tests = row
    ok = exit_code == 0 and not timed_out
    error = ("", "", "") if ok or timed_out else failure(stderr)
    if error[0] in COMPILER_ERRORS or error[0] == "error":
        yield from _compile(row, error, by)
    words, name = by.words, by.names.event(id_)
    about = (
        f"{name},{field(words(stdin))},{field(words(stdout))},{field(words(stderr))},{_number(exit_code)},"
        f"{duration_ms},{error[0]}{LINE_END}"
    )
    result = "Timeout" if timed_out else "Success" if ok else "Error"
    if tests:
        failed = "TestFailed" if result == "Error" and error[0] in _TEST_FAILED else result
        type_, rest = "Run.Test", _tested(name, by.names.of("problem", challenge), failed, "1.0" if ok else "0.0")
    else:
        type_, rest = "Run.Program", _ran(name, result)
    yield Event(user, at, 6, id_, challenge, type_, session, name, "", code, rest, ("LinkRun", about))


def _compile(row: RunRow, error: tuple[str, str, str], by: Telling) -> Iterator[Event]:
    """A program that could not be read at all."""
    type_, message, line = error
    compiled, place = by.names.event(row.id, ":compile"), field(by.main(row.challenge))
    yield Event(
        row.user, row.at, 4, row.id, row.challenge, "Compile", row.session, compiled, code=row.code,
        rest=_compiled("UserDirectAction", place, "Error"),
    )  # fmt: skip
    yield Event(
        row.user, row.at, 5, row.id, row.challenge, "Compile.Error", row.session, by.names.event(row.id, ":error"),
        compiled, row.code, _refused(place, f"Text:{line}" if line else "", type_, field(by.words(message))),
    )  # fmt: skip


def _note(row: NoteRow, by: Telling) -> Event:
    name, pinned = by.names.event(row.id), by.names.event(row.event, _PARTS.get(row.event_kind, ""))
    text = field(by.words(row.text))
    return Event(
        row.user, row.at, 7, row.id, row.challenge, "Intervention", row.session, name,
        rest=_intervened("InstructorDirectAction", "Feedback", f"note; on={row.event_kind}", text),
        link=("LinkNote", f"{name},{pinned}{LINE_END}"),
    )  # fmt: skip


def failure(stderr: str) -> tuple[str, str, str]:
    """The type, message and line (from 1) of an error; empty where they are not told."""
    return _failure(stderr[:TAIL], stderr[-TAIL:])


@lru_cache(maxsize=2_000)  # a program that fails is run again
def _failure(head: str, tail: str) -> tuple[str, str, str]:
    lines = tail.split("\n")
    for number in range(len(lines) - 1, -1, -1):
        if found := _PYTHON_ERROR(lines[number]):
            return found[1], found[2], _line_above(lines, number)
    compiler = _COMPILER_ERROR.search(head)
    return ("error", compiler[3], compiler[2]) if compiler else ("", "", "")


def _line_above(lines: list[str], number: int) -> str:
    """The line of the program that a traceback names last before one of its own lines."""
    found = (_PYTHON_LINE(line) for line in reversed(lines[:number]))
    return next((match[1] for match in found if match), "")


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _bool(value: object) -> str:
    return "" if value is None else "true" if value else "false"
