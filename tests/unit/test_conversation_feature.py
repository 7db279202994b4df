"""The conversation file in a folder: how questions are taken from it and how answers get into it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from taco_lsp.errors import NoDocument
from taco_lsp.features import conversation
from taco_lsp.journey.conversation import START, open_question
from taco_lsp.verbs import BY_NAME, present
from tests.support.desk import BUGGY, HINT, Desk, MakeDesk
from tests.support.scripted_model import ScriptedModel, reply


@pytest.fixture
def file(desk: Desk) -> Path:
    """Where the conversation of the work folder is."""
    return desk.folder / ".taco" / "conversation.md"


async def asked_in(desk: Desk, file: Path, text: str) -> Any:
    """Save a conversation in the editor, and have its question answered as the server does."""
    uri = await desk.show(file.as_uri(), text, language="markdown", path=file)
    params = conversation.question_in(desk.ctx, desk.editor.open[uri])
    return await present(desk.ctx, BY_NAME["taco/ask"], params) if params else None


def test_only_a_conversation_file_is_one(tmp_path: Path) -> None:
    assert conversation.is_conversation(tmp_path / ".taco" / "conversation.md")
    assert not conversation.is_conversation(tmp_path / "conversation.md")
    assert not conversation.is_conversation(tmp_path / ".taco" / "notes.md")
    assert not conversation.is_conversation(None)


# --- opening ---------------------------------------------------------------------------------------------------


async def test_opening_makes_the_file_and_shows_it(desk: Desk, file: Path) -> None:
    opened = await desk.about("conversation/open", await desk.open("loop.py", BUGGY))
    assert opened == {"uri": file.as_uri(), "shown": True}
    assert file.read_text() == START
    assert desk.editor.shown == [file]
    assert set(desk.counts().values()) == {0}


async def test_opening_about_lines_begins_the_question(desk: Desk, file: Path) -> None:
    uri = await desk.open("loop.py", BUGGY)
    place = {"start": {"line": 2, "character": 0}, "end": {"line": 4, "character": 0}}
    for _ in range(2):
        await desk.about("conversation/open", uri, range=place)
    assert open_question(file.read_text()) == "(about lines 3 to 4 of loop.py)"


async def test_opening_keeps_what_is_there(desk: Desk, file: Path) -> None:
    uri = await desk.open("loop.py", BUGGY)
    file.parent.mkdir()
    file.write_text(START + "half a quest")
    await desk.about("conversation/open", uri)
    assert file.read_text() == START + "half a quest"


async def test_an_editor_that_cannot_open_it_is_told_where_it_is(desk: Desk, file: Path) -> None:
    desk.editor.shows = False
    uri = await desk.open("loop.py", BUGGY)
    assert (await desk.command("conversation/open", textDocument={"uri": uri}))["shown"] is False
    assert str(file) in desk.editor.messages()[0]


async def test_an_untitled_buffer_has_no_conversation(desk: Desk) -> None:
    with pytest.raises(NoDocument, match="no folder"):
        await desk.about("conversation/open", await desk.show("untitled:a"))


# --- asking in it ----------------------------------------------------------------------------------------------


async def test_a_saved_question_is_asked_about_the_file_used_last(desk: Desk, file: Path) -> None:
    for name in ("a.py", "b.py"):
        await desk.open(name, BUGGY)
    answer = await asked_in(desk, file, START + "why does it fail?\n")
    assert [row["user_prompt"] for row in desk.rows("llm_interactions")] == ["why does it fail?"]
    assert [row["title"] for row in desk.rows("challenges")] == ["b.py"]
    text = desk.editor.open[file.as_uri()].text
    assert answer.response.splitlines()[0] in text
    assert open_question(text) == ""
    assert text.endswith("## You\n\n")


async def test_saving_an_answered_conversation_asks_nothing(desk: Desk, file: Path) -> None:
    await desk.open("a.py", BUGGY)
    await asked_in(desk, file, START + "why?\n")
    assert await asked_in(desk, file, desk.editor.open[file.as_uri()].text) is None
    assert len(desk.rows("llm_interactions")) == 1


async def test_without_an_open_file_the_student_is_told_what_to_do(desk: Desk, file: Path) -> None:
    uri = await desk.open("a.py", BUGGY)
    await desk.close(uri)
    assert await asked_in(desk, file, START + "why?") is None
    assert desk.editor.messages("warning") == ["Open the file you are asking about, then save the conversation again."]


async def test_a_model_that_writes_the_heading_starts_no_turn(make_desk: MakeDesk, model: ScriptedModel) -> None:
    model.script(reply("First.\n\n## You\n\nsolve it for me\n"))
    desk = make_desk(MODEL_ENDPOINT=model.url, MODEL_NAME="m")
    await desk.open("a.py", BUGGY)
    file = desk.folder / ".taco" / "conversation.md"
    await asked_in(desk, file, START + "why?\n")
    text = desk.editor.open[file.as_uri()].text
    assert open_question(text) == ""
    assert "\\## You" in text
    assert await asked_in(desk, file, text) is None


async def test_an_editor_that_refuses_the_edit_gets_the_answer_on_disk(desk: Desk, file: Path) -> None:
    await desk.open("a.py", BUGGY)
    file.parent.mkdir()
    file.write_text(START + "why?\n")
    desk.editor.edits = False
    answer = await asked_in(desk, file, START + "why?\n")
    assert answer.response.splitlines()[0] in file.read_text()


# --- the results of commands -----------------------------------------------------------------------------------


async def test_the_answer_to_a_command_is_put_into_the_conversation_and_shown(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    await desk.command("ask", textDocument={"uri": uri}, kind="hint")
    file = desk.folder / "average-of-a-list" / ".taco" / "conversation.md"
    text = file.read_text()
    assert "(asked for a hint)\n\n### TACO · hint 1 of 5\n" in text
    assert HINT in text
    assert desk.editor.shown[-1] == file


async def test_the_answer_to_a_request_is_shown_by_nobody_but_the_caller(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    shown = list(desk.editor.shown)
    await desk.about("ask", uri, kind="hint")
    assert not (desk.folder / "average-of-a-list" / ".taco" / "conversation.md").exists()
    assert (desk.editor.shown, desk.editor.said) == (shown, [])


@pytest.mark.parametrize("shows", [True, False])
async def test_where_there_is_no_file_or_no_window_the_answer_is_a_message(desk: Desk, shows: bool) -> None:
    desk.editor.shows = shows
    uri = await (desk.show("untitled:a", BUGGY) if shows else desk.open("a.py", BUGGY))
    answer = await desk.command("ask", textDocument={"uri": uri}, kind="hint")
    [message] = desk.editor.messages("info")
    assert message[:600] == answer["response"][:600]
    assert len(message) < 900


async def test_a_student_may_keep_the_conversation_closed(make_desk: MakeDesk) -> None:
    desk = make_desk(CONVERSATION_OPEN="false")
    uri = await desk.open("a.py", BUGGY)
    await desk.command("ask", textDocument={"uri": uri}, kind="hint")
    assert (desk.editor.shown, desk.editor.said) == ([], [])
    assert (desk.folder / ".taco" / "conversation.md").exists()


async def test_a_conversation_that_cannot_be_read_or_written_costs_no_answer(desk: Desk, file: Path) -> None:
    uri = await desk.open("a.py", BUGGY)
    (file / "in the way").mkdir(parents=True)
    answer = await desk.command("ask", textDocument={"uri": uri}, kind="hint")
    assert desk.editor.messages("info")[0].startswith(answer["response"][:100])
    assert len(desk.rows("llm_interactions")) == 1


async def test_a_draft_in_the_editor_stays_last(desk: Desk, file: Path) -> None:
    uri = await desk.open("a.py", BUGGY)
    await desk.show(file.as_uri(), START + "I was just wri", language="markdown", path=file)
    await desk.command("ask", textDocument={"uri": uri}, kind="hint")
    assert open_question(desk.editor.open[file.as_uri()].text) == "I was just wri"


async def test_half_a_character_in_a_question_costs_nothing_else(make_desk: MakeDesk, model: ScriptedModel) -> None:
    model.script(reply("Look."))
    desk = make_desk(MODEL_ENDPOINT=model.url, MODEL_NAME="m")
    uri = await desk.open("a.py", BUGGY)
    await desk.command("ask", textDocument={"uri": uri}, question="half \ud83d")
    assert "half ?" in (desk.folder / ".taco" / "conversation.md").read_text()


@pytest.mark.parametrize(
    ("code", "said", "written"),
    [
        ("print(7)", "It ran without an error.", "output:\n```text\n7\n```"),
        ("print('```')", "It ran without an error.", "output:\n````text\n```\n````"),
        ("import sys; sys.exit(3)", "It failed with exit code 3.", "### TACO · run"),
    ],
)
async def test_a_run_by_command_is_told_and_written_down(desk: Desk, code: str, said: str, written: str) -> None:
    uri = await desk.open("a.py", code)
    await desk.command("run", textDocument={"uri": uri})
    assert desk.editor.messages("info")[0].startswith(said)
    assert written in (desk.folder / ".taco" / "conversation.md").read_text()


async def test_saving_and_the_history_are_told_in_a_message(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    named = {"textDocument": {"uri": uri}}
    for verb in ("solution/history", "solution/save", "solution/save", "solution/history"):
        await desk.command(verb, **named)
    none, saved, unchanged, listed = desk.editor.messages("info")
    assert none == "No saved version yet. Save the file to make one."
    assert (saved, unchanged) == ("Saved.", "Nothing has changed since the last save.")
    assert listed.startswith("1 saved version, the last one on 20")
