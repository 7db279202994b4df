"""Every function that is only named, so that it can be imported late, exists and fits its place."""

from __future__ import annotations

import inspect
import subprocess
import sys

import attrs
import pytest

from taco_lsp.late import late
from taco_lsp.server.app import HANDLERS
from taco_lsp.verbs import VERBS, Verb


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_a_verb_has_an_async_handler_with_wire_types_and_a_docstring(verb: Verb) -> None:
    handler = late(f"taco_lsp.features.{verb.handler}")
    assert inspect.iscoroutinefunction(handler)
    assert attrs.has(verb.params)
    assert attrs.has(verb.result)
    assert verb.doc
    if verb.present:
        present = late(f"taco_lsp.features.{verb.present}")
        assert inspect.iscoroutinefunction(present)
        assert len(inspect.signature(present).parameters) == 3


@pytest.mark.parametrize("name", [name for name, _ in HANDLERS.values()])
def test_a_handler_of_plain_lsp_takes_the_server_and_params(name: str) -> None:
    assert len(inspect.signature(late(f"taco_lsp.server.{name}")).parameters) == 2


def test_nothing_heavy_is_imported_before_the_first_reply() -> None:
    program = (
        "import sys; from taco_lsp.server.app import server_maker; server_maker()();"
        "print(*sorted({name.split('.')[0] for name in sys.modules}), *sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    loaded = set(shown.stdout.split())
    heavy = {"sqlalchemy", "alembic", "httpx", "rich", "typer", "websockets", "keyring", "uuid_utils"}
    late_ones = {"taco_lsp.features", "taco_lsp.context", "taco_lsp.tutor", "taco_lsp.runner", "storage"}
    assert loaded & (heavy | late_ones) == set()
