"""The error family: stable codes and kinds, because editors depend on them."""

from __future__ import annotations

import pytest

from taco_lsp import errors

CONTRACT = {
    errors.InvalidParams: (-32602, "invalidParams"),
    errors.NotFound: (1001, "notFound"),
    errors.NoDocument: (1002, "noDocument"),
    errors.Forbidden: (1003, "forbidden"),
    errors.TutorOff: (1004, "tutorOff"),
    errors.CannotRun: (1005, "cannotRun"),
    errors.CannotRecord: (1006, "cannotRecord"),
    errors.CannotWrite: (1007, "cannotWrite"),
    errors.QuotaReached: (1008, "quota"),
    errors.SignInFailed: (1009, "signIn"),
}


@pytest.mark.parametrize("cls", CONTRACT)
def test_codes_and_kinds_never_change(cls: type[errors.TacoError]) -> None:
    assert (cls.code, cls.kind) == CONTRACT[cls]


def test_every_error_of_the_family_is_in_the_contract() -> None:
    here = [cls for cls in errors.TacoError.__subclasses__() if cls.__module__ == errors.__name__]
    assert set(here) == set(CONTRACT)
    assert errors.__doc__ is not None
    assert all(cls.__name__ in errors.__doc__ for cls in here)


def test_an_error_carries_a_sentence_a_hint_and_a_field() -> None:
    error = errors.InvalidParams("It does not fit.", "Do this.", field="question")
    assert (str(error), error.hint, error.field) == ("It does not fit.", "Do this.", "question")
