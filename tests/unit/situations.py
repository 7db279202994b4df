"""Situations the tutor may be asked in, made without a store."""

from __future__ import annotations

from typing import Any

import attrs

from storage import Challenge, Interaction, Session, User, new_id
from taco_lsp.knowledge.retrieve import Passage
from taco_lsp.tutor import ladder
from taco_lsp.tutor.materials import materials
from taco_lsp.tutor.policy import Policy
from taco_lsp.tutor.situation import Ask, Situation

USER = User(organization_id=new_id(), email="ana@school.example")
CHALLENGE = Challenge(
    model_id=new_id(), title="Average", statement="Write a function.",
    possible_solutions={"solutions": [{"files": {"a.py": "SECRET-SOLUTION"}}]},
    support_materials={"files": {"a.py": ""}, "tests": {"t.py": "SECRET-TEST"}},
)  # fmt: skip
SESSION = Session(user_id=USER.id, challenge_id=CHALLENGE.id)
IDS: dict[str, Any] = {"session_id": SESSION.id, "user_id": USER.id, "challenge_id": CHALLENGE.id}


def situation(
    *, policy: Policy | None = None, next_rung: int = 1, given: int = 0, hints: tuple[Any, ...] = (), **changes: Any
) -> Situation:
    """A student asks why; `changes` are fields of the challenge, the `Ask` or the `Situation`, passages as texts."""
    about_challenge = {name: changes.pop(name) for name in ("title", "statement") if name in changes}
    about_ask = {field.name for field in attrs.fields(Ask)} & set(changes)
    asked = {"kind": "question", "text": "why?", "code": "x = 1\ny = 2", "language_id": "python", "filename": "a.py"}
    challenge = attrs.evolve(CHALLENGE, **about_challenge)
    ask = Ask(user=USER, session=SESSION, challenge=challenge, **asked | {key: changes.pop(key) for key in about_ask})  # type: ignore[arg-type]
    texts = changes.pop("passages", ())
    passages = tuple(Passage(text=text, title="", source="", entry_id=new_id()) for text in texts)
    fields = {"earlier": (), "last_run": None, "passages": passages, **changes}
    rung = ladder.Rung(given=given, next=next_rung, ceiling=5, open=next_rung > given)
    return Situation(
        ask=ask,
        policy=policy or Policy(),
        materials=attrs.evolve(materials(challenge), hints=hints),
        rung=rung,
        **fields,
    )


def turn(number: int, response: str = "ok") -> Interaction:
    """A question that was answered."""
    return Interaction(
        **IDS, model_id=new_id(), user_prompt=f"q{number}", model_response=response, kind="question",
        prompt_version="1", latency_ms=1, finish_reason="stop",
    )  # fmt: skip
