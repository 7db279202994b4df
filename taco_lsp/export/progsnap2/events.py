"""Stored rows as ProgSnap2 events. Pure; writing and ordering files is done elsewhere.

session         Session.Start, Session.End
saved version   File.Save
run             Run.Program; after Compile and Compile.Error when the program could not be read at all
question        X-Tutor.Question
answer, hint    Intervention, with rung and model in its type
note            Intervention by the instructor
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from storage.exporting import AnswerRow, ExportRows, NoteRow, RunRow, SaveRow, SessionRow
from taco_lsp.export.progsnap2.schema import QUESTION

COMPILER_ERRORS = frozenset({"SyntaxError", "IndentationError", "TabError"})

_PYTHON_ERROR = re.compile(
    r"^(?:\w+\.)*([A-Z]\w*(?:Error|Exception|Interrupt|Exit|Iteration)): ?([^\n]*)", re.MULTILINE
)
_COMPILER_ERROR = re.compile(r"^(\S+?\.\w+):(\d+)(?::\d+)?: (?:fatal )?error: ?([^\n]*)", re.MULTILINE)
_PYTHON_LINE = re.compile(r'^ *File "[^"\n]*", line (\d+)', re.MULTILINE)
_BY_STUDENT = {"EventInitiator": "UserDirectAction"}
_PARTS = {"question": ":question", "close": ":end"}

TAIL = 2_000
"""Characters at the end of the errors of a run in which the reason is looked for."""


class Event(NamedTuple):
    """One event: the row it comes from and, where a row gives several, which part of it.

    `fields` are further columns by name, `link` is a link table and the rest of its row, `pinned` and `parent` are
    other events. `code` is the program at that moment, None when it is not on record.
    """

    at: str
    rank: int
    user: str
    challenge: str
    type: str
    id: str
    part: str = ""
    session: str = ""
    parent: tuple[str, str] | None = None
    code: str | None = None
    fields: dict[str, str] = {}  # noqa: RUF012 - never changed
    link: tuple[str, tuple[object, ...]] | None = None
    pinned: tuple[str, str] | None = None


Words = Callable[[str], str]
"""What is left of a text that a person wrote, or a program for a person."""


def events(rows: ExportRows, words: Words, models: dict[str, tuple[str, str]]) -> Iterator[Event]:
    """Every event of a portion, in no order.

    Args:
        rows: the portion.
        words: applied to every text that is not a program.
        models: name and version of each model by id.
    """
    for session in rows.sessions:
        yield from _session(session)
    for save in rows.saves:
        yield _save(save)
    for answer in rows.answers:
        yield from _answer(answer, words, models)
    for run in rows.runs:
        yield from _run(run, words)
    for note in rows.notes:
        yield _note(note, words)


def _session(row: SessionRow) -> Iterator[Event]:
    yield Event(row.at, 0, row.user, row.challenge, "Session.Start", row.id, session=row.id)
    if row.ended_at is not None:
        yield Event(row.ended_at, 9, row.user, row.challenge, "Session.End", row.id, ":end", row.id)


def _save(row: SaveRow) -> Event:
    return Event(
        row.at, 1, row.user, row.challenge, "File.Save", row.id, session=row.session, code=row.solution,
        fields=_BY_STUDENT,
    )  # fmt: skip


def _answer(row: AnswerRow, words: Words, models: dict[str, tuple[str, str]]) -> Iterator[Event]:
    parent = None
    if row.kind != "hint":
        parent = (row.id, ":question")
        sent = datetime.fromisoformat(row.at) - timedelta(milliseconds=row.latency_ms)
        at = sent.isoformat(timespec="microseconds")
        yield Event(
            at, 2, row.user, row.challenge, QUESTION, row.id, ":question", row.session, code=row.code,
            fields=_BY_STUDENT, link=("LinkQuestion", (row.kind, words(row.question))),
        )  # fmt: skip
    model, version = models.get(row.model.replace("-", ""), ("unknown", ""))
    rung = f"rung={row.hint_level}; " if row.hint_level is not None else ""
    guard, feedback = row.guard or {}, row.feedback or {}
    fields = {
        "EventInitiator": "UserDirectAction",
        "InterventionCategory": "Hint" if row.kind == "hint" else "Feedback",
        "InterventionType": f"{row.kind}; {rung}model={f'{model} {version}'.strip()}",
        "InterventionMessage": words(row.answer),
    }
    link = (
        "LinkIntervention",
        (
            row.kind, row.hint_level, model, version, row.prompt_version, row.prompt_tokens, row.completion_tokens,
            row.latency_ms, row.finish_reason, _bool(guard.get("blocked")), guard.get("rule"),
            _bool(feedback.get("helpful")), words(str(feedback.get("comment") or "")),
        ),
    )  # fmt: skip
    yield Event(
        row.at, 3, row.user, row.challenge, "Intervention", row.id, "", row.session, parent, row.code, fields=fields,
        link=link,
    )  # fmt: skip


def _run(row: RunRow, words: Words) -> Iterator[Event]:
    place = (row.user, row.challenge)
    ok = row.exit_code == 0 and not row.timed_out
    type_, message, line = ("", "", "") if ok or row.timed_out else failure(row.stderr)
    if type_ in COMPILER_ERRORS or type_ == "error":
        yield Event(
            row.at, 4, *place, "Compile", row.id, ":compile", row.session, code=row.code,
            fields={"CompileResult": "Error", "EventInitiator": "UserDirectAction"},
        )  # fmt: skip
        told = {
            "CompileMessageType": type_,
            "CompileMessageData": words(message),
            "SourceLocation": f"Text:{line}" if line else "",
        }
        yield Event(
            row.at, 5, *place, "Compile.Error", row.id, ":error", row.session, (row.id, ":compile"), row.code,
            fields=told,
        )  # fmt: skip
    result = "Timeout" if row.timed_out else "Success" if ok else "Error"
    link = (
        "LinkRun",
        (words(row.stdin), words(row.stdout), words(row.stderr), row.exit_code, row.duration_ms, type_),
    )
    yield Event(
        row.at, 6, *place, "Run.Program", row.id, "", row.session, code=row.code,
        fields={"ExecutionResult": result}, link=link,
    )  # fmt: skip


def _note(row: NoteRow, words: Words) -> Event:
    fields = {
        "EventInitiator": "InstructorDirectAction",
        "InterventionCategory": "Feedback",
        "InterventionType": f"note; on={row.event_kind}",
        "InterventionMessage": words(row.text),
    }
    return Event(
        row.at, 7, row.user, row.challenge, "Intervention", row.id, "", row.session, fields=fields,
        pinned=(row.event, _PARTS.get(row.event_kind, "")),
    )  # fmt: skip


def failure(stderr: str) -> tuple[str, str, str]:
    """The type, message and line (from 1) of an error; empty where they are not told."""
    tail = stderr[-TAIL:]
    if found := list(_PYTHON_ERROR.finditer(tail)):
        lines = _PYTHON_LINE.findall(tail, 0, found[-1].start())
        return found[-1][1], found[-1][2], lines[-1] if lines else ""
    compiler = _COMPILER_ERROR.search(stderr[:TAIL])
    return ("error", compiler[3], compiler[2]) if compiler else ("", "", "")


def _bool(value: object) -> str:
    return "" if value is None else "true" if value else "false"
