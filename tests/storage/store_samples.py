"""Records to fill a store with: each function makes one that is valid, but for what the test changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs

from storage import (
    Challenge,
    Class,
    Interaction,
    Model,
    Organization,
    Run,
    Session,
    SessionOwner,
    Store,
    Transaction,
    User,
    new_id,
)

Open = Callable[[str], Awaitable[Store]]
"""What the fixture `opened` gives: opens a store that is closed when the test ends."""

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OWNER = SessionOwner(host="lab-1", pid=4711)


def minute(n: int) -> datetime:
    """The n-th minute after noon of the day the tests play on."""
    return NOON + timedelta(minutes=n)


@attrs.frozen(kw_only=True)
class Seat:
    """A student at a challenge."""

    organization: Organization
    user: User
    class_: Class
    model: Model
    challenge: Challenge
    session: Session

    def interaction(self, **changes: Any) -> Interaction:
        """An answered question of this session."""
        return Interaction(
            **{
                "session_id": self.session.id,
                "user_id": self.user.id,
                "challenge_id": self.challenge.id,
                "model_id": self.model.id,
                "user_prompt": "why?",
                "model_response": "look at line 2",
                "kind": "question",
                "prompt_version": "1",
                "latency_ms": 12,
                "finish_reason": "stop",
                "created_at": minute(1),
                **changes,
            }
        )

    def run(self, **changes: Any) -> Run:
        """A run of this session."""
        return Run(
            **{
                "session_id": self.session.id,
                "user_id": self.user.id,
                "challenge_id": self.challenge.id,
                "code": "print(1)",
                "command": "python main.py",
                "stdin": "3\n",
                "stdout": "1\n",
                "stderr": "",
                "exit_code": 0,
                "duration_ms": 40,
                "created_at": minute(2),
                **changes,
            }
        )

    def saving(self, solution: str, at: datetime = NOON) -> dict[str, Any]:
        """The arguments of a save in this session."""
        return {
            "session_id": self.session.id,
            "user_id": self.user.id,
            "challenge_id": self.challenge.id,
            "solution": solution,
            "at": at,
        }


def student(organization: Organization, **changes: Any) -> User:
    """A student with an e-mail address of their own."""
    id_ = new_id()
    return User(**{"id": id_, "organization_id": organization.id, "email": f"{id_}@school.example", **changes})


async def seat(tx: Transaction) -> Seat:
    """Put an organization, a student, a class, a challenge and a session into a store."""
    organization = Organization(name="School")
    user = student(organization)
    class_ = Class(organization_id=organization.id, name="9b", subject="Informatics")
    await tx.organizations.add(organization)
    await tx.users.add(user)
    await tx.classes.add(class_)
    model = await tx.models.ensure("taco-builtin", "1")
    challenge = Challenge(class_id=class_.id, model_id=model.id, title="Sum", statement="Add two numbers.")
    await tx.challenges.add(challenge)
    session = Session(user_id=user.id, class_id=class_.id, challenge_id=challenge.id, created_at=NOON)
    await tx.sessions.start(session, owner=OWNER)
    return Seat(organization=organization, user=user, class_=class_, model=model, challenge=challenge, session=session)


async def beside(tx: Transaction, first: Seat) -> Seat:
    """Put another student at the same challenge."""
    user = student(first.organization)
    await tx.users.add(user)
    session = Session(user_id=user.id, class_id=first.class_.id, challenge_id=first.challenge.id, created_at=NOON)
    await tx.sessions.start(session, owner=OWNER)
    return attrs.evolve(first, user=user, session=session)
