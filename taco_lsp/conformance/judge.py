"""What a client did right and wrong: transcripts in, report out. Pure; the rules are in `checks`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import attrs

from taco_lsp.conformance.checks import CHECKS, Check
from taco_lsp.conformance.conversation import EXECUTE, Conversation
from taco_lsp.conformance.transcript import Entry

Outcome = Literal["pass", "fail", "notExercised"]
MOST_PROBLEMS = 5
"""Of one check; a client that is wrong once tends to be wrong everywhere."""


@attrs.frozen(kw_only=True)
class Verdict:
    """The outcome of one check."""

    check: str
    title: str
    outcome: Outcome
    essential: bool
    problems: tuple[str, ...] = ()
    advice: str = ""


@attrs.frozen(kw_only=True)
class Report:
    """All verdicts, and which verbs were called by which door."""

    connections: int
    verdicts: tuple[Verdict, ...]
    verbs: Mapping[str, Mapping[str, int]]

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """What is wrong."""
        return tuple(verdict for verdict in self.verdicts if verdict.outcome == "fail")

    @property
    def missing(self) -> tuple[Verdict, ...]:
        """What every client must show and this one did not."""
        return tuple(verdict for verdict in self.verdicts if verdict.outcome == "notExercised" and verdict.essential)

    @property
    def ok(self) -> bool:
        """Whether the client conforms."""
        return not self.failed and not self.missing


def judge(transcripts: Sequence[Sequence[Entry]]) -> Report:
    """Judge a client over all its connections: one fault fails a check, doing it right in one is enough to pass."""
    conversations = [Conversation(entries=entries) for entries in transcripts]
    return Report(
        connections=len(conversations),
        verdicts=tuple(_verdict(check, conversations) for check in CHECKS),
        verbs=_verbs(conversations),
    )


def _verdict(check: Check, conversations: Sequence[Conversation]) -> Verdict:
    found = [problems for it in conversations if (problems := check.rule(it)) is not None]
    problems = tuple(dict.fromkeys(problem for some in found for problem in some))
    outcome: Outcome = "fail" if problems else "pass" if found else "notExercised"
    shown = problems[:MOST_PROBLEMS]
    if len(problems) > MOST_PROBLEMS:
        shown += (f"and {len(problems) - MOST_PROBLEMS} more",)
    return Verdict(
        check=check.name,
        title=check.title,
        outcome=outcome,
        essential=check.essential,
        problems=shown,
        advice=check.advice if outcome != "pass" else "",
    )


def _verbs(conversations: Sequence[Conversation]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {}
    for it in conversations:
        for sent, verb in it.calls:
            counts.setdefault(verb.name, Counter())["command" if sent.method == EXECUTE else "request"] += 1
    return {name: dict(doors) for name, doors in sorted(counts.items())}


def as_json(report: Report) -> dict[str, Any]:
    """The documented JSON form."""
    return {
        "ok": report.ok,
        "connections": report.connections,
        "checks": [
            {
                "check": verdict.check,
                "title": verdict.title,
                "outcome": verdict.outcome,
                "essential": verdict.essential,
                "problems": list(verdict.problems),
                "advice": verdict.advice,
            }
            for verdict in report.verdicts
        ],
        "verbs": report.verbs,
    }
