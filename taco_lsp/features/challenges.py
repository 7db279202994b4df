"""`taco/challenge/list` and `taco/challenge/open`: find a challenge, put its files into a folder, sit down at it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from storage.records import Challenge, User
from taco_lsp.context import Context, bindings
from taco_lsp.errors import CannotWrite, InvalidParams
from taco_lsp.tutor.materials import STATEMENT_FILE, about, materials, statement_text
from taco_lsp.tutor.solution_text import unpack
from taco_lsp.wire.types import (
    ChallengeList,
    ChallengeOpenParams,
    ChallengeOpenResult,
    ChallengeSummary,
    Nothing,
)  # fmt: skip
from taco_lsp.wire.uris import path_of

if TYPE_CHECKING:
    from storage.store import Store


async def list_(ctx: Context, _: Nothing) -> ChallengeList:
    """List the challenges this student can open, newest first."""
    user = await ctx.user()
    store = await ctx.store.get()
    async with store.read() as tx:
        challenges = await tx.challenges.list_for_user(user.id)
        started = {session.challenge_id for session in await tx.sessions.for_user(user.id)}
    return ChallengeList(
        challenges=tuple(
            ChallengeSummary(
                id=challenge.id,
                title=challenge.title,
                statement=challenge.statement,
                class_id=challenge.class_id,
                started=challenge.id in started,
                practice=challenge.class_id is None,
                **attrs.asdict(about(challenge)),
            )
            for challenge in challenges
        )
    )


@attrs.frozen(kw_only=True)
class Placed:
    """A challenge's folder on disk; paths are relative to it.

    Attributes:
        files: what the student works on, the main file first.
        kept: those that were not overwritten, because they hold newer work.
        restored: whether they hold the student's latest solution, not the starter.
    """

    folder: Path
    files: tuple[str, ...]
    kept: tuple[str, ...]
    restored: bool


async def place(store: Store, user: User, challenge: Challenge, parent: Path) -> Placed:
    """Write the files (starter, or the latest saved solution) into a folder of their own in `parent`, and bind them.

    A file on disk is overwritten only when its text is already on record, as the starter or a saved version.

    Raises:
        CannotWrite: the folder cannot be written.
    """
    wanted, on_record, restored = await _texts(store, user, challenge)
    folder = _folder(parent, challenge)
    try:
        kept = _lay_out(folder, challenge, wanted, on_record)
    except OSError as error:
        raise CannotWrite(
            f"The folder {folder} cannot be written ({error.strerror}).", "Choose another folder."
        ) from error
    return Placed(folder=folder, files=tuple(wanted), kept=tuple(kept), restored=restored)


async def open_(ctx: Context, params: ChallengeOpenParams) -> ChallengeOpenResult:
    """Write the files (starter, or the latest saved solution), bind them, and start the session.

    A file on disk is overwritten only when its text is already on record, as the starter or a saved version:
    newer work is kept and named in `kept`.

    Raises:
        NotFound: no such challenge.
        InvalidParams: the folder is not a local folder, or none is open.
        CannotWrite: the folder cannot be written.
    """
    user = await ctx.user()
    store = await ctx.store.get()
    async with store.read() as tx:
        challenge = await tx.challenges.get(params.challenge_id)
    placed = await place(store, user, challenge, _parent(ctx, params))
    folder = placed.folder
    seat = await ctx.seats.open(challenge, folder)
    paths = [folder / path for path in placed.files]
    if paths:
        await ctx.editor.show(paths[0], focus=True)
    return ChallengeOpenResult(
        challenge_id=challenge.id,
        session_id=seat.session.id,
        title=challenge.title,
        folder=folder.as_uri(),
        files=tuple(path.as_uri() for path in paths),
        kept=tuple((folder / path).as_uri() for path in placed.kept),
        restored=placed.restored,
    )


async def _texts(
    store: Store, user: User, challenge: Challenge
) -> tuple[Mapping[str, str], Mapping[str, set[str]], bool]:
    """What each file should hold, every text of it that is on record, and whether a solution is restored."""
    given = materials(challenge)
    async with store.read() as tx:
        current = await tx.solutions.current(user.id, challenge.id)
        revisions = await tx.solutions.history(user.id, challenge.id)
    wanted = {path: given.files[path] for path in given.paths}
    on_record = {path: {text} for path, text in wanted.items()}
    for revision in revisions:
        for path, text in unpack(revision.solution, given.paths).items():
            on_record.setdefault(path, set()).add(text)
    if current:
        wanted |= unpack(current.solution, given.paths)
    return wanted, on_record, current is not None


def _parent(ctx: Context, params: ChallengeOpenParams) -> Path:
    if params.folder:
        parent = path_of(params.folder)
        if parent is None:
            raise InvalidParams("`folder`: must be a file: URI of a folder on this machine.", field="folder")
        return parent
    if ctx.editor.folders:
        return ctx.editor.folders[0]
    raise InvalidParams("`folder`: no folder is open in the editor; name one.", field="folder")


def _folder(parent: Path, challenge: Challenge) -> Path:
    slug = _slug(challenge.title)
    taken = set(bindings.read(parent / slug).values())
    return parent / slug if taken <= {challenge.id} else parent / f"{slug}-{str(challenge.id)[-6:]}"


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60] or "challenge"


def _lay_out(
    folder: Path, challenge: Challenge, wanted: Mapping[str, str], on_record: Mapping[str, set[str]]
) -> list[str]:
    """Write the files and the binding; return the paths whose newer work was kept."""
    kept = []
    given = materials(challenge)
    for path, text in wanted.items():
        file = folder / path
        there = _read(file)
        known = there is None or there in on_record[path] or given.was_given(path, there)
        if there != text and not known:
            kept.append(path)
        elif there != text:
            bindings.write_whole(file, text)
    for path, text in ({STATEMENT_FILE: statement_text(challenge)} | dict(given.tests)).items():
        there = _read(folder / path)
        if path not in wanted and (there is None or given.was_given(path, there)):
            bindings.write_whole(folder / path, text)
    bindings.bind(folder, wanted, challenge.id)
    return kept


def _read(file: Path) -> str | None:
    try:
        return file.read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return None
