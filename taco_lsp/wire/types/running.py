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


@attrs.frozen(kw_only=True)
class RunTestsParams:
    """Run the tests of the document's challenge on the student's work as the editor shows it.

    Attributes:
        work_done_token: brings progress.
    """

    text_document: TextDocument
    work_done_token: Token | None = None


@attrs.frozen(kw_only=True)
class RunTestsResult(RunResult):
    """How the tests ended; `explanation` is one plain sentence about the first failure, `line` counts from 1.

    Attributes:
        run_id: names the run in the journey.
        command: `taco test: ` and how the tests were run.
        stdout: the middle is cut when it is long.
        stderr: the middle is cut when it is long; at its end is which tests failed and the error of the first.
        exit_code: 0 when all passed; absent when they were stopped.
        duration_ms: in milliseconds.
        timed_out: whether they were stopped because they took too long.
        truncated: whether output was cut.
        interaction_id: the session's latest answer, which now carries this run's input and output.
        explanation: one plain sentence about the first failure.
        line: where it failed in the document, counted from 1.
        passed: whether all tests passed.
        failed: the names of tests that failed, as far as they are told.
    """

    passed: bool
    failed: tuple[str, ...] = ()
