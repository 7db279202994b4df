"""The least client of a chat-completions endpoint: httpx and a stream, without retries, guard or record.

Run as a script with the base URL. For each line on standard input it asks once over a warm connection; it prints
`first` when the first text arrives and `done` at the end of the answer. Imports nothing of TACO.
"""

from __future__ import annotations

import json
import sys

import httpx

QUESTION = {"stream": True, "model": "scripted-model", "messages": [{"role": "user", "content": "Why does it fail?"}]}


def main(url: str) -> None:
    """Ask once per line until standard input ends."""
    with httpx.Client(trust_env=False) as http:
        for _ in sys.stdin:
            ask(http, url)


def ask(http: httpx.Client, url: str) -> None:
    """Ask, and say when the first text and the end have come."""
    begun = False
    with http.stream("POST", f"{url}/chat/completions", json=QUESTION) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if not begun and has_text(line):
                begun = True
                print("first", flush=True)
    print("done", flush=True)


def has_text(line: str) -> bool:
    """Tell whether a line of the event stream carries a piece of the answer."""
    if not line.startswith("data: {"):
        return False
    choices = json.loads(line.removeprefix("data: "))["choices"]
    return bool(choices and choices[0]["delta"].get("content"))


if __name__ == "__main__":
    main(sys.argv[1])
