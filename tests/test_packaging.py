"""The packaging: nobody else has our names, and whatever is installed is pinned by its content."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from daemon.app.upkeep.install import files

pytestmark = pytest.mark.packaging
ROOT = Path(__file__).parent.parent
OUR_NAMES = ("config", "connectors", "daemon", "engine", "store")
LOCKS = ("requirements.lock", "requirements-extras.lock", "requirements-dev.lock")
INSTALLER = "requirements-uv.lock"
COMES_ALONG = {"pydantic-core"}
"""Pydantic's other half: released with it and pinned by it."""
USED_WITHOUT_IMPORT = {"tzdata"}
"""The zones, which zoneinfo finds by itself."""
REQUIREMENT = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)


def locked(name: str) -> dict[str, str]:
    return dict(REQUIREMENT.findall((ROOT / name).read_text()))


def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return found


def plain(name: str) -> str:
    """Write a distribution's name the one way (PEP 503)."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[>=<; ]", name)[0]).lower()


def declared(*extras: str) -> set[str]:
    """Give the names of what the project asks for, with some of its extras."""
    more = [one for extra in extras for one in project()["optional-dependencies"][extra]]
    return {plain(one) for one in (*project()["dependencies"], *more)}


def imported(*folders: str) -> set[str]:
    """Give the distributions that the code of these folders imports."""
    files = (file for folder in folders for file in (ROOT / folder).rglob("*.py"))
    names = {name for file in files for name in modules(ast.parse(file.read_text()))}
    foreign = names - sys.stdlib_module_names - {*OUR_NAMES, "tests"}
    return {owner(name) for name in foreign}


def owner(name: str) -> str:
    """Give the distribution that provides a package; of several with one namespace, the one we ask for."""
    provided = packages_distributions().get(name, [f"nothing that is installed provides {name}"])
    asked = declared(*project()["optional-dependencies"])
    owners = [plain(one) for one in provided]
    return next((one for one in owners if one in asked), owners[0])


def modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("name", OUR_NAMES)
def test_no_other_distribution_provides_our_top_level_names(name: str) -> None:
    assert set(packages_distributions().get(name, ())) <= {"gatherly"}


@pytest.mark.parametrize("lock", [*LOCKS, INSTALLER])
def test_a_lock_file_holds_names_versions_and_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|^\s*-[^-]|--(?!hash=sha256:[0-9a-f]{64})|@ ", text, re.MULTILINE)
    unhashed = [part for part in text.split("\n") if "==" in part and not part.endswith("\\")]
    assert unhashed == []


def test_the_installer_is_the_one_that_locks() -> None:
    (version,) = re.findall(r"^UV_VERSION = (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert locked(INSTALLER) == {"uv": version}


def test_the_lock_files_agree() -> None:
    run, extras, dev = (locked(name) for name in LOCKS)
    assert {name: extras.get(name) for name in run} == run
    assert {name: dev.get(name) for name in extras} == extras


def test_the_extras_that_are_locked_for_operators_are_all_there_are() -> None:
    (extras,) = re.findall(r"^EXTRAS = (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(extras.split()) == set(project()["optional-dependencies"]) - {"dev"}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_is_locked(lock: str) -> None:
    there_are = tuple(project()["optional-dependencies"])
    extras = {LOCKS[0]: (), LOCKS[1]: tuple(one for one in there_are if one != "dev"), LOCKS[2]: there_are}[
        lock
    ]
    assert declared(*extras) - {"gatherly"} <= set(locked(lock))


def test_whatever_is_imported_is_asked_for() -> None:
    optional = set(project()["optional-dependencies"]) - {"dev"}
    assert imported(*OUR_NAMES) - COMES_ALONG <= declared(*optional)
    assert imported("tests") - COMES_ALONG <= declared(*optional, "dev")


def test_whatever_is_asked_for_is_used() -> None:
    assert declared() - imported(*OUR_NAMES) == USED_WITHOUT_IMPORT


def test_python_3_11_is_enough() -> None:
    assert project()["requires-python"] == ">=3.11"


def test_it_cannot_be_uploaded_by_mistake() -> None:
    """Its top-level names are too general for an environment shared with others."""
    assert "Private :: Do Not Upload" in project()["classifiers"]


def test_a_wheel_brings_along_what_is_put_in_place() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    included = tomllib.loads(text)["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    material = "daemon/app/upkeep/material/"
    assert {name: place.removeprefix(material) for name, place in included.items()} == {
        name: name for name in included
    }
    assert all((ROOT / name).exists() for name in included)
    for own in (False, True):
        assert all(one.text for one in files({"HOME": "/home/weaver"}, mine=own))
