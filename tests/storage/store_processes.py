"""Runs `store_child.py`, the other processes of the tests."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

CHILD = Path(__file__).with_name("store_child.py")


async def child(*arguments: object, ends_with: int = 0) -> list[dict[str, Any]]:
    """Run another process to its end and read its answers."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(CHILD), *map(str, arguments), stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(60):
        output, _ = await process.communicate()
    assert process.returncode == ends_with
    return [json.loads(line) for line in output.splitlines()]
