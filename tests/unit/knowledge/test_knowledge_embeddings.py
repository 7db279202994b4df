"""Asking an endpoint for vectors, over real HTTP."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import attrs
import pytest

from taco_lsp.knowledge.embedding import of_endpoint
from taco_lsp.models.embeddings import BATCH, MAX_TEXT_CHARS, embed
from taco_lsp.models.endpoint import Endpoint
from taco_lsp.models.errors import ModelError
from taco_lsp.models.keys import Key


class Server(ThreadingHTTPServer):
    """Answers each request with the next of `replies`, or with vectors that say how long each text is."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies: list[tuple[int, Any]] = []
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, Server)
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        server.requests.append({"path": self.path, **body})
        server.headers.append({name.lower(): value for name, value in self.headers.items()})
        rows = [{"index": at, "embedding": [float(len(text)), 1]} for at, text in enumerate(body["input"])]
        status, reply = server.replies.pop(0) if server.replies else (200, {"data": rows[::-1]})
        data = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def endpoint(server: Server) -> Endpoint:
    return Endpoint(url=f"http://127.0.0.1:{server.server_port}/v1", model="mini", key=Key("secret"), max_retries=1)


async def test_each_text_gets_its_vector_in_order_and_in_batches(server: Server, endpoint: Endpoint) -> None:
    texts = ["x" * (n % 7 + 1) for n in range(BATCH + 3)]
    assert await embed(endpoint, texts) == [(float(len(text)), 1.0) for text in texts]
    assert [(r["path"], r["model"], len(r["input"])) for r in server.requests] == [
        ("/v1/embeddings", "mini", BATCH),
        ("/v1/embeddings", "mini", 3),
    ]
    assert server.headers[0]["authorization"] == "Bearer secret"


async def test_no_text_asks_nothing_and_odd_ones_are_made_fit(server: Server, endpoint: Endpoint) -> None:
    assert await embed(endpoint, []) == []
    assert server.requests == []
    await embed(endpoint, ["", "\n", "x" * (MAX_TEXT_CHARS + 9), "\ud800"])
    assert [len(text) for text in server.requests[0]["input"]] == [1, 1, MAX_TEXT_CHARS, 1]


async def test_what_may_pass_is_tried_again(server: Server, endpoint: Endpoint) -> None:
    server.replies = [(503, {"error": {"message": "loading"}})]
    embedder = of_endpoint(endpoint)
    assert embedder.model == "mini"
    assert list(await embedder.embed(["abc"])) == [(3.0, 1.0)]
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("status", "reply", "kind"),
    [
        (401, {"error": "no"}, "unauthorized"),
        (404, {"error": {"message": "model not found"}}, "notFound"),
        (302, b"", "notFound"),
        (200, b"<html>", "badReply"),
        (200, {"data": []}, "badReply"),
        (200, {"data": [{"index": 0, "embedding": []}]}, "badReply"),
        (200, {"data": [{"index": 0, "embedding": ["a"]}]}, "badReply"),
        (200, {"data": [{"index": 0, "embedding": [1e999]}]}, "badReply"),
        (200, {"data": [{"embedding": [1]}]}, "badReply"),
        (200, [], "badReply"),
    ],
)
async def test_a_reply_without_vectors_is_an_error_that_keeps_the_key(
    server: Server, endpoint: Endpoint, status: int, reply: Any, kind: str
) -> None:
    server.replies = [(status, reply)]
    with pytest.raises(ModelError) as caught:
        await embed(endpoint, ["abc"])
    assert caught.value.kind == kind
    assert "secret" not in f"{caught.value} {caught.value.hint}"
    assert len(server.requests) == 1


async def test_vectors_of_different_lengths_are_refused(server: Server, endpoint: Endpoint) -> None:
    server.replies = [(200, {"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1, 2]}]})]
    with pytest.raises(ModelError, match="different lengths"):
        await embed(endpoint, ["a", "b"])


async def test_nobody_there_is_an_error(endpoint: Endpoint) -> None:
    nobody = attrs.evolve(endpoint, url="http://127.0.0.1:9/v1", max_retries=0)
    with pytest.raises(ModelError, match="no connection"):
        await embed(nobody, ["a"])
