"""The one place where errors become JSON-RPC codes: `data` is always `{kind, hint, id?, field?}`."""

from __future__ import annotations

from storage.errors import NotFound as StoreNotFound
from storage.errors import StoreError
from taco_lsp import errors
from taco_lsp.edge import RpcError, default_map_error


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


def plain_words(error: BaseException) -> str:
    """The same as one text for a message on the screen."""
    mapped = to_rpc_error(error)
    return f"{mapped.message} {(mapped.data or {}).get('hint', '')}".strip()
