"""What the unit tests share: desks to sit at, on a real store file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.desk import Desk, MakeDesk
from tests.support.scripted_model import ScriptedModel


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """A desk with the built-in tutor."""
    return make_desk()


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    """A model that says what it is told to."""
    with ScriptedModel() as model:
        yield model


@pytest.fixture
def model_desk(make_desk: MakeDesk, model: ScriptedModel) -> Desk:
    """A desk with that model."""
    return make_desk(MODEL_ENDPOINT=model.url, MODEL_NAME="scripted-model")
