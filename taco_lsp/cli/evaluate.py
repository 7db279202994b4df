"""`taco eval`: measure the guard, the explanations and the retrieval on your own cases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from taco_lsp.cli.output import AsJson

app = typer.Typer(no_args_is_help=True, help="Measure the tutor on your own cases (docs/evaluation.md).")
Cases = Annotated[Path, typer.Argument(help="Cases, one JSON object a line.", exists=True, dir_okay=False)]


@app.command("guard")
def guard(cases: Cases, as_json: AsJson = False) -> None:
    """How many leaks the guard holds back, and how often it fires without need."""
    from taco_lsp.evaluation.guard import evaluate  # noqa: PLC0415 - each measure loads only what it needs

    _show(evaluate(cases), as_json=as_json)


@app.command("explain")
def explain(cases: Cases, as_json: AsJson = False) -> None:
    """How many errors are explained by their own cause, not only by their class."""
    from taco_lsp.evaluation.explain import evaluate  # noqa: PLC0415

    _show(evaluate(cases), as_json=as_json)


@app.command("retrieval")
def retrieval(
    cases: Cases,
    corpus: Annotated[Path, typer.Option(help="Folder of Markdown files.", exists=True, file_okay=False)],
    as_json: AsJson = False,
) -> None:
    """How often the right document is found."""
    from taco_lsp.evaluation.retrieval import evaluate  # noqa: PLC0415

    _show(evaluate(cases, corpus), as_json=as_json)


def _show(result: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result, indent=2, ensure_ascii=False))
        return
    for name, value in result.items():
        if isinstance(value, int | float | str):
            typer.echo(f"{name:<14} {value:.4f}" if isinstance(value, float) else f"{name:<14} {value}")
        elif isinstance(value, Mapping):
            for row, numbers in value.items():
                typer.echo(f"  {row:<24} {numbers}")
        else:
            typer.echo(f"{name:<14} {len(value)} (listed with --json)")
