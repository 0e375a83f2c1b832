"""A bare Debian in a folder: this machine's own packages, as dpkg lists their files.

No systemd runs there: `systemctl` asks whoever serves its pipe.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

SEEDS = (
    "python3",
    "python3-venv",
    "python3-pip-whl",
    "python3-setuptools-whl",
    "ca-certificates",
    "mawk",
    "passwd",
)
LATER = {"dpkg", "perl-base", "libc6-dev"}
SYSTEMCTL = """#!/bin/sh
case "$1" in daemon-reload|status) exit 0 ;; esac
echo "$@" > /run/asked
read -r answer < /run/answered
[ "$answer" = 0 ] || { echo "Job for $* failed" >&2; exit 1; }
"""
QUIET = "#!/bin/sh\nexit 0\n"


def bare_root(root: Path) -> None:
    """Copy a Debian into an empty folder; maintainer scripts are not run."""
    names = "\n".join(sorted({file for package in _closure() for file in _files(package)}))
    tar = ["tar", "--create", "--directory=/", "--no-recursion", "--ignore-failed-read", "--files-from=-"]
    made = subprocess.run(
        tar, input=names.encode(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    for top in ("bin", "sbin", "lib", "lib64"):
        (root / "usr" / top).mkdir(parents=True)
        (root / top).symlink_to(f"usr/{top}")
    subprocess.run(
        ["tar", "--extract", f"--directory={root}", "--keep-directory-symlink"], input=made.stdout, check=True
    )
    for name in ("passwd", "group"):
        shutil.copyfile(f"/usr/share/base-passwd/{name}.master", root / "etc" / name)
    (root / "etc" / "ld.so.cache").unlink(missing_ok=True)
    for name in ("etc/resolv.conf", "etc/hosts", "etc/nsswitch.conf", "etc/ssl/certs/ca-certificates.crt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(f"/{name}", root / name)
    for name in (
        "proc",
        "sys",
        "dev",
        "run",
        "tmp",
        "root",
        "var/lib",
        "etc/systemd/system",
        "usr/local/bin",
    ):
        (root / name).mkdir(parents=True, exist_ok=True)
    if not (root / "usr/bin/awk").exists():
        (root / "usr/bin/awk").symlink_to("mawk")
    for word, text in (("systemctl", SYSTEMCTL), ("apt-get", QUIET), ("journalctl", QUIET)):
        (root / "usr/local/bin" / word).write_text(text)
        (root / "usr/local/bin" / word).chmod(0o755)
    for pipe in ("asked", "answered"):
        os.mkfifo(root / "run" / pipe)
    subprocess.run(["chroot", root, "/sbin/ldconfig"], check=True)


def _closure() -> set[str]:
    """Give what is essential, what the seeds need, and what those need."""
    shown = _query("${Package}\\t${Essential}\\t${Pre-Depends}, ${Depends}\\n")
    rows = [line.split("\t") for line in shown.splitlines()]
    needs = {package: _alternatives(depends) for package, _, depends in rows}
    todo = [*(package for package, essential, _ in rows if essential == "yes"), *SEEDS]
    found: set[str] = set()
    while todo:
        package = todo.pop()
        if package in found or package not in needs:
            continue
        found.add(package)
        todo += needs[package]
    return found


def _alternatives(depends: str) -> list[str]:
    words = (re.split(r"[ (:]", one.strip())[0] for one in re.split(r"[,|]", depends))
    return [word for word in words if word]


def _files(package: str) -> Iterable[str]:
    listed = subprocess.run(["dpkg", "-L", package], capture_output=True, text=True, check=True).stdout
    for file in listed.splitlines():
        path = Path(file)
        if not file.startswith("/") or file == "/." or file.startswith(("/usr/share/doc", "/usr/share/man")):
            continue
        yield str(path.parent.resolve() / path.name).lstrip("/")


def _query(form: str) -> str:
    words = ["dpkg-query", "-W", "-f", form]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout
