"""Components that are there on some machines only: missing ones skip, unless TEST_REQUIRE names them."""

import os
import shutil
import socket
from pathlib import Path

import pytest

BESIDES = ("/usr/sbin", "/usr/lib/cyrus/bin")
"""Where packages put programs that are not on everybody's path."""


def program(name: str, *, component: str, package: str) -> str:
    """Give the path of an installed program; otherwise the test is skipped, or fails where it is required."""
    places = os.pathsep.join([os.environ.get("PATH", ""), *BESIDES])
    found = shutil.which(name, path=places)
    if found is None:
        missing(component, f"there is no {name}: apt install {package}")
    return str(found)


def file(path: str, *, component: str, package: str) -> Path:
    """Give an installed file, by the same rule."""
    if not Path(path).exists():
        missing(component, f"there is no {path}: apt install {package}")
    return Path(path)


def missing(component: str, why: str) -> None:
    """Skip, or fail where the component is required."""
    if component in os.environ.get("TEST_REQUIRE", "").split(","):
        pytest.fail(f"TEST_REQUIRE names {component}, but {why}")
    pytest.skip(why)


def free_port() -> int:
    """Give a port of loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
