"""A teacher's classes, and who is in them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import attrs


@attrs.frozen(kw_only=True)
class ClassSummary:
    """A class in a list.

    Attributes:
        students: how many are enrolled.
    """

    id: UUID
    name: str
    subject: str | None = None
    description: str | None = None
    students: int = 0


@attrs.frozen(kw_only=True)
class ClassList:
    """Classes, by name."""

    classes: tuple[ClassSummary, ...]


@attrs.frozen(kw_only=True)
class ClassRosterParams:
    """Names a class."""

    class_id: UUID


@attrs.frozen(kw_only=True)
class RosterMember:
    """Somebody enrolled in a class."""

    user_id: UUID
    email: str
    role: str
    enrolled_at: datetime


@attrs.frozen(kw_only=True)
class ClassRoster:
    """A class and who is enrolled in it, teachers first, then by e-mail address."""

    id: UUID
    name: str
    members: tuple[RosterMember, ...]
