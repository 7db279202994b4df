"""The wire: names, strictness, errors that name the field, and what never travels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import Challenge, new_id
from taco_lsp.errors import InvalidParams
from taco_lsp.verbs import VERBS
from taco_lsp.wire.converter import camel, from_wire, to_wire
from taco_lsp.wire.ranges import lines_of
from taco_lsp.wire.types import (
    AskParams,
    FeedbackParams,
    Nothing,
    Position,
    Range,
    RunParams,
    RunReportParams,
    StatusParams,
    TextDocument,
)  # fmt: skip
from taco_lsp.wire.uris import path_of

ID = "01890a5d-ac96-774b-bcce-b302099a8057"
NAMED = {"textDocument": {"uri": "file:///a.py"}}
PLACE = {"start": {"line": 1, "character": 0}, "end": {"line": 2, "character": 3}}


def test_names_are_camel_case() -> None:
    assert [camel(name) for name in ("id", "exit_code", "partial_result_token", "_private")] == [
        "id", "exitCode", "partialResultToken", "private",
    ]  # fmt: skip


def test_params_are_read_with_their_defaults() -> None:
    assert from_wire(NAMED, AskParams) == AskParams(text_document=TextDocument(uri="file:///a.py"))


def test_nested_params_are_read() -> None:
    read = from_wire({**NAMED, "range": PLACE, "kind": "hint", "partialResultToken": 7}, AskParams)
    assert read.range == Range(start=Position(line=1, character=0), end=Position(line=2, character=3))
    assert (read.kind, read.partial_result_token) == ("hint", 7)


@pytest.mark.parametrize("nothing", [None, {}])
def test_missing_params_are_an_empty_object(nothing: Any) -> None:
    assert from_wire(nothing, Nothing) == Nothing()
    assert from_wire(nothing, StatusParams) == StatusParams()


@pytest.mark.parametrize(
    ("type_", "given", "field", "problem"),
    [
        (AskParams, {}, "textDocument", "this field is missing"),
        (AskParams, {"textDocument": {}}, "textDocument.uri", "this field is missing"),
        (AskParams, {"textDocument": 5}, "textDocument", "must be an object"),
        (AskParams, {"textDocument": None}, "textDocument", "must be an object"),
        (AskParams, {"textDocument": {"uri": 5}}, "textDocument.uri", "must be a text"),
        (AskParams, {**NAMED, "question": 5}, "question", "must be a text"),
        (AskParams, {**NAMED, "kind": "solve"}, "kind", "must be one of question, explain, hint, review"),
        (AskParams, {**NAMED, "kind": ["hint"]}, "kind", "must be one of"),
        (AskParams, {**NAMED, "partialResultToken": 1.5}, "partialResultToken", "must be a text or a whole number"),
        (AskParams, {**NAMED, "workDoneToken": True}, "workDoneToken", "must be a text or a whole number"),
        (AskParams, {**NAMED, "range": {"start": {"line": 1}, "end": {}}}, "range.start.character", "is missing"),
        (AskParams, {**NAMED, "range": {**PLACE, "end": {"line": "1", "character": 0}}}, "range.end.line", "whole"),
        (AskParams, {**NAMED, "range": {**PLACE, "end": {"line": True, "character": 0}}}, "range.end.line", "whole"),
        (AskParams, {**NAMED, "qestion": "why"}, "qestion", "there is no such field"),
        (FeedbackParams, {"interactionId": ID}, "helpful", "this field is missing"),
        (FeedbackParams, {"interactionId": ID, "helpful": 1}, "helpful", "must be true or false"),
        (FeedbackParams, {"interactionId": "7", "helpful": True}, "interactionId", "must be an id such as"),
        (FeedbackParams, {"interactionId": 7, "helpful": True}, "interactionId", "must be an id such as"),
        (RunParams, {**NAMED, "args": ["a", 5]}, "args[1]", "must be a text"),
        (RunParams, {**NAMED, "args": "abc"}, "args", "must be a list"),
        (RunParams, {**NAMED, "args": {"a": 1}}, "args", "must be a list"),
        (RunParams, {**NAMED, "args": None}, "args", "must be a list"),
        (RunReportParams, {**NAMED, "command": "x", "stdout": "", "exitCode": 10**30}, "exitCode", "whole number"),
        (RunReportParams, {**NAMED, "command": "x", "stdout": "", "durationMs": -(2**63)}, "durationMs", "whole"),
    ],
)
def test_params_that_do_not_fit_name_the_field(type_: type, given: Any, field: str, problem: str) -> None:
    with pytest.raises(InvalidParams) as caught:
        from_wire(given, type_)
    assert caught.value.field == field
    assert str(caught.value).startswith(f"`{field}`: ")
    assert problem in str(caught.value)


def test_what_lsp_adds_to_its_own_shapes_is_tolerated() -> None:
    assert from_wire({"textDocument": {"uri": "x", "version": 1}}, AskParams).text_document == TextDocument(uri="x")


@pytest.mark.parametrize("given", [[], [NAMED], "text", 5, True])
def test_params_that_are_no_object_are_refused(given: Any) -> None:
    with pytest.raises(InvalidParams, match="must be an object"):
        from_wire(given, AskParams)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = sorted({camel(field.name) for verb in VERBS for field in attrs.fields(verb.params)} | {"uri", "start", "line"})
NEARLY_PARAMS = st.dictionaries(
    st.sampled_from(FIELDS), JSON | st.just({"uri": "file:///a"}) | st.just(PLACE) | st.just(ID), max_size=6
)


@settings(max_examples=120, deadline=None)
@given(value=JSON | NEARLY_PARAMS, verb=st.sampled_from(VERBS))
def test_whatever_arrives_it_is_read_or_refused_by_name(value: Any, verb: Any) -> None:
    try:
        read = from_wire(value, verb.params)
    except InvalidParams as error:
        read = error
    assert isinstance(read, (verb.params, InvalidParams))
    assert str(read)


# --- out -------------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Sample:
    some_id: UUID = attrs.field(factory=lambda: UUID(ID))
    at: datetime = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
    left_out: str | None = None
    empty: str = ""
    many: tuple[int, ...] = (1, 2)
    free: dict[str, Any] = attrs.Factory(lambda: {"snake_key": None, "id": UUID(ID)})


def test_a_record_becomes_plain_json() -> None:
    assert to_wire(Sample()) == {
        "someId": ID,
        "at": "2026-03-02T12:00:00.123Z",
        "empty": "",
        "many": [1, 2],
        "free": {"snake_key": None, "id": ID},
    }


def test_times_travel_in_utc() -> None:
    at = datetime(2026, 3, 2, 12, tzinfo=timezone(timedelta(hours=2)))
    assert to_wire(at) == "2026-03-02T10:00:00.000Z"


def test_a_challenge_travels_without_its_solutions_and_materials() -> None:
    challenge = Challenge(
        model_id=new_id(), title="T", statement="S",
        possible_solutions={"solutions": ["secret-1"]}, support_materials={"hints": ["secret-2"]},
    )  # fmt: skip
    for value in (challenge, [challenge], {"challenge": (challenge,)}):
        assert "secret" not in str(to_wire(value))
    assert to_wire(challenge)["title"] == "T"


# --- ranges and URIs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "lines"),
    [
        ((0, 0), (0, 0), None),
        ((3, 7), (3, 7), None),
        ((0, 0), (0, 1), (1, 1)),
        ((0, 5), (2, 1), (1, 3)),
        ((0, 0), (2, 0), (1, 2)),
        ((2, 0), (0, 0), (1, 2)),
        ((1, 0), (2, 0), (2, 2)),
    ],
)
def test_a_range_is_spoken_of_by_its_lines(
    start: tuple[int, int], end: tuple[int, int], lines: tuple[int, int] | None
) -> None:
    ends = [Position(line=line, character=character) for line, character in (start, end)]
    assert lines_of(Range(start=ends[0], end=ends[1])) == lines


@pytest.mark.parametrize("name", ["a.py", "with space.py", "naïve ü.py", "100%.py", "a#b?.py"])
def test_a_path_survives_the_way_to_a_uri_and_back(tmp_path: Path, name: str) -> None:
    assert path_of((tmp_path / name).as_uri()) == tmp_path / name


@pytest.mark.parametrize(
    "uri",
    ["untitled:Untitled-1", "http://host/a.py", "file://host/a.py", "file:///a%00b", "", "a.py", "file://[", "file:",
     "file://", "file:a.py", "git:/a.py"],
)  # fmt: skip
def test_what_is_no_local_file_has_no_path(uri: str) -> None:
    assert path_of(uri) is None
