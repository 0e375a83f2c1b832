"""The page about the service, followed from its first block to its last on a bare Debian in a folder.

Not run here: systemd itself, hence the system call filter, `MemoryDenyWriteExecute`, `IPAddressDeny`, the
cgroup's limits, the private user namespace, and the timer's clock; the journal; what `apt-get` would fetch.
pip takes its wheels from a folder that is filled beforehand, and checks them by the lock file all the same.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.how_to.bare_root import bare_root
from tests.how_to.by_hand import USER, Machine
from tests.how_to.pages import blocks
from tests.standins.dav_hand import PASSWORD
from tests.standins.radicale import radicale

pytestmark = [pytest.mark.long, pytest.mark.service]
ROOT = Path(__file__).parents[2]
LOCK = "requirements-extras.lock"
STATE = "var/lib/private/gatherly"


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A bare Debian with a checkout in /src and the wheels of its lock file in /wheels."""
    with tempfile.TemporaryDirectory(prefix="gatherly-root-") as folder:
        root = Path(folder) / "root"
        root.mkdir()
        bare_root(root)
        listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
        for name in listed.stdout.splitlines():
            if (ROOT / name).is_file():
                (root / "src" / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, root / "src" / name)
        wheels(Path(folder), root / "wheels")
        yield Machine(root)


def wheels(folder: Path, to: Path) -> None:
    """Fetch what the lock file names, for Debian's Python."""
    subprocess.run([sys.executable, "-m", "venv", folder / "fetching"], check=True)
    options = ["--no-deps", "--only-binary=:all:", "--python-version=3.11", "--require-hashes"]
    pip = [str(folder / "fetching" / "bin" / "pip"), "download", "--quiet", *options, f"--dest={to}"]
    subprocess.run([*pip, f"--requirement={ROOT / LOCK}"], check=True)


def test_the_page_does_as_it_stands(machine: Machine, tmp_path: Path) -> None:
    page = list(blocks("service.md"))
    configuration = next(text for kind, text in page if kind == "toml")
    install, key, secret, start, beside, logs, log, copy, back, rotate, upgrade, remove = (
        text for kind, text in page if kind == "sh"
    )

    def followed(text: str) -> str:
        done = machine.shell(text)
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}\n{machine.told}\n{logged()}"
        return done.stdout

    def logged() -> str:
        return "".join(file.read_text() for file in sorted(machine.root.parent.glob("*.log")))

    with radicale(tmp_path / "radicale", ("bob",)) as server, machine.serving():
        server.calendar("bob", "Home", "Home")
        ours = f'allow_private_network = true\nurl = "{server.url}"\nusername = "bob"'
        theirs = 'url = "https://caldav.icloud.com"\nusername = "bob@icloud.com"'
        assert theirs in configuration
        followed(install)
        followed(key)
        (machine.root / "etc/gatherly/gatherly.toml").write_text(configuration.replace(theirs, ours))
        followed(secret.replace("abcd-efgh-ijkl-mnop", PASSWORD))
        followed(start)
        assert machine.shell("until gatherly status; do :; done").returncode == 0
        followed(beside)
        followed(logs)
        assert followed(log)
        refused = machine.shell("gatherly status", user=65_534)
        assert (refused.returncode, "sudo" in refused.stderr) == (1, True), refused
        followed(copy)
        assert len(list((machine.root / STATE / "backups").glob("*.db"))) == 1
        followed(back)
        followed("gatherly session create --host bob@example.com --title Sealed --duration 30m")
        followed(rotate)
        assert machine.shell("until gatherly status; do :; done").returncode == 0
        old = "LoadCredential=gatherly.key:/etc/gatherly/gatherly.key.old"
        drop_in = machine.root / "etc/systemd/system/gatherly.service.d/old.conf"
        drop_in.write_text(f"[Service]\n{old}\n")
        assert "does not fit" in machine.shell("systemctl stop gatherly.service; gatherly status").stderr
        drop_in.unlink()
        followed(upgrade)
        assert machine.hears("WATCHDOG=1")
        strangers = [one for one in (machine.root / STATE).rglob("*") if os.lstat(one).st_uid != USER]
        assert strangers == []
        followed(remove)
    left = {str(one.relative_to(machine.root)) for one in machine.root.glob("etc/systemd/system/*")}
    assert (left, (machine.root / "opt/gatherly").exists()) == (set(), False)
    assert (machine.root / STATE / "gatherly.db").exists()
    assert {one for one in machine.told if one.startswith("ended")} == {"ended with 0"}
