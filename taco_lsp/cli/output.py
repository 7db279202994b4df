"""What commands share: printing one JSON value instead of text, counts in words, and ids as arguments."""

from __future__ import annotations

import json
from typing import Annotated, Any
from uuid import UUID

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


def print_json(value: Any) -> None:
    """Print one JSON value."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def counted(number: int, thing: str, things: str = "") -> str:
    """Say how many: `1 file`, `2,000 files`; `things` where it is not the singular and an s."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"


def as_id(text: str | UUID) -> UUID:
    """Read an id that somebody typed; for `parser=` of an argument.

    Raises:
        typer.BadParameter: it is none.
    """
    try:
        return text if isinstance(text, UUID) else UUID(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is no id. Ids look like 01890a5d-ac96-774b-bcce-b302099a8057.") from None


OfChallenge = Annotated[
    UUID | None, typer.Option("--challenge", parser=as_id, metavar="ID", help="Only this challenge (id).")
]
OfEvent = Annotated[UUID, typer.Argument(parser=as_id, metavar="EVENT", help="A moment's id: `taco journey --ids`.")]
