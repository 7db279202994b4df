"""The one place where errors become JSON-RPC codes: `data` is always `{kind, hint, id?, field?}`."""

from __future__ import annotations

import logging

from storage.errors import NotFound as StoreNotFound
from storage.errors import StoreError
from taco_lsp import errors
from taco_lsp.edge import RpcError, default_map_error

logger = logging.getLogger(__name__)


def to_rpc_error(error: BaseException) -> RpcError:
    """Map what a handler raised; what is not expected becomes a generic message with a correlation id."""
    if isinstance(error, StoreNotFound):
        return _made(errors.NotFound, str(error), error.hint)
    if isinstance(error, StoreError):
        return _made(errors.CannotRecord, str(error), error.hint)
    if isinstance(error, errors.TacoError):
        return _made(type(error), str(error), error.hint, error.field)
    return default_map_error(error)


def _made(cls: type[errors.TacoError], message: str, hint: str, field: str | None = None) -> RpcError:
    data = {"kind": cls.kind, "hint": hint} | ({"field": field} if field else {})
    return RpcError(cls.code, message, data)


def reported(error: BaseException) -> str:
    """What to tell the student about a failure nobody waits for; an unexpected one goes to the log in full."""
    if not isinstance(error, StoreError | errors.TacoError):
        logger.error("background work failed", exc_info=error)
    mapped = to_rpc_error(error)
    return f"{mapped.message} {(mapped.data or {}).get('hint', '')}".strip()
