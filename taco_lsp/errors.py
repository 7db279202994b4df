"""The errors a caller can meet, each with a stable code, a kind and a hint.

    TacoError
    ├── InvalidParams     the request does not fit the verb: `field` says where
    ├── Forbidden         this caller may not use this verb
    ├── NotFound          a challenge, session, interaction, revision … that does not exist
    ├── NoDocument        the editor has not opened this document, or it cannot be read
    ├── TutorOff          the teacher's policy switches the tutor off here
    ├── QuotaReached      the teacher's policy allows no further question for now
    ├── CannotRun         the program could not be started
    ├── CannotWrite       a file could not be written
    ├── SignInFailed      nobody was signed in: wrong e-mail address or password, or no server to ask
    └── CannotRecord      the store is unavailable or read-only

Raised by features and what lies below them; turned into JSON-RPC errors by `taco_lsp.server.rpc_errors` alone.
Not here: what goes wrong inside storage, models and runner, which have error families of their own.
"""

from __future__ import annotations

from typing import ClassVar


class TacoError(Exception):
    """Base class. `str(error)` is one plain sentence; `hint` says what to do next."""

    code: ClassVar[int]
    kind: ClassVar[str]

    def __init__(self, message: str, hint: str = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint
        self.field = field


class InvalidParams(TacoError):
    """The request does not fit the verb."""

    code = -32602
    kind = "invalidParams"


class NotFound(TacoError):
    """What the request names does not exist."""

    code = 1001
    kind = "notFound"


class NoDocument(TacoError):
    """The document is not open in the editor and cannot be read."""

    code = 1002
    kind = "noDocument"


class Forbidden(TacoError):
    """This caller may not use this verb."""

    code = 1003
    kind = "forbidden"


class TutorOff(TacoError):
    """The tutor is switched off here; the history stays readable."""

    code = 1004
    kind = "tutorOff"


class CannotRun(TacoError):
    """The program could not be started."""

    code = 1005
    kind = "cannotRun"


class CannotRecord(TacoError):
    """The store cannot take or give rows at the moment."""

    code = 1006
    kind = "cannotRecord"


class CannotWrite(TacoError):
    """A file of the student's could not be written."""

    code = 1007
    kind = "cannotWrite"


class QuotaReached(TacoError):
    """As many questions were asked in the last hour as the teacher allows; the hint says when to try again."""

    code = 1008
    kind = "quota"


class SignInFailed(TacoError):
    """Nobody was signed in; what was done here so far is untouched."""

    code = 1009
    kind = "signIn"
