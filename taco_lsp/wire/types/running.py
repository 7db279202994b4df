"""Running programs."""

from __future__ import annotations

from uuid import UUID

import attrs

from taco_lsp.wire.types.common import TextDocument, Token


@attrs.frozen(kw_only=True)
class RunParams:
    """Run the document as the editor shows it.

    Attributes:
        stdin: what the program reads; at most 1,000,000 characters.
        args: the program's arguments.
        work_done_token: brings progress.
    """

    text_document: TextDocument
    stdin: str | None = None
    args: tuple[str, ...] = ()
    work_done_token: Token | None = None


@attrs.frozen(kw_only=True)
class RunResult:
    """What the program did; `explanation` is one plain sentence about a failure, `line` counts from 1.

    Attributes:
        command: how it was run, as a person would type it.
        stdout: the middle is cut when it is long.
        stderr: the middle is cut when it is long.
        exit_code: absent when the program was killed.
        duration_ms: in milliseconds.
        timed_out: whether it was stopped because it took too long.
        truncated: whether output was cut.
        interaction_id: the session's latest answer, which now carries this run's input and output.
        explanation: one plain sentence about a failure.
        line: where it failed, counted from 1.
    """

    run_id: UUID
    command: str
    stdout: str
    stderr: str
    exit_code: int | None = None
    duration_ms: int
    timed_out: bool
    truncated: bool
    interaction_id: UUID | None = None
    explanation: str | None = None
    line: int | None = None


@attrs.frozen(kw_only=True)
class RunReportParams:
    """The editor ran the program itself and hands over what happened.

    Attributes:
        command: how it was run, as a person would type it.
        exit_code: leave out when the program was killed.
        duration_ms: in milliseconds.
    """

    text_document: TextDocument
    command: str
    stdout: str
    stderr: str = ""
    stdin: str = ""
    exit_code: int | None = None
    duration_ms: int = 0
    timed_out: bool = False
