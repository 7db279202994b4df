"""The hint ladder as server state: which rung was given, which is next, and whether it is open yet.

Pure. The state is derived from recorded interactions and runs, so it survives restarts and needs no table. What a
rung says is the business of the answering tutor.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs

from storage.records import Interaction
from taco_lsp.tutor.policy import Policy
from taco_lsp.tutor.unrecorded import is_recorded

ANSWERED = frozenset({"stop", "length", "fallback"})
"""Finish reasons of answers a student really got."""


@attrs.frozen(kw_only=True)
class Progress:
    """How far up the ladder a student is: the highest rung given, the code it was given on, and runs since."""

    given: int = 0
    code_then: str | None = None
    ran_since: bool = False


@attrs.frozen(kw_only=True)
class Rung:
    """The ladder now: `next` is what asking gives, the rung above when `open`, else the last one again."""

    given: int
    next: int
    ceiling: int
    open: bool


def was_given(interaction: Interaction) -> bool:
    """Tell whether the student got this answer: neither failed, nor cancelled, nor held back."""
    held_back = bool((interaction.guard or {}).get("blocked"))
    answered = bool(interaction.model_response.strip()) or not is_recorded(interaction)
    return interaction.finish_reason in ANSWERED and answered and not held_back


def progress(interactions: Sequence[Interaction], last_run_at: datetime | None) -> Progress:
    """Derive the progress at a challenge from its interactions (oldest first) and the time of the last run."""
    hints = [it for it in interactions if it.hint_level is not None and was_given(it)]
    if not hints:
        return Progress(ran_since=last_run_at is not None)
    latest = hints[-1]
    ran_since = last_run_at is not None and last_run_at > latest.created_at
    highest = max(hint.hint_level or 0 for hint in hints)
    return Progress(given=highest, code_then=latest.code, ran_since=ran_since)


def rung(state: Progress, code_now: str, policy: Policy, *, starter: str | None = None) -> Rung:
    """Tell which rung is next for the code as it is now; `starter` is what the student began with."""
    ceiling = policy.hint_ceiling
    reference = state.code_then if state.given else starter
    changed = state.ran_since or (reference is not None and _written(reference) != _written(code_now))
    waits = policy.hint_pacing == "change" and (state.given > 0 or policy.require_attempt)
    is_open = state.given < ceiling and (changed or not waits)
    following = state.given + 1 if is_open else state.given
    return Rung(given=state.given, next=min(following, ceiling), ceiling=ceiling, open=is_open)


def _written(code: str) -> list[str]:
    """What a person would call an edit shows in these lines: blank ones and trailing spaces are none."""
    return [line.rstrip() for line in code.splitlines() if line.strip()]
