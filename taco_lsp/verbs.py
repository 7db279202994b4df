"""The verb table: every verb of the protocol, declared once.

From a row come the `taco/verb` request, the `taco.verb` command, the protocol page and the types of other
languages. Params, result and documentation are read off the handler. Knows no JSON-RPC: the edge calls `call`.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import attrs

from taco_lsp.late import late

if TYPE_CHECKING:
    from taco_lsp.context import Context

Who = Literal["anyone", "teacher", "admin"]


@attrs.frozen(kw_only=True)
class Verb:
    """One verb.

    Attributes:
        name: as a request, such as `taco/ask`.
        handler: `features module:function`, an `async (Context, params) -> result`; its annotations and docstring
            are the verb's.
        who: the least role that may call it.
        working: what the progress display says while it works, for verbs that take their time.
        present: `features module:function`, shows the result to a student whose editor has no plugin; it runs after
            the command, not the request.
    """

    name: str
    handler: str
    who: Who = "anyone"
    working: str | None = None
    present: str | None = None

    @property
    def command(self) -> str:
        """The name as a command for `workspace/executeCommand`."""
        return self.name.replace("/", ".")

    @property
    def params(self) -> type[Any]:
        """The attrs class of the params."""
        function = _feature(self.handler)
        name = list(inspect.signature(function).parameters)[1]
        return typing.cast("type[Any]", typing.get_type_hints(function)[name])

    @property
    def result(self) -> type[Any]:
        """The attrs class of the result."""
        return typing.cast("type[Any]", typing.get_type_hints(_feature(self.handler))["return"])

    @property
    def doc(self) -> str:
        """What it does, in Markdown."""
        return inspect.getdoc(_feature(self.handler)) or ""


def _feature(name: str) -> typing.Callable[..., Any]:
    return late(f"taco_lsp.features.{name}")


VERBS: tuple[Verb, ...] = (
    Verb(name="taco/status", handler="status:status"),
    Verb(name="taco/challenge/list", handler="challenges:list_"),
    Verb(name="taco/challenge/open", handler="challenges:open_"),
    Verb(name="taco/session/end", handler="sessions:end"),
    Verb(name="taco/ask", handler="ask:ask", working="TACO is thinking", present="conversation:present_answer"),
    Verb(name="taco/run", handler="run:run", working="Running your program", present="conversation:present_run"),
    Verb(name="taco/run/report", handler="run:report"),
    Verb(name="taco/test", handler="testing:test", working="Running the tests", present="conversation:present_tests"),
    Verb(name="taco/solution/save", handler="solutions:save", present="conversation:present_save"),
    Verb(name="taco/solution/history", handler="solutions:history", present="conversation:present_history"),
    Verb(name="taco/solution/restore", handler="solutions:restore"),
    Verb(name="taco/feedback", handler="feedback:give"),
    Verb(name="taco/journey", handler="journey:journey"),
    Verb(name="taco/journey/report", handler="journey_report:write", present="journey_report:present"),
    Verb(name="taco/note/add", handler="notes:add", who="teacher"),
    Verb(name="taco/note/list", handler="notes:list_", present="conversation:present_notes"),
    Verb(name="taco/recording/pause", handler="recording:pause", present="recording:present"),
    Verb(name="taco/recording/resume", handler="recording:resume", present="recording:present"),
    Verb(name="taco/data/show", handler="data:show", present="data:present"),
    Verb(name="taco/data/export", handler="data:export"),
    Verb(name="taco/data/delete", handler="data:delete", present="data:present_deletion"),
    Verb(name="taco/class/list", handler="classes:list_", who="teacher"),
    Verb(name="taco/class/roster", handler="classes:roster", who="teacher"),
    Verb(name="taco/class/overview", handler="overview:of_class", who="teacher"),
    Verb(name="taco/conversation/open", handler="conversation:open_", present="conversation:present_open"),
    Verb(name="taco/account/signIn", handler="account:sign_in", working="Signing in"),
    Verb(name="taco/account/signOut", handler="account:sign_out"),
    Verb(name="taco/account/whoAmI", handler="account:who_am_i"),
    Verb(name="taco/sync/now", handler="sync:now", working="Syncing with your school", present="sync:present"),
    Verb(name="taco/sync/status", handler="sync:status", present="sync:present"),
    Verb(name="taco/config/show", handler="settings:show"),
)

BY_NAME: Mapping[str, Verb] = {verb.name: verb for verb in VERBS}
BY_COMMAND: Mapping[str, Verb] = {verb.command: verb for verb in VERBS}


async def call(ctx: Context, verb: Verb, raw: Any) -> Any:
    """Call a verb with params as they came off the wire; return its result ready for the wire.

    Raises:
        InvalidParams: the params do not fit, naming the field.
        Forbidden: the verb is not for somebody with this role.
    """
    from taco_lsp.wire.converter import from_wire, to_wire  # noqa: PLC0415 - not needed for `initialize`

    params = from_wire(raw, verb.params)
    await _check_role(ctx, verb)
    return to_wire(await _feature(verb.handler)(ctx, params))


async def command(ctx: Context, verb: Verb, arguments: list[Any]) -> Any:
    """Call a verb as an editor command: one argument, the params object; the result is also shown to the student."""
    from taco_lsp.errors import InvalidParams  # noqa: PLC0415
    from taco_lsp.wire.converter import from_wire, to_wire  # noqa: PLC0415

    if len(arguments) > 1:
        raise InvalidParams(f"`arguments`: {verb.command} takes one object.", field="arguments")
    params = from_wire(arguments[0] if arguments else None, verb.params)
    return to_wire(await present(ctx, verb, params))


async def present(ctx: Context, verb: Verb, params: Any) -> Any:
    """Call a verb and show its result to the student."""
    await _check_role(ctx, verb)
    result = await _feature(verb.handler)(ctx, params)
    if verb.present:
        await _feature(verb.present)(ctx, params, result)
    return result


async def _check_role(ctx: Context, verb: Verb) -> None:
    if verb.who == "anyone":
        return
    from taco_lsp.errors import Forbidden  # noqa: PLC0415 - not needed for `initialize`

    role = (await ctx.user()).role
    if role not in {"admin", verb.who}:
        raise Forbidden(f"This is for {verb.who}s.", f"Sign in with the account of {_A[verb.who]}.")


_A = {"teacher": "a teacher", "admin": "an admin"}
