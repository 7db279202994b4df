"""Who sits where: binds documents to challenges and opens and closes sessions.

A seat is a student at a challenge in one connection; its session row is written when the first document of the
challenge opens and ended when the last one closes. Editors close and open a file to reload it, so an empty seat is
kept for a moment; if nobody comes back, the session ended when the document closed. A file without a challenge
becomes standalone practice when help is first asked for it. Answers and runs are not the business of this file.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from storage import NotFound, StoreError
from storage.records import Challenge, Run, Session, User, now
from taco_lsp.context import bindings
from taco_lsp.context.editor import Document
from taco_lsp.stores import LazyStore
from taco_lsp.tutor import builtin, ladder
from taco_lsp.tutor.materials import materials
from taco_lsp.tutor.policy import Policy, merge
from taco_lsp.wire.types import SessionDidChange

if TYPE_CHECKING:
    from storage import SessionOwner, Transaction

logger = logging.getLogger(__name__)

GRACE_S = 2.0
"""How long an empty seat is kept for a document that is only being reloaded."""


@attrs.define(kw_only=True, eq=False)
class Seat:
    """A student at a challenge: the session, the open documents, the folder, and how far up the ladder.

    `left_at` is when the last document closed, while the seat is kept for it to come back. `notes` is how many notes
    there are from the teacher, `unrecorded_run` the last run when it was not recorded.
    """

    user: User
    challenge: Challenge
    session: Session
    policy: Policy
    progress: ladder.Progress
    folder: Path | None = None
    documents: set[str] = attrs.field(factory=set)
    left_at: datetime | None = None
    notes: int = 0
    unrecorded_run: Run | None = None

    def rung(self, code: str) -> ladder.Rung:
        """The hint ladder for the code as it is now."""
        return ladder.rung(self.progress, code, self.policy, starter=materials(self.challenge).starter)


class Seats:
    """All seats of one connection."""

    def __init__(
        self,
        store: LazyStore,
        user: Callable[[], Awaitable[User]],
        announce: Callable[[SessionDidChange], None],
        *,
        grace_s: float = GRACE_S,
    ) -> None:
        self._store = store
        self._user = user
        self._announce = announce
        self._grace_s = grace_s
        self._leaving: set[asyncio.Task[None]] = set()
        self._seats: dict[UUID, Seat] = {}
        self._practice: dict[str, UUID] = {}  # documents whose binding could not be written, or that have no file
        self._lock = asyncio.Lock()

    def at(self, uri: str) -> Seat | None:
        """The seat a document is at now, without looking anything up."""
        return next((seat for seat in self._seats.values() if uri in seat.documents), None)

    async def join(self, document: Document) -> Seat | None:
        """Seat a document whose challenge is known; None when it belongs to none."""
        async with self._lock:
            return await self._join(document)

    async def take(self, document: Document) -> Seat:
        """Seat a document, making it standalone practice when it belongs to no challenge."""
        async with self._lock:
            return await self._join(document) or await self._practise(document)

    async def open(self, challenge: Challenge, folder: Path) -> Seat:
        """Sit down at a challenge whose files are in a folder; its documents join as the editor opens them."""
        async with self._lock:
            seat = self._seats.get(challenge.id) or await self._sit(challenge, folder)
            seat.left_at = None
            return seat

    async def leave(self, uri: str) -> None:
        """A document was closed; the last one of a challenge ends the session, unless it soon opens again."""
        async with self._lock:
            seat = self.at(uri)
            if seat is None:
                return
            seat.documents.discard(uri)
            if seat.documents:
                return
            seat.left_at = now()
            task = asyncio.get_running_loop().create_task(self._end_later(seat, seat.left_at))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def end(self, seat: Seat) -> Session:
        """End a session now, whatever is still open."""
        async with self._lock:
            return await self._end(seat)

    async def end_at(self, challenge_ids: Collection[UUID]) -> None:
        """End the sessions at these challenges, whatever is still open."""
        async with self._lock:
            for seat in [seat for id_, seat in self._seats.items() if id_ in challenge_ids]:
                await self._end(seat)

    async def leave_all(self) -> None:
        """End every session of this connection."""
        async with self._lock:
            for task in self._leaving:
                task.cancel()
            for seat in list(self._seats.values()):
                await self._end(seat)

    async def look_again(self) -> bool:
        """Read again what was changed elsewhere: challenges and policies, and how far the student got; whether it was.

        Elsewhere is another process, or another machine that syncs.
        """
        async with self._lock:
            store = await self._store.get()
            async with store.read() as tx:
                return any([await _renew(tx, seat) for seat in self._seats.values()])

    def documents(self) -> list[str]:
        """The URIs of all documents that have a seat."""
        return [uri for seat in self._seats.values() for uri in seat.documents]

    def by_session(self, session_id: UUID) -> Seat | None:
        """The seat of a session that is going on in this connection."""
        return next((seat for seat in self._seats.values() if seat.session.id == session_id), None)

    async def _join(self, document: Document) -> Seat | None:
        if seat := self.at(document.uri):
            return seat
        found = self._bound(document)
        if found is None:
            return None
        challenge_id, folder = found
        seat = self._seats.get(challenge_id)
        if seat is None:
            store = await self._store.get()
            try:
                async with store.read() as tx:
                    challenge = await tx.challenges.get(challenge_id)
            except NotFound:
                logger.warning("a file is bound to challenge %s, which is not in this store", challenge_id)
                return None
            seat = await self._sit(challenge, folder)
        seat.documents.add(document.uri)
        seat.left_at = None
        return seat

    def _bound(self, document: Document) -> tuple[UUID, Path | None] | None:
        if practice := self._practice.get(document.uri):
            return practice, document.path and document.path.parent
        return bindings.find(document.path) if document.path else None

    async def _sit(self, challenge: Challenge, folder: Path | None) -> Seat:
        user = await self._user()
        store = await self._store.get()
        session = Session(user_id=user.id, class_id=challenge.class_id, challenge_id=challenge.id)
        async with store.write() as tx:
            await tx.sessions.start(session, owner=_owner())
            policy = await _policy(tx, user, challenge)
            progress = await _progress(tx, user, challenge)
        seat = Seat(
            user=user, challenge=challenge, session=session, policy=policy, progress=progress, folder=folder
        )  # fmt: skip
        self._seats[challenge.id] = seat
        self._tell(seat, open_=True)
        return seat

    async def _practise(self, document: Document) -> Seat:
        user = await self._user()
        place = document.path or PurePosixPath(document.uri.rpartition(":")[2])
        name = place.name or "untitled"
        store = await self._store.get()
        async with store.write() as tx:
            model = await tx.models.ensure(builtin.NAME, builtin.VERSION)
            challenge = Challenge(
                model_id=model.id,
                title=name,
                statement=f"Practice: {name}",
                support_materials={"files": {name: ""}, "main": name},
                created_by_user_id=user.id,
            )
            await tx.challenges.add(challenge)
        self._practice[document.uri] = challenge.id
        if document.path:
            self._remember(document.path, challenge.id)
        seat = await self._sit(challenge, document.path and document.path.parent)
        seat.documents.add(document.uri)
        return seat

    def _remember(self, path: Path, challenge_id: UUID) -> None:
        if bindings.find(path):
            return  # bound to a challenge that is not in this store but may be in another one of the student's
        try:
            bindings.bind(path.parent, [path.name], challenge_id)
        except OSError as error:
            logger.warning("the folder cannot be written, practice is remembered until the editor closes: %s", error)

    async def _end_later(self, seat: Seat, left_at: datetime) -> None:
        """End the session of a seat that stays empty."""
        await asyncio.sleep(self._grace_s)
        async with self._lock:
            if seat.left_at is left_at and self._seats.get(seat.challenge.id) is seat:
                try:
                    await self._end(seat)
                except StoreError as error:
                    logger.warning("a session could not be ended now; the next server does it: %s", error)

    async def _end(self, seat: Seat) -> Session:
        self._seats.pop(seat.challenge.id, None)
        at = seat.left_at or now()
        store = await self._store.get()
        async with store.write() as tx:
            await tx.sessions.end(seat.session.id, at)
        self._tell(seat, open_=False)
        return attrs.evolve(seat.session, ended_at=at)

    def _tell(self, seat: Seat, *, open_: bool) -> None:
        challenge = seat.challenge
        self._announce(
            SessionDidChange(session_id=seat.session.id, challenge_id=challenge.id, title=challenge.title, open=open_)
        )


async def _renew(tx: Transaction, seat: Seat) -> bool:
    before = (seat.challenge, seat.policy, seat.progress)
    with contextlib.suppress(NotFound):  # no longer the student's: what was begun can be finished
        seat.challenge = await tx.challenges.get(seat.challenge.id)
    seat.policy = await _policy(tx, seat.user, seat.challenge)
    seat.progress = await _progress(tx, seat.user, seat.challenge, unrecorded=seat.unrecorded_run)
    return before != (seat.challenge, seat.policy, seat.progress)


async def _policy(tx: Transaction, user: User, challenge: Challenge) -> Policy:
    organization = await tx.organizations.get(user.organization_id)
    class_ = await tx.classes.get(challenge.class_id) if challenge.class_id else None
    return merge(organization.tutor_policy, class_.tutor_policy if class_ else None, challenge.tutor_policy)


async def _progress(
    tx: Transaction, user: User, challenge: Challenge, *, unrecorded: Run | None = None
) -> ladder.Progress:
    earlier = await tx.interactions.for_challenge(user.id, challenge.id)
    runs = [run for run in (await tx.runs.latest(user.id, challenge.id), unrecorded) if run]
    return ladder.progress(earlier, max((run.created_at for run in runs), default=None))


def _owner() -> SessionOwner:
    from storage import SessionOwner  # noqa: PLC0415

    return SessionOwner(host=socket.gethostname(), pid=os.getpid())
