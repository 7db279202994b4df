"""From the client's messages to handlers, with exactly one reply to every request.

pygls keeps the feature registry, the built-in LSP handlers and the capabilities; reading, dispatching, replying and
cancelling are done here. Not here: what goes to the client (`sending.py`), bytes and sockets (`connection.py`),
the way out (`server.py`).
"""

from __future__ import annotations

import asyncio
import contextvars
import enum
import functools
import inspect
import logging
from collections.abc import Generator
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, cast

import cattrs
from lsprotocol import types
from pygls.protocol import (
    _dict_to_object as to_namespace,  # what handlers of methods unknown to lsprotocol are given
)
from pygls.protocol import lsp_method

from taco_lsp.edge import execution, messages
from taco_lsp.edge.calls import Call, Calls, cancel_soon, current_call
from taco_lsp.edge.documents import EdgeWorkspace, NotOpenError
from taco_lsp.edge.errors import (
    INTERNAL_ERROR,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    REQUEST_FAILED,
    SERVER_NOT_INITIALIZED,
    RpcError,
    cancelled_error,
    internal_error,
    invalid_params,
    protocol_error,
)
from taco_lsp.edge.messages import Notification, Refusal, Reply, Request
from taco_lsp.edge.sending import SendingProtocol, log_internal

if TYPE_CHECKING:
    from taco_lsp.edge.server import EdgeServer

logger = logging.getLogger(__name__)

MAX_IN_FLIGHT = 1000
"""Requests that may be worked on at once; more are refused with RequestFailed, so memory stays bounded."""

_MAX_DEFERRED = 10_000
CANCEL_GRACE_S = 0.25
"""How long a cancelled handler may take to end before it is answered for."""
_Call = tuple[execution.Handler, tuple[Any, ...]]


class Phase(enum.Enum):
    """Where the connection is in LSP's life cycle."""

    NEW = "before initialize"
    STARTING = "initialize is being answered"
    RUNNING = "initialized"
    STOPPING = "after shutdown"


class _RefusedError(Exception):
    """Carries an error of the protocol out of the preparation of a call."""

    def __init__(self, error: RpcError) -> None:
        super().__init__(error.message)
        self.error = error


