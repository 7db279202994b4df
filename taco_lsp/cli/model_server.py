"""`taco model serve-scripted`: a model endpoint that says what you script, for trying out clients without a model."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Annotated

import typer

from taco_lsp.conformance import script_file
from taco_lsp.conformance.replies import model_list
from taco_lsp.conformance.scripted_model import ScriptedModel
from taco_lsp.errors import InvalidParams, TacoError

app = typer.Typer(no_args_is_help=True, help="A model endpoint for trying things out (docs/conformance.md).")
AsJson = Annotated[bool, typer.Option("--json", help="Print the address as one JSON object.")]


class CannotListen(TacoError):
    """The port is taken or may not be used."""

    code = -32603
    kind = "cannotListen"


@app.callback()
def _group() -> None:
    """Keep `serve-scripted` a command of its own."""


@app.command("serve-scripted")
def serve_scripted(
    script: Annotated[Path | None, typer.Argument(help="A script in JSON.")] = None,
    *,
    builtin_script: Annotated[
        bool, typer.Option("--builtin-script", help="Answer every question with the same harmless hint.")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; 0 takes a free one.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Serve an OpenAI-compatible endpoint that says what a script says, until it is interrupted.

    For example:

        taco model serve-scripted --builtin-script --port 8123
    """
    if (script is None) == (not builtin_script):
        raise typer.BadParameter("Name a script, or give --builtin-script.")
    told = script_file.read(script) if script else script_file.builtin()
    if not told.replies and told.otherwise is None:
        raise InvalidParams("The script has no reply.", "docs/conformance.md shows a script.")
    model = ScriptedModel(port=port)
    model.models = model_list(*told.models)
    model.script(*told.replies)
    if told.otherwise:
        model.always(told.otherwise)
    try:
        with model:
            _tell(model.url, told.models[0] if told.models else "", as_json=as_json)
            threading.Event().wait()
    except KeyboardInterrupt:
        pass
    except OSError as error:
        raise CannotListen(f"Port {port} cannot be used: {error.strerror}.", "Take another one, or 0.") from error


def _tell(url: str, name: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"url": url, "model": name}))
        return
    typer.echo(f"Listening on {url}. To use it, start the server or the editor with\n")
    typer.echo(f"  TACO_MODEL_ENDPOINT={url} TACO_MODEL_NAME={name}\n\nCtrl+C ends it.")
