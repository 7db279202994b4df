"""The conversation file, and how answers reach a student whose editor has no plugin.

`present_*` show the result of a command in that file (or in a message when there is no folder); `question_in` turns a
saved conversation into an `AskParams`. The text format is `taco_lsp.journey.conversation`; asking is `ask`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from taco_lsp.context import Context, Document, bindings
from taco_lsp.errors import CannotWrite, NoDocument
from taco_lsp.journey import conversation
from taco_lsp.journey.text import fenced
from taco_lsp.wire.ranges import lines_of
from taco_lsp.wire.types import (
    AskParams,
    AskResult,
    ConversationParams,
    ConversationResult,
    HistoryParams,
    HistoryResult,
    NoteList,
    NoteListParams,
    RunParams,
    RunReportParams,
    RunResult,
    RunTestsParams,
    RunTestsResult,
    SaveParams,
    SaveResult,
    TextDocument,
)  # fmt: skip
from taco_lsp.wire.uris import path_of

NAME = "conversation.md"
LONGEST_MESSAGE = 600
TRIES = 5
"""How often an answer is put into a text that changes meanwhile."""
ASKED = {"hint": "(asked for a hint)", "explain": "(asked for an explanation)", "review": "(asked for a review)"}


def is_conversation(path: Path | None) -> bool:
    """Tell whether a file is a conversation file."""
    return path is not None and path.name == NAME and path.parent.name == bindings.FOLDER


async def open_(ctx: Context, params: ConversationParams) -> ConversationResult:
    """Open the conversation file beside a document, ready for a question."""
    document = ctx.document(params.text_document)
    file = _file(document)
    if file is None:
        raise NoDocument("This buffer has no folder for a conversation.", "Save it to a file first.")
    if not file.exists():
        _write(file, conversation.START)
    if params.range and (lines := lines_of(params.range)):
        about = f"(about lines {lines[0]} to {lines[1]} of {document.path.name}) " if document.path else ""
        await _put(ctx, file, lambda text: text if conversation.open_question(text) else text.rstrip() + f"\n\n{about}")
    shown = await ctx.editor.show(file, focus=True)
    return ConversationResult(uri=file.as_uri(), shown=shown)


async def present_open(ctx: Context, _: ConversationParams, result: ConversationResult) -> None:
    """Tell where the conversation is when the editor could not open it."""
    if not result.shown:
        ctx.editor.say(f"Write your question at the end of {path_of(result.uri)} and save it.")


def question_in(ctx: Context, saved: Document) -> AskParams | None:
    """The question that waits in a saved conversation, about the document last used in its folder."""
    question = conversation.open_question(saved.text)
    if not question or saved.path is None:
        return None
    folder = saved.path.parent.parent
    about = ctx.last_used(folder)
    if about is None:
        ctx.editor.say("Open the file you are asking about, then save the conversation again.", "warning")
        return None
    return AskParams(text_document=TextDocument(uri=about.uri), question=question, kind="question")


async def present_answer(ctx: Context, params: AskParams, result: AskResult) -> None:
    """Put an answer into the conversation file and show it."""
    label = f"hint {result.hint_level} of {result.next_hint.ceiling}" if result.hint_level else ""
    asked = (params.question or "").strip() or ASKED.get(params.kind, "(asked about the code)")
    await _present(ctx, params.text_document, asked=asked, answer=result.response, label=label)


async def present_run(ctx: Context, params: RunParams | RunReportParams, result: RunResult) -> None:
    """Put a run's output into the conversation file, and say in a message how it went."""
    if result.timed_out:
        ending = "It ran out of time and was stopped."
    else:
        ending = (
            "It ran without an error." if result.exit_code == 0 else f"It failed with exit code {result.exit_code}."
        )
    parts = [ending, *filter(None, [result.explanation])]
    written = (("output", result.stdout), ("errors", result.stderr))
    parts += [f"{name}:\n{fenced('text', text)}" for name, text in written if text]
    ctx.editor.say(" ".join(parts[: 2 if result.explanation else 1]))
    await _present(ctx, params.text_document, asked="(ran the program)", answer="\n\n".join(parts), label="run")


