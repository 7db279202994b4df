"""The `taco` command: parses, calls one function, prints. Exit codes: 0 ok, 1 failed, 2 wrong usage."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.rule import Rule

from storage import StoreError
from taco_lsp import __version__, config
from taco_lsp.cli import challenges, demo, evaluate, journeys, knowledge, models, tutor, usage
from taco_lsp.errors import TacoError
from taco_lsp.journey import text

app = typer.Typer(
    name="taco", no_args_is_help=True, add_completion=False, rich_markup_mode="markdown",
    help="TACO, a programming tutor in your editor. Hints, never solutions.",
)  # fmt: skip
for name, sub in {
    "challenge": challenges.app,
    "knowledge": knowledge.app,
    "models": models.app,
    "usage": usage.app,
    "tutor": tutor.app,
    "eval": evaluate.app,
}.items():
    app.add_typer(sub, name=name)
console = Console()

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


def run() -> None:
    """Run the command; an error the user can do something about is two lines, not a traceback."""
    try:
        app()
    except (TacoError, StoreError) as error:
        Console(stderr=True, highlight=False).print(f"taco: {error}", error.hint, sep="\n", markup=False)
        sys.exit(1)


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        typer.echo(f"taco {__version__}")
        raise typer.Exit


@app.command("demo")
def _demo(
    keep: Annotated[Path | None, typer.Option(help="Put the store and the work here and keep them.")] = None,
    as_json: AsJson = False,
) -> None:
    """Play a whole student session on the real server, with a store of its own."""
    played = demo.play(keep, _no_show if as_json else _show)
    if as_json:
        # The reader wants to look into the store: the temporary folder stays.
        typer.echo(played.as_json())
        return
    console.print(Rule("The journey, read from the store", align="left"))
    for line in text.lines(played.events):
        console.print(line, markup=False, highlight=False, no_wrap=True, overflow="ellipsis")
    if keep:
        console.print(f"\nStore: {played.store}\nReport: {played.report}", markup=False, highlight=False)
    else:
        shutil.rmtree(played.store.parent, ignore_errors=True)
        console.print("\nNothing was kept; `taco demo --keep DIR` keeps the store and the work.", highlight=False)


@app.command("journey")
def _journey(
    challenge: Annotated[str | None, typer.Option(help="Only this challenge (id).")] = None,
    session: Annotated[str | None, typer.Option(help="Only this session (id).")] = None,
    html: Annotated[Path | None, typer.Option(help="Write it as one HTML file, to replay it in a browser.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what you did: opens, saves, questions, answers, hints, runs."""
    journey = journeys.read(challenge=challenge, session=session)
    page = journeys.write_page(journey, html) if html else None
    if as_json:
        typer.echo(journeys.as_json(journey))
        return
    if page:
        console.print(f"Report: {page}", markup=False, highlight=False, soft_wrap=True)
        return
    if not journey.events:
        console.print("Nothing is recorded yet. Open a file in your editor and ask TACO something.")
    for line in text.lines(journey.events):
        console.print(line, markup=False, highlight=False, no_wrap=True, overflow="ellipsis")


@app.command("config")
def _config(as_json: AsJson = False) -> None:
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


def _show(title: str, body: str) -> None:
    console.print(Rule(title, align="left"))
    console.print(Markdown(body))
    console.print()


def _no_show(_title: str, _body: str) -> None:
    """Nothing to see: the result is printed as JSON at the end."""
