"""`taco demo` on the command line: shows each step of the play and the journey after it. The play is in `demo`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.rule import Rule

from taco_lsp.cli.demo import play
from taco_lsp.cli.output import AsJson
from taco_lsp.journey import text

console = Console()


def demo(
    keep: Annotated[Path | None, typer.Option(help="Put the store and the work here and keep them.")] = None,
    as_json: AsJson = False,
) -> None:
    """Play a whole student session on the real server, with a store of its own."""
    played = play(keep, _no_show if as_json else _show)
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


def _show(title: str, body: str) -> None:
    console.print(Rule(title, align="left"))
    console.print(Markdown(body))
    console.print()


def _no_show(_title: str, _body: str) -> None:
    """Nothing to see: the result is printed as JSON at the end."""
