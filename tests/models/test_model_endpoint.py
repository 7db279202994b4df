"""Endpoints and keys: what is accepted, what is refused, and that no secret shows."""

from __future__ import annotations

import copy
import logging
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import attrs
import keyring
import keyring.backend
import pytest

from taco_lsp.models import keys, urls
from taco_lsp.models.endpoint import Endpoint
from taco_lsp.models.keys import Key, find_key

SECRET = "sk-very-secret-4711"
LOCAL = "http://localhost:11434/v1"


@pytest.mark.parametrize(
    "written",
    [LOCAL, f"{LOCAL}/", f" {LOCAL}\n", f"{LOCAL}/chat/completions", f"{LOCAL}/chat/completions/"],
)
def test_a_base_url_is_cleaned(written: str) -> None:
    assert Endpoint(url=written, model="m").url == LOCAL


@pytest.mark.parametrize(
    "written",
    [
        "",
        "localhost:11434/v1",
        "ftp://host/v1",
        "http://",
        "http:///v1",
        "http://host:99999/v1",
        "http://host:abc/v1",
        "http://[::1/v1",
        "http://ho st/v1",
        "http://host/v1?key=hunter2",
        "http://host/v1#hunter2",
        "http://me:hunter2@host/v1",
        "http://me:hunter2/more@host/v1",
    ],
)
def test_a_bad_url_is_refused_without_being_repeated(written: str) -> None:
    with pytest.raises(ValueError, match="the model URL") as caught:
        Endpoint(url=written, model="m")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("model", " "),
        ("connect_timeout_s", 0),
        ("total_timeout_s", float("inf")),
        ("idle_timeout_s", float("nan")),
        ("max_retries", -1),
        ("max_chars", 0),
        ("parameters", {"stream": False}),
        ("parameters", {"top_p": float("nan")}),
        ("parameters", {"stop": object()}),
    ],
)
def test_a_value_that_would_break_the_client_is_refused(name: str, value: object) -> None:
    values: dict[str, Any] = {"url": LOCAL, "model": "m", name: value}
    with pytest.raises(ValueError, match=name.removesuffix("s")):
        Endpoint(**values)


def test_parameters_cannot_be_changed_behind_the_endpoint() -> None:
    given = {"top_p": 0.5}
    endpoint = Endpoint(url=LOCAL, model="m", parameters=given)
    given["top_p"] = 1.0
    assert endpoint.parameters == {"top_p": 0.5}
    assert endpoint == Endpoint(url=LOCAL, model="m", parameters={"top_p": 0.5})
    assert isinstance(hash(endpoint), int)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("[::1]", True),
        ("0.0.0.0", True),
        ("lab.localhost", True),
        ("example.org", False),
        ("192.168.0.7", False),
        ("localhost.example", False),
    ],
)
def test_this_machine_is_told_from_others(host: str, local: bool) -> None:
    assert urls.is_loopback(f"http://{host}:1/v1") is local


def test_a_key_shows_in_no_form_but_reveal() -> None:
    key = Key(f"  {SECRET}\n")
    endpoint = Endpoint(url=LOCAL, model="m", key=key)
    shown = [repr(key), str(key), f"{key}", f"{key!r:>40}", repr(endpoint), repr(attrs.asdict(endpoint))]
    assert not [text for text in shown if "secret" in text]
    assert key.reveal() == SECRET
    assert key == Key(SECRET) != Key("other")


@pytest.mark.parametrize("write", [pickle.dumps, copy.deepcopy])
def test_a_key_refuses_to_be_written(write: Any) -> None:
    with pytest.raises(TypeError, match="not to be written"):
        write(Key(SECRET))


