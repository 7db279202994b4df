"""The whole student flow on the real server, as VS Code and Neovim drive it, checked in the store file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types as lsp

from storage import open_store
from taco_lsp import samples
from taco_lsp.authoring.challenge_folder import read_challenge
from taco_lsp.cli.demo import FIRST_ATTEMPT, SECOND_ATTEMPT, STDIN
from tests.support.editors import Editor, start
from tests.support.rows import count, rows

pytestmark = pytest.mark.subprocess


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "data" / "taco.db"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "my work ü"
    folder.mkdir()
    return folder


@pytest_asyncio.fixture(params=["visual_studio_code", "neovim"])
async def editor(request: pytest.FixtureRequest, store: Path, workspace: Path) -> AsyncIterator[Editor]:
    client = await start(request.param, workspace, {"TACO_STORE": f"sqlite:///{store}"})
    yield client
    if client._server and client._server.returncode is None:
        await client.shutdown_session()
    await client.stop()
    assert client.error is None, "the server sent something that is not LSP"


async def add_sample(store: Path) -> str:
    opened = await open_store(f"sqlite:///{store}")
    async with opened.write() as tx:
        model = await tx.models.ensure("taco-builtin", "1")
        challenge = read_challenge(samples.AVERAGE, model_id=model.id)
        await tx.challenges.add(challenge)
    await opened.close()
    return str(challenge.id)


async def test_a_student_is_tutored_and_the_journey_is_on_disk(editor: Editor, store: Path) -> None:
    challenge = await add_sample(store)
    listed = await editor.call("taco/challenge/list")
    assert [item["id"] for item in listed["challenges"]] == [challenge]

    opened = await editor.call("taco/challenge/open", challengeId=challenge)
    file = Path(lsp_path(opened["files"][0]))
    assert file.read_text() == (samples.AVERAGE / "starter" / "average.py").read_text()
    uri = editor.open(file)
    named = {"textDocument": {"uri": uri}}
    editor.type(uri, FIRST_ATTEMPT)

    hint = await editor.call("taco/ask", **named, kind="hint", partialResultToken="t1")
    assert hint["hintLevel"] == 1
    assert "".join(editor.deltas["t1"]) == hint["response"]
    failed = await editor.call("taco/run", **named, stdin=STDIN)
    assert failed["exitCode"] == 1
    assert "IndexError" in failed["stderr"]
    assert failed["line"] == FIRST_ATTEMPT.splitlines().index("        total = total + numbers[i]") + 1
    assert [d.source for d in editor.diagnostics[uri]] == ["TACO"]
    explained = await editor.call("taco/ask", **named, kind="explain")
    assert "numbers" in explained["response"]
    editor.type(uri, SECOND_ATTEMPT, version=3)
    passed = await editor.call("taco/run", **named, stdin=STDIN)
    assert (passed["exitCode"], passed["stdout"]) == (0, "4.0\n")
    assert list(editor.diagnostics[uri]) == []
    saved = await editor.call("taco/solution/save", **named)
    assert saved["revisionId"]
    assert "revisionId" not in await editor.call("taco/solution/save", **named)
    await editor.call("taco/feedback", interactionId=explained["interactionId"], helpful=True)
    journey = await editor.call("taco/journey", **named)
    assert [event["kind"] for event in journey["events"]] == [
        "open", "hint", "run", "question", "answer", "run", "edit",
    ]  # fmt: skip
    editor.close_file(uri)
    await editor.shutdown_session()

    (session,) = rows(store, "SELECT * FROM sessions")
    assert session["ended_at"] is not None
    assert session["last_message_at"] is not None
    first, second = rows(store, "SELECT * FROM llm_interactions ORDER BY created_at")
    assert (first["kind"], first["hint_level"], first["code"]) == ("hint", 1, FIRST_ATTEMPT)
    assert "IndexError" not in first["stdout"]
    assert (second["kind"], second["stdin"], second["stdout"]) == ("explain", STDIN, "4.0\n")
    assert second["feedback"] == '{"helpful": true}'
    assert [r["exit_code"] for r in rows(store, "SELECT * FROM runs ORDER BY created_at")] == [1, 0]
    (solution,) = rows(store, "SELECT * FROM challenge_solutions")
    assert solution["solution"] == SECOND_ATTEMPT
    assert count(store, "challenge_solutions_history") == 1
    assert count(store, "session_owners") == 0


async def test_a_file_in_any_folder_becomes_practice_on_the_first_question(
    editor: Editor, store: Path, workspace: Path
) -> None:
    file = workspace / "räuber.py"
    file.write_text("for i in range(3)\n    print(i)\n")
    uri = editor.open(file)
    await editor.call("taco/status", textDocument={"uri": uri})
    assert count(store, "sessions") == 0, "nothing is recorded before the student asks"

    answer = await editor.command("taco.ask", textDocument={"uri": uri}, kind="hint")

    assert answer["hintLevel"] == 1
    conversation = (workspace / ".taco" / "conversation.md").read_text()
    assert "### TACO · hint 1 of 5" in conversation
    (challenge,) = rows(store, "SELECT * FROM challenges")
    assert (challenge["title"], challenge["class_id"]) == ("räuber.py", None)
    assert count(store, "sessions") == 1


async def test_the_plain_surface_offers_runs_marks_and_explains(editor: Editor, store: Path, workspace: Path) -> None:
    file = workspace / "list.py"
    file.write_text("names = ['a', 'b']\nprint(names[2])\n")
    uri = editor.open(file)
    await editor.command("taco.run", textDocument={"uri": uri})

    (mark,) = editor.diagnostics[uri]
    assert (mark.range.start.line, mark.code) == (1, "IndexError")
    named = lsp.TextDocumentIdentifier(uri)
    hover = await editor.text_document_hover_async(lsp.HoverParams(named, lsp.Position(1, 0)))
    assert hover and "names" in hover.contents.value  # type: ignore[union-attr]
    lenses = await editor.text_document_code_lens_async(lsp.CodeLensParams(named))
    assert [lens.command.title for lens in lenses or [] if lens.command] == [
        "Run", "Give me a hint (1 of 5)", "History",
    ]  # fmt: skip
    context = lsp.CodeActionContext(diagnostics=[mark], only=["taco"])
    actions = await editor.text_document_code_action_async(lsp.CodeActionParams(named, mark.range, context))
    explain = next(action for action in actions or [] if action.title == "Explain this error")
    assert isinstance(explain, lsp.CodeAction)
    assert explain.command
    result = await editor.workspace_execute_command_async(
        lsp.ExecuteCommandParams(explain.command.command, explain.command.arguments)
    )
    assert "names" in result["response"]
    begun = [value["title"] for value in editor.work if value["kind"] == "begin"]
    assert begun in (["Running your program", "TACO is thinking"], [])


async def test_saving_a_question_in_the_conversation_gets_an_answer(
    editor: Editor, store: Path, workspace: Path
) -> None:
    uri = editor.open(workspace / "sum.py", "total = 0\nfor n in [1, 2]:\n    total + n\nprint(total)\n")
    opened = await editor.command("taco.conversation.open", textDocument={"uri": uri})
    page = Path(lsp_path(opened["uri"]))
    page.write_text(page.read_text() + "Why is the total always 0?\n")
    editor.save(editor.open(page, language="markdown"))

    while not editor.edits:
        await editor.wait_for_notification("$/progress") if editor.work else await editor.call("taco/status")

    (edit,) = editor.edits
    (change,) = edits_of(edit, page.as_uri())
    assert change.new_text.startswith("\n### TACO\n\n")
    assert change.range.start == change.range.end == lsp.Position(page.read_text().count("\n"), 0)
    (asked,) = rows(store, "SELECT * FROM llm_interactions")
    assert asked["user_prompt"] == "Why is the total always 0?"


async def test_wrong_params_name_the_field_and_the_editor_keeps_working(editor: Editor, workspace: Path) -> None:
    from pygls.exceptions import JsonRpcException

    uri = editor.open(workspace / "a.py", "x = 1\n")
    with pytest.raises(JsonRpcException) as caught:
        await editor.call("taco/ask", textDocument={"uri": uri}, kind="solve")
    assert caught.value.code == -32602
    assert caught.value.data["field"] == "kind"
    with pytest.raises(JsonRpcException) as missing:
        await editor.command("taco.run")
    assert missing.value.data["field"] == "textDocument"
    assert (await editor.call("taco/status"))["version"]


def lsp_path(uri: str) -> str:
    from pygls.uris import to_fs_path

    path = to_fs_path(uri)
    assert path
    return path


def edits_of(asked: lsp.ApplyWorkspaceEditParams, uri: str) -> Sequence[Any]:
    """The edits of one document, for the version that it was opened with where the editor takes versions."""
    if asked.edit.document_changes is None:
        return (asked.edit.changes or {})[uri]
    (change,) = asked.edit.document_changes
    assert isinstance(change, lsp.TextDocumentEdit)
    assert change.text_document == lsp.OptionalVersionedTextDocumentIdentifier(uri, 1)
    return change.edits
