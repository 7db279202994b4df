"""The numbers of a journey: how many of what, from when to when, and how long the work took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import attrs

from taco_lsp.journey.report.clock import span
from taco_lsp.wire.types import Event

PAUSE = timedelta(minutes=5)
"""Longer than this without an event is a pause, not work."""


@attrs.frozen(kw_only=True)
class Facts:
    """What is said at the top of the page; `rung` is the highest hint given, 0 for none."""

    sessions: int
    working: timedelta
    saves: int
    runs: int
    failed: int
    tests: int
    tests_failed: int
    questions: int
    hints: int
    rung: int
    held_back: int
    notes: int

    def rows(self) -> list[tuple[str, str, str]]:
        """Name, number and what there is to add."""
        return [
            ("At work", span(self.working), _count(self.sessions, "session")),
            ("Saves", str(self.saves), ""),
            ("Runs", str(self.runs), f"{self.failed} failed" if self.runs else ""),
            *([("Tests", str(self.tests), f"{self.tests_failed} failed")] if self.tests else []),
            ("Questions", str(self.questions), ""),
            ("Hints", str(self.hints), f"up to hint {self.rung}" if self.rung else ""),
            *([("Held back", str(self.held_back), "")] if self.held_back else []),
            *([("Notes", str(self.notes), "")] if self.notes else []),
        ]

    def in_words(self) -> str:
        """The same as a sentence, for those who cannot see the picture."""
        counts = [_count(self.saves, "save"), f"{_count(self.runs, 'run')} ({self.failed} failed)"]
        if self.tests:
            counts.append(f"{_count(self.tests, 'run')} of the tests ({self.tests_failed} failed)")
        counts += [_count(self.questions, "question"), _count(self.hints, "hint")]
        counts += [_count(self.notes, "note")] if self.notes else []
        return f"The journey over time: {', '.join(counts)} in {_count(self.sessions, 'session')}."


def facts(events: Sequence[Event]) -> Facts:
    """Count."""
    kinds = Counter(event.kind for event in events)
    tests = [event for event in events if event.kind == "run" and event.detail["tests"]]
    tests_failed = sum(map(failed, tests))
    own = [event.at for event in events if event.kind != "note"]
    gaps = (later - earlier for earlier, later in pairwise(own))
    return Facts(
        sessions=len({event.session_id for event in events}),
        working=sum((gap for gap in gaps if gap <= PAUSE), timedelta()),
        saves=kinds["edit"],
        runs=kinds["run"] - len(tests),
        failed=sum(event.kind == "run" and failed(event) for event in events) - tests_failed,
        tests=len(tests),
        tests_failed=tests_failed,
        questions=kinds["question"],
        hints=kinds["hint"],
        rung=max((event.detail["hintLevel"] or 0 for event in events if event.kind == "hint"), default=0),
        held_back=sum(held_back(event) for event in events),
        notes=kinds["note"],
    )


def failed(run: Event) -> bool:
    """Tell whether a run did not end well."""
    return bool(run.detail["timedOut"]) or run.detail["exitCode"] != 0


def held_back(event: Event) -> bool:
    """Tell whether a part of an answer was held back because it gave the solution away."""
    return event.kind in ("answer", "hint") and bool((event.detail["guard"] or {}).get("blocked"))


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
