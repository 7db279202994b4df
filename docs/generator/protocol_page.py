"""`docs/protocol.md`: the one page a plugin author reads. The prose is `pages/protocol.md`, the rest is put in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from generator import contract, docstrings, journey_details, markdown
from generator.examples import EXAMPLES, SESSION_OPENED
from generator.notation import Notation, spell
from generator.records import Field, Record
from taco_lsp.server.kinds import KINDS
from taco_lsp.server.options import TOKEN_VARIABLE
from taco_lsp.verbs import VERBS, Verb
from taco_lsp.wire.converter import to_wire

NOTATION: Notation[str] = Notation(
    plain={
        str: "string",
        int: "integer",
        float: "number",
        bool: "boolean",
        UUID: "id",
        datetime: "time",
        Any: "any JSON",
        Mapping: "object",
    },
    choice=lambda texts: " | ".join(f"`{text}`" for text in texts),
    array=lambda item: f"list of {item}",
    either=" | ".join,
    record=lambda name: f"[{name}](#{name.lower()})",
)

_SHOWN = "taco/solution/save"
"""The verb that shows the two doors: the smallest with params and a result of its own."""


def render() -> str:
    """The file."""
    return markdown.page(
        "protocol.md",
        {
            "token_variable": f"`{TOKEN_VARIABLE}`",
            "request_example": _request_door(),
            "command_example": _command_door(),
            "streaming_example": _streaming(),
            "code_action_kinds": ", ".join(f"`{kind}`" for kind in KINDS[1:]),
            "errors": _errors(),
            "error_example": _error_example(),
            "notifications": _notifications(),
            "verb_index": _verb_index(),
            "verbs": "\n\n".join(part for verb in VERBS for part in _verb(verb)),
            "journey_details": _journey_details(),
            "records": "\n\n".join(_shared_record(record) for record in _shared()),
        },
    )


def _message(**members: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", **members}


def _exchange(*messages: tuple[str, dict[str, Any]]) -> str:
    """Messages as a dialogue, one line each: `→` goes to the server, `←` comes back."""
    return markdown.code(
        "\n".join(f"{arrow} {json.dumps(body, ensure_ascii=False)}" for arrow, body in messages), "text"
    )


def _request_door() -> str:
    example = EXAMPLES[_SHOWN]
    return _exchange(
        ("→", _message(id=7, method=_SHOWN, params=example.wire_params)),
        ("←", _message(id=7, result=example.wire_result)),
    )


def _command_door() -> str:
    example = EXAMPLES[_SHOWN]
    params = {"command": _SHOWN.replace("/", "."), "arguments": [example.wire_params]}
    return _exchange(
        ("→", _message(id=8, method="workspace/executeCommand", params=params)),
        ("←", _message(id=8, result=example.wire_result)),
    )


def _streaming() -> str:
    example = EXAMPLES["taco/ask"]
    token = example.params.partial_result_token
    first, dot, rest = example.result.response.partition("?")
    deltas = [to_wire(contract.AnswerDelta(delta=text)) for text in (first + dot, rest)]
    progress = [_message(method="$/progress", params={"token": token, "value": delta}) for delta in deltas]
    return _exchange(
        ("→", _message(id=9, method="taco/ask", params=example.wire_params)),
        *(("←", message) for message in progress),
        ("←", _message(id=9, result=example.wire_result)),
    )


def _errors() -> str:
    rows = [(str(e.code), f"`{e.kind}`", e.meaning, e.advice) for e in contract.error_kinds()]
    return markdown.table(("code", "kind", "meaning", "what to do"), rows)


def _error_example() -> str:
    code = next(error.code for error in contract.error_kinds() if error.kind == "noDocument")
    data = contract.ErrorData(kind="noDocument", hint="Open it and try again.")
    error = {"code": code, "message": "This file is not open in the editor.", "data": to_wire(data)}
    return _exchange(("←", _message(id=10, error=error)))


def _notifications() -> str:
    parts = []
    for name, cls in contract.NOTIFICATIONS.items():
        record = contract.all_records()[cls.__name__]
        parts += [f"### {name}", record.doc, _fields(record)]
    example = _message(method="taco/session/didChange", params=to_wire(SESSION_OPENED))
    return "\n\n".join([*parts, _exchange(("←", example))])


def _verb_index() -> str:
    rows = [
        (f"[{verb.name}](#{_anchor(verb.name)})", f"`{verb.command}`", verb.who, docstrings.first_sentence(verb.doc))
        for verb in VERBS
    ]
    return markdown.table(("request", "command", "who", "does"), rows)


def _verb(verb: Verb) -> Iterator[str]:
    example = EXAMPLES[verb.name]
    yield f"### {verb.name}"
    yield docstrings.text(verb.doc)
    facts = [f"Command `{verb.command}`; for {'everyone' if verb.who == 'anyone' else f'a {verb.who}'}."]
    facts += ["Takes its time: give it a `workDoneToken`."] if verb.working else []
    facts += ["As a command it also shows the result to the student."] if verb.present else []
    yield " ".join(facts)
    yield from _side("Params", contract.all_records()[verb.params.__name__])
    yield from _side("Result", contract.all_records()[verb.result.__name__])
    if raised := contract.raised_by(verb):
        yield "**Errors**"
        yield "\n".join(f"- `{kind}`: {why}" for kind, why in raised.items())
    yield "**Example**: params, then result"
    yield markdown.as_json(example.wire_params)
    yield markdown.as_json(example.wire_result)


def _side(title: str, record: Record) -> Iterator[str]:
    if not record.fields:
        yield f"**{title}**: none, an empty object." if title == "Result" else f"**{title}**: none."
        return
    yield f"**{title}** · {record.doc}"
    yield _fields(record)


def _fields(record: Record) -> str:
    head = "required" if record.from_client else "there"
    rows = [(f"`{f.name}`", spell(f.type, NOTATION), _presence(f, record), f.meaning) for f in record.fields]
    return markdown.table(("field", "type", head, "meaning"), rows)


def _presence(field: Field, record: Record) -> str:
    if not record.from_client:
        return "always" if field.required else "maybe"
    if field.required:
        return "yes"
    return "no" if field.default is None else f"no: `{json.dumps(field.default)}`"


def _journey_details() -> str:
    """One row a detail; kinds of events with the same details share their rows."""
    alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for kind, details in journey_details.DETAILS.items():
        alike.setdefault(tuple(details.items()), []).append(f"`{kind}`")
    rows = [
        (", ".join(kinds), f"`{name}`" if name else "", meaning)
        for details, kinds in alike.items()
        for name, meaning in details or (("", "An empty object."),)
    ]
    return markdown.table(("event", "detail", "meaning"), rows)


def _shared() -> list[Record]:
    """The records that are in others, or not the params or result of a verb or the params of a notification."""
    own = {cls.__name__ for verb in VERBS for cls in (verb.params, verb.result)}
    own |= {cls.__name__ for cls in contract.NOTIFICATIONS.values()}
    records = contract.all_records().values()
    fields = "".join(_fields(record) for record in records)
    own = {name for name in own if f"(#{name.lower()})" not in fields}
    return sorted((record for record in records if record.name not in own), key=lambda record: record.name)


def _shared_record(record: Record) -> str:
    return f"### {record.name}\n\n{record.doc}\n\n{_fields(record)}"


def _anchor(name: str) -> str:
    return name.replace("/", "").lower()
