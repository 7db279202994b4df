"""`python -m tests.unit.ask_in_folder FOLDER STORE`: ask about a program in a folder that may not be written."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.support.desk import BUGGY, Desk


async def main(folder: Path, store: Path) -> None:
    """Print what was answered; the folder is writable again in the end."""
    desk = Desk(folder, store, {})
    uri = await desk.open("loop.py", BUGGY)
    folder.chmod(0o500)
    try:
        sys.stdout.write((await desk.about("ask", uri, question="why?"))["response"])
    finally:
        folder.chmod(0o700)
        await desk.leave()


if __name__ == "__main__":
    asyncio.run(main(*map(Path, sys.argv[1:])))
