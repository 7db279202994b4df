"""Run a handler of any kind pygls knows: plain, async, marked for a thread, or a generator of other handlers.

Handlers start in the order of their messages. What does not wait runs at once, so a change of a document is applied
before the next message is looked at. Not here: replies, errors, cancellation bookkeeping.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
from collections.abc import Awaitable, Callable, Generator
from concurrent.futures import Executor
from typing import Any, NoReturn

from pygls.feature_manager import is_thread_function

Handler = Callable[..., Any]


class HandlerExit(RuntimeError):
    """A handler called `sys.exit`; that must not end the server."""


def start(handler: Handler, args: tuple[Any, ...], pool: Callable[[], Executor]) -> Any:
    """Start a handler.

    Args:
        handler: What was registered for a method.
        args: Its arguments.
        pool: Makes the executor for handlers marked with `@server.thread()`, when one is called.

    Returns:
        The result, or an awaitable of it if the handler has to wait.
    """
    try:
        if is_thread_function(handler):  # type: ignore[no-untyped-call]
            run = functools.partial(contextvars.copy_context().run, handler, *args)
            return asyncio.get_running_loop().run_in_executor(pool(), run)
        result = handler(*args)
        if inspect.isgenerator(result):
            return _advance(result, pool)
    except SystemExit as error:
        _refuse_exit(error)
    return result


async def finish(outcome: Awaitable[Any]) -> Any:
    """Wait for what `start` returned."""
    try:
        return await outcome
    except SystemExit as error:
        _refuse_exit(error)


def _refuse_exit(error: SystemExit) -> NoReturn:
    raise HandlerExit("a handler tried to end the process") from error


def _advance(steps: Generator[Any, Any, Any], pool: Callable[[], Executor], value: Any = None) -> Any:
    """Run a generator of `(handler, args, kwargs)` to its end or up to the first handler that waits."""
    try:
        while True:
            handler, args, kwargs = steps.send(value)
            bound = functools.partial(handler, **kwargs) if kwargs else handler
            value = start(bound, args or (), pool)
            if inspect.isawaitable(value):
                return _continue(steps, value, pool)
    except StopIteration as stop:
        return stop.value


async def _continue(steps: Generator[Any, Any, Any], pending: Awaitable[Any], pool: Callable[[], Executor]) -> Any:
    try:
        rest = _advance(steps, pool, await pending)
        return await rest if inspect.isawaitable(rest) else rest
    finally:
        steps.close()
