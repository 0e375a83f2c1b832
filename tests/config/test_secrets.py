"""Secrets: four ways to give one, and a clear line for each way to fail."""

import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.credentials import Credentials
from config.secrets import SecretPlaces, exposed_files, read_secret_file, resolve_secret, secrets_of
from engine.errors import InputError
from tests.config.options import FeedOptions, FolderOptions, ServerOptions


def server(**given: object) -> ServerOptions:
    return ServerOptions.model_validate({"url": "https://example.com", "username": "bob", **given})


def printing(text: str, code: int = 0) -> list[str]:
    return [sys.executable, "-c", f"import sys; sys.stdout.write({text!r}); sys.exit({code})"]


def test_the_secrets_of_a_kind_are_told_by_its_fields() -> None:
    assert secrets_of(ServerOptions) == ["password"]
    assert secrets_of(FeedOptions) == ["url"]
    assert secrets_of(FolderOptions) == []


def test_a_secret_that_is_not_given_is_none(tmp_path: Path) -> None:
    assert resolve_secret(server(), "password", SecretPlaces(tmp_path)) is None


def test_a_secret_in_place(tmp_path: Path) -> None:
    assert resolve_secret(server(password=SecretStr("pw")), "password", SecretPlaces(tmp_path)) == "pw"


@pytest.mark.parametrize("text", ["pw", "pw\n", "pw\r\n"])
def test_a_secret_in_a_file_beside_the_configuration(tmp_path: Path, text: str) -> None:
    (tmp_path / "bob.password").write_bytes(text.encode())
    places = SecretPlaces.of(tmp_path / "gatherly.toml", {})
    assert resolve_secret(server(password_file="bob.password"), "password", places) == "pw"


def test_a_secret_in_a_credential_of_systemd(tmp_path: Path) -> None:
    (tmp_path / "bob").write_text("pw\n")
    places = SecretPlaces.of(tmp_path / "gatherly.toml", {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert resolve_secret(server(password_credential="bob"), "password", places) == "pw"


def test_a_secret_that_a_command_prints(tmp_path: Path) -> None:
    given = server(password_command=printing("pw\n"))
    assert resolve_secret(given, "password", SecretPlaces(tmp_path)) == "pw"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"password_file": "none"}, "cannot be read: No such file"),
        ({"password_file": "."}, "it is not a plain file"),
        ({"password_file": "empty"}, "is empty"),
        ({"password_file": "binary"}, "holds no text"),
        ({"password_file": "large"}, "is too large"),
        ({"password_file": "open"}, "can be changed by everybody. Run: chmod 600"),
        ({"password_credential": "none"}, "Add LoadCredential=none:"),
        ({"password_credential": "../open"}, "not the name of a credential"),
        ({"password_command": ["/no/such/program"]}, "cannot be run: No such file"),
        ({"password_command": printing("pw", 3)}, "ended with 3. Run it by hand"),
        ({"password_command": printing("")}, "is empty"),
    ],
)
def test_each_way_to_fail_is_told_with_its_remedy(
    tmp_path: Path, given: dict[str, object], told: str
) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "large").write_bytes(b"x" * 70_000)
    (tmp_path / "open").write_text("pw")
    (tmp_path / "open").chmod(0o666)
    with pytest.raises(InputError) as caught:
        resolve_secret(server(**given), "password", SecretPlaces(tmp_path, Credentials(tmp_path)))
    assert told in str(caught.value)


def test_without_systemd_there_are_no_credentials(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="CREDENTIALS_DIRECTORY is not set"):
        resolve_secret(server(password_credential="bob"), "password", SecretPlaces(tmp_path))


@pytest.mark.parametrize(
    "program",
    [
        "print('pw-canary'); sys.exit('the canary is locked')",
        "sys.stderr.write('\\x1b[31mcanary\\r\\n'); sys.exit(2)",
        "sys.stderr.write('canary ' * 100000); sys.exit(3)",
        "raise ValueError('canary')",
        "sys.stderr.buffer.write(b'\\xffcanary'); sys.exit(4)",
        "import os; print('canary', file=sys.stderr, flush=True); os.kill(os.getpid(), 15)",
    ],
)
def test_nothing_that_a_failing_command_says_is_passed_on(tmp_path: Path, program: str) -> None:
    given = server(password_command=[sys.executable, "-c", f"import sys; {program}"])
    with pytest.raises(InputError, match="ended with") as caught:
        resolve_secret(given, "password", SecretPlaces(tmp_path))
    assert "canary" not in str(caught.value)
    assert "canary" not in repr(caught.value.__context__)


def test_who_may_read_a_secret_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "bob.password"
    file.write_text("pw")
    options, places = server(password_file="bob.password"), SecretPlaces(tmp_path)
    file.chmod(0o640)
    assert exposed_files(options, places) == [file]
    file.chmod(0o600)
    assert exposed_files(options, places) == []
    assert exposed_files(server(password_file="none"), places) == []
    assert read_secret_file(file) == b"pw"
