"""Asking: the ladder on a real store, a model that answers or does not, and what is refused."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from storage import KnowledgeEntry, StoreError
from taco_lsp.errors import NoDocument, TutorOff
from tests.support.desk import BUGGY, HINT, KEY, MATERIALS, SOLUTION, Desk, MakeDesk
from tests.support.scripted_model import (
    Reply,
    ScriptedModel,
    dropped,
    error_event,
    failure,
    json_reply,
    reply,
    stalled,
    web_page,
)  # fmt: skip

NO_HINTS = {**MATERIALS, "hints": []}


async def hint(desk: Desk, uri: str) -> int:
    level: int = (await desk.about("ask", uri, kind="hint"))["hintLevel"]
    return level


# --- the ladder ------------------------------------------------------------------------------------------------


async def test_asking_again_without_a_change_gives_the_same_rung(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    assert [await hint(desk, uri), await hint(desk, uri)] == [1, 1]


async def test_an_edit_opens_the_next_rung(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    levels = [await hint(desk, uri)]
    for number in range(6):
        desk.editor.type(uri, f"{BUGGY}# {number}\n")
        levels.append(await hint(desk, uri))
    assert levels == [1, 2, 3, 4, 5, 5, 5]


async def test_a_run_opens_the_next_rung(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    first = await hint(desk, uri)
    await desk.about("run/report", uri, command="python average.py", stdout="", exitCode=1)
    assert [first, await hint(desk, uri), await hint(desk, uri)] == [1, 2, 2]


async def test_the_ladder_survives_a_new_connection(desk: Desk, make_desk: MakeDesk) -> None:
    uri = await desk.sit_down(BUGGY)
    path = desk.editor.open[uri].path
    await hint(desk, uri)
    await desk.leave()
    later = make_desk()
    await later.show(uri, BUGGY, path=path)
    assert await hint(later, uri) == 1
    later.editor.type(uri, SOLUTION)
    assert await hint(later, uri) == 2


async def test_the_result_tells_how_the_ladder_stands(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    answer = await desk.about("ask", uri, kind="hint")
    assert answer["nextHint"] == {"given": 1, "next": 1, "ceiling": 5, "open": False}


async def test_a_question_takes_no_rung(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    answer = await desk.about("ask", uri, question="why?")
    assert "hintLevel" not in answer
    assert answer["nextHint"] == {"given": 0, "next": 1, "ceiling": 5, "open": True}


async def test_the_ceiling_of_the_challenge_holds(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY, tutor_policy={"hint_ceiling": 2, "hint_pacing": "free"})
    assert [await hint(desk, uri) for _ in range(4)] == [1, 2, 2, 2]


async def test_where_an_attempt_is_required_an_edit_counts_as_one(desk: Desk) -> None:
    uri = await desk.sit_down(tutor_policy={"require_attempt": True})
    assert await hint(desk, uri) == 0
    desk.editor.type(uri, BUGGY)
    answer = await desk.about("ask", uri, question="is this better?")
    assert answer["nextHint"] == {"given": 0, "next": 1, "ceiling": 5, "open": True}
    assert await hint(desk, uri) == 1


@pytest.mark.parametrize(
    ("policy", "words"),
    [({"require_attempt": True}, "first: change the code"), ({"hint_ceiling": 0}, "gives no hints")],
)
async def test_where_no_hint_is_allowed_nobody_gives_one(
    model_desk: Desk, model: ScriptedModel, policy: dict[str, Any], words: str
) -> None:
    uri = await model_desk.sit_down(tutor_policy=policy)
    answer = await model_desk.about("ask", uri, kind="hint", partialResultToken=1)
    assert words in answer["response"] == model_desk.editor.streamed()
    assert HINT not in answer["response"]
    assert (answer["model"], answer["finishReason"], answer["hintLevel"]) == ("taco-builtin", "stop", 0)
    assert model.requests == ()


async def test_the_teacher_s_hint_is_given_on_its_rung(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    assert HINT in (await desk.about("ask", uri, kind="hint"))["response"]


async def test_the_teacher_s_hint_comes_before_the_model_s(model_desk: Desk, model: ScriptedModel) -> None:
    model.script(reply("Write the positions down, one by one."))
    uri = await model_desk.sit_down(BUGGY)
    first = await model_desk.about("ask", uri, kind="hint")
    assert HINT in first["response"]
    assert (first["model"], first["finishReason"], model.requests) == ("taco-builtin", "stop", ())
    again = await model_desk.about("ask", uri, kind="hint")
    assert (again["response"], again["hintLevel"]) == ("Write the positions down, one by one.", 1)
    assert HINT in model.requests[0].body["messages"][-1]["content"]


async def test_a_blank_line_is_no_edit(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    await hint(desk, uri)
    desk.editor.type(uri, BUGGY.replace("\n", " \n\n"))
    assert await hint(desk, uri) == 1


# --- the built-in tutor ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("params", [{"question": "why?"}, {"kind": "explain"}, {"kind": "hint"}, {"kind": "review"}])
async def test_the_built_in_tutor_answers_everything(desk: Desk, params: dict[str, Any]) -> None:
    uri = await desk.sit_down(BUGGY)
    answer = await desk.about("ask", uri, **params)
    assert answer["response"].strip()
    assert (answer["model"], answer["finishReason"]) == ("taco-builtin", "stop")
    assert answer["guard"] == {"blocked": False}
    assert "notice" not in answer


async def test_whatever_the_file_holds_there_is_an_answer(desk: Desk) -> None:
    uri = await desk.sit_down()
    for code in ("", "\n", "def f(:\n", "\0", "\ud83d", "é = 1\n", "x" * 100_000, "(" * 5_000):
        desk.editor.type(uri, code)
        for kind in ("hint", "explain"):
            assert (await desk.about("ask", uri, kind=kind))["response"].strip()


@pytest.mark.parametrize("lines", [(0, 10_000), (99_999, 100_000), (-5, -1), (3, 3)])
async def test_a_selection_outside_of_the_file_is_answered(desk: Desk, lines: tuple[int, int]) -> None:
    uri = await desk.sit_down(BUGGY)
    place = {"start": {"line": lines[0], "character": 0}, "end": {"line": lines[1], "character": 0}}
    assert (await desk.about("ask", uri, kind="explain", range=place))["response"]


async def test_an_answer_is_streamed_when_a_token_is_given(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    await desk.about("ask", uri, kind="hint")
    assert desk.editor.deltas == []
    answer = await desk.about("ask", uri, kind="hint", partialResultToken="t-1")
    assert desk.editor.streamed() == answer["response"]
    assert {token for token, _ in desk.editor.deltas} == {"t-1"}


async def test_lenses_are_drawn_anew_after_an_answer(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    before = desk.editor.refreshed
    await hint(desk, uri)
    assert desk.editor.refreshed > before


# --- a model ---------------------------------------------------------------------------------------------------


async def test_a_model_s_answer_is_streamed_as_it_comes(model_desk: Desk, model: ScriptedModel) -> None:
    model.script(reply("Look at line 3. ", "What does it ", "count? ", "And up to where?", usage=(9, 3)))
    uri = await model_desk.sit_down(BUGGY)
    answer = await model_desk.about("ask", uri, question="why?", partialResultToken=1)
    assert len(model_desk.editor.deltas) > 1
    assert model_desk.editor.streamed() == "Look at line 3. What does it count? And up to where?"
    assert (answer["response"], answer["model"]) == (model_desk.editor.streamed(), "scripted-model")
    assert answer["usage"] == {"promptTokens": 9, "completionTokens": 3}
    assert model_desk.editor.said == []


async def test_the_model_is_not_shown_the_solution(model_desk: Desk, model: ScriptedModel) -> None:
    model.script(reply("ok"))
    uri = await model_desk.sit_down(BUGGY)
    await model_desk.about("ask", uri, question="why?")
    sent = json.dumps(model.requests[0].body)
    assert "for i in range(len(numbers) + 1)" in sent
    assert "for number in numbers" not in sent
    assert model.requests[0].body["messages"][-1]["content"].endswith("why?\n</student>")


async def test_the_model_is_given_knowledge_that_fits_and_none_for_teachers_only(
    model_desk: Desk, model: ScriptedModel
) -> None:
    model.script(reply("ok"))
    uri = await model_desk.sit_down(BUGGY)
    user = await model_desk.ctx.user()
    texts = {
        "A list of two items has the indexes 0 and 1; an index beyond the end is an IndexError.": None,
        "SECRET: the index of an empty list is asked in the exam, index by index.": {"audience": "teachers"},
        "The turtle draws a square when it turns four times.": None,
    }
    async with (await model_desk.ctx.store.get()).write() as tx:
        for text, metadata in texts.items():
            await tx.knowledge.add(KnowledgeEntry(organization_id=user.organization_id, text=text, metadata=metadata))
    await model_desk.about("ask", uri, question="which index does my list have?")
    sent = model.requests[0].body["messages"][-1]["content"]
    assert "has the indexes 0 and 1" in sent
    assert "SECRET" not in sent
    assert "turtle" not in sent


async def test_a_second_question_tells_the_model_what_was_said(model_desk: Desk, model: ScriptedModel) -> None:
    model.script(reply("first answer"), reply("second answer"))
    uri = await model_desk.sit_down(BUGGY)
    for question in ("one?", "two?"):
        await model_desk.about("ask", uri, question=question)
    asked, answered = model.requests[1].body["messages"][1:3]
    assert (asked["role"], asked["content"]) == ("user", '<student what="earlier question">\none?\n</student>')
    assert (answered["role"], answered["content"]) == ("assistant", "first answer")


async def test_an_answer_cut_by_the_model_is_recorded_as_cut(model_desk: Desk, model: ScriptedModel) -> None:
    model.script(reply("and so on", finish="length"))
    uri = await model_desk.sit_down(BUGGY)
    assert (await model_desk.about("ask", uri, question="why?"))["finishReason"] == "length"


FAILURES: list[tuple[str, Reply, str]] = [
    ("a wrong key", failure(401), "refused the key"),
    ("a model that is not there", failure(404, "model not found"), "no model named scripted-model"),
    ("a bad request", failure(400, "too long"), "did not accept the request"),
    ("too many requests", failure(429, retry_after="60"), "too many requests"),
    ("a web page", web_page(), "sent"),
    ("another kind of object", json_reply({"hello": 1}), "sent"),
    ("an error at once", error_event(message="overloaded", code=400), "did not accept"),
]


@pytest.mark.parametrize(("answer", "notice"), [case[1:] for case in FAILURES], ids=[case[0] for case in FAILURES])
async def test_when_the_model_fails_the_built_in_tutor_answers(
    model_desk: Desk, model: ScriptedModel, answer: Reply, notice: str
) -> None:
    model.always(answer)
    uri = await model_desk.sit_down(BUGGY, support_materials=NO_HINTS)
    result = await model_desk.about("ask", uri, kind="hint", partialResultToken=1)
    assert (result["model"], result["finishReason"]) == ("taco-builtin", "fallback")
    assert result["hintLevel"] == 1
    assert notice in result["notice"]
    failed, fallback = model_desk.rows("llm_interactions")
    assert (failed["finish_reason"], failed["model_response"], failed["code"]) == ("error", "", BUGGY)
    assert (fallback["finish_reason"], fallback["model_response"]) == ("fallback", result["response"])
    assert failed["model_id"] != fallback["model_id"]
    assert model_desk.editor.streamed() == result["response"]


async def test_a_failing_model_is_reported_once_and_without_the_key(model_desk: Desk, model: ScriptedModel) -> None:
    model.always(failure(401, f"bad key {KEY}"))
    uri = await model_desk.sit_down(BUGGY)
    for _ in range(3):
        await model_desk.about("ask", uri, question="why?")
    [message] = model_desk.editor.messages("warning")
    assert "TACO_MODEL_KEY" in message
    assert KEY not in message


async def test_an_endpoint_that_nobody_listens_at_costs_no_answer(make_desk: MakeDesk, model: ScriptedModel) -> None:
    with ScriptedModel() as gone:
        url = gone.url
    desk = make_desk(MODEL_ENDPOINT=url, MODEL_NAME="m")
    uri = await desk.sit_down(BUGGY)
    result = await desk.about("ask", uri, question="why?")
    assert "no connection to the model" in result["notice"]
    assert [row["finish_reason"] for row in desk.rows("llm_interactions")] == ["error", "fallback"]
    assert len(desk.editor.messages("warning")) == 1


@pytest.mark.parametrize("answer", [dropped("Look at "), error_event("Look at ", message="out of memory")])
async def test_what_had_arrived_before_a_failure_is_recorded(
    model_desk: Desk, model: ScriptedModel, answer: Reply
) -> None:
    model.script(answer)
    uri = await model_desk.sit_down(BUGGY)
    result = await model_desk.about("ask", uri, question="why?", partialResultToken=1)
    failed, fallback = model_desk.rows("llm_interactions")
    assert (failed["finish_reason"], failed["model_response"]) == ("error", "Look at ")
    assert model_desk.editor.streamed() == f"Look at \n\n{result['response']}"
    assert fallback["finish_reason"] == "fallback"


async def test_a_model_that_takes_too_long_is_given_up(make_desk: MakeDesk, model: ScriptedModel) -> None:
    model.always(stalled("Well, "))
    desk = make_desk(MODEL_ENDPOINT=model.url, MODEL_NAME="m", MODEL_TIMEOUT_S="1.5")
    uri = await desk.sit_down(BUGGY)
    result = await desk.about("ask", uri, question="why?")
    assert "took longer than 1.5 s" in result["notice"]
    assert desk.rows("llm_interactions")[0]["model_response"] == "Well, "


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"MODEL_ENDPOINT": "not a url", "MODEL_NAME": "m"}, "the model URL"),
        ({"MODEL_ENDPOINT": "http://127.0.0.1:9/v1"}, "the name of the model is missing"),
        ({"MODEL_ENDPOINT": "http://u:hidden@127.0.0.1:9/v1", "MODEL_NAME": "m"}, "must not contain a user name"),
    ],
)
async def test_wrong_model_settings_are_told_once_and_the_built_in_tutor_answers(
    make_desk: MakeDesk, settings: dict[str, str], message: str
) -> None:
    desk = make_desk(**settings)
    uri = await desk.sit_down(BUGGY)
    for _ in range(2):
        assert (await desk.about("ask", uri, question="why?"))["model"] == "taco-builtin"
    [said] = desk.editor.messages("warning")
    assert message in said
    assert "hidden" not in said


async def test_proxy_settings_that_cannot_be_used_do_not_stop_the_tutor(
    make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://hidden@x")
    desk = make_desk(MODEL_ENDPOINT="https://model.invalid/v1", MODEL_NAME="m")
    uri = await desk.sit_down(BUGGY)
    assert (await desk.about("ask", uri, question="why?"))["model"] == "taco-builtin"
    [said] = desk.editor.messages("warning")
    assert "proxy" in said
    assert "hidden" not in said


# --- cancelling ------------------------------------------------------------------------------------------------


async def cancel_when(task: asyncio.Task[Any], ready: Any) -> None:
    """Cancel a task as soon as something has happened."""
    async with asyncio.timeout(20):
        while not ready():
            await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_cancelled_answer_is_recorded_with_what_had_arrived(model_desk: Desk, model: ScriptedModel) -> None:
    model.script(stalled("Look at ", "line 3 "))
    uri = await model_desk.sit_down(BUGGY, support_materials=NO_HINTS)
    asking = asyncio.create_task(model_desk.about("ask", uri, kind="hint", partialResultToken=1))
    await cancel_when(asking, lambda: model_desk.editor.streamed() == "Look at line 3 ")
    [row] = model_desk.rows("llm_interactions")
    assert (row["finish_reason"], row["model_response"]) == ("cancelled", "Look at line 3 ")
    assert await asyncio.to_thread(model.requests[0].wait_closed_early, 20)


async def test_a_cancelled_hint_takes_no_rung(model_desk: Desk, model: ScriptedModel) -> None:
    model.script(stalled("Hm"), reply("Which line?"))
    free = {"hint_pacing": "free"}
    uri = await model_desk.sit_down(BUGGY, tutor_policy=free, support_materials=NO_HINTS)
    asking = asyncio.create_task(model_desk.about("ask", uri, kind="hint", partialResultToken=1))
    await cancel_when(asking, lambda: model.requests)
    assert await hint(model_desk, uri) == 1


async def test_cancelling_before_anything_arrived_is_recorded_too(model_desk: Desk, model: ScriptedModel) -> None:
    model.script(stalled())
    uri = await model_desk.sit_down(BUGGY)
    asking = asyncio.create_task(model_desk.about("ask", uri, question="why?"))
    await cancel_when(asking, lambda: model.requests)
    assert [(row["finish_reason"], row["model_response"]) for row in model_desk.rows("llm_interactions")] == [
        ("cancelled", "")
    ]


# --- refused ---------------------------------------------------------------------------------------------------


async def test_a_policy_can_switch_the_tutor_off_and_the_history_stays_readable(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY, tutor_policy={"enabled": False})
    with pytest.raises(TutorOff, match="switched off") as caught:
        await desk.about("ask", uri, kind="hint")
    assert "history" in caught.value.hint
    assert desk.rows("llm_interactions") == []
    await desk.about("solution/save", uri)
    assert len((await desk.about("solution/history", uri))["revisions"]) == 1
    assert [event["kind"] for event in (await desk.about("journey", uri))["events"]] == ["open", "edit"]


@pytest.mark.parametrize("nothing", [{}, {"question": " \n"}])
async def test_a_question_without_words_or_a_selection_is_asked_for(desk: Desk, nothing: dict[str, str]) -> None:
    uri = await desk.sit_down(BUGGY)
    answer = await desk.about("ask", uri, **nothing)
    assert (answer["finishReason"], answer["response"][:30]) == ("error", "What would you like to know? W")
    assert [(row["user_prompt"], row["finish_reason"]) for row in desk.rows("llm_interactions")] == [("", "error")]
    place = {"start": {"line": 1, "character": 0}, "end": {"line": 2, "character": 0}}
    assert (await desk.about("ask", uri, range=place))["response"]


async def test_a_question_of_200_kb_is_told_so_and_its_beginning_recorded(
    model_desk: Desk, model: ScriptedModel
) -> None:
    uri = await model_desk.sit_down(BUGGY)
    answer = await model_desk.about("ask", uri, question="why? " * 40_000)
    assert answer["finishReason"] == "error" and "up to 8000 characters" in answer["response"]
    [row] = model_desk.rows("llm_interactions")
    assert row["user_prompt"] == ("why? " * 40_000)[:8_000] and row["model_response"] == answer["response"]
    assert model.requests == ()


@pytest.mark.parametrize("verb", ["ask", "run", "solution/save"])
async def test_a_document_of_5_mb_is_refused_clearly_and_nothing_is_recorded(desk: Desk, verb: str) -> None:
    uri = await desk.open("large.py", "x = 1\n")
    desk.editor.type(uri, "x" * 5_000_000)
    params = {"question": "why?"} if verb == "ask" else {}
    with pytest.raises(NoDocument, match="5,000,000 characters") as caught:
        await desk.about(verb, uri, **params)
    assert "1,000,000" in caught.value.hint
    assert desk.rows("sessions") == []


async def test_a_document_that_is_not_open_is_named_so(desk: Desk) -> None:
    with pytest.raises(NoDocument, match="not open"):
        await desk.about("ask", (desk.folder / "gone.py").as_uri(), question="why?")
    assert desk.rows("challenges") == []


async def test_a_store_that_cannot_be_written_is_told_before_the_model_is_asked(
    make_desk: MakeDesk, model: ScriptedModel
) -> None:
    desk = make_desk(MODEL_ENDPOINT=model.url, MODEL_NAME="m", STORE=f"sqlite:///{__file__}/taco.db")
    uri = await desk.open("loop.py", BUGGY)
    with pytest.raises(StoreError) as caught:
        await desk.about("ask", uri, question="why?")
    assert caught.value.hint
    assert model.requests == ()
