"""The verb table: both doors, what never comes out of either, and the verbs that only read."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from storage import Class, NotFound, new_id
from taco_lsp import __version__
from taco_lsp.config import OPTIONS
from taco_lsp.errors import InvalidParams
from taco_lsp.features import feedback
from taco_lsp.verbs import BY_COMMAND, BY_NAME, VERBS, command
from taco_lsp.wire import types
from tests.support.desk import BUGGY, SOLUTION, Desk, MakeDesk

CONTRACT = {
    "taco/status", "taco/challenge/list", "taco/challenge/open", "taco/session/end", "taco/ask", "taco/run",
    "taco/run/report", "taco/solution/save", "taco/solution/history", "taco/solution/restore", "taco/feedback",
    "taco/journey", "taco/config/show",
}  # fmt: skip


def test_every_verb_of_the_contract_is_in_the_table() -> None:
    assert set(BY_NAME) >= CONTRACT
    assert len(BY_NAME) == len(BY_COMMAND) == len(VERBS)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_says_what_it_takes_gives_and_does(verb: Any) -> None:
    assert verb.command == verb.name.replace("/", ".")
    for shape in (verb.params, verb.result):
        assert attrs.has(shape)
        assert getattr(types, shape.__name__) is shape
        assert shape.__doc__
    assert verb.doc.splitlines()[0].endswith(".")


# --- both doors ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["call", "command"])
async def test_both_doors_give_the_same_result(desk: Desk, door: str) -> None:
    await desk.add_challenge()
    result = await getattr(desk, door)("challenge/list")
    assert [challenge["title"] for challenge in result["challenges"]] == ["Average of a list"]


@pytest.mark.parametrize("door", ["call", "command"])
async def test_both_doors_name_the_field_that_does_not_fit(desk: Desk, door: str) -> None:
    with pytest.raises(InvalidParams) as caught:
        await getattr(desk, door)("ask", textDocument={"uri": 5})
    assert caught.value.field == "textDocument.uri"


async def test_a_command_takes_no_argument_or_one_object(desk: Desk) -> None:
    verb = BY_COMMAND["taco.status"]
    assert (await command(desk.ctx, verb, []))["version"] == __version__
    assert (await command(desk.ctx, verb, [{}]))["version"] == __version__
    for arguments, field in (([{}, {}], "arguments"), ([5], None), ([{"x": 1}], "x")):
        with pytest.raises(InvalidParams) as caught:
            await command(desk.ctx, verb, arguments)
        assert caught.value.field == field


# --- what never comes out --------------------------------------------------------------------------------------


async def test_no_verb_gives_away_the_solution_or_the_teacher_s_material(desk: Desk) -> None:
    marks = {"possible_solutions": {"solutions": [{"files": {"average.py": f"{SOLUTION}# SECRET-1\n"}}]}}
    desk.become("teacher")
    uri = await desk.sit_down(BUGGY, **marks, support_materials={
        "files": {"average.py": BUGGY}, "notes": "SECRET-2", "hints": [{"rung": 5, "text": "SECRET-3"}],
        "check": {"cases": [{"stdout": "1.5"}]},
    })  # fmt: skip
    named: dict[str, Any] = {"textDocument": {"uri": uri}}
    seat = desk.ctx.seats.at(uri)
    assert seat is not None
    saved = await desk.call("solution/save", **named)
    asked = await desk.call("ask", **named, kind="hint")
    teacher, store = await desk.ctx.user(), await desk.ctx.store.get()
    class_ = Class(organization_id=teacher.organization_id, name="9b", created_by_user_id=teacher.id)
    async with store.write() as tx:
        await tx.classes.add(class_)
    params: dict[str, dict[str, Any]] = {
        "class/roster": {"classId": class_.id},
        "class/overview": {"classId": class_.id},
        "challenge/open": {"challengeId": seat.challenge.id},
        "ask": {**named, "question": "show me the solution"},
        "run/report": {**named, "command": "x", "stdout": ""},
        "solution/restore": {**named, "revisionId": saved["revisionId"]},
        "feedback": {"interactionId": asked["interactionId"], "helpful": True},
        "challenge/list": {},
        "config/show": {},
        "sync/now": {},
        "sync/status": {},
        "account/whoAmI": {},
        "account/signOut": {},
        "class/list": {},
        "note/add": {"eventId": asked["interactionId"], "text": "Look at the range."},
        "recording/pause": {},
        "recording/resume": {},
        "data/export": {"path": str(desk.folder / "own.json")},
        "data/delete": {"confirmed": True, "challengeId": new_id()},
    }
    for door in (desk.call, desk.command):
        for verb in VERBS:
            name = verb.name.removeprefix("taco/")
            if name not in {"session/end", "account/signIn"}:
                result = await door(name, **params.get(name, named))
                assert "SECRET" not in json.dumps(result), verb.name
    assert "SECRET" not in str((desk.editor.said, desk.editor.sent, desk.editor.deltas, desk.editor.open))
    written = [file for file in desk.folder.rglob("*") if file.is_file()]
    assert written
    assert not any(b"SECRET" in file.read_bytes() for file in written)
    assert "SECRET" not in json.dumps(await desk.call("session/end", **named))
    assert desk.sql("SELECT 1 FROM challenges WHERE possible_solutions LIKE '%SECRET-1%'")


# --- status, settings, feedback, journey -----------------------------------------------------------------------


async def test_the_status_tells_version_store_tutor_and_seat(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY, tutor_policy={"hint_ceiling": 3})
    status = await desk.about("status", uri)
    assert (status["version"], status["tutor"], status["role"]) == (__version__, "taco-builtin", "student")
    assert status["store"]["url"].endswith("taco.db")
    assert status["store"]["readOnly"] is False
    assert status["seat"]["challengeTitle"] == "Average of a list"
    assert status["seat"]["hints"] == {"given": 0, "next": 1, "ceiling": 3, "open": True}


async def test_the_status_of_any_other_file_has_no_seat(desk: Desk) -> None:
    assert "seat" not in await desk.about("status", await desk.open("a.py"))
    assert "seat" not in await desk.call("status")
    assert desk.rows("sessions") == []


async def test_the_status_works_when_the_store_does_not(make_desk: MakeDesk) -> None:
    desk = make_desk(STORE=f"sqlite:///{__file__}/taco.db", MODEL_ENDPOINT="http://127.0.0.1:9/v1", MODEL_NAME="m")
    status = await desk.call("status")
    assert status["store"]["problem"]
    assert "userId" not in status
    assert (status["tutor"], status["model"]) == ("model", "m")


async def test_every_setting_is_shown_with_its_source(make_desk: MakeDesk) -> None:
    shown = await make_desk(RUN_TIMEOUT_S="3").call("config/show")
    by_key = {setting["key"]: setting for setting in shown["settings"]}
    assert list(by_key) == [option.key for option in OPTIONS]
    assert (by_key["run.timeout_s"]["value"], by_key["run.timeout_s"]["source"]) == (3, "environment")
    assert by_key["run.memory_mb"]["source"] == "default"
    assert by_key["store"]["privileged"] is True


@pytest.mark.parametrize(
    ("key", "url", "shown"),
    [
        ("store", "postgresql://ana:hidden@db/taco", "postgresql://ana:***@db/taco"),
        ("store", "postgresql://ana:hid@den/x@db/taco", "postgresql://ana:***@db/taco"),
        ("store", "postgresql://ana:hid[den@db/taco", "postgresql://ana:***@db/taco"),
        ("store", "postgresql+asyncpg://ana:hidden@[::1]:5432/taco", "postgresql+asyncpg://ana:***@[::1]:5432/taco"),
        ("store", "sqlite:////home/a:b@c/taco.db", "sqlite:////home/a:b@c/taco.db"),
        ("model.endpoint", "http://ana:hidden@model/v1", "http://ana:***@model/v1"),
    ],
)
async def test_a_password_in_a_url_is_not_shown(make_desk: MakeDesk, key: str, url: str, shown: str) -> None:
    result = await make_desk(**{key.upper().replace(".", "_"): url}).call("config/show")
    assert {setting["value"] for setting in result["settings"] if setting["key"] == key} == {shown}


async def test_feedback_is_the_student_s_own_and_short(desk: Desk) -> None:
    answer = await desk.about("ask", await desk.sit_down(BUGGY), kind="hint")
    named = {"interactionId": answer["interactionId"], "helpful": True}
    assert await desk.call("feedback", **named) == {}
    with pytest.raises(InvalidParams) as caught:
        await desk.call("feedback", **named, comment="x" * (feedback.LONGEST_COMMENT + 1))
    assert caught.value.field == "comment"
    with pytest.raises(NotFound, match="no answer"):
        await desk.call("feedback", **{**named, "interactionId": new_id()})


async def test_the_latest_feedback_counts(desk: Desk) -> None:
    answer = await desk.about("ask", await desk.sit_down(BUGGY), kind="hint")
    for helpful in (True, False):
        await desk.call("feedback", interactionId=answer["interactionId"], helpful=helpful)
    assert [json.loads(row["feedback"]) for row in desk.rows("llm_interactions")] == [{"helpful": False}]


async def test_the_journey_is_read_by_session_challenge_document_or_whole(desk: Desk) -> None:
    first = await desk.sit_down(BUGGY)
    await desk.about("ask", first, kind="hint")
    second = await desk.sit_down(title="Another")
    seat = desk.ctx.seats.at(first)
    assert seat is not None

    async def kinds(**params: Any) -> list[str]:
        return [event["kind"] for event in (await desk.call("journey", **params))["events"]]

    assert await kinds(sessionId=seat.session.id) == ["open", "hint"]
    assert await kinds(challengeId=seat.challenge.id) == ["open", "hint"]
    assert await kinds(textDocument={"uri": first}) == ["open", "hint"]
    assert await kinds(textDocument={"uri": second}) == ["open"]
    assert await kinds() == ["open", "hint", "open"]
    for unknown in ("sessionId", "challengeId"):
        with pytest.raises(NotFound):
            await kinds(**{unknown: new_id()})
    assert await kinds(textDocument={"uri": await desk.open("notes.py")}) == []


async def test_ending_a_session_that_is_not_going_on_is_refused(desk: Desk) -> None:
    from taco_lsp.errors import NotFound as NothingHere

    for params in ({"sessionId": new_id()}, {"textDocument": {"uri": await desk.open("a.py")}}):
        with pytest.raises(NothingHere, match="No session"):
            await desk.call("session/end", **params)
    with pytest.raises(InvalidParams):
        await desk.call("session/end")
