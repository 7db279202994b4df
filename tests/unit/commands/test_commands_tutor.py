"""`taco tutor prompt`: exactly what would be sent, and why; nobody is asked and nothing is recorded."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from commands_run import Run
from test_replacing import HARMLESS

from storage import NotFound
from taco_lsp.cli import tutor
from taco_lsp.errors import InvalidParams, TutorOff
from tests.support.desk import BUGGY, HINT, Desk, MakeDesk
from tests.support.scripted_model import ScriptedModel, reply


def shown(run: Run, *arguments: str) -> dict[str, Any]:
    result = run(tutor.app, "prompt", *arguments, "--json")
    assert result.exit_code == 0
    made: dict[str, Any] = json.loads(result.stdout)
    return made


def test_what_is_shown_is_what_a_model_is_sent(run: Run, make_desk: MakeDesk, model: ScriptedModel) -> None:
    model.always(reply(HARMLESS))
    desk = make_desk(MODEL_ENDPOINT=model.url, MODEL_NAME="scripted-model")

    async def work() -> tuple[Path, str]:
        uri = await desk.sit_down(BUGGY)
        await desk.save(uri, BUGGY)
        seat, document = desk.ctx.seats.at(uri), desk.editor.open[uri]
        assert seat is not None
        assert document.path is not None
        document.path.write_text(BUGGY, encoding="utf-8")
        await desk.about("ask", uri, question="why?")
        await desk.about("run/report", uri, command="x", stdout="1", stderr="IndexError: no", exitCode=1)
        return document.path, str(seat.challenge.id)

    path, challenge = asyncio.run(_then_leave(desk, work()))
    counts = desk.counts()
    bound = shown(run, str(path), "--question", "and now?")
    named = shown(run, str(path), "--question", "and now?", "--challenge", challenge)
    assert desk.counts() == counts
    assert bound == named
    assert len(model.requests) == 1

    asyncio.run(_then_leave(later := make_desk(MODEL_ENDPOINT=model.url, MODEL_NAME="m"), _ask(later, path)))
    assert model.requests[1].body["messages"] == bound["messages"]


async def _ask(desk: Desk, path: Path) -> None:
    uri = await desk.show(path.as_uri(), BUGGY, path=path)
    await desk.about("ask", uri, question="and now?")


async def _then_leave(desk: Desk, work: Any) -> Any:
    try:
        return await work
    finally:
        await desk.leave()


def test_each_part_has_its_tokens_and_its_reason(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "loop.py"
    file.write_text("x = 1\n" * 5_000)
    made = shown(run, str(file), "--kind", "review")
    assert {part["name"] for part in made["parts"]} == {"rules", "now", "task", "code", "question"}
    assert all(part["why"] and part["tokens"] > 0 for part in made["parts"])
    [code] = [part for part in made["parts"] if part["name"] == "code"]
    assert code["cut"]
    assert code["tokens"] <= code["budget"] + 40
    assert made["tokens"] == sum(part["tokens"] for part in made["parts"])
    assert "no model is configured" in made["goesTo"]
    text = run(tutor.app, "prompt", str(file), "--kind", "review").stdout
    assert all(part["text"] in text and part["why"] in text for part in made["parts"])


def test_who_would_answer_is_told(run: Run, make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = make_desk()

    hinted, strict = asyncio.run(_add_two(desk))
    file = tmp_path / "average.py"
    file.write_text(BUGGY)
    assert "teacher's own hint" in shown(run, str(file), "--kind", "hint", "--challenge", hinted)["goesTo"]
    nothing = shown(run, str(file), "--kind", "hint", "--challenge", strict)
    assert "gives no hint" in nothing["goesTo"]
    assert (nothing["tokens"], nothing["parts"], nothing["messages"]) == (0, [], [])
    assert HINT in run(tutor.app, "prompt", str(file), "--kind", "hint", "--challenge", hinted).stdout


async def _add_two(desk: Desk) -> tuple[str, str]:
    first = await desk.add_challenge()
    second = await desk.add_challenge(tutor_policy={"hint_ceiling": 0})
    await desk.leave()
    return str(first.id), str(second.id)


def test_where_the_tutor_is_off_nothing_would_be_sent(run: Run, make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = make_desk()

    async def add() -> str:
        challenge = await desk.add_challenge(tutor_policy={"enabled": False})
        await desk.leave()
        return str(challenge.id)

    file = tmp_path / "a.py"
    file.write_text("")
    with pytest.raises(TutorOff):
        shown(run, str(file), "--challenge", asyncio.run(add()))


def test_wrong_arguments_are_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"\xff\xfe binary \x00")
    assert run(tutor.app, "prompt", str(file), "--kind", "riddle").exit_code == 2
    assert run(tutor.app, "prompt", str(tmp_path / "gone.py")).exit_code == 2
    with pytest.raises(InvalidParams, match="is not an id"):
        shown(run, str(file), "--challenge", "five")
    with pytest.raises(NotFound):
        shown(run, str(file), "--challenge", "01890a5d-ac96-774b-bcce-b302099a8057")
    assert shown(run, str(file))["messages"]
