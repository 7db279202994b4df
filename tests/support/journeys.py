"""Journeys made by hand, for what reads them. Ids and times are fixed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import attrs

from storage import Challenge, Interaction, JourneyRows, Note, Run, Session, SolutionRevision
from taco_lsp.journey.reading import Journey, with_code

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MODEL = UUID("01936a2c-7d40-7c3e-9f1b-0000000000ff")
STUDENT = UUID("01936a2c-7d40-7c3e-9f1b-00000000a1b2")
TEACHER = UUID("01936a2c-7d40-7c3e-9f1b-00000000b3c4")
STARTER = 'def average(numbers):\n    """Return the average."""\n'
FIRST = STARTER + "    return sum(numbers) / 2\n"
SECOND = STARTER + "    return sum(numbers) / len(numbers)\n"
TRACEBACK = 'Traceback (most recent call last):\n  File "average.py", line 3\nZeroDivisionError: division by zero\n'


class Student:
    """Works at one challenge, the `number`th; every step takes a minute unless time passes before it."""

    def __init__(self, title: str = "Average of a list", *, number: int = 0, **materials: Any) -> None:
        self._ids = (UUID(int=STUDENT.int + (number + 1 << 32) + count) for count in range(1 << 20))
        self._at = NOON
        materials = {"files": {"average.py": STARTER}, "main": "average.py"} | materials
        self.challenge = Challenge(
            id=next(self._ids), model_id=MODEL, title=title, statement="s", support_materials=materials
        )
        self.sessions: list[Session] = []
        self.interactions: list[Interaction] = []
        self.runs: list[Run] = []
        self.revisions: list[SolutionRevision] = []
        self.notes: list[Note] = []

    def later(self, **time: float) -> Student:
        """Let time pass."""
        self._at += timedelta(**time)
        return self

    def opens(self) -> Student:
        """Begin a session."""
        where = {"user_id": STUDENT, "challenge_id": self.challenge.id}
        self.sessions.append(Session(id=next(self._ids), created_at=self._next(), **where))
        return self

    def closes(self) -> Student:
        """End the session."""
        self.sessions[-1] = attrs.evolve(self.sessions[-1], ended_at=self._next())
        return self

    def saves(self, solution: str) -> Student:
        """Save a version."""
        self.revisions.append(SolutionRevision(solution=solution, saved_at=self._next(), **self._where()))
        return self

    def runs_it(self, code: str, **changes: Any) -> Student:
        """Run the program; it succeeds unless told otherwise."""
        fields = {"command": "python3 average.py", "stdout": "", "stderr": "", "exit_code": 0, "duration_ms": 40}
        self.runs.append(Run(**{**fields, **changes}, code=code, created_at=self._next(), **self._where()))
        return self

    def asks(self, code: str | None, **changes: Any) -> Student:
        """Ask; a question unless told otherwise."""
        fields = {
            "kind": "question", "user_prompt": "why?", "model_response": "Look at line 3.", "model_id": MODEL,
            "prompt_version": "1", "latency_ms": 1, "finish_reason": "stop",
        }  # fmt: skip
        place = {"code": code, "created_at": self._next(), **self._where()}
        self.interactions.append(Interaction(**{**fields, **changes}, **place))
        return self

    def noted(self, text: str, *, about: str = "run", **changes: Any) -> Student:
        """Get a note from the teacher about the last run, save or answer."""
        row = {"run": self.runs, "edit": self.revisions, "hint": self.interactions}[about][-1]
        place = {"author_user_id": TEACHER, "event_id": row.id, "event_kind": about, "created_at": self._next()}
        self.notes.append(Note(**{"text": text, **place, **changes}, **self._where()))
        return self

    def journey(self, session: int | None = None, others: Iterable[Student] = ()) -> Journey:
        """What is on record, of one session if it is given, and of other challenges too."""
        all_ = [self, *others]
        rows = JourneyRows(
            sessions=[row for student in all_ for row in student.sessions],
            interactions=[row for student in all_ for row in student.interactions],
            runs=[row for student in all_ for row in student.runs],
            revisions=[row for student in all_ for row in student.revisions],
            challenges=[student.challenge for student in all_],
            notes=[row for student in all_ for row in student.notes],
        )
        only = None if session is None else self.sessions[session].id
        return with_code(rows, STUDENT, {MODEL: "taco-builtin"}, session_id=only)

    def _next(self) -> datetime:
        self._at += timedelta(minutes=1)
        return self._at

    def _where(self) -> dict[str, Any]:
        row = {"session_id": self.sessions[-1].id, "user_id": STUDENT, "challenge_id": self.challenge.id}
        return {"id": next(self._ids), **row}


def short() -> Student:
    """A whole session in nine events, one of every kind: open, hint, run, question, answer, save, run, save, close."""
    return (
        Student()
        .opens()
        .asks(STARTER, kind="hint", hint_level=1, user_prompt="", model_response="What is an **average**?")
        .runs_it(FIRST, exit_code=1, stderr=TRACEBACK, stdin="3\n")
        .asks(FIRST)
        .saves(FIRST)
        .runs_it(SECOND, stdout="4.0\n")
        .saves(SECOND)
        .closes()
    )


HOSTILE = "</script><script>window.ran=1</script><img src=x onerror=window.ran=2>'\"&\u202e\x1b[31m\0"
"""What would set `window.ran` if a page took it for more than text."""


def hostile() -> Student:
    """A session in which everything that a student, a teacher or a model can write is hostile."""
    student = Student(HOSTILE, files={HOSTILE: HOSTILE, "b.py": ""}, main=HOSTILE).opens()
    bad = {"command": HOSTILE, "stdin": HOSTILE, "stdout": HOSTILE, "stderr": HOSTILE, "exit_code": 1}
    student.runs_it(HOSTILE, **bad).saves(HOSTILE).saves(json.dumps({HOSTILE: HOSTILE}))
    answers = (
        HOSTILE,
        f"```{HOSTILE}\n{HOSTILE}\n```",
        f"[x](javascript:window.ran=3) ![x](http://x.invalid/) [x](http://x.invalid/)\n\n{HOSTILE}",
    )
    feedback = {"helpful": False, "comment": HOSTILE}
    for answer in answers:
        student.asks(HOSTILE, user_prompt=HOSTILE, model_response=answer, feedback=feedback)
    return student.closes()


def long(events: int) -> Journey:
    """A journey of so many events over several days, in a program of some sixty lines."""
    student = Student()
    lines = [f"value_{number} = compute({number})" for number in range(60)]
    for number in range(events // 3):
        if number % 40 == 0:
            student = student.later(hours=20).opens()
        lines[number * 7 % 60] = f"value_{number} = compute({number}) + {number * number}"
        code = "\n".join(lines) + "\n"
        student.saves(code).runs_it(code, exit_code=number % 3, stderr=TRACEBACK if number % 3 else "")
        student.asks(code, kind="hint", hint_level=1 + number % 5)
    journey = student.journey()
    return attrs.evolve(journey, events=journey.events[:events])
