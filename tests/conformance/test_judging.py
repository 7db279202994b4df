"""The judge: a whole session that is right passes every check, and each fault fails the check that it belongs to."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from taco_lsp.conformance.checks import CHECKS
from taco_lsp.conformance.judge import MOST_PROBLEMS, judge
from taco_lsp.conformance.transcript import Entry
from tests.conformance.transcripts import Spoil, change, find, reply_to, says, shipped


def outcomes(entries: list[Entry]) -> dict[str, str]:
    return {verdict.check: verdict.outcome for verdict in judge([entries]).verdicts}


def test_the_shipped_session_passes_every_check() -> None:
    report = judge([shipped()])
    assert [verdict.outcome for verdict in report.verdicts] == ["pass"] * len(CHECKS), report.failed
    assert report.ok
    assert report.verbs["taco/ask"] == {"command": 1, "request": 3}
    assert len(report.verbs) >= 8


@pytest.mark.parametrize(("door", "outcome"), [("ws", "pass"), ("tcp", "fail"), (None, "fail")])
def test_only_a_page_may_leave_without_a_word(door: Any, outcome: str) -> None:
    entries = shipped()
    entries = entries[: find(entries, "client", "shutdown")]
    assert outcomes([*through(door), *entries, Entry(at=9.0, by="client", left=True)])["ending"] == outcome


def test_a_page_that_is_cut_off_has_not_left() -> None:
    entries = shipped()
    entries = entries[: find(entries, "client", "shutdown")]
    found = outcomes([*through("ws"), *entries, Entry(at=9.0, by="client", fault="cut")])
    assert (found["ending"], found["protocol"]) == ("fail", "fail")


def test_only_files_need_a_folder() -> None:
    entries = shipped()
    change(entries, find(entries, "client", "initialize"), lambda it: it["params"].pop("workspaceFolders"))
    assert outcomes(entries)["initialize"] == "fail"
    lines = [entry.as_line().replace("file:///home/ada/exercises/", "untitled:") for entry in entries]
    assert outcomes([Entry(**json.loads(line)) for line in lines])["initialize"] == "pass"


def through(door: Any) -> list[Entry]:
    """How a client came in, as a transcript begins."""
    return [Entry(at=0.0, by="client", door=door)] if door else []


# --- faults ------------------------------------------------------------------------------------------------------


def edited(by: Any, method: str, edit: Any, number: int = 0) -> Spoil:
    """A message that says something else."""
    return lambda entries: change(entries, find(entries, by, method, number), edit)


def answered(method: str, **answer: Any) -> Spoil:
    """A request of the server with another answer."""

    def spoil(entries: list[Entry]) -> None:
        place = reply_to(entries, find(entries, "server", method))
        entries[place] = attrs.evolve(entries[place], message={
            "jsonrpc": "2.0", "id": entries[place].message["id"], **answer})  # fmt: skip

    return spoil


def without(by: Any, method: str, number: int = 0) -> Spoil:
    """A message that was never sent."""
    return lambda entries: entries.pop(find(entries, by, method, number)) and None


def twice(method: str) -> Spoil:
    """A message of the client that was sent twice."""

    def spoil(entries: list[Entry]) -> None:
        place = find(entries, "client", method)
        entries.insert(place + 1, entries[place])

    return spoil


def moved(method: str, before: str, number: int = 0) -> Spoil:
    """A message of the client that was sent too early."""

    def spoil(entries: list[Entry]) -> None:
        entry = entries.pop(find(entries, "client", method, number))
        entries.insert(find(entries, "client", before), entry)

    return spoil


def before_its_reply(method: str, asked: str) -> Spoil:
    """A message of the client that was sent before the reply it should have waited for."""

    def spoil(entries: list[Entry]) -> None:
        entry = entries.pop(find(entries, "client", method))
        entries.insert(reply_to(entries, find(entries, "client", asked)), entry)

    return spoil


def saved_otherwise(entries: list[Entry]) -> None:
    place = find(entries, "client", "textDocument/didSave")
    entries[place] = attrs.evolve(entries[place], disk="something else\n")


def unanswered(entries: list[Entry]) -> None:
    entries.pop(reply_to(entries, find(entries, "server", "window/showDocument")))


def answered_twice(entries: list[Entry]) -> None:
    place = reply_to(entries, find(entries, "server", "workspace/applyEdit"))
    entries.insert(place, entries[place])


def a_foreign_request(entries: list[Entry]) -> None:
    place = find(entries, "client", "textDocument/codeLens")
    says(entries, place, "client", id=900, method="taco/solve", params={})
    says(entries, place + 1, "server", id=900, error={"code": -32601, "message": "no"})


def a_request_after_shutdown(entries: list[Entry]) -> None:
    says(entries, find(entries, "client", "exit"), "client", id=900, method="taco/status", params={})


def ended_badly(entries: list[Entry]) -> None:
    entries[-1] = attrs.evolve(entries[-1], exit=1)


def never_streamed(entries: list[Entry]) -> None:
    entries[:] = [entry for entry in entries if "delta" not in str((entry.message or {}).get("params"))]


def failed_runs(entries: list[Entry]) -> None:
    for number in range(2):
        place = reply_to(entries, find(entries, "client", "taco/run", number))
        error = {"code": 1005, "message": "no Python"}
        message = {"jsonrpc": "2.0", "id": entries[place].message["id"], "error": error}
        entries[place] = attrs.evolve(entries[place], message=message)


def noise(entries: list[Entry]) -> None:
    entries.insert(3, Entry(at=0, by="client", fault="noise"))


def columns_in_bytes(message: dict[str, Any]) -> None:
    # Line 2 begins `names = "ä, 🌮"`: columns 12 and 13 are the two halves of the taco in UTF-16.
    message["params"]["contentChanges"][0]["range"]["end"] = {"line": 1, "character": 13}


def set_params(**values: Any) -> Any:
    return lambda message: message["params"].update(values)


def set_version(version: int) -> Any:
    return lambda message: message["params"]["textDocument"].update(version=version)


FAULTS: dict[str, tuple[str, Spoil]] = {
    "bytes that are no message": ("protocol", noise),
    "not JSON-RPC 2.0": ("protocol", edited("client", "initialized", lambda message: message.pop("jsonrpc"))),
    "an id used twice": ("protocol", edited("client", "taco/status", lambda message: message.update(id=1))),
    "params that are not LSP": ("protocol", edited("client", "textDocument/codeAction", set_params(range="all"))),
    "a document first": ("initialize", moved("textDocument/didOpen", "initialize")),
    "no capabilities": ("initialize", edited("client", "initialize", lambda m: m["params"].pop("capabilities"))),
    "no folder": ("initialize", edited("client", "initialize", lambda m: m["params"].pop("workspaceFolders"))),
    "no utf-16": ("initialize", edited("client", "initialize", set_params(
        capabilities={"general": {"positionEncodings": ["utf-32"]}}))),
    "initialize twice": ("initialize", twice("initialize")),
    "no initialized": ("initialized", without("client", "initialized")),
    "initialized twice": ("initialized", twice("initialized")),
    "initialized before the reply": ("initialized", before_its_reply("initialized", "initialize")),
    "a document before initialized": ("initialized", moved("textDocument/didOpen", "initialized")),
    "opened twice": ("open", twice("textDocument/didOpen")),
    "no language": ("open", edited("client", "textDocument/didOpen", lambda m: m["params"]["textDocument"].update(
        languageId=""))),
    "spoken of before it is open": ("open", moved("textDocument/codeAction", "textDocument/didOpen")),
    "versions that stand still": ("change", edited("client", "textDocument/didChange", set_version(1), 1)),
    "columns of another encoding": ("change", edited("client", "textDocument/didChange", columns_in_bytes)),
    "a line that is not there": ("change", edited("client", "textDocument/didChange", set_params(contentChanges=[
        {"range": {"start": {"line": 90, "character": 0}, "end": {"line": 91, "character": 0}}, "text": "x"}]))),
    "another text on disk": ("saved", saved_otherwise),
    "another text in didSave": ("saved", edited("client", "textDocument/didSave", set_params(text="other"))),
    "closed twice": ("close", twice("textDocument/didClose")),
    "null for showDocument": ("answers", answered("window/showDocument", result=None)),
    "an error for what was declared": ("answers", answered(
        "workspace/applyEdit", error={"code": -32601, "message": "not supported"})),
    "words for a refresh": ("answers", answered("workspace/codeLens/refresh", result="yes")),
    "no answer": ("answers", unanswered),
    "two answers": ("answers", answered_twice),
    "a verb that does not exist": ("known", a_foreign_request),
    "an unknown field": ("params", edited("client", "taco/status", set_params(colour="red"))),
    "a command without params": ("params", edited("client", "workspace/executeCommand", set_params(arguments=[]))),
    "a run that never works": ("run", failed_runs),
    "a token used again": ("stream", edited("client", "taco/ask", set_params(partialResultToken="answer-1"), 1)),
    "a stream that never came": ("stream", never_streamed),
    "a cancelled request that never was": ("cancel", edited("client", "$/cancelRequest", set_params(id=700))),
    "an offer that was changed": ("offers", edited("client", "workspace/executeCommand", set_params(
        arguments=[{"textDocument": {"uri": "file:///x.py"}, "kind": "cheat"}]))),
    "no shutdown": ("ending", without("client", "shutdown")),
    "no exit": ("ending", without("client", "exit")),
    "exit before the reply": ("ending", before_its_reply("exit", "shutdown")),
    "a request after shutdown": ("ending", a_request_after_shutdown),
    "a bad end of the server": ("ending", ended_badly),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_fails_its_check(fault: str) -> None:
    check, spoil = FAULTS[fault]
    entries = shipped()
    spoil(entries)

    report = judge([entries])

    (verdict,) = [verdict for verdict in report.verdicts if verdict.check == check]
    assert verdict.outcome == "fail"
    assert verdict.problems
    assert verdict.advice
    assert not report.ok


@pytest.mark.parametrize("check", [check.name for check in CHECKS if check.name not in {"ask", "save"}])
def test_every_check_has_a_fault_here(check: str) -> None:
    assert check in {name for name, _ in FAULTS.values()}


# --- what was not seen -------------------------------------------------------------------------------------------

NEEDED = {
    "ask": ("taco/ask", "workspace/executeCommand"),
    "run": ("taco/run",),
    "save": ("textDocument/didSave", "taco/solution/save"),
    "change": ("textDocument/didChange",),
    "stream": ("taco/ask",),
    "cancel": ("$/cancelRequest",),
    "close": ("textDocument/didClose",),
    "offers": ("workspace/executeCommand",),
}


@pytest.mark.parametrize("check", NEEDED)
def test_what_a_client_never_did_is_neither_right_nor_wrong(check: str) -> None:
    entries = [entry for entry in shipped() if (entry.message or {}).get("method") not in NEEDED[check]]
    report = judge([entries])
    assert {v.check: v.outcome for v in report.verdicts}[check] == "notExercised"
    essential = {c.name: c.essential for c in CHECKS}[check]
    assert (check in {verdict.check for verdict in report.missing}) == essential


def test_a_client_may_kill_the_server_after_shutdown_and_not_before() -> None:
    entries = shipped()
    down = reply_to(entries, find(entries, "client", "shutdown"))
    assert outcomes(entries[: down + 1])["ending"] == "pass"
    assert outcomes(entries[:down])["ending"] == "fail"


def test_a_client_that_never_started_the_server_has_shown_nothing() -> None:
    report = judge([])
    assert {verdict.outcome for verdict in report.verdicts} == {"notExercised"}
    assert not report.ok


def test_a_question_in_the_conversation_file_is_a_question() -> None:
    entries = [entry for entry in shipped() if (entry.message or {}).get("method") not in NEEDED["ask"]]
    change(
        entries,
        find(entries, "client", "textDocument/didSave"),
        lambda m: m["params"]["textDocument"].update(uri="file:///home/ada/exercises/.taco/conversation.md"),
    )
    assert outcomes(entries)["ask"] == "pass"


def test_one_fault_in_one_of_two_connections_fails() -> None:
    spoilt = shipped()
    saved_otherwise(spoilt)
    verdicts = {verdict.check: verdict.outcome for verdict in judge([shipped(), spoilt]).verdicts}
    assert (verdicts["saved"], verdicts["ask"]) == ("fail", "pass")


def test_a_file_that_was_saved_again_meanwhile_is_no_fault() -> None:
    entries = shipped()
    first = find(entries, "client", "textDocument/didSave")
    change_, saved = entries[find(entries, "client", "textDocument/didChange", 2)], entries[first]
    later = "x = 1\n"
    named = {**change_.message["params"]["textDocument"], "version": 3}
    params = {"textDocument": named, "contentChanges": [{"text": later}]}
    says(entries, first + 1, "client", method="textDocument/didChange", params=params)
    entries.insert(first + 2, attrs.evolve(saved, disk=later))
    entries[first] = attrs.evolve(saved, disk=later)
    assert outcomes(entries)["saved"] == "pass"


def test_a_client_that_is_wrong_everywhere_is_told_a_few_times() -> None:
    entries = shipped()
    for number in range(20):
        says(
            entries, 4, "client", method="textDocument/didClose", params={"textDocument": {"uri": f"file:///{number}"}}
        )
    (verdict,) = [verdict for verdict in judge([entries]).verdicts if verdict.check == "close"]
    assert len(verdict.problems) == MOST_PROBLEMS + 1
    assert verdict.problems[-1] == "and 15 more"
