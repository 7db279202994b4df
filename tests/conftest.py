"""What every test may rely on."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def log_level_stays_within_a_test() -> Iterator[None]:
    """A server in this process sets its log level from its settings; the next test must not inherit it."""
    log = logging.getLogger("taco_lsp")
    before = log.level
    yield
    log.setLevel(before)
