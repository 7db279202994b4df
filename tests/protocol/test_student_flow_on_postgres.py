"""The student flow on the real server with its store on PostgreSQL, checked with plain SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp

from storage import open_store
from taco_lsp import samples
from taco_lsp.authoring.challenge_folder import read_challenge
from taco_lsp.cli.demo import FIRST_ATTEMPT, SECOND_ATTEMPT, STDIN
from taco_lsp.wire.uris import path_of
from tests.support.editors import start
from tests.support.postgres import connected

pytestmark = pytest.mark.subprocess


async def add_sample(url: str) -> str:
    store = await open_store(url)
    async with store.write() as tx:
        model = await tx.models.ensure("taco-builtin", "1")
        challenge = read_challenge(samples.AVERAGE, model_id=model.id)
        await tx.challenges.add(challenge)
    await store.close()
    return str(challenge.id)


async def test_a_students_journey_ends_up_on_the_server(tmp_path: Path, postgres_url: str) -> None:
    workspace = tmp_path / "my work ü"
    workspace.mkdir()
    challenge = await add_sample(postgres_url)
    editor = await start("visual_studio_code", workspace, {"TACO_STORE": postgres_url})

    opened = await editor.call("taco/challenge/open", challengeId=challenge)
    file = path_of(opened["files"][0])
    assert file is not None
    uri = editor.open(file)
    named = {"textDocument": {"uri": uri}}
    editor.type(uri, FIRST_ATTEMPT)
    assert (await editor.call("taco/ask", **named, kind="hint"))["hintLevel"] == 1
    assert (await editor.call("taco/run", **named, stdin=STDIN))["exitCode"] == 1
    editor.type(uri, SECOND_ATTEMPT, version=3)
    assert (await editor.call("taco/run", **named, stdin=STDIN))["stdout"] == "4.0\n"
    assert (await editor.call("taco/solution/save", **named))["revisionId"]
    editor.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri)))
    await editor.shutdown_session()
    await editor.stop()

    async with connected(postgres_url) as db:
        session = await db.fetchrow("SELECT ended_at IS NOT NULL, last_message_at IS NOT NULL FROM sessions")
        asked = await db.fetchrow("SELECT kind, hint_level, code, stdin, stdout FROM llm_interactions")
        runs: list[Any] = await db.fetch("SELECT exit_code FROM runs ORDER BY id")
        current = await db.fetchval("SELECT solution FROM challenge_solutions")
        history = await db.fetchval("SELECT count(*) FROM challenge_solutions_history")
        owners = await db.fetchval("SELECT count(*) FROM session_owners")
    assert tuple(session) == (True, True)
    assert tuple(asked) == ("hint", 1, FIRST_ATTEMPT, STDIN, "4.0\n")
    assert [row["exit_code"] for row in runs] == [1, 0]
    assert (current, history, owners) == (SECOND_ATTEMPT, 1, 0)