@pytest.mark.parametrize("bad", ["", "  ", "two words", "line\nbreak", "schlüssel", "a\x00b"])
def test_what_cannot_be_a_key_is_refused_without_being_repeated(bad: str) -> None:
    with pytest.raises(ValueError, match=r"TACO_MODEL_KEY does not hold|visible ASCII") as caught:
        find_key(LOCAL, {"TACO_MODEL_KEY": bad}, use_keyring=False) or Key(bad)
    assert not bad.strip() or bad not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "environ", "expected"),
    [
        (LOCAL, {"TACO_MODEL_KEY": "ours"}, "ours"),
        (LOCAL, {"OPENAI_API_KEY": "theirs"}, None),
        ("https://api.openai.com/v1", {"OPENAI_API_KEY": "theirs"}, "theirs"),
        ("https://API.OpenAI.com/v1", {"OPENAI_API_KEY": "theirs"}, "theirs"),
        ("https://api.openai.com/v1", {"OPENAI_API_KEY": "theirs", "TACO_MODEL_KEY": "ours"}, "ours"),
        ("https://api.openai.com/v1", {"OPENAI_API_KEY": "theirs", "TACO_MODEL_KEY": " "}, "theirs"),
        ("http://api.openai.com/v1", {"OPENAI_API_KEY": "theirs"}, None),
        ("https://api.openai.com:8443/v1", {"OPENAI_API_KEY": "theirs"}, None),
        ("https://api.openai.com.evil.example/v1", {"OPENAI_API_KEY": "theirs"}, None),
    ],
)
def test_a_vendors_key_goes_to_that_vendor_only(url: str, environ: dict[str, str], expected: str | None) -> None:
    key = find_key(url, environ, use_keyring=False)
    assert (key.reveal() if key else None) == expected


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring that lives as long as the test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[tuple[str, str], str] = {}
        self.failure: Exception | None = None
        self.answers = threading.Event()
        self.answers.set()

    def get_password(self, service: str, username: str) -> str | None:
        self.answers.wait(5)
        if self.failure:
            raise self.failure
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password


@pytest.fixture
def memory_keyring() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    ours = MemoryKeyring()
    keyring.set_keyring(ours)
    yield ours
    ours.answers.set()
    keyring.set_keyring(before)


def test_the_keyring_is_asked_for_the_endpoints_own_host(memory_keyring: MemoryKeyring) -> None:
    keyring.set_password("taco-lsp", "localhost:11434", SECRET)
    found = find_key(LOCAL, {})
    assert found is not None
    assert found.reveal() == SECRET
    assert find_key("http://elsewhere.example/v1", {}) is None
    assert find_key(LOCAL, {}, use_keyring=False) is None


def test_the_environment_comes_before_the_keyring(memory_keyring: MemoryKeyring) -> None:
    keyring.set_password("taco-lsp", "localhost:11434", "stored")
    assert find_key(LOCAL, {"TACO_MODEL_KEY": "set"}) == Key("set")


def test_a_broken_keyring_counts_as_empty(memory_keyring: MemoryKeyring, caplog: pytest.LogCaptureFixture) -> None:
    memory_keyring.failure = RuntimeError(f"cannot decrypt {SECRET}")
    with caplog.at_level(logging.DEBUG):
        assert find_key(LOCAL, {}) is None
    assert "RuntimeError" in caplog.text
    assert SECRET not in caplog.text


def test_a_keyring_that_never_answers_is_left_behind(
    memory_keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    memory_keyring.answers.clear()
    monkeypatch.setattr(keys, "KEYRING_TIMEOUT_S", 0.1)
    began = time.monotonic()
    assert find_key(LOCAL, {}) is None
    assert time.monotonic() - began < 2
    assert "did not answer" in caplog.text


def test_a_keyring_that_is_not_installed_counts_as_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert find_key(LOCAL, {}) is None


def test_the_light_modules_do_not_load_httpx_or_keyring() -> None:
    light = "types, errors, keys, endpoint, urls, sse, chunks, failures, reply, request, retry"
    program = (
        f"import sys; import taco_lsp.models; from taco_lsp.models import {light};"
        "print(*sorted({'httpx', 'httpcore', 'keyring', 'ssl', 'asyncio'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
