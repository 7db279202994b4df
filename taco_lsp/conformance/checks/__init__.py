"""Every check of the kit, in the order of a report."""

from taco_lsp.conformance.checks import answers, documents, lifecycle, verbs
from taco_lsp.conformance.checks.check import Check, Problems

__all__ = ("CHECKS", "Check", "Problems")

CHECKS: tuple[Check, ...] = (
    Check(
        name="protocol", title="Speaks LSP: frames, JSON-RPC, valid params", rule=lifecycle.speaks_lsp, essential=True,
        advice="Start the command in CONFORMANCE_SERVER (or `taco-lsp`, first on the path), or connect to "
        "CONFORMANCE_ADDRESS with --ws or --tcp, and speak LSP to it.",
    ),
    Check(
        name="initialize", title="Initializes first, with capabilities and a folder", rule=lifecycle.initializes,
        advice="Send `initialize` first: capabilities, utf-16 among the encodings, and the folder of the files.",
        essential=True,
    ),
    Check(
        name="initialized", title="Says initialized after the reply, before all else", rule=lifecycle.says_initialized,
        essential=True, advice="Wait for the reply to `initialize`, send `initialized` once, then begin.",
    ),
    Check(
        name="open", title="Opens documents before speaking of them", rule=documents.opens, essential=True,
        advice="Send `didOpen` with a languageId once for each document, and nothing about it before or after.",
    ),
    Check(
        name="change", title="Sends changes that fit, with growing versions", rule=documents.changes, essential=True,
        advice="Count columns in the encoding agreed on; let versions grow with each `didChange`.",
    ),
    Check(
        name="saved", title="Has told the server what it saves", rule=documents.saves,
        advice="Send outstanding changes before `didSave`, and `didSave` after the file is written.",
    ),
    Check(
        name="close", title="Closes only what is open", rule=documents.closes,
        advice="Send `didClose` when the student closes a file: it ends the session.",
    ),
    Check(
        name="answers", title="Answers what the server asks", rule=answers.answers,
        advice="Reply to every request once, in the shape LSP gives it; declare only what you answer.",
    ),
    Check(
        name="known", title="Asks for what there is", rule=lifecycle.asks_for_what_there_is, essential=True,
        advice="Ask only for what the reply to `initialize` advertises, and for the verbs of docs/protocol.md.",
    ),
    Check(
        name="params", title="Calls verbs with valid params", rule=verbs.params, essential=True,
        advice="docs/protocol.schema.json has the params of every verb; leave out what you do not set.",
    ),
    Check(
        name="ask", title="Asks a question and gets an answer", rule=verbs.asks, essential=True,
        advice="Send `taco/ask`, execute `taco.ask`, or save a question in the conversation file.",
    ),
    Check(
        name="run", title="Runs the program", rule=verbs.runs, essential=True,
        advice="Send `taco/run` or execute `taco.run`; an editor that runs programs itself sends `taco/run/report`.",
    ),
    Check(
        name="save", title="Saves a version", rule=verbs.saves, essential=True,
        advice="Send `didSave` after saving, or `taco/solution/save`.",
    ),
    Check(
        name="stream", title="Takes an answer in pieces", rule=verbs.streams,
        advice="Put a new `partialResultToken` into each `taco/ask` and show what comes as `$/progress`.",
    ),
    Check(
        name="cancel", title="Cancels what it asked for", rule=verbs.cancels,
        advice="Send `$/cancelRequest` with the id of a question that is being answered.",
    ),
    Check(
        name="offers", title="Executes commands as they were offered", rule=verbs.offers,
        advice="Execute the command of a code action or lens with its arguments unchanged.",
    ),
    Check(
        name="ending", title="Shuts down, waits for the reply, exits", rule=lifecycle.ends, essential=True,
        advice="Send `shutdown`, wait for its reply, send `exit`, and leave the process to end by itself. A page may "
        "just close its WebSocket.",
    ),
)  # fmt: skip
