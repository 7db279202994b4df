"""Settings: five sources, one merge, provenance, and every mistake named."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from taco_lsp.config import OPTIONS, Effective, Settings, default_store_url, load
from taco_lsp.config.options import user_config_file

PRIVILEGED = {
    "model.embeddings": "small",
    "store": "sqlite:///evil.db",
    "model.endpoint": "http://evil",
    "model.name": "x",
    "sync.remote": "postgresql://evil/taco",
    "run.commands": {},
}
ORDINARY = {"run.timeout_s": 3, "run.memory_mb": 64, "run.output_kb": 8, "conversation.open": False}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace folder."""
    (tmp_path / ".taco").mkdir()
    return tmp_path


@pytest.fixture
def user_file(tmp_path: Path) -> Path:
    """Where the user's settings would be."""
    return tmp_path / "user.toml"


def read(user_file: Path, *, editor: Any = None, workspace: Path | None = None, **environ: str) -> Effective:
    named = {f"TACO_{name}": value for name, value in environ.items()}
    return load(environ=named, editor_options=editor, workspace=workspace, user_file=user_file)


def problems(effective: Effective) -> list[str]:
    return [str(problem) for problem in effective.problems]


def test_without_any_source_the_defaults_apply(user_file: Path) -> None:
    effective = read(user_file)
    assert effective.settings == Settings()
    assert set(effective.sources.values()) == {"default"}
    assert effective.summary_of_problems() is None


def test_each_source_is_stronger_than_the_one_before(user_file: Path, workspace: Path) -> None:
    layers: list[tuple[str, float, dict[str, Any]]] = [("default", 10, {})]
    user_file.write_text("[run]\ntimeout_s = 1\n")
    layers.append(("user", 1, {}))
    layers.append(("workspace", 2, {"workspace": workspace}))
    layers.append(("editor", 3, {"workspace": workspace, "editor": {"run": {"timeout_s": 3}}}))
    layers.append(("environment", 4, {**layers[-1][2], "RUN_TIMEOUT_S": "4"}))
    (workspace / ".taco" / "config.toml").write_text("run.timeout_s = 2\n")
    for source, value, given in layers:
        effective = read(user_file if source != "default" else user_file.with_name("none"), **given)
        assert (effective.sources["run.timeout_s"], effective.settings.run_timeout_s) == (source, value)


def test_sources_are_merged_key_by_key(user_file: Path) -> None:
    user_file.write_text("[run]\ntimeout_s = 1\nmemory_mb = 100\n")
    effective = read(user_file, editor={"run.timeout_s": 2})
    assert (effective.settings.run_timeout_s, effective.settings.run_memory_mb) == (2, 100)
    assert (effective.sources["run.timeout_s"], effective.sources["run.memory_mb"]) == ("editor", "user")


@pytest.mark.parametrize("given", [{"run": {"timeout_s": 7}}, {"run.timeout_s": 7}])
def test_editor_options_may_be_nested_or_dotted(user_file: Path, given: dict[str, Any]) -> None:
    assert read(user_file, editor=given).settings.run_timeout_s == 7


@pytest.mark.parametrize("key", PRIVILEGED)
def test_a_workspace_may_not_set_a_privileged_key(user_file: Path, workspace: Path, key: str) -> None:
    value = "{}" if key == "run.commands" else '"evil"'
    (workspace / ".taco" / "config.toml").write_text(f"{key} = {value}\n")
    effective = read(user_file, workspace=workspace)
    assert effective.settings == Settings()
    assert problems(effective) == [
        f"workspace settings: {key}: this may not be set from here; put it into your user settings"
    ]


def test_an_editor_from_the_network_may_not_set_a_privileged_key(user_file: Path) -> None:
    options = {**PRIVILEGED, "run.timeout_s": 3}
    effective = load(environ={}, editor_options=options, editor_trusted=False, user_file=user_file)
    assert effective.settings == Settings(run_timeout_s=3)
    assert {problem.key for problem in effective.problems} == set(PRIVILEGED)


def test_exactly_these_keys_are_privileged() -> None:
    assert {option.key for option in OPTIONS if option.privileged} == set(PRIVILEGED)


def test_a_workspace_may_not_reach_a_command_from_the_side(user_file: Path, workspace: Path) -> None:
    (workspace / ".taco" / "config.toml").write_text('[run.commands.python]\nrun = ["evil"]\n[run]\ntimeout_s = 1\n')
    effective = read(user_file, workspace=workspace)
    assert effective.settings.run_commands == {}
    assert effective.settings.run_timeout_s == 1


