"""Everything the tutor knows when it is asked: the student's question and what the store holds about it.

`Ask` is what the editor brings, `Situation` what one short read transaction adds. Both are plain data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from storage.records import Challenge, Interaction, Kind, Run, Session, User
from taco_lsp.tutor import builtin, ladder
from taco_lsp.tutor.materials import Materials, materials
from taco_lsp.tutor.policy import Policy, merge

if TYPE_CHECKING:
    from storage.store import Store


@attrs.frozen(kw_only=True)
class Ask:
    """One request for help; `selection` is the first and last selected line, counted from 1."""

    user: User
    session: Session
    challenge: Challenge
    kind: Kind
    text: str
    code: str
    language_id: str
    filename: str
    selection: tuple[int, int] | None = None


@attrs.frozen(kw_only=True)
class Situation:
    """An `Ask` with the challenge's earlier interactions (oldest first), last run, policy and next rung."""

    ask: Ask
    policy: Policy
    materials: Materials
    earlier: tuple[Interaction, ...]
    last_run: Run | None
    passages: tuple[str, ...]
    rung: ladder.Rung

    @property
    def hint_level(self) -> int | None:
        """The rung this answer gives, for hints."""
        return self.rung.next if self.ask.kind == "hint" else None

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
            last_run=_last_run(self.last_run),
            title=ask.challenge.title,
            statement=ask.challenge.statement,
            hints=self.materials.hints,
            passages=self.passages,
            hint_level=self.hint_level,
        )


async def load(store: Store, ask: Ask) -> Situation:
    """Read what the store knows about a question, in one transaction."""
    user, challenge = ask.user, ask.challenge
    async with store.read() as tx:
        organization = await tx.organizations.get(user.organization_id)
        class_ = await tx.classes.get(challenge.class_id) if challenge.class_id else None
        earlier = tuple(await tx.interactions.for_challenge(user.id, challenge.id))
        last_run = await tx.runs.latest(user.id, challenge.id)
        knowledge = await tx.knowledge.for_scopes(user.organization_id, challenge.class_id, challenge.id)
    policy = merge(organization.tutor_policy, class_.tutor_policy if class_ else None, challenge.tutor_policy)
    given = materials(challenge)
    state = ladder.progress(earlier, last_run.created_at if last_run else None)
    return Situation(
        ask=ask,
        policy=policy,
        materials=given,
        earlier=earlier,
        last_run=last_run,
        passages=tuple(entry.text for entry in knowledge),
        rung=ladder.rung(state, ask.code, policy, starter=given.starter),
    )


def _last_run(run: Run | None) -> builtin.LastRun | None:
    if run is None:
        return None
    return builtin.LastRun(
        stdout=run.stdout, stderr=run.stderr, exit_code=run.exit_code, timed_out=run.timed_out, stdin=run.stdin
    )
