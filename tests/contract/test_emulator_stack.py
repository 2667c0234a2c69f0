"""The local stack, with two tiny functions in place of the real ones."""

import http.client
import os
import select
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import jwt
import pytest
import requests

from emulator.errors import StackError
from emulator.options import StackOptions
from emulator.stack import LocalStack
from emulator.state import read_state
from tests.contract.small_tree import require_programs, write_small_tree
from tests.patience import is_alive, wait_for


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> StackOptions:
    require_programs()
    return write_small_tree(tmp_path_factory.mktemp("tree"))


@pytest.fixture(scope="module")
def stack(options: StackOptions) -> Iterator[LocalStack]:
    with LocalStack.start(options) as stack:
        yield stack


def read_kept(options: StackOptions) -> str:
    kept = options.root / "functions" / "events" / "kept.txt"
    return kept.read_text() if kept.exists() else ""


def test_the_state_file_describes_the_running_stack(stack: LocalStack, options: StackOptions) -> None:
    path = options.state_dir / "stack.json"
    assert read_state(path) == stack.state
    assert path.stat().st_mode & 0o777 == 0o600
    assert set(stack.state.urls) == {"web"}


def test_a_function_keeps_a_connection_open_that_a_client_leaves_idle(stack: LocalStack) -> None:
    connection = http.client.HTTPConnection(urlsplit(stack.state.urls["web"]).netloc)
    connection.request("GET", "/")
    connection.getresponse().read()
    closed, _, _ = select.select([connection.sock], [], [], 4)  # gunicorn's default are 2 s
    connection.close()
    assert not closed


def test_a_message_reaches_its_function_with_its_topic(stack: LocalStack, options: StackOptions) -> None:
    assert len(stack.publish("orders", {"n": 1}, {"n": 2})) == 2
    wait_for(lambda: '{"n": 1}' in read_kept(options) and '{"n": 2}' in read_kept(options))
    assert "//pubsub.googleapis.com/projects/demo-tillpulse/topics/orders " in read_kept(options)


def test_a_message_that_always_fails_ends_as_a_dead_letter(stack: LocalStack, options: StackOptions) -> None:
    stack.publish("orders", "boom")
    wait_for(lambda: 'topics/dead-letters "boom"' in read_kept(options))


def test_an_unknown_topic_is_refused_with_the_known_ones(stack: LocalStack) -> None:
    with pytest.raises(StackError, match="choose one of: dead-letters, news, orders"):
        stack.publish("nope", {})


def test_a_function_gets_what_it_lists_and_can_check_tokens(stack: LocalStack) -> None:
    environment = requests.get(stack.state.urls["web"], timeout=10).json()
    assert environment["VALKEY_URL"] == stack.state.valkey_url
    assert environment["FIRESTORE_EMULATOR_HOST"] == stack.state.firestore_host
    assert environment["PYTHONTZPATH"] == ""
    assert "LOG_LEVEL" not in environment
    keys = jwt.PyJWKClient(environment["AUTH_JWKS_URL"])
    token = stack.sign_token(["s-1"], ["viewer"])
    key = keys.get_signing_key_from_jwt(token)
    claims = jwt.decode(
        token, key, algorithms=["RS256"], audience=stack.state.audience, issuer=stack.state.issuer
    )
    assert claims["stores"] == ["s-1"]


def test_a_killed_function_comes_back_and_misses_nothing(stack: LocalStack, options: StackOptions) -> None:
    first = stack.state.functions["orders"].pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    stack.publish("orders", {"after": "the crash"})
    wait_for(lambda: "the crash" in read_kept(options))
    second = read_state(options.state_dir / "stack.json").functions["orders"].pid
    assert second not in (None, first)


def test_a_second_stack_in_the_same_folder_is_refused(stack: LocalStack, options: StackOptions) -> None:
    with pytest.raises(StackError, match=r"runs in .* already"):
        LocalStack.start(options)
    assert requests.get(stack.state.urls["web"], timeout=10).ok


def test_running_emulators_are_used_and_left_running(
    stack: LocalStack, options: StackOptions, tmp_path: Path
) -> None:
    hosts = {
        "FIRESTORE_EMULATOR_HOST": stack.state.firestore_host,
        "PUBSUB_EMULATOR_HOST": stack.state.pubsub_host,
    }
    beside = replace(options, state_dir=tmp_path / ".local", environ={**options.environ, **hosts})
    with LocalStack.start(beside) as second:
        assert not {"firestore", "pubsub"} & set(second.processes)
        assert second.state.pubsub_host == stack.state.pubsub_host
    assert not stack.processes["firestore"].has_died()
    assert not stack.processes["pubsub"].has_died()


def test_an_emulator_that_does_not_answer_is_named(options: StackOptions, tmp_path: Path) -> None:
    environ = {**options.environ, "FIRESTORE_EMULATOR_HOST": "127.0.0.1:1"}
    with pytest.raises(StackError, match=r"FIRESTORE_EMULATOR_HOST names .*, where nothing answers"):
        LocalStack.start(replace(options, state_dir=tmp_path / ".local", environ=environ))


def test_a_function_that_cannot_be_imported_is_explained_and_nothing_is_left(tmp_path: Path) -> None:
    require_programs()
    options = write_small_tree(tmp_path)
    (tmp_path / "functions" / "web" / "main.py").write_text("import a_module_that_is_not_there\n")
    with pytest.raises(StackError, match=r"web ended at once(.|\n)*No module named 'a_module_that"):
        LocalStack.start(options)
    assert not (options.state_dir / "stack.json").exists()


def test_an_event_function_without_its_decorator_is_noticed(tmp_path: Path) -> None:
    require_programs()
    options = write_small_tree(tmp_path)
    main = tmp_path / "functions" / "events" / "main.py"
    main.write_text(main.read_text().replace("@functions_framework.cloud_event", "@functions_framework.http"))
    with pytest.raises(StackError, match=r"orders: it answers GET|letters: it answers GET"):
        LocalStack.start(options)


def test_stopping_ends_every_process(tmp_path: Path) -> None:
    require_programs()
    with LocalStack.start(write_small_tree(tmp_path)) as stack:
        pids = [process.pid for process in stack.processes.values() if process.pid is not None]
        assert len(pids) == 6
    assert not any(is_alive(pid) for pid in pids)
    stack.stop()  # again: does nothing
