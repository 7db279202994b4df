"""The data flow that must hold, read from the store file with plain SQL."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from taco_lsp.tutor import builtin
from taco_lsp.tutor.prompt_texts import PROMPT_VERSION
from tests.support.desk import BUGGY, KEY, SOLUTION, Desk, MakeDesk
from tests.support.scripted_model import ScriptedModel, reply


def hexed(id_: str) -> str:
    """An id as SQLite holds it."""
    return UUID(id_).hex


# --- open ------------------------------------------------------------------------------------------------------


async def test_opening_a_challenge_writes_one_session_row(desk: Desk) -> None:
    challenge = await desk.add_challenge()
    opened = await desk.call("challenge/open", challengeId=challenge.id)
    [session] = desk.rows("sessions")
    assert session["id"] == hexed(opened["sessionId"])
    assert session["challenge_id"] == challenge.id.hex
    assert session["created_at"]
    assert session["ended_at"] is None


async def test_opening_the_file_of_an_open_challenge_writes_no_second_session(desk: Desk) -> None:
    await desk.sit_down()
    assert len(desk.rows("sessions")) == 1


async def test_opening_a_bound_file_later_writes_a_session_of_its_own(desk: Desk, make_desk: MakeDesk) -> None:
    uri = await desk.sit_down()
    path = desk.editor.open[uri].path
    await desk.close(uri)
    await make_desk().show(uri, "", path=path)
    first, second = desk.rows("sessions")
    assert first["challenge_id"] == second["challenge_id"]
    assert first["ended_at"]
    assert second["ended_at"] is None


async def test_opening_a_file_without_a_challenge_writes_nothing(desk: Desk) -> None:
    await desk.open("notes.py", "x = 1")
    assert desk.ctx.store.opened is None
    assert set(desk.counts().values()) == {0}


# --- ask -------------------------------------------------------------------------------------------------------


async def test_a_question_is_recorded_with_its_code_model_and_prompt_version(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    answer = await desk.about("ask", uri, question="why does it fail?")
    [row] = desk.rows("llm_interactions")
    assert row["id"] == hexed(answer["interactionId"])
    assert row["session_id"] == desk.rows("sessions")[0]["id"]
    assert row["user_prompt"] == "why does it fail?"
    assert row["model_response"] == answer["response"] != ""
    assert row["code"] == BUGGY
    assert row["kind"] == "question"
    assert row["finish_reason"] == "stop"
    assert row["prompt_version"] == f"taco-builtin-{builtin.VERSION}"
    assert row["hint_level"] is None
    assert row["latency_ms"] >= 0
    assert json.loads(row["guard"]) == {"blocked": False, "rule": None}
    assert desk.sql("SELECT name, version FROM models WHERE id = ?", row["model_id"]) == [
        {"name": "taco-builtin", "version": builtin.VERSION}
    ]


async def test_a_model_s_answer_is_recorded_with_its_tokens_and_version(model_desk: Desk, model: ScriptedModel) -> None:
    model.script(reply("Look at ", "the loop.", usage=(120, 8)))
    uri = await model_desk.sit_down(BUGGY)
    await model_desk.about("ask", uri, question="why?")
    [row] = model_desk.rows("llm_interactions")
    assert (row["model_response"], row["prompt_tokens"], row["completion_tokens"]) == ("Look at the loop.", 120, 8)
    assert row["prompt_version"] == PROMPT_VERSION
    assert model_desk.sql("SELECT name, version FROM models WHERE id = ?", row["model_id"]) == [
        {"name": "scripted-model", "version": "scripted-model"}
    ]


async def test_a_question_notes_its_time_in_the_session(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    await desk.about("ask", uri, kind="hint")
    [session], [asked] = desk.rows("sessions"), desk.rows("llm_interactions")
    assert session["last_message_at"] == asked["created_at"]


async def test_a_hint_is_recorded_with_its_rung(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    answer = await desk.about("ask", uri, kind="hint")
    assert [row["hint_level"] for row in desk.rows("llm_interactions")] == [1] == [answer["hintLevel"]]


# --- run -------------------------------------------------------------------------------------------------------


async def test_a_run_is_recorded_and_fills_in_the_latest_interaction(desk: Desk) -> None:
    uri = await desk.sit_down("print(int(input()) * 2)")
    await desk.about("ask", uri, question="what does it do?")
    await desk.about("ask", uri, question="and for 21?")
    ran = await desk.about("run", uri, stdin="21\n")
    [row] = desk.rows("runs")
    earlier, latest = desk.rows("llm_interactions")
    assert (row["id"], row["interaction_id"]) == (hexed(ran["runId"]), latest["id"])
    assert (row["stdin"], row["stdout"], row["exit_code"], row["timed_out"]) == ("21\n", "42\n", 0, 0)
    assert row["code"] == "print(int(input()) * 2)"
    assert "average.py" in row["command"]
    assert (latest["stdin"], latest["stdout"]) == ("21\n", "42\n")
    assert (earlier["stdin"], earlier["stdout"]) == (None, None)


async def test_runs_are_appended_and_the_interaction_holds_the_last_one(desk: Desk) -> None:
    uri = await desk.sit_down()
    await desk.about("ask", uri, question="why?")
    for output in ("1\n", "2\n"):
        await desk.about("run/report", uri, command="python average.py", stdout=output, exitCode=0)
    assert [row["stdout"] for row in desk.rows("runs")] == ["1\n", "2\n"]
    assert desk.rows("llm_interactions")[0]["stdout"] == "2\n"


async def test_a_run_before_any_question_belongs_to_no_interaction(desk: Desk) -> None:
    uri = await desk.sit_down()
    await desk.about("run/report", uri, command="make", stdout="", stderr="no", exitCode=2)
    [row] = desk.rows("runs")
    assert (row["interaction_id"], row["stderr"], row["exit_code"]) == (None, "no", 2)


# --- save ------------------------------------------------------------------------------------------------------


async def test_saving_keeps_one_current_solution_and_appends_to_the_history(desk: Desk) -> None:
    uri = await desk.sit_down()
    for text in (BUGGY, SOLUTION):
        await desk.save(uri, text)
    assert [row["solution"] for row in desk.rows("challenge_solutions")] == [SOLUTION]
    history = desk.rows("challenge_solutions_history")
    assert [row["solution"] for row in history] == [BUGGY, SOLUTION]
    assert {row["session_id"] for row in history} == {desk.rows("sessions")[0]["id"]}


async def test_an_identical_save_adds_no_version(desk: Desk) -> None:
    uri = await desk.sit_down()
    for text in (BUGGY, BUGGY, SOLUTION, BUGGY):
        await desk.save(uri, text)
    assert [row["solution"] for row in desk.rows("challenge_solutions_history")] == [BUGGY, SOLUTION, BUGGY]
    assert len(desk.rows("challenge_solutions")) == 1


async def test_saving_through_the_verb_writes_the_same_rows(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    first = await desk.about("solution/save", uri)
    second = await desk.about("solution/save", uri)
    assert "revisionId" in first
    assert "revisionId" not in second
    assert first["solutionId"] == second["solutionId"]
    assert [row["id"] for row in desk.rows("challenge_solutions_history")] == [hexed(first["revisionId"])]


async def test_saving_a_file_without_a_challenge_by_the_editor_records_nothing(desk: Desk) -> None:
    uri = await desk.open("notes.py")
    await desk.save(uri, "x = 1")
    assert set(desk.counts().values()) == {0}


# --- close -----------------------------------------------------------------------------------------------------


async def test_closing_the_last_file_ends_the_session(desk: Desk) -> None:
    uri = await desk.sit_down()
    await desk.close(uri)
    [session] = desk.rows("sessions")
    assert session["ended_at"] >= session["created_at"]


async def test_ending_by_verb_ends_the_session(desk: Desk) -> None:
    uri = await desk.sit_down()
    ended = await desk.about("session/end", uri)
    [session] = desk.rows("sessions")
    assert session["id"] == hexed(ended["sessionId"])
    assert session["ended_at"]
    assert desk.rows("session_owners") == []


async def test_a_connection_that_ends_ends_its_sessions(desk: Desk) -> None:
    await desk.sit_down()
    await desk.sit_down(title="Another")
    await desk.leave()
    assert [bool(row["ended_at"]) for row in desk.rows("sessions")] == [True, True]


async def test_a_session_in_progress_is_owned_by_this_process(desk: Desk) -> None:
    await desk.sit_down()
    assert [row["session_id"] for row in desk.rows("session_owners")] == [desk.rows("sessions")[0]["id"]]


# --- the whole -------------------------------------------------------------------------------------------------


async def test_a_whole_session_leaves_exactly_its_rows(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    await desk.about("ask", uri, kind="hint")
    await desk.about("run", uri)
    await desk.about("ask", uri, kind="explain")
    await desk.save(uri, SOLUTION)
    await desk.close(uri)
    assert desk.counts() == {
        "sessions": 1, "llm_interactions": 2, "runs": 1, "challenge_solutions": 1, "challenge_solutions_history": 1,
        "challenges": 1,
    }  # fmt: skip


async def test_the_key_of_the_model_is_nowhere_in_the_store(model_desk: Desk, model: ScriptedModel) -> None:
    model.script(reply("Fine."))
    uri = await model_desk.sit_down(BUGGY)
    await model_desk.about("ask", uri, question="why?")
    assert model.requests[0].headers["authorization"] == f"Bearer {KEY}"
    await model_desk.leave()
    files = list(model_desk.store.parent.glob("taco.db*"))
    assert files
    assert not any(KEY.encode() in file.read_bytes() for file in files)


@pytest.mark.parametrize("helpful", [True, False])
async def test_feedback_is_kept_with_the_interaction(desk: Desk, helpful: bool) -> None:
    uri = await desk.sit_down(BUGGY)
    answer = await desk.about("ask", uri, kind="hint")
    await desk.call("feedback", interactionId=answer["interactionId"], helpful=helpful, comment="clear")
    [row] = desk.rows("llm_interactions")
    assert json.loads(row["feedback"]) == {"helpful": helpful, "comment": "clear"}
