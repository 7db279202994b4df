"""`taco conformance`: runs a client on a stage of its own and says what it does right (docs/conformance.md)."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from taco_lsp.cli.output import AsJson
from taco_lsp.conformance import judge, network, stage, transcript
from taco_lsp.errors import InvalidParams

MARKS = {"pass": "ok      ", "fail": "FAILED  ", "notExercised": "not seen"}
TIMEOUT_S = 600.0


def conformance(
    client: Annotated[list[str] | None, typer.Argument(help="The command that starts your client, after `--`.")] = None,
    *,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds the client may take.")] = TIMEOUT_S,
    record: Annotated[Path | None, typer.Option(help="Keep the transcripts in this folder.")] = None,
    judge_only: Annotated[
        Path | None, typer.Option("--transcript", help="Judge this transcript instead of running a client.")
    ] = None,
    over_ws: Annotated[bool, typer.Option("--ws", help="The client connects to {address} by WebSocket.")] = False,
    over_tcp: Annotated[bool, typer.Option("--tcp", help="The client connects to {address} by TCP.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run a client with the real server and judge it by the protocol page.

    The client finds a recording `taco-lsp` first on its path, and in CONFORMANCE_SERVER; `{server}`, `{file}`,
    `{workspace}` and `{python}` in its command are filled in. It should open the file, ask, run, change, save and quit,
    by itself or by your hand. For example:

        taco conformance -- nvim {file}

        taco conformance --ws -- node my-page.mjs {address}
    """
    if bool(client) == bool(judge_only):
        raise typer.BadParameter("Name a client after `--`, or a transcript with --transcript.")
    if over_ws + over_tcp + bool(judge_only) > 1:
        raise typer.BadParameter("Take one of --ws, --tcp and --transcript.")
    if judge_only:
        report, code = judge.judge([transcript.read(judge_only)]), 0
    else:
        door: transcript.Door | None = "ws" if over_ws else "tcp" if over_tcp else None
        report, code = _try_out(client or [], timeout, record, door, quiet=as_json)
    if as_json:
        typer.echo(json.dumps({**judge.as_json(report), "clientExitCode": code}, indent=2, ensure_ascii=False))
    else:
        _print(report, code)
    if not report.ok or code:
        raise typer.Exit(1)


def _try_out(
    client: list[str], timeout_s: float, record: Path | None, door: transcript.Door | None, *, quiet: bool
) -> tuple[judge.Report, int]:
    if record and record.exists() and any(record.iterdir()):
        raise InvalidParams(f"{record} is not empty.", "Name a new folder, so that no transcript is lost.")
    folder = Path(tempfile.mkdtemp(prefix="taco-conformance-"))
    try:
        with stage.set_up(folder / "stage") as made:
            with network.listening(made, door) if door else nullcontext(made) as ready:
                code = stage.run(ready, client, timeout_s=timeout_s, quiet=quiet)
            found = transcript.read_all(ready.recordings)
        if record:
            record.mkdir(parents=True, exist_ok=True)
            for number, entries in enumerate(found, 1):
                transcript.write(record / f"{number}{transcript.SUFFIX}", transcript.normal(entries, ready.places))
        return judge.judge(found), code
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _print(report: judge.Report, code: int) -> None:
    for verdict in report.verdicts:
        typer.echo(f"{MARKS[verdict.outcome]}  {verdict.title}")
        for problem in verdict.problems:
            typer.echo(f"          - {problem}")
        if verdict.outcome == "fail" or (verdict.outcome == "notExercised" and verdict.essential):
            typer.echo(f"          {verdict.advice}")
    called = ", ".join(f"{name} ({' and '.join(doors)})" for name, doors in report.verbs.items())
    typer.echo(f"\nVerbs called: {called or 'none'}.")
    if code:
        typer.echo(f"The client ended with exit code {code}.")
    typer.echo(_summary(report))


def _summary(report: judge.Report) -> str:
    if report.connections == 0:
        return "The client never spoke to the server. Let it start `taco-lsp` from its path; or see --ws and --tcp."
    if report.ok:
        return "The client conforms."
    seen = f"{len(report.failed)} checks failed"
    return f"{seen}, and {len(report.missing)} things that every client must do were not seen."
