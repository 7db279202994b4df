"""The configuration of the page for Helix, in a real Helix in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.editors.desk import FAILING, Desk, block, program

pytestmark = [
    pytest.mark.subprocess,
    pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX terminal"),
]

if sys.platform != "win32":
    from tests.editors.terminal import ESCAPE, Terminal

TITLES = (
    "Explain this error", "Give me a hint", "Explain this code", "Ask about this", "Review my code", "Run",
    "Save as my solution",
)  # fmt: skip
DOWN = "\x1b[B"


@pytest.fixture
def helix(desk: Desk) -> Iterator[Terminal]:
    command = program("hx")
    config = desk.folder / "home" / "xdg_config_home" / "helix"
    config.mkdir(parents=True)
    (config / "languages.toml").write_text(block("helix.md", "toml"))
    (desk.workspace / "average.py").write_text(FAILING)
    terminal = Terminal([command, "average.py"], desk.workspace, desk.environ)
    terminal.wait("the file", lambda: "average.py" in terminal.drawn)
    yield terminal
    terminal.press(f"{ESCAPE}:quit-all!\r")
    terminal.close()


def choose(helix: Terminal, title: str) -> None:
    """Open the menu, again and again until the title is offered, and choose it."""

    def is_offered() -> bool:
        helix.press(f"{ESCAPE} a")
        helix.wait("the menu or its refusal", lambda: "Save as my solution" in helix.drawn or "No " in helix.drawn)
        return title in helix.drawn

    helix.wait(title, is_offered)
    offered = [name for name in TITLES if name in helix.drawn]
    helix.press(DOWN * offered.index(title) + "\r")


def test_the_configuration_of_the_page_is_enough(helix: Terminal, desk: Desk) -> None:
    def recorded(table: str, number: int) -> None:
        helix.wait(f"{number} of {table}", lambda: desk.has(table, number))

    choose(helix, "Give me a hint")
    recorded("llm_interactions", 1)
    choose(helix, "Run")
    recorded("runs", 1)
    helix.press("4gg")
    helix.press(" k")
    helix.wait("the explanation", lambda: "IndexError" in helix.drawn)
    helix.press(ESCAPE)
    choose(helix, "Explain this error")
    recorded("llm_interactions", 2)
    helix.press("%s \\+ 1\rd")
    choose(helix, "Run")
    recorded("runs", 2)
    helix.press(":write\r")
    recorded("challenge_solutions", 1)

    conversation = desk.workspace / ".taco" / "conversation.md"
    assert "What to look at" in conversation.read_text()
    helix.press(":vsplit .taco/conversation.md\r")
    helix.press(f"geoWhy does it count from 0?{ESCAPE}:write\r")
    recorded("llm_interactions", 3)
    helix.wait("the answer", lambda: "TACO" in helix.drawn)
    helix.press(f"{ESCAPE}:quit-all!\r")
    helix.wait("the end", lambda: not helix.read())

    desk.check_whole_session(question="Why does it count from 0?")
