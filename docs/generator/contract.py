"""What the protocol consists of besides the verb table: notifications, errors, and every record that travels.

The verbs themselves are `taco_lsp.verbs.VERBS`. What has no declaration in the server is declared here: the value
of a streamed delta, the data of an error, and the words that tell a plugin author what to do about an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import attrs

from generator import docstrings, records
from taco_lsp import errors
from taco_lsp.edge import errors as edge_errors
from taco_lsp.verbs import VERBS, Verb
from taco_lsp.wire.types import SessionDidChange, SyncStatus


@attrs.frozen(kw_only=True)
class AnswerDelta:
    """The `value` of a `$/progress` notification on a `partialResultToken`.

    Attributes:
        delta: the next piece of the answer, Markdown.
    """

    delta: str


@attrs.frozen(kw_only=True)
class ErrorData:
    """The `data` of every error.

    Attributes:
        kind: the error's name, as stable as its code.
        hint: what to do next, for the person at the editor; perhaps empty.
        field: which field of the params is wrong, such as `range.start.line`.
        id: finds the details of an internal error in the server's log.
    """

    kind: str
    hint: str
    field: str | None = None
    id: str | None = None


NOTIFICATIONS: Mapping[str, type[Any]] = {
    "taco/session/didChange": SessionDidChange,
    "taco/sync/didChange": SyncStatus,
}
"""What the server tells without being asked."""


@attrs.frozen(kw_only=True)
class ErrorKind:
    """One row of the table of errors."""

    code: int
    kind: str
    meaning: str
    advice: str


_ADVICE: Mapping[str, str] = {
    "notFound": "Ask for the list again; the id is wrong or what it named is gone.",
    "noDocument": "Open the document first (`textDocument/didOpen`); save an untitled buffer to a file.",
    "forbidden": "Do not offer this verb to this person.",
    "tutorOff": "Hide what asks the tutor. History, runs and saving go on working.",
    "cannotRun": "Show message and hint: they name the missing program or setting.",
    "cannotRecord": "Show message and hint. Nothing was half written; the same request may be sent again.",
    "cannotWrite": "Show message and hint; let the student choose another folder.",
    "signIn": "Show message and hint, and let the person type e-mail address and password again.",
    "quota": "Show message and hint, which names the time. Runs, saving and history go on working.",
}

_PROTOCOL: Mapping[str, tuple[str, str]] = {
    "parseError": ("The message is not JSON.", "Mend the client."),
    "invalidRequest": (
        "Not a request: not JSON-RPC 2.0, sent twice, or sent after `shutdown`.",
        "Mend the client, or start a new server.",
    ),
    "methodNotFound": ("There is no such method.", "Check its spelling, and the version of the server."),
    "invalidParams": ("The params do not fit.", "Correct the field that `data.field` names."),
    "internalError": (
        "A fault of the server.",
        "Show message and hint with `data.id`; the server's log has the details under that id.",
    ),
    "serverNotInitialized": ("A request came before `initialize`.", "Send `initialize` first."),
    "requestCancelled": ("The client cancelled the request.", "Nothing: this was asked for."),
    "requestFailed": ("Too many requests are waiting.", "Wait for some replies, then send it again."),
}


@cache
def error_kinds() -> tuple[ErrorKind, ...]:
    """Every error a client may get: those of the tutor first, then those of the protocol.

    Raises:
        KeyError: an error was added to the code and not to the tables above.
    """
    ours = [cls for cls in errors.TacoError.__subclasses__() if cls.code > 0]
    codes = [code for name, code in vars(edge_errors).items() if name.isupper() and isinstance(code, int)]
    rows = [
        ErrorKind(code=cls.code, kind=cls.kind, meaning=docstrings.text(cls.__doc__ or ""), advice=_ADVICE[cls.kind])
        for cls in sorted(ours, key=lambda cls: cls.code)
    ]
    for code in sorted(codes, reverse=True):
        kind = edge_errors.protocol_error(code, "", "").data["kind"]
        meaning, advice = _PROTOCOL[kind]
        rows.append(ErrorKind(code=code, kind=kind, meaning=meaning, advice=advice))
    return tuple(rows)


def raised_by(verb: Verb) -> Mapping[str, str]:
    """The errors a verb's own docstring names: kind to reason."""
    return {getattr(errors, name).kind: why for name, why in docstrings.entries(verb.doc, "Raises").items()}


@cache
def all_records() -> Mapping[str, records.Record]:
    """Every record by name: those of the verbs in their order, then those of notifications and errors."""
    sent_by_client = [cls for verb in VERBS for cls in records.nested(verb.params)]
    roots = [*(verb.result for verb in VERBS), *NOTIFICATIONS.values(), AnswerDelta, ErrorData]
    sent_by_server = [cls for root in roots for cls in records.nested(root)]
    in_order = [cls for verb in VERBS for root in (verb.params, verb.result) for cls in records.nested(root)]
    return {
        cls.__name__: records.read(cls, from_client=cls in sent_by_client, from_server=cls in sent_by_server)
        for cls in dict.fromkeys([*in_order, *sent_by_server])
    }
