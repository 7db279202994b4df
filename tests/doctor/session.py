"""`python -m tests.doctor.session FOLDER`: a short session with the real server, told as JSON."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from taco_lsp.cli.client import connected

PROGRAM = "numbers = [1]\nprint(numbers[1])\n"


async def main(folder: Path) -> dict[str, Any]:
    """Ask, run, ask again, save and sync."""
    file = folder / "loop.py"
    file.write_text(PROGRAM)
    async with connected(str(folder), os.environ) as client:
        document = {"uri": file.as_uri(), "languageId": "python", "version": 0, "text": PROGRAM}
        await client.notify("textDocument/didOpen", {"textDocument": document})
        named = {"textDocument": {"uri": file.as_uri()}}
        told = {"hint": await client.request("taco/ask", {**named, "kind": "hint"})}
        await client.request("taco/run", named)
        told["explanation"] = await client.request("taco/ask", {**named, "kind": "explain"})
        told["saved"] = await client.request("taco/solution/save", named)
        told["versions"] = len((await client.request("taco/solution/history", named))["revisions"])
        told["sync"] = await client.request("taco/sync/now", {})
        told["status"] = await client.request("taco/status", named)
        told["said"] = [params["message"] for name, params in client.notifications if name == "window/showMessage"]
    return told


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main(Path(sys.argv[1]).resolve()))))