@pytest.mark.parametrize("key", ORDINARY)
def test_a_workspace_may_set_an_ordinary_key(user_file: Path, workspace: Path, key: str) -> None:
    text = str(ORDINARY[key]).lower()
    (workspace / ".taco" / "config.toml").write_text(f"{key} = {text}\n")
    assert read(user_file, workspace=workspace).sources[key] == "workspace"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"run": {"timeout_s": "5"}}, "run.timeout_s: must be a number from 0.1 to 600"),
        ({"run": {"timeout_s": 0}}, "run.timeout_s: must be a number from 0.1 to 600"),
        ({"run": {"timeout_s": True}}, "run.timeout_s: must be a number from 0.1 to 600"),
        ({"run": {"memory_mb": 1.5}}, "run.memory_mb: must be a whole number from 16 to 65536"),
        ({"conversation": {"open": "yes"}}, "conversation.open: must be true or false"),
        ({"store": 5}, "store: must be a text"),
        ({"run": {"commands": []}}, "run.commands: must be a table"),
        ({"log": {"level": "loud"}}, "log.level: must be one of debug, info, warning, error"),
        ({"modle": {"name": "x"}}, "modle: there is no such setting"),
        ({"model.nam": "x"}, "model.nam: there is no such setting; did you mean model.name?"),
        ({"run": 5}, "run: there is no such setting"),
    ],
)
def test_a_bad_key_or_value_is_named_and_the_rest_applies(
    user_file: Path, given: dict[str, Any], expected: str
) -> None:
    effective = read(user_file, editor={**given, "run.output_kb": 9})
    assert effective.settings == Settings(run_output_kb=9)
    [problem] = problems(effective)
    assert problem.startswith(f"editor settings: {expected}")


def test_all_mistakes_are_told_in_one_message(user_file: Path) -> None:
    summary = read(user_file, editor={"a": 1, "b": 2}, NO_SUCH="x").summary_of_problems()
    assert summary is not None
    assert [line[:2] for line in summary.splitlines()] == ["TA", "- ", "- ", "- "]
    assert "environment: TACO_NO_SUCH: there is no such setting" in summary


@pytest.mark.parametrize("given", [None, {}, []])
def test_an_editor_without_options_says_so_in_its_own_way(user_file: Path, given: Any) -> None:
    assert problems(read(user_file, editor=given)) == []


@pytest.mark.parametrize("given", [[1], "text", 5, True])
def test_editor_options_that_are_no_object_are_reported(user_file: Path, given: Any) -> None:
    assert problems(read(user_file, editor=given)) == ["editor settings: initializationOptions must be an object"]


@pytest.mark.parametrize("content", [b"run = [", b"\xff\xfe", b"run.timeout_s = 1\nrun.timeout_s = 2\n"])
def test_an_unreadable_file_is_reported_and_the_defaults_apply(user_file: Path, content: bytes) -> None:
    user_file.write_bytes(content)
    effective = read(user_file, RUN_OUTPUT_KB="9")
    assert effective.settings == Settings(run_output_kb=9)
    assert [p.split("(")[0] for p in problems(effective)] == ["user settings: the file could not be read "]


@pytest.mark.parametrize(
    ("name", "raw", "field", "value"),
    [
        ("RUN_TIMEOUT_S", "2.5", "run_timeout_s", 2.5),
        ("RUN_MEMORY_MB", "128", "run_memory_mb", 128),
        ("CONVERSATION_OPEN", "false", "conversation_open", False),
        ("MODEL_NAME", "7", "model_name", "7"),
        ("MODEL_ENDPOINT", "", "model_endpoint", ""),
        ("RUN_COMMANDS", '{"python": {"run": ["py"]}}', "run_commands", {"python": {"run": ["py"]}}),
    ],
)
def test_the_environment_is_read_by_the_type_of_the_setting(
    user_file: Path, name: str, raw: str, field: str, value: Any
) -> None:
    effective = read(user_file, **{name: raw})
    assert getattr(effective.settings, field) == value
    assert not effective.problems


def test_an_environment_value_that_is_no_json_is_refused_by_its_type(user_file: Path) -> None:
    assert problems(read(user_file, CONVERSATION_OPEN="yes")) == [
        "environment: conversation.open: must be true or false"
    ]


def test_the_key_of_the_model_is_no_setting_and_no_mistake(user_file: Path) -> None:
    effective = read(user_file, MODEL_KEY="secret-1")
    assert not effective.problems
    assert "secret-1" not in repr(effective)


def test_a_problem_never_repeats_the_value(user_file: Path) -> None:
    effective = read(user_file, editor={"run": {"timeout_s": "secret-1"}, "modelkey": "secret-1"})
    assert "secret-1" not in str(effective.summary_of_problems())


def test_every_option_is_documented_and_its_default_passes_its_own_check() -> None:
    for option in OPTIONS:
        assert option.doc.endswith((".", "`."))
        default = getattr(Settings(), option.field)
        assert default is None or option.check(default) is None


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the folders of Linux")
def test_the_folders_follow_the_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "d"))
    assert user_config_file() == tmp_path / "c" / "taco" / "config.toml"
    assert default_store_url() == f"sqlite:///{tmp_path}/d/taco/taco.db"
