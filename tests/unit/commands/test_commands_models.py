"""`taco models` and `taco usage`: on a real store and a real endpoint, with text and with JSON."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from commands_run import Run
from test_replacing import HARMLESS

from taco_lsp.cli import models, usage
from taco_lsp.errors import InvalidParams
from tests.support.desk import BUGGY, KEY, SOLUTION, MakeDesk
from tests.support.scripted_model import (
    Reply,
    ScriptedModel,
    endless,
    failure,
    json_reply,
    model_list,
    reply,
    web_page,
)

# --- list and add ----------------------------------------------------------------------------------------------


def test_a_new_store_has_the_built_in_tutor(run: Run) -> None:
    shown = json.loads(run(models.app, "list", "--json").stdout)
    assert [model["name"] for model in shown["models"]] == ["taco-builtin"] * len(shown["models"])
    assert shown["configured"] == "taco-builtin"
    assert "* taco-builtin" in run(models.app, "list").stdout


def test_a_model_is_added_with_its_prices(run: Run, endpoint: ScriptedModel) -> None:
    arguments = ["add", "scripted-model", "--input", "0.15", "--output", "0.6", "--currency", "eur"]
    added = json.loads(run(models.app, *arguments, "--description", "fast", "--json").stdout)
    assert added["prices"] == {"input": 0.15, "output": 0.6, "currency": "EUR"}
    [listed] = [model for model in json.loads(run(models.app, "list", "--json").stdout)["models"] if model == {
        **added, "answers": 0}]  # fmt: skip
    assert listed["description"] == "fast"
    assert "0.15 in, 0.6 out EUR" in run(models.app, "list").stdout


@pytest.mark.parametrize(
    "arguments", [["add", " "], ["add", "m", "--input", "1"], ["add", "m", "--output", "1"]], ids=str
)
def test_half_a_price_or_no_name_is_refused(run: Run, arguments: list[str]) -> None:
    with pytest.raises(InvalidParams) as caught:
        run(models.app, *arguments)
    assert caught.value.hint


def test_a_negative_price_is_wrong_usage(run: Run) -> None:
    assert run(models.app, "add", "m", "--input", "-1", "--output", "1").exit_code == 2


# --- check -----------------------------------------------------------------------------------------------------


def check(run: Run, *arguments: str) -> tuple[int, dict[str, Any]]:
    result = run(models.app, "check", "--json", *arguments)
    assert KEY not in result.output
    return result.exit_code, json.loads(result.stdout)


def test_without_an_endpoint_there_is_nothing_wrong(run: Run) -> None:
    code, report = check(run)
    assert (code, report["ok"], report["endpoint"]) == (0, True, None)
    assert "built-in tutor" in report["findings"][0]["message"]
    assert "model.endpoint" in report["findings"][0]["hint"]


def test_an_endpoint_that_answers_is_fine(run: Run, endpoint: ScriptedModel) -> None:
    endpoint.script(reply("ready"))
    code, report = check(run)
    assert (code, report["ok"], report["model"], report["version"]) == (0, True, "scripted-model", "scripted-model")
    assert [finding["check"] for finding in report["findings"]] == ["key", "models", "answer", "usage"]
    assert report["firstTokenMs"] >= 0
    assert report["listed"] == ["scripted-model"]


WRONG: list[tuple[str, Reply, Reply, str]] = [
    ("a wrong key", failure(401), reply("ready"), "refused the key"),
    ("no such model", model_list("scripted-modal", "other"), failure(404, "model not found"), "no model named"),
    ("a web page", web_page(), web_page(), "sent a web page"),
    ("an empty answer", model_list("scripted-model"), reply(), "empty answer"),
    ("nothing there", failure(404), failure(404), "Nothing at"),
]


@pytest.mark.parametrize(("listing", "answer", "words"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_said_with_what_to_do(
    run: Run, endpoint: ScriptedModel, listing: Reply, answer: Reply, words: str
) -> None:
    endpoint.models = listing
    endpoint.always(answer)
    code, report = check(run)
    assert (code, report["ok"]) == (1, False)
    [bad] = [finding for finding in report["findings"] if not finding["ok"]]
    assert words in bad["message"]
    assert bad["hint"]
    assert "PROBLEM" in run(models.app, "check").stdout


def test_a_name_that_is_not_listed_is_shown_beside_those_that_are(run: Run, endpoint: ScriptedModel) -> None:
    endpoint.models = model_list("scripted-modal", "other")
    endpoint.script(reply("ready"))
    _, report = check(run)
    assert "scripted-modal" in next(finding["hint"] for finding in report["findings"] if finding["check"] == "models")


def test_an_endpoint_that_lists_nothing_and_answers_is_fine(run: Run, endpoint: ScriptedModel) -> None:
    endpoint.models = failure(404)
    endpoint.script(reply("ready", usage=None))
    code, report = check(run)
    assert (code, report["listed"]) == (0, [])
    assert "does not count" in report["findings"][-1]["message"]


def test_an_endless_answer_ends_the_check(run: Run, endpoint: ScriptedModel) -> None:
    endpoint.script(endless("ready "))
    assert check(run)[0] == 0


@pytest.mark.parametrize(
    ("url", "name", "words"),
    [
        ("nonsense", "m", "not an http"),
        ("http://u:hidden@h/v1", "m", "user name or password"),
        (None, "", "model.name"),
    ],
)
def test_wrong_settings_are_named(
    run: Run, endpoint: ScriptedModel, monkeypatch: pytest.MonkeyPatch, url: str | None, name: str, words: str
) -> None:
    monkeypatch.setenv("TACO_MODEL_ENDPOINT", url or endpoint.url)
    monkeypatch.setenv("TACO_MODEL_NAME", name)
    code, report = check(run)
    assert code == 1
    assert words in report["findings"][-1]["message"]
    assert "hidden" not in json.dumps(report)


def test_nobody_at_the_address_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedModel() as gone:
        monkeypatch.setenv("TACO_MODEL_ENDPOINT", gone.url)
    monkeypatch.setenv("TACO_MODEL_NAME", "m")
    code, report = check(run)
    assert code == 1
    assert "no connection" in report["findings"][-1]["message"]


def test_what_an_endpoint_lists_can_be_added(run: Run, endpoint: ScriptedModel) -> None:
    endpoint.models = model_list("scripted-model", "second")
    endpoint.script(reply("ready"))
    check(run, "--save")
    names = {model["name"] for model in json.loads(run(models.app, "list", "--json").stdout)["models"]}
    assert names == {"taco-builtin", "scripted-model", "second"}


# --- usage -----------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(make_desk: MakeDesk, model: ScriptedModel, run: Run) -> None:
    """Two questions about a priced model: one held back once, one answered at once."""
    run(models.app, "add", "scripted-model", "--input", "2", "--output", "10")
    model.script(reply(f"```python\n{SOLUTION}```\n", usage=None), reply(HARMLESS, usage=(1000, 100)))
    model.script(reply(HARMLESS, usage=(2000, 200)))
    desk = make_desk(MODEL_ENDPOINT=model.url, MODEL_NAME="scripted-model")

    async def ask() -> None:
        uri = await desk.sit_down(BUGGY)
        for _ in range(2):
            await desk.about("ask", uri, question="why?")
        await desk.leave()

    asyncio.run(ask())


def rows(run: Run, *arguments: str) -> list[dict[str, Any]]:
    return list(json.loads(run(usage.app, "--json", *arguments).stdout)["rows"])


def test_without_questions_there_is_no_usage(run: Run) -> None:
    assert rows(run) == []
    assert "Nobody has asked" in run(usage.app).stdout


@pytest.mark.parametrize(("by", "name"), [("challenge", "Average of a list"), ("class", "practice")])
def test_usage_adds_up_questions_tokens_and_cost(run: Run, asked: None, by: str, name: str) -> None:
    [row] = rows(run, "--by", by)
    assert (row["name"], row["questions"], row["answers"]) == (name, 2, 3)
    assert (row["promptTokens"], row["completionTokens"]) == (3000, 300)
    assert row["cost"] == {"USD": pytest.approx(0.009)}
    assert row["unpricedAnswers"] == 0
    assert row["blockedShare"] == pytest.approx(1 / 3, abs=1e-4)
    assert 0 <= row["latencyMedianMs"] <= row["latencyP95Ms"]
    text = run(usage.app, "--by", by).stdout
    assert name in text
    assert "0.01 USD" in text
    assert "33.3%" in text


def test_usage_by_model_tells_versions_apart(run: Run, asked: None) -> None:
    found = {row["name"]: (row["questions"], row["blockedShare"]) for row in rows(run, "--by", "model")}
    assert found == {"scripted-model scripted-model": (2, 0.0), "scripted-model": (0, 1.0)}


def test_tokens_without_a_price_are_said_to_have_none(run: Run, make_desk: MakeDesk, model: ScriptedModel) -> None:
    model.script(reply(HARMLESS, usage=(10, 10)))
    desk = make_desk(MODEL_ENDPOINT=model.url, MODEL_NAME="scripted-model")

    async def ask() -> None:
        await desk.about("ask", await desk.sit_down(BUGGY), question="why?")
        await desk.leave()

    asyncio.run(ask())
    [row] = rows(run)
    assert (row["cost"], row["unpricedAnswers"]) == ({}, 1)
    run(models.app, "add", "scripted-model", "--input", "1", "--output", "1")
    [row] = rows(run)
    assert (row["cost"], row["unpricedAnswers"]) == ({"USD": pytest.approx(0.00002)}, 0)


@pytest.mark.parametrize(("since", "there"), [("1h", True), ("7d", True), ("2000-01-01", True), ("2999-01-01", False)])
def test_usage_can_begin_at_a_day(run: Run, asked: None, since: str, there: bool) -> None:
    assert bool(rows(run, "--since", since)) is there


@pytest.mark.parametrize("since", ["soon", "7x", "", "2026-13-01"])
def test_a_day_that_is_none_is_named(run: Run, since: str) -> None:
    with pytest.raises(InvalidParams, match="is no day"):
        usage.moment(since, datetime.now(UTC))


def test_a_time_ago_counts_from_now() -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert usage.moment("2w", now) == now - timedelta(weeks=2)
    assert usage.moment("12h", now) == now - timedelta(hours=12)
    assert usage.moment("2026-03-01T10:00:00+00:00", now) == datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_an_unknown_group_is_wrong_usage(run: Run) -> None:
    assert run(usage.app, "--by", "planet").exit_code == 2


def test_an_odd_list_of_models_is_no_problem(run: Run, endpoint: ScriptedModel) -> None:
    endpoint.models = json_reply({"data": [{"id": None}, 5]})
    endpoint.script(reply("ready"))
    assert check(run)[0] == 0