class EdgeProtocol(SendingProtocol):
    """One client's conversation; to be used from the event loop."""

    def __init__(self, server: EdgeServer, converter: cattrs.Converter) -> None:
        self.phase = Phase.NEW
        self.calls = Calls()
        self._deferred: list[messages.Message] = []
        self._background: set[asyncio.Future[Any]] = set()
        self.initialized_once = asyncio.Event()
        super().__init__(server, converter)

    def receive(self, body: bytes | str) -> None:
        """Handle the body of one message."""
        for message in messages.decode(body):
            self.dispatch(message)

    def dispatch(self, message: messages.Message) -> None:
        """Handle one message."""
        if isinstance(message, Reply) and message.bare and not self._awaits(message.id):
            message = messages.no_request(message.id)
        if isinstance(message, Refusal):
            logger.warning("refused a message: %s", message.error.message)
            self._send_error(message.id, message.error)
        elif isinstance(message, Reply):
            self._on_reply(message)
        elif self.phase is Phase.STARTING and self._may_wait(message):
            self._deferred.append(message)
        elif isinstance(message, Request):
            self._on_request(message)
        else:
            self._on_notification(message)

    def _may_wait(self, message: Request | Notification) -> bool:
        """A client that does not wait for initialize to be answered loses nothing by it."""
        return message.method not in {types.EXIT, types.INITIALIZE} and len(self._deferred) < _MAX_DEFERRED

    # Requests

    def _on_request(self, request: Request) -> None:
        try:
            self._gate(request)
            handler, args = self._route(request)
        except _RefusedError as refused:
            self._send_error(request.id, refused.error)
        else:
            contextvars.copy_context().run(self._begin, request, handler, args)

    def _gate(self, request: Request) -> None:
        """Refuse a request that cannot be served now, whatever it says."""
        initialize = request.method == types.INITIALIZE
        if self.phase is Phase.STOPPING:
            raise _refused(INVALID_REQUEST, "The server is shutting down.", "Start a new server.")
        if initialize and self.phase is not Phase.NEW:
            raise _refused(INVALID_REQUEST, "The server is already initialized.", "Send initialize only once.")
        if not initialize and self.phase is not Phase.RUNNING:
            raise _refused(SERVER_NOT_INITIALIZED, "The server is not initialized.", "Send initialize first.")
        if request.id in self.calls:
            raise _refused(INVALID_REQUEST, "A request with this id is in progress.", "Use every id once.")
        if len(self.calls) >= MAX_IN_FLIGHT:
            raise _refused(REQUEST_FAILED, "Too many requests at once.", "Wait for some replies first.")

    def _route(self, request: Request) -> _Call:
        """Find what answers a request."""
        method, hooks = request.method, self._server.hooks
        custom = hooks.custom_request
        if custom is None or self._is_feature(method) or not method.startswith(hooks.custom_prefixes):
            return self._prepare(method, request.params)
        if hooks.custom_methods and method not in hooks.custom_methods:
            raise _unknown(method)
        return custom, (method, request.params)

    def _is_feature(self, method: str) -> bool:
        return method in self.fm.builtin_features or method in self.fm.features

    def _prepare(self, method: str, params: Any) -> _Call:
        """Find the feature for a method and give the params their type."""
        handler = self.fm.builtin_features.get(method) or self.fm.features.get(method)
        if handler is None:
            raise _unknown(method)
        if method not in types.METHOD_TO_TYPES:
            return handler, (to_namespace(params),)
        params_type: Any = types.METHOD_TO_TYPES[method][2]
        if params_type is None:
            return handler, (None,)
        try:
            return handler, (self._converter.structure({} if params is None else params, params_type),)
        except Exception as error:
            raise _RefusedError(invalid_params(method, error)) from error

    def _begin(self, request: Request, handler: execution.Handler, args: tuple[Any, ...]) -> None:
        """Start a request's handler, in a context of its own."""
        call = Call(request.id, request.method)
        self._ctx_msg_id.set(cast("int | str", request.id))
        current_call.set(call)
        self.calls.add(call)
        if isinstance(request.params, dict):
            self.calls.link(call, request.params.get("workDoneToken"))
        if request.method == types.INITIALIZE:
            self.phase = Phase.STARTING
        try:
            outcome = execution.start(handler, args, self._pool)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - every failure is an answer
            self._fail(call, error)
            return
        if inspect.isawaitable(outcome):
            call.task = asyncio.ensure_future(execution.finish(outcome))
            call.task.add_done_callback(functools.partial(self._ended, call))
        else:
            self._succeed(call, outcome)

    def _pool(self) -> Executor:
        return self._server.thread_pool

    def _ended(self, call: Call, task: asyncio.Future[Any]) -> None:
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is None:
            self._succeed(call, task.result())
        else:
            self._fail(call, error)

    def _succeed(self, call: Call, result: Any) -> None:
        if self.calls.close(call):
            self._send_result(call.id, result)
            self._after(call, Phase.RUNNING)

    def _fail(self, call: Call, error: BaseException) -> None:
        if self.calls.close(call):
            cancelled = call.cancelled or isinstance(error, asyncio.CancelledError)
            self._send_error(call.id, cancelled_error() if cancelled else self._explain(error))
            self._after(call, Phase.NEW)

    def _after(self, call: Call, phase: Phase) -> None:
        """Go on with what has waited for initialize."""
        if call.method == types.INITIALIZE and self.phase is Phase.STARTING:
            self.phase = phase
            if phase is Phase.RUNNING:
                self.initialized_once.set()
            waiting, self._deferred = self._deferred, []
            for message in waiting:
                self.dispatch(message)

    def _explain(self, error: BaseException) -> RpcError:
        """Ask the program which error this is."""
        try:
            answer = self._server.hooks.map_error(error)
        except Exception as second:
            logger.exception("map_error failed", exc_info=second)
            answer = internal_error()
        if answer.code == INTERNAL_ERROR:
            log_internal(error, answer)
        return answer

    # Notifications

    def _on_notification(self, notification: Notification) -> None:
        method, params = notification.method, notification.params
        if method == types.CANCEL_REQUEST:
            self.calls.cancel(params.get("id") if isinstance(params, dict) else None)
        elif method != types.EXIT and self.phase is not Phase.RUNNING:
            logger.info("ignored a notification %s", self.phase.value)
        elif types.METHOD_TO_TYPES.get(method, (None, None))[1] is not None:
            logger.warning("ignored %s without an id: it is a request", method)
        elif self._is_feature(method):
            contextvars.copy_context().run(self._notice, method, params)
        else:
            logger.info("ignored the unknown notification %s", method[:100])

    def _notice(self, method: str, params: Any) -> None:
        """Run a notification's handler; whatever goes wrong stays in the log."""
        current_call.set(None)
        try:
            handler, args = self._prepare(method, params)
            outcome = execution.start(handler, args, self._pool)
        except _RefusedError as refused:
            logger.warning("ignored a notification: %s", refused.error.message)
        except NotOpenError as error:
            logger.warning("ignored %s: %s", method, error)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - a handler's failure ends nothing
            self._explain(error)
        else:
            if inspect.isawaitable(outcome):
                task = asyncio.ensure_future(execution.finish(outcome))
                self._background.add(task)
                task.add_done_callback(self._noticed)

    def _noticed(self, task: asyncio.Future[Any]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._explain(error)

    # The life cycle

    @property
    def shutdown_requested(self) -> bool:
        """The client has sent shutdown."""
        return self._shutdown

    @property
    def open_workspace(self) -> EdgeWorkspace | None:
        """The workspace, or None before initialize."""
        return cast("EdgeWorkspace | None", self._workspace)

    async def stop_calls(self) -> None:
        """Cancel everything in flight but `shutdown` itself; answer for handlers that do not stop."""
        self.phase = Phase.STOPPING
        for task in tuple(self._background):
            cancel_soon(task)
        calls = [call for call in self.calls if call.method != types.SHUTDOWN]
        for call in await self.calls.cancel_all(calls, CANCEL_GRACE_S):
            logger.warning("a handler of %s does not stop", call.method)
            self._fail(call, asyncio.CancelledError())
        self.close_requests()

    async def settle(self) -> None:
        """Wait for a shutdown that is being answered."""
        tasks = [call.task for call in self.calls if call.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=CANCEL_GRACE_S)

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Answer initialize as pygls does, on a workspace of our documents."""
        steps = super().lsp_initialize(params)
        try:
            step = next(steps)
            self._adopt_workspace(params)
            while True:
                step = steps.send((yield step))
        except StopIteration as stop:
            self._adopt_workspace(params)
            result: types.InitializeResult = stop.value
            return result

    def _adopt_workspace(self, params: types.InitializeParams) -> None:
        stock = self.workspace
        if not isinstance(stock, EdgeWorkspace):
            self._workspace = EdgeWorkspace(
                stock.root_uri,
                workspace_folders=params.workspace_folders,
                position_encoding=stock.position_encoding,
            )

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> Generator[Any, Any, None]:
        """Refuse new work, end what is in flight, let the program close; then answer."""
        self.phase = Phase.STOPPING
        self._shutdown = True
        if (handler := self.fm.features.get(types.SHUTDOWN)) is not None:
            yield handler, args, None
        yield self._server.finish, ("shutdown",), None

    @lsp_method(types.EXIT)
    def lsp_exit(self, *args: Any) -> Generator[Any, Any, None]:
        """End the connection; a handler for exit gets what is left of the time."""
        self._server.close("exit")
        if (handler := self.fm.features.get(types.EXIT)) is not None:
            yield handler, args, None

    @lsp_method(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    def lsp_work_done_progress_cancel(self, params: types.WorkDoneProgressCancelParams) -> Generator[Any, Any, None]:
        """Cancel the request behind a progress, besides what pygls does."""
        self.calls.cancel_by_token(params.token)
        yield from super().lsp_work_done_progress_cancel(params)


def _refused(code: int, message: str, hint: str) -> _RefusedError:
    return _RefusedError(protocol_error(code, message, hint))


def _unknown(method: str) -> _RefusedError:
    return _refused(METHOD_NOT_FOUND, f"The method {method[:100]} is not known.", "Check its spelling.")
