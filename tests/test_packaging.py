"""The packaging: nobody else has our names, and whatever is installed is pinned by its content."""

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OUR_NAMES = ("config", "connectors", "daemon", "engine", "store")
LOCKS = ("requirements.lock", "requirements-dev.lock")
REQUIREMENT = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)


def locked(name: str) -> dict[str, str]:
    return dict(REQUIREMENT.findall((ROOT / name).read_text()))


def project() -> dict[str, object]:
    found: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return found


@pytest.mark.parametrize("name", OUR_NAMES)
def test_no_other_distribution_provides_our_top_level_names(name: str) -> None:
    assert set(packages_distributions().get(name, ())) <= {"gatherly"}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_holds_names_versions_and_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|^\s*-[^-]|--(?!hash=sha256:[0-9a-f]{64})|@ ", text, re.MULTILINE)
    unhashed = [part for part in text.split("\n") if "==" in part and not part.endswith("\\")]
    assert unhashed == []


def test_the_lock_files_agree() -> None:
    run, dev = (locked(name) for name in LOCKS)
    assert {name: dev.get(name) for name in run} == run


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_is_locked(lock: str) -> None:
    dependencies = project()["dependencies"]
    assert isinstance(dependencies, list)
    names = {re.split(r"[\[>=<; ]", one)[0].lower() for one in dependencies}
    assert names <= set(locked(lock))


def test_python_3_11_is_enough() -> None:
    assert project()["requires-python"] == ">=3.11"


def test_it_cannot_be_uploaded_by_mistake() -> None:
    """Its top-level names are too general for an environment shared with others."""
    classifiers = project()["classifiers"]
    assert isinstance(classifiers, list)
    assert "Private :: Do Not Upload" in classifiers
