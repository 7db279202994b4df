"""Scripts for a model endpoint, and the command that serves them."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from taco_lsp.cli.model_server import app
from taco_lsp.conformance import script_file
from taco_lsp.conformance.replies import DROP, MODEL, Pause
from taco_lsp.errors import InvalidParams
from taco_lsp.models.client import ChatClient
from taco_lsp.models.endpoint import Endpoint
from taco_lsp.models.types import Message, TextDelta
from tests.support.editors import clean_environ

SCRIPT: dict[str, Any] = {
    "replies": [{"chunks": ["Look ", "at line 3."], "pause_s": 0.01}, {"status": 429, "retry_after": "1"}],
    "otherwise": {"text": "What does the loop visit?", "pieces": 3},
    "models": ["tutor-small"],
}


def test_a_script_says_what_is_answered_in_order() -> None:
    script = script_file.parse(SCRIPT)
    streamed, limited = script.replies
    assert [part for part in streamed.parts if isinstance(part, Pause)] == [Pause(0.01)] * 2
    assert (limited.status, limited.headers["retry-after"]) == (429, "1")
    assert script.otherwise is not None
    assert script.models == ("tutor-small",)


def test_text_is_cut_into_as_many_pieces_and_none_is_lost() -> None:
    script = script_file.parse({"otherwise": {"text": "abcdefg", "pieces": 3}})
    assert script.otherwise is not None
    body = b"".join(part for part in script.otherwise.parts if isinstance(part, bytes)).decode()
    told = [json.loads(line[6:]) for line in body.splitlines() if line.startswith("data: {")]
    said = [chunk["choices"][0]["delta"].get("content", "") for chunk in told if chunk["choices"]]
    assert [piece for piece in said if piece] == ["abc", "def", "g"]


def test_a_connection_can_be_cut_or_left_hanging() -> None:
    script = script_file.parse({"replies": [{"dropped": "Hel"}, {"stalled": "Hel"}]})
    dropped, stalled = (list(reply.parts)[-1] for reply in script.replies)
    assert (dropped, stalled) == (DROP, Pause())


@pytest.mark.parametrize(
    ("script", "field"),
    [
        ([], "script"),
        ({"answers": []}, "script"),
        ({"replies": {}}, "replies"),
        ({"models": "m"}, "models"),
        ({"models": [1]}, "models"),
        ({"replies": ["x"]}, "replies[0]"),
        ({"replies": [{"text": "a"}, {"text": "a", "status": 1}]}, "replies[1]"),
        ({"otherwise": {}}, "otherwise"),
        ({"otherwise": {"text": "a", "speed": 1}}, "otherwise.speed"),
        ({"otherwise": {"text": 1}}, "otherwise.text"),
        ({"otherwise": {"chunks": "a", "pause_s": "slow"}}, "otherwise.chunks"),
        ({"otherwise": {"status": "bad"}}, "otherwise.status"),
    ],
    ids=str,
)
def test_a_mistake_in_a_script_is_named(script: Any, field: str) -> None:
    with pytest.raises(InvalidParams) as caught:
        script_file.parse(script)
    assert caught.value.field == field
    assert caught.value.hint


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from taco_lsp.cli.main import run; run()", "model", "serve-scripted", *arguments]


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    """Serve a script; gives the base URL."""
    process = subprocess.Popen(command("--json", *arguments), stdout=subprocess.PIPE, text=True, env=clean_environ({}))
    assert process.stdout
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


async def ask(url: str, model: str) -> list[str]:
    client = ChatClient(Endpoint(url=url, model=model))
    try:
        said = [piece async for piece in client.stream((Message(role="user", content="why?"),))]
    finally:
        await client.aclose()
    return [piece.text for piece in said if isinstance(piece, TextDelta)]


@pytest.mark.subprocess
async def test_a_script_is_served_to_the_servers_own_client(tmp_path: Path) -> None:
    file = tmp_path / "script.json"
    file.write_text(json.dumps(SCRIPT))
    with served(str(file)) as url:
        assert "".join(await ask(url, "tutor-small")) == "Look at line 3."
        limited = httpx.post(f"{url}/chat/completions", json={"messages": []})
        assert (limited.status_code, limited.headers["retry-after"]) == (429, "1")
        assert "".join(await ask(url, "tutor-small")) == "What does the loop visit?"
        with urllib.request.urlopen(f"{url}/models") as listed:
            assert [model["id"] for model in json.load(listed)["data"]] == ["tutor-small"]


@pytest.mark.subprocess
async def test_the_built_in_script_streams_on_the_port_that_was_asked_for_and_a_taken_port_is_said() -> None:
    with served("--builtin-script") as url:
        assert len(await ask(url, MODEL)) > 1
        port = url.split(":")[2].split("/")[0]
        second = subprocess.run(
            command("--builtin-script", "--port", port), capture_output=True, text=True, timeout=30, check=False
        )
    assert second.returncode == 1
    assert f"Port {port} cannot be used" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize("arguments", [(), ("x.json", "--builtin-script"), ("--builtin-script", "--port", "70000")])
def test_wrong_usage_is_said(arguments: tuple[str, ...]) -> None:
    assert CliRunner().invoke(app, ["serve-scripted", *arguments]).exit_code == 2


@pytest.mark.parametrize(("text", "said"), [("{", "cannot be read"), ("{}", "no reply"), ("[]", "`script` must be")])
def test_a_script_that_cannot_be_served_is_refused(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "script.json"
    file.write_text(text)
    error = CliRunner().invoke(app, ["serve-scripted", str(file)]).exception
    assert isinstance(error, InvalidParams)
    assert said in str(error)
