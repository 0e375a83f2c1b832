"""The unit: systemd understands every line of it, and finds little to attack."""

import configparser
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

_FILES = sorted((Path(__file__).parents[2] / "systemd").glob("gatherly*.*"))
UNITS = [unit for unit in _FILES if unit.suffix in (".service", ".timer")]
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
UNIT = Path(__file__).parents[2] / "systemd" / "gatherly.service"
OWN = sorted((UNIT.parent / "user").glob("gatherly*.*"))
"""A person's own, where nobody is root."""
EXPOSURE = 11
"""Tenths; 100 is a service without any protection."""


@pytest.fixture
def analyze(tmp_path: Path) -> list[str]:
    """`systemd-analyze`, where it is installed."""
    program = shutil.which("systemd-analyze")
    if program is None and "systemd" in os.environ.get("TEST_REQUIRE", "").split(","):
        pytest.fail("TEST_REQUIRE names systemd, but there is no systemd-analyze: apt install systemd")
    if program is None:
        pytest.skip("there is no systemd-analyze: apt install systemd")
    return [program]


def runnable(folder: Path, units: Sequence[Path] = UNITS) -> None:
    """Copy the units with a program that exists here: that line alone depends on the installation."""
    for unit in units:
        text = unit.read_text().replace("/opt/gatherly/venv/bin/gatherly", sys.executable)
        (folder / unit.name).write_text(text)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_every_line(analyze: list[str], tmp_path: Path, unit: Path) -> None:
    runnable(tmp_path)
    command = [*analyze, "verify", "--man=no", str(tmp_path / unit.name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = [line for line in done.stderr.splitlines() if "gatherly" in line]
    assert (done.returncode, told) == (0, [])


@pytest.mark.parametrize("unit", OWN, ids=lambda unit: unit.name)
def test_systemd_understands_every_line_of_a_person_s_own(
    analyze: list[str], tmp_path: Path, unit: Path
) -> None:
    runnable(tmp_path, OWN)
    command = [*analyze, "verify", "--user", "--man=no", str(tmp_path / unit.name)]
    env = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    told = [line for line in done.stderr.splitlines() if "gatherly" in line]
    assert (done.returncode, told) == (0, [])


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_there_is_little_to_attack(analyze: list[str], tmp_path: Path, unit: Path) -> None:
    runnable(tmp_path)
    command = [*analyze, "security", "--offline=yes", f"--threshold={EXPOSURE}", str(tmp_path / unit.name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout.splitlines()[-1]


def test_what_the_daemon_relies_on_is_set() -> None:
    unit = configparser.RawConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # keys are told apart by case
    unit.read_string(UNIT.read_text())
    service = unit["Service"]
    assert (service["Type"], service["NotifyAccess"], service["WatchdogSec"]) == ("notify", "main", "60")
    assert service["RestartPreventExitStatus"] == "78"
    assert service["TimeoutStopSec"] == "45"
    assert "PYTHONSAFEPATH=1" in service["Environment"]
    assert service["LoadCredential"].startswith("gatherly.key:")
    assert (service["StateDirectory"], service["StateDirectoryMode"]) == ("gatherly", "0700")
