"""`taco models`: which models answer, at what prices, and whether the configured one can be asked."""

from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from storage import Model
from taco_lsp import config
from taco_lsp.cli.output import AsJson
from taco_lsp.cli.session import with_store
from taco_lsp.errors import InvalidParams
from taco_lsp.models import checking
from taco_lsp.tutor import builtin
from taco_lsp.wire.converter import to_wire

if TYPE_CHECKING:
    from storage import Store

app = typer.Typer(no_args_is_help=True, help="See which models answer, tell their prices, check the endpoint.")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List every model that has answered or was added, with its prices per million tokens."""

    async def find(store: Store) -> tuple[list[Model], dict[UUID, int]]:
        async with store.write() as tx:
            await tx.models.ensure(builtin.NAME, builtin.VERSION)
        async with store.read() as tx:
            return await tx.models.list(), await tx.models.counts()

    models, counts = with_store(find)
    settings = config.load(environ=os.environ).settings
    configured = settings.model_name if settings.model_endpoint else builtin.NAME
    if as_json:
        rows = [{**to_wire(model), "answers": counts.get(model.id, 0)} for model in models]
        typer.echo(json.dumps({"models": rows, "configured": configured}, indent=2, ensure_ascii=False))
        return
    for model in models:
        mark = "*" if model.name == configured else " "
        typer.echo(f"{mark} {full_name(model):<40} {counts.get(model.id, 0):>7} answers  {_prices(model)}")
    typer.echo(f"\n* answers now. Prices are told with: taco models add {configured} --input 0.15 --output 0.60")


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Its name, as the endpoint knows it.")],
    *,
    version: Annotated[str, typer.Option(help="Only this version; otherwise all versions of that name.")] = "",
    description: Annotated[str | None, typer.Option(help="A word about it.")] = None,
    input_price: Annotated[float | None, typer.Option("--input", min=0, help="Price of a million tokens read.")] = None,
    output_price: Annotated[
        float | None, typer.Option("--output", min=0, help="Price of a million tokens written.")
    ] = None,
    currency: Annotated[str, typer.Option(help="Of the prices.")] = "USD",
    as_json: AsJson = False,
) -> None:
    """Add a model, or tell its prices. A new price holds from now on; what was asked before keeps its price."""
    if not name.strip():
        raise InvalidParams("The name of the model is missing.", "`taco models check` shows what the endpoint has.")
    if (input_price is None) != (output_price is None):
        raise InvalidParams("Only one price is given.", "Give both: --input and --output.")
    prices = None
    if input_price is not None:
        prices = {"input": input_price, "output": output_price, "currency": currency.upper()}

    async def put(store: Store) -> Model:
        async with store.write() as tx:
            return await tx.models.describe(name.strip(), version.strip(), description=description, prices=prices)

    model = with_store(put)
    typer.echo(
        json.dumps(to_wire(model), indent=2, ensure_ascii=False)
        if as_json
        else f"{full_name(model)}: {_prices(model) or 'no price'}"
    )


@app.command("check")
def check(
    save: Annotated[bool, typer.Option("--save", help="Also add the models that the endpoint lists.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask the configured endpoint, and say what is wrong and how to mend it."""
    settings = config.load(environ=os.environ).settings
    report = asyncio.run(
        checking.check(
            settings.model_endpoint or "", settings.model_name, environ=os.environ, timeout_s=settings.model_timeout_s
        )
    )
    if save and report.listed:
        with_store(lambda store: _add_all(store, report.listed))
    if as_json:
        typer.echo(json.dumps(_report(report), indent=2, ensure_ascii=False))
    else:
        for finding in report.findings:
            typer.echo(f"{'ok     ' if finding.ok else 'PROBLEM'}  {finding.message}")
            if finding.hint:
                typer.echo(f"         {finding.hint}")
    if not report.ok:
        raise typer.Exit(1)


async def _add_all(store: Store, names: tuple[str, ...]) -> None:
    async with store.write() as tx:
        for name in names:
            await tx.models.describe(name)


def _report(report: checking.Report) -> dict[str, Any]:
    return {
        "ok": report.ok,
        "endpoint": report.endpoint,
        "model": report.model,
        "version": report.version,
        "firstTokenMs": report.first_token_ms,
        "listed": list(report.listed),
        "findings": [
            {"check": finding.check, "ok": finding.ok, "message": finding.message, "hint": finding.hint}
            for finding in report.findings
        ],
    }


def full_name(model: Model) -> str:
    """Name and version; an endpoint that only repeats the name has told no version."""
    version = model.version.removeprefix(model.name).strip()
    return f"{model.name} {version}".strip()


def _prices(model: Model) -> str:
    prices = model.prices or {}
    if "input" not in prices:
        return ""
    return f"{prices['input']:g} in, {prices.get('output', 0):g} out {prices.get('currency', '')}".strip()
