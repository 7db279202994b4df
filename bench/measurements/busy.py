"""How long hover and code actions take while a model's answer streams and 10,000 edits arrive.

Ten edits and one request every 10 ms, whether or not the server keeps up; a request's time counts from when it was
due, so a stall is felt by all the requests it delays. The file has 5,000 lines; the model writes a token every 10 ms,
with a block of code for the guard to judge after every 40. Bare pygls gets the same load but no model.
"""

from __future__ import annotations

import itertools
import random
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from time import perf_counter
from typing import Any

from bench.client import Client
from bench.documents import at, code_action_at, edits, python_text
from bench.harness import Report, interleaved, percentile, rows
from bench.servers import BARE_PYGLS, TACO, Server, get_ready, started
from tests.support.scripted_model import MODEL, ScriptedModel, reply

LINES = 5_000
EDITS_PER_TICK = 10
TICK_S = 0.01
TOKEN_S = 0.01
STREAM = "answer"
_WORD_LIST = """
    a as at be by do if in is it no of on or so to the and but can did end for has how its let not now one out see
    two use was way who why you back both case code each ends find from goes line list look loop made more name
    need once part read same step take than then they time turn what when with work your begin check count first
    names value where which while
"""
WORDS = _WORD_LIST.split()
CODE = """

```python
for index in range(len({0})):
    if {0}[index] == wanted:
        print(index, {0}[index])
```

"""
AIM = "≤ 10 ms"
METHODS = {"hover": at, "codeAction": code_action_at}


def measure(quick: bool) -> Report:
    """Put TACO, and bare pygls without a model, under the same load."""
    count = 2_000 if quick else 10_000
    probes = {BARE_PYGLS.name: partial(_bare, count), TACO.name: partial(_taco, count)}
    samples = interleaved(probes, rounds=1 if quick else 5, warm_up=0)
    aims = {(f"{name} p99", TACO.name): AIM for name in METHODS}
    return Report(rows=rows(samples, unit="ms", peer=BARE_PYGLS.name, aims=aims))


def _bare(count: int) -> Mapping[str, float]:
    with started(BARE_PYGLS) as client:
        return _burst(client, _open(client, BARE_PYGLS), count)


def _taco(count: int) -> Mapping[str, float]:
    with ScriptedModel() as model:
        model.always(reply(*_answer(count), pause=TOKEN_S))
        with started(TACO, TACO_MODEL_ENDPOINT=model.url, TACO_MODEL_NAME=MODEL) as client:
            uri = _open(client, TACO)
            with _streaming(client, uri):
                return _burst(client, uri, count)


def _answer(count: int) -> list[str]:
    """Return the tokens of an answer that lasts longer than the burst.

    Words at random, because an answer that says the same again and again is stopped, and short ones, because a long
    answer is cut.
    """
    dice = random.Random(1)
    needed = round(1.3 * count / EDITS_PER_TICK * TICK_S / TOKEN_S)
    tokens: list[str] = []
    while len(tokens) < needed:
        tokens += [f"{word} " for word in dice.choices(WORDS, k=40)]
        tokens += re.findall(r"\s*\S+", CODE.format(dice.choice(WORDS) + "s"))
    return tokens


def _open(client: Client, server: Server) -> str:
    get_ready(client, server)
    uri = (client.folder / "work.py").as_uri()
    client.open(uri, python_text(LINES))
    client.request("textDocument/hover", at(uri, 0))
    return uri


@contextmanager
def _streaming(client: Client, uri: str) -> Iterator[None]:
    """Have an answer stream during the block, and see to it that it lasted as long."""
    params = {"textDocument": {"uri": uri}, "question": "Why does it fail?", "kind": "question"}
    number = client.send_request("taco/ask", {**params, "partialResultToken": STREAM})
    client.wait_for(_is_delta)
    yield
    client.wait_for(_is_delta)
    client.notify("$/cancelRequest", {"id": number})


def _is_delta(message: Mapping[str, Any]) -> bool:
    return (message.get("params") or {}).get("token") == STREAM


def _burst(client: Client, uri: str, count: int) -> Mapping[str, float]:
    """Send the edits and the requests on schedule; return percentiles of the requests' times, by method."""
    due: dict[int, tuple[str, float]] = {}
    ticks = list(_ticks(uri, count))
    begun = perf_counter()
    for tick, batch in enumerate(ticks):
        at_time = begun + tick * TICK_S
        time.sleep(max(0.0, at_time - perf_counter()))
        client.write(batch)
        name = tuple(METHODS)[tick % len(METHODS)]
        number = client.send_request(f"textDocument/{name}", METHODS[name](uri, tick % LINES))
        due[number] = name, at_time
    taken: dict[str, list[float]] = {name: [] for name in METHODS}
    for number, (name, at_time) in due.items():
        taken[name].append((client.reply(number).at - at_time) * 1000)
    return {f"{name} p{percent}": percentile(taken[name], percent) for name in METHODS for percent in (50, 99)}


def _ticks(uri: str, count: int) -> Iterator[bytes]:
    """Yield the edits of each tick."""
    stream = edits(uri, lines=LINES, count=count)
    while batch := b"".join(itertools.islice(stream, EDITS_PER_TICK)):
        yield batch
