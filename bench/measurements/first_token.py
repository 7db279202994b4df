"""Time from the question to the first text of a model's answer: through the server, and by plain httpx.

Both are processes of their own that are asked and answer over pipes, on a warm connection to the same endpoint. What
the server adds is reading the store, the prompt, the guard and the protocol. A token takes 20 ms, as models do, so
text that is held back shows.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import IO

from bench.client import Client
from bench.documents import python_text
from bench.harness import Report, Row, interleaved, rows
from bench.servers import TACO, get_ready, started
from tests.support.scripted_model import MODEL, ScriptedModel, reply

LINES = 40
TOKEN_S = 0.02
ANSWER = ("Look", " at", " line", " 3", ".", " What", " is", " it", "?\n")
HTTPX = "plain httpx"
METRIC = "question → first text"
AIM = "≤ 10 ms more, or ratio ≤ 1.1"


def measure(quick: bool) -> Report:
    """Ask both in turn."""
    with ExitStack() as stack:
        model = stack.enter_context(ScriptedModel())
        model.always(reply(*ANSWER, pause=TOKEN_S))
        client = stack.enter_context(started(TACO, TACO_MODEL_ENDPOINT=model.url, TACO_MODEL_NAME=MODEL))
        asker = stack.enter_context(_plain_httpx(model.url))
        probes = {HTTPX: partial(_ask_plain, *asker), TACO.name: partial(_ask_server, client, _open(client), _tokens())}
        samples = interleaved(probes, rounds=5 if quick else 100, warm_up=3)
    return Report(
        rows=(*rows(samples, unit="ms", peer=HTTPX, aims={(METRIC, TACO.name): AIM}), _difference(samples[METRIC]))
    )


def _difference(by_subject: Mapping[str, tuple[float, ...]]) -> Row:
    more = tuple(mine - plain for mine, plain in zip(by_subject[TACO.name], by_subject[HTTPX], strict=True))
    return Row(metric=f"more than {HTTPX}", subject=TACO.name, unit="ms", samples=more, aim=AIM)


def _tokens() -> Iterator[str]:
    return (f"answer-{number}" for number in itertools.count())


def _open(client: Client) -> str:
    get_ready(client, TACO)
    uri = (client.folder / "work.py").as_uri()
    client.open(uri, python_text(LINES))
    return uri


def _ask_server(client: Client, uri: str, tokens: Iterator[str]) -> Mapping[str, float]:
    token = next(tokens)
    params = {"textDocument": {"uri": uri}, "question": "Why does it fail?", "kind": "question"}
    begun = perf_counter()
    number = client.send_request("taco/ask", {**params, "partialResultToken": token})
    first = client.wait_for(lambda message: (message.get("params") or {}).get("token") == token)
    result = client.reply(number).message["result"]
    if result["response"] != "".join(ANSWER):
        raise RuntimeError(f"the model's answer did not come through: {result}")
    return {METRIC: (first.at - begun) * 1000}


@contextmanager
def _plain_httpx(url: str) -> Iterator[tuple[IO[str], IO[str]]]:
    """Start the peer; yields what to ask it through, and where it answers."""
    script = Path(__file__).parents[1] / "peers" / "plain_httpx.py"
    command = [sys.executable, "-I", str(script), url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield process.stdin, process.stdout
        finally:
            process.stdin.close()


def _ask_plain(questions: IO[str], answers: IO[str]) -> Mapping[str, float]:
    begun = perf_counter()
    questions.write("ask\n")
    questions.flush()
    first = answers.readline()
    at = perf_counter()
    if (first, answers.readline()) != ("first\n", "done\n"):
        raise RuntimeError("plain httpx got no answer")
    return {METRIC: (at - begun) * 1000}
