"""`taco config`: every setting in force, and where it came from."""

from __future__ import annotations

import json
import os
from pathlib import Path

import typer
from rich.console import Console

from taco_lsp import config
from taco_lsp.cli.output import AsJson

console = Console()


def settings(as_json: AsJson = False) -> None:
    """Show every setting in force and where it came from."""
    effective = config.load(environ=os.environ, workspace=Path.cwd())
    rows = [
        {"key": option.key, "value": effective.shown(option), "source": effective.sources[option.key]}
        for option in config.OPTIONS
    ]
    if as_json:
        typer.echo(json.dumps({"settings": rows, "problems": [str(p) for p in effective.problems]}, indent=2))
        return
    for row in rows:
        console.print(f"{row['key']:<18} {row['value']!s:<32} ({row['source']})", markup=False, highlight=False)
    console.print(f"\nYour settings file: {config.user_config_file()}", markup=False, highlight=False)
    if problems := effective.summary_of_problems():
        Console(stderr=True).print(problems, markup=False, style="yellow")
