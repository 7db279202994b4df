"""The command line of `taco doctor`: runs every check beside the others, prints, sets the exit code."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from pathlib import Path

import typer

from taco_lsp import config
from taco_lsp.cli.doctor import endpoint, journal, programs, server, settings, sync
from taco_lsp.cli.doctor.finding import Check, Finding, Level, warning
from taco_lsp.cli.output import AsJson

CHECKS: tuple[Check, ...] = (
    server.check,
    settings.check,
    journal.check,
    endpoint.check_model,
    endpoint.check_embeddings,
    endpoint.check_keyring,
    sync.check,
    programs.check_languages,
    programs.check_editors,
)
MARKS = {"ok": "ok      ", "warning": "warning ", "problem": "PROBLEM "}
DEADLINE_S = 60.0


def doctor(as_json: AsJson = False) -> None:
    """Check the server, the store, the settings, the model, languages and editors; say how to mend what is wrong.

    Changes nothing. Exits with 1 when the tutor cannot work, with 0 when something is only missing. For example:

        taco doctor
    """
    effective = config.load(environ=os.environ, workspace=Path.cwd())
    findings = asyncio.run(examine(CHECKS, effective))
    broken = any(finding.level == "problem" for finding in findings)
    if as_json:
        rows = [{"check": it.check, "level": it.level, "message": it.message, "mend": it.mend} for it in findings]
        typer.echo(json.dumps({"ok": not broken, "findings": rows}, indent=2, ensure_ascii=False))
    else:
        _print(findings)
    if broken:
        raise typer.Exit(1)


async def examine(checks: Sequence[Check], effective: config.Effective) -> list[Finding]:
    """Run checks beside each other; the findings come in the order of the checks."""
    found = await asyncio.gather(*(_within_time(check, effective) for check in checks))
    return [finding for findings in found for finding in findings]


async def _within_time(check: Check, effective: config.Effective) -> Sequence[Finding]:
    name = f"{check.__module__.rpartition('.')[2]}"
    try:
        return await asyncio.wait_for(check(effective), DEADLINE_S)
    except TimeoutError:
        message = f"Looking at this took more than {DEADLINE_S:g} seconds and was given up."
        return [warning(name, message)]
    except Exception as error:  # noqa: BLE001 - one check that fails must not hide what the others found
        message = f"This could not be looked at ({type(error).__name__})."
        mend = "Please report it, with the output of `taco --version`."
        return [warning(name, message, mend)]


def _print(findings: Sequence[Finding]) -> None:
    for finding in findings:
        typer.echo(f"{MARKS[finding.level]}  {finding.message}")
        if finding.mend:
            typer.echo(f"          {finding.mend}")
    counted = [_count(level, findings) for level in ("problem", "warning")]
    typer.echo(f"\n{', '.join(filter(None, counted)) or 'All is well'}.")


def _count(level: Level, findings: Sequence[Finding]) -> str:
    found = sum(finding.level == level for finding in findings)
    return f"{found} {level}{'s' if found > 1 else ''}" if found else ""
