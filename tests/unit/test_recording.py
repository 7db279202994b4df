"""While the recording is paused nothing that a student writes is stored, and the tutor goes on as before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from storage import Class, Enrollment
from taco_lsp.errors import QuotaReached
from taco_lsp.features import notes, offers
from tests.support.desk import BUGGY, HINT, Desk, MakeDesk
from tests.support.scripted_model import ScriptedModel, reply

SECRET = "zebra-4711"
CODE = f"print('{SECRET}')\n"


def stored(desk: Desk) -> bytes:
    """Every byte of the store, its log included."""
    return b"".join(file.read_bytes() for file in Path(desk.store).parent.glob(f"{desk.store.name}*"))


async def work(desk: Desk, uri: str) -> dict[str, Any]:
    """Ask, run and save with a secret in everything; gives the answer."""
    answer = await desk.about("ask", uri, question=f"why {SECRET}?")
    await desk.about(
        "run/report", uri, command=f"x {SECRET}", stdout=SECRET, stderr=f"ValueError: {SECRET}", exitCode=1
    )
    await desk.about("solution/save", uri)
    await desk.save(uri, CODE + "# saved\n")
    return dict(answer)


async def policy_of_the_school(desk: Desk, policy: dict[str, Any]) -> None:
    """Give the student's organization a tutor policy, as a sync does, and have it seen."""
    store, user = await desk.ctx.store.get(), await desk.ctx.user()
    async with store.write() as tx:
        await tx.organizations.set_policy(user.organization_id, policy)
    await desk.ctx.look_again()


async def join_class(desk: Desk, policy: dict[str, Any]) -> Class:
    """Put the student into a class with a tutor policy."""
    store, user = await desk.ctx.store.get(), await desk.ctx.user()
    class_ = Class(organization_id=user.organization_id, name="9b", tutor_policy=policy)
    async with store.write() as tx:
        await tx.classes.add(class_)
        await tx.classes.enrol(Enrollment(user_id=user.id, class_id=class_.id))
    return class_


async def test_nothing_of_content_is_stored_while_paused(desk: Desk) -> None:
    uri = await desk.sit_down(CODE)
    await desk.call("recording/pause")
    answer = await work(desk, uri)
    assert answer["response"]
    assert SECRET.encode() not in stored(desk)
    assert (len(desk.rows("runs")), len(desk.rows("challenge_solutions_history"))) == (0, 0)
    [row] = desk.rows("llm_interactions")
    assert (row["user_prompt"], row["model_response"], row["code"]) == ("", "", None)
    assert row["id"] == answer["interactionId"].replace("-", "")
    await desk.call("recording/resume")
    await work(desk, uri)
    assert SECRET.encode() in stored(desk)


async def test_the_policy_switches_the_recording_off_as_well(desk: Desk) -> None:
    uri = await desk.sit_down(CODE, tutor_policy={"recording": False})
    await work(desk, uri)
    assert SECRET.encode() not in stored(desk)
    assert (await desk.about("status", uri))["recording"] is False


async def test_a_model_answers_as_before_and_its_cost_is_counted(model_desk: Desk, model: ScriptedModel) -> None:
    model.script(reply("Look at what the loop visits.", usage=(12, 34)))
    uri = await model_desk.sit_down(CODE)
    await model_desk.call("recording/pause")
    assert (await model_desk.about("ask", uri, question="why?"))["model"] == "scripted-model"
    [row] = model_desk.rows("llm_interactions")
    assert (row["completion_tokens"], row["model_response"]) == (34, "")