async def present_tests(ctx: Context, params: RunTestsParams, result: RunTestsResult) -> None:
    """Put what the tests said into the conversation file, and say in a message how they ended."""
    names = ", ".join(result.failed)
    ending = "The tests passed." if result.passed else f"Failed: {names}." if names else "The tests failed."
    if result.timed_out:
        ending = "The tests ran out of time and were stopped."
    parts = [ending, *filter(None, [result.explanation])]
    ctx.editor.say(" ".join(parts))
    written = () if result.passed else (("output", result.stdout), ("errors", result.stderr))
    parts += [f"{name}:\n{fenced('text', text)}" for name, text in written if text]
    await _present(ctx, params.text_document, asked="(ran the tests)", answer="\n\n".join(parts), label="tests")


async def present_save(ctx: Context, _: SaveParams, result: SaveResult) -> None:
    """Say that the solution was saved."""
    if result.solution_id is None:
        ctx.editor.say("Not recorded: recording is off. Your file itself is untouched.")
        return
    ctx.editor.say("Saved." if result.revision_id else "Nothing has changed since the last save.")


async def present_history(ctx: Context, _: HistoryParams, result: HistoryResult) -> None:
    """Say how many versions there are and when the last was saved."""
    if not result.revisions:
        ctx.editor.say("No saved version yet. Save the file to make one.")
        return
    last = result.revisions[-1].saved_at.astimezone()
    count = len(result.revisions)
    ctx.editor.say(f"{count} saved version{'s' * (count > 1)}, the last one on {last:%Y-%m-%d at %H:%M}.")


async def present_notes(ctx: Context, params: NoteListParams, result: NoteList) -> None:
    """Put the teacher's notes into the conversation file, the newest first, and show it."""
    if not result.notes or params.text_document is None:
        ctx.editor.say(result.notes[-1].text if result.notes else "There is no note from your teacher.")
        return
    told = [f"**{note.created_at.astimezone():%Y-%m-%d %H:%M}**\n\n{note.text}" for note in reversed(result.notes)]
    await _present(
        ctx, params.text_document, asked="(read the teacher's notes)", answer="\n\n".join(told), label="notes"
    )


async def _present(ctx: Context, named: TextDocument, *, asked: str, answer: str, label: str) -> None:
    document = ctx.editor.document(named.uri)
    file = _file(document) if document else None
    if file is not None:
        with contextlib.suppress(CannotWrite):
            await _put(ctx, file, lambda text: conversation.with_answer(text, asked=asked, answer=answer, label=label))
            if not ctx.config.settings.conversation_open or await _show(ctx, file):
                return
    more = f" … (all of it: {file})" if file else " …"
    ctx.editor.say(answer if len(answer) <= LONGEST_MESSAGE else answer[:LONGEST_MESSAGE] + more)


async def _show(ctx: Context, file: Path) -> bool:
    return ctx.editor.document(file.as_uri()) is not None or await ctx.editor.show(file)


async def _put(ctx: Context, file: Path, change: Callable[[str], str]) -> None:
    """Change the conversation where it is: in the editor when it is open there, otherwise on disk."""
    for _ in range(TRIES):
        document = ctx.editor.document(file.as_uri())
        if document is None:
            break
        if await ctx.editor.replace(document.uri, change(document.text), label="Answer of the tutor"):
            return
        now = ctx.editor.document(document.uri)
        if now is None or now.text == document.text:  # refused; otherwise the student was typing
            break
    _write(file, change(_read(file)))


def _file(document: Document) -> Path | None:
    if document.path is None:
        return None
    if is_conversation(document.path):
        return document.path
    return document.path.parent / bindings.FOLDER / NAME


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    except OSError as error:  # what cannot be read must not be replaced by a new conversation
        raise CannotWrite(f"{file.name} cannot be read ({error.strerror}).", "Check the file.") from error


def _write(file: Path, text: str) -> None:
    try:
        bindings.write_whole(file, text)
    except OSError as error:
        raise CannotWrite(f"{file.name} cannot be written ({error.strerror}).", "Check the folder.") from error
