"""What every test may rely on."""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator

import pytest

from tests.support.own_store import empty_store, make_desk, no_settings_of_this_machine, store_file
from tests.support.postgres import postgres, postgres_url

__all__ = ["empty_store", "make_desk", "no_settings_of_this_machine", "postgres", "postgres_url", "store_file"]


@pytest.fixture(autouse=True)
def log_level_stays_within_a_test() -> Iterator[None]:
    """A server in this process sets its log level from its settings; the next test must not inherit it."""
    log = logging.getLogger("taco_lsp")
    before = log.level
    yield
    log.setLevel(before)


@pytest.fixture(autouse=True)
def no_test_is_configured_by_where_postgres_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """`TACO_TEST_POSTGRES` is for the tests; TACO would say that there is no such setting."""
    monkeypatch.delenv("TACO_TEST_POSTGRES", raising=False)


@pytest.fixture(autouse=True, scope="session")
def signals_are_heard() -> None:
    """A shell that starts the tests in the background has them ignore some signals, and so would every server."""
    for name, handler in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)
