"""Commands on the store of a test, and a model endpoint in the settings."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from commands_run import Run
from typer.testing import CliRunner, Result

from tests.support.scripted_model import ScriptedModel


@pytest.fixture
def run(no_settings_of_this_machine: None, store_file: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of an app on the store of the test; its errors are raised."""
    monkeypatch.setenv("TACO_STORE", f"sqlite:///{store_file.as_posix()}")

    def run(app: typer.Typer, *arguments: str) -> Result:
        result = CliRunner().invoke(app, arguments)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def endpoint(model: ScriptedModel, monkeypatch: pytest.MonkeyPatch) -> ScriptedModel:
    """A model endpoint, in the settings."""
    monkeypatch.setenv("TACO_MODEL_ENDPOINT", model.url)
    monkeypatch.setenv("TACO_MODEL_NAME", "scripted-model")
    return model
