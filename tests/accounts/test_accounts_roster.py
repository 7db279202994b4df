"""Rosters as spreadsheets save them, and everything that is wrong with one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taco_lsp.accounts.roster import Roster, is_email, read_addresses, read_roster


def emails(roster: Roster) -> list[str]:
    return [entry.email for entry in roster.entries]


def problems(roster: Roster) -> list[str]:
    return [str(problem) for problem in roster.problems]


@pytest.mark.parametrize(
    "data",
    [
        b"name,email,role\nAda,ada@x.example,student\nTess,tess@x.example,Teacher\n",
        b"\xef\xbb\xbfEmail;Role\r\nada@x.example;\r\ntess@x.example;teacher\r\n",
        b"ROLE\tE-Mail\n\tADA@X.example \nteacher\ttess@x.example",
        b'"name","email","role"\n\n"Lovelace, Ada","ada@x.example",""\n"T","tess@x.example","teacher"\n\n',
        b'name,email,role\n"two\nlines",ada@x.example,\nT,tess@x.example,teacher\n',
    ],
)
def test_a_roster_is_read_as_spreadsheets_save_it(data: bytes) -> None:
    roster = read_roster(data)
    assert problems(roster) == []
    assert emails(roster) == ["ada@x.example", "tess@x.example"]
    assert [entry.role in (None, "student") for entry in roster.entries] == [True, False]


def test_a_file_of_nothing_but_addresses_is_a_roster() -> None:
    assert emails(read_roster(b"ada@x.example\nbob@x.example\n")) == ["ada@x.example", "bob@x.example"]


def test_every_bad_line_is_reported_by_its_number() -> None:
    data = (
        b"name,email,role\n"
        b"Ada,ada@x.example,student\n"
        b"Bob,bob at x.example,student\n"
        b"\n"
        b"Cyd,,student\n"
        b'"A\nB",ADA@x.example,student\n'
        b"Dan,dan@x.example,admin\n"
        b"Eve\n"
    )
    roster = read_roster(data)
    assert problems(roster) == [
        "line 3: bob at x.example is no e-mail address",
        "line 5: the e-mail address is missing",
        "line 6: ada@x.example is listed twice, first in line 2",
        "line 8: admin is no role; write student or teacher",
        "line 9: the e-mail address is missing",
    ]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "line 1: the file is empty"),
        (b"\n\n", "line 1: the file is empty"),
        (b"email\n", "line 1: nobody is listed"),
        (b"name,class\nAda,10B\n", "line 1: no column is called email"),
        (b"email\nad\xe4@x.example\n", "line 2: this is not UTF-8 text"),
        (b"email\n\x00\x00\n", "line 2: this is not a text file"),
        (b'email\n"ada@x.example\n', "line 1: this is not a CSV file"),
    ],
)
def test_a_file_that_is_no_roster_says_why(data: bytes, problem: str) -> None:
    roster = read_roster(data)
    assert roster.entries == ()
    assert [str(it).startswith(problem) for it in roster.problems] == [True], problems(roster)


@given(st.binary(max_size=200))
def test_any_file_gives_entries_or_problems(data: bytes) -> None:
    roster = read_roster(data)
    assert roster.entries or roster.problems
    assert len(set(emails(roster))) == len(roster.entries)


@pytest.mark.parametrize("good", ["ada@x.example", "a.b+c@sub.x.example", "zoë@schule.example", "o'hara@x.example"])
def test_an_address_that_mail_reaches_is_one(good: str) -> None:
    assert is_email(good)


@pytest.mark.parametrize(
    "bad",
    ["", "ada", "@x.example", "ada@", "ada@x", "a b@x.example", "ada@x..example", "ada@x.example,", "a@b@x.example",
     "0190@users.taco.invalid", "ada@x.example\n", f"{'a' * 65}@x.example", f"a@{'x.' * 130}example",
     "=cmd|calc@x.example", "+1@x.example", "-1@x.example", "@sum@x.example"],
)  # fmt: skip
def test_anything_else_is_not(bad: str) -> None:
    assert not is_email(bad)


def test_typed_addresses_are_numbered_by_their_place() -> None:
    assert problems(read_addresses(["ada@x.example", "bob", "Ada@x.example"])) == [
        "line 2: bob is no e-mail address",
        "line 3: ada@x.example is listed twice, first in line 1",
    ]
