"""A small client that does everything right: the whole student flow, as an example and to try the kit on itself.

    taco conformance -- {python} -I -m taco_lsp.conformance.reference
    taco conformance --tcp -- {python} -I -m taco_lsp.conformance.reference

Needs the framing of this package and otherwise the standard library. Not an editor.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from taco_lsp.edge.framing import Frame, FrameParser, frame

ANSWER_S = 30.0
FAULT = "range(len(numbers) + 1)"
CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "window": {"showDocument": {"support": True}, "workDoneProgress": True},
    "workspace": {"applyEdit": True, "workspaceFolders": True, "codeLens": {"refreshSupport": True}},
    "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["taco"]}}}},
}


class Client:
    """One connection, and the one document that is open."""

    def __init__(self, to_server: asyncio.StreamWriter, from_server: asyncio.StreamReader, file: Path) -> None:
        self.file = file
        self.uri = file.as_uri()
        self.text = file.read_bytes().decode()
        self.version = 0
        self.streamed = asyncio.Event()
        self._to_server = to_server
        self._from_server = from_server
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    # --- the connection -----------------------------------------------------------------------------------------

    def send(self, **message: Any) -> None:
        """Send a message."""
        self._to_server.write(frame(json.dumps({"jsonrpc": "2.0", **message}).encode()))

    def note(self, method: str, params: Any) -> None:
        """Send a notification."""
        self.send(method=method, params=params)

    def begin(self, method: str, params: Any = None) -> tuple[int, asyncio.Future[Any]]:
        """Send a request; returns its id, and what will be its result."""
        number = len(self._waiting) + 1
        self._waiting[number] = asyncio.get_running_loop().create_future()
        self.send(id=number, method=method, **({} if params is None else {"params": params}))
        return number, self._waiting[number]

    async def ask(self, method: str, params: Any = None) -> Any:
        """Send a request and wait for its result."""
        return await asyncio.wait_for(self.begin(method, params)[1], ANSWER_S)

    async def listen(self) -> None:
        """Take in what the server says until it ends."""
        parser = FrameParser()
        while data := await self._from_server.read(65536):
            parser.feed(data)
            for item in parser.items():
                if isinstance(item, Frame):
                    self._take(json.loads(item.body))

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            waiting = self._waiting[message["id"]]
            if error := message.get("error"):
                waiting.set_exception(RuntimeError(f"{error['code']}: {error['message']}"))
            else:
                waiting.set_result(message["result"])
        elif "id" in message:
            self.send(id=message["id"], result=self._answer(message["method"], message.get("params") or {}))
        elif message["method"] == "$/progress" and "delta" in message["params"]["value"]:
            self.streamed.set()

    def _answer(self, method: str, params: dict[str, Any]) -> Any:
        if method == "window/showDocument":
            return {"success": True}
        if method == "workspace/applyEdit":
            return {"applied": self._apply(params["edit"])}
        return None

    # --- the document -------------------------------------------------------------------------------------------

    def _apply(self, edit: dict[str, Any]) -> bool:
        changes = edit.get("documentChanges") or [{"edits": edits} for edits in edit.get("changes", {}).values()]
        (whole,) = changes[0]["edits"]
        self.text = whole["newText"]
        self._changed({"text": self.text})
        return True

    def open(self) -> None:
        """Open the document."""
        item = {"uri": self.uri, "languageId": "python", "version": self.version, "text": self.text}
        self.note("textDocument/didOpen", {"textDocument": item})

    def replace(self, old: str, new: str) -> None:
        """Change one place of the document."""
        at = self.text.index(old)
        range_ = {"start": self._position(at), "end": self._position(at + len(old))}
        self.text = self.text[:at] + new + self.text[at + len(old) :]
        self._changed({"range": range_, "text": new})

    def save(self) -> None:
        """Write the document to disk and tell."""
        self.file.write_bytes(self.text.encode())
        self.note("textDocument/didSave", self.named())

    def named(self, **more: Any) -> dict[str, Any]:
        """Params that name the document."""
        return {"textDocument": {"uri": self.uri}, **more}

    def _changed(self, change: dict[str, Any]) -> None:
        self.version += 1
        named = {"uri": self.uri, "version": self.version}
        self.note("textDocument/didChange", {"textDocument": named, "contentChanges": [change]})

    def _position(self, at: int) -> dict[str, int]:
        before = self.text[:at].split("\n")
        return {"line": len(before) - 1, "character": len(before[-1].encode("utf-16-le")) // 2}


async def play(client: Client, workspace: Path) -> None:
    """The whole student flow."""
    folder = {"uri": workspace.as_uri(), "name": workspace.name}
    await client.ask(
        "initialize", {"processId": os.getpid(), "capabilities": CAPABILITIES, "workspaceFolders": [folder]}
    )
    client.note("initialized", {})
    client.open()
    await _by_code_action(client)
    asked = await client.ask("taco/ask", client.named(kind="question", question="Why?", partialResultToken="answer-1"))
    await _stop_an_answer(client)
    await client.ask("taco/run", client.named())
    await client.ask("taco/ask", client.named(kind="explain", partialResultToken="answer-3", workDoneToken="work-1"))
    client.replace('names = "ä, 🌮"', 'names = "ä, 🌮🌮"')
    client.replace(FAULT, "range(len(numbers))")
    await client.ask("taco/run", client.named())
    client.save()
    await client.ask("taco/solution/save", client.named())
    await client.ask("taco/feedback", {"interactionId": asked["interactionId"], "helpful": True})
    versions = await client.ask("taco/solution/history", client.named())
    client.replace("total = 0", "total = 1")
    await client.ask("taco/solution/restore", client.named(revisionId=versions["revisions"][0]["id"]))
    await client.ask("taco/status", client.named())
    await client.ask("taco/journey", client.named())
    client.note("textDocument/didClose", client.named())
    await client.ask("shutdown")
    client.note("exit", None)


async def _by_code_action(client: Client) -> None:
    """What an editor without a plugin does: list what is offered, execute the hint as it was offered."""
    nowhere = {"line": 0, "character": 0}
    params = client.named(range={"start": nowhere, "end": nowhere}, context={"diagnostics": []})
    offered = await client.ask("textDocument/codeAction", params)
    hint = next(action for action in offered if action["kind"] == "taco.hint")["command"]
    await client.ask("workspace/executeCommand", {"command": hint["command"], "arguments": hint["arguments"]})
    await client.ask("textDocument/codeLens", client.named())


async def _stop_an_answer(client: Client) -> None:
    """Begin to hear an answer, then cancel it."""
    client.streamed.clear()
    number, answer = client.begin("taco/ask", client.named(kind="review", partialResultToken="answer-2"))
    await asyncio.wait_for(client.streamed.wait(), ANSWER_S)
    client.note("$/cancelRequest", {"id": number})
    await asyncio.wait([answer], timeout=ANSWER_S)
    if answer.exception() is None:
        raise RuntimeError("the answer came whole before it was cancelled")


async def start_and_play(file: Path, workspace: Path) -> int:
    """Start the server of the conformance run and play; return the server's exit code."""
    server = await asyncio.create_subprocess_exec(
        os.environ["CONFORMANCE_SERVER"], stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert server.stdin
    assert server.stdout
    client = Client(server.stdin, server.stdout, file)
    listening = asyncio.ensure_future(client.listen())
    try:
        await play(client, workspace)
        return await asyncio.wait_for(server.wait(), ANSWER_S)
    finally:
        if server.returncode is None:
            server.kill()
        await server.wait()
        await listening


async def connect_and_play(address: str, file: Path, workspace: Path) -> int:
    """Play over a connection, until the server has closed it."""
    host, _, port = address.rpartition(":")
    from_server, to_server = await asyncio.open_connection(host, int(port))
    client = Client(to_server, from_server, file)
    listening = asyncio.ensure_future(client.listen())
    try:
        await play(client, workspace)
        await asyncio.wait_for(listening, ANSWER_S)
        return 0
    finally:
        listening.cancel()
        to_server.close()


async def main() -> int:
    """Play in the way that the conformance run was started for."""
    file, workspace = Path(os.environ["CONFORMANCE_FILE"]), Path(os.environ["CONFORMANCE_WORKSPACE"])
    address = os.environ.get("CONFORMANCE_ADDRESS")
    return await (connect_and_play(address, file, workspace) if address else start_and_play(file, workspace))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
