"""One connected editor and everything its features share. Holds no logic of its own beyond opening things late."""

from __future__ import annotations

import asyncio
import logging
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from storage.records import User
from taco_lsp.config import Effective, default_store_url
from taco_lsp.context.editor import Document, Editor, Mark, Origin
from taco_lsp.context.seats import GRACE_S, Seat, Seats
from taco_lsp.errors import NoDocument
from taco_lsp.models.endpoint import Endpoint
from taco_lsp.models.errors import ModelError
from taco_lsp.models.keys import find_key
from taco_lsp.stores import Stores
from taco_lsp.sync.connecting import syncer_of
from taco_lsp.tutor.policy import Policy, merge
from taco_lsp.wire.types import TextDocument

if TYPE_CHECKING:
    from taco_lsp.knowledge.embedding import Embedder
    from taco_lsp.models.client import ChatClient
    from taco_lsp.sync.loop import Listener

logger = logging.getLogger(__name__)

LARGEST_DOCUMENT = 1_000_000
"""Characters of a document the tutor reads; a longer one is refused with a clear message."""


class Context:
    """What one connection's features work with.

    Attributes:
        config: settings in force, with the source of each.
        editor: the editor, to read documents and talk back.
        store: the store, opened on first use.
        seats: which document is at which challenge.
        marks: by URI, the lines marked in a document.
        policy: the policy where the student sits at no challenge, the organization's; a seat has its own.
        paused: whether the student has paused the recording, as far as this connection knows.
        syncer: syncs the store with the school's server, if there is one.
    """

    def __init__(
        self, config: Effective, editor: Editor, stores: Stores | None = None, *, grace_s: float = GRACE_S
    ) -> None:
        self.config = config
        self.editor = editor
        self._stores = stores or Stores()
        self.store = self._stores.hold(config.settings.store or default_store_url())
        self.seats = Seats(self.store, self.user, partial(editor.send, "taco/session/didChange"), grace_s=grace_s)
        self.marks: dict[str, tuple[Mark, ...]] = {}
        self.policy = Policy()
        self.paused = False
        self._recent: dict[str, None] = {}  # URIs, the last used one last
        self._client: ChatClient | None = None
        self._said: set[str] = set()
        self._opening_client = asyncio.Lock()
        self.syncer = syncer_of(self.store, config.settings.sync_remote)
        self._stop_listening = [self.syncer.listen(partial(editor.send, "taco/sync/didChange"))]

    async def user(self) -> User:
        """The person at this editor; asked every time, because somebody may have signed in with another editor."""
        return await (await self.store.get()).local_profile()

    def document(self, named: TextDocument) -> Document:
        """An open document.

        Raises:
            NoDocument: it is not open, or too long to be tutored.
        """
        document = self.editor.document(named.uri)
        if document is None:
            raise NoDocument("This file is not open in the editor.", "Open it and try again.")
        if len(document.text) > LARGEST_DOCUMENT:
            raise NoDocument(
                f"This file is too long for the tutor: {len(document.text):,} characters.",
                f"The limit is {LARGEST_DOCUMENT:,}. Put your code into a smaller file.",
            )
        return document

    def used(self, uri: str) -> None:
        """Remember that the student works in this document now."""
        self._recent.pop(uri, None)
        self._recent[uri] = None

    def last_used(self, folder: Path) -> Document | None:
        """The document of a folder (or below it) that was used last, if one is still open."""
        for uri in reversed(self._recent):
            document = self.editor.document(uri)
            if document and document.path and document.path.is_relative_to(folder):
                return document
        return None

    async def client(self) -> ChatClient | None:
        """The client of the configured model; None when the built-in tutor answers."""
        if not self.config.settings.model_endpoint:
            return None
        async with self._opening_client:
            if self._client is None:
                try:
                    self._client = await self._connect(self.config.settings.model_endpoint)
                except (ValueError, ModelError) as error:
                    self.say_once(
                        f"The model cannot be asked: {str(error).rstrip('.')}. The built-in tutor answers instead."
                    )
            return self._client

    async def _connect(self, url: str) -> ChatClient:
        from taco_lsp.models.client import ChatClient  # noqa: PLC0415 - httpx is imported on the first question

        settings = self.config.settings
        key = await asyncio.to_thread(find_key, url, os.environ)
        timeout = settings.model_timeout_s
        return ChatClient(Endpoint(url=url, model=settings.model_name, key=key, total_timeout_s=timeout))

    def embedder(self) -> Embedder | None:
        """What searches the knowledge by meaning; None when no embedding model is configured or it cannot be asked."""
        settings = self.config.settings
        if self._client is None or not settings.model_embeddings:
            return None
        from taco_lsp.knowledge.embedding import of_endpoint  # noqa: PLC0415

        return of_endpoint(attrs.evolve(self._client.endpoint, model=settings.model_embeddings))

    def remark(self, uri: str, origin: Origin, marks: tuple[Mark, ...]) -> None:
        """Mark these lines of a document instead of those of the same origin before."""
        others = tuple(mark for mark in self.marks.get(uri, ()) if mark.origin != origin)
        if origin == "note" and not marks and len(others) == len(self.marks.get(uri, ())):
            return
        self.marks[uri] = (*others, *marks)
        self.editor.mark(uri, self.marks[uri])

    def policy_at(self, uri: str) -> Policy:
        """The policy in force for a document, as far as this connection knows."""
        seat = self.seats.at(uri)
        return seat.policy if seat else self.policy

    def on_sync(self, listener: Listener) -> None:
        """Let somebody know of every change of the sync's status, as long as this connection lasts."""
        self._stop_listening.append(self.syncer.listen(listener))

    async def look_again(self) -> bool:
        """Read again what others, and the student elsewhere, may have changed; whether something was."""
        user = await self.user()
        before = self.policy
        async with (await self.store.get()).read() as tx:
            self.policy = merge((await tx.organizations.get(user.organization_id)).tutor_policy)
        return await self.seats.look_again() or before != self.policy

    async def is_recording(self, seat: Seat) -> bool:
        """Whether what the student does at a challenge is stored: neither paused, nor switched off by the policy."""
        store = await self.store.get()
        async with store.read() as tx:
            self.paused = await tx.own_data.paused(seat.user.id) is not None
        return seat.policy.recording and not self.paused

    def say_once(self, text: str) -> None:
        """Show a warning the first time it comes up in this connection."""
        if text not in self._said:
            self._said.add(text)
            self.editor.say(text, "warning")

    async def close(self) -> None:
        """End the sessions, and let go of the model and the store."""
        for stop in self._stop_listening:
            stop()
        try:
            if self.store.opened is not None:
                await self.seats.leave_all()
        finally:
            if self._client is not None:
                await self._client.aclose()
            await self._stores.release(self.store)