async def test_the_ladder_goes_on_with_runs_and_edits(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    await desk.call("recording/pause")
    first = await desk.about("ask", uri, kind="hint")
    again = await desk.about("ask", uri, kind="hint")
    desk.editor.type(uri, BUGGY + "x = 1\n")
    second = await desk.about("ask", uri, kind="hint")
    await desk.about("run/report", uri, command="x", stdout="", stderr="IndexError: no", exitCode=1)
    third = await desk.about("ask", uri, kind="hint")
    assert [it["hintLevel"] for it in (first, again, second, third)] == [1, 1, 2, 3]
    assert HINT in first["response"]


async def test_the_last_run_is_explained_although_it_is_not_recorded(desk: Desk) -> None:
    uri = await desk.sit_down("numbers = [1]\nprint(numbers[5])\n")
    await desk.call("recording/pause")
    where = 'Traceback (most recent call last):\n  File "average.py", line 2, in <module>\n'
    stderr = f"{where}IndexError: list index out of range\n"
    await desk.about("run/report", uri, command="x", stdout="", stderr=stderr, exitCode=1)
    assert "IndexError" in (await desk.about("ask", uri, kind="explain"))["response"]


async def test_a_quota_counts_questions_that_are_not_recorded(desk: Desk) -> None:
    uri = await desk.sit_down(CODE, tutor_policy={"questions_per_hour": 1})
    await desk.call("recording/pause")
    await desk.about("ask", uri, question="why?")
    with pytest.raises(QuotaReached):
        await desk.about("ask", uri, question="why?")


async def test_status_lens_message_and_journey_say_so(make_desk: MakeDesk) -> None:
    desk = make_desk()
    uri = await desk.sit_down(CODE)
    assert (await desk.call("status"))["recording"] is True
    result = await desk.command("recording/pause")
    assert desk.editor.messages() == [result["meaning"]]
    status = await desk.about("status", uri)
    assert (status["recording"], status["pausedSince"]) == (False, result["pausedSince"])
    document = desk.editor.document(uri)
    assert document is not None
    titles = [offer.title for offer in offers.lenses(desk.ctx, document)]
    assert "Recording is paused: resume" in titles
    await desk.about("ask", uri, question="why?")
    summaries = [event["summary"] for event in (await desk.about("journey", uri))["events"]]
    assert summaries[-2:] == ["not recorded: recording was off"] * 2
    await desk.command("recording/resume")
    assert (await desk.call("status"))["recording"] is True
    assert "Recording is paused: resume" not in [offer.title for offer in offers.lenses(desk.ctx, document)]


async def test_a_lens_says_that_the_school_has_switched_it_off(desk: Desk) -> None:
    uri = await desk.sit_down(CODE, tutor_policy={"recording": False})
    document = desk.editor.document(uri)
    assert document is not None
    titles = [offer.title for offer in offers.lenses(desk.ctx, document)]
    assert "Recording is off (your school's choice)" in titles
    await desk.call("recording/pause")
    assert [offer.title for offer in offers.lenses(desk.ctx, document)] == titles  # resuming would change nothing
    on = desk.editor.document(await desk.sit_down(CODE))
    assert on is not None
    assert "Recording is paused: resume" in [offer.title for offer in offers.lenses(desk.ctx, on)]


async def test_switched_off_by_the_school_it_is_off_with_and_without_a_document(desk: Desk) -> None:
    uri = await desk.sit_down(CODE)
    await policy_of_the_school(desk, {"recording": False})
    for status in (await desk.call("status"), await desk.about("status", uri)):
        assert (status["recording"], "pausedSince" in status) == (False, False)
    paused = await desk.call("recording/pause")
    assert paused["meaning"].endswith("You have paused it as well.")
    resumed = await desk.command("recording/resume")
    assert (resumed["recording"], "pausedSince" in resumed) == (False, False)
    assert desk.editor.messages()[-1].startswith("Your school has switched the recording off.")
    assert not desk.ctx.paused
    shown = await desk.about("data/show", uri)
    assert (shown["recording"], shown["meaning"]) == (False, resumed["meaning"])
    page = next(desk.folder.rglob("recorded.md")).read_text(encoding="utf-8")
    assert "Your school has switched the recording off." in page
    assert "are recorded, for you" not in page


async def test_switched_off_for_a_class_or_a_challenge_it_is_named(desk: Desk) -> None:
    class_ = await join_class(desk, {"recording": False})
    await desk.add_challenge(title="Leap", tutor_policy={"recording": False})
    await desk.add_challenge(title="Sum", class_id=class_.id, tutor_policy={"recording": True})
    await desk.add_challenge(title="Same", class_id=class_.id, tutor_policy={"recording": False})
    state = await desk.call("recording/resume")
    assert state["recording"] is True
    assert state["meaning"].endswith("Your school has switched that off for 9b, Leap, but not for Sum.")


async def test_a_challenge_that_switches_it_on_again_is_no_less_recorded(desk: Desk) -> None:
    await policy_of_the_school(desk, {"recording": False})
    await desk.add_challenge(title="Sum", tutor_policy={"recording": True})
    state = await desk.call("recording/resume")
    assert state["recording"] is True
    assert state["meaning"].endswith("Your school has switched that off for your own practice, but not for Sum.")


async def test_another_connection_knows_of_the_pause_when_a_file_opens(make_desk: MakeDesk) -> None:
    one, other = make_desk(), make_desk("other")
    uri = await other.sit_down(CODE)
    await one.call("recording/pause")
    document = other.editor.document(uri)
    assert document is not None
    await notes.show(other.ctx, document)
    assert "Recording is paused: resume" in [offer.title for offer in offers.lenses(other.ctx, document)]


async def test_pausing_twice_is_one_pause(desk: Desk) -> None:
    first = await desk.call("recording/pause")
    assert await desk.call("recording/pause") == first
    await desk.call("recording/resume")
    await desk.call("recording/resume")
    assert len(desk.sql("SELECT * FROM recording_pauses")) == 1


async def test_saving_by_hand_says_that_it_is_not_recorded(desk: Desk) -> None:
    uri = await desk.sit_down(CODE)
    await desk.call("recording/pause")
    await desk.command("solution/save", textDocument={"uri": uri})
    assert "Not recorded" in desk.editor.messages()[-1]
