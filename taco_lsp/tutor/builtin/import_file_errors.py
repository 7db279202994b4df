"""Modules and files that cannot be found or used.

Covers `ImportError` and `OSError` with their subclasses, and text that cannot be decoded.
"""

from __future__ import annotations

import re
import sys
from pathlib import PureWindowsPath

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule, say
from taco_lsp.tutor.builtin.wording import closest, on_line, quote


def _no_module(failure: Failure, match: re.Match[str]) -> Cause:
    name = match[1]
    top, _, rest = name.partition(".")
    similar = closest(top, sorted(sys.stdlib_module_names), cutoff=0.75)
    on = on_line(failure.line)
    if "is not a package" in failure.message:
        return Cause(
            summary=f"`{top}`{on} is a single file and has nothing inside it that is called `{rest or name}`.",
            why=f"Python found a file for `{top}`. If you expected a package of that name, a file of your own may "
            "stand in its way.",
            look=f"Is there a file called `{top}.py` in your folder, and is it the one you mean?",
        )
    if similar and similar != top:
        return Cause(
            summary=f"There is no module `{name}` to import{on}; the name `{similar}` looks similar.",
            why="The name in an `import` must be exactly the name of a module that is part of Python, installed, or "
            "a file beside yours.",
            look=f"Compare `{top}` and `{similar}` letter by letter. Capitals count.",
        )
    return Cause(
        summary=f"There is no module `{name}` to import{on}: it is not part of Python, and no file or package of "
        "that name was found.",
        why=f"Python looked beside your program and among the installed packages. `{top}` is either misspelled, not "
        "installed for this Python, or a file in another folder.",
        look=f"Is `{top}` a package that has to be installed first, or a file of yours? How is it spelled there?",
    )


def _no_name(failure: Failure, match: re.Match[str]) -> Cause:
    name, module = match[1], match[2]
    on = on_line(failure.line)
    if "circular import" in failure.message or "partially initialized" in failure.message:
        return Cause(
            summary=f"`{name}` is imported from `{module}`{on} while `{module}` is itself still being imported (a "
            "circular import).",
            why="Two files import each other, or a file imports itself, so the name is asked for before its line "
            "was run.",
            look="Which file imports which? Is one of your files named like the module you want?",
        )
    suggested = re.search(r"Did you mean: '([^']+)'", failure.message)
    loaded = sys.modules.get(module) if module in sys.stdlib_module_names else None
    similar = suggested[1] if suggested else closest(name, dir(loaded)) if loaded else None
    own = PureWindowsPath(failure.filename or "").stem == module or "consider renaming" in failure.message
    hint = f"; the name `{similar}` looks similar" if similar else ""
    hidden = f" Your own file is called `{module}.py`, and Python found that one." if own else ""
    return Cause(
        summary=f"The module `{module}` has nothing called `{name}`{on}{hint}.",
        why=f"`from … import …` needs the exact name of something the module offers.{hidden}",
        look=f"How is the name in {quote(failure.text)} spelled in the documentation of `{module}`?",
    )


def _no_file(failure: Failure, match: re.Match[str]) -> Cause:
    path = match[1] or match[2] or ""
    folder = PureWindowsPath(path).parent
    nested = str(folder) not in {".", ""}
    absolute = re.match(r"^(?:[A-Za-z]:|[/\\])", path)
    where = (
        ""
        if absolute
        else " A path that does not begin at the top is looked up from the folder the program was started in."
    )
    deeper = f" The folder {quote(str(folder), 40)} may be what is missing." if nested else ""
    return Cause(
        summary=f"There is no file {quote(path)} where the program looks for it{on_line(failure.line)}.",
        why=f"Opening a file for reading needs a file of exactly that name, ending included.{where}{deeper}",
        look="In which folder does the file lie, in which folder does the program run, and is the name spelled the "
        "same?",
    )


def _bad_path(failure: Failure, match: re.Match[str]) -> Cause:
    path = match[1]
    escaped = re.search(r"[\t\n\r\x07\x08\x0b\x0c]|\\[tnrabfvx]", path) or re.search(r"\\[tnrabfvx]", failure.text)
    reason = (
        " In a text, a backslash and a letter can make one special character: `\\t` is a tab, `\\n` a new line."
        if escaped
        else " Some characters, such as `?`, `*` or `:`, are not allowed in file names."
    )
    return Cause(
        summary=f"The path {quote(path)}{on_line(failure.line)} holds a character that a file name cannot have.",
        why=f"The operating system refused the name as it stands.{reason}",
        look=f"Print the path just before {quote(failure.text)}. Does it show what you typed?",
    )


IMPORT_RULES: tuple[Rule, ...] = (
    rule(r"No module named '?([\w.]+)", _no_module),
    rule(r"cannot import name '([^']+)' from (?:partially initialized module )?'?([\w.]+)", _no_name),
    rule(
        r"attempted relative import",
        say(
            "The import{on} begins with a dot, which only works inside a package.",
            "A leading dot means “from the package this file belongs to”, and a file that is run directly belongs "
            "to none.",
            "How is this file started, and where does the module lie that {text} wants?",
        ),
    ),
)

FILE_RULES: tuple[Rule, ...] = (
    rule(r"\[Errno 2\] No such file or directory: '([^']*)'|\[WinError [23]\] .*: '([^']*)'", _no_file),
    rule(r"\[Errno 22\] Invalid argument: '([^']*)'", _bad_path),
    rule(
        r"Permission denied: '([^']*)'|Access is denied: '([^']*)'",
        say(
            "The computer does not let the program use `{0}{1}`{on}.",
            "The file may be a folder, be open in another program, or belong to somebody else.",
            "Is {text} meant to read or to write, and may you do that at that place?",
        ),
    ),
    rule(
        r"Is a directory: '([^']*)'|Not a directory: '([^']*)'",
        say(
            "`{0}{1}`{on} is a folder where a file is needed, or the other way round.",
            "Only files can be opened and read, and only folders hold other files.",
            "What does the path in {text} point to?",
        ),
    ),
    rule(
        r"File exists: '([^']*)'",
        say(
            "`{0}`{on} exists already and cannot be created again.",
            "Creating something new fails when that name is taken.",
            "Does {text} run more than once, and what should happen then?",
        ),
    ),
    rule(
        r"getaddrinfo|Name or service not known|Temporary failure in name resolution|nodename nor servname",
        say(
            "The address of the other computer could not be found{on}: the name is wrong, or there is no network.",
            "Before a connection is made, the host's name is looked up, and that failed.",
            "Is the address spelled correctly, and does this computer have a network connection now?",
        ),
    ),
    rule(
        r"Connection refused|timed out|Connection reset|Network is unreachable",
        say(
            "The other computer did not accept or keep the connection{on}.",
            "The program asked for a connection over the network, and the answer was no, or none came.",
            "Is the other program running, and are its address and number in {text} right?",
        ),
    ),
)

UNICODE_RULES: tuple[Rule, ...] = (
    rule(
        r"'([\w-]+)' codec can't (decode|encode)",
        say(
            "Text could not be converted with the encoding `{0}`{on} ({1}).",
            "An encoding says which bytes stand for which letters. The data uses letters or bytes that this "
            "encoding does not have.",
            "In which encoding was the data in {text} written? `open` can be told.",
        ),
    ),
)
