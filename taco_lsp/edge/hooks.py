"""What a program plugs into the edge.

Everything that is not plain LSP goes through here; plain LSP features are registered with `@server.feature`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import attrs

from taco_lsp.edge.errors import RpcError, default_map_error


async def _nothing(_reason: str) -> None:
    return None


@attrs.frozen(kw_only=True)
class Hooks:
    """The program's side of the edge.

    Attributes:
        map_error: Turns any exception of a handler into the error that the client sees. It should hand what it
            does not know to `default_map_error`. The traceback of an internal error is logged under `data["id"]`.
        on_close: Awaited exactly once on every way out, with the reason, for at most 1.5 seconds: during `shutdown`,
            before it is answered, or when the connection ends without one.
        custom_request: Answers methods of the program's own: (method, params) -> JSON-ready result. Params are
            plain JSON values, None if there were none.
        custom_prefixes: The methods that go to `custom_request` begin with one of these.
        custom_methods: If not empty, the only such methods that exist.
        execute_command: Answers `workspace/executeCommand`: (command, arguments) -> JSON-ready result.
        commands: The commands that exist; advertised to the client.
    """

    map_error: Callable[[BaseException], RpcError] = default_map_error
    on_close: Callable[[str], Awaitable[None]] = _nothing
    custom_request: Callable[[str, Any], Awaitable[Any]] | None = None
    custom_prefixes: tuple[str, ...] = ("taco/",)
    custom_methods: tuple[str, ...] = ()
    execute_command: Callable[[str, list[Any]], Awaitable[Any]] | None = None
    commands: tuple[str, ...] = ()
