"""Modules and files that cannot be found or used.

Covers `ImportError` and `OSError` with their subclasses, and text that cannot be decoded.
"""

from __future__ import annotations

import re
import sys
from pathlib import PureWindowsPath

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule, say
from taco_lsp.tutor.builtin.wording import closest, quote


def _no_module(failure: Failure, match: re.Match[str]) -> Cause:
    name = match[1]
    top, _, rest = name.partition(".")
    similar = closest(top, sorted(sys.stdlib_module_names), cutoff=0.75)
    if "is not a package" in failure.message:
        return failure.cause("import_file_errors.not_a_package", top=top, part=rest or name)
    if similar and similar != top:
        return failure.cause("import_file_errors.misspelled_module", name=name, similar=similar, top=top)
    return failure.cause("import_file_errors.no_module", name=name, top=top)


def _no_name(failure: Failure, match: re.Match[str]) -> Cause:
    name, module = match[1], match[2]
    if "circular import" in failure.message or "partially initialized" in failure.message:
        return failure.cause("import_file_errors.circular_import", name=name, module=module)
    suggested = re.search(r"Did you mean: '([^']+)'", failure.message)
    loaded = sys.modules.get(module) if module in sys.stdlib_module_names else None
    similar = suggested[1] if suggested else closest(name, dir(loaded)) if loaded else None
    own = PureWindowsPath(failure.filename or "").stem == module or "consider renaming" in failure.message
    hint = failure.words("import_file_errors.looks_similar", name=similar) if similar else ""
    hidden = failure.words("import_file_errors.own_file", module=module) if own else ""
    return failure.cause("import_file_errors.no_name", module=module, name=name, hint=hint, hidden=hidden)


def _no_file(failure: Failure, match: re.Match[str]) -> Cause:
    path = match[1] or match[2] or ""
    folder = PureWindowsPath(path).parent
    nested = str(folder) not in {".", ""}
    absolute = re.match(r"^(?:[A-Za-z]:|[/\\])", path)
    where = "" if absolute else failure.words("import_file_errors.relative_path")
    deeper = failure.words("import_file_errors.folder_missing", folder=quote(str(folder), 40)) if nested else ""
    return failure.cause("import_file_errors.no_file", path=quote(path), where=where, deeper=deeper)


def _bad_path(failure: Failure, match: re.Match[str]) -> Cause:
    path = match[1]
    escaped = re.search(r"[\t\n\r\x07\x08\x0b\x0c]|\\[tnrabfvx]", path) or re.search(r"\\[tnrabfvx]", failure.text)
    reason = failure.words("import_file_errors.backslash" if escaped else "import_file_errors.bad_characters")
    return failure.cause("import_file_errors.bad_path", path=quote(path), reason=reason)


IMPORT_RULES: tuple[Rule, ...] = (
    rule(r"No module named '?([\w.]+)", _no_module),
    rule(r"cannot import name '([^']+)' from (?:partially initialized module )?'?([\w.]+)", _no_name),
    rule(r"cannot import name '?(\w+)'?$", say("import_file_errors.no_name_old", "name")),
    rule(
        r"attempted relative import",
        say("import_file_errors.relative_import"),
    ),
)

FILE_RULES: tuple[Rule, ...] = (
    rule(r"\[Errno 2\] No such file or directory: '([^']*)'|\[WinError [23]\] .*: '([^']*)'", _no_file),
    rule(r"\[Errno 22\] Invalid argument: '([^']*)'", _bad_path),
    rule(
        r"Permission denied: '([^']*)'|Access is denied: '([^']*)'",
        say("import_file_errors.permission", "name", "name"),
    ),
    rule(
        r"Is a directory: '([^']*)'|Not a directory: '([^']*)'",
        say("import_file_errors.folder", "name", "name"),
    ),
    rule(r"not readable", say("import_file_errors.not_readable")),
    rule(r"not writable", say("import_file_errors.not_writable")),
    rule(
        r"File exists: '([^']*)'",
        say("import_file_errors.exists", "name"),
    ),
    rule(
        r"getaddrinfo|Name or service not known|Temporary failure in name resolution|nodename nor servname",
        say("import_file_errors.no_host"),
    ),
    rule(
        r"Connection refused|timed out|Connection reset|Network is unreachable",
        say("import_file_errors.no_connection"),
    ),
)

LOOKUP_RULES: tuple[Rule, ...] = (rule(r"unknown encoding: (\S+)", say("import_file_errors.unknown_encoding", "name")),)

UNICODE_RULES: tuple[Rule, ...] = (
    rule(
        r"'([\w-]+)' codec can't (decode|encode)",
        say("import_file_errors.encoding", "encoding"),
    ),
)
