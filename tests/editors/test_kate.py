"""The configuration of the page for Kate, in a real Kate on a screen nobody sees."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator

import attrs
import pytest

from tests.editors.desk import FAILING, Desk, block, program
from tests.editors.screen import NEEDED, Screen, screen, wait

pytestmark = [
    pytest.mark.subprocess,
    pytest.mark.skipif(sys.platform != "linux", reason="needs an X server without a screen"),
]

QUESTION = "Why does it count from 0?"
OFFERED = (
    "Give me a hint", "Explain this code", "Ask about this", "Review my code", "Run", "Save as my solution",
)  # fmt: skip
"""Of the menu, on a line without an error."""
RETRY_S = 5.0
START_S = 120.0
"""The first start on a machine also makes the caches of fonts and services."""
SETTINGS = """\
[Kate Plugins]
lspclientplugin=true

[General]
Show welcome view for new window=false

[lspclient]
AllowedServerCommandLines={server}
"""
"""What a student sets by clicking: the plugin is on, and the server may start."""


@attrs.frozen
class Kate:
    """A running Kate and the desk it works at."""

    screen: Screen
    desk: Desk
    program: str

    def windows(self) -> list[str]:
        return self.screen.windows("kate")

    def choose(self, title: str, offered: tuple[str, ...] = OFFERED) -> None:
        """Open the menu of code actions, again and again until it comes, and choose."""
        (main,) = self.windows()

        def menu() -> str | None:
            return next((window for window in self.windows() if window != main), None)

        def comes() -> bool:
            self.screen.press("Escape", "alt+Return")
            try:
                wait("the menu", menu, within=RETRY_S)
            except AssertionError:
                return False
            return True

        def goes() -> bool:
            if shown := menu():
                self.screen.click_entry(shown, offered.index(title), len(offered))
            return menu() is None

        wait(title, comes)
        wait(f"the choice of {title}", goes)

    def recorded(self, table: str, number: int) -> None:
        wait(f"{number} rows in {table}", lambda: self.desk.has(table, number))

    def saves_until(self, table: str, number: int) -> bool:
        """Change a little and save: Kate tells the server of a file only some moments after it has opened it."""
        self.screen.press("space", "ctrl+s")
        try:
            wait(table, lambda: self.desk.has(table, number), within=RETRY_S)
        except AssertionError:
            return False
        return True

    def open(self, name: str) -> None:
        """Open a file in the running Kate."""
        command = [self.program, name]
        subprocess.run(command, cwd=self.desk.workspace, env=self.screen.environ, check=True, capture_output=True)
        wait(name, lambda: self.screen.shows(name.rpartition("/")[2]))


@pytest.fixture
def kate(desk: Desk) -> Iterator[Kate]:
    command = program("kate")
    if missing := [name for name in NEEDED if shutil.which(name) is None]:
        pytest.skip(f"{', '.join(missing)} is not installed (tests/editors/install.sh installs it)")
    config = desk.folder / "home" / "xdg_config_home"
    (config / "kate" / "lspclient").mkdir(parents=True)
    (config / "kate" / "lspclient" / "settings.json").write_text(block("kate.md", "json"))
    server = shutil.which("taco-lsp", path=desk.environ["PATH"])
    (config / "katerc").write_text(SETTINGS.format(server=server))
    (desk.workspace / "average.py").write_text(FAILING)
    with screen(desk.folder / "run", desk.environ) as shown:
        said = desk.folder / "kate.log"
        with said.open("wb") as log:
            process = subprocess.Popen(
                [command, "--block", "average.py"], cwd=desk.workspace, env=shown.environ, stdout=log, stderr=log
            )
        it = Kate(shown, desk, command)
        try:
            wait("Kate's window", it.windows, within=START_S, log=said)
            wait("the server", desk.store.exists, within=START_S, log=said)
            yield it
        finally:
            process.terminate()
            process.wait(20)


def test_the_configuration_of_the_page_is_enough(kate: Kate, desk: Desk) -> None:
    keys = kate.screen.press

    kate.choose("Give me a hint")
    kate.recorded("llm_interactions", 1)
    kate.choose("Run")
    kate.recorded("runs", 1)
    keys("ctrl+Home", "Down", "Down", "Down")
    kate.choose("Explain this error", ("Explain this error", *OFFERED))
    kate.recorded("llm_interactions", 2)
    keys("ctrl+Home", "Down", "Down", "End", "Left", "Left", *["BackSpace"] * 4)
    kate.choose("Run")
    kate.recorded("runs", 2)
    keys("ctrl+s")
    kate.recorded("challenge_solutions", 1)

    conversation = desk.workspace / ".taco" / "conversation.md"
    wait("the run in the conversation", lambda: "It ran without an error." in conversation.read_text())
    kate.open(".taco/conversation.md")
    keys("ctrl+End")
    kate.screen.type(QUESTION)
    wait("the question", lambda: kate.saves_until("llm_interactions", 3))
    wait("the answer on disk", lambda: "### TACO" in conversation.read_text().partition(QUESTION)[2])
    keys("ctrl+q")

    desk.check_whole_session(question=QUESTION)
