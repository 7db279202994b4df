"""Everything the tutor knows when it is asked: the student's question and what the store holds about it.

`Ask` is what the editor brings, `Situation` what one short read transaction adds. Both are plain data.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

import attrs

from storage.errors import NotFound
from storage.records import TESTS, Challenge, Interaction, Json, Kind, Run, Session, User, now
from taco_lsp.knowledge.question import Query
from taco_lsp.knowledge.retrieve import Passage, retrieve
from taco_lsp.tutor import builtin, ladder
from taco_lsp.tutor.languages import guess
from taco_lsp.tutor.last_run import ending_of
from taco_lsp.tutor.materials import Materials, materials
from taco_lsp.tutor.policy import Policy, layer_of, merge
from taco_lsp.tutor.quota import HOUR
from taco_lsp.tutor.solution_text import unpack

if TYPE_CHECKING:
    from storage.store import Store, Transaction
    from taco_lsp.knowledge.embedding import Embedder

LATEST = 20
"""Earlier interactions that are read: more than a prompt has room for, since some were not answered."""

STATEMENT_TO_SEARCH = 400
"""Characters of the task that say what help without words may be about."""

LONGEST_QUESTION = 8_000
"""Characters of a question that are read."""


@attrs.frozen(kw_only=True)
class Ask:
    """One request for help; `selection` is the first and last selected line, counted from 1.

    What a paused recording keeps out of the store comes along: the last run, and the code at the last hint.
    """

    user: User
    session: Session
    challenge: Challenge
    kind: Kind
    text: str
    code: str
    language_id: str
    filename: str
    selection: tuple[int, int] | None = None
    unrecorded_run: Run | None = None
    code_at_hint: str | None = None

    @property
    def unanswerable(self) -> Literal["no_question", "long_question"] | None:
        """Why this cannot be answered, if it cannot."""
        if len(self.text) > LONGEST_QUESTION:
            return "long_question"
        return "no_question" if self.kind == "question" and not self.text and self.selection is None else None


@attrs.frozen(kw_only=True)
class Situation:
    """An `Ask` with earlier interactions of the challenge (oldest first), last run, policy and next rung.

    Of the earlier ones there are all hints, and the latest of whatever kind.

    `asked` is when the questions of the last hour were asked that count against the policy's limit; `recorded` says
    whether the words of this one may be stored.
    """

    ask: Ask
    policy: Policy
    materials: Materials
    earlier: tuple[Interaction, ...]
    last_run: Run | None
    passages: tuple[Passage, ...]
    rung: ladder.Rung
    asked: tuple[datetime, ...] = ()
    recorded: bool = True

    @property
    def hint_level(self) -> int | None:
        """The rung this answer gives, for hints."""
        return self.rung.next if self.ask.kind == "hint" else None

    @property
    def teacher_hint(self) -> str:
        """What the teacher wrote for the rung of this answer; empty when nothing, or when this is no hint."""
        return "\n\n".join(hint.text.strip() for hint in self.materials.hints if hint.rung == self.hint_level)

    @property
    def teacher_goes_first(self) -> bool:
        """Whether the teacher's own hint comes before anything a model could say."""
        return bool(self.teacher_hint) and (self.hint_level or 0) > self.rung.given

    @property
    def known_code(self) -> tuple[str, ...]:
        """Code that may be shown whatever the policy says: the student's own, and what the teacher wrote."""
        return (self.ask.code, *self.materials.files.values(), *(hint.text for hint in self.materials.hints))

    @property
    def languages(self) -> frozenset[str]:
        """The languages an answer may be in: the policy's, and the one the student asks in."""
        return frozenset({self.policy.language}) | guess(self.ask.text)

    def as_question(self) -> builtin.Question:
        """The same, as the built-in tutor reads it."""
        ask = self.ask
        return builtin.Question(
            kind=ask.kind,
            text=ask.text,
            code=ask.code,
            language_id=ask.language_id,
            filename=ask.filename,
            selection=ask.selection,
            last_run=ending_of(self.last_run) if self.last_run else None,
            title=ask.challenge.title,
            statement=ask.challenge.statement,
            hints=self.materials.hints,
            passages=tuple(passage.text for passage in self.passages),
            hint_level=self.hint_level,
            language=self.policy.language,
        )


