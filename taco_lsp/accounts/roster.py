"""Reads a class's roster, a CSV file with a column of e-mail addresses, and says everything that is wrong with it.

Pure functions; nothing is looked up or stored. Columns are found by their names in the first line, in any order:
`email`, and if wanted `role` (student or teacher). Others, such as names, are left alone: a store keeps no names.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import cast, get_args

import attrs

from storage.logins import normal_email
from storage.records import PLACEHOLDER_EMAIL_DOMAIN, Role

_EMAIL = re.compile(
    r"(?![=+-])[^@\s,;<>\"()\[\]\\]{1,64}@(?=.{1,253}$)[^@\s.,;<>\"()\[\]\\]+(\.[^@\s.,;<>\"()\[\]\\]+)+"
)
"""What begins with a sign of `=+-` a spreadsheet takes for a formula, and addresses are written to CSV files."""

_EMAIL_COLUMNS = {"email", "e-mail", "mail", "email address", "e-mail address"}
_ROLE_COLUMNS = {"role"}
_ROLES: tuple[Role, ...] = tuple(role for role in cast("tuple[Role, ...]", get_args(Role)) if role != "admin")


@attrs.frozen(kw_only=True)
class Entry:
    """Somebody on a roster; `line` is where, `role` None where the roster does not say."""

    line: int
    email: str
    role: Role | None = None


@attrs.frozen(kw_only=True)
class LineProblem:
    """What is wrong with a line, counted from 1."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


@attrs.frozen(kw_only=True)
class Roster:
    """What could be read, and what could not."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[LineProblem, ...] = ()


def read_roster(data: bytes) -> Roster:
    """Read a roster as a spreadsheet saves it: comma, semicolon or tab, with or without quotes and byte order mark."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _only(line, "this is not UTF-8 text; save the file as CSV UTF-8")
    if "\0" in text:
        return _only(text.count("\n", 0, text.index("\0")) + 1, "this is not a text file; save it as CSV")
    try:
        rows = list(_rows(text))
    except csv.Error as error:
        return _only(1, f"this is not a CSV file: {error}")
    if not rows:
        return _only(1, "the file is empty")
    return _read(rows)


def read_addresses(emails: Iterable[str]) -> Roster:
    """Read e-mail addresses that were typed one after the other; the `line` is the place among them."""
    return _checked([Entry(line=place, email=email) for place, email in enumerate(emails, start=1)], [])


def is_email(text: str) -> bool:
    """Tell whether mail could be sent there, and it is not the mark of a profile without an address."""
    return bool(_EMAIL.fullmatch(text)) and not normal_email(text).endswith(f"@{PLACEHOLDER_EMAIL_DOMAIN}")


def _only(line: int, message: str) -> Roster:
    return Roster(problems=(LineProblem(line=line, message=message),))


def _rows(text: str) -> Iterable[tuple[int, list[str]]]:
    """Give every row that is not empty, with the number of its first line."""
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=head.count), strict=True)
    line = 1
    for row in reader:
        if any(cell.strip() for cell in row):
            yield line, [cell.strip() for cell in row]
        line = reader.line_num + 1


def _read(rows: Sequence[tuple[int, list[str]]]) -> Roster:
    line, head = rows[0]
    names = [name.casefold() for name in head]
    email_at = _place(names, _EMAIL_COLUMNS)
    if email_at is None and len(head) == 1 and "@" in head[0]:
        email_at, role_at, body = 0, None, rows  # nothing but addresses
    elif email_at is None:
        return _only(line, "no column is called email; name the columns in the first line")
    else:
        role_at, body = _place(names, _ROLE_COLUMNS), rows[1:]
    problems: list[LineProblem] = []
    entries = []
    for line, cells in body:
        role = _cell(cells, role_at).casefold()
        if role and role not in _ROLES:
            problems.append(LineProblem(line=line, message=f"{role} is no role; write student or teacher"))
        entries.append(Entry(line=line, email=_cell(cells, email_at), role=cast("Role | None", role or None)))
    if not entries:
        problems.append(LineProblem(line=line, message="nobody is listed"))
    return _checked(entries, problems)


def _checked(entries: Sequence[Entry], problems: list[LineProblem]) -> Roster:
    """Check the addresses, each on its own and against those before it."""
    first: dict[str, int] = {}
    good = []
    for entry in entries:
        email = normal_email(entry.email)
        if not email:
            problems.append(LineProblem(line=entry.line, message="the e-mail address is missing"))
        elif not is_email(email):
            problems.append(LineProblem(line=entry.line, message=f"{entry.email} is no e-mail address"))
        elif email in first:
            problems.append(
                LineProblem(line=entry.line, message=f"{email} is listed twice, first in line {first[email]}")
            )
        else:
            first[email] = entry.line
            good.append(attrs.evolve(entry, email=email))
    return Roster(entries=tuple(good), problems=tuple(sorted(problems, key=lambda problem: problem.line)))


def _place(names: Sequence[str], wanted: set[str]) -> int | None:
    return next((place for place, name in enumerate(names) if name in wanted), None)


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""
