"""The `taco` command: finds the command that is meant; how errors look. Exit codes: 0 ok, 1 failed, 2 wrong usage.

What a command does is in the module the table names; it is imported when it is called.
"""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from storage import StoreError
from taco_lsp import __version__
from taco_lsp.errors import TacoError

COMMANDS: Mapping[str, str] = {
    "demo": "demo_command:demo",
    "journey": "journeys:journey",
    "challenge": "challenges:app",
    "knowledge": "knowledge:app",
    "overview": "overview:overview",
    "note": "notes:app",
    "account": "accounts:app",
    "sync": "sync:sync",
    "recording": "data:recording",
    "data": "data:app",
    "admin": "admin:app",
    "org": "organizations:app",
    "class": "classes:app",
    "user": "users:app",
    "enrol": "enrolling:enrol_",
    "unenrol": "enrolling:unenrol",
    "export": "export:app",
    "models": "models:app",
    "usage": "usage:app",
    "tutor": "tutor:app",
    "eval": "evaluate:app",
    "model": "model_server:app",
    "conformance": "conformance:conformance",
    "doctor": "doctor:doctor",
    "config": "settings:settings",
}
"""Where each command is, in the order of the help text: a group of commands (a Typer app), or a function."""


class Commands(TyperGroup):
    """The commands of the table, imported one at a time; `Any` because the click that Typer brings is private to it."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Name the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command; None when there is none of that name."""
        where = COMMANDS.get(cmd_name)
        return _command(cmd_name, pkgutil.resolve_name(f"{__package__}.{where}")) if where else None


def _command(name: str, found: Any) -> Any:
    if isinstance(found, typer.Typer):
        group = typer.main.get_group(found)
        group.name = name
        return group
    single = typer.Typer(add_completion=False, rich_markup_mode="markdown")
    single.command(name)(found)
    return typer.main.get_command(single)


app = typer.Typer(
    name="taco", cls=Commands, no_args_is_help=True, add_completion=False, rich_markup_mode="markdown",
    help="TACO, a programming tutor in your editor. Hints, never solutions.",
)  # fmt: skip


def run() -> None:
    """Run the command; an error the user can do something about is two lines, not a traceback."""
    try:
        app()
    except (TacoError, StoreError) as error:
        lines = filter(None, (f"taco: {error}", error.hint))
        Console(stderr=True, highlight=False).print(*lines, sep="\n", markup=False, soft_wrap=True)
        sys.exit(1)


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        typer.echo(f"taco {__version__}")
        raise typer.Exit
