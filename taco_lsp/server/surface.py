"""Offers and marks as LSP code actions, lenses and diagnostics. Pure translation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lsprotocol import types as lsp

from taco_lsp.context import Mark
from taco_lsp.features.offers import Offer
from taco_lsp.server.kinds import ROOT_KIND
from taco_lsp.verbs import BY_NAME
from taco_lsp.wire.types import Position, Range

TOP = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))


def command(offer: Offer) -> lsp.Command:
    """The command an offer stands for."""
    return lsp.Command(title=offer.title, command=BY_NAME[offer.verb].command, arguments=[offer.params])


def code_actions(
    offers: Iterable[Offer], only: Sequence[str] | None, *, literals: bool
) -> list[lsp.CodeAction | lsp.Command]:
    """Code actions of the kinds asked for; bare commands for clients that know no literals."""
    wanted = [offer for offer in offers if _is_wanted(f"{ROOT_KIND}.{offer.kind}", only)]
    if not literals:
        return [command(offer) for offer in wanted]
    return [
        lsp.CodeAction(title=offer.title, kind=f"{ROOT_KIND}.{offer.kind}", command=command(offer)) for offer in wanted
    ]


def code_lenses(offers: Iterable[Offer]) -> list[lsp.CodeLens]:
    """Lenses above the first line."""
    return [lsp.CodeLens(range=TOP, command=command(offer)) for offer in offers]


def diagnostic(mark: Mark, where: lsp.Range) -> lsp.Diagnostic:
    """A marked line: an error of the student's program, never of their person, or a note."""
    severity = lsp.DiagnosticSeverity.Error if mark.origin == "run" else lsp.DiagnosticSeverity.Information
    return lsp.Diagnostic(range=where, message=mark.summary, severity=severity, source="TACO", code=mark.code)


def range_of(range_: lsp.Range) -> Range:
    """An LSP range as features know it."""
    start, end = range_.start, range_.end
    return Range(
        start=Position(line=start.line, character=start.character),
        end=Position(line=end.line, character=end.character),
    )


def _is_wanted(kind: str, only: Sequence[str] | None) -> bool:
    # Kinds are a tree: asking for `taco` means `taco.hint` too.
    return only is None or any(wanted in ("", kind) or kind.startswith(f"{wanted}.") for wanted in only)
