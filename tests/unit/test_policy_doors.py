"""The policy on every door: off, quotas, ceilings and languages, from school to challenge, also while it changes."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest
from test_offers import TRACE, lenses, lines, titles
from test_replacing import HARMLESS

from storage import Challenge, Class, Enrollment
from taco_lsp.errors import QuotaReached, TutorOff
from taco_lsp.features import offers
from taco_lsp.features.conversation import question_in
from taco_lsp.tutor.languages import guess
from tests.support.desk import BUGGY, SOLUTION, Desk, MakeDesk
from tests.support.scripted_model import ScriptedModel, reply, stalled

LAYERS = ("organization", "class", "challenge")


async def add_class(desk: Desk, policy: dict[str, Any] | None = None) -> Class:
    user = await desk.ctx.user()
    class_ = Class(organization_id=user.organization_id, name="9b", tutor_policy=policy)
    async with (await desk.ctx.store.get()).write() as tx:
        await tx.classes.add(class_)
        await tx.classes.enrol(Enrollment(user_id=user.id, class_id=class_.id))
    return class_


def decree(desk: Desk, table: str, policy: dict[str, Any] | None) -> None:
    """Write a policy into the store file, as a teacher at another machine would."""
    with closing(sqlite3.connect(desk.store)) as connection:
        connection.execute(f"UPDATE {table} SET tutor_policy = ?", [policy and json.dumps(policy)])
        connection.commit()


async def seated(desk: Desk, layer: str, policy: dict[str, Any], text: str = BUGGY) -> str:
    """Sit down at a challenge of a class, with a policy on one layer."""
    class_ = await add_class(desk, policy if layer == "class" else None)
    if layer == "organization":
        decree(desk, "organizations", policy)
    own = {"tutor_policy": policy} if layer == "challenge" else {}
    return await desk.sit_down(text, class_id=class_.id, **own)


def grow_older(desk: Desk, minutes: float) -> None:
    """Let the recorded questions be that much longer ago."""
    with closing(sqlite3.connect(desk.store)) as connection:
        for id_, created in connection.execute("SELECT id, created_at FROM llm_interactions").fetchall():
            earlier = datetime.fromisoformat(created) - timedelta(minutes=minutes)
            connection.execute("UPDATE llm_interactions SET created_at = ? WHERE id = ?", [earlier.isoformat(" "), id_])
        connection.commit()


# --- off -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("kind", ["question", "explain", "hint", "review"])
async def test_off_is_off_for_every_kind_of_question(
    model_desk: Desk, model: ScriptedModel, layer: str, kind: str
) -> None:
    uri = await seated(model_desk, layer, {"enabled": False})
    with pytest.raises(TutorOff):
        await model_desk.about("ask", uri, kind=kind, question="why?")
    assert (model.requests, model_desk.rows("llm_interactions")) == ((), [])


@pytest.mark.parametrize("layer", LAYERS)
async def test_off_hides_the_tutor_and_keeps_the_rest(desk: Desk, layer: str) -> None:
    uri = await seated(desk, layer, {"enabled": False})
    run = await desk.about("run/report", uri, command="x", stdout="", stderr=TRACE, exitCode=1)
    assert "explanation" not in run
    assert titles(desk, uri, lines(0, 9)) == ["Run", "Save as my solution"]
    assert lenses(desk, uri) == ["Run", "History"]
    assert not any(offers.explanation_at(desk.ctx, uri, line) for line in range(9))
    assert (await desk.about("status", uri))["seat"]["policy"]["enabled"] is False
    await desk.about("solution/save", uri)
    assert [event["kind"] for event in (await desk.about("journey", uri))["events"]] == ["open", "run", "edit"]


async def test_a_tutor_that_is_switched_off_meanwhile_answers_no_more(desk: Desk) -> None:
    uri = await seated(desk, "challenge", {})
    await desk.about("run/report", uri, command="x", stdout="", stderr=TRACE, exitCode=1)
    assert offers.explanation_at(desk.ctx, uri, 3)
    decree(desk, "classes", {"enabled": False})
    before = desk.editor.refreshed
    with pytest.raises(TutorOff):
        await desk.about("ask", uri, question="why?")
    assert desk.editor.refreshed > before
    assert lenses(desk, uri) == ["Run", "History"]
    assert offers.explanation_at(desk.ctx, uri, 3) is None


async def test_what_the_teacher_changes_meanwhile_holds_for_the_next_answer(desk: Desk) -> None:
    uri = await seated(desk, "class", {"hint_ceiling": 2})
    assert "Give me a hint (1 of 2)" in lenses(desk, uri)
    decree(desk, "classes", {"hint_ceiling": 4})
    assert (await desk.about("ask", uri, kind="hint"))["nextHint"]["ceiling"] == 4
    assert "Give me a hint (1 of 4) again" in lenses(desk, uri)


async def test_the_conversation_says_that_the_tutor_is_off(desk: Desk) -> None:
    uri = await seated(desk, "class", {"enabled": False})
    path = desk.editor.open[uri].path
    assert path is not None
    conversation = await desk.show(
        (path.parent / ".taco/conversation.md").as_uri(), "## You\n\nwhy?\n", path=path.parent / ".taco/conversation.md"
    )
    asked = question_in(desk.ctx, desk.editor.open[conversation])
    assert asked is not None
    with pytest.raises(TutorOff, match="switched off"):
        await desk.command("ask", textDocument={"uri": asked.text_document.uri}, question=asked.question)


@pytest.mark.parametrize("language", ["en", "pt-BR", "es"])
async def test_a_refusal_is_in_the_policy_s_language(desk: Desk, language: str) -> None:
    uri = await seated(desk, "class", {"enabled": False, "language": language})
    with pytest.raises(TutorOff) as caught:
        await desk.about("ask", uri, question="why?")
    assert guess(f"{caught.value} {caught.value.hint}") <= {language[:2]}


# --- quotas ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", LAYERS)
async def test_after_the_last_question_of_an_hour_the_time_of_the_next_is_told(desk: Desk, layer: str) -> None:
    uri = await seated(desk, layer, {"questions_per_hour": 2})
    for _ in range(2):
        await desk.about("ask", uri, question="why?")
    with pytest.raises(QuotaReached, match="2") as caught:
        await desk.about("ask", uri, kind="hint")
    assert (caught.value.code, caught.value.kind) == (1008, "quota")
    found = re.search(r"Try again at (\d\d:\d\d)\.", caught.value.hint)
    assert found
    first = datetime.fromisoformat(desk.rows("llm_interactions")[0]["created_at"] + "+00:00")
    due = (first + timedelta(hours=1)).astimezone()
    assert found[1] in {f"{due:%H:%M}", f"{due + timedelta(minutes=1):%H:%M}"}
    assert len(desk.rows("llm_interactions")) == 2


async def test_a_question_becomes_free_after_an_hour(desk: Desk) -> None:
    uri = await seated(desk, "class", {"questions_per_hour": 1})
    await desk.about("ask", uri, question="why?")
    grow_older(desk, 59)
    with pytest.raises(QuotaReached):
        await desk.about("ask", uri, question="why?")
    grow_older(desk, 2)
    assert (await desk.about("ask", uri, question="why?"))["response"]


async def test_a_quota_survives_a_restart(desk: Desk, make_desk: MakeDesk) -> None:
    uri = await seated(desk, "class", {"questions_per_hour": 1})
    path = desk.editor.open[uri].path
    await desk.about("ask", uri, question="why?")
    await desk.leave()
    later = make_desk()
    await later.show(uri, BUGGY, path=path)
    with pytest.raises(QuotaReached):
        await later.about("ask", uri, question="why?")


@pytest.mark.parametrize(("layer", "is_free"), [("organization", False), ("class", False), ("challenge", True)])
async def test_a_quota_counts_where_it_was_set(desk: Desk, layer: str, is_free: bool) -> None:
    policy = {"questions_per_hour": 1}
    class_ = await add_class(desk, policy if layer == "class" else None)
    if layer == "organization":
        decree(desk, "organizations", policy)
    own = {"tutor_policy": policy} if layer == "challenge" else {}
    first = await desk.sit_down(BUGGY, class_id=class_.id, title="One", **own)
    other = await desk.sit_down(BUGGY, class_id=class_.id, title="Two", **own)
    await desk.about("ask", first, question="why?")
    if is_free:
        assert (await desk.about("ask", other, question="why?"))["response"]
    else:
        with pytest.raises(QuotaReached):
            await desk.about("ask", other, question="why?")


async def test_a_quota_of_a_class_and_practice_leave_each_other_alone(desk: Desk) -> None:
    practice = await desk.open("loop.py", BUGGY)
    await desk.about("ask", practice, question="why?")
    uri = await seated(desk, "class", {"questions_per_hour": 1})
    assert (await desk.about("ask", uri, question="why?"))["response"]
    assert (await desk.about("ask", practice, question="why?"))["response"]
    with pytest.raises(QuotaReached):
        await desk.about("ask", uri, question="why?")


async def test_a_limit_of_nothing_names_no_time(desk: Desk) -> None:
    uri = await seated(desk, "challenge", {"questions_per_hour": 0})
    with pytest.raises(QuotaReached, match="no questions") as caught:
        await desk.about("ask", uri, question="why?")
    assert not re.search(r"\d", caught.value.hint)


async def test_an_answer_that_took_several_attempts_is_one_question(model_desk: Desk, model: ScriptedModel) -> None:
    model.script(reply(f"```python\n{SOLUTION}```\n"), reply(HARMLESS), reply(HARMLESS))
    uri = await seated(model_desk, "class", {"questions_per_hour": 2})
    for _ in range(2):
        await model_desk.about("ask", uri, question="why?")
    assert len(model_desk.rows("llm_interactions")) == 3
    with pytest.raises(QuotaReached):
        await model_desk.about("ask", uri, question="why?")


async def test_a_refused_hint_is_no_question(desk: Desk) -> None:
    uri = await desk.sit_down(tutor_policy={"questions_per_hour": 1, "require_attempt": True})
    for _ in range(3):
        assert (await desk.about("ask", uri, kind="hint"))["hintLevel"] == 0
    assert (await desk.about("ask", uri, question="why?"))["response"]


async def test_asking_many_things_at_once_does_not_get_round_the_quota(model_desk: Desk, model: ScriptedModel) -> None:
    model.always(reply(HARMLESS).after(0.05))
    uri = await seated(model_desk, "class", {"questions_per_hour": 3})
    asking = [model_desk.about("ask", uri, question=f"why {number}?") for number in range(8)]
    results = await asyncio.gather(*asking, return_exceptions=True)
    assert sum(isinstance(result, QuotaReached) for result in results) == 5
    assert len(model_desk.rows("llm_interactions")) == len(model.requests) == 3


async def test_a_cancelled_question_counts(model_desk: Desk, model: ScriptedModel) -> None:
    model.script(stalled("Well, "))
    uri = await seated(model_desk, "class", {"questions_per_hour": 1})
    asking = asyncio.create_task(model_desk.about("ask", uri, question="why?"))
    async with asyncio.timeout(20):
        while not model.requests:
            await asyncio.sleep(0.005)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    with pytest.raises(QuotaReached):
        await model_desk.about("ask", uri, question="why?")


# --- layers ----------------------------------------------------------------------------------------------------


async def test_the_narrower_layer_wins_key_by_key(desk: Desk) -> None:
    decree(desk, "organizations", {"hint_ceiling": 4, "language": "es", "enabled": False})
    class_ = await add_class(desk, {"hint_ceiling": 3, "enabled": True})
    uri = await desk.sit_down(BUGGY, class_id=class_.id, tutor_policy={"hint_ceiling": 2})
    answer = await desk.about("ask", uri, kind="hint")
    assert answer["nextHint"]["ceiling"] == 2
    policy = (await desk.about("status", uri))["seat"]["policy"]
    assert (policy["hintCeiling"], policy["language"], policy["enabled"]) == (2, "es", True)


async def test_a_challenge_that_was_changed_meanwhile_is_answered_as_it_is_now(
    model_desk: Desk, model: ScriptedModel
) -> None:
    model.always(reply(HARMLESS))
    uri = await model_desk.sit_down(BUGGY)
    seat = model_desk.ctx.seats.at(uri)
    assert seat is not None
    store = await model_desk.ctx.store.get()
    async with store.write() as tx:
        changed: Challenge = attrs.evolve(seat.challenge, statement="Write NOTHING BUT a test.")
        await tx.challenges.update(changed)
    await model_desk.about("ask", uri, question="why?")
    assert "NOTHING BUT" in model.requests[0].body["messages"][-1]["content"]
    async with store.write() as tx:
        await tx.challenges.delete(changed.id)
    assert (await model_desk.about("ask", uri, question="why?"))["response"] == HARMLESS


# --- language --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "words"), [("pt-BR", "por conta própria"), ("es", "por tu cuenta")])
async def test_a_refused_hint_is_in_the_policy_s_language(desk: Desk, language: str, words: str) -> None:
    uri = await desk.sit_down(tutor_policy={"language": language, "require_attempt": True})
    assert words in (await desk.about("ask", uri, kind="hint"))["response"]


async def test_what_a_teacher_decrees_meanwhile_is_seen_at_the_next_look(desk: Desk) -> None:
    uri = await seated(desk, "organization", {"hint_ceiling": 5})
    assert "Give me a hint (1 of 5)" in lenses(desk, uri)
    decree(desk, "organizations", {"hint_ceiling": 2})
    assert await desk.ctx.look_again()
    assert "Give me a hint (1 of 2)" in lenses(desk, uri)
    decree(desk, "organizations", {"enabled": False})
    assert await desk.ctx.look_again()
    assert lenses(desk, uri) == ["Run", "History"]
    assert not await desk.ctx.look_again(), "nothing was changed since"


async def test_a_file_of_no_challenge_is_offered_what_the_organization_allows(desk: Desk) -> None:
    await desk.ctx.user()
    uri = await desk.open("a.py", BUGGY)
    assert "Ask about this" in titles(desk, uri)
    decree(desk, "organizations", {"enabled": False})
    await desk.ctx.look_again()
    assert titles(desk, uri) == ["Run", "Save as my solution"]