async def load(store: Store, ask: Ask, *, embed: Embedder | None = None) -> Situation:
    """Read what the store knows about a question; with `embed`, knowledge is also found by meaning."""
    user = ask.user
    async with store.read() as tx:
        ask = attrs.evolve(ask, challenge=await _as_it_is_now(tx, ask.challenge))
        challenge = ask.challenge
        layers = await policy_layers(tx, user, challenge)
        policy = merge(*layers)
        earlier = tuple(await tx.interactions.for_challenge(user.id, challenge.id, latest=LATEST))
        last_run = ask.unrecorded_run or await tx.runs.latest(user.id, challenge.id)
        paused = await tx.own_data.paused(user.id) is not None
        asked = await _asked(tx, ask, layers) if policy.questions_per_hour is not None else ()
        searches = policy.enabled and not await tx.knowledge.is_empty(user.organization_id)
    given = materials(challenge)
    last_run = last_run and _of_file(last_run, given, ask.code)
    state = ladder.progress(earlier, last_run.created_at if last_run else None)
    if state.given and state.code_then is None:
        state = attrs.evolve(state, code_then=ask.code_at_hint)
    return Situation(
        ask=ask,
        policy=policy,
        materials=given,
        earlier=earlier,
        last_run=last_run,
        passages=await _knowledge(store, ask, last_run, embed) if searches else (),
        rung=ladder.rung(state, ask.code, policy, starter=given.starter),
        asked=asked,
        recorded=policy.recording and not paused,
    )


async def _knowledge(store: Store, ask: Ask, last_run: Run | None, embed: Embedder | None) -> tuple[Passage, ...]:
    task = f"{ask.challenge.title}\n{ask.challenge.statement[:STATEMENT_TO_SEARCH]}"
    return await retrieve(
        store,
        query=Query(text=ask.text or task, code=ask.code, error=last_run.stderr if last_run else ""),
        organization_id=ask.user.organization_id,
        class_id=ask.challenge.class_id,
        challenge_id=ask.challenge.id,
        embed=embed,
    )


async def policy_layers(tx: Transaction, user: User, challenge: Challenge) -> tuple[Json | None, ...]:
    """Read the policies that apply to a student at a challenge, in the order of `policy.LAYERS`."""
    organization = await tx.organizations.get(user.organization_id)
    class_ = await tx.classes.get(challenge.class_id) if challenge.class_id else None
    return organization.tutor_policy, class_.tutor_policy if class_ else None, challenge.tutor_policy


async def _as_it_is_now(tx: Transaction, challenge: Challenge) -> Challenge:
    """A teacher may have changed the challenge since the student sat down; a deleted one is finished as it was."""
    try:
        return await tx.challenges.get(challenge.id)
    except NotFound:
        return challenge


async def _asked(tx: Transaction, ask: Ask, layers: tuple[Json | None, ...]) -> tuple[datetime, ...]:
    """The questions of the last hour in the scope of the layer that limits them."""
    where: dict[str, UUID | None] = {}
    match layer_of("questions_per_hour", *layers):
        case "challenge":
            where = {"challenge_id": ask.challenge.id}
        case "class":
            where = {"class_id": ask.challenge.class_id}
    return tuple(await tx.usage.asked_since(ask.user.id, now() - HOUR, **where))


def _of_file(run: Run, given: Materials, code: str) -> Run:
    """A run of the tests holds the whole solution; give it with the file that is asked about, if that is unchanged."""
    if run.command.startswith(TESTS) and code in unpack(run.code, given.paths).values():
        return attrs.evolve(run, code=code)
    return run
