"""`taco challenge open`, by which a student without a plugin comes to a challenge, and what an editor makes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from taco_lsp.cli import main
from taco_lsp.cli.client import connected
from tests.editors.desk import Desk
from tests.support.rows import count, rows

TASK = "returns the average of a list of numbers"


@pytest.fixture
def opened(desk: Desk, challenge: str) -> Path:
    """The program of the sample challenge, put into the workspace."""
    done = taco(desk, "challenge", "open", "average", "--in", str(desk.workspace), "--json")
    assert done["challengeId"] == challenge
    assert (done["kept"], done["restored"]) == ([], False)
    return Path(done["files"][0])


def taco(desk: Desk, *words: str, code: int = 0) -> Any:
    """What a command prints, read as JSON where it is; fails when it ends with another code."""
    done = CliRunner(env=desk.environ).invoke(main.app, words)
    assert done.exit_code == code, done.output + repr(done.exception)
    return json.loads(done.stdout) if "--json" in words else done.stdout


@pytest.mark.subprocess
async def test_an_editor_that_opens_the_file_is_at_the_challenge(desk: Desk, opened: Path, challenge: str) -> None:
    assert TASK in (opened.parent / "README.md").read_text()
    assert count(desk.store, "sessions") == 0, "the session starts in the editor"

    document = {"uri": opened.as_uri(), "languageId": "python", "version": 0, "text": opened.read_text()}
    async with connected(str(desk.workspace), desk.environ) as client:
        await client.notify("textDocument/didOpen", {"textDocument": document})
        status = await client.request("taco/status", {"textDocument": {"uri": opened.as_uri()}})

    assert status["seat"]["challengeId"] == challenge
    (session,) = rows(desk.store, "SELECT challenge_id FROM sessions")
    assert session["challenge_id"] == challenge.replace("-", "")


def test_newer_work_stays_as_it_is(desk: Desk, opened: Path, challenge: str) -> None:
    opened.write_text("mine = True\n")

    said = taco(desk, "challenge", "open", challenge, "--in", str(desk.workspace))

    assert f"Left as it is, because it holds newer work: {opened}" in said
    assert opened.read_text() == "mine = True\n"


def test_without_words_the_challenges_are_listed(desk: Desk, challenge: str) -> None:
    assert taco(desk, "challenge", "open") == f"{challenge}  Average of a list\n"
    listed = taco(desk, "challenge", "open", "--json")
    assert listed == {"challenges": [{"id": challenge, "title": "Average of a list"}]}


def test_a_title_that_nothing_has_is_said(desk: Desk, challenge: str) -> None:
    done = CliRunner(env=desk.environ).invoke(main.app, ["challenge", "open", "sorting"])
    assert "no challenge with “sorting”" in str(done.exception) + done.output
    assert done.exit_code == 1
    assert not list(desk.workspace.iterdir())
