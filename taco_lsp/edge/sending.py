"""The half of the protocol that talks to the client: replies, notifications and our own requests.

Sending is safe from any thread. Not here: what the client asks of us (`protocol.py`), bytes and sockets.
"""

from __future__ import annotations

import asyncio
import enum
import json
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import attrs
import cattrs
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

from taco_lsp.edge.errors import RpcError, internal_error
from taco_lsp.edge.messages import MsgId, Reply

if TYPE_CHECKING:
    from taco_lsp.edge.server import EdgeServer
    from taco_lsp.edge.streams import Outbox

logger = logging.getLogger(__name__)


class SendingProtocol(LanguageServerProtocol):
    """pygls' protocol with its own way out."""

    _server: EdgeServer

    def __init__(self, server: EdgeServer, converter: cattrs.Converter) -> None:
        self.outbox: Outbox | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: int | None = None
        self._encoder = json.JSONEncoder(default=self._to_json, allow_nan=False, separators=(",", ":"))
        super().__init__(server, converter)

    def attach(self, outbox: Outbox) -> None:
        """Connect to the client; call it from the event loop that the connection lives in."""
        self.outbox = outbox
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()

    def notify(self, method: str, params: Any | None = None) -> None:
        """Send a notification; params are lsprotocol objects or plain JSON values."""
        self._send_data(_call(method, params))

    def send_request(
        self,
        method: str,
        params: Any | None = None,
        callback: Callable[[Any], None] | None = None,
        msg_id: str | int | None = None,
    ) -> Future[Any]:
        """Send a request; see pygls. The future always ends: at the latest when the connection does."""
        ident = str(uuid4()) if msg_id is None else msg_id
        body = self._encode({**_call(method, params), "id": ident})
        future: Future[Any] = Future()
        if callback is not None:
            future.add_done_callback(lambda done: callback(done.result()))
        self._request_futures[ident] = future
        self._result_types[ident] = types.METHOD_TO_TYPES.get(method, (None, None))[1]
        self._post(body)
        return future

    async def ask(self, method: str, params: Any, timeout_s: float, default: Any) -> Any:
        """Ask the client and take `default` for every answer that is no answer; see `EdgeServer.ask_client`."""
        ident = str(uuid4())
        try:
            reply = asyncio.wrap_future(self.send_request(method, params, msg_id=ident))
            async with asyncio.timeout(timeout_s):
                result = await reply
        except TimeoutError:
            logger.info("the client did not answer %s in %s s", method, timeout_s)
            return default
        except JsonRpcException as error:
            logger.info("the client did not do %s (code %s)", method, error.code)
            return default
        except (TypeError, ValueError, RecursionError):
            logger.exception("%s could not be sent", method)
            return default
        finally:
            self._forget(ident)
        return default if result is None else result

    def close_requests(self) -> None:
        """End every request of ours that is still waiting."""
        for ident, future in tuple(self._request_futures.items()):
            self._forget(ident)
            if not future.done():
                future.set_exception(JsonRpcException("the connection is closed"))

    @property
    def waiting(self) -> int:
        """How many requests of ours are not answered yet."""
        return len(self._request_futures) or len(self._result_types)

    def _forget(self, ident: Any) -> tuple[Future[Any] | None, Any]:
        return self._request_futures.pop(ident, None), self._result_types.pop(ident, None)

    def _awaits(self, ident: Any) -> bool:
        """Tell whether a request of ours with this id is waiting."""
        return isinstance(ident, str | int) and ident in self._request_futures

    def _on_reply(self, reply: Reply) -> None:
        """Hand the client's answer to whoever waits for it; nonsense becomes an exception there."""
        if not self._awaits(reply.id):
            logger.info("ignored a reply to no request of ours")
            return
        future, kind = self._forget(reply.id)
        if future is None or future.done():
            return
        if reply.error is not None:
            future.set_exception(_client_error(reply.error))
            return
        try:
            result = reply.result if kind is None else self._structure_result(kind, reply)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it is no answer
            logger.info("the client's answer makes no sense: %s", type(error).__name__)
            future.set_exception(JsonRpcException("the client's answer makes no sense"))
        else:
            future.set_result(result)

    def _structure_result(self, kind: Any, reply: Reply) -> Any:
        envelope = {"id": reply.id, "jsonrpc": "2.0", "result": reply.result}
        return self._converter.structure(envelope, kind).result

    def _send_result(self, ident: MsgId, result: Any) -> None:
        try:
            body = self._encode({"jsonrpc": "2.0", "id": ident, "result": result})
        except Exception as error:  # noqa: BLE001 - converters raise anything
            answer = internal_error()
            log_internal(error, answer)
            self._send_error(ident, answer)
        else:
            self._post(body)

    def _send_error(self, ident: MsgId | None, error: RpcError) -> None:
        try:
            body = self._encode(_failure(ident, error))
        except Exception as problem:  # noqa: BLE001 - converters raise anything
            answer = internal_error()
            log_internal(problem, answer)
            body = self._encode(_failure(ident, answer))
        self._post(body)

    def _send_data(self, data: Any) -> None:
        """Send what pygls, or we, have put together; raises TypeError or ValueError if it is not JSON-ready."""
        self._post(self._encode(data))

    def _encode(self, message: Any) -> bytes:
        return self._encoder.encode(message).encode()

    def _to_json(self, value: Any) -> Any:
        """Serialise lsprotocol's objects; anything else is the program's mistake."""
        if isinstance(value, enum.Enum):
            return value.value
        if attrs.has(type(value)):
            return self._converter.unstructure(value)
        raise TypeError(f"{type(value).__name__} is not JSON-ready")

    def _post(self, body: bytes) -> None:
        if self.outbox is None or self._loop is None:
            logger.debug("nobody to send to")
        elif threading.get_ident() == self._thread:
            self.outbox.send(body)
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.outbox.send, body)


def log_internal(error: BaseException, answer: RpcError) -> None:
    """Log a traceback under the id that the client is told."""
    ident = answer.data.get("id") if isinstance(answer.data, dict) else None
    logger.error("internal error %s", ident, exc_info=error)


def _call(method: str, params: Any) -> dict[str, Any]:
    message = {"jsonrpc": "2.0", "method": method}
    return message if params is None else {**message, "params": params}


def _failure(ident: MsgId | None, error: RpcError) -> dict[str, Any]:
    member = {"code": error.code, "message": error.message}
    return {"jsonrpc": "2.0", "id": ident, "error": member if error.data is None else {**member, "data": error.data}}


def _client_error(error: Any) -> JsonRpcException:
    """Turn the error member of a client's reply, which may be anything, into an exception."""
    code = error.get("code") if isinstance(error, dict) else None
    message = error.get("message") if isinstance(error, dict) else None
    return JsonRpcException(str(message or "the client refused"), code if isinstance(code, int) else None)
