"""Writes a data set: reads portions of rows, makes events, orders them, and writes them down, in bounded memory."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from storage.exporting import ExportChallenge, ExportFilter, ExportRows
from taco_lsp import __version__
from taco_lsp.collecting import not_collecting
from taco_lsp.export.progsnap2 import files
from taco_lsp.export.progsnap2.comments import without_comments
from taco_lsp.export.progsnap2.csv_text import LINE_END, field, line
from taco_lsp.export.progsnap2.events import Event, Telling, events
from taco_lsp.export.progsnap2.pseudonyms import Pseudonyms, redacted, without_names
from taco_lsp.export.progsnap2.readme import readme
from taco_lsp.export.progsnap2.schema import METADATA

if TYPE_CHECKING:
    from storage import Store

PORTION = 10_000
"""Rows of a table that are in memory at once."""


@attrs.frozen(kw_only=True)
class Exported:
    """What was written."""

    folder: Path
    subjects: int
    events: int
    code_states: int
    problems: int


Progress = Callable[[int], None]
"""Told how many events are written."""


async def export(
    store: Store,
    folder: Path,
    *,
    key: bytes,
    chosen: ExportFilter,
    redact: bool = False,
    force: bool = False,
    progress: Progress = lambda _: None,
) -> Exported:
    """Write what students of a store have done as a ProgSnap2 data set.

    Args:
        store: where to read; one moment of it is exported.
        folder: becomes the data set when all of it is written.
        key: of the pseudonyms.
        chosen: which rows.
        redact: leave out every text that is not a program, and the comments of programs.
        force: replace an earlier data set in `folder`.
        progress: told how far it is.

    Raises:
        InvalidParams: `folder` is not empty.
        CannotWrite: the disk does not take it.
    """
    files.check_target(folder, force=force)
    with files.put_into_place(folder) as new, not_collecting():
        async with store.read() as tx:
            challenges = await tx.export.challenges(chosen)
            models = {model.id.hex: (model.name, model.version) for model in await tx.models.list()}
            with files.Tables(new) as tables:
                writer = Writer(tables, Pseudonyms(key), challenges, models, redact=redact)
                writing: asyncio.Future[None] | None = None
                async for rows in tx.export.portions(chosen, PORTION):  # read while the last portion is written
                    if writing is not None:
                        await writing
                        progress(writer.order)
                    writing = asyncio.ensure_future(asyncio.to_thread(writer.write, rows))
                if writing is not None:
                    await writing
                writer.finish()
        files.write_table(new / files.METADATA_FILE, [("Property", "Value"), *METADATA])
        made = Exported(
            folder=folder, subjects=writer.subjects, events=writer.order, code_states=writer.code_states,
            problems=len(writer.problems),
        )  # fmt: skip
        (new / "README.md").write_text(readme(__version__, redact=redact), encoding="utf-8")
    return made


class Writer:
    """Orders events and writes them; remembers the code of the student it is at."""

    def __init__(
        self,
        tables: files.Tables,
        names: Pseudonyms,
        challenges: dict[str, ExportChallenge],
        models: dict[str, tuple[str, str]],
        *,
        redact: bool,
    ) -> None:
        self.order = 0
        self.subjects = 0
        self.code_states = 0
        self.problems: set[str] = set()
        self._tables = tables
        self._names = names
        self._challenges = challenges
        self._redact = redact
        self._telling = Telling(
            names=names, words=redacted if redact else without_names, main=self._main_file, models=models
        )
        self._places: dict[str, tuple[ExportChallenge, str]] = {}
        self._user = ""
        self._subject = ""
        self._code: dict[str, str] = {}  # the code state of this student at each challenge
        self._known: set[str] = set()  # the code states of this student that are written
        self._seen: dict[str, str] = {}  # code states by the code itself, of this portion
        self._states: list[str] = []  # rows of code states that are not written yet
        self._later: list[Event] = []  # the end of a session that was cut off with its portion

    def write(self, rows: ExportRows) -> None:
        """Write a portion."""
        made = [*self._later, *events(rows, self._telling)]
        made.sort()
        self._later = [event for event in made if rows.until and event.at > rows.until]
        self._put(made[: len(made) - len(self._later)])

    def finish(self) -> None:
        """Write what was still held back, and the problems."""
        self._put(self._later)
        self._later = []
        self._tables.links["LinkProblem"].writelines(line(self._problem(id_)) for id_ in sorted(self.problems))

    def _put(self, made: list[Event]) -> None:
        self._seen = {}
        self._tables.main.write("".join(map(self._row, made)))
        self._tables.code_states.write("".join(self._states))
        self._states = []
        linked: dict[str, list[str]] = defaultdict(list)
        for event in made:
            if event.link is not None:
                linked[event.link[0]].append(event.link[1])
        for table, rows in linked.items():
            self._tables.links[table].write("".join(rows))

    def _row(self, event: Event) -> str:
        """The row of an event in the main table; a new state of the code is noted on the way."""
        user, at, _, _, challenge_id, type_, session, name, parent, code, rest, _ = event
        if user != self._user:
            self._begin(user)
        self.order += 1
        challenge, place = self._place(challenge_id)
        return (
            f"{type_},{name},{self._subject},{self.order},{at}+00:00,{self._state(challenge_id, challenge, code)},"
            f"taco-lsp,{place},{self._names.of('session', session)},{parent},{rest}{LINE_END}"
        )

    def _place(self, id_: str) -> tuple[ExportChallenge, str]:
        """A challenge, and the columns that name its class and itself."""
        known = self._places.get(id_)
        if known is None:
            self.problems.add(id_)
            challenge = self._challenges.get(id_, _UNKNOWN)
            section = self._names.of("class", challenge.class_id) if challenge.class_id else ""
            known = self._places[id_] = (challenge, f"{section},{self._names.of('problem', id_)}")
        return known

    def _begin(self, user: str) -> None:
        self._user = user
        self._subject = self._names.of("subject", user)
        self.subjects += 1
        self._code = {}
        self._known = set()
        self._seen = {}

    def _state(self, challenge_id: str, challenge: ExportChallenge, code: str | None) -> str:
        """The id of the student's code at an event, written down when it is new."""
        if code is None:
            known = self._code.get(challenge_id)
            if known is not None or challenge.starter is None:
                return known or ""
            code = challenge.starter
        id_ = self._seen.get(code)
        if id_ is None:
            id_ = self._seen[code] = self._names.code(self._user, code)
            if id_ not in self._known:
                self._known.add(id_)
                self._add_state(id_, code, challenge)
        self._code[challenge_id] = id_
        return id_

    def _add_state(self, id_: str, code: str, challenge: ExportChallenge) -> None:
        self.code_states += 1
        shown = without_comments(code, challenge.main) if self._redact else code
        self._states.append(f"{id_},{field(without_names(shown))}{LINE_END}")

    def _main_file(self, challenge_id: str) -> str:
        return self._challenges.get(challenge_id, _UNKNOWN).main or "main"

    def _problem(self, id_: str) -> tuple[str, str, str, str]:
        """Names of practice files are the students' own choice, so they stay out."""
        challenge = self._challenges.get(id_, _UNKNOWN)
        section = self._names.of("class", challenge.class_id) if challenge.class_id else ""
        named = (challenge.title, challenge.main) if challenge.class_id else ("", "")
        return (self._names.of("problem", id_), *named, section)


_UNKNOWN = ExportChallenge(class_id=None, title="", main="", starter=None)
